import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

async function until<T>(what: string, look: () => T | undefined): Promise<T> {
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const found = look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

const POLICY = {
  version: 1,
  repo: '7c0e1f6a-0000-4000-8000-000000000002',
  mode: 'observe',
  targets: ['main'],
  levels: ['junior', 'senior'],
  others: 'junior',
  people: [{ id: 'ana', emails: ['ana@example.com'], level: 'senior', teams: [] }],
  identity: 'asserted',
  atomic: [],
  rules: [],
};

describe('The panel in its host', () => {
  let top: string;
  let file: string;

  before(async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder);
    top = folder.fsPath;
    file = path.join(top, '.countersign/policy.jsonc');
    await vscode.extensions.getExtension('countersign.countersign')?.activate();
  });

  after(() => fs.rmSync(path.dirname(file), { recursive: true, force: true }));

  it('has a handler for every command of the manifest', async () => {
    const extension = vscode.extensions.getExtension('countersign.countersign');
    const manifest = extension?.packageJSON as { contributes: { commands: { command: string }[] } };
    const known = new Set(await vscode.commands.getCommands(true));
    const missing = manifest.contributes.commands.filter(({ command }) => !known.has(command));
    assert.deepEqual(missing, []);
  });

  it('reports a malformed policy where its fault is, and takes the report back when it is repaired', async () => {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ ...POLICY, mode: 'sometimes' }, undefined, 2));
    const uri = vscode.Uri.file(file);
    const ours = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Countersign');
    const diagnostic = await until('the diagnostic', () => ours()[0]);
    assert.match(diagnostic.message, /^mode: .*"sometimes"/);
    assert.equal(diagnostic.range.start.line, 3);
    assert.equal(diagnostic.severity, vscode.DiagnosticSeverity.Error);
    fs.writeFileSync(file, JSON.stringify(POLICY, undefined, 2));
    await until('no diagnostic', () => (ours().length === 0 ? true : undefined));
  });

  it('shows nothing for a forged review document, and survives forged arguments of commands', async () => {
    for (const query of ['', '[]', '["/etc","before"]', '{"top":"/"}', JSON.stringify([top, 'after', 'more'])]) {
      const uri = vscode.Uri.from({ scheme: 'countersign', path: '/passwd', query });
      const document = await vscode.workspace.openTextDocument(uri);
      assert.equal(document.getText(), '', query);
    }
    const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: top, encoding: 'utf8' });
    for (const argument of [null, 1, 'x', {}, { kind: 'review' }]) {
      await vscode.commands.executeCommand('countersign.openBlock', argument);
      await vscode.commands.executeCommand('countersign.checkOut', argument);
    }
    assert.equal(execFileSync('git', ['rev-parse', 'HEAD'], { cwd: top, encoding: 'utf8' }), head);
  });
});
