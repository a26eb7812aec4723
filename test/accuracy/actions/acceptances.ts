/** Actions with an assistant: completions by key, by mouse and from the palette; suggestions and snippets. */
import fs from 'node:fs';
import type { Kind } from '../kinds';
import { between, pick } from '../random';
import { reportedBy } from '../reported';
import type { Intent, Stage } from '../stage';
import { newLine, someLine, typing } from './typing';

/** Where the test extensions look up what they offer; written anew for each offer. */
export interface Offers {
  readonly completions: string;
  readonly nextEdits: string;
}

function acceptance(kind: Kind): Intent {
  return { kind, reported: ['ai'], effect: { does: 'write', origin: 'ai' } };
}

/** Types a prefix on a new line for which the assistant has a text; resolves with that text once it shows. */
async function offered(stage: Stage, offers: Offers, lines: number): Promise<string> {
  const { word } = stage;
  const prefix = `${word()} = `;
  const first = `${word()}(${word()}, ${word()}) + ${word()} ${word()};`;
  const more = Array.from({ length: lines - 1 }, () => `\nlet ${word()} = ${word()}.${word()}();`);
  fs.writeFileSync(offers.completions, JSON.stringify({ [prefix]: [first, ...more].join('') }));
  await newLine(stage, 'type a line');
  await stage.type(typing('type a line'), prefix);
  await stage.workbench.waitForGhostText();
  return [first, ...more].join('');
}

async function withdrawn(stage: Stage, offers: Offers): Promise<void> {
  fs.writeFileSync(offers.completions, '{}');
  await stage.workbench.press('Escape');
  await stage.workbench.waitForNoGhostText();
}

export async function acceptWhole(stage: Stage, offers: Offers): Promise<void> {
  const lines = pick(stage.random, [1, 1, 1, 2, 3, 4]);
  const text = await offered(stage, offers, lines);
  await stage.step(
    acceptance('completion, whole'),
    () => stage.workbench.press('Tab'),
    () => stage.oracle.text.includes(text.split('\n').at(-1) ?? text),
  );
  await withdrawn(stage, offers);
}

export async function acceptWords(stage: Stage, offers: Offers): Promise<void> {
  await offered(stage, offers, 1);
  const count = between(stage.random, 1, 3);
  for (let index = 0; index < count; index++) {
    await stage.keys(acceptance('completion, by word'), 'Control+ArrowRight');
    await stage.workbench.waitForGhostText();
  }
  await withdrawn(stage, offers);
  if (stage.random() < 0.5) await stage.type(typing('type words'), `.${stage.word()}`);
}

export async function acceptRest(stage: Stage, offers: Offers): Promise<void> {
  const text = await offered(stage, offers, between(stage.random, 1, 2));
  await stage.keys(acceptance('completion, the rest'), 'Control+ArrowRight');
  await stage.workbench.waitForGhostText();
  await stage.step(
    acceptance('completion, the rest'),
    () => stage.workbench.press('Tab'),
    () => stage.oracle.text.includes(text.split('\n').at(-1) ?? text),
  );
  await withdrawn(stage, offers);
}

export async function acceptByMouse(stage: Stage, offers: Offers): Promise<void> {
  const text = await offered(stage, offers, pick(stage.random, [1, 1, 2]));
  const { workbench } = stage;
  await stage.step(
    acceptance('completion by mouse'),
    async () => {
      await workbench.page.locator('.editor-instance [class*="ghost-text"]:not(:empty)').first().hover({ force: true });
      const toolbar = await workbench.see('.inlineSuggestionsHints');
      await toolbar.locator('.action-label, .monaco-button').filter({ hasText: 'Accept' }).first().click();
    },
    () => stage.oracle.text.includes(text.split('\n').at(-1) ?? text),
  );
  await withdrawn(stage, offers);
}

export async function acceptByPalette(stage: Stage, offers: Offers): Promise<void> {
  const text = await offered(stage, offers, pick(stage.random, [1, 1, 2]));
  await stage.step(
    acceptance('completion by palette'),
    () => stage.workbench.runCommand('Accept Inline Suggestion'),
    () => stage.oracle.text.includes(text.split('\n').at(-1) ?? text),
  );
  await withdrawn(stage, offers);
}

/** Tab takes the caret to the suggested change where it is elsewhere, and accepts it where the caret is there. */
export async function acceptNextEdit(stage: Stage, offers: Offers): Promise<void> {
  const line = someLine(stage);
  const old = stage.lines[line] ?? '';
  const word = /[a-z]{4,}/.exec(old)?.[0];
  const isReplacement = word !== undefined && stage.random() < 0.5;
  const wanted = isReplacement ? old.replace(word, stage.word()) : `${old.trimEnd()} ${stage.word()}(${stage.word()})`;
  await stage.caret(line, 0);
  fs.writeFileSync(offers.nextEdits, JSON.stringify({ [old]: wanted }));
  const { workbench } = stage;
  const isMade = (): boolean => stage.lines.includes(wanted);
  await stage.step(
    acceptance('next edit'),
    async () => {
      await workbench.runCommand('Trigger Inline Suggestion');
      await workbench.see('.inline-edits-view-gutter-indicator .codicon');
      const before = stage.carets.join();
      await workbench.press('Tab');
      await stage.until(() => isMade() || stage.carets.join() !== before, 'the suggested change');
      if (!isMade()) await workbench.press('Tab');
    },
    isMade,
  );
  fs.writeFileSync(offers.nextEdits, '{}');
  await workbench.press('Escape');
}

async function suggested(stage: Stage, kind: 'suggest widget' | 'snippet'): Promise<void> {
  await newLine(stage, 'type a line');
  const word = stage.word();
  await stage.type(typing('type a line'), word);
  const { workbench } = stage;
  await workbench.press('Control+Space');
  const wanted = kind === 'snippet' ? `${word}Loop` : `${word}Value`;
  await workbench.waitForText('.suggest-widget.visible .monaco-list-row', wanted);
  const focused = workbench.page.locator('.suggest-widget.visible .monaco-list-row.focused');
  for (let step = 0; step < 10 && !((await focused.first().textContent()) ?? '').includes(wanted); step++) {
    await workbench.press('ArrowDown');
  }
  await stage.step(
    { kind, reported: ['suggest', 'snippet'], effect: { does: 'write', origin: 'human' } },
    () => workbench.press('Enter'),
    () => stage.oracle.text.includes(kind === 'snippet' ? `(${word}Item) {` : wanted),
  );
  await workbench.press('Escape');
}

export const acceptSuggestion = (stage: Stage): Promise<void> => suggested(stage, 'suggest widget');
export const expandSnippet = (stage: Stage): Promise<void> => suggested(stage, 'snippet');

/** The assistant's chat edits the file that is in front; the person keeps what it did. */
export async function chatEdit(stage: Stage): Promise<void> {
  const { word, workbench, observer } = stage;
  await stage.save('format on save');
  const line = someLine(stage);
  const end = (stage.lines[line] ?? '').length;
  const text = `\nlet ${word()} = ${word()}.${word()}();\n${word()}(${word()});`;
  const message = JSON.stringify({ file: stage.active.split('/').at(-1), edits: [[line, end, line, end, text]] });
  // The editor saves all files before and what the chat edits after, and formats them then.
  const intent: Intent = {
    kind: 'chat edit',
    reported: ['ai', 'format', 'background'],
    effect: (event) => (reportedBy(event) === 'ai' ? { does: 'write', origin: 'ai' } : { does: 'layout' }),
  };
  await stage.step(
    intent,
    () => observer.ask('execute', { command: 'countersign-tests.chat', args: [message] }),
    () => stage.oracle.text.includes(text),
  );
  await workbench.waitForText('.chat-editor-overlay-widget, .chat-editing-session', 'Keep');
  await observer.ask('execute', { command: 'chatEditing.acceptAllFiles' });
  await workbench.page.locator('.chat-editor-overlay-widget').first().waitFor({ state: 'hidden' });
  await observer.ask('execute', { command: 'workbench.action.closeAuxiliaryBar' });
  await observer.ask('execute', { command: 'workbench.action.focusActiveEditorGroup' });
  await workbench.see('.editor-group-container.active .editor-instance .monaco-editor.focused');
}
