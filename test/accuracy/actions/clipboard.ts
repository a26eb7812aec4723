/** Actions with the clipboard: pastes from outside, copies and cuts inside a file and across files. */
import type { Kind } from '../kinds';
import type { Copied } from '../cells';
import { between } from '../random';
import type { Stage } from '../stage';
import { someLine } from './typing';

async function clipboardHolds(stage: Stage, text: string): Promise<void> {
  await stage.workbench.page.waitForFunction(
    `navigator.clipboard.readText().then((text) => text.replaceAll('\\r\\n', '\\n') === ${JSON.stringify(text)})`,
    undefined,
    { timeout: 10_000 },
  );
}

export async function pasteFromOutside(stage: Stage): Promise<void> {
  const { word } = stage;
  const count = between(stage.random, 1, 4);
  const lines = Array.from({ length: count }, () => `let ${word()} = ${word()}("${word()}", ${word()});`);
  const isInline = count === 1 && stage.random() < 0.5;
  const text = isInline ? `${word()}_${word()}` : lines.map((line) => `${line}\n`).join('');
  const line = someLine(stage);
  await stage.caret(line, isInline ? 'end' : 0);
  await stage.workbench.writeClipboard(text);
  await stage.keys(
    { kind: 'paste from outside', reported: ['paste'], effect: { does: 'write', origin: 'paste' } },
    'Control+v',
  );
}

/** Copies or cuts a line without a selection, or a few with one; gives what is on the clipboard then. */
async function taken(stage: Stage, kind: Kind, key: 'Control+c' | 'Control+x'): Promise<Copied> {
  const isWholeLine = stage.random() < 0.5;
  const count = isWholeLine ? 1 : between(stage.random, 1, 3);
  const line = Math.max(0, Math.min(someLine(stage), stage.lines.length - count - 1));
  const copied = stage.copied(line, count);
  await stage.caret(line, 0);
  if (!isWholeLine) {
    for (let index = 0; index < count; index++) await stage.workbench.press('Shift+ArrowDown');
    await stage.until(() => stage.carets[0]?.[2] === line + count, 'the selected lines');
  }
  if (key === 'Control+c') await stage.workbench.press(key);
  else {
    const cut = { kind, reported: ['cut', 'command'], effect: { does: 'write', origin: 'human' } } as const;
    await stage.keys(cut, key);
  }
  await clipboardHolds(stage, copied.text);
  return copied;
}

async function put(stage: Stage, kind: Kind, copied: Copied): Promise<void> {
  const line = someLine(stage);
  await stage.caret(line, 0);
  await stage.keys({ kind, reported: ['paste'], effect: { does: 'place', copied } }, 'Control+v');
}

const inside = (kind: Kind, key: 'Control+c' | 'Control+x') => async (stage: Stage) => {
  await put(stage, kind, await taken(stage, kind, key));
};

const across = (kind: Kind, key: 'Control+c' | 'Control+x') => async (stage: Stage) => {
  const copied = await taken(stage, kind, key);
  const other = stage.files.find((file) => file !== stage.active);
  if (other === undefined) throw new Error('There is no other file');
  await stage.open(other);
  await put(stage, kind, copied);
};

export const copyAndPaste = inside('copy and paste', 'Control+c');
export const cutAndPaste = inside('cut and paste', 'Control+x');
export const copyAcross = across('copy to another file', 'Control+c');
export const cutAcross = across('cut to another file', 'Control+x');
