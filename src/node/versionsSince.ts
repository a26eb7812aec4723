/** What git holds of a file before the work tree's text: at HEAD, in the index, and where the change starts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FileLines } from '../core/attribution/fileLines';
import { storedVersions } from './fileVersions';
import { formerPaths, readMoves } from './moves';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, pairRenames, parseRaw } from './rawDiff';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** What git holds of a file. */
export interface VersionsBefore {
  readonly head: FileLines | undefined;
  /** The index's; in a conflict each side's. */
  readonly others: readonly FileLines[];
  /** Where the change starts, under the name that the file had there. */
  readonly base: FileLines | undefined;
}

export async function versionsSince(
  repository: Repository,
  from: string | undefined,
  paths: readonly string[],
): Promise<ReadonlyMap<string, VersionsBefore>> {
  const stored = await storedVersions(repository, paths, [':2', ':3', ...(from === undefined ? [] : [from])]);
  const known = new Map<string, VersionsBefore>();
  let renamed: Promise<readonly (RawEntry & { from?: string })[]> | undefined;
  for (const [path, [head, staged, ours, theirs, atBase]] of stored) {
    const others = [...new Set([staged, ours, theirs])].filter((each) => each !== undefined);
    let base = atBase;
    if (from !== undefined && base === undefined) {
      renamed ??= renamedSince(repository, from);
      const old = (await renamed).find((entry) => entry.path === path)?.from ?? movedHere(repository, path);
      base = old === undefined ? undefined : (await storedVersions(repository, [old], [from])).get(old)?.[2];
    }
    known.set(path, { head, others, base });
  }
  return known;
}

/** The path that a file was moved from in the editor, unless something stands there again. */
function movedHere(repository: Repository, path: string): string | undefined {
  return formerPaths(readMoves(repository.gitDir), path).findLast((each) => !existsSync(join(repository.top, each)));
}

async function renamedSince(repository: Repository, base: string): Promise<readonly (RawEntry & { from?: string })[]> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', '--diff-filter=AD', base];
  const listed = await tryInRepository(repository, args);
  return listed.code === 0 ? pairRenames(parseRaw(listed.stdout), EMPTY_BLOBS) : [];
}
