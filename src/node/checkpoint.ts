/**
 * `record`: a checkpoint. What changed in these files since their last known state has the origin that is declared. What
 * stood there before, committed, staged or journalled, is never claimed.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep, basename } from 'node:path';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import { CountersignError } from '../core/model/problem';
import type { Source } from '../core/model/origin';
import { pathFault } from '../core/sidecar/paths';
import { contentDigest } from '../core/sidecar/lineHash';
import { checkpointClaims } from './declaredClaims';
import { lastState, readText, storedVersions } from './fileVersions';
import { nodeHash } from './hash';
import { appendLive, readJournal } from './journal';
import { writeKnownLines } from './knownLines';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import { unsavedLines } from './standing';
import { readUnsaved } from './unsaved';

export interface CheckpointRequest {
  readonly source: Source;
  /** Files, absolute or relative to `cwd`. */
  readonly files: readonly string[];
  readonly cwd: string;
}

export interface CheckpointFile {
  readonly path: string;
  /** Lines that this checkpoint claimed. */
  readonly added: number;
  readonly removed: number;
  /** Why nothing could be claimed; absent when it could. */
  readonly skipped?: string;
}

/** Claims what is new in each file and writes it to the journal. A file outside the repository throws `not-in-repository`. */
export async function checkpoint(repository: Repository, request: CheckpointRequest): Promise<CheckpointFile[]> {
  const paths = [...new Set(request.files.map((file) => repositoryPath(repository, resolve(request.cwd, file))))];
  const stored = await storedVersions(repository, paths);
  const journal = readJournal(repository.gitDir);
  const author = await authorEmail(repository);
  return paths.map((path) => {
    const text = readText(repository, path);
    if ('skipped' in text) return { path, added: 0, removed: 0, skipped: text.skipped };
    const versions = stored.get(path) ?? [];
    return checkpointFile(repository, request.source, author, path, text.bytes, versions, journal.get(path) ?? []);
  });
}

/** A file's path from the top of the repository. Links in the folders above it are followed, the file's own is not. */
function repositoryPath(repository: Repository, file: string): string {
  let folder = dirname(file);
  let below = basename(file);
  while (!existsSync(folder) && dirname(folder) !== folder) {
    below = join(basename(folder), below);
    folder = dirname(folder);
  }
  const path = relative(realpathSync(repository.top), join(realpathSync(folder), below))
    .split(sep)
    .join('/');
  const fault = path.startsWith('../') ? `expected a file below ${repository.top}` : pathFault(path);
  if (fault === undefined) return path;
  throw new CountersignError({ code: 'not-in-repository', path: file, field: '', message: fault }, 2);
}

function checkpointFile(
  repository: Repository,
  source: Source,
  author: string,
  path: string,
  bytes: string,
  [head, staged]: readonly (FileLines | undefined)[],
  states: readonly LiveFile[],
): CheckpointFile {
  const { gitDir } = repository;
  const now = fileLines(nodeHash, bytes);
  const digest = contentDigest(nodeHash, now.lines);
  const note = (): void => writeKnownLines(gitDir, { path, digest, lines: now.exact });
  const newest = states.at(-1);
  const exact = states.findLast((state) => state.digest === digest);
  if (exact !== undefined) {
    // This very content is known already: nothing changed since. It becomes the newest state again.
    if (exact !== newest) appendLive(gitDir, exact);
    note();
    return { path, added: 0, removed: 0 };
  }
  const others = staged === undefined ? [] : [staged];
  const taken = unsavedLines(now, readUnsaved(gitDir, path));
  const last = lastState(gitDir, path, newest, author, [head, staged]);
  const claims = checkpointClaims({ path, source, now, head, others, last, taken });
  if (claims.hunks.length > 0 || newest !== undefined) appendLive(gitDir, { path, digest, hunks: claims.hunks });
  note();
  const count = { path, added: claims.added, removed: claims.removed };
  const outranked = claims.uncertain && source.origin !== 'ai';
  const skipped = 'it changed since its last known state without a checkpoint; what was unexplained stays so';
  return outranked ? { ...count, skipped } : count;
}
