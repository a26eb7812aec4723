/**
 * Lines of one text that read alike, one added and one unchanged. Which of them are the new ones a difference can't tell: of a
 * line that is copied in front of itself it shows the second one as added.
 */
import type { Region } from '../model/change';
import { collapseWhiteSpace } from '../text/lines';
import type { LineClaim } from './attribute';
import { MIN_WEIGHT, isWeak } from './carry';
import type { FileLines } from './fileLines';
import { heavyRuns } from './heavyRuns';

/** Unchanged lines like added ones that are recorded besides. */
const MOST_TWINS = 200;

/**
 * Added lines that read like unchanged ones, in runs that weigh enough to be carried. A carried claim may be about the
 * unchanged ones, so none that is weak speaks for these.
 */
export function addedLikeUnchanged(regions: readonly Region[], after: FileLines): number[] {
  const { added, unchanged } = sorted(regions, after);
  const texts = new Set(unchanged.map((line) => after.lines[line] ?? ''));
  return heavyRuns(
    added.filter((line) => texts.has(after.lines[line] ?? '')),
    after,
    MIN_WEIGHT,
  );
}

/**
 * Unchanged lines that read like added ones. What a state of this very content claims of them is recorded too, else the
 * hand that copied a line would be lost, and whoever wrote it had both. One that is too light is left out, a brace in
 * most cases, unless it is an AI's while the added one is called a person's.
 */
export function unchangedLikeAdded(
  regions: readonly Region[],
  after: FileLines,
  claims: readonly (LineClaim | undefined)[],
): number[] {
  const { added, unchanged } = sorted(regions, after);
  const read = (line: number): string => collapseWhiteSpace(after.lines[line] ?? '');
  const texts = new Set(added.map(read));
  const same = unchanged.filter((line) => texts.has(read(line)));
  const heavy = new Set(heavyRuns(same, after, MIN_WEIGHT));
  const isWeakAt = (line: number): boolean => isWeak(claims[line]?.origin ?? 'unknown');
  const weak = new Set(added.filter(isWeakAt).map(read));
  const isLost = (line: number): boolean => claims[line] !== undefined && !isWeakAt(line) && weak.has(read(line));
  return same.filter((line) => heavy.has(line) || isLost(line)).slice(0, MOST_TWINS);
}

function sorted(regions: readonly Region[], after: FileLines): { added: number[]; unchanged: number[] } {
  const added: number[] = [];
  const unchanged: number[] = [];
  let at = 0;
  for (const { afterStart, afterCount } of regions) {
    while (at < afterStart) unchanged.push(at++);
    while (at < afterStart + afterCount) added.push(at++);
  }
  while (at < after.lines.length) unchanged.push(at++);
  return { added, unchanged };
}
