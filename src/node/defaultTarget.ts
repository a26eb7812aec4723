/** The branch that a change is compared with when nobody names one. */
import { literalTargets, targetMatches } from '../core/verify/targets';
import { policyAt, readPolicyFile } from './policyFile';
import type { Repository } from './repository';
import { commitOf, currentBranch, remoteDefault } from './repository';

/** The branch that a change is compared with: its tip, short name (`main`), and how it was called. */
export interface Target {
  readonly commit: string;
  readonly ref: string;
  readonly revision: string;
  /** A branch of the remote that the work tree's policy alone calls a target: the change's own word, to sign nothing by. */
  readonly unvouched?: true;
  /** A branch of the remote that is its default as likely: git does not learn that the remote's default branch was renamed. */
  readonly rival?: string;
}

const USUAL = 'origin/main';

/**
 * The remote's default branch if its own policy calls it a target, else the first branch that this policy names. Where git
 * does not know it, or it is gone, `origin/main`, `origin/master`, `main` or `master` stands for it. The work tree's policy,
 * which whoever wrote the change may have written, is asked only where there is none of these, or no policy there; undefined
 * when that finds none either.
 */
export async function defaultTarget(repository: Repository): Promise<Target | undefined> {
  const [remote, own] = await Promise.all([remoteDefault(repository), currentBranch(repository)]);
  const first = async (revisions: readonly string[]): Promise<Target | undefined> => {
    for (const revision of revisions) {
      const commit = await commitOf(repository, revision);
      if (commit !== undefined) return { commit, ref: revision.replace(/^origin\//, ''), revision };
    }
    return undefined;
  };
  const local = (names: readonly string[]): string[] => names.filter((each) => own !== `refs/heads/${each}`);
  const remotes = [...(remote === undefined ? [] : [remote]), USUAL, 'origin/master'];
  const start = await first([...remotes, ...local(['main', 'master'])]);
  const there = start === undefined ? undefined : await policyAt(repository, start.commit);
  const targets = there === undefined ? ownTargets(repository) : there.ok ? there.value.targets : [];
  if (start !== undefined && targets.some((each) => targetMatches(each, start.ref))) {
    const rival = await rivalOf(repository, start, targets);
    return rival === undefined ? start : { ...start, rival };
  }
  const named = literalTargets(targets);
  const found = await first(named.map((each) => `origin/${each}`));
  if (found !== undefined) return there === undefined ? { ...found, unvouched: true } : found;
  return start?.revision.startsWith('origin/') === true ? start : ((await first(local(named))) ?? start);
}

/** `origin/main` beside a default branch of another name, if it calls itself a target, and these targets do not name it. */
async function rivalOf(repository: Repository, start: Target, targets: readonly string[]): Promise<string | undefined> {
  const isNamed = (names: readonly string[]): boolean => names.some((each) => targetMatches(each, 'main'));
  if (start.revision === USUAL || !start.revision.startsWith('origin/') || isNamed(targets)) return undefined;
  const commit = await commitOf(repository, USUAL);
  const there = commit === undefined ? undefined : await policyAt(repository, commit);
  return there?.ok === true && isNamed(there.value.targets) ? USUAL : undefined;
}

/** What the work tree's policy calls targets. A malformed one is shown elsewhere; it names none. */
export function ownTargets(repository: Repository): readonly string[] {
  try {
    return readPolicyFile(repository)?.targets ?? [];
  } catch {
    return [];
  }
}
