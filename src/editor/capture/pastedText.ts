/**
 * Pastes: whether a change is the paste that was announced, and whose text it brings. What was copied in this window
 * keeps its origins; the editor may have laid it out anew or spread it over several carets.
 */
import type { EditKind } from '../../core/tracking/documentTracker';
import { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import type { TextChange } from '../../core/tracking/history';
import { PASTE } from './classify';
import type { Extent } from './editEvent';
import { isEmpty } from './editEvent';

/**
 * The ranges of a copy in the order in which the clipboard holds them: that of the text, whichever was selected first.
 * Beside others, a caret without a selection copies its line, once.
 */
export function copiedRanges(selected: readonly Extent[], lengthOf: (line: number) => number): readonly Extent[] {
  if (selected.length < 2) return selected;
  const ordered = selected.toSorted(({ start: a }, { start: b }) => a.line - b.line || a.character - b.character);
  let previous = -1;
  return ordered.flatMap((range) => {
    const { line } = range.start;
    const isTaken = line === previous;
    previous = line;
    if (!isEmpty(range)) return [range];
    const whole = { start: { line, character: 0 }, end: { line, character: lengthOf(line) } };
    return isTaken ? [] : [whole];
  });
}

/** Whether the changes insert the pasted text, white space at line starts and line ends aside. */
export function isPasteOf(changes: readonly TextChange[], text: string): boolean {
  const whole = laidOutAlike(text);
  if (whole === '' || changes.length === 0) return changes.length > 0 && changes.every((each) => each.text === text);
  const lines = new Set(whole.split('\n'));
  const parts = changes.map((change) => laidOutAlike(change.text));
  // Several carets get the whole text each, or a line each.
  return parts.every((part) => part === whole) || (parts.length > 1 && parts.every((part) => lines.has(part)));
}

function laidOutAlike(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .join('\n')
    .trim();
}

/** What a paste of remembered text, or of text from elsewhere (no fragment), is to the tracker. */
export function pasteKind(changes: readonly TextChange[], fragment: Fragment | undefined): EditKind {
  if (fragment === undefined) return { kind: 'edit', source: PASTE };
  const by = { origin: 'human', via: 'move', evidence: 'observed' } as const;
  const fits = (each: Fragment): boolean => changes.every(({ text }) => holdsSurely(each, text));
  const candidates = [fragment, ...(changes[0] === undefined ? [] : [reindented(fragment, changes[0].text)])];
  const placed = candidates.find((each) => each !== undefined && fits(each));
  if (placed !== undefined) return { kind: 'place', fragment: placed, by };
  // Its origins can't be followed: it must not become weaker than what was copied.
  const isHarmless = fragment.runs.every(({ origin }) => {
    return origin === 'neutral' || (origin !== 'unknown' && ['paste', 'tool', 'human'].includes(origin.origin));
  });
  return { kind: 'edit', source: isHarmless ? PASTE : 'unknown' };
}

/** Whether a part of the fragment is this text, and it does not matter which: equal parts may have other origins. */
function holdsSurely({ text, runs }: Fragment, part: string): boolean {
  const at = text.indexOf(part);
  if (at === -1 || at === text.lastIndexOf(part) || part.trim() === '') return at !== -1;
  const nameOf = ({ origin }: Fragment['runs'][number]): string =>
    typeof origin === 'string' ? origin : `${origin.origin} ${origin.via} ${origin.evidence}`;
  return new Set(runs.map(nameOf)).size === 1;
}

/** The fragment with the white space at line starts, and at the end, that the pasted text has. */
function reindented(fragment: Fragment, text: string): Fragment | undefined {
  const old = splitLines(fragment.text);
  const wanted = splitLines(text);
  if (wanted.length < old.length) old.length = wanted.length;
  if (old.length !== wanted.length) return undefined;
  const by = { origin: 'human', via: 'move', evidence: 'observed' } as const;
  const scratch = new DocumentTracker('');
  scratch.apply([{ offset: 0, removed: 0, text: fragment.text }], { kind: 'place', fragment, by });
  const changes: TextChange[] = [];
  let offset = 0;
  for (const [index, line] of old.entries()) {
    const other = wanted[index] ?? '';
    const from = indentOf(line);
    const to = indentOf(other);
    if (line.slice(from.length).trimEnd() !== other.slice(to.length).trimEnd()) return undefined;
    if (from !== to) changes.push({ offset, removed: from.length, text: to });
    offset += line.length + 1;
  }
  const end = fragment.text.length;
  scratch.apply(changes, { kind: 'layout', by });
  const grown = changes.reduce((sum, change) => sum + change.text.length - change.removed, 0);
  const now = end + grown;
  if (text.endsWith('\n') && !fragment.text.endsWith('\n')) {
    scratch.apply([{ offset: now, removed: 0, text: text.endsWith('\r\n') ? '\r\n' : '\n' }], { kind: 'layout', by });
  }
  return scratch.fragment(0, scratch.length);
}

function splitLines(text: string): string[] {
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

/** Fragments that were copied in this window, by their text; newest win. */
export class CopiedText {
  readonly #fragments = new Map<string, Fragment>();
  #characters = 0;

  remember(fragment: Fragment): void {
    if (fragment.text === '' || fragment.text.length > MOST_CHARACTERS) return;
    const key = keyOf(fragment.text);
    this.#characters -= this.#fragments.get(key)?.text.length ?? 0;
    this.#fragments.delete(key);
    this.#fragments.set(key, fragment);
    this.#characters += fragment.text.length;
    for (const [oldest, { text }] of this.#fragments) {
      if (this.#fragments.size <= MOST_FRAGMENTS && this.#characters <= MOST_CHARACTERS) break;
      this.#fragments.delete(oldest);
      this.#characters -= text.length;
    }
  }

  find(text: string): Fragment | undefined {
    return this.#fragments.get(keyOf(text));
  }
}

const MOST_FRAGMENTS = 20;
const MOST_CHARACTERS = 4_000_000;

/** The clipboard may hold other line ends, and one more where a whole line was copied. */
function keyOf(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '');
}
