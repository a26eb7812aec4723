/** What is known of a file's content besides what an editor tracks: on disk, committed, staged, and when it was last seen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import { contentDigest } from '../core/sidecar/lineHash';
import { isBinary } from '../core/text/lines';
import type { LastState } from './declaredClaims';
import { entryAt } from './entryAt';
import { readBlobs } from './blobs';
import { nodeHash } from './hash';
import { readKnownLines } from './knownLines';
import { MAX_BLOB_BYTES } from './objects';
import type { Repository } from './repository';

/** A file's bytes as it stands in the work tree, or why it has no lines to speak of. */
export function readText(repository: Repository, path: string): { bytes: string } | { skipped: string } {
  const file = join(repository.top, path);
  const stat = entryAt(file);
  if (stat === undefined) return { skipped: 'there is no such file' };
  if (!stat.isFile()) return { skipped: 'it is no regular file' };
  if (stat.size > MAX_BLOB_BYTES) return { skipped: 'it is too large to be recorded by line' };
  const bytes = readFileSync(file, 'latin1');
  return isBinary(bytes) ? { skipped: 'it is binary' } : { bytes };
}

/**
 * The texts of each path in HEAD and in the index, HEAD's first, then in further revisions; undefined where there is none.
 * Equal texts are prepared once.
 */
export async function storedVersions(
  repository: Repository,
  paths: readonly string[],
  more: readonly string[] = [],
): Promise<Map<string, (FileLines | undefined)[]>> {
  const revisions = ['HEAD', ':0', ...more];
  const blobs = await readBlobs(
    repository,
    paths.flatMap((path) => revisions.map((each) => `${each}:${path}`)),
    true,
  );
  const prepared = new Map<string, FileLines>();
  const textOf = (name: string): FileLines | undefined => {
    const bytes = blobs.get(name);
    if (bytes === undefined || isBinary(bytes)) return undefined;
    const known = prepared.get(bytes) ?? fileLines(nodeHash, bytes);
    prepared.set(bytes, known);
    return known;
  };
  return new Map(paths.map((path) => [path, revisions.map((each) => textOf(`${each}:${path}`))]));
}

/** The newest journalled state, with its lines where a version of that very content is at hand. */
export function lastState(
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
    return known === undefined ? undefined : { claims: none, lines: known.lines, loose: known.loose };
  }
  const claims = { record: '', author, sameContent: false, hunks: newest.hunks };
  if (known?.digest === newest.digest) return { claims, lines: known.lines, loose: known.loose };
  const same = versions.find(
    (version) => version !== undefined && contentDigest(nodeHash, version.lines) === newest.digest,
  );
  return { claims, lines: same?.exact, loose: same?.loose };
}
