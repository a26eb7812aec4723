/**
 * The origin of every line of a changed file, on both sides: the records that the change adds, asked by attribution.
 */
import type { FileClaims, LineClaim } from '../attribution/attribute';
import { attribute } from '../attribution/attribute';
import { isWeak } from '../attribution/carry';
import { anchoredAt, fileLines } from '../attribution/fileLines';
import type { FileLines } from '../attribution/fileLines';
import type { ObjectStep } from '../attribution/objectSteps';
import { stepsBetween, strongestFirst } from '../attribution/objectSteps';
import type { FoldThresholds } from '../model/fold';
import type { LineHash, NamedRecord, RecordedObject } from '../model/record';
import type { ChangedFile } from '../model/change';
import type { Hash } from '../ports';
import type { Adrift, Entry } from './adrift';
import { adriftAt, indexAdrift, listAt } from './adrift';
import type { CutFile } from './blocks';
import type { CopySources } from './copies';
import { copiedClaims, indexCopies } from './copies';

/** Records' file entries by path, and those whose path the result no longer has. */
export interface ClaimIndex {
  readonly byPath: ReadonlyMap<string, readonly Entry[]>;
  readonly adrift: Adrift;
  /** What lines may be copied from; worked out when an added file has lines that nothing explains. */
  readonly copies: () => CopySources;
}

type Side = 'added' | 'removed';

const NO_SOURCES: CopySources = new Map();

/**
 * Sorts the claims of a change's records by path. `files` are all that changed. `isUnsigned` says whether the policy asks
 * for a signature that a record does not have. What was said of `carried` paths may be about any file: the target renamed
 * them. `isThere` says whether a path stands in the result: one that the change neither holds nor removes came and went
 * within it, or never was.
 */
export function indexClaims(
  hash: Hash,
  records: readonly NamedRecord[],
  files: readonly ChangedFile[],
  isUnsigned: (record: NamedRecord) => boolean = () => false,
  carried: ReadonlySet<string> = new Set(),
  isThere = presentIn(files),
): ClaimIndex {
  const present = (path: string): boolean => isThere(path) && !carried.has(path);
  const byPath = new Map<string, Entry[]>();
  const adrift: Entry[] = [];
  for (const named of records) {
    const { id, record } = named;
    const unsigned = isUnsigned(named) ? { unsigned: true as const } : {};
    for (const file of record.files) {
      const entry: Entry = { id, author: record.author, file, ...unsigned };
      listAt(byPath, file.path).push(entry);
      if (!present(file.path)) adrift.push(entry);
    }
  }
  const settled = withFormer(byPath, [...byPath.keys()].filter(present), isSigned);
  let copies: CopySources | undefined;
  return {
    byPath,
    adrift: indexAdrift(hash, files, adrift, settled, carried),
    // What is said of a path that is gone was tried on added files anyway.
    copies: () => (copies ??= indexCopies([...byPath].flatMap(([path, entries]) => (present(path) ? entries : [])))),
  };
}

function presentIn(files: readonly ChangedFile[]): (path: string) => boolean {
  const paths = new Set(files.flatMap(({ path, after }) => (after.mode === '000000' ? [] : [path])));
  return (path) => paths.has(path);
}

/** The paths, and all that they were renamed from by the word of such entries. */
function withFormer(
  byPath: ClaimIndex['byPath'],
  paths: Iterable<string>,
  isHeard: (entry: Entry) => boolean,
): Set<string> {
  const all = new Set(paths);
  for (const path of all) {
    for (const entry of byPath.get(path) ?? [])
      if (entry.file.was !== undefined && isHeard(entry)) all.add(entry.file.was);
  }
  return all;
}

function isSigned({ unsigned }: Entry): boolean {
  return unsigned !== true;
}

/** Claims per line of the result and of the base; undefined where no claim explains the line. */
export interface FileOrigins {
  readonly added: readonly (LineClaim | undefined)[];
  readonly removed: readonly (LineClaim | undefined)[];
}

/** Asks the records about the lines of a cut file that has text blocks. Texts that no claim is about are not hashed. */
export function fileOrigins(hash: Hash, index: ClaimIndex, cut: CutFile, thresholds: FoldThresholds): FileOrigins {
  const { file } = cut;
  const text = index.adrift.texts.get(file.path);
  const texts: { -readonly [S in Side]?: FileLines | undefined } = { added: text };
  const linesOf = (side: Side): FileLines =>
    (texts[side] ??= fileLines(hash, (side === 'added' ? file.after : file.before).text ?? ''));
  const entries = entriesFor(index, file.path);
  const adrift = text && adriftAt(index.adrift, file.path, text, entries);
  const ask = (side: Side): (LineClaim | undefined)[] => {
    const looseAt = (line: number): LineHash => linesOf(side).looseAt(line);
    const mayStand = (line: number): boolean => adrift === undefined || !adrift.untold.has(looseAt(line));
    const tried = side === 'added' || index.adrift.anywhere ? adrift?.entries : undefined;
    const claims = [...entries, ...(tried ?? [])].flatMap((entry): FileClaims[] => {
      const hunks = entry.file.hunks.filter((hunk) => hunk.side === side);
      if (hunks.length === 0) return [];
      const sameContent = side === 'added' && entry.file.blob === file.after.oid;
      const { id: record, author, unsigned } = entry;
      const isCopy = (line: number): boolean => !index.adrift.mayGo(entry.file.path, file.path, looseAt(line));
      const more = { ...(unsigned && { unsigned }), ...(tried?.has(entry) === true && { isCopy }) };
      return [{ record, author, sameContent, content: entry.file.blob, hunks, ...more }];
    });
    if (claims.length === 0) return [];
    const asked = side === 'added' ? linesOf(side) : anchoredAt(linesOf(side), removedLines(cut));
    return attribute(asked, file.path, side, claims, thresholds, mayStand);
  };
  const own = ask('added');
  // Not of a file that was there: what a change puts into one is a line here and there, and such read alike by chance.
  const open = file.before.mode === '000000' ? [...cut.afterLines.keys()].filter((line) => !own[line]) : [];
  const removed = ask('removed');
  const sources = open.length === 0 ? NO_SOURCES : index.copies();
  if (sources.size === 0) return { added: own, removed };
  const heard = new Set([...entries].map((entry) => entry.file.path));
  const copied = copiedClaims(sources, linesOf('added'), file.path, open, heard, thresholds);
  return { added: copied.map((claim, line) => own[line] ?? claim), removed };
}

/** The lines of the base, from 0, that a cut file removes. */
export function removedLines(cut: CutFile): number[] {
  return cut.blocks.flatMap((block) =>
    block.kind === 'text'
      ? Array.from({ length: block.region.beforeCount }, (_, index) => block.region.beforeStart + index)
      : [],
  );
}

/** Entries for the path, and for the paths it was renamed from. Where only unsigned records say so, they make nothing weaker. */
function entriesFor({ byPath }: ClaimIndex, path: string): Set<Entry> {
  const signed = withFormer(byPath, [path], isSigned);
  const entries = [...withFormer(byPath, signed, () => true)].flatMap((each) => {
    const own = byPath.get(each) ?? [];
    return signed.has(each) ? own : own.map((entry): Entry => ({ ...entry, unsigned: true }));
  });
  return new Set(entries);
}

interface ObjectEntry extends ObjectStep {
  readonly claim: RecordedObject;
  readonly author: string;
  readonly record: string;
  readonly unsigned?: true;
}

/** What the records say of an atomic object: the strongest claim, and the authors of all that account for it. */
export interface ObjectClaim {
  /** Undefined where only unsigned records make the object weaker than `unknown`. */
  readonly claim: RecordedObject | undefined;
  readonly authors: readonly string[];
  readonly record: string;
  readonly unsigned?: true;
}

/**
 * The claim about an atomic object: one that names the ids before and after, or several that follow one another. Whoever
 * deleted a file deleted whatever stood in it; whoever set a mode set it for the content that came before or after too.
 */
export function objectClaim(index: ClaimIndex, cut: CutFile): ObjectClaim | undefined {
  const { path, from } = cut.file;
  const absent = (oid: string): string | null => (/^0+$/.test(oid) ? null : oid);
  const [before, after] = [absent(cut.file.before.oid), absent(cut.file.after.oid)];
  const entries = [path, ...(from === undefined ? [] : [from])].flatMap((each) =>
    (index.byPath.get(each) ?? []).flatMap(({ id, author, file, unsigned }): ObjectEntry[] =>
      file.object === undefined
        ? []
        : [{ ...file.object, claim: file.object, author, record: id, ...(unsigned === true ? { unsigned } : {}) }],
    ),
  );
  const about = (among: readonly ObjectEntry[]): readonly ObjectEntry[] | undefined =>
    stepsBetween(among, before, after) ?? nearly(among, cut, before, after);
  const found = about(entries);
  const [strongest] = found ?? [];
  if (found === undefined || strongest === undefined) return undefined;
  const first = found.find(({ origin, unsigned }) => origin === strongest.origin && unsigned !== true) ?? strongest;
  const authors = [...new Set(found.map(({ author }) => author))];
  // Of weak claims those have to account for the change that are signed.
  const doubted = isWeak(first.origin) ? found.find(({ unsigned }) => unsigned === true) : undefined;
  if (doubted !== undefined) {
    const signed = about(entries.filter(({ unsigned }) => unsigned !== true))?.[0];
    if (signed === undefined) return { claim: undefined, record: doubted.record, authors, unsigned: true };
    return { claim: signed.claim, record: signed.record, authors };
  }
  const { claim, record, unsigned } = first;
  if (unsigned !== true) return { claim, record, authors };
  // A strong claim stands whoever signed it. Which tool it was is not believed: a rule may ask less of one.
  const { actor: _, ...told } = claim;
  return { claim: told, record, authors, unsigned };
}

function nearly(
  entries: readonly ObjectEntry[],
  cut: CutFile,
  before: string | null,
  after: string | null,
): readonly ObjectEntry[] | undefined {
  const isMode = cut.blocks.some((block) => block.kind === 'object' && block.object.object === 'mode');
  if (after !== null && !isMode) return undefined;
  const speaks = (step: ObjectEntry): boolean =>
    after === null ? step.after === null : step.before === step.after && [before, after].includes(step.after);
  const found = entries.filter(speaks);
  return found.length === 0 ? undefined : strongestFirst(found);
}
