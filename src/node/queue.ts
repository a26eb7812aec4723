/** Review requests on branches that are not checked out: read by git's plumbing, judged as the gate would judge them. */
import { CountersignError } from '../core/model/problem';
import type { Report } from '../core/model/report';
import type { NamedRequest } from '../core/model/signoff';
import { fromUtf8 } from '../core/text/bytes';
import { verifyChange } from '../core/verify/verify';
import type { Target } from './defaultTarget';
import { splitNul } from './git';
import { loadChange } from './gate';
import { nodeHash } from './hash';
import { openReader } from './objects';
import type { Repository } from './repository';
import { inRepository } from './repository';

/** A branch that brings requests, and the verdict on it. */
export interface RequestingBranch {
  /** Full name: `refs/heads/x` or `refs/remotes/origin/x`. */
  readonly ref: string;
  readonly commit: string;
  readonly requests: readonly NamedRequest[];
  readonly report: Report;
}

/** What was found before, by commit: commits never change, so only new ones cost anything. */
export type BranchCache = Map<string, Omit<RequestingBranch, 'ref'> | undefined>;

/** Branches looked at, the most recently committed first. */
const MAX_BRANCHES = 100;
const REQUESTS = '.countersign/v1/requests';

/**
 * The branches, other than `head`'s commit, that are not merged into the target and bring requests. Local ones come
 * before remote ones; of those with the same commit only the first. A branch that can't be judged (it conflicts, its
 * records are malformed) is left out: whoever checks it out is told why.
 */
export async function requestingBranches(
  repository: Repository,
  target: Target,
  head: string,
  cache: BranchCache = new Map(),
): Promise<RequestingBranch[]> {
  const tips = await unmergedTips(repository, target.commit);
  const landed = new Set(await requestPaths(repository, target.commit));
  const found: RequestingBranch[] = [];
  const seen = new Set([head]);
  for (const { ref, commit } of tips) {
    if (seen.has(commit)) continue;
    seen.add(commit);
    const key = `${target.commit} ${commit}`;
    if (!cache.has(key)) cache.set(key, await judge(repository, target, commit, landed));
    const judged = cache.get(key);
    if (judged !== undefined) found.push({ ref, ...judged });
  }
  return found;
}

async function unmergedTips(repository: Repository, target: string): Promise<{ ref: string; commit: string }[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(symref)';
  const args = ['for-each-ref', format, `--no-merged=${target}`, '--sort=-committerdate', `--count=${MAX_BRANCHES}`];
  const lines = (await inRepository(repository, [...args, 'refs/heads', 'refs/remotes'])).split('\n');
  const tips = lines.flatMap((line) => {
    const [ref = '', commit = '', symref = ''] = line.split('\0');
    return commit === '' || symref !== '' ? [] : [{ ref: fromUtf8(ref), commit }];
  });
  const isLocal = ({ ref }: { ref: string }): boolean => ref.startsWith('refs/heads/');
  return [...tips.filter(isLocal), ...tips.filter((tip) => !isLocal(tip))];
}

async function requestPaths(repository: Repository, commit: string): Promise<string[]> {
  const args = ['ls-tree', '-r', '-z', '--name-only', '--end-of-options', commit, REQUESTS];
  return splitNul(await inRepository(repository, args));
}

async function judge(
  repository: Repository,
  target: Target,
  commit: string,
  landed: ReadonlySet<string>,
): Promise<Omit<RequestingBranch, 'ref'> | undefined> {
  const paths = await requestPaths(repository, commit);
  if (paths.every((path) => landed.has(path))) return undefined;
  const reader = await openReader(repository);
  try {
    const ends = { base: target.commit, head: commit, ref: target.ref, now: Date.now() };
    const loaded = await loadChange(repository, reader, ends);
    if (loaded.kind !== 'loaded') return undefined;
    return { commit, requests: loaded.input.requests, report: verifyChange(nodeHash, loaded.input) };
  } catch (error) {
    if (error instanceof CountersignError) return undefined;
    throw error;
  } finally {
    reader.close();
  }
}
