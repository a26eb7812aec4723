/** Paths as people type them, made paths from the top of the repository. */
import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import type { Repository } from '../node/repository';
import { usageError } from './usage';
import { escapeText } from './reporters/escape';

/** `/` between parts; `.` at the top stands for everything. A path outside the repository is wrong usage. */
export function topPaths(repository: Repository, cwd: string, given: readonly string[]): string[] {
  const top = realpathSync(repository.top);
  const here = realpathSync(cwd);
  const paths = given.map((path) => {
    const way = relative(top, resolve(here, path)).split(sep).join('/');
    if (way === '..' || way.startsWith('../'))
      throw usageError(`expected a path below ${top}, found ${escapeText(path)}`);
    return way;
  });
  return paths.includes('') ? [] : paths;
}
