/** What the editor knows about one tracked repository: read in one go, never changed afterwards. */
import type { Problem } from '../../core/model/problem';
import { CountersignError } from '../../core/model/problem';
import { isEligible, personOf } from '../../core/policy/people';
import type { Person, Policy } from '../../core/policy/policy';
import type { SinceSigned } from '../../core/model/since';
import { withBlock, HOOKS } from '../../node/hookScript';
import { hooksFolder } from '../../node/hooks';
import type { BranchCache, RequestingBranch } from '../../node/queue';
import { requestingBranches } from '../../node/queue';
import type { Repository } from '../../node/repository';
import { authorEmail, currentBranch, tryInRepository } from '../../node/repository';
import { sinceSigned } from '../../node/sinceSigned';
import type { Standpoint } from '../../node/status';
import { branchReport, workTreeTrust, workingReport } from '../../node/status';
import { waitingRecords } from '../../node/unrecorded';
import type { BlockView } from '../../panel/blocks';
import { blockKey, blockViews, byRisk, needsAction } from '../../panel/blocks';
import type { QueueEntry, Reviewer } from '../../panel/queue';
import { queueOf } from '../../panel/queue';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Stale blocks that are compared with what was signed. */
const MOST_STALE = 40;

/** A block of the work tree; `committed` says whether the branch holds it as it is. */
export interface ChangedBlock extends BlockView {
  readonly committed: boolean;
}

/** Requests on a branch that is not checked out. */
export interface BranchQueue {
  readonly ref: string;
  readonly entries: readonly QueueEntry[];
}

export interface ReadyState {
  readonly kind: 'ready';
  readonly working: Standpoint;
  /** What the gate would say of the branch as committed; undefined when it can't be asked, see `problems`. */
  readonly branch?: Standpoint;
  /** Short name of the branch that is checked out; undefined when none is. */
  readonly branchName?: string;
  /** E-mail of the person at the screen, and who that is in the policy. */
  readonly me: string;
  readonly person?: Person;
  readonly changes: readonly ChangedBlock[];
  readonly queue: readonly QueueEntry[];
  readonly elsewhere: readonly BranchQueue[];
  /** Committed blocks of this person's level that nobody asked them about: they may be signed for all the same. */
  readonly unasked: readonly BlockView[];
  /** For stale blocks, by key: what changed since they were signed. */
  readonly since: ReadonlyMap<string, readonly SinceSigned[]>;
  readonly hookInstalled: boolean;
  /** Committed files whose record no commit carries yet: the next one will. */
  readonly waiting: number;
  readonly hasRemote: boolean;
  /** Commits that the upstream branch lacks; undefined without one. */
  readonly unpushed?: number;
  /** Files that are not what they should be; the rest of the state holds without them. */
  readonly problems: readonly Problem[];
}

export type SessionState =
  | { readonly kind: 'reading' }
  /** Nothing can be said: why, and what to do about it. */
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] }
  /** There is no commit yet, or this is the target itself: nothing to compare. */
  | { readonly kind: 'nothing'; readonly why: 'no-target' | 'no-commit'; readonly problems: readonly Problem[] }
  | ReadyState;

/** Reads the state. Expected failures become `failed`; the unexpected is thrown. */
export async function readState(repository: Repository, cache: BranchCache): Promise<SessionState> {
  // Looking must not write: refreshing the index would wake whoever watches it, ourselves first.
  const reading = { ...repository, env: { ...repository.env, GIT_OPTIONAL_LOCKS: '0' } };
  const trust = workTreeTrust(repository);
  const inWorkTree = trust.kind === 'malformed' ? trust.problems : [];
  try {
    return await readReady(reading, cache, inWorkTree);
  } catch (error) {
    if (!(error instanceof CountersignError)) throw error;
    const { code, field } = error.problem;
    if (code === 'no-target') return { kind: 'nothing', why: code, problems: inWorkTree };
    if (code === 'no-commit' && field === 'HEAD') return { kind: 'nothing', why: code, problems: inWorkTree };
    return { kind: 'failed', problems: distinct([...inWorkTree, error.problem]) };
  }
}

async function readReady(
  repository: Repository,
  cache: BranchCache,
  inWorkTree: readonly Problem[],
): Promise<ReadyState> {
  const working = await workingReport(repository);
  const branch = await orProblem(branchReport(repository));
  const me = await authorEmail(repository);
  const { policy } = working.input;
  const person = personOf(policy, me);
  const reviewer = reviewerOf(policy, me, person);
  const judged = 'report' in branch ? branch : undefined;
  const elsewhere = await requestingBranches(repository, working.target, working.report.head, cache);
  const branchName = await currentBranch(repository);
  const unpushed = await tryInRepository(repository, ['rev-list', '--count', '@{upstream}..HEAD']);
  const remotes = await tryInRepository(repository, ['remote']);
  // A target without a policy is no fault of the branch that brings one.
  const adopting = 'problem' in branch && branch.problem.code === 'no-policy' && inWorkTree.length === 0;
  return {
    kind: 'ready',
    working,
    ...(judged === undefined ? {} : { branch: judged }),
    ...(branchName === undefined ? {} : { branchName: branchName.replace('refs/heads/', '') }),
    me,
    ...(person === undefined ? {} : { person }),
    changes: changedBlocks(working, judged),
    queue: judged === undefined ? [] : queueOf(judged.report, judged.input.requests, reviewer),
    elsewhere: waitingElsewhere(elsewhere, reviewer, new Set(judged?.input.requests.map(({ id }) => id))),
    unasked: judged === undefined ? [] : unaskedOf(judged, reviewer),
    since: await sinceOf(repository, judged === undefined ? [working] : [working, judged]),
    hookInstalled: await hasHooks(repository),
    waiting: await waitingFiles(repository),
    hasRemote: remotes.stdout.trim() !== '',
    ...(unpushed.code === 0 ? { unpushed: Number(unpushed.stdout.trim()) } : {}),
    problems: distinct([
      ...inWorkTree,
      ...working.report.problems,
      ...('problem' in branch && !adopting ? [branch.problem] : []),
      ...(judged?.report.problems ?? []),
    ]),
  };
}

/** Of blocks that only the work tree has, and of those as committed; each differs from what was signed. */
async function sinceOf(
  repository: Repository,
  standpoints: readonly Standpoint[],
): Promise<Map<string, readonly SinceSigned[]>> {
  const since = new Map<string, readonly SinceSigned[]>();
  for (const standpoint of standpoints) {
    const stale = standpoint.report.blocks.filter((block) => block.status === 'stale' && !since.has(blockKey(block)));
    const told = await sinceSigned(repository, standpoint, stale.slice(0, MOST_STALE));
    for (const block of stale) {
      const own = told.get(block.block);
      if (own !== undefined) since.set(blockKey(block), own);
    }
  }
  return since;
}

function unaskedOf(branch: Standpoint, reviewer: Reviewer): BlockView[] {
  return blockViews(branch.report)
    .filter((block) => needsAction(block) && block.requires !== null && reviewer.meets(block.requires))
    .sort(byRisk);
}

/**
 * What waits on other branches. A request that some branch knows to be settled is settled: a remote branch lags behind the
 * local one until it is pushed. `here` are the requests of the branch that is checked out, where they are listed.
 */
function waitingElsewhere(
  branches: readonly RequestingBranch[],
  reviewer: Reviewer,
  here: ReadonlySet<string>,
): BranchQueue[] {
  const known = new Set(here);
  const queues = branches.map(({ ref, report, requests }) => {
    const entries = queueOf(report, requests, reviewer);
    const open = new Set(entries.map(({ id }) => id));
    for (const { id } of requests) if (!open.has(id)) known.add(id);
    return { ref, entries };
  });
  return queues.flatMap(({ ref, entries }) => {
    const left = entries.filter(({ id }) => !known.has(id));
    for (const { id } of left) known.add(id);
    return left.length === 0 ? [] : [{ ref, entries: left }];
  });
}

function reviewerOf(policy: Policy, me: string, person: Person | undefined): Reviewer {
  return {
    id: person?.id ?? '',
    emails: new Set([me, ...(person?.emails ?? [])].map((email) => email.toLowerCase())),
    meets: (requirement) =>
      person !== undefined && isEligible(policy, { ...requirement, separation: 'span', binding: 'window' }, person),
  };
}

function changedBlocks(working: Standpoint, branch: Standpoint | undefined): ChangedBlock[] {
  const uncommitted = new Set(
    working.input.commits.filter(({ oid }) => oid === 'work tree').flatMap((commit) => commit.paths),
  );
  const committed = new Map(
    (branch === undefined ? [] : blockViews(branch.report)).map((block) => [block.key, block] as const),
  );
  return blockViews(working.report).map((block) => {
    const judged = committed.get(block.key);
    if (judged === undefined) return { ...block, committed: !uncommitted.has(block.path) };
    // What is committed stands as the gate sees it; where it stands is the work tree's to say.
    const { start, end, beforeStart, beforeEnd } = block;
    return { ...judged, start, end, beforeStart, beforeEnd, hunks: block.hunks, committed: true };
  });
}

/** What git can't tell waits for nothing: the gate has the last word. */
async function waitingFiles(repository: Repository): Promise<number> {
  try {
    return new Set((await waitingRecords(repository)).map(({ file }) => file.path)).size;
  } catch (error) {
    if (error instanceof CountersignError) return 0;
    throw error;
  }
}

async function orProblem(reading: Promise<Standpoint>): Promise<Standpoint | { readonly problem: Problem }> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CountersignError) return { problem: error.problem };
    throw error;
  }
}

async function hasHooks(repository: Repository): Promise<boolean> {
  const folder = await hooksFolder(repository);
  const texts = await Promise.all(
    HOOKS.map((hook) => readFile(join(folder, hook), 'latin1').catch((): undefined => undefined)),
  );
  return HOOKS.every((hook, index) => {
    const text = texts[index];
    return text !== undefined && (withBlock(hook, text) === text || text.includes('countersign'));
  });
}

function distinct(problems: readonly Problem[]): Problem[] {
  const all = new Map(problems.map((each) => [`${each.path}\0${each.field}\0${each.message}`, each] as const));
  return [...all.values()];
}
