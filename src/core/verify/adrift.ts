/**
 * Claims adrift: about paths that the result no longer has. What they speak of may have been renamed or moved unrecorded,
 * so they are tried on all changed files that share lines with them; the weak ones on added files alone.
 */
import { fileLines } from '../attribution/fileLines';
import type { FileLines } from '../attribution/fileLines';
import type { ChangedFile } from '../model/change';
import type { LineHash, RecordedFile } from '../model/record';
import type { Hash } from '../ports';

/** A record's claims about one file. */
export interface Entry {
  readonly id: string;
  readonly author: string;
  readonly file: RecordedFile;
  /** Nobody who counts has signed the record. */
  readonly unsigned?: true;
}

/** The entries adrift, and where they may go. */
export interface Adrift {
  /** By the loose hashes of the lines they claim. */
  readonly entries: ReadonlyMap<LineHash, readonly Entry[]>;
  /** Those that claim nothing but lines that a person typed, seen: no other claim about a line gets stronger by them. */
  readonly plain: ReadonlySet<Entry>;
  /** The changed files that have lines, where anything is adrift, by path. */
  readonly texts: ReadonlyMap<string, FileLines>;
  /** Whether a merge or the target took anything away: the lines that its removal took may stand removed in any file. */
  readonly anywhere: boolean;
  /**
   * Whether a claim that is weaker than `unknown` may go from a path that is gone to this line of an added file, or of any
   * file where the target took the path away. A file was renamed to one other: a copy that nobody recorded must not
   * become human beside it.
   */
  readonly mayGo: (gone: string, path: string, loose: LineHash) => boolean;
}

/** Entries adrift that are tried on one file: those that share the most lines with it. */
const MAX_ADRIFT = 200;
/** A line that more entries claim than this (a brace, say) tells none of them from another. */
const MAX_SHARING = 500;

/**
 * `files` are all that changed, `settled` the paths of which it is known where they are, `carried` those that the target
 * took away: what they held went on in files that the base had.
 */
export function indexAdrift(
  hash: Hash,
  files: readonly ChangedFile[],
  adrift: readonly Entry[],
  settled: ReadonlySet<string>,
  carried: ReadonlySet<string>,
): Adrift {
  const entries = new Map<LineHash, Entry[]>();
  const plain = new Set(adrift);
  for (const entry of adrift) {
    const lines = new Set<LineHash>();
    for (const hunk of entry.file.hunks) {
      const isTyped = hunk.origin === 'human' && hunk.evidence === 'observed';
      for (const { loose, counts } of hunk.lines) {
        lines.add(loose);
        if (!isTyped || Object.keys(counts).join() !== 'human') plain.delete(entry);
      }
    }
    for (const loose of lines) listAt(entries, loose).push(entry);
  }
  const anywhere = carried.size > 0;
  const texts = new Map<string, FileLines>();
  const added = new Set<string>();
  const holders = new Map<LineHash, number>();
  const heirs = new Map<string, { readonly lines: number; readonly path: string }>();
  for (const { path, before, after } of entries.size === 0 ? [] : files) {
    if (after.text === undefined) continue;
    const text = fileLines(hash, after.text);
    texts.set(path, text);
    if (before.mode === '000000') added.add(path);
    else if (!anywhere) continue;
    const shared = new Map<string, number>();
    for (const loose of text.places.keys()) {
      countUp(holders, loose);
      for (const gone of new Set(tellingAt(entries, loose).map(({ file }) => file.path))) countUp(shared, gone);
    }
    for (const [gone, lines] of shared) {
      const most = heirs.get(gone)?.lines ?? 0;
      if (lines >= most) heirs.set(gone, { lines, path: lines > most ? path : '' });
    }
  }
  const mayGo = (gone: string, path: string, loose: LineHash): boolean =>
    !settled.has(gone) &&
    (carried.has(gone) || added.has(path)) &&
    (heirs.get(gone)?.path === path || holders.get(loose) === 1);
  return { entries, plain, texts, anywhere, mayGo };
}

/** The entries that are tried on a file. */
export interface Tried {
  readonly entries: ReadonlySet<Entry>;
  /**
   * Lines about which entries are not tried, by loose hash. A stronger claim may be among those, so nothing weaker than
   * `unknown` is believed of such a line, whoever claims it.
   */
  readonly untold: ReadonlySet<LineHash>;
}

/** Chooses the entries that are tried on a file; `heard` are those that speak for its path anyway. */
export function adriftAt(index: Adrift, path: string, text: FileLines, heard: ReadonlySet<Entry>): Tried {
  const shared = sharing(index.entries, text.places.keys(), (entry) => heard.has(entry));
  const entries = closest(shared);
  const untold = new Set<LineHash>();
  for (const [loose, [line = 0]] of text.places) {
    const all = index.entries.get(loose) ?? [];
    const isMissed = (entry: Entry): boolean =>
      shared.has(entry) &&
      !entries.has(entry) &&
      !(index.plain.has(entry) && !index.mayGo(entry.file.path, path, loose));
    // Lines without letters and digits carry no claim by themselves.
    if (text.weightAt(line) > 0 && (all.length > MAX_SHARING || all.some(isMissed))) untold.add(loose);
  }
  return { entries, untold };
}

/** How many of some lines each entry claims, those aside that are heard anyway. */
export function sharing<E extends Entry>(
  entries: ReadonlyMap<LineHash, readonly E[]>,
  lines: Iterable<LineHash>,
  isHeard: (entry: E) => boolean,
): Map<E, number> {
  const shared = new Map<E, number>();
  for (const loose of lines) {
    for (const entry of tellingAt(entries, loose)) if (!isHeard(entry)) countUp(shared, entry);
  }
  return shared;
}

/** Those entries that share the most lines: as many as are tried on one file. */
export function closest<E>(shared: ReadonlyMap<E, number>): Set<E> {
  const first = [...shared].sort((a, b) => b[1] - a[1]).slice(0, MAX_ADRIFT);
  return new Set(first.map(([entry]) => entry));
}

/** The entries that claim a line which tells them from others. */
function tellingAt<E>(entries: ReadonlyMap<LineHash, readonly E[]>, loose: LineHash): readonly E[] {
  const found = entries.get(loose) ?? [];
  return found.length > MAX_SHARING ? [] : found;
}

/** The list at a key of a map, put there if there is none. */
export function listAt<K, V>(map: Map<K, V[]>, key: K): V[] {
  let list = map.get(key);
  if (list === undefined) map.set(key, (list = []));
  return list;
}

function countUp<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
