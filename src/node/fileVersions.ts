/** What is known of a file's content besides what an editor tracks: on disk, committed, staged, and when it was last seen. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import { contentDigest } from '../core/sidecar/lineHash';
import { utf8 } from '../core/text/bytes';
import { isBinary } from '../core/text/lines';
import type { LastState } from './declaredClaims';
import { entryAt } from './entryAt';
import { nodeHash } from './hash';
import { readKnownLines } from './knownLines';
import { MAX_BLOB_BYTES } from './objects';
import type { Repository } from './repository';
import { inRepository } from './repository';

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
  if (paths.length === 0) return new Map();
  const names = paths.flatMap((path) => [`HEAD:${path}`, `:0:${path}`, ...more.map((each) => `${each}:${path}`)]);
  const each = names.length / paths.length;
  const output = await inRepository(repository, ['cat-file', '--batch'], {
    input: names.map((name) => `${utf8(name)}\n`).join(''),
  });
  const texts: (FileLines | undefined)[] = [];
  const known = new Map<string, FileLines>();
  let at = 0;
  while (at < output.length && texts.length < names.length) {
    const end = output.indexOf('\n', at);
    const [, id, type, size] = /^([0-9a-f]{40,64}) ([a-z]+) (\d+)$/.exec(output.slice(at, end)) ?? [];
    at = end + 1;
    if (id === undefined || size === undefined) {
      texts.push(undefined);
      continue;
    }
    const bytes = output.slice(at, at + Number(size));
    at += Number(size) + 1;
    const isText = type === 'blob' && !isBinary(bytes);
    const prepared = isText ? (known.get(id) ?? fileLines(nodeHash, bytes)) : undefined;
    if (prepared !== undefined) known.set(id, prepared);
    texts.push(prepared);
  }
  return new Map(paths.map((path, index) => [path, texts.slice(index * each, (index + 1) * each)]));
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
    return known === undefined ? undefined : { claims: none, lines: known.lines };
  }
  const claims = { record: '', author, sameContent: false, hunks: newest.hunks };
  if (known?.digest === newest.digest) return { claims, lines: known.lines };
  const same = versions.find(
    (version) => version !== undefined && contentDigest(nodeHash, version.lines) === newest.digest,
  );
  return { claims, lines: same?.exact };
}
