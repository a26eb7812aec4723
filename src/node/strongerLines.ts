/**
 * Lines of which something stronger is known than the origin that is declared, wherever they stand now: whoever moved or
 * copied one did not make it.
 */
import { MIN_WEIGHT, isWeak } from '../core/attribution/carry';
import { heavyRuns } from '../core/attribution/heavyRuns';
import type { Origin } from '../core/model/origin';
import { originRank } from '../core/model/origin';
import type { LineHash, RecordedHunk } from '../core/model/record';
import { diffLines, linesBefore } from '../core/text/diff';
import type { CheckpointInput } from './declaredClaims';
import { rankOf, versionsToReplace } from './rewrites';

/** Loose hashes of the lines that are claimed for something stronger than an origin. */
export function claimedStronger(origin: Origin, hunks: Iterable<RecordedHunk>): Set<LineHash> {
  const found = new Set<LineHash>();
  for (const { side, origin: claimed, lines } of hunks) {
    if (side !== 'added' || originRank(claimed) >= originRank(origin)) continue;
    for (const { loose } of lines) found.add(loose);
  }
  return found;
}

/** Of the versions before, the lines that are stronger: all of them, and those that left their place. Exact hashes where no loose one is known. */
export function strongerBefore(input: CheckpointInput): { all: Set<LineHash>; departed: Set<LineHash> } {
  const [all, departed] = [new Set<LineHash>(), new Set<LineHash>()];
  if (!isWeak(input.source.origin)) return { all, departed };
  for (const { lines, loose, at } of versionsToReplace(input)) {
    const strong = lines.map((_, line) => rankOf(at(line)) < originRank(input.source.origin));
    const add = (line: number, to: Set<LineHash>): void => {
      if (strong[line] === true) to.add(loose?.[line] ?? lines[line] ?? '');
    };
    for (const line of lines.keys()) add(line, all);
    for (const line of diffLines(lines, input.now.exact).flatMap(linesBefore)) add(line, departed);
  }
  return { all, departed };
}

/**
 * The fresh lines that may be such lines. In the file itself it is enough that one left its place. What reads like one that
 * still stands, or stood in another file, may have been typed alike: then adjacent ones must weigh enough together.
 */
export function alikeLines(input: CheckpointInput, fresh: ReadonlySet<number>): number[] {
  const { all, departed } = strongerBefore(input);
  const { now, stronger } = input;
  const reads =
    (...sets: (ReadonlySet<LineHash> | undefined)[]) =>
    (line: number): boolean =>
      sets.some((set) => set?.has(now.looseAt(line)) === true || set?.has(now.exactAt(line)) === true);
  const lines = [...fresh].sort((a, b) => a - b);
  return [
    ...heavyRuns(lines.filter(reads(departed)), now, 1),
    ...heavyRuns(lines.filter(reads(all, stronger)), now, MIN_WEIGHT),
  ];
}
