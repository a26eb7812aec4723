/**
 * `record`: a checkpoint. What changed in these files since their last known state has the origin that is declared. What
 * stood there before, committed, staged or journalled, is never claimed.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isWeak } from '../core/attribution/carry';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import type { LiveFile } from '../core/model/live';
import { CountersignError } from '../core/model/problem';
import type { Source } from '../core/model/origin';
import type { LineHash, NamedRecord } from '../core/model/record';
import { pathFault } from '../core/sidecar/paths';
import { contentDigest } from '../core/sidecar/lineHash';
import type { InitialLine } from '../core/tracking/initialText';
import type { CheckpointClaims, CheckpointInput } from './declaredClaims';
import { checkpointClaims } from './declaredClaims';
import { lastState, readText } from './fileVersions';
import { nodeHash } from './hash';
import type { ChangeStart } from './changeStart';
import { changeStart } from './changeStart';
import { linesSince } from './initialLines';
import type { VersionsBefore } from './versionsSince';
import { versionsSince } from './versionsSince';
import { MOST_GONE, gonePaths, withFormer } from './goneFiles';
import { claimItems, lookAtItems, whyUnclaimed } from './items';
import { appendLive, readJournal } from './journal';
import { requireKnownLines, writeKnownLines } from './knownLines';
import { pathFromTop } from './pathFromTop';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import { unsavedLines } from './standing';
import { withLock } from './stateLock';
import { claimedStronger, strongerBefore } from './strongerLines';
import { readUnsaved } from './unsaved';
import { untrackedRecords } from './untrackedRecords';

export interface CheckpointRequest {
  readonly source: Source;
  /** Files, absolute or relative to `cwd`. */
  readonly files: readonly string[];
  readonly cwd: string;
}

export interface CheckpointFile {
  readonly path: string;
  /** Lines that this checkpoint claimed. */
  readonly added: number;
  readonly removed: number;
  /** What became of its new lines, by origin, where it is not what was declared for all of them. */
  readonly lines?: CheckpointClaims['lines'];
  /** True when it claimed the file as a whole, or its exec bit: a binary, a link, a file that is gone. */
  readonly item?: boolean;
  /** Why nothing could be claimed; absent when it could. */
  readonly skipped?: string;
}

/** Claims what is new in each file and writes it to the journal. A file outside the repository throws `not-in-repository`. */
export async function checkpoint(repository: Repository, request: CheckpointRequest): Promise<CheckpointFile[]> {
  const paths = [...new Set(request.files.map((file) => repositoryPath(repository, resolve(request.cwd, file))))];
  const author = await authorEmail(repository);
  const { source } = request;
  const looks = await lookAtItems(repository, paths);
  const start = isWeak(source.origin) ? await changeStart(repository) : undefined;
  const gone = start === undefined ? [] : await gonePaths(repository, readJournal(repository.gitDir).keys());
  if (gone.length > MOST_GONE) {
    const skipped = `more than ${MOST_GONE} files are gone from the work tree; commit that first`;
    return paths.map((path) => ({ path, added: 0, removed: 0, skipped }));
  }
  const untracked = start === undefined ? [] : await untrackedRecords(repository);
  const stored = await versionsSince(repository, start?.base, [...new Set([...paths, ...gone])]);
  // From here on nothing is awaited: what a hook claims meanwhile would be lost.
  return withLock(repository.gitDir, async () => {
    const journal = readJournal(repository.gitDir);
    const items = new Set(claimItems(repository, source, looks));
    const declared = { repository, source, author, start, untracked };
    const inputOf = (path: string, bytes: string): CheckpointInput =>
      checkpointInput(declared, path, bytes, stored.get(path), journal.get(path) ?? []);
    const files = paths.map((path) => {
      const text = readText(repository, path);
      if ('skipped' in text) return { path, skipped: text.skipped };
      return { path, input: inputOf(path, text.bytes) };
    });
    const former = gone.map((path) => inputOf(path, ''));
    const stronger = new Set<LineHash>();
    if (start !== undefined) {
      const recorded = [...start.records, ...untracked].flatMap(({ record }) => record.files);
      const known = [...[...journal.values()].flat(), ...recorded].flatMap(({ hunks }) => hunks);
      for (const hash of claimedStronger(source.origin, known)) stronger.add(hash);
      // What left a file may stand in another of those that are named.
      for (const input of [...former, ...files.flatMap((file) => file.input ?? [])]) {
        for (const hash of strongerBefore(input).departed) stronger.add(hash);
      }
    }
    return files.map(({ path, skipped = '', input }) => {
      const look = items.has(path) ? undefined : looks.find((each) => each.path === path);
      const why = look === undefined ? undefined : whyUnclaimed(repository, look);
      const item = items.has(path) ? { item: true } : {};
      if (input === undefined)
        return { path, added: 0, removed: 0, ...(items.has(path) ? item : { skipped: why ?? skipped }) };
      const said = checkpointFile(repository, { ...withFormer(input, former), stronger }, journal.get(path) ?? []);
      const isNothing = said.added + said.removed === 0 && said.lines === undefined;
      return { ...said, ...item, ...(isNothing && why !== undefined ? { skipped: why } : {}) };
    });
  });
}

/** A file's path from the top of the repository. */
function repositoryPath(repository: Repository, file: string): string {
  const path = pathFromTop(repository, file);
  const fault = path.startsWith('../')
    ? `expected a file below ${repository.top}`
    : (pathFault(path) ?? repositoryWithin(repository, path));
  if (fault === undefined) return path;
  throw new CountersignError({ code: 'not-in-repository', path: file, message: fault }, 2);
}

/** Why a file is not this repository's where it stands in a submodule, or in another repository below the top. */
function repositoryWithin({ top }: Repository, path: string): string | undefined {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const folder = path.slice(0, end);
    if (!existsSync(join(top, folder, '.git'))) continue;
    return `${folder} is a repository of its own: give --cwd ${folder}`;
  }
  return undefined;
}

interface Declared {
  readonly repository: Repository;
  readonly source: Source;
  readonly author: string;
  /** For an origin that is weaker than unknown. */
  readonly start: ChangeStart | undefined;
  readonly untracked: readonly NamedRecord[];
}

/** What stood in a file before, and what is known of that. */
function checkpointInput(
  { repository, source, author, start, untracked }: Declared,
  path: string,
  bytes: string,
  { head, others = [], base }: Partial<VersionsBefore> = {},
  states: readonly LiveFile[],
): CheckpointInput {
  const { gitDir } = repository;
  const now = fileLines(nodeHash, bytes);
  requireKnownLines(gitDir, path);
  const taken = unsavedLines(now, readUnsaved(gitDir, path));
  const last = lastState(gitDir, path, states.at(-1), author, [head, ...others]);
  const kept = { states, buffers: [], isUnsaved: false };
  const known = new Map<FileLines, readonly InitialLine[]>();
  for (const version of [head, ...others]) {
    if (start === undefined || version === undefined || version === base) continue;
    const text = version.lines.map((line) => `${line}\n`).join('');
    known.set(version, linesSince(repository, start, { path, base, now: version, bytes: text }, kept));
  }
  const recorded = untracked.flatMap(({ record }) => record.files.filter((file) => file.path === path));
  const fragments = recorded.flatMap(({ hunks }) => hunks.filter(({ side }) => side === 'added'));
  return { path, source, now, head, others, last, known, taken, fragments };
}

function checkpointFile({ gitDir }: Repository, input: CheckpointInput, states: readonly LiveFile[]): CheckpointFile {
  const { path, source, now } = input;
  const digest = contentDigest(nodeHash, now.lines);
  const note = (): void => writeKnownLines(gitDir, { path, digest, lines: now.exact, loose: now.loose });
  const newest = states.at(-1);
  const exact = states.findLast((state) => state.digest === digest);
  if (exact !== undefined) {
    // This very content is known already: nothing changed since. It becomes the newest state again.
    if (exact !== newest) appendLive(gitDir, exact);
    note();
    return { path, added: 0, removed: 0 };
  }
  const claims = checkpointClaims(input);
  if (claims.hunks.length > 0 || newest !== undefined) appendLive(gitDir, { path, digest, hunks: claims.hunks });
  note();
  const { added, removed, lines } = claims;
  const isOther = Object.keys(lines).some((origin) => origin !== source.origin);
  const count = { path, added, removed, ...(isOther ? { lines } : {}) };
  const outranked = claims.uncertain && source.origin !== 'ai';
  const skipped = 'it changed since its last known state without a checkpoint; what was unexplained stays so';
  return outranked ? { ...count, skipped } : count;
}
