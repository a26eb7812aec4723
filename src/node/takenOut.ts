/**
 * What commits of the change put into the sidecar, and a later one took out or wrote anew. Rejections and withdrawals
 * count still: whom they are about must not be able to lift them so. Sign-offs that were taken out count for nothing. What
 * can't be read as one of our files is content, whose author must not be hidden by its name.
 */
import type { Problem } from '../core/model/problem';
import type { VerifiedSignoff } from '../core/model/signoff';
import { parseStorePath } from '../core/sidecar/paths';
import type { Reader } from './objects';
import { readOwnFiles, sortEntry, tooMany } from './ownFiles';
import type { RawEntry } from './rawDiff';

export interface TakenOut {
  readonly signoffs: readonly VerifiedSignoff[];
  /** That there are too many to be looked at. */
  readonly problems: readonly Problem[];
  /** Whether a commit's entry is one of our files, takes one away, or adds the placeholder that pruning leaves. */
  readonly isOwn: (entry: RawEntry) => boolean;
}

/** `brought` is what the commits touched, `standing` what stands in the sidecar now, of which others see that it can be read. */
export async function takenOut(
  reader: Reader,
  brought: readonly RawEntry[],
  standing: readonly RawEntry[],
): Promise<TakenOut> {
  const key = ({ path, newId }: RawEntry): string => `${newId} ${path}`;
  const here = new Set(standing.map(key));
  const isNamed = ({ path, newMode }: RawEntry, mode: string): boolean =>
    newMode === mode && parseStorePath(path) !== undefined;
  const gone = new Map(
    brought.flatMap((entry) =>
      isNamed(entry, '100644') && !here.has(key(entry)) ? [[key(entry), entry] as const] : [],
    ),
  );
  const entries = [...gone.values()];
  const many = tooMany(entries);
  const blobs = await reader.blobs(many === undefined ? entries.map(({ newId }) => newId) : []);
  const { signoffs, problems } = await readOwnFiles(entries, ({ newId }) => blobs.get(newId));
  const odd = new Set(problems.map(({ path }) => path));
  return {
    signoffs: signoffs.filter(({ statement }) => statement.predicate.decision !== 'approve'),
    problems: many === undefined ? [] : [many],
    isOwn: (entry) =>
      isNamed(entry, '000000') ||
      sortEntry(entry).kind === 'pass' ||
      (isNamed(entry, '100644') && (here.has(key(entry)) || !odd.has(entry.path))),
  };
}
