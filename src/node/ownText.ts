/** Our own files of a repository, policy and keys above all, where a sparse checkout may have left them out. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { QUIET, gitFailure } from './git';
import type { Repository } from './repository';

/**
 * The bytes of a file of the work tree; where a sparse checkout leaves it out, or with `always`, those of the index; in a
 * bare repository those of HEAD. Undefined when there are none. Only then a process is started, and waited for: who asks may have no time to come back.
 */
export function ownBytes(
  { top, gitDir, env }: Pick<Repository, 'top' | 'gitDir' | 'env'>,
  path: string,
  always = false,
): Buffer | undefined {
  const file = join(top, path);
  const isBare = top === gitDir;
  if (!isBare && existsSync(file)) return readFileSync(file);
  if (!isBare && !always && !existsSync(join(gitDir, 'info', 'sparse-checkout'))) return undefined;
  const args = ['cat-file', '--batch'];
  const { status, stdout, stderr } = spawnSync('git', [...QUIET, ...args], {
    cwd: top,
    env,
    input: `${isBare ? 'HEAD' : ':0'}:${path}\n`,
    windowsHide: true,
  });
  // Not read is not the same as not there: a policy may stand that can't be fetched just now.
  if (status !== 0) throw gitFailure(args, { code: status ?? 1, stdout: '', stderr: String(stderr ?? '') });
  const [, size] = /^\S+ blob (\d+)\n/.exec(stdout.toString('latin1', 0, 100)) ?? [];
  const start = stdout.indexOf(10) + 1;
  return size === undefined ? undefined : stdout.subarray(start, start + Number(size));
}
