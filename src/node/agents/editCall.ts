/** The hooks around a tool that edits files. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FileLines } from '../../core/attribution/fileLines';
import { fileLines } from '../../core/attribution/fileLines';
import type { Source } from '../../core/model/origin';
import type { LineHash } from '../../core/model/record';
import { contentLines } from '../../core/text/lines';
import { entryAt } from '../entryAt';
import { readText, storedVersions } from '../fileVersions';
import { nodeHash } from '../hash';
import { claimItems, lookAtItems } from '../items';
import { readJournal } from '../journal';
import { readKnownLines } from '../knownLines';
import type { Repository } from '../repository';
import type { Explanation } from './announcement';
import { MOST_WORK, NOTHING_EXPLAINED, explain, explainBackwards, predict, sameLines } from './announcement';
import { claimCall } from './claimCall';
import { findText } from './findText';
import type { FileChange, HookEvent } from './hookEvent';
import { grewFor, journalEnd } from './journalGrowth';
import { withLock } from '../stateLock';
import type { FileBefore, Window } from './windows';
import { closeWindow, openWindow, otherWindows, readWindow } from './windows';

/** A change to a file of one repository; paths from its top. */
export interface PlacedChange extends FileChange {
  readonly path: string;
}

/** Where applying a call's edits would take too long, it counts as not having said how it changes the file. */
function affordable(repository: Repository, changes: readonly PlacedChange[]): PlacedChange[] {
  let work = 0;
  return changes.map((change) => {
    const { announced, path } = change;
    if (announced.kind !== 'edits') return change;
    work += announced.edits.length * (entryAt(join(repository.top, path))?.size ?? 0);
    return work > MOST_WORK ? { ...change, announced: { kind: 'unsaid' } } : change;
  });
}

/** Notes what stands in the files that a call is about to change, and what it will make of them. */
export function beforeEdit(repository: Repository, event: HookEvent, changes: readonly PlacedChange[]): void {
  const journal = journalEnd(repository.gitDir);
  const files = affordable(repository, changes).map((change) => fileBefore(repository, change));
  const tool = event.actor.tool ?? '';
  openWindow(repository.gitDir, event.call, {
    session: event.session,
    tool,
    shell: false,
    journal,
    partial: false,
    files,
  });
}

function fileBefore(repository: Repository, change: PlacedChange): FileBefore {
  const { path, from, announced } = change;
  const source = from !== undefined && !existsSync(join(repository.top, path)) ? from : path;
  const stat = entryAt(join(repository.top, source));
  if (stat === undefined) {
    const predicted = predict(announced, '');
    return { path, lines: [], size: -1, modified: 0, ...(predicted === undefined ? {} : { predicted }) };
  }
  const text = readText(repository, source);
  const at = { path, size: stat.size, modified: stat.mtimeMs };
  if ('skipped' in text) return { ...at, lines: undefined };
  const predicted = predict(announced, text.bytes);
  const lines = contentLines(text.bytes).map(nodeHash.hash96);
  return { ...at, lines, ...(predicted === undefined ? {} : { predicted }) };
}

/** Claims what the call's own announcement accounts for. Gives the number of lines. */
export async function afterEdit(
  repository: Repository,
  event: HookEvent,
  changes: readonly PlacedChange[],
): Promise<number> {
  const { gitDir } = repository;
  const window = readWindow(gitDir, event.session, event.call);
  const wanted = event.failed
    ? []
    : affordable(repository, changes).filter(({ announced }) => announced.kind !== 'delete');
  let claimed = event.failed ? 0 : await claimWhole(repository, event, changes, window);
  if (wanted.length > 0) {
    const arrived = await arrivals(repository, event, wanted, window);
    const paths = arrived.flatMap(({ change }) =>
      change.from === undefined ? [change.path] : [change.path, change.from],
    );
    const stored = await storedVersions(repository, [...new Set(paths)]);
    claimed += await withLock(gitDir, async () => {
      let journal = readJournal(gitDir, new Set(paths));
      const seen = new Set<string>();
      let count = 0;
      for (const seenBefore of arrived) {
        const { change, now, bytes, explained, before } = asOfNow(repository, seenBefore);
        const { path, from } = change;
        // A call may change one file twice.
        if (seen.has(path)) journal = readJournal(gitDir, new Set(paths));
        seen.add(path);
        const own = journal.get(path) ?? [];
        const states = own.length === 0 && from !== undefined ? (journal.get(from) ?? []) : own;
        const [head, staged] = versionsOf(stored, path, from);
        const settled = explained.complete ? explained : better(explained, onStored(change, [staged, head], now));
        const isSure = change.announced.kind === 'edits' && !isRepeated(change, bytes);
        const known = before.length > 0 || isSure ? undefined : readKnownLines(gitDir, path)?.lines;
        count += claimCall({
          repository,
          source: { origin: 'ai', via: event.via, evidence: 'reported', actor: event.actor },
          path,
          ...(from === undefined ? {} : { from }),
          now,
          head,
          others: staged === undefined || staged === head ? [] : [staged],
          before: known === undefined ? before : [known],
          explained: change.announced.kind === 'unsaid' ? undefined : settled,
          ofOthers: change.announced.kind === 'unsaid' ? linesOfOthers(gitDir, event, path, now) : new Set(),
          states,
          savedMeanwhile: window === undefined || grewFor(gitDir, window.journal, path),
        });
      }
      return count;
    });
  }
  closeWindow(gitDir, event.session, event.call);
  return claimed;
}

/** Claims the files that the call deleted, or wrote without a line in them. */
async function claimWhole(
  repository: Repository,
  event: HookEvent,
  changes: readonly PlacedChange[],
  window: Window | undefined,
): Promise<number> {
  const isGone = (path: string): boolean => !existsSync(join(repository.top, path));
  const paths = changes.flatMap(({ path, announced }) => {
    const size = window?.files.find((file) => file.path === path)?.size;
    // Gone before, it was somebody else's to delete; there before, an empty file was somebody else's to make.
    if (announced.kind === 'delete') return isGone(path) && size !== -1 ? [path] : [];
    const isEmpty = announced.kind === 'write' && announced.content === '' && !isGone(path);
    return isEmpty && window !== undefined && size !== 0 ? [path] : [];
  });
  const looks = await lookAtItems(repository, paths);
  if (looks.length === 0) return 0;
  const source: Source = { origin: 'ai', via: event.via, evidence: 'reported', actor: event.actor };
  return withLock(repository.gitDir, async () => claimItems(repository, source, looks).length);
}

function versionsOf(
  stored: ReadonlyMap<string, readonly (FileLines | undefined)[]>,
  path: string,
  from: string | undefined,
): readonly (FileLines | undefined)[] {
  const own = stored.get(path) ?? [];
  return from === undefined || own.some((version) => version !== undefined) ? own : (stored.get(from) ?? []);
}

interface Arrival {
  readonly change: PlacedChange;
  readonly found: FileBefore | undefined;
  readonly modified: number;
  readonly bytes: string;
  readonly now: FileLines;
  readonly before: readonly (readonly LineHash[])[];
  readonly explained: Explanation;
}

/** Milliseconds between two looks at a file that is awaited. */
const STEP = 25;
/** Milliseconds for which a changed file must have rested to be taken as it is. */
const REST = 250;

/** Reads the files, once what was announced stands in them: some agents run the hook first and write then. */
async function arrivals(
  repository: Repository,
  event: HookEvent,
  changes: readonly PlacedChange[],
  window: Window | undefined,
): Promise<Arrival[]> {
  // Not the clock of the wall: one that is put back must not keep the agent waiting.
  const end = performance.now() + event.patience;
  const arrived: Arrival[] = [];
  for (const change of changes) {
    const before = window?.files.find((file) => file.path === change.path);
    if (change.announced.kind === 'unsaid' && before?.lines === undefined) continue;
    const file = join(repository.top, change.path);
    let modified = -1;
    let look: Arrival | undefined;
    for (;;) {
      const stat = entryAt(file);
      if (stat !== undefined && stat.mtimeMs !== modified) look = lookAt(repository, change, before);
      modified = stat?.mtimeMs ?? -1;
      const isChanged = before !== undefined && before.modified !== modified;
      const isResting = isChanged && stat !== undefined && Date.now() - modified > REST;
      if (look?.explained.complete === true || isResting || performance.now() >= end) break;
      await new Promise((resolve) => setTimeout(resolve, STEP));
    }
    if (look !== undefined) arrived.push(look);
  }
  return arrived;
}

function lookAt(repository: Repository, change: PlacedChange, before: FileBefore | undefined): Arrival | undefined {
  const modified = modifiedAt(repository, change);
  const text = readText(repository, change.path);
  if ('skipped' in text) return undefined;
  const now = fileLines(nodeHash, text.bytes);
  const { announced, original } = change;
  const versions: (readonly LineHash[])[] = before?.lines === undefined ? [] : [before.lines];
  let explained = NOTHING_EXPLAINED;
  if (before?.lines !== undefined && before.predicted !== undefined) {
    explained = explain(before.lines, before.predicted, now);
  }
  if (original !== undefined) {
    const lines = contentLines(original).map(nodeHash.hash96);
    versions.push(lines);
    const predicted = explained.complete ? undefined : predict(announced, original);
    if (predicted !== undefined) explained = better(explained, explain(lines, predicted, now));
  }
  if (announced.kind === 'unsaid') {
    const complete = before?.lines === undefined || !sameLines(before.lines, now.exact);
    explained = { ...NOTHING_EXPLAINED, complete };
  } else if (!explained.complete) explained = better(explained, explainBackwards(announced, text.bytes, now));
  return { change, found: before, modified, bytes: text.bytes, now, before: versions, explained };
}

/** Another call may have written since: a state of the file as it was would hide what that one claimed. */
function asOfNow(repository: Repository, arrival: Arrival): Arrival {
  const isStill = modifiedAt(repository, arrival.change) === arrival.modified;
  return isStill ? arrival : (lookAt(repository, arrival.change, arrival.found) ?? arrival);
}

function modifiedAt(repository: Repository, { path }: PlacedChange): number {
  return entryAt(join(repository.top, path))?.mtimeMs ?? 0;
}

/** Without a text that stood before the call: an edit applied to what is staged or committed. */
function onStored(change: PlacedChange, texts: readonly (FileLines | undefined)[], now: FileLines): Explanation {
  if (change.announced.kind !== 'edits') return NOTHING_EXPLAINED;
  let best = NOTHING_EXPLAINED;
  for (const text of texts) {
    const predicted = text === undefined ? undefined : predict(change.announced, `${text.lines.join('\n')}\n`);
    if (text !== undefined && predicted !== undefined) best = better(best, explain(text.exact, predicted, now));
  }
  return best;
}

function better(a: Explanation, b: Explanation): Explanation {
  if (a.complete !== b.complete) return a.complete ? a : b;
  return b.lines.size + b.removed.size > a.lines.size + a.removed.size ? b : a;
}

/** Whether the text that an edit put in stands in several places: then it may have stood in some of them before. */
function isRepeated({ announced }: PlacedChange, bytes: string): boolean {
  if (announced.kind !== 'edits') return true;
  const effort = { left: MOST_WORK };
  return announced.edits.some((edit) => {
    const first = edit.new === '' ? -1 : findText(bytes, edit.new, 0, effort);
    const isTwice = first !== -1 && findText(bytes, edit.new, first + 1, effort) !== -1;
    // In doubt it is: the search may have ended too early.
    return isTwice || effort.left < 0;
  });
}

/**
 * Lines that calls of others which are open at the same time have announced. One of the same session that stays open was
 * not allowed, say, and its lines came by another tool: they are the same agent's.
 */
export function linesOfOthers(gitDir: string, event: HookEvent, path: string, now: FileLines): Set<number> {
  const found = new Set<number>();
  for (const window of otherWindows(gitDir, event.session, event.call)) {
    const isOwn = event.session !== '' && window.session === event.session && window.tool === event.actor.tool;
    const file = isOwn ? undefined : window.files.find((each) => each.path === path);
    if (file?.lines === undefined || file.predicted === undefined) continue;
    for (const line of explain(file.lines, file.predicted, now).lines) found.add(line);
  }
  return found;
}
