import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';

describe('The extension in its host', () => {
  it('is found and activates', async () => {
    const extension = vscode.extensions.getExtension('countersign.countersign');
    assert.ok(extension, 'countersign.countersign is not installed');
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  it('has a git repository for a workspace, and edits and saves a file in it', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder, 'no folder is open');
    assert.ok(fs.existsSync(path.join(folder.fsPath, '.git')));
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.joinPath(folder, 'src/smoke.ts').with({ scheme: 'untitled' }),
    );
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), 'export const one = 1;\n'));
    assert.equal(document.getText(), 'export const one = 1;\n');
    assert.equal(document.isDirty, true);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
