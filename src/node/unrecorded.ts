/**
 * Commits of this work tree that went by without our hook: `--no-verify`, a graphical client, an agent, a rebase that was
 * continued. What the journal holds of exactly their content waits, and the next commit carries it, also where the commit was
 * made anew on another base by then. Nobody else's commit is touched, and no content that was not saved here.
 */
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import type { RecordedFile } from '../core/model/record';
import { isOwnPath, parseStorePath, pathFault } from '../core/sidecar/paths';
import { fromUtf8 } from '../core/text/bytes';
import { nodeHash } from './hash';
import { movesSince } from './headLog';
import { readItems } from './itemJournal';
import { readJournal } from './journal';
import { exactState } from './liveClaims';
import type { ObjectSession } from './objectSession';
import { openObjects } from './objectSession';
import { readRecord } from './readRecord';
import type { RecentCommit } from './recentCommits';
import { leftCommits, madeAnew, recentCommits } from './recentCommits';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, isRegular, pairRenames } from './rawDiff';
import type { Repository } from './repository';
import { authorEmail, headCommit } from './repository';
import type { StagePolicy } from './stagePolicy';
import { stagePolicy } from './stagePolicy';
import { earlierThan, speaking } from './speaking';
import { readStageState } from './stageState';
import { recordEntry } from './stagedFile';

/** What waits of a commit. */
export interface WaitingFile {
  readonly commit: string;
  readonly file: RecordedFile;
  /** False of a commit that HEAD left and does not have anew, or of which the index holds no line. */
  readonly isHere: boolean;
}

interface About {
  readonly author: string;
  readonly policy: StagePolicy;
  readonly left: readonly RecentCommit[];
}

/** What these commits changed, and those that HEAD left, what the journal knows of it and no record of theirs says. */
export async function waitingFiles(
  repository: Repository,
  session: ObjectSession,
  present: readonly RecentCommit[],
  { author, policy, left }: About,
): Promise<WaitingFile[]> {
  const commits = [...present, ...left];
  const own = commits.filter(({ authorEmail: by, committerEmail: committer }) =>
    [by, committer].map(fromUtf8).includes(author),
  );
  if (own.length === 0) return [];
  // What a commit that HEAD left brought says nothing of a text that came here without its record.
  const recordedHere = await recordedIn(session, present);
  const recordedLeft = await recordedIn(session, left);
  const isLeft = (oid: string): boolean => left.some((commit) => commit.oid === oid);
  const seen = new Set<string>();
  const open = own.map(({ oid, entries }) => ({
    oid,
    entries: pairRenames(
      entries.filter((entry) => entry.exactPath && pathFault(entry.path) === undefined && !isOwnPath(entry.path)),
      EMPTY_BLOBS,
    ).filter(({ path, oldId, newId }) => {
      const key = keyOf(path, '', newId);
      const isAgain = isLeft(oid) && seen.has(key);
      seen.add(key);
      const isRecorded = [keyOf(path, oldId, newId), key].some(
        (each) => recordedHere.has(each) || (isLeft(oid) && recordedLeft.has(each)),
      );
      return !isAgain && !isRecorded;
    }),
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
      if (found === undefined) continue;
      const { file } = found;
      if (file.hunks.length > 0 || file.object !== undefined) waiting.push({ commit: oid, file, isHere: !isLeft(oid) });
    }
  }
  const anew = madeAnew(repository, present, left);
  const asked = waiting.filter(({ commit }) => anew.has(commit));
  const speaks = await speaking(
    session,
    asked.map(({ file }) => file),
    earlierThan(repository, 'HEAD', present),
  );
  return waiting.map((each) => {
    const { commit, file, isHere } = each;
    return { ...each, isHere: isHere || (anew.has(commit) && speaks({ author, files: [file] })) };
  });
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
    const state = readStageState(repository.gitDir);
    const commits = await recentCommits(repository, head, state.settled);
    const left = await leftCommits(repository, movesSince(repository.gitDir, state.moves).moves, state);
    const author = await authorEmail(repository);
    const waiting = await waitingFiles(repository, session, commits, { author, policy, left });
    return waiting.filter(({ isHere }) => isHere);
  } finally {
    session.close();
  }
}
