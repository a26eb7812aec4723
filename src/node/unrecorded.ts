/**
 * Commits of this work tree that went by without our hook: `--no-verify`, a graphical client, an agent, a rebase that was
 * continued. What the journal holds of exactly their content waits, and the next commit carries it. Nobody else's commit is
 * touched, and no content that was not saved here.
 */
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import type { RecordedFile } from '../core/model/record';
import { parseStorePath, pathFault } from '../core/sidecar/paths';
import { fromUtf8 } from '../core/text/bytes';
import { nodeHash } from './hash';
import { mergeBase } from './changeStart';
import { readItems } from './itemJournal';
import { readJournal } from './journal';
import { exactState } from './liveClaims';
import type { LoggedCommit } from './log';
import { parseLog } from './log';
import type { ObjectSession } from './objectSession';
import { openObjects } from './objectSession';
import { readRecord } from './readRecord';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, isRegular, pairRenames } from './rawDiff';
import type { Repository } from './repository';
import { authorEmail, headCommit, tryInRepository } from './repository';
import type { StagePolicy } from './stagePolicy';
import { stagePolicy } from './stagePolicy';
import { readStageState } from './stageState';
import { recordEntry } from './stagedFile';

/** First-parent commits that are looked at, and where nothing says how far to look. */
const MOST_COMMITS = 50;
const FIRST_COMMITS = 5;

/** A commit since the last one behind which nothing waits. */
export type RecentCommit = LoggedCommit;

/**
 * The first-parent commits since the settled ones, newest first; of merges what is in none of their parents. Where there is
 * a merge, the author's own commits of what it merged too: they went by without the hook as well as those of the branch.
 */
export async function recentCommits(
  repository: Repository,
  head: string,
  settled: readonly string[],
): Promise<RecentCommit[]> {
  const bounds = settled.length > 0 ? settled : await firstBounds(repository, head);
  const most = bounds.length > 0 ? MOST_COMMITS : FIRST_COMMITS;
  const beyond = [head, ...bounds.map((id) => `^${id}`)];
  const commits = await logged(repository, ['--first-parent', `--max-count=${most}`, ...beyond]);
  if (bounds.length === 0 || commits.every(({ parents }) => parents.length < 2)) return commits;
  const own = [`--author=<${await authorEmail(repository)}>`, '--fixed-strings', '--no-mailmap'];
  // What has landed is neutral.
  const landed = (await firstBounds(repository, head)).map((id) => `^${id}`);
  const merged = await logged(repository, [...own, `--max-count=${MOST_COMMITS}`, ...beyond, ...landed]);
  const known = new Set(commits.map(({ oid }) => oid));
  return [...commits, ...merged.filter(({ oid }) => !known.has(oid))];
}

async function logged(repository: Repository, walk: readonly string[]): Promise<RecentCommit[]> {
  const form = [
    '--raw',
    '-c',
    '--no-abbrev',
    '--no-renames',
    '--root',
    '--no-color',
    '--format=%H%x00%P%x00%ae%x00%ce%x00',
  ];
  const args = ['-c', 'log.showSignature=false', 'log', '-z', ...form, '--ignore-missing', ...walk];
  const { code, stdout } = await tryInRepository(repository, args);
  return code === 0 ? parseLog(stdout) : [];
}

/** The first time: no further than the branch goes. */
async function firstBounds(repository: Repository, head: string): Promise<string[]> {
  const base = await mergeBase(repository, head);
  return base === head || !/^[0-9a-f]{40,64}$/.test(base) ? [] : [base];
}

/** What waits of a commit. */
export interface WaitingFile {
  readonly commit: string;
  readonly file: RecordedFile;
}

/** What these commits changed, the journal knows and no record of theirs says. */
export async function waitingFiles(
  repository: Repository,
  session: ObjectSession,
  commits: readonly RecentCommit[],
  { author, policy }: { readonly author: string; readonly policy: StagePolicy },
): Promise<WaitingFile[]> {
  const own = commits.filter(({ authorEmail: by, committerEmail: committer }) =>
    [by, committer].map(fromUtf8).includes(author),
  );
  if (own.length === 0) return [];
  const recorded = await recordedIn(session, commits);
  const open = own.map(({ oid, entries }) => ({
    oid,
    entries: pairRenames(
      entries.filter((entry) => entry.exactPath && pathFault(entry.path) === undefined && !isOwn(entry.path)),
      EMPTY_BLOBS,
    ).filter(
      (entry) =>
        !recorded.has(keyOf(entry.path, entry.oldId, entry.newId)) && !recorded.has(keyOf(entry.path, '', entry.newId)),
    ),
  }));
  const paths = new Set(open.flatMap(({ entries }) => entries.map(({ path }) => path)));
  if (paths.size === 0) return [];
  const items = readItems(repository.gitDir);
  const journal = readJournal(repository.gitDir, paths);
  const waiting: WaitingFile[] = [];
  for (const { oid, entries } of open) {
    const known = entries.filter(({ path }) => journal.has(path) || items.has(path));
    const { blobs, missing } = await blobsOf(session, known);
    for (const entry of known) {
      const exact = exactStates(journal.get(entry.path), entry, blobs);
      const found = recordEntry(entry, {
        // Of what was neutral then nothing is known now: the neighbours of moved lines stay unexplained.
        bases: new Map([[entry.from ?? entry.path, fileLines(nodeHash, '')]]),
        policy,
        gone: new Map(),
        from: new Map(),
        moved: new Map(),
        unformatted: new Map(),
        others: otherParents(entry),
        journal: new Map(exact === undefined ? [] : [[entry.path, [exact]]]),
        items,
        author,
        blobs,
        missing,
      });
      if (found !== undefined && (found.file.hunks.length > 0 || found.file.object !== undefined)) {
        waiting.push({ commit: oid, file: found.file });
      }
    }
  }
  return waiting;
}

/** What a merge's other parents had in the place of a file. */
function otherParents(entry: RawEntry): ReadonlyMap<string, RawEntry>[] {
  const sides = entry.others ?? [];
  return sides.map(({ mode, id }) => new Map([[entry.path, { ...entry, oldMode: mode, oldId: id }]]));
}

/** Only a state that was saved with the very content that was committed. */
function exactStates(
  states: readonly LiveFile[] | undefined,
  entry: RawEntry,
  blobs: ReadonlyMap<string, string>,
): LiveFile | undefined {
  const bytes = blobs.get(entry.newId);
  return states === undefined || bytes === undefined ? undefined : exactState(states, bytes);
}

/** What the records that these commits brought speak of, by path and content. */
async function recordedIn(session: ObjectSession, commits: readonly RecentCommit[]): Promise<Set<string>> {
  const added = commits
    .flatMap(({ entries }) => entries)
    .filter(({ path, newMode }) => newMode === '100644' && parseStorePath(path)?.store === 'provenance');
  const stored = await session.read(added.map(({ newId }) => newId));
  const recorded = new Set<string>();
  for (const [index, { path }] of added.entries()) {
    const bytes = stored[index]?.bytes;
    const read = bytes === undefined ? undefined : readRecord(path, bytes);
    for (const file of read?.ok === true ? read.value.record.files : []) {
      if (file.hunks.length > 0) recorded.add(keyOf(file.path, '', file.blob ?? ''));
      if (file.object !== undefined) recorded.add(keyOf(file.path, file.object.before ?? '', file.object.after ?? ''));
    }
  }
  return recorded;
}

function keyOf(path: string, before: string, after: string): string {
  const id = (each: string): string => (/^0+$/.test(each) ? '' : each);
  return `${path}\0${id(before)}\0${id(after)}`;
}

function isOwn(path: string): boolean {
  return path.startsWith('.countersign/v1/');
}

/** The texts on both sides of some entries. */
export async function blobsOf(
  session: ObjectSession,
  entries: readonly RawEntry[],
): Promise<{ readonly blobs: Map<string, string>; readonly missing: Set<string> }> {
  const ids = new Set<string>();
  for (const { oldMode, newMode, oldId, newId, others = [] } of entries) {
    for (const { mode, id } of [{ mode: oldMode, id: oldId }, { mode: newMode, id: newId }, ...others]) {
      if (isRegular(mode)) ids.add(id);
    }
  }
  const wanted = [...ids];
  const stored = await session.read(wanted);
  const blobs = new Map<string, string>();
  const missing = new Set<string>();
  for (const [index, id] of wanted.entries()) {
    const found = stored[index];
    if (found === undefined) missing.add(id);
    else if (found.bytes !== undefined && found.type === 'blob') blobs.set(id, found.bytes);
  }
  return { blobs, missing };
}

/** What waits for the next commit, for `status` and for the editor. Empty where nothing is known to wait. */
export async function waitingRecords(repository: Repository): Promise<WaitingFile[]> {
  const policy = stagePolicy(repository);
  const head = policy === undefined ? undefined : await headCommit(repository);
  if (policy === undefined || head === undefined) return [];
  const session = openObjects(repository);
  try {
    const commits = await recentCommits(repository, head, readStageState(repository.gitDir).settled);
    return await waitingFiles(repository, session, commits, { author: await authorEmail(repository), policy });
  } finally {
    session.close();
  }
}
