/**
 * Records that a reset took out of the index with their commit and left in the work tree. Where their lines are staged
 * again, they must come along: in this work tree the journal may not know these lines. Others lie there with no trace in
 * the reflog: of a squash or a pick that was unstaged before it was committed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_FILE_BYTES } from '../core/sidecar/limits';
import { STORES, parseStorePath } from '../core/sidecar/paths';
import { entryAt } from './entryAt';
import { splitNul } from './git';
import type { HeadMove } from './headLog';
import type { ObjectSession } from './objectSession';
import { readRecord } from './readRecord';
import type { Repository } from './repository';
import { tryInRepository } from './repository';
import type { StoredFile } from './store';
import { placeInStore } from './store';

/** Resets, the latest, names that are looked for, which a hard reset took away, and records that are read. */
const MOST_RESETS = 50;
const MOST_NAMES = 10_000;
const MOST_RECORDS = 200;

/** Those that stand in the work tree, and not in the index: of these moves, and those that are `known` from earlier ones. */
export async function leftRecords(
  repository: Repository,
  session: ObjectSession,
  moves: readonly HeadMove[],
  known: readonly string[],
): Promise<StoredFile[]> {
  const resets = moves.filter(({ from, to, action }) => action.startsWith('reset:') && from !== to);
  const { taken = [], folded = [] } =
    resets.length === 0 ? {} : await takenBack(repository, session, resets.slice(-MOST_RESETS));
  await putBack(repository, session, folded);
  const found: StoredFile[] = [];
  for (const path of new Set([...known, ...taken])) {
    const bytes = found.length < MOST_RECORDS ? bytesHere(repository, path) : undefined;
    if (bytes !== undefined) found.push({ path, bytes });
  }
  if (found.length === 0) return [];
  const staged = await session.info(found.map(({ path }) => `:${path}`));
  return found.filter((_, index) => staged[index] === undefined);
}

/**
 * Those that stand in the work tree and neither in the index nor in HEAD, however they came to lie there. Only for when
 * nothing else explains some line: the folder may hold very many.
 */
export async function untrackedHere(repository: Repository, session: ObjectSession): Promise<StoredFile[]> {
  const args = ['ls-files', '--others', '-z', '--', STORES.provenance.folder];
  const listed = splitNul((await tryInRepository(repository, args)).stdout);
  const names = listed.filter((path) => parseStorePath(path)?.store === 'provenance').slice(0, MOST_RECORDS);
  // One that HEAD has was taken out of the index on purpose.
  const committed = await session.info(names.map((path) => `HEAD:${path}`));
  return names.flatMap((path, index) => {
    const bytes = committed[index] === undefined ? bytesHere(repository, path) : undefined;
    return bytes === undefined ? [] : [{ path, bytes }];
  });
}

/** A fold that is taken back leaves what it folded in HEAD and in the index alone: to git that is deleted, and a rebase stops. */
async function putBack(repository: Repository, session: ObjectSession, folded: readonly string[]): Promise<void> {
  const lacking = folded.filter((path) => entryAt(join(repository.top, path)) === undefined).slice(0, MOST_RECORDS);
  const [staged, committed] = [
    await session.read(lacking.map((path) => `:${path}`)),
    await session.info(lacking.map((path) => `HEAD:${path}`)),
  ];
  for (const [index, path] of lacking.entries()) {
    const { bytes = '', id } = staged[index] ?? {};
    if (id === committed[index]?.id && readRecord(path, bytes).ok) placeInStore(repository, 'provenance', bytes);
  }
}

/** Paths of the records that HEAD had before these moves, and not after them; and of those that it lacked, as a fold does. */
async function takenBack(
  repository: Repository,
  session: ObjectSession,
  resets: readonly HeadMove[],
): Promise<{ readonly taken: readonly string[]; readonly folded: readonly string[] }> {
  const here = await session.info(resets.flatMap(({ from, to }) => [from, to]));
  // Each commit is compared with what is named as its parent.
  const pairs = resets.filter((_, index) => [0, 1].every((side) => here[2 * index + side]?.type === 'commit'));
  const form = ['-r', '-z', '--name-status', '--no-renames', '--no-commit-id', '--diff-filter=AD'];
  const args = ['diff-tree', '--stdin', ...form, '--', STORES.provenance.folder];
  const input = pairs.map(({ from, to }) => `${from} ${to}\n`).join('');
  const { stdout } = await tryInRepository(repository, args, { input });
  const listed = splitNul(stdout).slice(-2 * MOST_NAMES);
  const named = (status: string): string[] =>
    listed.filter((path, at) => listed[at - 1] === status && parseStorePath(path)?.store === 'provenance');
  return { taken: named('A'), folded: named('D') };
}

function bytesHere({ top }: Repository, path: string): string | undefined {
  const file = join(top, path);
  const stat = entryAt(file);
  return stat?.isFile() === true && stat.size <= MAX_FILE_BYTES ? readFileSync(file, 'latin1') : undefined;
}
