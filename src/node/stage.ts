/**
 * `stage`: writes and stages the record of what is staged. The pre-commit hook runs it; it is idempotent and records
 * exactly what the index holds, whatever the work tree looks like by then.
 */
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import { isOwnPath, pathFault } from '../core/sidecar/paths';
import { splitRecord } from '../core/sidecar/split';
import { isBinary } from '../core/text/lines';
import { clearCommitted, foldOwn, noteFolded } from './foldOwn';
import { nodeHash } from './hash';
import { headMoves, movesSince } from './headLog';
import { leftRecords, untrackedHere } from './leftRecords';
import { mergeBase } from './changeStart';
import { readItems } from './itemJournal';
import { moveClaims, movedFrom, statesOfGone } from './movedLines';
import type { ObjectSession } from './objectSession';
import { openObjects } from './objectSession';
import { withOwners } from './owners';
import { isPassing, stillApart } from './passingIndex';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, pairRenames, parseRaw } from './rawDiff';
import { recordBytes } from './recordBytes';
import type { Repository } from './repository';
import { speakingRecords, standingRecords, takenAlong, takingOut } from './revertedRecords';
import { recordSigner } from './recorderKey';
import { authorEmail, headCommit } from './repository';
import { earlierThan } from './speaking';
import type { StagePolicy } from './stagePolicy';
import { stagePolicy } from './stagePolicy';
import { againstOtherParents, indexChange } from './stagedChange';
import { journalOnceSaved } from './stagedStates';
import { staleRecords } from './staleRecords';
import { readStageState, writeStageState } from './stageState';
import type { Known, RecordedEntry } from './stagedFile';
import { recordEntry } from './stagedFile';
import type { StoredFile } from './store';
import { placeInStore, updateIndex } from './store';
import { underWay } from './underWay';
import { leftCommits, recentCommits } from './recentCommits';
import { blobsOf, waitingFiles } from './unrecorded';

export interface StageResult {
  /** Paths of the records written, from the top of the repository. */
  readonly records: readonly string[];
  /** Files whose lines were recorded. */
  readonly files: number;
  readonly lines: number;
  /** Changed lines that nothing explains: they are unknown at the gate. */
  readonly unexplained: number;
  /** Deleted files, binaries and the like: recorded as one item each, and those that nothing explains. */
  readonly items: number;
  readonly openItems: readonly string[];
  /** Files of earlier commits that went by without the hook, and are recorded now. */
  readonly waited: number;
  /** Records of earlier commits that tell of staged lines, and were staged again. */
  readonly again: number;
  /** Files of which a formatter in the hook changed more than the layout: those lines are unexplained. */
  readonly reformatted: readonly string[];
  /** Paths that no record can name. */
  readonly unnameable: readonly string[];
  /** The policy asks for signed records, and there is no recorder's key to sign these. */
  readonly unsigned: boolean;
}

const NOTHING: StageResult = {
  records: [],
  files: 0,
  lines: 0,
  unexplained: 0,
  items: 0,
  openItems: [],
  waited: 0,
  again: 0,
  reformatted: [],
  unnameable: [],
  unsigned: false,
};

type Recorder = { readonly id: string; readonly version: string };

/**
 * Records what is staged. In a repository without a policy it does nothing. `before` is the tree of what was staged before
 * the formatters of the hook ran, where that is known.
 */
export async function stageRecord(repository: Repository, recorder: Recorder, before?: string): Promise<StageResult> {
  const policy = stagePolicy(repository);
  if (policy === undefined) return NOTHING;
  const session = openObjects(repository);
  try {
    return await stageIn(repository, session, { policy, recorder, before });
  } finally {
    session.close();
  }
}

async function stageIn(
  repository: Repository,
  session: ObjectSession,
  { policy, recorder, before }: { policy: StagePolicy; recorder: Recorder; before: string | undefined },
): Promise<StageResult> {
  const state = readStageState(repository.gitDir);
  const log = movesSince(repository.gitDir, state.moves);
  if (state.moves !== headMoves(repository.gitDir)) await clearCommitted(repository);
  // Asked for at once, and awaited where it is needed: each git process costs its start.
  const identity = underWay(authorEmail(repository));
  const passing = underWay(recentCommits(repository, 'HEAD', state.settled));
  const leaving = underWay(leftCommits(repository, log.moves, state));
  const { head, listed } = await indexChange(repository, session);
  const staged = parseRaw(listed);
  const own = staged.filter(({ path }) => isOwnPath(path));
  const apart = await stillApart(repository, own, state.apart);
  const content = staged.filter(({ path }) => !isOwnPath(path));
  const unnameable = content.filter((entry) => !entry.exactPath || pathFault(entry.path) !== undefined);
  const entries = pairRenames(
    content.filter((entry) => !unnameable.includes(entry)),
    EMPTY_BLOBS,
  );
  const author = await identity;
  const signer = recordSigner(author);
  const found = await recordedEntries(repository, session, entries, { policy, author, before });
  const [present, left] = [await passing, await leaving];
  const waited = head === undefined ? [] : await waitingFiles(repository, session, present, { author, policy, left });
  const waiting = waited.filter(({ isHere }) => isHere);
  const said = found.filter(({ file }) => file.hunks.length > 0 || file.was !== undefined || file.object !== undefined);
  const files = [
    ...waiting.map(({ file }) => file).reverse(),
    ...(head === undefined ? said.map(({ file }) => file) : await withOwners(repository, session, head, said)),
  ];
  const folding =
    head === undefined || staged.length === 0
      ? undefined
      : await foldOwn(repository, session, head, { author, policy, own: state.own, signer });
  // Also where it was done before: a commit that is tried again stages the very same.
  const isFolding = folding !== undefined || own.some(({ newMode }) => newMode === '000000');
  const written: string[] = [];
  const toIndex: { path: string; bytes: string }[] = [];
  if (files.length > 0) {
    const record = { repo: policy.repo, author, recorder, base: head ?? null, files };
    for (const part of splitRecord(record)) {
      const bytes = recordBytes(part, signer, isFolding);
      const path = placeInStore(repository, 'provenance', bytes);
      written.push(path);
      toIndex.push({ path, bytes });
    }
  }
  const lasting = unlike(await leftRecords(repository, session, log.moves, state.left), written);
  const isOpen = found.some(({ unexplained }) => unexplained > 0);
  const known = [...written, ...lasting.map(({ path }) => path)];
  const lying = isOpen ? unlike(await untrackedHere(repository, session), known) : [];
  const taking = takingOut(repository, staged, { author, apart });
  const earlier = earlierThan(repository, head, present);
  const taken = await takenAlong(session, [taking, ...present], author, state.folds);
  const along = await speakingRecords(session, taken, earlier);
  const again = [
    ...(await standingRecords(repository, session, own, apart, earlier)),
    ...(await speakingRecords(session, [...lasting, ...lying], earlier)),
    ...along,
  ];
  for (const { bytes } of again) placeInStore(repository, 'provenance', bytes);
  toIndex.push(...again);
  // One that was staged by a commit that was given up stays as long as the user's index holds it, in the place of what it folds.
  const passes = isPassing(repository);
  const folds = state.folds.filter((path) => passes || own.some((entry) => entry.path === path));
  if (folding !== undefined) {
    const path = placeInStore(repository, 'provenance', folding.bytes);
    toIndex.push({ path, bytes: folding.bytes });
    folds.push(path);
  }
  const staying = toIndex.map(({ path }) => path);
  const stale = await staleRecords(repository, session, state, { head, log, own, standing: [...staying, ...folds] });
  // A fold may come out as one of those that it folds.
  const folded = folding?.folded.filter((path) => !staying.includes(path)) ?? [];
  await updateIndex(repository, session, toIndex, [...stale.toLeave, ...folded], head?.length);
  noteFolded(repository, folded);
  const settled = waiting.length + along.length === 0 && head !== undefined ? [...state.settled, head] : state.settled;
  writeStageState(repository.gitDir, {
    head: head ?? '',
    moves: headMoves(repository.gitDir),
    records: written,
    folds,
    own: [...state.own, ...staying],
    apart: [...apart, ...(passes ? staying : [])],
    dropped: passes ? [...state.dropped, ...stale.gone] : [],
    left: lasting.map(({ path }) => path),
    settled,
    // In the order of the log they are the newest first.
    away: waited.flatMap(({ commit }) => (left.some(({ oid }) => oid === commit) ? [commit] : [])).reverse(),
  });
  // The policy and its like are nobody's to explain: the gate has a rule of its own for them.
  const open = found.filter(({ file }) => !file.path.startsWith('.countersign/'));
  return {
    records: written,
    files: files.length,
    lines: files.flatMap((file) => file.hunks).reduce((sum, hunk) => sum + hunk.lines.length, 0),
    unexplained: open.reduce((sum, each) => sum + each.unexplained, 0),
    items: files.filter(({ object }) => object !== undefined).length,
    openItems: open.filter(({ openItem }) => openItem).map(({ file }) => file.path),
    waited: waiting.length,
    again: again.length,
    reformatted: open.filter(({ rewritten }) => rewritten).map(({ file }) => file.path),
    unnameable: unnameable.map((entry) => entry.path),
    unsigned: policy.requireSignedRecords && signer === undefined && written.length > 0,
  };
}

function unlike(files: readonly StoredFile[], paths: readonly string[]): StoredFile[] {
  return files.filter(({ path }) => !paths.includes(path));
}

/** What is on record about the staged paths. */
async function recordedEntries(
  repository: Repository,
  session: ObjectSession,
  entries: readonly (RawEntry & { readonly from?: string })[],
  { policy, author, before }: Pick<Known, 'policy' | 'author'> & { readonly before: string | undefined },
): Promise<RecordedEntry[]> {
  if (entries.length === 0) return [];
  const others = await againstOtherParents(repository);
  const { blobs, missing } = await blobsOf(session, withOthers(entries, others));
  const journal = await journalOnceSaved(repository, entries, blobs);
  const from = movedFrom(repository, entries);
  const moved = await moveClaims(repository, from, bytesOf(entries, blobs), author);
  const items = readItems(repository.gitDir);
  const unformatted = before === undefined ? new Map<string, string>() : await textsBefore(session, entries, before);
  const gone = statesOfGone(entries, journal, ({ newId }) => blobs.get(newId));
  const about = { policy, author, from, moved, gone, unformatted };
  const known: Known = { ...about, others, journal, items, blobs, missing };
  const found = entries.flatMap((entry) => recordEntry(entry, known) ?? []);
  const crossed = found.flatMap(({ crossed: isCrossed, before }) =>
    isCrossed && before !== undefined ? [before.path] : [],
  );
  if (crossed.length === 0) return found;
  const bases = await filesAtBase(repository, session, crossed);
  return entries.flatMap((entry) => recordEntry(entry, { ...known, bases }) ?? []);
}

/** Files where the present change starts; without lines where they are not there. */
async function filesAtBase(
  repository: Repository,
  session: ObjectSession,
  paths: readonly string[],
): Promise<Map<string, FileLines>> {
  const head = await headCommit(repository);
  const base = head === undefined ? undefined : await mergeBase(repository, head);
  const stored = base === undefined ? [] : await session.read(paths.map((path) => `${base}:${path}`));
  return new Map(
    paths.map((path, index) => {
      const bytes = stored[index]?.type === 'blob' ? (stored[index].bytes ?? '') : '';
      return [path, fileLines(nodeHash, isBinary(bytes) ? '' : bytes)] as const;
    }),
  );
}

/** What was staged before the hook's formatters ran, of files that are different now. */
async function textsBefore(
  session: ObjectSession,
  entries: readonly RawEntry[],
  before: string,
): Promise<Map<string, string>> {
  const names = entries.map(({ path }) => `${before}:${path}`);
  const found = await session.info(names);
  const changed = entries.filter(({ newId }, index) => found[index] !== undefined && found[index]?.id !== newId);
  const texts = await session.read(changed.map(({ path }) => `${before}:${path}`));
  return new Map(
    changed.flatMap(({ path }, index): [string, string][] => {
      const bytes = texts[index]?.type === 'blob' ? texts[index].bytes : undefined;
      return bytes === undefined ? [] : [[path, bytes]];
    }),
  );
}

/** The entries, and what they were in the other parents. */
function withOthers(
  entries: readonly RawEntry[],
  others: readonly ReadonlyMap<string, RawEntry>[],
): readonly RawEntry[] {
  return [...entries, ...others.flatMap((other) => entries.flatMap(({ path }) => other.get(path) ?? []))];
}

function bytesOf(entries: readonly RawEntry[], blobs: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(entries.map(({ path, newId }) => [path, blobs.get(newId) ?? ''] as const));
}
