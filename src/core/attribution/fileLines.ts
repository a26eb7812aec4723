/**
 * A text prepared for attribution: its content lines with their hashes and weights, and an index from hash to lines.
 */
import type { LineHash } from '../model/record';
import type { Hash } from '../ports';
import { hashLine } from '../sidecar/lineHash';
import { contentLines, countAlphanumerics } from '../text/lines';

/** Lines whose text stands more often than this in one file can't anchor a match; they only extend one. */
export const MAX_PLACES = 64;

export interface FileLines {
  /** Content lines, binary strings. */
  readonly lines: readonly string[];
  readonly exact: readonly LineHash[];
  readonly loose: readonly LineHash[];
  /** Letters and digits of each line. */
  readonly weights: readonly number[];
  /** Lines by loose hash, ascending. */
  readonly places: ReadonlyMap<LineHash, readonly number[]>;
}

/** Takes a file's bytes (binary string). Lines with equal text are hashed once. */
export function fileLines(hash: Hash, bytes: string): FileLines {
  const lines = contentLines(bytes);
  const known = new Map<string, { exact: LineHash; loose: LineHash; weight: number }>();
  const exact: LineHash[] = [];
  const loose: LineHash[] = [];
  const weights: number[] = [];
  const places = new Map<LineHash, number[]>();
  for (const [index, line] of lines.entries()) {
    let entry = known.get(line);
    if (entry === undefined) {
      entry = { ...hashLine(hash, line), weight: countAlphanumerics(line) };
      known.set(line, entry);
    }
    exact.push(entry.exact);
    loose.push(entry.loose);
    weights.push(entry.weight);
    const list = places.get(entry.loose);
    if (list === undefined) places.set(entry.loose, [index]);
    else list.push(index);
  }
  return { lines, exact, loose, weights, places };
}
