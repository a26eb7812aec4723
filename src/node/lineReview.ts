/**
 * What was asked and signed about a line: of a change that is open by the change's own verdict, of one that has landed by
 * the verdict on the commit with which it landed, whose records, requests and sign-offs stand in the history for ever.
 */
import { CountersignError } from '../core/model/problem';
import type { Report, ReportBlock, ReportHunk, SignoffBearing } from '../core/model/report';
import type { Decision, NamedRequest, VerifiedSignoff } from '../core/model/signoff';
import { STORES } from '../core/sidecar/paths';
import { diffLines } from '../core/text/diff';
import { contentLines } from '../core/text/lines';
import type { GateInput } from '../core/verify/gateInput';
import { verifyChange } from '../core/verify/verify';
import { readBlobs } from './blobs';
import type { Target } from './defaultTarget';
import { readText } from './fileVersions';
import { loadChange } from './gate';
import { nodeHash } from './hash';
import type { LineCommit } from './lineCommits';
import { openReader } from './objects';
import type { Repository } from './repository';
import { commitOf, currentBranch, headCommit, tryInRepository } from './repository';
import { targetOf, workingReport } from './status';

/** A sign-off, rejection or withdrawal as it bears on the line. */
export interface SignoffNote extends Omit<SignoffBearing, 'code'> {
  readonly decision: Decision;
  readonly note: string;
  readonly reviewedAt: string;
}

export interface RequestNote {
  readonly id: string;
  readonly author: string;
  readonly to: readonly string[];
  readonly note: string;
}

/** What is or was asked for the line, and who signed for it. */
export interface LineReview {
  /** `open`: part of a change that has not landed. `landed`: as judged when it landed. */
  readonly state: 'open' | 'landed';
  readonly hunk: ReportHunk;
  readonly requests: readonly RequestNote[];
  readonly signoffs: readonly SignoffNote[];
}

/** The line that is asked about. */
interface Asked {
  readonly path: string;
  readonly line: number;
  /** Undefined for the work tree. */
  readonly commit: string | undefined;
  readonly landedBy: LineCommit | undefined;
}

/** What is known of a review, or why nothing can be told. */
export type Reviewed = { readonly review: LineReview } | { readonly unjudged: string };

/** Looks for the review of a line. What can't be judged here is a reason, not an error. */
export async function reviewOf(repository: Repository, asked: Asked): Promise<Reviewed> {
  try {
    const target = await targetOf(repository, undefined).catch(() => undefined);
    const { landedBy } = asked;
    const open = target !== undefined && !(await hasLanded(repository, target, landedBy));
    if (open) return await openReview(repository, asked, target);
    if (landedBy === undefined)
      return { unjudged: 'the line is not committed, and there is no branch to compare it with' };
    return await landedReview(repository, landedBy, target, asked.commit ?? 'HEAD');
  } catch (error) {
    if (error instanceof CountersignError) return { unjudged: error.problem.message };
    throw error;
  }
}

async function hasLanded(repository: Repository, target: Target, landedBy: LineCommit | undefined): Promise<boolean> {
  if (landedBy === undefined) return false;
  const args = ['merge-base', '--is-ancestor', landedBy.commit, target.commit];
  return (await tryInRepository(repository, args)).code === 0;
}

async function openReview(repository: Repository, asked: Asked, target: Target): Promise<Reviewed> {
  const { path, line, commit, landedBy } = asked;
  const place = commit === undefined && landedBy !== undefined ? await placeInHead(repository, path, line) : undefined;
  // What is committed is judged as committed: the journal speaks for whoever works here now.
  const head = commit ?? (place === undefined ? undefined : await headCommit(repository));
  if (head === undefined) {
    const { report, input } = await workingReport(repository, {});
    return reviewIn(report, input, path, line, 'open');
  }
  const found = await tryInRepository(repository, ['merge-base', target.commit, head]);
  const ends = { base: found.code === 0 ? found.stdout.trim() : target.commit, head, ref: target.ref, now: Date.now() };
  return judged(repository, ends, { path, line: place ?? line, state: 'open' });
}

/** Where a line (from 1) of the work tree's file stands in HEAD's; undefined where it does not. */
async function placeInHead(repository: Repository, path: string, line: number): Promise<number | undefined> {
  const name = `HEAD:${path}`;
  const committed = (await readBlobs(repository, [name])).get(name);
  const text = readText(repository, path);
  if (committed === undefined || 'skipped' in text) return undefined;
  return placeIn(text.bytes, committed, line);
}

/** Where a line (from 1) of a text stands in another; undefined where it does not. */
function placeIn(text: string, other: string, line: number): number | undefined {
  let place = line;
  for (const region of diffLines(contentLines(other), contentLines(text))) {
    if (region.afterStart >= line) break;
    if (region.afterStart + region.afterCount >= line) return undefined;
    place = line + (region.beforeStart + region.beforeCount) - (region.afterStart + region.afterCount);
  }
  return place;
}

/** The verdict on the commit that brought the line to its branch, on the day on which it did. */
async function landedReview(
  repository: Repository,
  landedBy: LineCommit,
  target: Target | undefined,
  tip: string,
): Promise<Reviewed> {
  const base = await commitOf(repository, `${landedBy.commit}^1`);
  if (base === undefined) return { unjudged: 'it stands there since the first commit of this history' };
  const ref = target?.ref ?? (await currentBranch(repository))?.replace('refs/heads/', '') ?? 'HEAD';
  const ends = { base, head: landedBy.commit, ref, now: landedBy.time * 1000 };
  const { path, line } = landedBy;
  const first = await judged(repository, ends, { path, line, state: 'landed' });
  if (!('review' in first) || first.review.hunk.status !== 'missing') return first;
  // Where a branch landed commit by commit, the sign-off stands in a later one.
  for (const head of await signedLater(repository, landedBy.commit, tip)) {
    const names = [`${landedBy.commit}:${path}`, `${head}:${path}`];
    const blobs = await readBlobs(repository, names);
    const [then, later] = names.map((name) => blobs.get(name));
    const place = then === undefined || later === undefined ? undefined : placeIn(then, later, line);
    if (place === undefined) continue;
    const next = await judged(repository, { ...ends, head }, { path, line: place, state: 'landed' });
    if ('review' in next && next.review.hunk.status !== 'missing') return next;
  }
  return first;
}

/** Later commits that are looked at for a sign-off. */
const MOST_LATER = 5;

/** The first commits after this one, on the branch's own line of history, that brought sign-offs. */
async function signedLater(repository: Repository, commit: string, tip: string): Promise<string[]> {
  const args = ['rev-list', '--first-parent', `${commit}..${tip}`, '--', STORES.signoff.folder];
  const { code, stdout } = await tryInRepository(repository, args);
  return code === 0
    ? stdout
        .trim()
        .split('\n')
        .filter((id) => id !== '')
        .slice(-MOST_LATER)
        .reverse()
    : [];
}

async function judged(
  repository: Repository,
  ends: { readonly base: string; readonly head: string; readonly ref: string; readonly now: number },
  { path, line, state }: { readonly path: string; readonly line: number; readonly state: LineReview['state'] },
): Promise<Reviewed> {
  const reader = await openReader(repository);
  try {
    const loaded = await loadChange(repository, reader, ends);
    if (loaded.kind === 'no-policy') return { unjudged: 'there was no policy yet when it came in' };
    if (loaded.kind === 'malformed') return { unjudged: loaded.problems[0]?.message ?? 'the policy can not be read' };
    const input = state === 'landed' ? asRecorded(loaded.input) : loaded.input;
    return reviewIn(verifyChange(nodeHash, input), input, path, line, state);
  } finally {
    reader.close();
  }
}

/**
 * A change that landed as one commit is whoever's squashed it by that commit's word; who contributed was known to the
 * commits before it, and is to its records.
 */
function asRecorded(input: GateInput): GateInput {
  return input.commits.length === 1 && input.records.length > 0 ? { ...input, commits: [] } : input;
}

function reviewIn(report: Report, input: GateInput, path: string, line: number, state: LineReview['state']): Reviewed {
  const hunk = report.hunks.find(
    (each) => each.path === path && each.side === 'added' && each.start <= line && line <= each.end,
  );
  const whole = report.hunks.find((each) => each.path === path && each.side === 'object');
  const found = hunk ?? whole;
  if (found === undefined) return { unjudged: 'it is no part of a change: it stood there before' };
  const block = report.blocks.find((each) => each.block === found.block);
  return { review: { state, hunk: found, requests: requestsFor(input, block), signoffs: signoffsFor(input, found) } };
}

function requestsFor({ requests }: GateInput, block: ReportBlock | undefined): RequestNote[] {
  return requests
    .filter(({ id, request }: NamedRequest) => {
      const named = block?.requests.includes(id) === true;
      // Asked about this place before it changed once more.
      return named || request.subject.some((subject) => subject.name === block?.path);
    })
    .map(({ id, request: { author, to, note } }) => ({ id, author, to, note }));
}

function signoffsFor({ signoffs }: GateInput, hunk: ReportHunk): SignoffNote[] {
  return hunk.signoffs.flatMap((bearing) => {
    const signoff: VerifiedSignoff | undefined = signoffs.find(({ id }) => id === bearing.id);
    if (signoff === undefined) return [];
    const { decision, note, reviewedAt } = signoff.statement.predicate;
    const { id, reviewer, counts, reason, countsFor } = bearing;
    const told = { id, reviewer, decision, counts, reason, note, reviewedAt };
    return [countsFor === undefined ? told : { ...told, countsFor }];
  });
}
