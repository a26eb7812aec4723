/**
 * What a tracker should hold, kept in a way that is too simple to be wrong: a string with one letter per character that
 * says where it comes from, and a copy of everything for each step that can be undone.
 *
 * It counts who inserted in a line. Who deleted, split or touched one it does not: of such lines it only says that nobody's
 * insertion may be missing. `test/unit/tracking` has those, one by one.
 */
import assert from 'node:assert/strict';
import type { DocumentTracker } from '../../src/core/tracking/documentTracker';
import type { TextChange } from '../../src/core/tracking/history';
import type { InitialLine } from '../../src/core/tracking/initialText';
import type { KnownOrNot } from '../../src/core/tracking/sourceTable';
import { COUNTED } from '../../src/core/model/origin';
import type { Counted, Counts, Origin } from '../../src/core/model/origin';
import type { LineState } from '../../src/core/tracking/lineFold';
import { AGENT, AI, EXTERNAL, H, PASTE, TOOL, applied } from '../unit/tracking/session';

const MOVED = { ...H, via: 'move' } as const;
const REMEMBERED = { ...H, evidence: 'imported' } as const;

/** Where a character comes from, by letter. Small ones arrive by edits; capitals stand in the initial text. */
export const SOURCES = {
  h: H,
  a: AI,
  p: PASTE,
  t: TOOL,
  x: EXTERNAL,
  u: 'unknown',
  m: MOVED,
  N: 'neutral',
  U: 'unknown',
  A: AGENT,
  H: REMEMBERED,
} as const satisfies Readonly<Record<string, KnownOrNot | 'neutral'>>;
export type Letter = keyof typeof SOURCES;

const COUNTS_AS: Readonly<Record<Letter, Counted | undefined>> = {
  h: 'human',
  a: 'ai',
  p: 'paste',
  t: 'tool',
  x: 'external',
  u: 'unknown',
  m: 'human',
  N: undefined,
  U: 'unknown',
  A: 'ai',
  H: 'human',
};

/** Text with its letters. */
export interface Lettered {
  readonly text: string;
  readonly letters: string;
}

interface State extends Lettered {
  /** For each line whether somebody deleted in it or touched its white space: then its counts are more than insertions. */
  readonly touched: readonly boolean[];
  /** What takes the step to this state back. */
  readonly inverse: readonly TextChange[];
}

export class Oracle {
  #states: State[];
  #at = 0;

  /** The initial text by lines with their terminators, each of one letter. */
  constructor(lines: readonly (readonly [text: string, letter: 'N' | 'U' | 'A' | 'H'])[]) {
    const text = lines.map(([line]) => line).join('');
    const letters = lines.map(([line, letter]) => letter.repeat(line.length)).join('');
    this.#states = [{ text, letters, touched: text.split('\n').map(() => false), inverse: [] }];
  }

  /** Number of the present state: the same again once edits were undone. */
  get at(): number {
    return this.#at;
  }

  get text(): string {
    return this.#state.text;
  }

  get letters(): string {
    return this.#state.letters;
  }

  /** Changes of one source; all are relative to the text before. */
  edit(changes: readonly TextChange[], letter: Letter): void {
    this.#step(changes, (state, change) => {
      const { offset, removed, text } = least(change, state.text.slice(change.offset, change.offset + change.removed));
      if (removed === 0 && text === '') return state;
      return spliced(state, offset, removed, { text, letters: letter.repeat(text.length) });
    });
  }

  /** The text [from, to) as it is copied. */
  copy(from: number, to: number): Lettered {
    return { text: this.text.slice(from, to), letters: this.letters.slice(from, to) };
  }

  /** A person puts copied text (the first part of it that reads so) in place of others; what is neutral becomes theirs. */
  place(changes: readonly TextChange[], copy: Lettered): void {
    this.#step(changes, (state, { offset, removed, text }) => {
      if (state.text.slice(offset, offset + removed) === text) return state;
      const at = copy.text.indexOf(text);
      const letters =
        at === -1 ? 'u'.repeat(text.length) : copy.letters.slice(at, at + text.length).replaceAll('N', 'm');
      return touchedAt(spliced(state, offset, removed, { text, letters }), offset, text.length);
    });
  }

  /** A formatter that changes white space only: ink keeps its letter, white space that differs is the tool's. */
  layout(changes: readonly TextChange[]): void {
    this.#step(changes, (state, { offset, removed, text }) => {
      if (state.text.slice(offset, offset + removed) === text) return state;
      const before = {
        text: state.text.slice(offset, offset + removed),
        letters: state.letters.slice(offset, offset + removed),
      };
      const letters = relaid(before, text);
      return touchedAt(spliced(state, offset, removed, { text, letters }), offset, text.length);
    });
  }

  /** The event by which an editor undoes the last `steps` steps, and goes there; undefined when it would say nothing. */
  undo(steps: number, isComposed: boolean): readonly TextChange[] | undefined {
    const { inverse, text } = this.#state;
    const target = this.#states[Math.max(0, this.#at - steps)]?.text ?? text;
    // The event names a text: what it means is the newest state that reads so.
    const to = this.#states.findLastIndex((state, index) => index < this.#at && state.text === target);
    if (to === -1 || target === text) return undefined;
    const changes = isComposed || to !== this.#at - 1 ? [difference(text, target)] : inverse;
    this.#at = to;
    return changes;
  }

  redo(steps: number): readonly TextChange[] | undefined {
    const { text } = this.#state;
    const target = this.#states[Math.min(this.#states.length - 1, this.#at + steps)]?.text ?? text;
    const to = this.#states.findIndex((state, index) => index > this.#at && state.text === target);
    if (to === -1 || target === text) return undefined;
    this.#at = to;
    return [difference(text, target)];
  }

  /** Forgets what could be undone; for long streams. */
  forget(): void {
    this.#states = [this.#state];
    this.#at = 0;
  }

  /** Asserts that a tracker holds the same text, spans, sources and lines. */
  check(tracker: DocumentTracker): void {
    const { text, letters } = this.#state;
    assert.equal(tracker.text(), text);
    assert.equal(tracker.length, text.length);
    assert.equal(tracker.lineCount, text.split('\n').length);
    // Runs that cover the text without gaps, none empty, adjacent ones merged: as letters and lengths.
    assert.equal(told(tracker), runsOf(letters));
    this.checkLines(tracker);
  }

  /** Asserts the origin of every line, as far as insertions decide it. */
  checkLines(tracker: DocumentTracker): void {
    const { text, letters, touched } = this.#state;
    const states = new Map([...tracker.lineStates()].map((state) => [state.line, state]));
    let start = 0;
    for (const [number, line] of text.split('\n').entries()) {
      const own = letters.slice(start, start + line.length);
      start += line.length + 1;
      const problem = problemOf(line, own, states.get(number), touched[number] ?? true);
      if (problem !== undefined) assert.fail(`line ${number}, ${JSON.stringify(line)}, ${own}: ${problem}`);
    }
  }

  get #state(): State {
    const state = this.#states[this.#at];
    assert.ok(state !== undefined);
    return state;
  }

  #step(changes: readonly TextChange[], apply: (state: State, change: TextChange) => State): void {
    const before = this.#state;
    const inverse = inverseOf(before.text, changes);
    let state = before;
    for (const change of [...changes].sort((a, b) => b.offset - a.offset)) state = apply(state, change);
    assert.equal(state.text, applied(before.text, changes));
    assert.equal(state.letters.length, state.text.length);
    if (state === before) return;
    this.#states = [...this.#states.slice(0, this.#at + 1), { ...state, inverse }];
    this.#at++;
  }
}

/** What initial lines of these letters are for a tracker. */
export function initialLine(letter: 'N' | 'U' | 'A' | 'H', line: string): InitialLine {
  if (letter === 'N') return { kind: 'neutral' };
  if (letter === 'U') return { kind: 'unknown' };
  const source = SOURCES[letter];
  return { kind: 'claimed', source, counts: { [source.origin]: ink(line) } };
}

/** Runs of equal sources, as `told` tells them. Two letters mean `unknown`. */
function runsOf(letters: string): string {
  let end = 0;
  return letters.replaceAll('U', 'u').replace(/(.)\1*/g, (run) => {
    const at = end;
    end += run.length;
    return `${at}+${run.length}${run.charAt(0)} `;
  });
}

const LETTERS = new Map(Object.entries(SOURCES).map(([letter, source]) => [JSON.stringify(source), letter]));

/** A tracker's runs in a line: offset, length, letter. */
function told(tracker: DocumentTracker): string {
  let line = '';
  for (const { offset, length, origin } of tracker.runs()) {
    const key = JSON.stringify(origin);
    line += `${offset}+${length}${key === '"unknown"' ? 'u' : (LETTERS.get(key) ?? key)} `;
  }
  return line;
}

/** What is wrong with a line's state, if anything. Where the line was touched, insertions are the least of its counts. */
function problemOf(
  line: string,
  letters: string,
  state: LineState | undefined,
  isTouched: boolean,
): string | undefined {
  const expected = countsOf(line, letters);
  const counts = state?.counts ?? {};
  const found = `found ${JSON.stringify(counts)} and ${state?.origin}`;
  if (state !== undefined && state.origin !== folded(counts)) return `${found}, which do not agree`;
  if (!isTouched && ink(line) > 0) {
    const isSame = COUNTED.every((key) => counts[key] === expected[key]);
    return isSame ? undefined : `${found}, expected ${JSON.stringify(expected)}`;
  }
  // A recorded line that was copied twice into one counts once.
  if (/[AH]/.test(letters)) return undefined;
  const isLess = COUNTED.some((key) => (counts[key] ?? 0) < (expected[key] ?? 0));
  return isLess ? `${found}, expected at least ${JSON.stringify(expected)}` : undefined;
}

/** Who inserted in a line, in characters that are not white space. */
function countsOf(line: string, letters: string): Counts {
  const counts: Partial<Record<Counted, number>> = {};
  for (let at = 0; at < line.length; at++) {
    const key = COUNTS_AS[letters.charAt(at) as Letter];
    if (key !== undefined && ink(line.charAt(at)) > 0) counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** The rule of the design, as a sentence reads: AI and a person, AI, nobody knows, the disk, paste, a person, a tool. */
function folded(counts: Counts): Origin {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const of = (key: Counted): boolean => (total > 0 ? (counts[key] ?? 0) > 0 : counts[key] !== undefined);
  if (counts.ai !== undefined) return counts.ai > 0 && (of('human') || of('paste')) ? 'mixed' : 'ai';
  if (of('unknown')) return 'unknown';
  if (of('external')) return 'external';
  const { paste = 0 } = counts;
  if (of('paste') && (paste >= 20 || paste * 2 >= total || !(of('human') || of('tool')))) return 'paste';
  return of('human') ? 'human' : of('tool') ? 'tool' : 'unknown';
}

function ink(text: string): number {
  return text.replace(/[ \t-\r]/g, '').length;
}

function spliced(state: State, offset: number, removed: number, piece: Lettered): State {
  const { text, letters, touched } = state;
  const end = offset + removed;
  const gone = letters.slice(offset, end);
  const first = lineAt(text, offset);
  const last = lineAt(text, end);
  const lines = piece.text.split('\n');
  const old = touched.slice(first, last + 1).some(Boolean);
  // Taking back what one wrote oneself leaves no trace, and ink that comes leaves none but itself.
  const by = piece.letters.charAt(0);
  const isOwn = gone === '' || (by !== '' && gone === by.repeat(gone.length) && by === by.toLowerCase());
  const isInk = lines.every((line, index) => ink(line) > 0 || (index > 0 && index < lines.length - 1));
  const edge = old || !isOwn || (piece.text !== '' && !isInk) || piece.text === '';
  const fresh = lines.map((_, index) => edge && (index === 0 || index === lines.length - 1));
  return {
    text: text.slice(0, offset) + piece.text + text.slice(end),
    letters: letters.slice(0, offset) + piece.letters + letters.slice(end),
    touched: [...touched.slice(0, first), ...fresh, ...touched.slice(last + 1)],
    inverse: [],
  };
}

function touchedAt(state: State, offset: number, length: number): State {
  const first = lineAt(state.text, offset);
  const last = lineAt(state.text, offset + length);
  return { ...state, touched: state.touched.map((is, line) => is || (line >= first && line <= last)) };
}

function lineAt(text: string, offset: number): number {
  let line = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

/** Letters of a text laid out anew, its ink unchanged: between two ink characters, white space is the old or the tool's. */
function relaid(before: Lettered, text: string): string {
  const blanksBefore = before.text.split(/[^ \t-\r]/);
  const blanks = text.split(/[^ \t-\r]/);
  assert.equal(before.text.replace(/[ \t-\r]/g, ''), text.replace(/[ \t-\r]/g, ''));
  let letters = '';
  let at = 0;
  for (const [index, blank] of blanks.entries()) {
    const old = blanksBefore[index] ?? '';
    letters += old === blank ? before.letters.slice(at, at + old.length) : 't'.repeat(blank.length);
    at += old.length;
    letters += before.letters.slice(at, at + 1);
    at++;
  }
  return letters;
}

/** The rule for replacements, written plainly: continued text is an insertion, equal whole lines stay. */
function least(change: TextChange, old: string): TextChange {
  const { offset, text } = change;
  if (text.startsWith(old)) return { offset: offset + old.length, removed: 0, text: text.slice(old.length) };
  if (text.endsWith(old)) return { offset, removed: 0, text: text.slice(0, text.length - old.length) };
  const a = old.split('\n');
  const b = text.split('\n');
  let head = 0;
  while (head < Math.min(a.length, b.length) - 1 && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - 1 - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  const lead = a.slice(0, head).reduce((sum, line) => sum + line.length + 1, 0);
  const trail = a.slice(a.length - tail).reduce((sum, line) => sum + line.length + 1, 0);
  return { offset: offset + lead, removed: old.length - lead - trail, text: text.slice(lead, text.length - trail) };
}

/** What takes changes back: one change for each, where they then stand. */
function inverseOf(text: string, changes: readonly TextChange[]): TextChange[] {
  let drift = 0;
  return [...changes]
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, removed, text: inserted }) => {
      const change = { offset: offset + drift, removed: inserted.length, text: text.slice(offset, offset + removed) };
      drift += inserted.length - removed;
      return change;
    });
}

/** One change that makes `to` of `from`, as an editor composes several steps. */
function difference(from: string, to: string): TextChange {
  const most = Math.min(from.length, to.length);
  let head = 0;
  while (head < most && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < most - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  return { offset: head, removed: from.length - head - tail, text: to.slice(head, to.length - tail) };
}
