/** The verdict on one hunk: what the policy requires for it, which sign-offs bear on it, and what follows. */
import type { Doubt, ReportHunk, SignoffBearing } from '../model/report';
import { BINDINGS } from '../model/signoff';
import type { NamedRequest, VerifiedSignoff } from '../model/signoff';
import type { Hash } from '../ports';
import { decide } from '../policy/decide';
import { demandsOf } from '../policy/demands';
import type { Demand } from '../policy/demands';
import { personOf } from '../policy/people';
import type { RuleRequirement } from '../policy/policy';
import type { Asked, Standing } from './authority';
import { bearingsOf } from './bearings';
import type { Block, CutFile } from './blocks';
import type { Contributors } from './contributors';
import { NOBODY, contributorsOf, governingLevel } from './contributors';
import type { FileCoverage } from './coverage';
import { nextOf, reasonOf } from './explain';
import type { Verdict } from './explain';
import type { GateInput } from './gateInput';
import type { Hunk } from './hunks';
import type { ClaimIndex } from './origins';

/** What is the same for all hunks of a change. */
export interface Judge {
  readonly hash: Hash;
  readonly input: GateInput;
  readonly claims: ClaimIndex;
  /** Why records do not count, by their ids, where the policy asks for signed ones. */
  readonly doubts: ReadonlyMap<string, Doubt>;
  readonly contributors: Contributors;
  readonly everyone: ReadonlySet<string>;
  readonly standingFor: (signoff: VerifiedSignoff) => Standing;
  readonly vetoes: ReadonlyMap<string, SignoffBearing>;
  readonly requested: ReadonlyMap<string, readonly NamedRequest[]>;
  /** Sign-offs that bind all that the change would land. */
  readonly wholeTree: ReadonlySet<VerifiedSignoff>;
}

/** Judges a hunk of a block. `fileAuthors` are the recorded authors of all hunks of the file. */
export function judgeHunk(
  judge: Judge,
  cut: CutFile,
  block: Block,
  hunk: Hunk,
  fileAuthors: readonly string[],
  coverage: readonly FileCoverage[],
  requests: readonly NamedRequest[],
): ReportHunk {
  const { policy } = judge.input;
  const unsigned = hunk.unsigned?.[0];
  const isRecorded = unsigned === undefined && hunk.copied !== true;
  const people = contributorsOf(judge.contributors, cut.file, hunk.authors, isRecorded);
  const level = governingLevel(policy, people);
  const decision = decide(policy, {
    path: cut.file.path,
    from: cut.file.from,
    side: hunk.side,
    origin: hunk.origin,
    evidence: hunk.evidence,
    level,
    tool: hunk.actor?.tool,
    model: hunk.actor?.model,
    lines: hunk.run,
  });
  const answers = demandsOf(policy, decision, cut.file).map((demand): Answer => {
    const separated = separatedFrom(judge, people, fileAuthors, demand.requires);
    const asked = (signoff: VerifiedSignoff, wholeFile: boolean): Asked => {
      const bound = judge.wholeTree.has(signoff) ? 'tree' : wholeFile ? 'file' : 'window';
      return { requires: demand.requires, self: demand.self, contributors: separated, bound };
    };
    const { bearings, reviewersPerLine } = bearingsOf(judge.standingFor, policy, { cut, block, hunk }, coverage, asked);
    return { demand, separated, bearings, isMet: reviewersPerLine.every((reviewers) => reviewers >= demand.needed) };
  });
  // What is told is the first demand that is not met.
  const answer = answers.find(({ isMet }) => !isMet) ?? answers[0];
  const { rule } = answer?.demand ?? decision;
  const veto = judge.vetoes.get(cut.file.path) ?? judge.vetoes.get(cut.file.from ?? cut.file.path);
  const verdict = verdictOf(veto, answer);
  const bearings = answer === undefined ? [] : answer.isMet ? bearingsOn(answers) : bearingsFor(answer, answers);
  const signoffs = veto === undefined ? bearings : [...bearings, veto];
  const doubt = unsigned === undefined ? undefined : judge.doubts.get(unsigned);
  const { needed, requires } = answer?.demand ?? { needed: 0, requires: decision.requires };
  // One signature is to answer all demands that are open: it binds as much as the one of them that asks for the most.
  const open = answers.filter(({ isMet }) => !isMet).map(({ demand }) => demand.requires.binding);
  const binding = BINDINGS.findLast((each) => open.includes(each)) ?? requires?.binding ?? 'window';
  const contributors = answer?.separated ?? people;
  const standpoint = { path: cut.file.path, verdict, rule, needed, bearings, requests, contributors, doubt };
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
    ...(hunk.from === undefined ? {} : { from: hunk.from }),
    ...(hunk.whose === undefined ? {} : { whose: hunk.whose }),
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
            ...(requires.verified === true ? { verified: true } : {}),
            ...(binding === 'window' ? {} : { binding }),
          },
    signoffs,
    status: verdict.status,
    reason: reasonOf(standpoint),
    ...(doubt === undefined ? {} : { doubt }),
    next: nextOf(policy, standpoint),
  };
}

/** How the sign-offs answer a demand. */
interface Answer {
  readonly demand: Demand;
  /** E-mails, lower case, of whoever may not sign. */
  readonly separated: ReadonlySet<string>;
  readonly bearings: readonly SignoffBearing[];
  readonly isMet: boolean;
}

/** Takes the first demand that is not met, else any. */
function verdictOf(veto: SignoffBearing | undefined, answer: Answer | undefined): Verdict {
  if (veto !== undefined) return { status: 'rejected', veto };
  if (answer === undefined) return { status: 'not-required' };
  if (answer.isMet) return { status: 'satisfied' };
  const { requires } = answer.demand;
  const stale = answer.bearings.find((each) => each.code === 'stale');
  return stale === undefined ? { status: 'missing', requires } : { status: 'stale', requires, stale };
}

/** Each sign-off once, as it bears on the demand that it counts for, if there is one. */
function bearingsOn(answers: readonly Answer[]): readonly SignoffBearing[] {
  const byId = new Map<string, SignoffBearing>();
  for (const each of answers.flatMap(({ bearings }) => bearings)) {
    if (each.counts || !byId.has(each.id)) byId.set(each.id, each);
  }
  return [...byId.values()];
}

/** The sign-offs as they bear on one demand. Those that another one needs beside what came before them are needed nevertheless. */
function bearingsFor(answer: Answer, answers: readonly Answer[]): readonly SignoffBearing[] {
  return answer.bearings.map((each) => {
    const isFor = ({ bearings, demand }: Answer): boolean => {
      const counting = bearings.filter(({ counts }) => counts);
      const at = counting.findIndex(({ id }) => id === each.id);
      if (at < 0) return false;
      const before = new Set(counting.slice(0, at).map(({ reviewer }) => reviewer));
      return !before.has(each.reviewer) && before.size < demand.needed;
    };
    const other = each.counts ? undefined : answers.find(isFor);
    return other === undefined ? each : { ...each, countsFor: other.demand.rule };
  });
}

/** E-mails, lower case, of whoever may not sign: contributors of the lines, of the file, or of the whole change. */
function separatedFrom(
  judge: Judge,
  people: ReadonlySet<string>,
  fileAuthors: readonly string[],
  { separation }: RuleRequirement,
): ReadonlySet<string> {
  switch (separation) {
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
  const ranked = [...people].filter((email) => email !== NOBODY).sort();
  const stranger = ranked.find((email) => personOf(policy, email) === undefined);
  const [first = NOBODY] = ranked;
  return stranger ?? (people.has(NOBODY) ? NOBODY : first);
}
