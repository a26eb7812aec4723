import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LineState } from '../../src/core/tracking/lineFold';
import type { Countersign } from '../../src/extension';
import { policyText } from '../support/repository';

describe('A sparse checkout that leaves the policy out', () => {
  const top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-sparse-')));
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: top, stdio: 'pipe' });
  const [early, late] = ['a.js', 'b.js'].map((name) => path.join(top, 'in', name)) as [string, string];

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(top, { recursive: true, force: true });
  });

  it('is followed in the editor, once the index has a policy', async () => {
    const extension = vscode.extensions.getExtension<Countersign>('countersign.countersign');
    assert.ok(extension, 'countersign.countersign is not installed');
    const { capture } = await extension.activate();
    const origins = (file: string): Promise<readonly LineState[] | undefined> =>
      capture.originsOf(vscode.Uri.file(file));
    git('init', '-q', '-b', 'main');
    git('config', 'user.name', 'bo');
    git('config', 'user.email', 'bo@example.com');
    fs.mkdirSync(path.dirname(early));
    for (const file of [early, late]) fs.writeFileSync(file, 'const one = 1;\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'Start');
    git('sparse-checkout', 'set', 'in');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(early));
    assert.equal(await origins(early), undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');

    git('sparse-checkout', 'disable');
    fs.mkdirSync(path.join(top, '.countersign'));
    fs.writeFileSync(path.join(top, '.countersign/policy.jsonc'), policyText([]));
    git('add', '-A');
    git('commit', '-q', '-m', 'Adopt');
    git('sparse-checkout', 'set', 'in');
    assert.equal(fs.existsSync(path.join(top, '.countersign')), false);
    fs.appendFileSync(late, 'const two = 2;\n');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(late));
    const end = Date.now() + 9000;
    while ((await origins(late)) === undefined && Date.now() < end)
      await new Promise((resume) => setTimeout(resume, 100));
    assert.deepEqual(
      (await origins(late))?.map(({ line, origin }) => `${line} ${origin}`),
      ['1 unknown'],
    );
  });
});
