/**
 * Text that was copied, with its origins: what travels over the clipboard, within a document or into another.
 */
import type { FoldThresholds } from '../model/fold';
import { rawLines } from '../text/lines';
import type { InitialText } from './initialText';
import { INITIAL, NOWHERE, UNKNOWN, addMark, cutRuns, insertedPiece, markAt, pushRun } from './piece';
import type { Mark, Piece, Run } from './piece';
import type { KnownOrNot, SourceTable } from './sourceTable';

interface FragmentRun {
  readonly length: number;
  /** What the text was when it was copied. */
  readonly origin: KnownOrNot | 'neutral';
  readonly aiShare: number;
  /** Who had moved it before, and its place in its document's initial text: for a paste into the same document. */
  readonly mover: KnownOrNot | 'neutral';
  readonly at: number;
}

interface FragmentTouch {
  readonly at: number;
  readonly source: KnownOrNot;
  readonly ink: number;
  readonly weak: boolean;
}

/** A copy of text with resolved origins; outlives its tracker. */
export interface Fragment {
  readonly text: string;
  readonly runs: readonly FragmentRun[];
  /** Deletions and touches inside the text: what an AI deleted from a line stays known where the line goes. */
  readonly touches: readonly FragmentTouch[];
  /** Identity of the document it comes from. */
  readonly home: object;
}

/** A document's tables, by which numbers and offsets get their meaning. */
export interface Tables {
  readonly sources: SourceTable;
  readonly initial: InitialText;
  /** With what lines are folded: the policy in force may come late, and change. */
  thresholds: FoldThresholds;
  /** Whether white space at the start of a line has a meaning in this document. */
  readonly indentationIsSyntax: boolean;
}

/** Resolves a piece's origins with the tables of its document. */
export function fragmentOf(piece: Piece, tables: Tables): Fragment {
  const runs: FragmentRun[] = [];
  let start = 0;
  for (const run of piece.runs) {
    const end = start + run.length;
    // Initial text is resolved line by line.
    const lengths = run.at === NOWHERE ? [run.length] : lineLengths(piece.text.slice(start, end));
    let at = run.at;
    for (const length of lengths) {
      runs.push(resolved({ length, source: run.source, at }, tables));
      if (at !== NOWHERE) at += length;
    }
    start = end;
  }
  const touches: FragmentTouch[] = [];
  for (const mark of piece.marks) {
    // Behind a line break a mark is the next line's.
    const isBeyond = mark.at === piece.text.length && piece.text.endsWith('\n');
    if (mark.kind !== 'touch' || isBeyond) continue;
    touches.push({ at: mark.at, source: tables.sources.get(mark.source), ink: mark.ink, weak: mark.weak });
  }
  return { text: piece.text, runs, touches, home: tables.initial };
}

function lineLengths(text: string): number[] {
  return rawLines(text).map((line) => line.length);
}

/** What the first character of a run is: its writer, or what its line was when tracking began. */
export function originOf({ source, at }: Pick<Run, 'source' | 'at'>, tables: Tables): KnownOrNot | 'neutral' {
  const mover = source === INITIAL ? 'neutral' : tables.sources.get(source);
  if (at === NOWHERE) return mover;
  const line = tables.initial.line(tables.initial.lineOf(at));
  return line.kind === 'neutral' ? mover : line.kind === 'unknown' ? 'unknown' : line.source;
}

/** A run of one line with what it is. */
export function resolved(run: Run, { sources, initial, thresholds }: Tables): FragmentRun {
  const { length, source, at } = run;
  const mover = source === INITIAL ? 'neutral' : sources.get(source);
  if (at === NOWHERE) return { length, origin: mover, aiShare: sources.aiShare(source), mover, at };
  const number = initial.lineOf(at);
  const line = initial.line(number);
  if (line.kind === 'neutral') return { length, origin: mover, aiShare: 0.5, mover, at };
  if (line.kind === 'unknown') return { length, origin: 'unknown', aiShare: 0.5, mover, at };
  const { ai = 0, ...others } = initial.claimCounts(number, line, initial.ink(number), thresholds);
  const total = Object.values(others).reduce((sum, count) => sum + count, ai);
  return { length, origin: line.source, aiShare: total === 0 ? 0.5 : ai / total, mover, at };
}

/**
 * The piece that arrives when `text` is put into a document. Where the text is the fragment's (or a part of it, as
 * several cursors paste it), origins travel and neutral text becomes the mover's; other text is unknown.
 */
export function placedPiece(fragment: Fragment, text: string, by: KnownOrNot, tables: Tables): Piece {
  const offset = fragment.text.indexOf(text);
  if (offset === -1 || text === '') return insertedPiece(text, UNKNOWN);
  const mover = tables.sources.intern(
    by === 'unknown' || by.origin !== 'human' || by.via === 'drop' ? by : { ...by, via: 'move' },
  );
  const number = (source: KnownOrNot | 'neutral', aiShare?: number): number =>
    source === 'neutral' ? mover : tables.sources.intern(source, aiShare);
  const atHome = fragment.home === tables.initial;
  const runs: Run[] = [];
  for (const run of fragment.runs) {
    const { length } = run;
    if (atHome && run.at !== NOWHERE) pushRun(runs, { length, source: number(run.mover), at: run.at });
    else pushRun(runs, { length, source: number(run.origin, run.aiShare), at: NOWHERE });
  }
  const marks: Mark[] = [];
  for (const { at, source, ink, weak } of fragment.touches) {
    const mark: Mark = { kind: 'touch', at, source: number(source), ink, weak };
    if (at >= offset && at <= offset + text.length) addMark(marks, markAt(mark, at - offset));
  }
  return { text, runs: cutRuns(runs, offset, offset + text.length), marks };
}
