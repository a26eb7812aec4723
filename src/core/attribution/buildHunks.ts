/**
 * From claimed lines to recorded hunks: maximal runs of adjacent lines with one origin, via, evidence and actor, with
 * the context that lets them be found again.
 */
import type { LineHash, RecordedHunk, RecordedLine } from '../model/record';
import type { ClaimedOrigin, Counts, Origin, Source } from '../model/origin';
import { sameSource } from '../model/origin';

/** Lines of context on each side of a recorded hunk. */
export const CONTEXT_LINES = 3;

/** A line that is to be recorded. */
export interface ClaimedLine {
  readonly line: number;
  readonly source: Source;
  readonly counts: Counts;
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
    if (last !== undefined && (last.line + 1 !== item.line || !sameSource(last.source, item.source))) close();
    run.push(item);
  }
  close();
  return hunks;
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
  const { origin, via, evidence, actor } = first.source;
  return {
    side,
    start: first.line,
    lines,
    before: context(first.line - CONTEXT_LINES, first.line),
    after: context(end, end + CONTEXT_LINES),
    origin,
    via,
    evidence,
    ...(actor === undefined ? {} : { actor }),
  };
}
