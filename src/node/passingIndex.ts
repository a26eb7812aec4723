/** For `commit PATH` git makes an index for this commit alone. The user's own hears nothing of what was staged there. */
import { basename } from 'node:path';
import { splitNul } from './git';
import type { RawEntry } from './rawDiff';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** Whether git named an index that is this commit's alone. */
export function isPassing({ env }: Repository): boolean {
  return !['index', 'index.lock'].includes(basename(env['GIT_INDEX_FILE'] ?? 'index'));
}

/**
 * Those of the records, staged in such an index earlier, that the user's own lacks still. Takes what the present index changes
 * in the sidecar. What stands there again may be taken out on purpose.
 */
export async function stillApart(
  repository: Repository,
  own: readonly RawEntry[],
  apart: readonly string[],
): Promise<readonly string[]> {
  if (apart.length === 0) return apart;
  if (!isPassing(repository))
    return apart.filter((each) => own.some(({ path, newMode }) => path === each && newMode === '000000'));
  const env = { ...repository.env, GIT_INDEX_FILE: undefined };
  const listed = splitNul((await tryInRepository({ ...repository, env }, ['ls-files', '-z', '--', ...apart])).stdout);
  return apart.filter((path) => !listed.includes(path));
}
