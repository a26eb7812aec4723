/**
 * `record`: a checkpoint. What changed in these files since their last known state has the origin that is declared. What
 * stood there before, committed, staged or journalled, is never claimed.
 */
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep, basename } from 'node:path';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import { CountersignError } from '../core/model/problem';
import type { Source } from '../core/model/origin';
import { pathFault } from '../core/sidecar/paths';
import { contentDigest } from '../core/sidecar/lineHash';
import { utf8 } from '../core/text/bytes';
import { isBinary } from '../core/text/lines';
import type { LastState } from './declaredClaims';
import { checkpointClaims } from './declaredClaims';
import { nodeHash } from './hash';
import { appendLive, readJournal } from './journal';
import { readKnownLines, writeKnownLines } from './knownLines';
import { MAX_BLOB_BYTES } from './objects';
import type { Repository } from './repository';
import { authorEmail, inRepository } from './repository';

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

function readText(repository: Repository, path: string): { bytes: string } | { skipped: string } {
  const file = join(repository.top, path);
  const stat = lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return { skipped: 'there is no such file' };
  if (!stat.isFile()) return { skipped: 'it is no regular file' };
  if (stat.size > MAX_BLOB_BYTES) return { skipped: 'it is too large to be recorded by line' };
  const bytes = readFileSync(file, 'latin1');
  return isBinary(bytes) ? { skipped: 'it is binary' } : { bytes };
}

/** The texts of each path in HEAD and in the index, HEAD's first; undefined where there is none. */
async function storedVersions(
  repository: Repository,
  paths: readonly string[],
): Promise<Map<string, (FileLines | undefined)[]>> {
  const names = paths.flatMap((path) => [`HEAD:${path}`, `:0:${path}`]);
  const output = await inRepository(repository, ['cat-file', '--batch'], {
    input: names.map((name) => `${utf8(name)}\n`).join(''),
  });
  const texts: (FileLines | undefined)[] = [];
  let at = 0;
  while (at < output.length && texts.length < names.length) {
    const end = output.indexOf('\n', at);
    const [, type, size] = /^[0-9a-f]{40,64} ([a-z]+) (\d+)$/.exec(output.slice(at, end)) ?? [];
    at = end + 1;
    if (size === undefined) {
      texts.push(undefined);
      continue;
    }
    const bytes = output.slice(at, at + Number(size));
    at += Number(size) + 1;
    texts.push(type === 'blob' && !isBinary(bytes) ? fileLines(nodeHash, bytes) : undefined);
  }
  return new Map(paths.map((path, index) => [path, texts.slice(index * 2, index * 2 + 2)]));
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
  const last = lastState(gitDir, path, newest, author, [head, staged]);
  const claims = checkpointClaims({ path, source, now, head, others, last });
  if (claims.hunks.length > 0 || newest !== undefined) appendLive(gitDir, { path, digest, hunks: claims.hunks });
  note();
  const count = { path, added: claims.added, removed: claims.removed };
  const outranked = claims.uncertain && source.origin !== 'ai';
  const skipped = 'it changed since its last known state without a checkpoint; what was unexplained stays so';
  return outranked ? { ...count, skipped } : count;
}

/** The newest journalled state, with its lines where a version of that very content is at hand. */
function lastState(
  gitDir: string,
  path: string,
  newest: LiveFile | undefined,
  author: string,
  versions: readonly (FileLines | undefined)[],
): LastState | undefined {
  const known = readKnownLines(gitDir, path);
  if (newest === undefined) {
    // A file that a checkpoint saw and had nothing to claim for.
    const none = { record: '', author, sameContent: false, hunks: [] };
    return known === undefined ? undefined : { claims: none, lines: known.lines };
  }
  const claims = { record: '', author, sameContent: false, hunks: newest.hunks };
  if (known?.digest === newest.digest) return { claims, lines: known.lines };
  const same = versions.find(
    (version) => version !== undefined && contentDigest(nodeHash, version.lines) === newest.digest,
  );
  return { claims, lines: same?.exact };
}
