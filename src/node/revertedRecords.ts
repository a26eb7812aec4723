/**
 * A revert takes the records of what it reverts out of the index. Where it stopped at a conflict and some of the lines were
 * kept, or a record told of an earlier commit's lines too, it must stay, or nobody would know any more whose they are; also
 * where git was told to forget that it is one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ProvenanceRecord } from '../core/model/record';
import { parseStorePath } from '../core/sidecar/paths';
import { fromUtf8, utf8 } from '../core/text/bytes';
import type { ObjectSession } from './objectSession';
import { readRecord } from './readRecord';
import type { RawEntry } from './rawDiff';
import type { Repository } from './repository';
import { mergeParents } from './stagedChange';
import type { Earlier } from './speaking';
import { speaking } from './speaking';
import type { StoredFile } from './store';
import type { RecentCommit } from './recentCommits';

/** Records that are looked at. */
const MOST_RECORDS = 200;

/**
 * Path and bytes of the records that the index lacks and that speak of lines it holds. Takes its changes in the sidecar,
 * and the records that `commit PATH` left out of the index, and in the work tree: where no post-commit hook ran nobody has
 * put that right.
 */
export async function standingRecords(
  repository: Pick<Repository, 'gitDir' | 'top'>,
  session: ObjectSession,
  own: readonly RawEntry[],
  apart: readonly string[],
  earlier: Earlier,
): Promise<StoredFile[]> {
  const isRevert = existsSync(join(repository.gitDir, 'REVERT_HEAD'));
  const gone = own.filter(({ path, newMode }) => newMode === '000000' && parseStorePath(path)?.store === 'provenance');
  const lost = isRevert
    ? gone
    : gone.filter(({ path }) => apart.includes(path) && existsSync(join(repository.top, path)));
  return speakingRecords(session, await readAll(session, lost), earlier);
}

/** Those of the files that are records, and speak of what the index holds, or lacks. */
export async function speakingRecords(
  session: ObjectSession,
  files: readonly StoredFile[],
  earlier: Earlier,
): Promise<StoredFile[]> {
  const read = recordsOf(files);
  const speaks = await speaking(
    session,
    read.flatMap(({ record }) => record.files),
    earlier,
  );
  return read.filter(({ record }) => speaks(record));
}

/**
 * The commit that is being made, as far as it takes out records that it may need: of those that lie in the work tree still,
 * or that `commit PATH` left out, others know.
 */
export function takingOut(
  repository: Pick<Repository, 'gitDir' | 'top'>,
  staged: readonly RawEntry[],
  { author, apart }: { readonly author: string; readonly apart: readonly string[] },
): Pick<RecentCommit, 'entries' | 'parents' | 'authorEmail' | 'committerEmail'> {
  const isMeant = ({ path }: RawEntry): boolean => apart.includes(path) || existsSync(join(repository.top, path));
  const entries = staged.filter((entry) => entry.newMode !== '000000' || !isSidecar(entry) || !isMeant(entry));
  const email = utf8(author);
  return { entries, parents: ['HEAD', ...mergeParents(repository)], authorEmail: email, committerEmail: email };
}

/**
 * Records that one of the author's own commits took out together with other changes, as a revert does, and that none of
 * the records it brought stands for, as a fold does: they may tell of an earlier commit, which stays. Only those that the
 * index lacks. A commit that brings one of `folds` was made here.
 */
export async function takenAlong(
  session: ObjectSession,
  commits: readonly ReturnType<typeof takingOut>[],
  author: string,
  folds: readonly string[],
): Promise<StoredFile[]> {
  const found: StoredFile[] = [];
  for (const { entries, parents, authorEmail, committerEmail } of commits) {
    const records = entries.filter(({ path }) => parseStorePath(path)?.store === 'provenance');
    const isGone = ({ newMode }: RawEntry): boolean => newMode === '000000';
    if (parents.length !== 1 || !records.some(isGone) || records.some(({ path }) => folds.includes(path))) continue;
    // A commit of nothing else is a prune.
    if (![authorEmail, committerEmail].map(fromUtf8).includes(author) || entries.every(isSidecar)) continue;
    const [gone, brought] = await Promise.all(
      [records.filter(isGone), records.filter((entry) => !isGone(entry))].map((each) => readAll(session, each)),
    );
    const standing = new Set(brought?.flatMap(({ record }) => record.files.map((file) => JSON.stringify(file))));
    for (const { path, bytes, record } of gone ?? []) {
      if (record.files.some((file) => !standing.has(JSON.stringify(file)))) found.push({ path, bytes });
    }
  }
  if (found.length === 0) return [];
  const staged = await session.info(found.map(({ path }) => `:${path}`));
  return found.filter((_, index) => staged[index] === undefined).slice(0, MOST_RECORDS);
}

function isSidecar({ path }: RawEntry): boolean {
  return path.startsWith('.countersign/');
}

interface ReadFile extends StoredFile {
  readonly record: ProvenanceRecord;
}

/** The records among these files. */
function recordsOf(files: readonly StoredFile[]): ReadFile[] {
  return files.flatMap(({ path, bytes }) => {
    const record = readRecord(path, bytes);
    return record.ok ? [{ path, bytes, record: record.value.record }] : [];
  });
}

/** The records as they are, or were before they went. */
async function readAll(session: ObjectSession, entries: readonly RawEntry[]): Promise<ReadFile[]> {
  const few = entries.slice(0, MOST_RECORDS);
  const stored = await session.read(few.map(({ newMode, oldId, newId }) => (newMode === '000000' ? oldId : newId)));
  return recordsOf(
    few.flatMap(({ path }, index) => {
      const bytes = stored[index]?.bytes;
      return bytes === undefined ? [] : [{ path, bytes }];
    }),
  );
}
