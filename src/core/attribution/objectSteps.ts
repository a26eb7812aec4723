/**
 * What claims say of something that has no lines (a binary, a deleted file, an exec bit), by the object ids before and
 * after. A change made in several steps is explained when claims lead from one end to the other; the strongest stands.
 */
import type { Source } from '../model/origin';
import { originRank, weakerEvidence } from '../model/origin';

/** One claimed step. `null` is absence. */
export interface ObjectStep extends Source {
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The steps that account for a change from exactly `before` to exactly `after`, the one that speaks first; undefined where
 * something in between is unexplained. Claims that lead into the result from elsewhere are about it too. Linear.
 */
export function stepsBetween<T extends ObjectStep>(
  steps: readonly T[],
  before: string | null,
  after: string | null,
): readonly T[] | undefined {
  const leading = new Map<string | null, T[]>();
  for (const step of steps) {
    const list = leading.get(step.after);
    if (list === undefined) leading.set(step.after, [step]);
    else list.push(step);
  }
  const used: T[] = [];
  const reached = new Set<string | null>([after]);
  for (const id of reached) {
    // What led to the content before is no part of the change. The same id at both ends is a change of mode.
    if (id === before && before !== after) continue;
    for (const step of leading.get(id) ?? []) {
      if (before === after && step.before !== before) continue;
      used.push(step);
      reached.add(step.before);
    }
  }
  return used.length > 0 && reached.has(before) ? strongestFirst(used) : undefined;
}

/** By the ratchet: the stronger origin first, of equals the one known less well. */
export function strongestFirst<T extends Source>(claims: readonly T[]): readonly T[] {
  return [...claims].sort((a, b) => {
    const ranks = originRank(a.origin) - originRank(b.origin);
    if (ranks !== 0 || a.evidence === b.evidence) return ranks;
    return weakerEvidence(a.evidence, b.evidence) === a.evidence ? -1 : 1;
  });
}
