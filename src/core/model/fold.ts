/**
 * Folding: from who inserted and deleted characters in a line to the line's origin (design §2). Records carry the
 * counts; whoever judges folds them with the thresholds of the policy it trusts.
 */
import { COUNTED } from './origin';
import type { Counted, Counts, Origin } from './origin';

/** When pasted characters make a line `paste`: at least `characters` of them, or at least `share` (0–1) of all. */
export interface FoldThresholds {
  readonly pasteCharacters: number;
  readonly pasteShare: number;
}

export const DEFAULT_THRESHOLDS: FoldThresholds = { pasteCharacters: 20, pasteShare: 0.5 };

/**
 * The origin of a line from its counts. Empty counts: `unknown`.
 *
 * White space alone (a count of 0) by a person or a tool leaves the others' origin standing; by an AI it makes the line
 * `ai`, since indentation can be meaning.
 */
export function foldOrigin(counts: Counts, thresholds: FoldThresholds = DEFAULT_THRESHOLDS): Origin {
  const keys = COUNTED.filter((key) => counts[key] !== undefined);
  const inked = keys.filter((key) => (counts[key] ?? 0) > 0);
  const has = (key: Counted): boolean => (inked.length > 0 ? inked : keys).includes(key);
  if (keys.includes('ai')) {
    const byPerson = has('human') || has('paste');
    return byPerson && inked.includes('ai') ? 'mixed' : 'ai';
  }
  if (has('unknown')) return 'unknown';
  if (has('external')) return 'external';
  const total = inked.reduce((sum, key) => sum + (counts[key] ?? 0), 0);
  const pasted = counts.paste ?? 0;
  if (has('paste')) {
    const enough = pasted >= thresholds.pasteCharacters || pasted >= thresholds.pasteShare * total;
    if (enough || !(has('human') || has('tool'))) return 'paste';
  }
  if (has('human')) return 'human';
  if (has('tool')) return 'tool';
  return 'unknown';
}

/** Sum of two counts; a key stands in the result if it stands in either. */
export function addCounts(a: Counts, b: Counts): Counts {
  const sum: Partial<Record<Counted, number>> = { ...a };
  for (const key of COUNTED) {
    const more = b[key];
    if (more !== undefined) sum[key] = (sum[key] ?? 0) + more;
  }
  return sum;
}
