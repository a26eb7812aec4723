/** What is on record about one changed path, in the form of a record: its lines, or the path as one item. */
import type { FileClaims } from '../core/attribution/attribute';
import { attribute } from '../core/attribution/attribute';
import { buildHunks } from '../core/attribution/buildHunks';
import { isWeak } from '../core/attribution/carry';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import { strongestFirst } from '../core/attribution/objectSteps';
import type { RecordedChange } from '../core/attribution/recordFile';
import { hashesOf, recordChange } from '../core/attribution/recordFile';
import { reformatted } from '../core/attribution/reformatted';
import type { LiveFile } from '../core/model/live';
import { sourceIn } from '../core/model/origin';
import type { RecordedFile, RecordedHunk, RecordedObject } from '../core/model/record';
import { nameableActor } from '../core/sidecar/nameableActor';
import { changedLines } from '../core/text/diff';
import { isBinary } from '../core/text/lines';
import { changesExecutable, wholeKind } from '../core/verify/blocks';
import { nodeHash } from './hash';
import type { LiveItem } from './itemJournal';
import type { StagePolicy } from './stagePolicy';
import { idIn, stagedObject } from './stagedObject';
import { exactState, liveClaims } from './liveClaims';
import type { OwnedFile } from './owners';
import type { RawEntry } from './rawDiff';
import { changedFile, isRegular } from './rawDiff';

/** What is known when a change is recorded. */
export interface Known {
  readonly policy: StagePolicy;
  /** Where new files were before, by the editor's word, and what that says of their lines. */
  readonly from: ReadonlyMap<string, string>;
  readonly moved: ReadonlyMap<string, FileClaims>;
  /** What the journal says of new files under the paths that they were at before, by their lines: more than under their own. */
  readonly gone: ReadonlyMap<string, readonly LiveFile[]>;
  /** Texts of files as they were staged before the formatters of a hook ran. */
  readonly unformatted: ReadonlyMap<string, string>;
  /** What the index changes against the other parents of a merge. */
  readonly others: readonly ReadonlyMap<string, RawEntry>[];
  readonly journal: ReadonlyMap<string, readonly LiveFile[]>;
  readonly items: ReadonlyMap<string, readonly LiveItem[]>;
  readonly author: string;
  /** Texts by id, of those that are here and no larger than text may be. */
  readonly blobs: ReadonlyMap<string, string>;
  /** Ids of what should be here and is not: of a file without its text before nothing can be said. */
  readonly missing: ReadonlySet<string>;
  /** Files where the change starts, by the path that they had there: for those whose neighbours were moved. */
  readonly bases?: ReadonlyMap<string, FileLines>;
}

export interface RecordedEntry {
  readonly file: RecordedFile;
  readonly before: OwnedFile | undefined;
  /** Lines that nothing explains. */
  readonly unexplained: number;
  /** True when the path is an item, or has one beside its lines, and nothing explains that. */
  readonly openItem: boolean;
  /** True when claims of moved lines spoke for their neighbours: then `bases` has to tell which of these are neutral. */
  readonly crossed: boolean;
  /** True when a hook changed more than the layout of some line. */
  readonly rewritten: boolean;
}

/** Undefined where there is nothing to say: a merge that takes one side as it is, a text that is not here. */
export function recordEntry(entry: RawEntry & { readonly from?: string }, known: Known): RecordedEntry | undefined {
  const { path } = entry;
  // A merge that takes one side's file as it is has nothing of its own to say about it.
  if (known.others.some((other) => !other.has(path))) return undefined;
  const kind = wholeKind(changedFile(entry, known.blobs), known.policy.isAtomic(path));
  const items = known.items.get(path) ?? [];
  const from = entry.from ?? known.from.get(path);
  const place = { path, blob: idIn(entry.newId), ...(from === undefined ? {} : { was: from }) };
  const isMode = kind === 'mode' || (kind !== 'content' && changesExecutable(entry.oldMode, entry.newMode));
  const isOne = kind === 'delete' || kind === 'content' || isMode;
  if (kind !== undefined) {
    // What stands for many generated lines is explained by its lines too, if each of them is.
    const lines = kind === 'content' && isMissing(entry, known) ? undefined : changeOf(entry, known, from)?.change;
    const object = isOne ? (stagedObject(entry, items, isMode) ?? fromLines(entry, kind, lines)) : undefined;
    const hunks = becomesText(entry, kind, known) ? (lines?.hunks ?? []).filter(isSeen) : [];
    const said = object === undefined ? {} : { object: nameableActor(object) };
    const file = { ...place, hunks: hunks.map(nameableActor), ...said };
    const openItem = isOne && object === undefined;
    return { file, before: undefined, unexplained: 0, openItem, crossed: false, rewritten: false };
  }
  const found = isMissing(entry, known) ? undefined : changeOf(entry, known, from);
  if (found === undefined) return undefined;
  const { change, before, rewritten } = found;
  const object = isMode ? stagedObject(entry, items, true) : undefined;
  const hunks = change.hunks.map(nameableActor);
  const file = { ...place, hunks, ...(object === undefined ? {} : { object: nameableActor(object) }) };
  const { unexplained, crossed } = change;
  return { file, before, unexplained, openItem: isMode && object === undefined, crossed, rewritten };
}

/** What is only declared of lines is no person's: nobody compared them with what had none, and an AI may have made that. */
function isSeen({ side, origin, evidence }: RecordedHunk): boolean {
  return side === 'added' && !(evidence === 'declared' && isWeak(origin));
}

/** Whether what had no lines has some now: to a base that lacks the path, or has a text there, they are lines. */
function becomesText(entry: RawEntry, kind: string, { blobs, policy }: Known): boolean {
  const added: RawEntry = { ...entry, oldMode: '000000' };
  return kind === 'content' && wholeKind(changedFile(added, blobs), policy.isAtomic(entry.path)) === undefined;
}

function isMissing(entry: RawEntry, { missing }: Known): boolean {
  return missing.has(entry.oldId) || missing.has(entry.newId);
}

/** What is on record of the lines; undefined where one side is no text. */
function changeOf(
  entry: RawEntry,
  known: Known,
  from: string | undefined,
): { readonly change: RecordedChange; readonly before: OwnedFile; readonly rewritten: boolean } | undefined {
  const { path } = entry;
  const bytes = isRegular(entry.newMode) ? known.blobs.get(entry.newId) : undefined;
  if (bytes === undefined || isBinary(bytes) || entry.oldId === entry.newId) return undefined;
  const version = (side: RawEntry | undefined): FileLines => {
    const text = side === undefined || !isRegular(side.oldMode) ? '' : (known.blobs.get(side.oldId) ?? '');
    return fileLines(nodeHash, isBinary(text) ? '' : text);
  };
  const first = version(entry);
  const before = { path: from ?? path, blob: entry.oldId, text: first };
  const parents = [first, ...known.others.map((other) => version(other.get(path)))];
  const states = known.gone.get(path) ?? known.journal.get(path);
  const moved = known.moved.get(path);
  const after = fileLines(nodeHash, bytes);
  const carried = overFormatter(path, { first, after, bytes, states: states ?? [] }, known);
  const live = carried?.claims ?? liveClaims(states, bytes, known.author);
  const claims = [...live, ...(moved === undefined ? [] : [moved])];
  const base = known.bases?.get(before.path);
  return { change: recordChange(path, parents, after, claims, base), before, rewritten: (carried?.open ?? 0) > 0 };
}

interface Formatted {
  readonly first: FileLines;
  readonly after: FileLines;
  readonly bytes: string;
  readonly states: readonly LiveFile[];
}

/**
 * Claims carried over what a formatter in the hook did; undefined where none did, or where somebody saved its very result.
 */
function overFormatter(
  path: string,
  { first, after, bytes, states }: Formatted,
  { unformatted, author }: Known,
): { readonly claims: readonly FileClaims[]; readonly open: number } | undefined {
  const was = unformatted.get(path);
  if (was === undefined || was === bytes || isBinary(was) || exactState(states, bytes) !== undefined) return undefined;
  const before = fileLines(nodeHash, was);
  const live = liveClaims(states, was, author);
  const changed = changedLines(first.lines, before.lines);
  const known = attribute(before, path, 'added', live);
  const { claimed, open } = reformatted(before, after, known, (line) => !changed.has(line), path);
  const hunks = [
    ...live.flatMap((each) => each.hunks).filter(({ side }) => side === 'removed'),
    ...buildHunks('added', claimed, hashesOf(after)),
  ];
  return { claims: [{ record: '', author, sameContent: true, hunks }], open };
}

function fromLines(entry: RawEntry, kind: string, change: RecordedChange | undefined): RecordedObject | undefined {
  const [first] = strongestFirst(change?.hunks ?? []);
  if (kind !== 'content' || change === undefined || change.unexplained > 0 || first === undefined) return undefined;
  return { before: idIn(entry.oldId), after: idIn(entry.newId), ...sourceIn(first) };
}
