/**
 * Names under which the records of a change speak of files that no longer stand: a file that the change brings may be one
 * of them, renamed with more changes than git follows. The gate asks such records too (`adrift` in core/verify/origins.ts).
 */
import { join } from 'node:path';
import { STORES } from '../core/sidecar/paths';
import { recordPaths } from '../core/sidecar/recordPaths';
import { splitNul } from './git';
import type { ObjectSession } from './objectSession';
import { entryAt } from './entryAt';
import type { RecordsPlace } from './recordsAbout';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** A change with more records than that is not searched: what they would explain stays unknown. */
const MOST_RECORDS = 500;

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
  targets: readonly string[],
): Promise<readonly string[]> {
  if (path.startsWith('../')) return former;
  const usual = ['HEAD', 'main', 'master'];
  const tips = [
    ...[...targets, ...usual].map((name) => `refs/remotes/origin/${name}`),
    ...[...targets, ...usual.slice(1)].map((name) => `refs/heads/${name}`),
  ];
  const target = (await session.info(tips.map((tip) => `${tip}^{commit}`))).find((each) => each !== undefined)?.id;
  if (target === undefined) return former;
  const standing = await session.info([path, ...former].map((name) => `${target}:${name}`));
  if (standing.some((each) => each !== undefined)) return former;
  const args = ['-r', '--name-only', '-z', '--diff-filter=A', target, ...(workTree ? [] : [commit])];
  const compare = [workTree ? 'diff-index' : 'diff-tree', ...args, '--', STORES.provenance.folder];
  const records = splitNul((await tryInRepository(repository, compare)).stdout);
  if (records.length > MOST_RECORDS) return former;
  const found = await session.read(records.map((path) => `${workTree ? ':0' : commit}:${path}`));
  const named = [...new Set(found.flatMap((each) => recordPaths(each?.bytes ?? '') ?? []))];
  const now = workTree
    ? named.map((name) => entryAt(join(repository.top, name)))
    : await session.info(named.map((name) => `${commit}:${name}`));
  return [...new Set([...former, ...named.filter((name, index) => name !== path && now[index] === undefined)])];
}
