/** Reading `--raw -z` output: one entry per changed path, without rename detection, paired by us when exact. */
import type { ChangedFile, FileSide, Mode } from '../core/model/change';
import { fromUtf8, utf8 } from '../core/text/bytes';
import { splitNul } from './git';
import type { GitOutput } from './objects';

export interface RawEntry {
  /** UTF-8 decoded path; `exactPath` is false when its bytes are not UTF-8 and can't be named in a record. */
  readonly path: string;
  readonly exactPath: boolean;
  readonly oldMode: Mode;
  readonly newMode: Mode;
  readonly oldId: string;
  readonly newId: string;
  /** Of a merge's combined difference: what the file was in each parent but the first. */
  readonly others?: readonly { readonly mode: Mode; readonly id: string }[];
}

/**
 * Entries of `git diff-tree --raw -z --no-renames --no-abbrev` or `diff-index`, in git's order; of combined differences
 * too, which have a colon and a column of modes and ids for each parent.
 */
export function parseRaw(output: string): RawEntry[] {
  const items = splitNul(output);
  const entries: RawEntry[] = [];
  for (let at = 0; at + 1 < items.length; at += 2) {
    const columns = /^(:*)(.*)$/.exec(items[at] ?? '');
    const parents = Math.max(1, columns?.[1]?.length ?? 1);
    const fields = (columns?.[2] ?? '').split(' ');
    const [oldMode, oldId] = [fields[0], fields[parents + 1]];
    const [newMode, newId] = [fields[parents], fields[2 * parents + 1]];
    const bytes = items[at + 1] ?? '';
    const path = fromUtf8(bytes);
    if (oldMode === undefined || newMode === undefined || oldId === undefined || newId === undefined) continue;
    const exactPath = utf8(path) === bytes;
    const entry = { path, exactPath, oldMode: mode(oldMode), newMode: mode(newMode), oldId, newId };
    if (parents === 1) entries.push(entry);
    else {
      const others = fields
        .slice(1, parents)
        .map((each, index) => ({ mode: mode(each), id: fields[parents + 2 + index] ?? '' }));
      entries.push({ ...entry, others });
    }
  }
  return entries;
}

/** Where two trees differ, or the trees of two commits. */
export async function treeDifference(
  { output }: { readonly output: GitOutput },
  before: string,
  after: string,
): Promise<RawEntry[]> {
  const args = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--end-of-options', before, after];
  return parseRaw(await output(args));
}

function mode(text: string): Mode {
  switch (text) {
    case '000000':
    case '100755':
    case '120000':
    case '160000':
      return text;
    default:
      // 100664 and its like stand in old trees; git treats them as regular files.
      return '100644';
  }
}

/** Pairs a deleted and an added regular file with one blob: an exact rename. Each old path serves one new path. */
export function pairRenames(
  entries: readonly RawEntry[],
  emptyBlobs: ReadonlySet<string>,
): (RawEntry & { from?: string })[] {
  const deleted = new Map<string, RawEntry[]>();
  for (const entry of entries) {
    if (entry.newMode !== '000000' || !isRegular(entry.oldMode) || emptyBlobs.has(entry.oldId)) continue;
    const list = deleted.get(entry.oldId);
    if (list === undefined) deleted.set(entry.oldId, [entry]);
    else list.push(entry);
  }
  const renamed = new Set<RawEntry>();
  const result: (RawEntry & { from?: string })[] = [];
  for (const entry of entries) {
    const candidates = entry.oldMode === '000000' && isRegular(entry.newMode) ? deleted.get(entry.newId) : undefined;
    const source = candidates?.shift();
    if (source === undefined) result.push(entry);
    else {
      renamed.add(source);
      result.push({ ...entry, from: source.path, oldMode: source.oldMode, oldId: source.oldId });
    }
  }
  return result.filter((entry) => !renamed.has(entry));
}

export function isRegular(each: Mode): boolean {
  return each === '100644' || each === '100755';
}

/** Ids of the empty blob in both object formats: two empty files have nothing in common. */
export const EMPTY_BLOBS: ReadonlySet<string> = new Set([
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
]);

/** A changed file with the bytes of its regular sides. */
export function changedFile(
  entry: RawEntry & { readonly from?: string },
  blobs: ReadonlyMap<string, string>,
): ChangedFile {
  const side = (sideMode: Mode, oid: string): FileSide => {
    const text = isRegular(sideMode) ? blobs.get(oid) : undefined;
    return text === undefined ? { mode: sideMode, oid } : { mode: sideMode, oid, text };
  };
  return {
    path: entry.path,
    ...(entry.from === undefined ? {} : { from: entry.from }),
    before: side(entry.oldMode, entry.oldId),
    after: side(entry.newMode, entry.newId),
  };
}

/** Ids of the blobs whose bytes a list of entries needs: none for what is judged by its ids alone. */
export function neededBlobs(
  entries: readonly (RawEntry & { readonly from?: string })[],
  isAtomic: (path: string) => boolean = () => false,
): string[] {
  return entries.flatMap((entry) => {
    const { oldMode, newMode, oldId, newId, from, path } = entry;
    if (from !== undefined || newMode === '000000' || oldId === newId || isAtomic(path)) return [];
    // A work tree's file that is too large to be read has no id.
    const ids = [...(isRegular(oldMode) ? [oldId] : []), ...(isRegular(newMode) ? [newId] : [])];
    return ids.filter((id) => !/^0+$/.test(id));
  });
}
