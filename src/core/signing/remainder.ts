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
  const ordered = covered.slice().sort((a, b) => a.afterStart - b.afterStart || a.beforeStart - b.beforeStart);
  for (const region of ordered) {
    if (region.beforeStart < beforeAt || region.afterStart < afterAt) continue;
    between(region.beforeStart, region.afterStart);
    beforeAt = region.beforeStart + region.beforeCount;
    afterAt = region.afterStart + region.afterCount;
  }
  between(before.length, after.length);
  return left;
}
