/**
 * From claimed lines to recorded hunks: maximal runs of adjacent lines with one origin, via, evidence and actor, with
 * the context that lets them be found again.
 */
import type { LineHash, RecordedHunk, RecordedLine } from '../model/record';
import type { ClaimedOrigin, Counts, Origin, Source } from '../model/origin';
import { sameSource, sourceIn } from '../model/origin';

/** Lines of context on each side of a recorded hunk. */
export const CONTEXT_LINES = 3;

/** A line that is to be recorded. */
export interface ClaimedLine {
  readonly line: number;
  readonly source: Source;
  readonly counts: Counts;
  /** For a removed line: whose it was, where that is known. */
  readonly whose?: ClaimedOrigin;
}

/** Hashes of a text's lines, on demand. */
export interface LineHashes {
  readonly length: number;
  exact(line: number): LineHash;
  loose(line: number): LineHash;
}

/** An origin that may stand in a record, or undefined for `unknown`. */
export function claimedOrigin(origin: Origin): ClaimedOrigin | undefined {
  return origin === 'unknown' ? undefined : origin;
}

/** Hunks of one side, for claimed lines in ascending order. Lines count from 0. */
export function buildHunks(
  side: 'added' | 'removed',
  claimed: readonly ClaimedLine[],
  hashes: LineHashes,
): RecordedHunk[] {
  const hunks: RecordedHunk[] = [];
  let run: ClaimedLine[] = [];
  const close = (): void => {
    const [first] = run;
    if (first !== undefined) hunks.push(hunkOf(side, first, run, hashes));
    run = [];
  };
  for (const item of claimed) {
    const last = run.at(-1);
    if (last !== undefined && !continues(last, item)) close();
    run.push(item);
  }
  close();
  return hunks;
}

function continues(last: ClaimedLine, next: ClaimedLine): boolean {
  return last.line + 1 === next.line && last.whose === next.whose && sameSource(last.source, next.source);
}

function hunkOf(
  side: 'added' | 'removed',
  first: ClaimedLine,
  run: readonly ClaimedLine[],
  hashes: LineHashes,
): RecordedHunk {
  const end = first.line + run.length;
  const context = (from: number, to: number): LineHash[] => {
    const list: LineHash[] = [];
    for (let line = Math.max(0, from); line < Math.min(to, hashes.length); line++) list.push(hashes.exact(line));
    return list;
  };
  const lines: RecordedLine[] = run.map((item) => ({
    exact: hashes.exact(item.line),
    loose: hashes.loose(item.line),
    counts: item.counts,
  }));
  return {
    side,
    start: first.line,
    lines,
    before: context(first.line - CONTEXT_LINES, first.line),
    after: context(end, end + CONTEXT_LINES),
    ...sourceIn(first.source),
    ...(first.whose === undefined ? {} : { whose: first.whose }),
  };
}
