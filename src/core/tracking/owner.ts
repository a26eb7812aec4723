/**
 * Whose a line was that is gone: what is known of the runs it had.
 */
import { addCounts, foldOrigin } from '../model/fold';
import type { ClaimedOrigin, Counts } from '../model/origin';
import { countInk } from '../text/lines';
import type { Tables } from './fragment';
import { resolved } from './fragment';
import type { Run } from './piece';

/**
 * The origin that the line had; undefined where a part of it is unknown, or where it is old text that no record of this
 * change speaks for.
 */
export function ownerOf(text: string, runs: readonly Run[], tables: Tables): ClaimedOrigin | undefined {
  let counts: Counts = {};
  let start = 0;
  for (const run of runs) {
    const ink = countInk(text.slice(start, start + run.length));
    start += run.length;
    if (ink === 0) continue;
    const { origin, aiShare } = resolved(run, tables);
    if (origin === 'unknown') return undefined;
    // Whose old text is, the records of before know: whoever writes the record asks them.
    if (origin === 'neutral') continue;
    const ai = Math.max(1, Math.round(ink * aiShare));
    counts = addCounts(
      counts,
      origin.origin === 'mixed' ? { ai, human: Math.max(1, ink - ai) } : { [origin.origin]: ink },
    );
  }
  const folded = foldOrigin(counts, tables.thresholds);
  return folded === 'unknown' ? undefined : folded;
}
