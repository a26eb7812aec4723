/**
 * What signed regions account for. A difference can often be cut in more than one way (a brace before or after an
 * inserted function), and an edit far away can make it fall the other way. Asking what lies between the signed regions
 * does not depend on the cut: each of them replaces its lines of the base by its lines of the result, and whatever else
 * differs was not signed.
 */
import type { Region } from '../model/change';
import { corresponds } from './spanCheck';

/**
 * The stretches of `before` → `after` that `covered`, in order, brings about alone: the regions of each, with equal lines
 * between them. The ends of the file count as regions without lines. `cut` is the difference that is judged. What was
 * not signed is asked about as `cut` has it; so a stretch has to begin and end where `cut` too parts what lies before
 * from what lies behind. Else lines that nobody signed could stand in the stretch, as `cut` has it, and pass for signed.
 */
export function signedStretches(
  before: readonly string[],
  after: readonly string[],
  cut: readonly Region[],
  covered: readonly Region[],
): Region[][] {
  const start: Region = { beforeStart: 0, beforeCount: 0, afterStart: 0, afterCount: 0 };
  const end: Region = { ...start, beforeStart: before.length, afterStart: after.length };
  let stretch = [start];
  const stretches = [stretch];
  let last = start;
  for (const region of [...covered, end]) {
    if (isEqualBetween(before, after, last, region)) stretch.push(region);
    else stretches.push((stretch = [region]));
    last = region;
  }
  return stretches.map((regions) => {
    const first = regions.findIndex(({ beforeStart, afterStart }) => corresponds(cut, beforeStart, afterStart));
    const final = regions.findLastIndex((each) => corresponds(cut, endOf(each, 'removed'), endOf(each, 'added')));
    return first === -1 ? [] : regions.slice(first, final + 1);
  });
}

/** The line behind a region on one side. */
export function endOf(region: Region, side: 'added' | 'removed'): number {
  return side === 'added' ? region.afterStart + region.afterCount : region.beforeStart + region.beforeCount;
}

function isEqualBetween(before: readonly string[], after: readonly string[], one: Region, next: Region): boolean {
  const [beforeAt, afterAt] = [endOf(one, 'removed'), endOf(one, 'added')];
  const count = next.beforeStart - beforeAt;
  if (next.afterStart - afterAt !== count) return false;
  for (let i = 0; i < count; i++) if (before[beforeAt + i] !== after[afterAt + i]) return false;
  return true;
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
    beforeAt = endOf(region, 'removed');
    afterAt = endOf(region, 'added');
  }
  return kept;
}
