/**
 * Moving a line up over its neighbour is the same change as moving the neighbour down over it, and only one of the two
 * stands in a difference. Where the claims say that lines were moved which the difference leaves in place, they speak for
 * the lines that it shows as moved across them.
 */
import type { Region } from '../model/change';
import { countInk } from '../text/lines';
import type { LineClaim } from './attribute';
import type { FileLines } from './fileLines';

/** Lines that may lie between the two places of a moved one. */
const MOST_CROSSED = 1000;

/** Claims by line of the text after (`added`) and before (`removed`), for lines that went across moved ones. */
export interface CrossedLines {
  readonly added: ReadonlyMap<number, LineClaim>;
  readonly removed: ReadonlyMap<number, LineClaim>;
}

/** Takes a difference in order, both texts, and what claims say of each line after. Bounded by the difference. */
export function crossedLines(
  regions: readonly Region[],
  before: FileLines,
  after: FileLines,
  claims: readonly (LineClaim | undefined)[],
): CrossedLines {
  const added = new Map<number, LineClaim>();
  const removed = new Map<number, LineClaim>();
  const changed = new Set<number>();
  const gone = new Map<string, { readonly line: number; readonly place: number }[]>();
  for (const { beforeStart, beforeCount, afterStart, afterCount } of regions) {
    for (let line = afterStart; line < afterStart + afterCount; line++) changed.add(line);
    for (let line = beforeStart; line < beforeStart + beforeCount; line++) {
      const known = gone.get(before.exactAt(line)) ?? [];
      gone.set(before.exactAt(line), [...known.slice(0, 1), { line, place: afterStart }]);
    }
  }
  const seen = new Map<string, number>();
  for (const line of changed) seen.set(after.exactAt(line), (seen.get(after.exactAt(line)) ?? 0) + 1);
  for (const line of changed) {
    const [from, another] = gone.get(after.exactAt(line)) ?? [];
    const ink = countInk(after.lines[line] ?? '');
    // Which of several equal lines went where can't be told.
    const isOne = from !== undefined && another === undefined && seen.get(after.exactAt(line)) === 1 && ink > 0;
    const mover = isOne ? moverBetween(line, from.place, after, claims, changed) : undefined;
    if (from === undefined || mover === undefined) continue;
    const claim = { ...mover, counts: { [mover.origin === 'mixed' ? 'ai' : mover.origin]: ink } };
    if (claims[line] === undefined) added.set(line, claim);
    removed.set(from.line, claim);
  }
  return { added, removed };
}

/** Who moved the unchanged lines between two places; undefined where one of them was not moved, or there is none. */
function moverBetween(
  line: number,
  place: number,
  after: FileLines,
  claims: readonly (LineClaim | undefined)[],
  changed: ReadonlySet<number>,
): LineClaim | undefined {
  const [low, high] = line < place ? [line + 1, place] : [place, line];
  if (high - low > MOST_CROSSED) return undefined;
  let mover: LineClaim | undefined;
  for (let each = low; each < high; each++) {
    if (changed.has(each) || countInk(after.lines[each] ?? '') === 0) continue;
    const claim = claims[each];
    if (claim?.via !== 'move') return undefined;
    if (mover !== undefined && mover.origin !== claim.origin) return undefined;
    mover = claim;
  }
  return mover;
}
