/**
 * What a formatter, a refactoring or organise-imports does: text keeps its origins, char by char, where it is only laid
 * out anew. A change is taken apart at the non-white-space characters that both its sides have in common; what is left
 * are changes of white space, and the few characters that the tool put in, took out or moved.
 */
import { diffLines } from '../text/diff';
import { countInk, rawLines } from '../text/lines';
import type { TextChange } from './history';
import { INITIAL, NOWHERE, insertedPiece, part, pushRun } from './piece';
import type { Piece, Run } from './piece';
import { isBlank } from './sequence';
import type { Sequence } from './sequence';

/** A change with the origins of what it inserts. */
export interface PieceChange {
  readonly offset: number;
  readonly removed: number;
  readonly insertion: Piece;
}

/** Ink characters looked ahead after a difference, and how many in a row must agree to go on. */
const WINDOW = 48;
const AGREEMENT = 3;

const SEVERAL_WORDS = /[\p{L}\p{N}_$][^\p{L}\p{N}_$]+[\p{L}\p{N}_$]/u;

/** One place that the tool changed: what stood there, with one run per ink character, and what comes. */
interface Gap {
  readonly offset: number;
  readonly removed: string;
  readonly removedRuns: readonly Run[];
  readonly text: string;
}

/** Takes a tool's changes (ascending) apart; `by` is the number of the tool's source. Result ascends too. */
export function laidOut(document: Sequence, changes: readonly TextChange[], by: number): PieceChange[] {
  const gaps = changes.flatMap((change) => gapsOf(document, change));
  const changed = gaps.filter((gap) => countInk(gap.removed) + countInk(gap.text) > 0);
  const runsOf = runsForInk(document, changed, by);
  return gaps.map((gap) => ({
    offset: gap.offset,
    removed: gap.removed.length,
    insertion: dressed(gap.text, runsOf.get(gap) ?? [], by),
  }));
}

/** A part of a change, as offsets into what goes and what comes; `isSame` when both have the same ink by line. */
interface Segment {
  readonly from: number;
  readonly to: number;
  readonly textFrom: number;
  readonly textTo: number;
  readonly isSame: boolean;
}

/** Cuts a change at the lines whose ink both sides have, so that a line that moved is not mistaken for its neighbour. */
function segmentsOf(before: string, after: string): Segment[] {
  const whole = { from: 0, to: before.length, textFrom: 0, textTo: after.length };
  if (inkOf(before) === inkOf(after)) return [{ ...whole, isSame: true }];
  const a = rawLines(before);
  const b = rawLines(after);
  if (a.length < 2 || b.length < 2) return [{ ...whole, isSame: false }];
  const segments: Segment[] = [];
  let line = 0;
  let from = 0;
  let textLine = 0;
  let textFrom = 0;
  const advance = (lineTo: number, textLineTo: number, isSame: boolean): void => {
    const to = from + lengthOf(a.slice(line, lineTo));
    const textTo = textFrom + lengthOf(b.slice(textLine, textLineTo));
    if (to > from || textTo > textFrom) segments.push({ from, to, textFrom, textTo, isSame });
    [line, from, textLine, textFrom] = [lineTo, to, textLineTo, textTo];
  };
  for (const region of diffLines(a.map(inkOf), b.map(inkOf))) {
    advance(region.beforeStart, region.afterStart, true);
    advance(region.beforeStart + region.beforeCount, region.afterStart + region.afterCount, false);
  }
  advance(a.length, b.length, true);
  return segments;
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length, 0);
}

function gapsOf(document: Sequence, { offset, removed, text }: TextChange): Gap[] {
  const piece = document.copy(offset, offset + removed);
  const segments = segmentsOf(piece.text, text);
  const leaving = new Set<string>();
  for (const { from, to, isSame } of segments) {
    if (!isSame) for (const line of rawLines(piece.text.slice(from, to))) leaving.add(inkOf(line));
  }
  const gaps: Gap[] = [];
  for (const { from, to, textFrom, textTo, isSame } of segments) {
    let at = from;
    let textAt = textFrom;
    const close = (end: number, textEnd: number): void => {
      const gone = piece.text.slice(at, end);
      const come = text.slice(textAt, textEnd);
      if (gone !== come) {
        gaps.push({ offset: offset + at, removed: gone, removedRuns: inkRuns(piece, at, end), text: come });
      }
    };
    const come = text.slice(textFrom, textTo);
    const isMove = !isSame && rawLines(come).some((line) => inkOf(line).length > AGREEMENT && leaving.has(inkOf(line)));
    for (const [a, b] of isMove ? [] : matches(piece.text.slice(from, to), come)) {
      close(from + a, textFrom + b);
      at = from + a + 1;
      textAt = textFrom + b + 1;
    }
    close(to, textTo);
  }
  return gaps;
}

/** Pairs of offsets of ink characters that both texts have, ascending in both. Linear but for the bounded window. */
function matches(before: string, after: string): [number, number][] {
  const a = inkOffsets(before);
  const b = inkOffsets(after);
  const same = (i: number, j: number): boolean => {
    const left = a[i];
    const right = b[j];
    return left !== undefined && right !== undefined && before.charCodeAt(left) === after.charCodeAt(right);
  };
  let tail = 0;
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && same(head, head)) head++;
  while (tail < shorter - head && same(a.length - 1 - tail, b.length - 1 - tail)) tail++;
  const pairs: [number, number][] = [];
  const pair = (i: number, j: number): void => {
    pairs.push([a[i] ?? 0, b[j] ?? 0]);
  };
  for (let i = 0; i < head; i++) pair(i, i);
  const endA = a.length - tail;
  const endB = b.length - tail;
  const agrees = (i: number, j: number): boolean => {
    for (let k = 0; k < AGREEMENT; k++) {
      if (i + k >= endA || j + k >= endB) return i + k === endA && j + k === endB && k > 0;
      if (!same(i + k, j + k)) return false;
    }
    return true;
  };
  for (let i = head, j = head; i < endA && j < endB;) {
    if (same(i, j)) {
      pair(i++, j++);
      continue;
    }
    const skip = nextAgreement(i, j, agrees);
    if (skip === undefined) break;
    [i, j] = skip;
  }
  for (let k = tail; k > 0; k--) pair(a.length - k, b.length - k);
  return pairs;
}

function nextAgreement(i: number, j: number, agrees: (i: number, j: number) => boolean): [number, number] | undefined {
  for (let distance = 1; distance <= WINDOW; distance++) {
    for (let skipped = 0; skipped <= distance; skipped++) {
      if (agrees(i + skipped, j + distance - skipped)) return [i + skipped, j + distance - skipped];
    }
  }
  return undefined;
}

/** For each gap with ink: the run of each ink character that comes. */
function runsForInk(document: Sequence, gaps: readonly Gap[], by: number): Map<Gap, Run[]> {
  const result = new Map<Gap, Run[]>();
  const pool = gaps.flatMap((gap) => gap.removedRuns);
  if (gaps.map((gap) => inkOf(gap.removed)).join('') === gaps.map((gap) => inkOf(gap.text)).join('')) {
    let next = 0;
    for (const gap of gaps) {
      const count = countInk(gap.text);
      result.set(
        gap,
        pool.slice(next, next + count).map((run) => carried(run, by)),
      );
      next += count;
    }
    return result;
  }
  const lines = removedLines(gaps);
  for (const gap of gaps) {
    // Punctuation, and a name that grew, go with the text beside; several words are new text, and the tool's.
    const beside = SEVERAL_WORDS.test(gap.text) ? { length: 1, source: by, at: NOWHERE } : neighbour(document, gap, by);
    const runs: Run[] = [];
    for (const line of rawLines(gap.text)) {
      const ink = inkOf(line);
      const moved = lines.get(ink)?.shift();
      for (let i = 0; i < ink.length; i++) runs.push(carried(moved?.[i] ?? gap.removedRuns[runs.length] ?? beside, by));
    }
    result.set(gap, runs);
  }
  return result;
}

/** The lines that go, by their ink, so that lines that come elsewhere (sorted imports) find their runs. */
function removedLines(gaps: readonly Gap[]): Map<string, Run[][]> {
  const lines = new Map<string, Run[][]>();
  for (const gap of gaps) {
    let start = 0;
    for (const line of rawLines(gap.removed)) {
      const ink = inkOf(line);
      if (ink.length > AGREEMENT) {
        const known = lines.get(ink) ?? [];
        known.push(gap.removedRuns.slice(start, start + ink.length));
        lines.set(ink, known);
      }
      start += ink.length;
    }
  }
  return lines;
}

/** The text beside a gap, whose origin what a tool adds there takes: what it replaces, stands before or stands behind. */
function neighbour(document: Sequence, gap: Gap, by: number): Run {
  const replaced = gap.removedRuns.at(-1);
  if (replaced !== undefined) return replaced;
  const before = document.before(gap.offset);
  if (before !== undefined && !isBlank(before.code)) return before.run;
  const end = gap.offset + gap.removed.length + 1;
  const after = end > document.length ? undefined : document.before(end);
  if (after !== undefined && !isBlank(after.code)) return after.run;
  if (before !== undefined && before.code !== 10) return before.run;
  return { length: 1, source: by, at: NOWHERE };
}

/** Text that a tool carries elsewhere keeps its origin; where that is neutral, the tool's speaks. */
function carried(run: Run, by: number): Run {
  return run.source === INITIAL ? { length: run.length, source: by, at: run.at } : run;
}

function dressed(text: string, inkRunsOfText: readonly Run[], by: number): Piece {
  if (inkRunsOfText.length === 0) return insertedPiece(text, by);
  const runs: Run[] = [];
  const blank: Run = { length: 1, source: by, at: NOWHERE };
  let next = 0;
  for (let at = 0; at < text.length; at++) {
    pushRun(runs, isBlank(text.charCodeAt(at)) ? blank : (inkRunsOfText[next++] ?? blank));
  }
  return { text, runs, marks: [] };
}

function inkRuns(piece: Piece, from: number, to: number): Run[] {
  const runs: Run[] = [];
  let start = 0;
  for (const run of piece.runs) {
    const end = start + run.length;
    for (let at = Math.max(start, from); at < Math.min(end, to); at++) {
      if (!isBlank(piece.text.charCodeAt(at))) runs.push(part(run, at - start, at - start + 1));
    }
    start = end;
  }
  return runs;
}

function inkOf(text: string): string {
  return text.replace(/[ \t-\r]+/g, '');
}

function inkOffsets(text: string): number[] {
  const offsets: number[] = [];
  for (let at = 0; at < text.length; at++) if (!isBlank(text.charCodeAt(at))) offsets.push(at);
  return offsets;
}
