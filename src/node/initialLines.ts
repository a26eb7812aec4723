/**
 * What the lines of a text are when an editor opens it (design §2): neutral where they stand unchanged since the merge
 * base with the target; else what the journal or the change's own records claim; else unknown.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileClaims, LineClaim } from '../core/attribution/attribute';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import { DEFAULT_THRESHOLDS } from '../core/model/fold';
import type { FoldThresholds } from '../core/model/fold';
import type { NamedRecord, RecordedFile } from '../core/model/record';
import type { InitialLine } from '../core/tracking/initialText';
import { sourceIn } from '../core/model/origin';
import { contentDigest } from '../core/sidecar/lineHash';
import { POLICY_PATH, REVOKED_PATH, SIGNERS_PATH } from '../core/sidecar/paths';
import { foldThresholds, parsePolicy } from '../core/policy/policy';
import type { Policy } from '../core/policy/policy';
import { fromUtf8, utf8 } from '../core/text/bytes';
import { recordDoubts } from '../core/verify/recordStanding';
import { crossedLines } from '../core/attribution/crossedLines';
import { diffLines, linesAfter } from '../core/text/diff';
import { blobId } from './blobId';
import { nodeHash } from './hash';
import { readJournal } from './journal';
import { readBlobs } from './blobs';
import { formerPaths, readMoves } from './moves';
import type { KeptStates } from './bufferClaims';
import { bufferClaims } from './bufferClaims';
import { readOwnFiles, sortEntry } from './ownFiles';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, pairRenames, parseRaw } from './rawDiff';
import { readPolicyFile } from './policyFile';
import { storedVersions } from './fileVersions';
import type { Repository } from './repository';
import type { TrustAt } from './trust';
import { parseTrust } from './trust';
import { authorEmail, commitOf, defaultTarget, headCommit, tryInRepository } from './repository';

/** A change's start and what it has recorded so far, as of one look at the repository. */
export interface ChangeStart {
  /** The merge base with the target; undefined in a repository without commits. */
  readonly base: string | undefined;
  readonly head: string | undefined;
  /** Records that the change adds, committed or staged. */
  readonly records: readonly NamedRecord[];
  /** Ids of those that make nothing weaker than unknown: the base's policy asks for signed ones. */
  readonly unsigned: ReadonlySet<string>;
  readonly author: string;
  /** With what the policy in force folds lines: the base's, or the work tree's where the base has none. */
  readonly thresholds: FoldThresholds;
}

/** Looks where the present change starts. One look serves all files until HEAD, the index or the refs move. */
export async function changeStart(repository: Repository): Promise<ChangeStart> {
  const [head, author] = await Promise.all([headCommit(repository), authorOf(repository)]);
  const base = head === undefined ? undefined : await mergeBase(repository, head);
  const trust = await trustInForce(repository, base);
  const records = base === undefined ? [] : await newRecords(repository, base, trust?.policy);
  const unsigned = new Set(trust === undefined ? [] : recordDoubts({ ...trust, now: Date.now() }, records).keys());
  const thresholds = trust === undefined ? await thresholdsInForce(repository, base) : foldThresholds(trust.policy);
  return { base, head, records, unsigned, author, thresholds };
}

/** Policy and keys of the base, by which a signed record counts. What can't be read is shown elsewhere. */
async function trustInForce(repository: Repository, base: string | undefined): Promise<Found | undefined> {
  if (base === undefined) return undefined;
  const names = [POLICY_PATH, SIGNERS_PATH, REVOKED_PATH].map((path) => `${base}:${path}`);
  const blobs = await readBlobs(repository, names);
  const [policy, signers, revoked] = names.map((name) => blobs.get(name));
  const trust = parseTrust(policy, signers, revoked);
  return trust.kind === 'found' ? trust : undefined;
}

type Found = TrustAt & { readonly kind: 'found' };

/** HEAD may move without anything changing for the lines: a commit on a branch keeps its merge base. */
export function isSameStart(a: ChangeStart, b: ChangeStart): boolean {
  const ids = ({ records }: ChangeStart): string => records.map(({ id }) => id).join(' ');
  const { pasteCharacters, pasteShare } = a.thresholds;
  const sameFold = pasteCharacters === b.thresholds.pasteCharacters && pasteShare === b.thresholds.pasteShare;
  return a.base === b.base && ids(a) === ids(b) && sameFold;
}

/** With what lines are folded where a change starts at `base`. A policy that can't be read is shown elsewhere. */
export async function thresholdsInForce(repository: Repository, base: string | undefined): Promise<FoldThresholds> {
  const name = `${base ?? 'HEAD'}:${POLICY_PATH}`;
  const bytes = base === undefined ? undefined : (await readBlobs(repository, [name])).get(name);
  const parsed = bytes === undefined ? undefined : parsePolicy(fromUtf8(bytes), POLICY_PATH);
  if (parsed?.ok === true) return foldThresholds(parsed.value);
  try {
    const policy = parsed === undefined ? readPolicyFile(repository) : undefined;
    return policy === undefined ? DEFAULT_THRESHOLDS : foldThresholds(policy);
  } catch {
    return DEFAULT_THRESHOLDS;
  }
}

async function authorOf(repository: Repository): Promise<string> {
  try {
    return await authorEmail(repository);
  } catch {
    // Without a name git can't commit either; what the journal holds is still this work tree's own.
    return '';
  }
}

/** Where the branch left its target; HEAD itself where there is none. */
export async function mergeBase(repository: Repository, head: string): Promise<string> {
  const target = (await defaultTarget(repository, targetsOf(repository)))?.commit ?? (await upstream(repository));
  if (target === undefined) return head;
  const found = await tryInRepository(repository, ['merge-base', target, head]);
  if (found.code !== 0) return target;
  return (await mergedBase(repository, target, found.stdout.trim())) ?? found.stdout.trim();
}

/** While the target is being merged, what it brings is neutral as well: the base that the merge will have. */
async function mergedBase(repository: Repository, target: string, base: string): Promise<string | undefined> {
  const file = join(repository.gitDir, 'MERGE_HEAD');
  const [other] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  if (other === undefined || !/^[0-9a-f]{40,64}$/.test(other)) return undefined;
  const found = await tryInRepository(repository, ['merge-base', target, other]);
  const next = found.stdout.trim();
  if (found.code !== 0 || next === base) return undefined;
  const isLater = await tryInRepository(repository, ['merge-base', '--is-ancestor', base, next]);
  return isLater.code === 0 ? next : undefined;
}

function upstream(repository: Repository): Promise<string | undefined> {
  return commitOf(repository, '@{upstream}');
}

function targetsOf(repository: Repository): readonly string[] {
  try {
    return readPolicyFile(repository)?.targets ?? [];
  } catch {
    // A malformed policy is shown elsewhere; capture goes on with git's own targets.
    return [];
  }
}

async function newRecords(
  repository: Repository,
  base: string,
  policy: Policy | undefined,
): Promise<readonly NamedRecord[]> {
  const args = [
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--diff-filter=A',
    base,
    '--',
    '.countersign/v1/provenance',
  ];
  const listed = await tryInRepository(repository, ['diff-index', '--cached', ...args]);
  if (listed.code !== 0) return [];
  const entries = parseRaw(listed.stdout).filter((entry) => sortEntry(entry).kind === 'read');
  const blobs = await readBlobs(
    repository,
    entries.map((entry) => entry.newId),
  );
  return (await readOwnFiles(entries, (entry) => blobs.get(entry.newId), policy)).records;
}

export interface InitialState {
  /** One entry per line of the text. */
  readonly lines: readonly InitialLine[];
  /** Whether the text is what HEAD holds: a change on disk that leads here came from git. */
  readonly committed: boolean;
}

/** The initial state of a file's text (editor text; `path` from the top of the repository). */
export async function initialLines(
  repository: Repository,
  start: ChangeStart,
  path: string,
  text: string,
  kept: KeptStates = savedStates(repository.gitDir, path),
): Promise<InitialState> {
  const bytes = utf8(text);
  const now = fileLines(nodeHash, bytes);
  const { head, base } = (await versionsSince(repository, start.base, [path])).get(path) ?? {};
  const digest = contentDigest(nodeHash, now.lines);
  const committed = head !== undefined && contentDigest(nodeHash, head.lines) === digest;
  return { lines: linesSince(repository, start, { path, base, now, bytes }, kept), committed };
}

/** A text whose lines are asked about, and the file's lines where the change starts. */
export interface TextSince {
  readonly path: string;
  readonly base: FileLines | undefined;
  readonly now: FileLines;
  /** The text itself. */
  readonly bytes: string;
}

/** The same without asking git. */
export function linesSince(
  { gitDir }: Pick<Repository, 'gitDir'>,
  start: ChangeStart,
  { path, base = fileLines(nodeHash, ''), now, bytes }: TextSince,
  kept: KeptStates,
): readonly InitialLine[] {
  const regions = diffLines(base.lines, now.lines);
  const neutral: InitialLine = { kind: 'neutral' };
  const result = now.lines.map((): InitialLine => neutral);
  if (regions.length === 0) return result;
  const former = formerPaths(readMoves(gitDir), path);
  const records = recordClaims(start, [path, ...former], bytes);
  const known = bufferClaims(now, path, kept, { ...start, records });
  const crossed = crossedLines(regions, base, now, known);
  // Which of two lines was moved over the other, claims say better than a difference.
  for (const [line, claim] of known.entries()) if (claim?.via === 'move') result[line] = initialLine(claim);
  for (const line of regions.flatMap(linesAfter)) result[line] = initialLine(known[line] ?? crossed.added.get(line));
  return result;
}

/** The same without git, which answers later: what is kept of this text in the repository's uncommitted state. */
export function keptLines(path: string, text: string, kept: KeptStates): readonly InitialLine[] {
  const lines = fileLines(nodeHash, utf8(text));
  const known = bufferClaims(lines, path, kept, { author: '', records: [], thresholds: DEFAULT_THRESHOLDS });
  return lines.lines.map((_, line) => initialLine(known[line]));
}

/** What the journal holds of a file that is saved. */
export function savedStates(gitDir: string, path: string): KeptStates {
  return { states: readJournal(gitDir, new Set([path])).get(path) ?? [], buffers: [], isUnsaved: false };
}

function initialLine(claim: LineClaim | undefined): InitialLine {
  if (claim === undefined || claim.origin === 'unknown') return { kind: 'unknown' };
  const { origin, counts } = claim;
  return { kind: 'claimed', source: sourceIn({ ...claim, origin }), counts };
}

/** What git holds of a file. */
export interface VersionsBefore {
  readonly head: FileLines | undefined;
  /** The index's; in a conflict each side's. */
  readonly others: readonly FileLines[];
  /** Where the change starts, under the name that the file had there. */
  readonly base: FileLines | undefined;
}

export async function versionsSince(
  repository: Repository,
  from: string | undefined,
  paths: readonly string[],
): Promise<ReadonlyMap<string, VersionsBefore>> {
  const stored = await storedVersions(repository, paths, [':2', ':3', ...(from === undefined ? [] : [from])]);
  const known = new Map<string, VersionsBefore>();
  let renamed: Promise<readonly (RawEntry & { from?: string })[]> | undefined;
  for (const [path, [head, staged, ours, theirs, atBase]] of stored) {
    const others = [...new Set([staged, ours, theirs])].filter((each) => each !== undefined);
    let base = atBase;
    if (from !== undefined && base === undefined) {
      renamed ??= renamedSince(repository, from);
      const old = (await renamed).find((entry) => entry.path === path)?.from ?? movedHere(repository, path);
      base = old === undefined ? undefined : (await storedVersions(repository, [old], [from])).get(old)?.[2];
    }
    known.set(path, { head, others, base });
  }
  return known;
}

/** The path that a file was moved from in the editor, unless something stands there again. */
function movedHere(repository: Repository, path: string): string | undefined {
  return formerPaths(readMoves(repository.gitDir), path).findLast((each) => !existsSync(join(repository.top, each)));
}

async function renamedSince(repository: Repository, base: string): Promise<readonly (RawEntry & { from?: string })[]> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', '--diff-filter=AD', base];
  const listed = await tryInRepository(repository, args);
  return listed.code === 0 ? pairRenames(parseRaw(listed.stdout), EMPTY_BLOBS) : [];
}

/** What the change's records claim about a path, under its former names too. */
function recordClaims(
  { records, unsigned }: Pick<ChangeStart, 'records' | 'unsigned'>,
  known: readonly string[],
  bytes: string,
): FileClaims[] {
  const entries: { id: string; author: string; file: RecordedFile }[] = records.flatMap(({ id, record }) =>
    record.files.map((file) => ({ id, author: record.author, file })),
  );
  const paths = new Set(known);
  for (const each of paths) {
    for (const { file } of entries) if (file.path === each && file.was !== undefined) paths.add(file.was);
  }
  const ids = new Set(possibleIds(bytes, entries[0]?.file.blob?.length));
  return entries
    .filter(({ file }) => paths.has(file.path) && file.hunks.length > 0)
    .map(({ id, author, file }) => ({
      record: id,
      author,
      sameContent: file.blob !== null && ids.has(file.blob),
      hunks: file.hunks,
      ...(unsigned.has(id) ? { unsigned: true as const } : {}),
    }));
}

/** Ids of the blobs that read as this text in an editor: with either kind of line end, with a byte order mark. */
function possibleIds(bytes: string, idLength = 40): string[] {
  const unix = bytes.replaceAll('\r\n', '\n');
  return [bytes, unix, `\xef\xbb\xbf${unix}`].map((each) => blobId(each, idLength));
}
