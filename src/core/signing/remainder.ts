/**
 * What is left of a difference once signed regions are taken out of it. A difference can often be cut in more than one
 * way (a brace before or after an inserted function), and an edit far away can make it fall the other way. Asking what
 * remains between the signed regions does not depend on the cut: each of them replaces its lines of the base by its
 * lines of the result, and whatever else differs was not signed.
 */
import type { Region } from '../model/change';
import { diffLines } from '../text/diff';

/**
 * The regions of `before` → `after` that `covered` leaves over; none when everything is covered. Takes raw lines and the
 * regions that `checkTextSubject` found on this very pair, in any order. Of two that overlap or cross, the later counts
 * for nothing, so that its lines remain.
 */
export function uncoveredRegions(
  before: readonly string[],
  after: readonly string[],
  covered: readonly Region[],
): Region[] {
  const left: Region[] = [];
  let beforeAt = 0;
  let afterAt = 0;
  const between = (beforeEnd: number, afterEnd: number): void => {
    for (const region of diffLines(before.slice(beforeAt, beforeEnd), after.slice(afterAt, afterEnd))) {
      left.push({
        ...region,
        beforeStart: region.beforeStart + beforeAt,
        afterStart: region.afterStart + afterAt,
      });
    }
  };
  for (const region of inOrder(covered)) {
    between(region.beforeStart, region.afterStart);
    beforeAt = region.beforeStart + region.beforeCount;
    afterAt = region.afterStart + region.afterCount;
  }
  between(before.length, after.length);
  return left;
}

/** The regions in the order of both sides; of two that overlap or cross, only the one that is earlier in the result. */
export function inOrder(covered: readonly Region[]): Region[] {
  const kept: Region[] = [];
  let beforeAt = 0;
  let afterAt = 0;
  const sorted = covered.toSorted((a, b) => a.afterStart - b.afterStart || a.beforeStart - b.beforeStart);
  for (const region of sorted) {
    if (region.beforeStart < beforeAt || region.afterStart < afterAt) continue;
    kept.push(region);
    beforeAt = region.beforeStart + region.beforeCount;
    afterAt = region.afterStart + region.afterCount;
  }
  return kept;
}
