/**
 * `prune`: takes merged records out of the default branch, in a commit of their own. Lines that are merged are
 * neutral to every later change, so no gate asks for their records again; the history keeps them, and `why` finds them
 * there. Branches that are not merged carry their own records, which this does not touch.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { STORES, parseStorePath } from '../core/sidecar/paths';
import { literalTargets, targetMatches } from '../core/verify/targets';
import { fromUtf8 } from '../core/text/bytes';
import { requireQuietRepository } from './commitOnly';
import { splitNul } from './git';
import { readPolicyFile } from './policyFile';
import type { Repository } from './repository';
import { commitOf, currentBranch, inRepository, namedCommit, remoteDefault, tryInRepository } from './repository';
import { hashObject } from './store';

const FOLDER = STORES.provenance.folder;

export interface PruneResult {
  readonly branch: string;
  /** Paths of the records that went, or would go. */
  readonly pruned: readonly string[];
  /** Shards' placeholders that were written, or would be. */
  readonly keepers: readonly string[];
  /** Records that stay, by reason. */
  readonly kept: readonly { readonly count: number; readonly reason: string }[];
  /** The commit that deletes them; left out where there was nothing to delete, or nothing was to be done. */
  readonly commit?: string;
}

export interface PruneOptions {
  /** Only records that stood in this revision already. */
  readonly before?: string;
  readonly dryRun: boolean;
}

/** Throws `not-default-branch` and `no-commit` (exit 2 and 3), `in-progress`, `no-policy` (exit 3). */
export async function pruneRecords(repository: Repository, options: PruneOptions): Promise<PruneResult> {
  const targets = readPolicyFile(repository)?.targets;
  if (targets === undefined) throw fault('no-policy', 3, 'expected a policy here, found none; run: countersign init');
  if (!options.dryRun) requireQuietRepository(repository);
  const branch = await requireDefaultBranch(repository, targets);
  const standing = await recordPathsAt(repository, 'HEAD');
  const kept: { count: number; reason: string }[] = [];
  let going = standing;
  const keep = (stays: (path: string) => boolean, reason: string): void => {
    const rest = going.filter((path) => !stays(path));
    if (rest.length < going.length) kept.push({ count: going.length - rest.length, reason });
    going = rest;
  };
  const remote = await commitOf(repository, `refs/remotes/origin/${branch}`);
  if (remote !== undefined) {
    const merged = new Set(await recordPathsAt(repository, remote));
    keep((path) => !merged.has(path), `origin/${branch} does not have them: they are not merged yet`);
  }
  for (const { name, commit } of await otherTargets(repository, targets, branch)) {
    const lacking = await wouldBring(repository, commit);
    keep((path) => lacking.has(path), `${name} does not have them: a change that brings them there needs them`);
  }
  if (options.before !== undefined) {
    const commit = await namedCommit(repository, options.before, '--before');
    const old = new Set(await recordPathsAt(repository, commit));
    keep((path) => !old.has(path), `they are newer than ${options.before}`);
  }
  const keepers = await emptied(repository, going);
  const result = { branch, pruned: going, keepers, kept };
  if (options.dryRun || going.length === 0) return result;
  return { ...result, commit: await commitDeletion(repository, going, keepers) };
}

/** The name of the branch that is checked out, if it is the one that changes land on by default. */
async function requireDefaultBranch(repository: Repository, targets: readonly string[]): Promise<string> {
  const remote = (await remoteDefault(repository))?.replace('origin/', '');
  const named = literalTargets(targets);
  const isTarget = remote !== undefined && targets.some((each) => targetMatches(each, remote));
  const wanted = (isTarget ? remote : undefined) ?? named[0] ?? remote ?? 'main';
  const branch = (await currentBranch(repository))?.replace('refs/heads/', '');
  if (branch === wanted) return wanted;
  const here = branch === undefined ? 'no branch is checked out' : `this is ${branch}`;
  const why = 'elsewhere the records of open changes would be lost';
  throw fault(
    'not-default-branch',
    2,
    `expected the default branch ${wanted}, but ${here}; ${why}. Run: git switch ${wanted}`,
  );
}

async function recordPathsAt(repository: Repository, commit: string): Promise<string[]> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', '--end-of-options', commit, `${FOLDER}/`];
  const { code, stdout } = await tryInRepository(repository, args);
  const names = code === 0 ? splitNul(stdout) : [];
  return names.filter((path) => parseStorePath(path)?.store === 'provenance');
}

/** Other branches that changes land on. */
async function otherTargets(
  repository: Repository,
  targets: readonly string[],
  branch: string,
): Promise<{ name: string; commit: string }[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(symref)';
  const lines = (await inRepository(repository, ['for-each-ref', format, 'refs/heads', 'refs/remotes/origin'])).split(
    '\n',
  );
  return lines.flatMap((line) => {
    const [ref = '', commit = '', symref = ''] = line.split('\0');
    const short = fromUtf8(ref).replace(/^refs\/(?:heads|remotes\/origin)\//, '');
    const isOther =
      commit !== '' && symref === '' && short !== branch && targets.some((each) => targetMatches(each, short));
    return isOther ? [{ name: fromUtf8(ref).replace(/^refs\/(?:heads|remotes)\//, ''), commit }] : [];
  });
}

/** Records that a merge of HEAD into this commit would add to it. */
async function wouldBring(repository: Repository, commit: string): Promise<ReadonlySet<string>> {
  const base = await tryInRepository(repository, ['merge-base', commit, 'HEAD']);
  const from = base.code === 0 ? base.stdout.trim() : commit;
  const args = ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--diff-filter=A', from, 'HEAD', '--', FOLDER];
  return new Set(splitNul(await inRepository(repository, args)));
}

/** Placeholders for the shards in which nothing is left. */
async function emptied(repository: Repository, going: readonly string[]): Promise<string[]> {
  if (going.length === 0) return [];
  const args = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', '--end-of-options', 'HEAD', `${FOLDER}/`];
  const gone = new Set(going);
  const left = new Set(
    splitNul(await inRepository(repository, args))
      .filter((path) => !gone.has(path))
      .map(dirname),
  );
  return [...new Set(going.map(dirname))].filter((shard) => !left.has(shard)).map((shard) => `${shard}/.keep`);
}

/** The commit holds the deletion and nothing else, whatever is staged; index and work tree follow. */
async function commitDeletion(
  repository: Repository,
  going: readonly string[],
  keepers: readonly string[],
): Promise<string> {
  const empty = await hashObject(repository, '');
  const gone = going.map((path) => `0 ${'0'.repeat(empty.length)}\t${path}\0`);
  const input = [...gone, ...keepers.map((path) => `100644 ${empty}\t${path}\0`)].join('');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-index-'));
  try {
    const env = { ...repository.env, GIT_INDEX_FILE: join(folder, 'index') };
    await inRepository(repository, ['read-tree', 'HEAD'], { env });
    await inRepository(repository, ['update-index', '-z', '--index-info'], { env, input });
    const message = going.length === 1 ? 'Prune 1 merged record' : `Prune ${going.length} merged records`;
    await inRepository(repository, ['commit', '--quiet', '--no-verify', '-m', message], { env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await inRepository(repository, ['update-index', '-z', '--index-info'], { input });
  for (const path of keepers) {
    mkdirSync(dirname(join(repository.top, path)), { recursive: true });
    writeFileSync(join(repository.top, path), '');
  }
  for (const path of going) rmSync(join(repository.top, path), { force: true });
  return (await inRepository(repository, ['rev-parse', 'HEAD'])).trim();
}

/** Whether a prune emptied a shard of the work tree: lines may have had records that are no longer at hand. */
export function wasPruned(repository: Pick<Repository, 'top'>): boolean {
  const shards = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'));
  return shards.some((shard) => existsSync(join(repository.top, FOLDER, shard, '.keep')));
}

function fault(code: string, exit: 2 | 3, message: string): CountersignError {
  return new CountersignError({ code, message }, exit);
}
