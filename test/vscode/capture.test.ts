import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LineState } from '../../src/core/tracking/lineFold';
import type { Countersign } from '../../src/extension';
import { checkpoint } from '../../src/node/checkpoint';
import { readJournal } from '../../src/node/journal';
import { openRepository } from '../../src/node/repository';
import { policyText } from '../support/repository';

/** Waits until a question has the wanted answer, and gives the last one for the message if it never has. */
async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('Capture in the extension host', () => {
  let folder: string;
  let countersign: Countersign;
  const file = (name: string): vscode.Uri => vscode.Uri.file(path.join(folder, name));
  const origins = async (name: string): Promise<string[] | undefined> => {
    const states = await countersign.capture.originsOf(file(name));
    return states?.map(({ line, origin }: LineState) => `${line} ${origin}`);
  };
  const open = async (name: string): Promise<vscode.TextEditor> =>
    vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)));

  before(async () => {
    folder = fs.realpathSync(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
    const extension = vscode.extensions.getExtension<Countersign>('countersign.countersign');
    assert.ok(extension, 'countersign.countersign is not installed');
    countersign = await extension.activate();
    console.log(`activation: ${countersign.activated.toFixed(1)} ms`);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(path.join(folder, '.countersign'), { recursive: true, force: true });
  });

  it('leaves a repository without a policy alone, and starts when one appears', async () => {
    await open('src/pay.ts');
    assert.equal(await origins('src/pay.ts'), undefined);
    fs.mkdirSync(path.join(folder, '.countersign'), { recursive: true });
    fs.writeFileSync(path.join(folder, '.countersign/policy.jsonc'), policyText([]));
    const followed = await eventually(
      () => origins('src/pay.ts'),
      (answer) => answer !== undefined,
    );
    assert.deepEqual(followed, []);
  });

  it('does not take an extension’s edit for anybody’s, and journals it as unexplained', async () => {
    const editor = await open('src/pay.ts');
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), '  log(amount);\n'));
    assert.deepEqual(await origins('src/pay.ts'), ['1 unknown']);
    assert.equal(await editor.document.save(), true);
    const states = await eventually(
      async () => readJournal(path.join(folder, '.git')).get('src/pay.ts') ?? [],
      (answer) => answer.length > 0,
    );
    assert.deepEqual(states.at(-1)?.hunks, []);
  });

  it('calls a change on disk external, and takes the word of a claim that the journal has for it', async () => {
    fs.writeFileSync(path.join(folder, 'notes.md'), 'First line of the notes\n');
    const editor = await open('notes.md');
    assert.deepEqual(await origins('notes.md'), ['0 unknown']);
    fs.appendFileSync(path.join(folder, 'notes.md'), 'Second line, by somebody else\n');
    const seen = await eventually(
      () => origins('notes.md'),
      (answer) => answer?.includes('1 external') === true,
    );
    assert.deepEqual(seen, ['0 unknown', '1 external']);
    assert.equal(editor.document.isDirty, false);

    // What an agent's hook does, once the agent has written.
    await vscode.workspace.fs.writeFile(
      file('notes.md'),
      Buffer.from(`${editor.document.getText()}Third line, by an agent\n`),
    );
    const source = { origin: 'ai', via: 'agent', evidence: 'reported' } as const;
    await checkpoint(await openRepository(folder), { source, files: ['notes.md'], cwd: folder });
    const explained = await eventually(
      () => origins('notes.md'),
      (answer) => answer?.includes('2 ai') === true,
    );
    assert.equal(explained?.at(-1), '2 ai');
  });

  it('does not follow its own files', async () => {
    await open('.countersign/policy.jsonc');
    assert.equal(await origins('.countersign/policy.jsonc'), undefined);
  });
});
