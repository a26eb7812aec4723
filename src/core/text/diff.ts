/**
 * Line differences, deterministic and bounded: Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), on
 * interned lines, after the common head and tail and the lines that only one side has are put aside. The bound is a number
 * of edits, not a time: the same input gives the same regions on any machine, and what is cut off (the rest is one large
 * region) asks for more review, never for less.
 *
 * Of our own, and not `diffArrays` of the package `diff`, which is held against it in tests: on input made to be slow the
 * package takes seconds for each file, and a change may hold thousands of them.
 */
import type { Region } from '../model/change';

/** Insertions and deletions, among lines that both sides have, beyond which the differing middle is one region. */
export const MAX_EDITS = 2000;

/**
 * The regions in which two lists of lines differ, in order, with at least one common line between two regions.
 * Takes lines from `rawLines` (exact) or any other list of strings; positions are indexes into them, from 0. A region
 * that only adds or only removes stands as far down as it can.
 */
export function diffLines(before: readonly string[], after: readonly string[], maxEdits = MAX_EDITS): Region[] {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const beforeCount = before.length - head - tail;
  const afterCount = after.length - head - tail;
  if (beforeCount === 0 && afterCount === 0) return [];
  const whole: Region = { beforeStart: head, beforeCount, afterStart: head, afterCount };
  if (beforeCount === 0 || afterCount === 0) return [whole];
  const common = commonLines(before, after, head, beforeCount, afterCount);
  const pairs = longestCommon(common.before.ids, common.after.ids, maxEdits);
  if (pairs === undefined) return [{ ...whole, cutOff: true }];
  const regions: Region[] = [];
  let beforeAt = head;
  let afterAt = head;
  const close = (beforeEnd: number, afterEnd: number): void => {
    if (beforeEnd > beforeAt || afterEnd > afterAt) {
      regions.push({
        beforeStart: beforeAt,
        beforeCount: beforeEnd - beforeAt,
        afterStart: afterAt,
        afterCount: afterEnd - afterAt,
      });
    }
    beforeAt = beforeEnd + 1;
    afterAt = afterEnd + 1;
  };
  for (const [x, y] of pairs) close(common.before.lines[x] ?? 0, common.after.lines[y] ?? 0);
  close(head + beforeCount, head + afterCount);
  return slideDown(regions, before, after);
}

interface Interned {
  /** Equal lines have equal numbers. */
  readonly ids: readonly number[];
  /** Where each stands in the whole list. */
  readonly lines: readonly number[];
}

/** The lines of both middles that the other middle has too. The others can't be part of anything common. */
function commonLines(
  before: readonly string[],
  after: readonly string[],
  head: number,
  beforeCount: number,
  afterCount: number,
): { before: Interned; after: Interned } {
  const numbers = new Map<string, number>();
  for (let i = head; i < head + beforeCount; i++) {
    const line = before[i] ?? '';
    if (!numbers.has(line)) numbers.set(line, numbers.size);
  }
  const seen = new Set<number>();
  const afterSide: { ids: number[]; lines: number[] } = { ids: [], lines: [] };
  for (let i = head; i < head + afterCount; i++) {
    const id = numbers.get(after[i] ?? '');
    if (id === undefined) continue;
    seen.add(id);
    afterSide.ids.push(id);
    afterSide.lines.push(i);
  }
  const beforeSide: { ids: number[]; lines: number[] } = { ids: [], lines: [] };
  for (let i = head; i < head + beforeCount; i++) {
    const id = numbers.get(before[i] ?? '') ?? 0;
    if (!seen.has(id)) continue;
    beforeSide.ids.push(id);
    beforeSide.lines.push(i);
  }
  return { before: beforeSide, after: afterSide };
}

/** Index pairs of a longest common subsequence, ascending; undefined when more than `max` edits lie between the lists. */
function longestCommon(a: readonly number[], b: readonly number[], max: number): [number, number][] | undefined {
  const [n, m] = [a.length, b.length];
  const most = Math.min(max, n + m);
  const middle = most + 1;
  /** Per diagonal (x - y), how far along `a` the furthest path of the present number of edits has come. */
  const furthest = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(furthest.slice(middle - edits - 1, middle + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && at(furthest, middle + k - 1) < at(furthest, middle + k + 1));
      let x = down ? at(furthest, middle + k + 1) : at(furthest, middle + k - 1) + 1;
      let y = x - k;
      while (x < n && y < m && a[x] === b[y]) {
        x++;
        y++;
      }
      furthest[middle + k] = x;
      if (x >= n && y >= m) return walkBack(history, n, m);
    }
  }
  return undefined;
}

function walkBack(history: readonly Int32Array[], n: number, m: number): [number, number][] {
  const pairs: [number, number][] = [];
  let [x, y] = [n, m];
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const furthest = history[edits] ?? new Int32Array(0);
    const middle = edits + 1;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(furthest, middle + k - 1) < at(furthest, middle + k + 1));
    const fromX = edits === 0 ? 0 : at(furthest, middle + (down ? k + 1 : k - 1));
    const fromY = edits === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    const stepX = edits === 0 || down ? fromX : fromX + 1;
    while (x > stepX) pairs.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  return pairs.reverse();
}

function at(list: Int32Array, index: number): number {
  return list[index] ?? 0;
}

/**
 * An inserted block can often be cut in several ways: with the brace before it or the brace at its end. The lowest cut is
 * taken, as git does, so that an edit elsewhere does not move it. One common line stays before the next region.
 */
function slideDown(regions: readonly Region[], before: readonly string[], after: readonly string[]): Region[] {
  return regions.map((region, index) => {
    if (region.beforeCount > 0 && region.afterCount > 0) return region;
    const next = regions[index + 1];
    const room = (next?.beforeStart ?? before.length + 1) - region.beforeStart - region.beforeCount - 1;
    const [lines, start, count] =
      region.afterCount > 0
        ? [after, region.afterStart, region.afterCount]
        : [before, region.beforeStart, region.beforeCount];
    let shift = 0;
    while (
      shift < room &&
      start + count + shift < lines.length &&
      lines[start + shift] === lines[start + count + shift]
    ) {
      shift++;
    }
    return { ...region, beforeStart: region.beforeStart + shift, afterStart: region.afterStart + shift };
  });
}

/** Lines of the later text in a region. */
export function linesAfter({ afterStart, afterCount }: Region): number[] {
  return Array.from({ length: afterCount }, (_, index) => afterStart + index);
}

/** Lines of the earlier text in a region. */
export function linesBefore({ beforeStart, beforeCount }: Region): number[] {
  return Array.from({ length: beforeCount }, (_, index) => beforeStart + index);
}

/** Lines of the later text that a difference shows as new. */
export function changedLines(before: readonly string[], after: readonly string[]): Set<number> {
  return new Set(diffLines(before, after).flatMap(linesAfter));
}
