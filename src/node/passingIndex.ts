/** For `commit PATH` git makes an index for this commit alone. The user's own hears nothing of what was staged there. */
import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { splitNul } from './git';
import type { RawEntry } from './rawDiff';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** Whether git named another index than the user's own, which stands in the git directory. Links may lead there. */
export function isPassing({ env, top, gitDir }: Repository): boolean {
  const file = resolve(top, env['GIT_INDEX_FILE'] ?? join(gitDir, 'index'));
  return (
    !/^index(?:\.lock)?$/.test(basename(file)) || realpathSync.native(dirname(file)) !== realpathSync.native(gitDir)
  );
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
