/**
 * Names under which the records of a change speak of files that no longer stand: a file that the change brings may be one
 * of them, renamed with more changes than git follows. The gate asks such records too (`adrift` in core/verify/origins.ts).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ChangedFile } from '../core/model/change';
import { STORES } from '../core/sidecar/paths';
import { recordPaths } from '../core/sidecar/recordPaths';
import { fromUtf8, utf8 } from '../core/text/bytes';
import { splitNul } from './git';
import type { ObjectSession } from './objectSession';
import { entryAt } from './entryAt';
import type { RecordsPlace } from './recordsAbout';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** A change that adds more records or files than that is not searched: what they would explain stays unknown. */
const MOST_ADDED = 500;

/** What git tells of a file: names that it had, and those of what it was copied from. Newest first. */
export interface GitNames {
  readonly former: readonly string[];
  readonly copied: readonly string[];
}

/** The names that a file had, or may have had. */
export interface FormerNames extends GitNames {
  /** What else the change adds where a name is a guess: the file that was renamed may be one of these. */
  readonly beside: readonly ChangedFile[];
  /** The records that the change adds, each with its path: the file's lines may be copies of what they claim elsewhere. */
  readonly brought: readonly (readonly [path: string, bytes: string])[];
}

/**
 * Adds such names to a file's `former` ones, unless it stood in the target under any: for all others git is started once
 * more. `targets` are the branches that the policy names.
 */
export async function withAdrift(
  repository: Repository,
  session: ObjectSession,
  { commit, workTree }: RecordsPlace,
  path: string,
  former: readonly string[],
  copied: readonly string[],
  targets: readonly string[],
): Promise<FormerNames> {
  const known = { former, copied, beside: [], brought: [] };
  if (path.startsWith('../') || lacksTrees(repository)) return known;
  const usual = ['HEAD', 'main', 'master'];
  const tips = [
    ...[...targets, ...usual].map((name) => `refs/remotes/origin/${name}`),
    ...[...targets, ...usual.slice(1)].map((name) => `refs/heads/${name}`),
  ];
  const target = (await session.info(tips.map((tip) => `${tip}^{commit}`))).find((each) => each !== undefined)?.id;
  if (target === undefined) return known;
  if ((await standing(session, target, [path, ...former])).size > 0) return known;
  const args = ['-r', '--name-only', '-z', '--diff-filter=A', target, ...(workTree ? [] : [commit])];
  const { stdout } = await tryInRepository(repository, [workTree ? 'diff-index' : 'diff-tree', ...args]);
  const added = splitNul(fromUtf8(stdout));
  if (added.length > MOST_ADDED) return known;
  const isRecord = (name: string): boolean => name.startsWith(`${STORES.provenance.folder}/`);
  const others = added.filter((name) => !isRecord(name) && name !== path);
  const tree = workTree ? ':0' : commit;
  const records = added.filter(isRecord);
  const found = await session.read(records.map((name) => `${tree}:${name}`));
  const brought = records.map((name, at) => [name, found[at]?.bytes ?? ''] as const);
  const named = [...new Set(brought.flatMap(([, bytes]) => recordPaths(bytes) ?? []))];
  // What a sparse checkout leaves out stands all the same.
  const isWhole = workTree && !existsSync(join(repository.gitDir, 'info', 'sparse-checkout'));
  const now = isWhole
    ? new Set(named.filter((name) => entryAt(join(repository.top, name)) !== undefined))
    : await standing(session, commit, named);
  const guessed = named.filter((name) => name !== path && !now.has(name) && !former.includes(name));
  // git's word on a former name is a guess too: it tells a copy's as it does that of the file that was renamed.
  if (guessed.length + former.length === 0) return { ...known, brought };
  const texts = await session.read(others.map((name) => `${tree}:${name}`));
  const beside = others.map((name, at): ChangedFile => {
    const text = texts[at]?.bytes;
    const after = { mode: '100644' as const, oid: '', ...(text === undefined ? {} : { text }) };
    return { path: name, before: { mode: '000000', oid: '' }, after };
  });
  return { former: [...former, ...guessed], copied, beside, brought };
}

/** Those of the names that stand at a commit. Only trees are read: a clone may lack the blobs, and fetches none. */
async function standing(
  session: ObjectSession,
  commit: string,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const folders = names.map((name) => posix.dirname(name));
  const trees = await session.read(folders.map((folder) => `${commit}:${folder === '.' ? '' : folder}`));
  // An entry is its mode, a space, its name, NUL and its id. A folder may hold thousands: they are not taken apart.
  return new Set(names.filter((name, at) => trees[at]?.bytes?.includes(` ${utf8(posix.basename(name))}\0`) === true));
}

/** Whether this is a clone that fetches even trees when it needs them. */
function lacksTrees({ commonDir }: Repository): boolean {
  try {
    return /^\s*partialclonefilter\s*=\s*(?!blob:)/im.test(readFileSync(join(commonDir, 'config'), 'utf8'));
  } catch {
    return true;
  }
}
