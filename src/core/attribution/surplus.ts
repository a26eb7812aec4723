/**
 * Copies among lines that read the same. A content that was recorded with a line in it twice holds it twice. Of two contents that
 * were recorded with it once, here the one and there the other, the later may have moved it, and nobody on record put it back.
 */
import type { LineHash } from '../model/record';
import { MIN_WEIGHT } from './carry';
import type { FileLines } from './fileLines';

/** Where the weak claims about one recorded content lead; a line may stand there more than once. */
export interface Reached {
  readonly lines: readonly number[];
  /** The text is that content. */
  readonly isExact: boolean;
}

/**
 * The lines on which too many weak claims stand: of lines that read the same, white space aside, no more are weak than the
 * claims of any one content lead to. Those of the content that the text is come first, then those of the one that leads to
 * most. Lighter lines, which stand anywhere, go with one beside them that the same contents are about.
 */
export function surplusLines(
  text: FileLines,
  contents: readonly Reached[],
  stands: (line: number) => boolean,
): ReadonlySet<number> {
  const surplus = new Set<number>();
  const alike = contents.length < 2 ? undefined : linesAlike(text, stands);
  // Most files end here.
  if (alike === undefined || alike.size === 0) return surplus;
  const groups = new Map<LineHash, Map<Reached, Set<number>>>();
  for (const content of contents) {
    for (const line of content.lines) {
      const words = alike.get(line);
      if (words === undefined) continue;
      const group = entryOf(groups, words, () => new Map<Reached, Set<number>>());
      entryOf(group, content, () => new Set<number>()).add(line);
    }
  }
  for (const group of groups.values()) for (const line of tooMany(group)) surplus.add(line);
  if (surplus.size > 0) addLighter(text, contents, stands, surplus);
  return surplus;
}

/** The lines with weak claims of which more than one reads the same, by line. */
function linesAlike(text: FileLines, stands: (line: number) => boolean): Map<number, LineHash> {
  const alike = new Map<number, LineHash>();
  for (const [words, places] of text.places) {
    const [first = 0] = places;
    if (places.length < 2 || text.weightAt(first) < MIN_WEIGHT) continue;
    const standing = places.filter(stands);
    if (standing.length > 1) for (const line of standing) alike.set(line, words);
  }
  return alike;
}

/** The lines of one text that are too many. */
function tooMany(group: ReadonlyMap<Reached, ReadonlySet<number>>): number[] {
  const places = [...group.values()].map((lines) => [...lines].sort((a, b) => a - b)).sort(byPlaces);
  const [most = []] = places;
  const kept = new Set([...group].flatMap(([{ isExact }, lines]) => (isExact ? [...lines] : [])));
  for (const line of most) if (kept.size < most.length) kept.add(line);
  return places.flat().filter((line) => !kept.has(line));
}

function addLighter(
  text: FileLines,
  contents: readonly Reached[],
  stands: (line: number) => boolean,
  surplus: Set<number>,
): void {
  const about = new Map<number, Set<Reached>>();
  for (const content of contents) {
    for (const line of content.lines) if (stands(line)) entryOf(about, line, () => new Set<Reached>()).add(content);
  }
  for (const line of surplus) {
    const gone = about.get(line);
    const goesAlong = (at: number): boolean =>
      !surplus.has(at) && text.weightAt(at) < MIN_WEIGHT && isWithin(about.get(at), gone);
    for (const step of [-1, 1]) for (let at = line + step; goesAlong(at); at += step) surplus.add(at);
  }
}

/** More places first, then those further up: in whatever order the records are read. */
function byPlaces(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return b.length - a.length;
  const at = a.findIndex((line, index) => line !== b[index]);
  return at === -1 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}

/** Whether there are contents about a line, none but those, and the text is none of them. */
function isWithin(some: ReadonlySet<Reached> | undefined, all: ReadonlySet<Reached> | undefined): boolean {
  return some !== undefined && [...some].every((each) => !each.isExact && all?.has(each) === true);
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
