/** The kinds of edit that are driven, and how often: the weights are part of what is measured, so they stand here. */
import type { Random } from './random';
import { shuffled } from './random';

/** `signal`: the public API leaves a trace from which the kind can be told; without one, `unknown` is a right answer. */
export interface KindInfo {
  readonly weight: number;
  readonly signal: boolean;
  readonly what: string;
}

export const KINDS = {
  'type a line': { weight: 10, signal: true, what: 'Enter and a line, with brackets the editor closes' },
  'type words': { weight: 5, signal: true, what: 'words at a place inside a line' },
  'type over': { weight: 3, signal: true, what: 'a selected word replaced by typing' },
  Enter: { weight: 2, signal: true, what: 'a line split, with automatic indentation' },
  Backspace: { weight: 3, signal: true, what: 'one to four characters taken back' },
  Delete: { weight: 2, signal: true, what: 'one to four characters deleted' },
  'delete words': { weight: 3, signal: true, what: 'Ctrl+Backspace, Ctrl+Delete' },
  'several cursors': { weight: 3, signal: true, what: 'a word typed at two or three cursors' },
  'input method': { weight: 2, signal: true, what: 'a word composed by an input method' },
  'completion, whole': { weight: 7, signal: true, what: 'Tab on ghost text of one to four lines' },
  'completion, by word': { weight: 4, signal: true, what: 'Ctrl+Right on ghost text, once to three times' },
  'completion, the rest': { weight: 3, signal: true, what: 'Ctrl+Right, then Tab' },
  'next edit': { weight: 2, signal: true, what: 'Tab, Tab on a suggested change of a line' },
  'suggest widget': { weight: 3, signal: true, what: 'Ctrl+Space, Enter' },
  undo: { weight: 5, signal: true, what: 'Ctrl+Z, once to three times, on whatever was before' },
  redo: { weight: 3, signal: true, what: 'Ctrl+Z, then Ctrl+Y' },
  'paste from outside': { weight: 6, signal: true, what: 'Ctrl+V of one to four lines from another program' },
  'copy and paste': { weight: 3, signal: true, what: 'a line or several, in the same file' },
  'cut and paste': { weight: 3, signal: true, what: 'a line or several, in the same file' },
  'copy to another file': { weight: 2, signal: true, what: 'Ctrl+C here, Ctrl+V there' },
  'cut to another file': { weight: 2, signal: true, what: 'Ctrl+X here, Ctrl+V there' },
  'move a line': { weight: 3, signal: true, what: 'Alt+Up, Alt+Down' },
  'copy a line down': { weight: 2, signal: true, what: 'Ctrl+Shift+Alt+Down' },
  'delete a line': { weight: 2, signal: true, what: 'Ctrl+Shift+K' },
  comment: { weight: 2, signal: true, what: 'Ctrl+/' },
  indent: { weight: 2, signal: true, what: 'Ctrl+], Ctrl+[' },
  'replace in file': { weight: 2, signal: true, what: 'Ctrl+H, replace all' },
  'format by key': { weight: 2, signal: true, what: 'Ctrl+Shift+I' },
  'format on save': { weight: 2, signal: true, what: 'Ctrl+S with editor.formatOnSave' },
  disk: { weight: 3, signal: true, what: 'another program writes the file while it is saved' },
  'chat edit': { weight: 1, signal: true, what: 'an assistant’s edit out of the chat, then Keep' },
  snippet: { weight: 2, signal: false, what: 'a snippet out of the suggest widget' },
  'completion by mouse': { weight: 2, signal: false, what: 'the button of the toolbar over ghost text' },
  'completion by palette': { weight: 2, signal: false, what: 'the command from the palette' },
  'join lines by palette': { weight: 1, signal: false, what: 'the command from the palette' },
  'format by palette': { weight: 1, signal: false, what: 'the command from the palette' },
  rename: { weight: 1, signal: false, what: 'F2, a new name, Enter' },
  'another extension': { weight: 2, signal: false, what: 'a WorkspaceEdit that no key caused' },
} as const satisfies Readonly<Record<string, KindInfo>>;

export type Kind = keyof typeof KINDS;

export const ALL_KINDS = Object.keys(KINDS) as readonly Kind[];

/** The kinds of a run in their order: each as often as its weight says, and at least once where there is room. */
export function deck(random: Random, actions: number): Kind[] {
  const total = ALL_KINDS.reduce((sum, kind) => sum + KINDS[kind].weight, 0);
  const counts = new Map(ALL_KINDS.map((kind) => [kind, Math.floor((KINDS[kind].weight * actions) / total)]));
  const rest = shuffled(random, ALL_KINDS).toSorted((a, b) => {
    const [missingA, missingB] = [counts.get(a) === 0, counts.get(b) === 0];
    if (missingA !== missingB) return missingA ? -1 : 1;
    return KINDS[b].weight - KINDS[a].weight;
  });
  const given = [...counts.values()].reduce((sum, count) => sum + count, 0);
  for (let index = 0; index < actions - given; index++) {
    const kind = rest[index % rest.length];
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return shuffled(
    random,
    [...counts].flatMap(([kind, count]) => Array.from({ length: count }, () => kind)),
  );
}
