/**
 * The origin of every line of a changed file, on both sides: the records that the change adds, asked by attribution.
 */
import type { FileClaims, LineClaim } from '../attribution/attribute';
import { attribute } from '../attribution/attribute';
import { fileLines } from '../attribution/fileLines';
import type { FoldThresholds } from '../model/fold';
import type { NamedRecord, RecordedFile, RecordedObject } from '../model/record';
import { originRank } from '../model/origin';
import type { Hash } from '../ports';
import type { CutFile } from './blocks';

/** Records' file entries by path, and those whose path the result no longer has. */
export interface ClaimIndex {
  readonly byPath: ReadonlyMap<string, readonly Entry[]>;
  /** Entries for paths that do not stand in the result: what they claim may have been renamed away unrecorded. */
  readonly adrift: readonly Entry[];
}

interface Entry {
  readonly id: string;
  readonly author: string;
  readonly file: RecordedFile;
}

/** Entries adrift beyond this number are not tried on added files: the lines stay unknown. */
const MAX_ADRIFT = 200;

/** Sorts the claims of a change's records by path. `present` says whether a path stands in the result. */
export function indexClaims(records: readonly NamedRecord[], present: (path: string) => boolean): ClaimIndex {
  const byPath = new Map<string, Entry[]>();
  const adrift: Entry[] = [];
  for (const { id, record } of records) {
    for (const file of record.files) {
      const entry: Entry = { id, author: record.author, file };
      const list = byPath.get(file.path);
      if (list === undefined) byPath.set(file.path, [entry]);
      else list.push(entry);
      if (file.hunks.length > 0 && !present(file.path)) adrift.push(entry);
    }
  }
  return { byPath, adrift: adrift.length > MAX_ADRIFT ? [] : adrift };
}

/** Claims per line of the result and of the base; undefined where no claim explains the line. */
export interface FileOrigins {
  readonly added: readonly (LineClaim | undefined)[];
  readonly removed: readonly (LineClaim | undefined)[];
}

/** Asks the records about the lines of a cut file that has text blocks. */
export function fileOrigins(hash: Hash, index: ClaimIndex, cut: CutFile, thresholds: FoldThresholds): FileOrigins {
  const { file } = cut;
  const entries = entriesFor(index, cut);
  const claims = (side: 'added' | 'removed'): FileClaims[] =>
    entries.map((entry) => ({
      record: entry.id,
      author: entry.author,
      sameContent: side === 'added' && entry.file.blob === file.after.oid,
      hunks: entry.file.hunks,
    }));
  const ask = (lines: readonly string[], side: 'added' | 'removed'): (LineClaim | undefined)[] =>
    entries.length === 0 ? [] : attribute(fileLines(hash, lines.join('')), file.path, side, claims(side), thresholds);
  return { added: ask(cut.afterLines, 'added'), removed: ask(cut.beforeLines, 'removed') };
}

/** Entries for the path, for the paths it was renamed from, and, for an added file, those adrift. */
function entriesFor(index: ClaimIndex, cut: CutFile): Entry[] {
  const found = new Set<Entry>();
  const paths = new Set([cut.file.path]);
  for (const path of paths) {
    for (const entry of index.byPath.get(path) ?? []) {
      found.add(entry);
      if (entry.file.was !== undefined) paths.add(entry.file.was);
    }
  }
  if (cut.file.before.mode === '000000') for (const entry of index.adrift) found.add(entry);
  return [...found];
}

/** The strongest claim about an atomic object: it names the very ids before and after. */
export function objectClaim(
  index: ClaimIndex,
  cut: CutFile,
): { claim: RecordedObject; author: string; record: string } | undefined {
  const { path, from, before, after } = cut.file;
  const absent = (oid: string): string | null => (/^0+$/.test(oid) ? null : oid);
  let best: { claim: RecordedObject; author: string; record: string } | undefined;
  for (const each of [path, ...(from === undefined ? [] : [from])]) {
    for (const { id, author, file } of index.byPath.get(each) ?? []) {
      const claim = file.object;
      if (claim === undefined || claim.before !== absent(before.oid) || claim.after !== absent(after.oid)) continue;
      if (best === undefined || originRank(claim.origin) < originRank(best.claim.origin)) {
        best = { claim, author, record: id };
      }
    }
  }
  return best;
}
