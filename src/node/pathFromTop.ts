/** A file that a user names, as git names it. */
import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import type { Repository } from './repository';

/**
 * The path of an absolute file from the top of the repository. Links in the folders above it are followed, the file's own is
 * not; what lies outside begins with `../`.
 */
export function pathFromTop({ top }: Pick<Repository, 'top'>, file: string): string {
  let folder = dirname(file);
  let below = basename(file);
  while (!existsSync(folder) && dirname(folder) !== folder) {
    below = join(basename(folder), below);
    folder = dirname(folder);
  }
  return relative(realpathSync(top), join(realpathSync(folder), below))
    .split(sep)
    .join('/');
}
