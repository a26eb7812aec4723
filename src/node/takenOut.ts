/**
 * Rejections and withdrawals that a commit of the change brought, and a later one took out or wrote anew: whom they are
 * about must not be able to lift them so. Sign-offs that were taken out count for nothing.
 */
import type { Problem } from '../core/model/problem';
import type { VerifiedSignoff } from '../core/model/signoff';
import type { Reader } from './objects';
import { readOwnFiles, tooMany } from './ownFiles';
import type { RawEntry } from './rawDiff';

export interface TakenOut {
  readonly signoffs: readonly VerifiedSignoff[];
  /** That there are too many to be looked at. */
  readonly problems: readonly Problem[];
}

/** `brought` is what the commits put into the sidecar, `standing` what stands in it now. Files that can't be read are passed over. */
export async function takenOut(
  reader: Reader,
  brought: readonly RawEntry[],
  standing: readonly RawEntry[],
): Promise<TakenOut> {
  const key = ({ path, newId }: RawEntry): string => `${newId} ${path}`;
  const here = new Set(standing.map(key));
  const gone = new Map(
    brought.flatMap((entry) =>
      entry.newMode === '100644' && !here.has(key(entry)) ? [[key(entry), entry] as const] : [],
    ),
  );
  const entries = [...gone.values()];
  if (entries.length === 0) return { signoffs: [], problems: [] };
  const many = tooMany(entries);
  if (many !== undefined) return { signoffs: [], problems: [many] };
  const blobs = await reader.blobs(entries.map(({ newId }) => newId));
  const { signoffs } = await readOwnFiles(entries, ({ newId }) => blobs.get(newId));
  return { signoffs: signoffs.filter(({ statement }) => statement.predicate.decision !== 'approve'), problems: [] };
}
