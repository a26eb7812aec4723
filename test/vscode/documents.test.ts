import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Countersign } from '../../src/extension';
import { checkpoint } from '../../src/node/checkpoint';
import { readJournal } from '../../src/node/journal';
import { readMoves } from '../../src/node/moves';
import { openRepository } from '../../src/node/repository';
import { policyText } from '../support/repository';

async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('Documents in the extension host', () => {
  let folder: string;
  let countersign: Countersign;
  const at = (name: string): string => path.join(folder, name);
  const file = (name: string): vscode.Uri => vscode.Uri.file(at(name));
  const origins = async (name: string): Promise<string[] | undefined> =>
    (await countersign.capture.originsOf(file(name)))?.map(({ line, origin }) => `${line} ${origin}`);
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: folder, encoding: 'utf8' });
  const claimedBy = async (name: string, text: string): Promise<void> => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), text);
    const source = { origin: 'ai', via: 'agent', evidence: 'reported' } as const;
    await checkpoint(await openRepository(folder), { source, files: [name], cwd: folder });
  };
  const rename = async (from: string, to: string): Promise<void> => {
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(file(from), file(to));
    assert.equal(await vscode.workspace.applyEdit(edit), true);
  };
  const settled = (name: string, wanted: readonly string[]): Promise<string[] | undefined> =>
    eventually(
      () => origins(name),
      (answer) => answer?.join() === wanted.join(),
    );

  before(async () => {
    folder = fs.realpathSync(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
    const extension = vscode.extensions.getExtension<Countersign>('countersign.countersign');
    assert.ok(extension, 'countersign.countersign is not installed');
    countersign = await extension.activate();
    fs.mkdirSync(at('.countersign'), { recursive: true });
    fs.writeFileSync(at('.countersign/policy.jsonc'), policyText([]));
    fs.writeFileSync(at('base.ts'), 'export const first = 1;\nexport const second = 2;\n');
    git('add', '-A');
    git('commit', '-qm', 'Base');
    await eventually(
      async () => countersign.capture.originsOf((await vscode.workspace.openTextDocument(file('base.ts'))).uri),
      (answer) => answer !== undefined,
    );
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(at('.countersign'), { recursive: true, force: true });
  });

  it('takes along what is known of closed files that are renamed, and of whole folders', async () => {
    await claimedBy('closed/made.ts', 'export const made = byAnAgent(1);\n');
    await rename('closed/made.ts', 'closed/renamed.ts');
    await rename('closed', 'moved');
    const states = readJournal(at('.git')).get('moved/renamed.ts');
    assert.equal(states?.at(-1)?.hunks[0]?.origin, 'ai');
    assert.deepEqual(readMoves(at('.git')).slice(-2), [
      { from: 'closed/made.ts', to: 'closed/renamed.ts' },
      { from: 'closed', to: 'moved' },
    ]);
    await vscode.workspace.openTextDocument(file('moved/renamed.ts'));
    assert.deepEqual(await settled('moved/renamed.ts', ['0 ai']), ['0 ai']);
  });

  it('keeps neutral lines neutral in an open file that is renamed with unsaved edits, and its undo', async () => {
    const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file('base.ts')));
    assert.deepEqual(await settled('base.ts', []), []);
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), 'unexplained();\n'));
    assert.deepEqual(await origins('base.ts'), ['1 unknown']);
    await rename('base.ts', 'based.ts');
    const document = await vscode.workspace.openTextDocument(file('based.ts'));
    assert.equal(document.lineCount, 4);
    assert.deepEqual(await settled('based.ts', ['1 unknown']), ['1 unknown']);
    await document.save();
    assert.deepEqual(readJournal(at('.git')).get('based.ts')?.at(-1)?.hunks, []);
    await rename('based.ts', 'base.ts');
    git('checkout', '-q', '--', 'base.ts');
    assert.deepEqual(await settled('base.ts', []), []);
  });

  it('lets claims go along into a copy, and leaves its other lines unknown', async () => {
    const text = `${fs.readFileSync(at('base.ts'), 'utf8')}export const made = byAnAgent(2);\n`;
    await claimedBy('base.ts', text);
    const edit = new vscode.WorkspaceEdit();
    edit.createFile(file('copy.ts'), { contents: Buffer.from(text) });
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await vscode.workspace.openTextDocument(file('copy.ts'));
    const wanted = ['0 unknown', '1 unknown', '2 ai'];
    assert.deepEqual(await settled('copy.ts', wanted), wanted);
    git('checkout', '-q', '--', 'base.ts');
  });

  it('does not take an extension’s copy of a document for a save-as', async () => {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file('base.ts')));
    assert.deepEqual(await settled('base.ts', []), []);
    fs.writeFileSync(at('other.ts'), '');
    const other = await vscode.workspace.openTextDocument(file('other.ts'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(other.uri, new vscode.Position(0, 0), fs.readFileSync(at('base.ts'), 'utf8'));
    assert.equal(await vscode.workspace.applyEdit(edit), true);
    await other.save();
    assert.deepEqual(await settled('other.ts', ['0 unknown', '1 unknown']), ['0 unknown', '1 unknown']);
  });

  it('follows a checkout under an open file', async () => {
    await vscode.workspace.openTextDocument(file('base.ts'));
    const branch = git('rev-parse', '--abbrev-ref', 'HEAD').trim();
    git('checkout', '-q', '-b', 'elsewhere');
    fs.appendFileSync(at('base.ts'), 'export const third = 3;\n');
    git('commit', '-qam', 'Third');
    const there = await eventually(
      () => origins('base.ts'),
      (answer) => answer?.length === 1,
    );
    assert.ok(['2 unknown', '2 external'].includes(there?.[0] ?? ''), there?.join());
    git('checkout', '-q', branch);
    assert.deepEqual(await settled('base.ts', []), []);
    git('branch', '-qD', 'elsewhere');
  });

  it('knows a cell that was deleted and comes back, and takes an extension’s cells for nobody’s', async () => {
    const cell = (id: string, source: string): object => {
      return { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source: [source] };
    };
    const cells = [cell('aaaaaaaa', 'alpha = compute(1)'), cell('bbbbbbbb', 'beta = compute(2)')];
    const json = { cells, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 5 };
    await claimedBy('book.ipynb', `${JSON.stringify(json, undefined, 1)}\n`);
    const notebook = await vscode.workspace.openNotebookDocument(file('book.ipynb'));
    await vscode.window.showNotebookDocument(notebook);
    const of = async (index: number): Promise<string[] | undefined> =>
      (await countersign.capture.originsOf(notebook.cellAt(index).document.uri))?.map(({ origin }) => origin);
    const known = await eventually(
      () => of(1),
      (answer) => answer?.join() === 'ai',
    );
    assert.deepEqual(known, ['ai']);
    const change = async (...edits: vscode.NotebookEdit[]): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.set(notebook.uri, edits);
      assert.equal(await vscode.workspace.applyEdit(edit), true);
    };
    const data = (text: string): vscode.NotebookCellData =>
      new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
    await change(vscode.NotebookEdit.deleteCells(new vscode.NotebookRange(1, 2)));
    await change(vscode.NotebookEdit.insertCells(0, [data('beta = compute(2)')]));
    assert.deepEqual(await of(0), ['ai']);
    await change(vscode.NotebookEdit.insertCells(2, [data('foreign = 3')]));
    assert.deepEqual(await of(2), ['unknown']);
    assert.equal(await notebook.save(), true);
    const lines = fs.readFileSync(at('book.ipynb'), 'utf8').split('\n');
    const claimOf = (text: string): string | undefined =>
      readJournal(at('.git'))
        .get('book.ipynb')
        ?.at(-1)
        ?.hunks.find(({ start, lines: own }) => {
          const line = lines.findIndex((each) => each.includes(text));
          return start <= line && line < start + own.length;
        })?.origin;
    await eventually(
      async () => claimOf('beta'),
      (answer) => answer === 'ai',
    );
    assert.equal(claimOf('beta'), 'ai');
    assert.equal(claimOf('alpha'), 'ai');
    assert.equal(claimOf('foreign'), undefined);
  });
});
