/**
 * The hooks around a tool that runs commands. Such a tool does not say what it writes: what differs from a look at the
 * work tree before is its doing, apart from what an editor saved meanwhile, what git brought, and what other calls announced.
 */
import { join } from 'node:path';
import type { FileLines } from '../../core/attribution/fileLines';
import { fileLines } from '../../core/attribution/fileLines';
import type { Source } from '../../core/model/origin';
import type { LineHash } from '../../core/model/record';
import { CountersignError } from '../../core/model/problem';
import { contentLines } from '../../core/text/lines';
import { pathFault } from '../../core/sidecar/paths';
import { fromUtf8 } from '../../core/text/bytes';
import { entryAt } from '../entryAt';
import { readText, storedVersions } from '../fileVersions';
import { TIMED_OUT, gitFailure, splitNul } from '../git';
import { nodeHash } from '../hash';
import { claimItems, lookAtItems } from '../items';
import { readJournal } from '../journal';
import type { Repository } from '../repository';
import { tryInRepository } from '../repository';
import { claimCall } from './claimCall';
import { linesOfOthers } from './editCall';
import type { HookEvent } from './hookEvent';
import { grewFor, journalEnd } from './journalGrowth';
import { withLock } from '../stateLock';
import type { FileBefore, Window } from './windows';
import { closeWindow, openWindow, readWindow } from './windows';

/** Milliseconds that git may take to list what is changed. */
const MOST_TIME = 2000;
/** Changed files that are looked at, and their bytes. */
const MOST_FILES = 300;
const MOST_BYTES = 16 * 1024 * 1024;

interface Status {
  /** Commit of HEAD; empty in a repository without commits. */
  readonly head: string;
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

/** Notes what is changed already. */
export async function beforeShell(repository: Repository, event: HookEvent): Promise<void> {
  const journal = journalEnd(repository.gitDir);
  const status = await changedFiles(repository);
  let [left, partial] = [MOST_BYTES, status.changed.length > MOST_FILES];
  const files: FileBefore[] = [];
  for (const path of status.changed.slice(0, MOST_FILES)) {
    const stat = entryAt(join(repository.top, path));
    if (stat === undefined) continue;
    left -= stat.size;
    const text = left < 0 ? { skipped: '' } : readText(repository, path);
    partial ||= left < 0;
    const lines = 'skipped' in text ? undefined : contentLines(text.bytes).map(nodeHash.hash96);
    files.push({ path, lines, size: stat.size, modified: stat.mtimeMs });
  }
  const tool = event.actor.tool ?? '';
  const at = {
    session: event.session,
    tool,
    shell: true,
    head: status.head,
    journal,
    partial,
    files,
    gone: status.gone,
  };
  openWindow(repository.gitDir, event.call, at);
}

/** Claims what changed since. Gives the number of lines. Without a look before nothing can be told. */
export async function afterShell(repository: Repository, event: HookEvent): Promise<number> {
  const { gitDir } = repository;
  const window = readWindow(gitDir, event.session, event.call);
  if (window === undefined) return 0;
  closeWindow(gitDir, event.session, event.call);
  const status = await changedFiles(repository);
  const before = new Map(window.files.map((file) => [file.path, file]));
  const changed = status.changed
    .slice(0, MOST_FILES)
    .filter((path) => isNews(repository, path, before.get(path), window));
  const items = await lookAtItems(repository, itemPaths(status, window, changed));
  if (changed.length === 0 && items.length === 0) return 0;
  // What stood in a file that is gone and stands in another one now was moved, not written.
  const gone = status.gone.slice(0, MOST_FILES);
  const moved = window.head === undefined || window.head === status.head || window.head === '' ? [] : [window.head];
  const stored = await storedVersions(repository, [...changed, ...gone], moved);
  const vanished = gone.flatMap((path) => (stored.get(path) ?? []).filter((version) => version !== undefined));
  const left = window.files.filter((file) => entryAt(join(repository.top, file.path)) === undefined);
  return withLock(gitDir, async () => {
    const journal = readJournal(gitDir, new Set([...changed, ...gone, ...left.map(({ path }) => path)]));
    const source: Source = { origin: 'ai', via: event.via, evidence: 'reported', actor: event.actor };
    let count = claimItems(repository, source, items).length;
    for (const path of changed) {
      const text = readText(repository, path);
      if ('skipped' in text) continue;
      const now = fileLines(nodeHash, text.bytes);
      const [head, ...others] = stored.get(path) ?? [];
      const isNew = head === undefined && others.every((version) => version === undefined) && !before.has(path);
      const from = isNew ? movedFrom(now, gone, left, stored) : undefined;
      const own = journal.get(path) ?? [];
      const states = own.length === 0 && from !== undefined ? (journal.get(from) ?? []) : own;
      const earlier = before.get(path)?.lines;
      count += claimCall({
        repository,
        source,
        path,
        ...(from === undefined ? {} : { from }),
        now,
        head,
        others: [...others, ...(isNew ? vanished : [])].filter((version) => version !== undefined),
        before: [
          ...(earlier === undefined ? [] : [earlier]),
          ...(isNew ? left.flatMap(({ lines }) => (lines === undefined ? [] : [lines])) : []),
        ],
        explained: undefined,
        ofOthers: linesOfOthers(gitDir, event, path, now),
        states,
        savedMeanwhile: grewFor(gitDir, window.journal, path),
      });
    }
    return count;
  });
}

/**
 * Paths that were as HEAD has them before the command and are not now: of those alone it is known whose doing that is
 * without a look at their content. A file that was gone before was somebody else's to delete.
 */
function itemPaths(status: Status, window: Window, changed: readonly string[]): string[] {
  if (window.partial || window.head !== status.head) return [];
  const wereGone = window.gone;
  const gone = wereGone === undefined ? [] : status.gone.filter((path) => !wereGone.includes(path));
  const clean = changed.filter((path) => !window.files.some((file) => file.path === path));
  return [...gone, ...clean.filter((path) => wereGone?.includes(path) !== true)].slice(0, MOST_FILES);
}

function isNews(repository: Repository, path: string, before: FileBefore | undefined, window: Window): boolean {
  const stat = entryAt(join(repository.top, path));
  if (stat === undefined) return false;
  // What could not be compared then can't be now.
  if (before === undefined) return !window.partial;
  return before.lines !== undefined && (stat.size !== before.size || stat.mtimeMs !== before.modified);
}

/** Of the files that went away the one that a new file shares most lines with, at least half of its own. */
function movedFrom(
  now: FileLines,
  gone: readonly string[],
  left: readonly FileBefore[],
  stored: ReadonlyMap<string, readonly (FileLines | undefined)[]>,
): string | undefined {
  const present = new Set(now.exact);
  let best: string | undefined;
  let most = present.size / 2;
  const consider = (path: string, lines: readonly LineHash[] | undefined): void => {
    const shared = new Set(lines?.filter((line) => present.has(line))).size;
    if (shared < most || shared === 0) return;
    best = path;
    most = shared;
  };
  for (const path of gone) consider(path, stored.get(path)?.find((version) => version !== undefined)?.exact);
  for (const { path, lines } of left) consider(path, lines);
  return best;
}

/** What differs from the index or HEAD, and new files. Files in conflict are left out: both sides' lines stand in them. */
async function changedFiles(repository: Repository): Promise<Status> {
  const args = ['--no-optional-locks', 'status', '--porcelain=v2', '--branch', '-z', '--no-renames'];
  const more = ['--untracked-files=all', '--ignore-submodules=all'];
  const result = await tryInRepository(repository, [...args, ...more], { timeout: MOST_TIME });
  if (result.code === TIMED_OUT) {
    const message = `git status took more than ${MOST_TIME} ms; what the agent's command changes stays unexplained`;
    throw new CountersignError({ code: 'too-slow', message }, 3);
  }
  if (result.code !== 0) throw gitFailure(args, result);
  const changed: string[] = [];
  const gone: string[] = [];
  let head = '';
  for (const entry of splitNul(result.stdout)) {
    const commit = /^# branch\.oid ([0-9a-f]{40,64})$/.exec(entry)?.[1];
    if (commit !== undefined) head = commit;
    const [, states, tracked] = /^1 (\S\S) (?:\S+ ){6}([^]+)$/.exec(entry) ?? [];
    const path = fromUtf8(tracked ?? /^\? ([^]+)$/.exec(entry)?.[1] ?? '');
    if (path === '' || path.endsWith('/') || pathFault(path) !== undefined) continue;
    if (states?.includes('D') === true) gone.push(path);
    else changed.push(path);
  }
  return { head, changed, gone };
}
