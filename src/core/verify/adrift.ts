/**
 * Claims adrift: about paths that the result no longer has. What they speak of may have been renamed unrecorded, so they
 * are tried on the added files that share lines with them.
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
  /** The added files, where anything is adrift, by path. */
  readonly added: ReadonlyMap<string, FileLines>;
  /**
   * Whether a claim that is weaker than `unknown` may go from a path that is gone to this line of an added file. A file
   * was renamed to one other: a copy that nobody recorded must not become human beside it.
   */
  readonly mayGo: (gone: string, path: string, loose: LineHash) => boolean;
}

/** Entries adrift that are tried on one added file: those that share the most lines with it. */
const MAX_ADRIFT = 200;
/** A line that more entries claim than this (a brace, say) tells none of them from another. */
const MAX_SHARING = 500;

/** `files` are all that changed, `isSettled` says of which paths it is known where they are. */
export function indexAdrift(
  hash: Hash,
  files: readonly ChangedFile[],
  entries: ReadonlyMap<LineHash, readonly Entry[]>,
  isSettled: (path: string) => boolean,
): Adrift {
  const added = new Map<string, FileLines>();
  for (const { path, before, after } of entries.size === 0 ? [] : files) {
    if (before.mode === '000000' && after.text !== undefined) added.set(path, fileLines(hash, after.text));
  }
  const holders = new Map<LineHash, number>();
  const shared = new Map<string, Map<string, number>>();
  for (const [path, { places }] of added) {
    for (const loose of places.keys()) {
      holders.set(loose, (holders.get(loose) ?? 0) + 1);
      for (const gone of new Set(sharing(entries, loose).map(({ file }) => file.path))) {
        let counts = shared.get(gone);
        if (counts === undefined) shared.set(gone, (counts = new Map()));
        counts.set(path, (counts.get(path) ?? 0) + 1);
      }
    }
  }
  const heirs = new Map<string, string | undefined>();
  for (const [gone, counts] of shared) {
    const [first, second] = mostFirst(counts);
    heirs.set(gone, first?.[1] === second?.[1] ? undefined : first?.[0]);
  }
  const mayGo = (gone: string, path: string, loose: LineHash): boolean =>
    !isSettled(gone) && (heirs.get(gone) === path || holders.get(loose) === 1);
  return { entries, added, mayGo };
}

/** The entries that are tried on an added file. */
export function adriftAt({ entries }: Adrift, text: FileLines): Entry[] {
  const shared = new Map<Entry, number>();
  for (const loose of text.places.keys()) {
    for (const entry of sharing(entries, loose)) shared.set(entry, (shared.get(entry) ?? 0) + 1);
  }
  return mostFirst(shared)
    .slice(0, MAX_ADRIFT)
    .map(([entry]) => entry);
}

function sharing(entries: Adrift['entries'], loose: LineHash): readonly Entry[] {
  const found = entries.get(loose) ?? [];
  return found.length > MAX_SHARING ? [] : found;
}

function mostFirst<T>(counts: ReadonlyMap<T, number>): [T, number][] {
  return [...counts].sort((a, b) => b[1] - a[1]);
}
