/**
 * A text prepared for attribution: its content lines with their hashes and weights, and an index from hash to lines.
 */
import type { LineHash } from '../model/record';
import type { Hash } from '../ports';
import { collapseWhiteSpace, contentLines, countAlphanumerics } from '../text/lines';

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
  /** The same of one line, without hashing the others; '' and 0 beyond the end. */
  readonly exactAt: (line: number) => LineHash;
  readonly looseAt: (line: number) => LineHash;
  readonly weightAt: (line: number) => number;
}

/** Takes a file's bytes (binary string). Lines are hashed when they are asked for; those with equal text once. */
export function fileLines(hash: Hash, bytes: string): FileLines {
  const lines = contentLines(bytes);
  const exactAt = perText(lines, '', (line) => hash.hash96(line));
  const looseAt = perText(lines, '', (line) => hash.hash96(collapseWhiteSpace(line)));
  const weightAt = perText(lines, 0, countAlphanumerics);
  const each = <T>(valueAt: (line: number) => T): (() => T[]) => {
    let all: T[] | undefined;
    return () => (all ??= lines.map((_, line) => valueAt(line)));
  };
  const [exact, loose, weights] = [each(exactAt), each(looseAt), each(weightAt)];
  let places: ReadonlyMap<LineHash, readonly number[]> | undefined;
  return {
    lines,
    exactAt,
    looseAt,
    weightAt,
    get exact() {
      return exact();
    },
    get loose() {
      return loose();
    },
    get weights() {
      return weights();
    },
    get places() {
      return (places ??= placesOf(lines.keys(), looseAt));
    },
  };
}

/**
 * The same text with claims anchored only at the chosen lines (ascending); no other line is hashed unless a run reaches
 * it. For removed lines: a line that still stands was not removed, so no removal is about it.
 */
export function anchoredAt(text: FileLines, chosen: readonly number[]): FileLines {
  const { lines, exactAt, looseAt, weightAt } = text;
  return { lines, exactAt, looseAt, weightAt, exact: [], loose: [], weights: [], places: placesOf(chosen, looseAt) };
}

/** A function of a line's text, worked out once per text. */
function perText<T>(lines: readonly string[], beyond: T, work: (line: string) => T): (line: number) => T {
  const known = new Map<string, T>();
  return (index) => {
    const line = lines[index];
    if (line === undefined) return beyond;
    let value = known.get(line);
    if (value === undefined) known.set(line, (value = work(line)));
    return value;
  };
}

function placesOf(chosen: Iterable<number>, looseAt: (line: number) => LineHash): Map<LineHash, number[]> {
  const places = new Map<LineHash, number[]>();
  for (const line of chosen) {
    const hash = looseAt(line);
    const list = places.get(hash);
    if (list === undefined) places.set(hash, [line]);
    else list.push(line);
  }
  return places;
}
