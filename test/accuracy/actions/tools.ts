/** What tools do to a file: formatters, renames, replacing, other extensions, other programs. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Kind } from '../kinds';
import { pick } from '../random';
import type { Intent, Stage } from '../stage';
import { newLine, someLine, typing } from './typing';

function layout(kind: Kind): Intent {
  return { kind, reported: ['format'], effect: { does: 'layout' } };
}

/** A line that the formatter has something to do with. */
async function untidyLine(stage: Stage): Promise<void> {
  await newLine(stage, 'type a line');
  await stage.type(typing('type a line'), `let ${stage.word()}=${stage.word()}  + ${stage.word()}`);
}

export async function formatByKey(stage: Stage): Promise<void> {
  await untidyLine(stage);
  await stage.keys(layout('format by key'), 'Control+Shift+i');
}

export async function formatByPalette(stage: Stage): Promise<void> {
  await untidyLine(stage);
  await stage.step(layout('format by palette'), () => stage.workbench.runCommand('Format Document'));
}

export async function formatOnSave(stage: Stage): Promise<void> {
  await untidyLine(stage);
  await stage.save('format on save');
}

function someWord(stage: Stage): { readonly line: number; readonly index: number; readonly word: string } {
  const line = someLine(stage);
  const words = [...(stage.lines[line] ?? '').matchAll(/[a-z]\w{3,}/g)];
  if (words.length === 0) return { line, index: 0, word: '' };
  const { 0: word, index } = pick(stage.random, words);
  return { line, index, word };
}

export async function rename(stage: Stage): Promise<void> {
  const { line, index, word } = someWord(stage);
  if (word === '') return;
  await stage.caret(line, index);
  const name = stage.word();
  const { workbench } = stage;
  await stage.step(
    { kind: 'rename', reported: ['rename', 'foreign'], effect: { does: 'layout' } },
    async () => {
      await workbench.press('F2');
      await workbench.see('.rename-box input');
      await workbench.page.locator('.rename-box input').first().fill(name);
      await workbench.press('Enter');
    },
    () => stage.oracle.text.includes(name),
  );
}

export async function replaceInFile(stage: Stage): Promise<void> {
  const { line, index, word } = someWord(stage);
  if (word === '') return;
  await stage.caret(line, index);
  const other = stage.word();
  const { workbench } = stage;
  await stage.step(
    { kind: 'replace in file', reported: ['command'], effect: { does: 'write', origin: 'human' } },
    async () => {
      await workbench.press('Control+h');
      const find = '.editor-group-container.active .find-widget.visible';
      await workbench.see(find);
      await workbench.page.locator(`${find} .find-part textarea`).first().fill(word);
      await workbench.page.locator(`${find} .replace-part textarea`).first().fill(other);
      await workbench.page.waitForFunction(
        `!/No results/.test(document.querySelector(${JSON.stringify(`${find} .matchesCount`)})?.textContent ?? 'No results')`,
      );
      await workbench.press('Control+Alt+Enter');
    },
    () => stage.oracle.text.includes(other),
  );
  await workbench.press('Escape');
  await workbench.see('.editor-group-container.active .editor-instance .monaco-editor.focused');
}

export async function otherExtension(stage: Stage): Promise<void> {
  const line = someLine(stage);
  const { word } = stage;
  const length = (stage.lines[line] ?? '').length;
  const text = pick(stage.random, [` ${word()}`, `\n${word()}(${word()});\n// ${word()}`, `${word()}();`]);
  const changes = [[stage.offsetOf(line, length), 0, text]];
  await stage.step(
    { kind: 'another extension', reported: ['foreign'], effect: { does: 'write', origin: 'foreign' } },
    async () => {
      await stage.observer.ask('edit', { uri: stage.active, changes });
    },
  );
}

export async function onDisk(stage: Stage): Promise<void> {
  await stage.save('disk');
  const { word } = stage;
  const lines = [...stage.lines];
  const line = someLine(stage);
  const fresh = `${word()} ${word()} ${word()}`;
  if (stage.random() < 0.5) lines.splice(line, 1, fresh);
  else lines.splice(line + 1, 0, fresh, word());
  const text = lines.join('\n');
  await stage.step(
    { kind: 'disk', reported: ['disk'], effect: { does: 'write', origin: 'external' } },
    async () => replaceWhole(stage.active, text),
    () => stage.oracle.text === text,
  );
}

/** In one step: a file that is written in place is empty for a moment, and a busy editor may read just that. */
function replaceWhole(file: string, text: string): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-disk-'));
  fs.writeFileSync(path.join(folder, 'file'), text);
  fs.renameSync(path.join(folder, 'file'), file);
  fs.rmdirSync(folder);
}
