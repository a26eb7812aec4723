/**
 * `stage`: writes and stages the record of what is staged. The pre-commit hook runs it; it is idempotent and records
 * exactly what the index holds, whatever the work tree looks like by then.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileClaims } from '../core/attribution/attribute';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import { recordChange } from '../core/attribution/recordFile';
import type { LiveFile } from '../core/model/live';
import type { RecordedFile } from '../core/model/record';
import { isNew, moveClaims, movedFrom, statesOfGone } from './movedLines';
import { POLICY_PATH, pathFault } from '../core/sidecar/paths';
import { nameableActor } from '../core/sidecar/nameableActor';
import { textDigest } from '../core/sidecar/lineHash';
import { encodeRecord } from '../core/sidecar/recordFormat';
import { splitRecord } from '../core/sidecar/split';
import { isBinary } from '../core/text/lines';
import { nodeHash } from './hash';
import { readJournal } from './journal';
import { readBlobs } from './objects';
import type { OwnedFile } from './owners';
import { withOwners } from './owners';
import { liveClaims } from './liveClaims';
import { readPolicyFile } from './policyFile';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, isRegular, pairRenames, parseRaw } from './rawDiff';
import { beingSaved } from './saving';
import type { Repository } from './repository';
import { authorEmail, headCommit, inRepository } from './repository';
import { writeToStore } from './store';

export interface StageResult {
  /** Paths of the records written, from the top of the repository. */
  readonly records: readonly string[];
  /** Files whose lines were recorded. */
  readonly files: number;
  readonly lines: number;
  /** Changed lines that nothing explains: they are unknown at the gate. */
  readonly unexplained: number;
  /** Paths that no record can name. */
  readonly unnameable: readonly string[];
}

/** Milliseconds in all, and between two looks, for the entry of an editor that is just saving. */
const MOST_WAIT = 500;
const WAIT_STEP = 20;

const NOTHING: StageResult = { records: [], files: 0, lines: 0, unexplained: 0, unnameable: [] };

/** Records what is staged. In a repository without a policy it does nothing. */
export async function stageRecord(
  repository: Repository,
  recorder: { readonly id: string; readonly version: string },
): Promise<StageResult> {
  if (!existsSync(join(repository.top, POLICY_PATH))) return NOTHING;
  const policy = readPolicyFile(repository);
  if (policy === undefined) return NOTHING;
  // Asked for at once, and awaited where it is needed: each git process costs its start.
  const identity = authorEmail(repository);
  identity.catch(() => undefined);
  const head = await headCommit(repository);
  const against = head ?? (await emptyTree(repository));
  const staged = parseRaw(await diffIndex(repository, against)).filter((entry) => !isRecord(entry.path));
  const unnameable = staged.filter((entry) => !entry.exactPath || pathFault(entry.path) !== undefined);
  const entries = pairRenames(
    staged.filter((entry) => !unnameable.includes(entry)),
    EMPTY_BLOBS,
  );
  if (entries.length === 0) return { ...NOTHING, unnameable: unnameable.map((entry) => entry.path) };
  const mergeHeads = await mergeParents(repository);
  const others = await Promise.all(mergeHeads.map((parent) => stagedAgainst(repository, parent)));
  const author = await identity;
  const blobs = await readBlobs(blobIds(entries, others), (args, input = '') =>
    inRepository(repository, args, { input }),
  );
  const journal = await journalOnceSaved(repository, entries, blobs);
  const from = movedFrom(repository, entries);
  const moved = await moveClaims(repository, from, bytesOf(entries, blobs), author);
  const found: { file: RecordedFile; before: OwnedFile | undefined }[] = [];
  let unexplained = 0;
  for (const entry of entries) {
    const recorded = recordEntry(entry, { others, journal, author, blobs, staged: entries, from, moved });
    if (recorded === undefined) continue;
    // The policy and its like are nobody's to explain: the gate has a rule of its own for them.
    if (!entry.path.startsWith('.countersign/')) unexplained += recorded.unexplained;
    if (recorded.file.hunks.length > 0 || recorded.file.was !== undefined) found.push(recorded);
  }
  const files = head === undefined ? found.map(({ file }) => file) : await withOwners(repository, head, found);
  const records: string[] = [];
  if (files.length > 0) {
    const record = { repo: policy.repo, author, recorder, base: head ?? null, files };
    for (const part of splitRecord(record)) {
      records.push(await writeToStore(repository, 'provenance', encodeRecord(part)));
    }
  }
  const lines = files.flatMap((file) => file.hunks).reduce((sum, hunk) => sum + hunk.lines.length, 0);
  return { records, files: files.length, lines, unexplained, unnameable: unnameable.map((entry) => entry.path) };
}

/**
 * The journal's states of the staged files. Where an editor is just saving one and its entry for the staged content is
 * still to come, that is waited for; a commit of files that nobody is saving waits for nothing.
 */
async function journalOnceSaved(
  repository: Repository,
  entries: readonly RawEntry[],
  blobs: ReadonlyMap<string, string>,
): Promise<Map<string, LiveFile[]>> {
  const staged = new Map(entries.map((entry) => [entry.path, entry.newId] as const));
  const paths = new Set(staged.keys());
  const read = (): Map<string, LiveFile[]> => readJournal(repository.gitDir, paths);
  for (let waited = 0; waited < MOST_WAIT; waited += WAIT_STEP) {
    const open = [...beingSaved(repository.gitDir, paths)];
    if (open.length === 0) break;
    const journal = read();
    const isThere = (path: string): boolean => {
      const digest = textDigest(nodeHash, blobs.get(staged.get(path) ?? '') ?? '');
      return journal.get(path)?.some((state) => state.digest === digest) ?? false;
    };
    if (open.every(isThere)) return journal;
    await new Promise((resume) => setTimeout(resume, WAIT_STEP));
  }
  return read();
}

function isRecord(path: string): boolean {
  return path.startsWith('.countersign/v1/');
}

async function emptyTree(repository: Repository): Promise<string> {
  return (await inRepository(repository, ['hash-object', '-t', 'tree', '--stdin'], { input: '' })).trim();
}

function diffIndex(repository: Repository, tree: string): Promise<string> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', '--end-of-options', tree];
  return inRepository(repository, args);
}

/** What the index changes against a merge's other parent, by path. */
async function stagedAgainst(repository: Repository, parent: string): Promise<Map<string, RawEntry>> {
  const entries = parseRaw(await diffIndex(repository, parent));
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** The other parents of a merge that is being committed. */
async function mergeParents(repository: Repository): Promise<string[]> {
  const file = join(repository.gitDir, 'MERGE_HEAD');
  if (!existsSync(file)) return [];
  const ids = readFileSync(file, 'utf8').split('\n');
  return ids.filter((id) => /^[0-9a-f]{40,64}$/.test(id));
}

function blobIds(entries: readonly RawEntry[], others: readonly ReadonlyMap<string, RawEntry>[]): string[] {
  const ids = new Set<string>();
  for (const entry of entries) {
    if (isRegular(entry.oldMode)) ids.add(entry.oldId);
    if (isRegular(entry.newMode)) ids.add(entry.newId);
    for (const other of others) {
      const seen = other.get(entry.path);
      if (seen !== undefined && isRegular(seen.oldMode)) ids.add(seen.oldId);
    }
  }
  return [...ids];
}

function bytesOf(entries: readonly RawEntry[], blobs: ReadonlyMap<string, string>): Map<string, string> {
  return new Map(entries.map(({ path, newId }) => [path, blobs.get(newId) ?? ''] as const));
}

interface Known {
  readonly staged: readonly RawEntry[];
  /** Where new files were before, by the editor's word, and what that says of their lines. */
  readonly from: ReadonlyMap<string, string>;
  readonly moved: ReadonlyMap<string, FileClaims>;
  readonly others: readonly ReadonlyMap<string, RawEntry>[];
  readonly journal: ReadonlyMap<string, readonly LiveFile[]>;
  readonly author: string;
  readonly blobs: ReadonlyMap<string, string>;
}

function recordEntry(
  entry: RawEntry & { readonly from?: string },
  known: Known,
): { file: RecordedFile; before: OwnedFile | undefined; unexplained: number } | undefined {
  const { path } = entry;
  const from = entry.from ?? known.from.get(path);
  const renamed = from === undefined ? {} : { was: from };
  if (!isRegular(entry.newMode)) return undefined;
  const bytes = known.blobs.get(entry.newId);
  if (bytes === undefined || isBinary(bytes)) return undefined;
  if (entry.oldId === entry.newId) {
    return { file: { path, blob: entry.newId, ...renamed, hunks: [] }, before: undefined, unexplained: 0 };
  }
  // A merge that takes one side's file as it is has nothing of its own to say about it.
  if (known.others.some((other) => !other.has(path))) return undefined;
  const version = (side: RawEntry | undefined): FileLines => {
    const text = side === undefined || !isRegular(side.oldMode) ? '' : (known.blobs.get(side.oldId) ?? '');
    return fileLines(nodeHash, isBinary(text) ? '' : text);
  };
  const first = version(entry);
  const before = { path: from ?? path, blob: entry.oldId, text: first };
  const parents = [first, ...known.others.map((other) => version(other.get(path)))];
  const own = known.journal.get(path);
  const states = own === undefined && isNew(entry) ? statesOfGone(known.staged, known.journal, bytes) : own;
  const moved = known.moved.get(path);
  const claims = [...liveClaims(states, bytes, known.author), ...(moved === undefined ? [] : [moved])];
  const change = recordChange(path, parents, fileLines(nodeHash, bytes), claims);
  const hunks = change.hunks.map(nameableActor);
  return { file: { path, blob: entry.newId, ...renamed, hunks }, before, unexplained: change.unexplained };
}
