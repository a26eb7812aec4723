/** The branch that a change is compared with when nobody names one. */
import type { Policy } from '../core/policy/policy';
import { literalTargets, targetMatches } from '../core/verify/targets';
import { policyAt, readPolicyFile } from './policyFile';
import type { Repository } from './repository';
import { currentBranch, remoteDefault, tipOf } from './repository';

/** The branch that a change is compared with: its tip, short name (`main`), and how it was called. */
export interface Target {
  readonly commit: string;
  readonly ref: string;
  readonly revision: string;
  /** A branch of the remote that the work tree's policy alone calls a target: the change's own word, to sign nothing by. */
  readonly unvouched?: true;
  /** Why another branch of the remote may be its default: signing asks about it. */
  readonly doubt?: string;
}

const USUAL = 'refs/remotes/origin/main';

/**
 * The remote's default branch if its own policy calls it a target, else the first branch that this policy names. Where git
 * does not know it, or it is gone, `origin/main`, `origin/master`, `main` or `master` stands for it. The work tree's policy,
 * which whoever wrote the change may have written, is asked only where there is none of these, or no policy there; undefined
 * when that finds none either.
 */
export async function defaultTarget(repository: Repository): Promise<Target | undefined> {
  const [remote, own] = await Promise.all([remoteDefault(repository), currentBranch(repository)]);
  const first = async (branches: readonly string[]): Promise<Target | undefined> => {
    for (const branch of branches) {
      const commit = await tipOf(repository, branch);
      const revision = branch.replace(/^refs\/(?:heads|remotes)\//, '');
      if (commit !== undefined) return { commit, ref: revision.replace(/^origin\//, ''), revision };
    }
    return undefined;
  };
  const local = (names: readonly string[]): string[] =>
    names.map((each) => `refs/heads/${each}`).filter((each) => own !== each);
  const remotes = [...(remote === undefined ? [] : [`refs/remotes/${remote}`]), USUAL, 'refs/remotes/origin/master'];
  const start = await first([...remotes, ...local(['main', 'master'])]);
  const isGone = remote !== undefined && start?.revision !== remote;
  const known = async (found: Target): Promise<Target> => {
    const doubt = isGone ? `origin/HEAD leads to ${remote}, which is gone` : await rivalOf(repository, found);
    return doubt === undefined ? found : { ...found, doubt: `${doubt}; run: git remote set-head origin --auto` };
  };
  const there = start === undefined ? undefined : await policyAt(repository, start.commit);
  const targets = there === undefined ? ownTargets(repository) : there.ok ? there.value.targets : [];
  if (start !== undefined && targets.some((each) => targetMatches(each, start.ref))) return known(start);
  const named = literalTargets(targets);
  const found = await first(named.map((each) => `refs/remotes/origin/${each}`));
  if (found !== undefined) return there === undefined ? { ...found, unvouched: true } : known(found);
  const last = start?.revision.startsWith('origin/') === true ? start : ((await first(local(named))) ?? start);
  return last === undefined ? undefined : known(last);
}

/** Says so where `origin/main` stands beside a branch of the remote, calls itself a target, and this one's policy is for others. */
async function rivalOf(repository: Repository, { commit, revision }: Target): Promise<string | undefined> {
  const rival = revision.startsWith('origin/') ? await tipOf(repository, USUAL) : undefined;
  if (rival === undefined || rival === commit) return undefined;
  const [here, there] = [await policyAt(repository, commit), await policyAt(repository, rival)];
  const isTarget = (policy: Policy): boolean => policy.targets.some((each) => targetMatches(each, 'main'));
  if (here?.ok !== true || there?.ok !== true || !isTarget(there.value)) return undefined;
  const isShared = here.value.repo === there.value.repo && isTarget(here.value);
  return isShared ? undefined : `origin/main is a target too, and not by the policy of ${revision}`;
}

/** What the work tree's policy calls targets. A malformed one is shown elsewhere; it names none. */
export function ownTargets(repository: Repository): readonly string[] {
  try {
    return readPolicyFile(repository)?.targets ?? [];
  } catch {
    return [];
  }
}
