/** What the work tree changes against a commit: tracked and new files, uncommitted content included. */
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Mode } from '../core/model/change';
import { fromUtf8, utf8 } from '../core/text/bytes';
import { idsIn } from './carriedOff';
import type { Reader } from './objects';
import { MAX_BLOB_BYTES } from './objects';
import { splitNul } from './git';
import { blobId } from './blobId';
import type { RawEntry } from './rawDiff';
import { parseRaw } from './rawDiff';
import type { Repository } from './repository';
import { inRepository } from './repository';

export interface WorkTreeChange {
  readonly entries: readonly RawEntry[];
  /** Bytes of files that git does not store yet, by the object id they would get. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Compares the work tree with a commit. Of the untracked files only those count that `isKnown` names: a file that was
 * written here, and not whatever lies about.
 */
export async function workTreeEntries(
  repository: Repository,
  commit: string,
  isKnown: (path: string) => boolean,
): Promise<WorkTreeChange> {
  const raw = ['diff-index', '--raw', '-z', '--no-renames', '--no-abbrev', '--end-of-options', commit];
  const tracked = parseRaw(await inRepository(repository, raw));
  const listed = await inRepository(repository, ['ls-files', '-z', '--others', '--exclude-standard']);
  const zeros = '0'.repeat(commit.length);
  const untracked = splitNul(listed)
    .map((bytes): RawEntry => {
      const path = fromUtf8(bytes);
      const exactPath = utf8(path) === bytes;
      return { path, exactPath, oldMode: '000000', newMode: '100644', oldId: zeros, newId: zeros };
    })
    .filter((entry) => entry.exactPath && !entry.path.endsWith('/') && isKnown(entry.path));
  const texts = new Map<string, string>();
  const entries: RawEntry[] = [];
  for (const entry of [...tracked, ...untracked]) {
    const settled = settle(repository, entry, texts, commit.length);
    if (settled !== undefined) entries.push(settled);
  }
  return { entries: entries.sort((a, b) => (a.path < b.path ? -1 : 1)), texts };
}

/** Paths whose content is not committed. A file that was saved as it stood, or only touched, differs from git's index by its time alone. */
export async function dirtyPaths(
  reader: Reader,
  head: string,
  known: {
    readonly content: readonly RawEntry[];
    readonly texts: ReadonlyMap<string, string>;
    readonly committed: ReadonlySet<string>;
  },
): Promise<string[]> {
  const { content, texts, committed } = known;
  const unstored = content.filter(({ path, newId }) => committed.has(path) && texts.has(newId)).map(({ path }) => path);
  const ids = unstored.length === 0 ? new Map<string, readonly string[]>() : await idsIn(reader, [head], unstored);
  // What is staged has its blob already, so a path that no commit touches is uncommitted too.
  return content
    .filter(({ path, newId }) => !committed.has(path) || (texts.has(newId) && ids.get(path)?.includes(newId) !== true))
    .map(({ path }) => path);
}

/** Gives an entry whose content only the work tree has the id that git would give it. */
function settle(
  repository: Repository,
  entry: RawEntry,
  texts: Map<string, string>,
  idLength: number,
): RawEntry | undefined {
  if (entry.newMode === '000000' || !/^0+$/.test(entry.newId)) return entry;
  const file = join(repository.top, entry.path);
  try {
    const stat = lstatSync(file);
    if (stat.isSymbolicLink()) {
      const bytes = readlinkSync(file, 'buffer').toString('latin1');
      return { ...entry, newMode: '120000', newId: blobId(bytes, idLength) };
    }
    if (!stat.isFile() || stat.size > MAX_BLOB_BYTES) return entry;
    const bytes = readFileSync(file, 'latin1');
    const newId = blobId(bytes, idLength);
    if (newId === entry.oldId && entry.newMode === entry.oldMode) return undefined;
    texts.set(newId, bytes);
    const newMode: Mode = (stat.mode & 0o111) === 0 ? '100644' : '100755';
    return { ...entry, newMode: entry.oldMode === '000000' ? newMode : entry.newMode, newId };
  } catch {
    // Gone between listing and reading: the next look sees it.
    return undefined;
  }
}
