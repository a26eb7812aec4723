/**
 * The gate's question (signoff-format §4): does every line that the policy asks about carry a valid sign-off? Pure: CI,
 * the panel and `status` ask it of the same code with what they know.
 */
import type { ChangeCommit, ChangedFile } from '../model/change';
import { originRank } from '../model/origin';
import type { Origin } from '../model/origin';
import type { Problem } from '../model/problem';
import type { NamedRecord } from '../model/record';
import type { HunkStatus, Report, ReportBlock, ReportHunk, SignoffBearing } from '../model/report';
import type { NamedRequest, VerifiedSignoff } from '../model/signoff';
import type { Hash } from '../ports';
import { decide, isAtomic, needsSignature } from '../policy/decide';
import { personOf } from '../policy/people';
import type { Policy, RuleRequirement } from '../policy/policy';
import { foldThresholds } from '../policy/policy';
import { signaturesNeeded } from '../policy/singleOwner';
import type { AllowedSigner } from '../signing/allowedSigners';
import type { Block, CutFile } from './blocks';
import { cutFile } from './blocks';
import { blockSubject } from './subjects';
import type { Asked, Standing, Trust } from './authority';
import { isOwn, refusalFor, standingOf } from './authority';
import type { Contributors } from './contributors';
import { contributorsByPath, contributorsOf, everyoneIn, governingLevel } from './contributors';
import type { FileCoverage } from './coverage';
import { coverFile, subjectsByPath } from './coverage';
import { nextOf, reasonOf } from './explain';
import type { Hunk } from './hunks';
import { objectHunk, textHunks } from './hunks';
import type { ClaimIndex } from './origins';
import { fileOrigins, indexClaims } from './origins';
import { rejectionsOf, withdrawnIds } from './rejections';
import { staleReason, touchesBlock } from './stale';

/** All that the verdict rests on. Policy and keys come from the base, never from the change. */
export interface GateInput {
  readonly base: string;
  readonly head: string;
  /** Short name of the target branch. */
  readonly ref: string;
  /** What the change would land, without the sidecar's own records. */
  readonly files: readonly ChangedFile[];
  readonly commits: readonly ChangeCommit[];
  readonly policy: Policy;
  readonly policySha256: string;
  readonly signers: readonly AllowedSigner[];
  /** Records, requests and sign-offs that the change adds. */
  readonly records: readonly NamedRecord[];
  readonly requests: readonly NamedRequest[];
  readonly signoffs: readonly VerifiedSignoff[];
  readonly spent: ReadonlySet<string>;
  /** Faults found while reading: they make the verdict negative whatever else holds. */
  readonly problems: readonly Problem[];
  readonly now: number;
}

interface Judge {
  readonly hash: Hash;
  readonly input: GateInput;
  readonly trust: Trust;
  readonly claims: ClaimIndex;
  readonly contributors: Contributors;
  readonly everyone: ReadonlySet<string>;
  readonly standings: ReadonlyMap<VerifiedSignoff, Standing>;
  readonly vetoes: ReadonlyMap<string, SignoffBearing>;
  readonly requested: ReadonlyMap<string, readonly string[]>;
}

/** The verdict on a change, block by block. */
export function verifyChange(hash: Hash, input: GateInput): Report {
  const trust: Trust = {
    policy: input.policy,
    signers: input.signers,
    ref: input.ref,
    now: input.now,
    spent: input.spent,
  };
  const standings = new Map(input.signoffs.map((signoff) => [signoff, standingOf(trust, signoff)] as const));
  const withdrawn = withdrawnIds(input.policy, standings);
  const contributors = contributorsByPath(input.commits, input.files);
  // A record of another repository speaks of other files under the same names.
  const records = input.records.filter(({ record }) => record.repo === input.policy.repo);
  const judge: Judge = {
    hash,
    input,
    trust,
    claims: indexClaims(records, presentPaths(input.files)),
    contributors,
    everyone: everyoneIn(input.commits, records),
    standings,
    vetoes: rejectionsOf(standings, withdrawn),
    requested: requestsBySpan(input),
  };
  const approvals = subjectsByPath(
    input.signoffs.filter((each) => each.statement.predicate.decision === 'approve' && !withdrawn.has(each.id)),
  );
  const blocks: ReportBlock[] = [];
  const hunks: ReportHunk[] = [];
  for (const file of input.files) {
    const cut = cutFile(file, isAtomic(input.policy, file.path));
    const coverage = coverFile(hash, input.policy.repo, cut, approvals.get(file.path) ?? []);
    judgeFile(judge, cut, coverage, blocks, hunks);
  }
  return reportOf(input, blocks, hunks);
}

function presentPaths(files: readonly ChangedFile[]): (path: string) => boolean {
  const gone = new Set<string>();
  for (const file of files) {
    if (file.after.mode === '000000') gone.add(file.path);
    if (file.from !== undefined) gone.add(file.from);
  }
  const changed = new Set(files.map((file) => file.path));
  // A path that the change neither holds nor removes came and went within it, or never was.
  return (path) => changed.has(path) && !gone.has(path);
}

function requestsBySpan(input: GateInput): Map<string, string[]> {
  const bySpan = new Map<string, string[]>();
  for (const { id, request } of input.requests) {
    if (request.repo !== input.policy.repo) continue;
    for (const subject of request.subject) {
      const key = `${subject.name}\0${subject.digest.sha256}`;
      const list = bySpan.get(key);
      if (list === undefined) bySpan.set(key, [id]);
      else list.push(id);
    }
  }
  return bySpan;
}

function judgeFile(
  judge: Judge,
  cut: CutFile,
  coverage: readonly FileCoverage[],
  blocks: ReportBlock[],
  hunks: ReportHunk[],
): void {
  const { input } = judge;
  const hasText = cut.blocks.some((block) => block.kind === 'text');
  const origins = hasText
    ? fileOrigins(judge.hash, judge.claims, cut, foldThresholds(input.policy))
    : { added: [], removed: [] };
  const first = blocks.length + 1;
  const cutHunks = cut.blocks.map((block, index) =>
    block.kind === 'text'
      ? textHunks(cut, block, first + index, origins)
      : [objectHunk(judge.claims, cut, block, first + index)],
  );
  const fileAuthors = cutHunks.flatMap((own) => own.flatMap((hunk) => hunk.authors));
  for (const [index, block] of cut.blocks.entries()) {
    const number = first + index;
    const subject = blockSubject(judge.hash, input.policy.repo, cut, block);
    const requests = judge.requested.get(`${block.path}\0${subject.digest.sha256}`) ?? [];
    const judged = (cutHunks[index] ?? []).map((hunk) =>
      judgeHunk(judge, cut, block, hunk, fileAuthors, coverage, requests.length > 0),
    );
    hunks.push(...judged);
    blocks.push({
      block: number,
      path: block.path,
      ...(cut.file.from === undefined ? {} : { from: cut.file.from }),
      ...blockLines(block),
      span: subject.digest.sha256,
      status: worstStatus(judged.map((hunk) => hunk.status)),
      requests,
    });
  }
}

function blockLines(
  block: Block,
): Pick<ReportBlock, 'afterStart' | 'afterEnd' | 'beforeStart' | 'beforeEnd' | 'object'> {
  if (block.kind === 'object') {
    return { afterStart: 0, afterEnd: 0, beforeStart: 0, beforeEnd: 0, object: block.object.object };
  }
  const { region } = block;
  return {
    afterStart: region.afterStart + 1,
    afterEnd: region.afterStart + region.afterCount,
    beforeStart: region.beforeStart + 1,
    beforeEnd: region.beforeStart + region.beforeCount,
  };
}

function judgeHunk(
  judge: Judge,
  cut: CutFile,
  block: Block,
  hunk: Hunk,
  fileAuthors: readonly string[],
  coverage: readonly FileCoverage[],
  requested: boolean,
): ReportHunk {
  const { policy } = judge.input;
  const people = contributorsOf(judge.contributors, cut.file, hunk.authors);
  const level = governingLevel(policy, people);
  const { rule, requires } = decide(policy, {
    path: cut.file.path,
    from: cut.file.from,
    side: hunk.side,
    origin: hunk.origin,
    evidence: hunk.evidence,
    level,
    tool: hunk.actor?.tool,
    model: hunk.actor?.model,
    lines: hunk.end - hunk.start,
  });
  const required = requires !== null && needsSignature({ rule, requires, matched: [] });
  const needed = required ? signaturesNeeded(policy, requires, cut.file.path) : 0;
  const separated = separatedFrom(judge, people, fileAuthors, requires);
  const asked = (wholeFile: boolean): Asked | undefined =>
    requires === null ? undefined : { path: cut.file.path, requires, contributors: separated, wholeFile };
  const { bearings, reviewersPerLine } = bearingsOf(judge, cut, block, hunk, coverage, asked);
  const veto = judge.vetoes.get(cut.file.path) ?? judge.vetoes.get(cut.file.from ?? cut.file.path);
  const satisfied = required && reviewersPerLine.every((reviewers) => reviewers.size >= needed);
  let status: HunkStatus = 'not-required';
  if (veto !== undefined) status = 'rejected';
  else if (satisfied) status = 'satisfied';
  else if (required) status = bearings.some((each) => each.code === 'stale') ? 'stale' : 'missing';
  const signoffs = veto === undefined ? bearings : [...bearings, veto];
  const standpoint = {
    status,
    rule,
    requires,
    needed,
    bearings: signoffs,
    requested,
    contributors: separated,
  };
  return {
    block: hunk.block,
    path: cut.file.path,
    side: hunk.side,
    start: hunk.side === 'object' ? 0 : hunk.start + 1,
    end: hunk.end,
    origin: hunk.origin ?? 'unknown',
    ...(hunk.via === undefined ? {} : { via: hunk.via }),
    evidence: hunk.evidence,
    ...(hunk.actor === undefined ? {} : { actor: hunk.actor }),
    ...(hunk.counts === undefined ? {} : { counts: hunk.counts }),
    author: authorOf(judge, people, hunk),
    level,
    rule,
    requires:
      requires === null
        ? null
        : {
            tier: requires.tier,
            count: needed,
            level: requires.level,
            teams: requires.teams,
            presence: requires.presence,
          },
    signoffs: required || veto !== undefined ? signoffs : [],
    status,
    reason: reasonOf(standpoint),
    next: nextOf(policy, standpoint),
  };
}

/** E-mails, lower case, of whoever may not sign: contributors of the lines, of the file, or of the whole change. */
function separatedFrom(
  judge: Judge,
  people: ReadonlySet<string>,
  fileAuthors: readonly string[],
  requires: RuleRequirement | null,
): ReadonlySet<string> {
  switch (requires?.separation) {
    case 'change':
      return new Set([...judge.everyone, ...people]);
    case 'file':
      return new Set([...people, ...fileAuthors.map((author) => author.toLowerCase())]);
    default:
      return people;
  }
}

/** The recorded author; without a record, the contributor of the lowest level, by name so that the order is settled. */
function authorOf(judge: Judge, people: ReadonlySet<string>, hunk: Hunk): string {
  const [recorded] = hunk.authors;
  if (recorded !== undefined) return recorded;
  const { policy } = judge.input;
  const ranked = [...people].sort();
  return ranked.find((email) => personOf(policy, email) === undefined) ?? ranked[0] ?? 'unknown';
}

function bearingsOf(
  judge: Judge,
  cut: CutFile,
  block: Block,
  hunk: Hunk,
  coverage: readonly FileCoverage[],
  asked: (wholeFile: boolean) => Asked | undefined,
): { bearings: SignoffBearing[]; reviewersPerLine: ReadonlySet<string>[] } {
  const lines = Math.max(1, hunk.end - hunk.start);
  const reviewersPerLine = Array.from({ length: lines }, () => new Set<string>());
  const bearings: SignoffBearing[] = [];
  for (const covered of coverage) {
    const { signoff, subjects } = covered;
    const standing = judge.standings.get(signoff);
    if (standing === undefined) continue;
    const held = reviewersPerLine.map((_, index) => holdsLine(covered, block, hunk, hunk.start + index));
    const bearing = (counts: boolean, code: string, reason: string): void => {
      const reviewer = standing.ok ? standing.person.id : standing.principal;
      bearings.push({ id: signoff.id, reviewer, counts, code, reason });
    };
    if (!held.includes(true)) {
      const stale = subjects.find((each) => each.region === undefined && each.object === undefined);
      if (stale !== undefined && touchesBlock(stale.subject, cut, block)) {
        // What never counted can't have gone stale: say why it never did.
        if (standing.ok) bearing(false, 'stale', staleReason(signoff, standing));
        else bearing(false, standing.refusal.code, standing.refusal.reason);
      }
      continue;
    }
    if (!standing.ok) {
      bearing(false, standing.refusal.code, standing.refusal.reason);
      continue;
    }
    const standingSubjects = subjects.filter((each) => each.region !== undefined || each.object !== undefined);
    const about = asked(standingSubjects.every((each) => each.wholeFile));
    const refusal = about === undefined ? undefined : refusalFor(judge.input.policy, signoff, standing, about);
    if (refusal !== undefined) {
      bearing(false, refusal.code, refusal.reason);
      continue;
    }
    const self = about !== undefined && isOwn(standing, about);
    bearing(true, self ? 'self' : 'counts', self ? "the owner's own sign-off" : 'valid');
    for (const [index, reviewers] of reviewersPerLine.entries()) {
      if (held[index] === true) reviewers.add(standing.person.id);
    }
  }
  return { bearings, reviewersPerLine };
}

function holdsLine(covered: FileCoverage, block: Block, hunk: Hunk, line: number): boolean {
  if (block.kind === 'object') return covered.subjects.some((each) => each.object === block.object.object);
  return hunk.side !== 'object' && covered.holds(hunk.side, line);
}

const WORST_FIRST: readonly HunkStatus[] = ['rejected', 'stale', 'missing', 'satisfied', 'not-required'];

function worstStatus(statuses: readonly HunkStatus[]): HunkStatus {
  return WORST_FIRST.find((status) => statuses.includes(status)) ?? 'not-required';
}

function reportOf(input: GateInput, blocks: readonly ReportBlock[], hunks: readonly ReportHunk[]): Report {
  const isOpen = (status: HunkStatus): boolean => status === 'missing' || status === 'stale' || status === 'rejected';
  const byOrigin: Partial<Record<Origin, number>> = {};
  let lines = 0;
  const sorted = [...hunks].sort((a, b) => originRank(a.origin) - originRank(b.origin));
  for (const { side, start, end, origin } of sorted) {
    const count = side === 'object' ? 1 : end - start + 1;
    lines += side === 'object' ? 0 : count;
    byOrigin[origin] = (byOrigin[origin] ?? 0) + count;
  }
  const required = blocks.filter((block) => block.status !== 'not-required').length;
  return {
    ok: input.problems.length === 0 && blocks.every((block) => !isOpen(block.status)),
    base: input.base,
    head: input.head,
    ref: input.ref,
    policy: { sha256: input.policySha256, mode: input.policy.mode },
    summary: {
      blocks: blocks.length,
      hunks: hunks.length,
      lines,
      byOrigin,
      required,
      satisfied: blocks.filter((block) => block.status === 'satisfied').length,
    },
    blocks,
    hunks,
    problems: input.problems,
  };
}
