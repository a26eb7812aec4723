import type { HunkStatus } from '../model/report';

const WORST_FIRST: readonly HunkStatus[] = ['rejected', 'stale', 'missing', 'satisfied', 'not-required'];

/** What the status of a block is, from those of its hunks; of an item, from those of its blocks. */
export function worstStatus(statuses: readonly HunkStatus[]): HunkStatus {
  const rank = (status: HunkStatus): number => WORST_FIRST.indexOf(status);
  return statuses.reduce((worst, each) => (rank(each) < rank(worst) ? each : worst), 'not-required');
}
