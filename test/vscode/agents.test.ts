import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { LineState } from '../../src/core/tracking/lineFold';
import type { Countersign } from '../../src/extension';
import { policyText } from '../support/repository';

/** Waits until a question has the wanted answer, and gives the last one for the message if it never has. */
async function eventually<T>(ask: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const end = Date.now() + 9000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || Date.now() > end) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('An agent’s hook and the open editor', () => {
  const FIRST = 'const first = typedLongAgo();';
  const MADE = 'const made = byTheAgent();';
  const name = 'agents-at-work.js';
  let folder: string;
  let countersign: Countersign;
  let editor: vscode.TextEditor;
  let calls = 0;

  const origins = async (): Promise<string[]> => {
    const states = await countersign.capture.originsOf(vscode.Uri.file(path.join(folder, name)));
    return (states ?? []).map(({ line, origin }: LineState) => `${line} ${origin}`);
  };
  const seen = (wanted: readonly string[]): Promise<string[]> =>
    eventually(origins, (answer) => answer.join() === wanted.join());

  /** The command line as it ships, as the agent would start it. */
  function hook(event: string, tool: string, input: object): void {
    const payload = {
      session_id: 's-1',
      cwd: folder,
      hook_event_name: event,
      tool_name: tool,
      tool_use_id: `t-${calls}`,
      tool_input: input,
    };
    const extension = vscode.extensions.getExtension('countersign.countersign');
    const cli = path.join(extension?.extensionPath ?? '', 'dist', 'cli.js');
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'record', '--agent', 'claude-code'], {
      input: JSON.stringify(payload),
      encoding: 'utf8',
      cwd: folder,
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  }

  async function edit(old: string, now: string): Promise<void> {
    const input = { file_path: path.join(folder, name), old_string: old, new_string: now };
    calls++;
    hook('PreToolUse', 'Edit', input);
    const file = path.join(folder, name);
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(old, now));
    // The editor may or may not have read the file again by the time the hook speaks.
    hook('PostToolUse', 'Edit', input);
  }

  before(async () => {
    folder = fs.realpathSync(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '');
    const extension = vscode.extensions.getExtension<Countersign>('countersign.countersign');
    assert.ok(extension, 'countersign.countersign is not installed');
    countersign = await extension.activate();
    fs.mkdirSync(path.join(folder, '.countersign'), { recursive: true });
    fs.writeFileSync(path.join(folder, '.countersign/policy.jsonc'), policyText([]));
    fs.writeFileSync(path.join(folder, name), `${FIRST}\n`);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path.join(folder, name)));
    editor = await vscode.window.showTextDocument(document);
    await seen(['0 unknown']);
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    fs.rmSync(path.join(folder, name), { force: true });
    fs.rmSync(path.join(folder, '.countersign'), { recursive: true, force: true });
  });

  it('what the hook records is ai in the editor at once', async () => {
    await edit(FIRST, `${FIRST}\n${MADE}`);
    assert.deepEqual(await seen(['0 unknown', '1 ai']), ['0 unknown', '1 ai']);
    const states = await countersign.capture.originsOf(editor.document.uri);
    assert.deepEqual(states?.[1]?.actor, { tool: 'claude-code', session: 's-1' });
    assert.equal(states?.[1]?.evidence, 'reported');
  });

  it('what a person types afterwards stays theirs, through the agent’s next edit', async () => {
    await vscode.commands.executeCommand('cursorMove', { to: 'down', by: 'line', value: 5 });
    await vscode.commands.executeCommand('type', { text: 't' });
    await eventually(origins, (answer) => answer.length >= 3);
    assert.equal(await editor.document.save(), true);
    const typed = (await origins()).at(-1);
    assert.doesNotMatch(typed ?? '', /ai|external/);
    await edit(MADE, `${MADE}\n${MADE.replace('made', 'more')}`);
    const wanted = ['0 unknown', '1 ai', '2 ai', typed?.replace(/^\d+/, '3') ?? ''];
    assert.deepEqual(await seen(wanted), wanted);
  });

  it('what an agent’s command changes in an open file is ai, though the editor read it first', async () => {
    const before = await origins();
    calls++;
    hook('PreToolUse', 'Bash', { command: 'echo >> …' });
    fs.appendFileSync(path.join(folder, name), '\n// appended by a command\n');
    const reloaded = await eventually(origins, (answer) => answer.length > before.length);
    assert.deepEqual(reloaded, [...before, `${before.length} external`]);
    hook('PostToolUse', 'Bash', { command: 'echo >> …' });
    const wanted = [...before, `${before.length} ai`];
    assert.deepEqual(await seen(wanted), wanted);
  });

  it('what the hook says while the editor holds unsaved text is not lost when that is saved', async () => {
    const file = path.join(folder, name);
    const text = fs.readFileSync(file, 'utf8');
    const agents = 'const third = alsoByTheAgent();';
    const input = { file_path: file, old_string: FIRST, new_string: `${FIRST}\n${agents}` };
    calls++;
    hook('PreToolUse', 'Edit', input);
    fs.writeFileSync(file, text.replace(FIRST, `${FIRST}\n${agents}`));
    await eventually(origins, (answer) => answer.includes('1 external'));
    const end = new vscode.Position(editor.document.lineCount, 0);
    await editor.edit((edit) => edit.insert(end, '// unsaved\n'));
    assert.equal(editor.document.isDirty, true);
    hook('PostToolUse', 'Edit', input);
    const before = await eventually(origins, (answer) => answer.includes('1 ai'));
    assert.ok(before.includes('1 ai'), before.join());
    assert.equal(await editor.document.save(), true);
    assert.ok((await origins()).includes('1 ai'));
  });
});
