/** Actions of a person at the keyboard: typing and taking back. */
import { between, pick } from '../random';
import type { Kind } from '../kinds';
import type { Intent, Stage } from '../stage';

export function typing(kind: Kind): Intent {
  return { kind, reported: ['typing', 'command', 'cut'], effect: { does: 'write', origin: 'human' } };
}

/** A line that a person would end, with text on it; the first of a file never. */
export function someLine(stage: Stage): number {
  const numbers = [...stage.lines.keys()].filter((number) => (stage.lines[number] ?? '').trim().length >= 6);
  return numbers.length === 0 ? 0 : pick(stage.random, numbers);
}

/** A new line below some line, with the caret on it: Enter at the end of the line. */
export async function newLine(stage: Stage, kind: Kind): Promise<void> {
  await stage.caret(someLine(stage));
  await stage.keys(typing(kind), 'Enter');
}

export async function typeLine(stage: Stage): Promise<void> {
  const { random, word } = stage;
  const text = pick(random, [
    () => `let ${word()} = ${word()}(${word()}, ${word()});`,
    () => `${word()}.${word()}("${word()} ${word()}")`,
    () => `// ${word()} ${word()} ${word()}`,
    () => `let ${word()}=${word()}  + ${word()}`,
    () => `each (${word()}) {`,
  ])();
  await newLine(stage, 'type a line');
  await stage.type(typing('type a line'), text);
}

export async function typeWords(stage: Stage): Promise<void> {
  const line = someLine(stage);
  const text = stage.lines[line] ?? '';
  const places = [...text.matchAll(/(?<=\w)(?=\W|$)/g)].map(({ index }) => index);
  await stage.caret(line, places.length === 0 ? 'end' : pick(stage.random, places));
  const words = Array.from({ length: between(stage.random, 1, 3) }, () => stage.word());
  await stage.type(typing('type words'), ` ${words.join(' ')}`);
}

export async function typeOver(stage: Stage): Promise<void> {
  const line = someLine(stage);
  const words = [...(stage.lines[line] ?? '').matchAll(/\w+/g)];
  const word = words.length === 0 ? undefined : pick(stage.random, words);
  await stage.caret(line, word?.index ?? 0);
  await stage.workbench.press('Control+Shift+ArrowRight');
  await stage.until(() => stage.carets.some(([, from, , to]) => from !== to), 'a selected word');
  await stage.type(typing('type over'), stage.word());
}

export async function splitLine(stage: Stage): Promise<void> {
  const line = someLine(stage);
  const length = (stage.lines[line] ?? '').length;
  await stage.caret(line, between(stage.random, 1, length));
  await stage.keys(typing('Enter'), 'Enter');
}

export async function backspace(stage: Stage): Promise<void> {
  await stage.caret(someLine(stage));
  await stage.keys(typing('Backspace'), ...Array.from({ length: between(stage.random, 1, 4) }, () => 'Backspace'));
}

export async function deleteForward(stage: Stage): Promise<void> {
  const line = someLine(stage);
  const start = /^\s*/.exec(stage.lines[line] ?? '')?.[0].length ?? 0;
  await stage.caret(line, start + between(stage.random, 0, 2));
  await stage.keys(typing('Delete'), ...Array.from({ length: between(stage.random, 1, 4) }, () => 'Delete'));
}

export async function deleteWords(stage: Stage): Promise<void> {
  const backwards = stage.random() < 0.5;
  const line = someLine(stage);
  const start = /^\s*/.exec(stage.lines[line] ?? '')?.[0].length ?? 0;
  await stage.caret(line, backwards ? 'end' : start);
  await stage.keys(typing('delete words'), backwards ? 'Control+Backspace' : 'Control+Delete');
}

export async function severalCursors(stage: Stage): Promise<void> {
  const more = between(stage.random, 1, 2);
  const line = between(stage.random, 0, Math.max(0, stage.lines.length - more - 1));
  await stage.caret(line, 0);
  for (let index = 0; index < more; index++) await stage.workbench.press('Shift+Alt+ArrowDown');
  const wanted = Math.min(more + 1, stage.lines.length - line);
  await stage.until(() => stage.carets.length === wanted, `${wanted} cursors`);
  await stage.type(typing('several cursors'), `${stage.word()} `);
  await stage.workbench.press('Escape');
}

export async function inputMethod(stage: Stage): Promise<void> {
  await stage.caret(someLine(stage));
  const steps = pick(stage.random, [
    ['に', 'にほ', 'にほん', '日本'],
    ['か', 'かん', 'かんじ', '漢字'],
    ['こ', 'こー', 'こーど'],
  ]);
  const last = steps.at(-1) ?? '';
  const { page } = stage.workbench;
  const session = await page.context().newCDPSession(page);
  const before = stage.oracle.text.length;
  await stage.step(
    typing('input method'),
    async () => {
      for (const text of steps) {
        await session.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
      }
      await session.send('Input.insertText', { text: last });
    },
    () => stage.oracle.text.length === before + last.length && stage.oracle.text.includes(last),
  );
  await session.detach();
}
