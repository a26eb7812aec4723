/** Where the files are that a payload names: which repository, and which path in it. Only in a sparse checkout is git asked for it. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POLICY_PATH, pathFault } from '../../core/sidecar/paths';
import { statAt } from '../entryAt';
import { cleanEnv } from '../git';
import { ownBytes } from '../ownText';
import type { Repository } from '../repository';

const MAX_PATH = 4096;

/** An absolute path for what a payload calls a file; undefined where it can't be one. */
export function absolutePath(name: string, folder: string, platform: string = process.platform): string | undefined {
  if (name === '' || name.length > MAX_PATH || name.includes('\0')) return undefined;
  if (/^file:\/\//i.test(name)) {
    try {
      return fileURLToPath(name);
    } catch {
      return undefined;
    }
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(name)) return undefined;
  // `/c:/folder` is how an editor on Windows writes a path.
  if (platform === 'win32' && /^\/[a-z]:[/\\]/i.test(name)) return name.slice(1).replaceAll('/', '\\');
  return isAbsolute(name) ? name : resolve(folder, name);
}

/** With links followed as far as the path exists. */
export function realPath(file: string): string {
  let [folder, below] = [file, ''];
  for (;;) {
    try {
      return below === '' ? realpathSync.native(folder) : join(realpathSync.native(folder), below);
    } catch {
      const parent = dirname(folder);
      if (parent === folder) return file;
      below = below === '' ? basename(folder) : join(basename(folder), below);
      folder = parent;
    }
  }
}

/** The repository whose work tree holds a real path, its nearest; undefined where there is none, or it has no policy. */
export function repositoryOf(path: string): Repository | undefined {
  for (let folder = path; ; folder = dirname(folder)) {
    const entry = join(folder, '.git');
    const stat = statAt(entry);
    const gitDir = stat === undefined ? undefined : stat.isDirectory() ? entry : linkedGitDir(entry, folder);
    if (gitDir !== undefined && existsSync(join(gitDir, 'HEAD'))) {
      // Where nobody adopted Countersign, a hook that is set up for all of a user's work leaves no trace.
      const repository = { top: folder, gitDir, commonDir: commonDirOf(gitDir), env: cleanEnv() };
      return ownBytes(repository, POLICY_PATH) === undefined ? undefined : repository;
    }
    if (dirname(folder) === folder) return undefined;
  }
}

/** Submodules and further work trees hold a file that says where their git directory is. */
function linkedGitDir(entry: string, folder: string): string | undefined {
  const [, target] = /^gitdir: ([^\n\r]+)/.exec(readFileSync(entry, 'utf8').slice(0, MAX_PATH)) ?? [];
  return target === undefined ? undefined : resolve(folder, target);
}

function commonDirOf(gitDir: string): string {
  const file = join(gitDir, 'commondir');
  return existsSync(file) ? resolve(gitDir, readFileSync(file, 'utf8').trim()) : gitDir;
}

export interface Place {
  readonly repository: Repository;
  /** From the top of the repository. */
  readonly path: string;
}

/** Where a real path stands; undefined outside any repository that adopted Countersign, and for what no record names. */
export function placeOf(file: string): Place | undefined {
  const repository = repositoryOf(dirname(file));
  if (repository === undefined) return undefined;
  const path = relative(repository.top, file).split(sep).join('/');
  return pathFault(path) === undefined ? { repository, path } : undefined;
}
