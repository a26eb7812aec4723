/**
 * The gate's question (signoff-format §4): does every line that the policy asks about carry a valid sign-off? Pure: CI,
 * the panel and `status` ask it of the same code with what they know.
 */
import type { Report, ReportBlock, ReportHunk } from '../model/report';
import type { NamedRecord } from '../model/record';
import type { NamedRequest, VerifiedSignoff } from '../model/signoff';
import type { Hash } from '../ports';
import { isAtomic } from '../policy/decide';
import { foldThresholds } from '../policy/policy';
import type { Standing } from './authority';
import { standingOf } from './authority';
import type { CutFile } from './blocks';
import { cutFile } from './blocks';
import { contributorsByPath, everyoneIn } from './contributors';
import type { FileCoverage } from './coverage';
import { coverFile, subjectsByPath } from './coverage';
import type { GateInput } from './gateInput';
import { objectHunk, textHunks } from './hunks';
import type { Judge } from './judgeHunk';
import { judgeHunk } from './judgeHunk';
import { fileOrigins, indexClaims } from './origins';
import { recordDoubts } from './recordStanding';
import { rejectionsOf, withdrawnIds } from './rejections';
import { blockSubject } from './subjects';
import { wholeTreeSignoffs } from './wholeTree';
import { blockLines, reportOf } from './summary';
import { worstStatus } from './worstStatus';

/** The verdict on a change, block by block. */
export function verifyChange(hash: Hash, input: GateInput): Report {
  const standings = new Map<VerifiedSignoff, Standing>();
  const standingFor = (signoff: VerifiedSignoff): Standing => {
    let standing = standings.get(signoff);
    if (standing === undefined) standings.set(signoff, (standing = standingOf(input, signoff)));
    return standing;
  };
  for (const signoff of input.signoffs) standingFor(signoff);
  const contributors = contributorsByPath(input.policy, input.commits, input.files, input);
  const records = ownRecords(input);
  const everyone = everyoneIn(input.policy, input.commits, records);
  const withdrawn = withdrawnIds(input.policy, standings, everyone);
  const doubts = recordDoubts(input, records);
  const judge: Judge = {
    hash,
    input,
    doubts,
    claims: indexClaims(hash, records, input.files, ({ id }) => doubts.has(id), input.carried),
    contributors,
    everyone,
    standingFor,
    vetoes: rejectionsOf(hash, input, standings, withdrawn),
    requested: requestsBySpan(input),
    wholeTree: wholeTreeSignoffs(hash, input, withdrawn),
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

/** Ids of the decisions of a change that its withdrawals take back. */
export function withdrawnIn(input: GateInput): Set<string> {
  const standings = new Map(input.signoffs.map((each) => [each, standingOf(input, each)] as const));
  return withdrawnIds(input.policy, standings, everyoneIn(input.policy, input.commits, ownRecords(input)));
}

/** A record of another repository speaks of other files under the same names. */
function ownRecords({ records, policy }: GateInput): NamedRecord[] {
  return records.filter(({ record }) => record.repo === policy.repo);
}

function requestsBySpan(input: GateInput): Map<string, NamedRequest[]> {
  const bySpan = new Map<string, NamedRequest[]>();
  for (const named of input.requests) {
    const { request } = named;
    if (request.repo !== input.policy.repo) continue;
    for (const subject of request.subject) {
      const key = `${subject.name}\0${subject.digest.sha256}`;
      const list = bySpan.get(key);
      if (list === undefined) bySpan.set(key, [named]);
      else list.push(named);
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
  const cutBlocks = cut.blocks.map((block, index) => {
    const number = first + index;
    const own =
      block.kind === 'text' ? textHunks(cut, block, number, origins) : [objectHunk(judge.claims, cut, block, number)];
    return { block, number, own };
  });
  const fileAuthors = cutBlocks.flatMap(({ own }) => own.flatMap((hunk) => hunk.authors));
  for (const { block, number, own } of cutBlocks) {
    const subject = blockSubject(judge.hash, input.policy.repo, cut, block);
    const requests = judge.requested.get(`${block.path}\0${subject.digest.sha256}`) ?? [];
    const judged = own.map((hunk) => judgeHunk(judge, cut, block, hunk, fileAuthors, coverage, requests));
    hunks.push(...judged);
    blocks.push({
      block: number,
      path: block.path,
      ...(cut.file.from === undefined ? {} : { from: cut.file.from }),
      ...blockLines(block),
      span: subject.digest.sha256,
      status: worstStatus(judged.map((hunk) => hunk.status)),
      requests: requests.map(({ id }) => id),
    });
  }
}
