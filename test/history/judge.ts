/** Signs a branch at its head and asks at its landing what became of it, both with the code of the signer and the gate. */
import type { ChangedFile } from '../../src/core/model/change';
import type { VerifiedSignoff } from '../../src/core/model/signoff';
import type { Subject } from '../../src/core/model/span';
import { isAtomic } from '../../src/core/policy/decide';
import type { Policy } from '../../src/core/policy/policy';
import { checkTextSubject, hashBudget, isTextAnnotations } from '../../src/core/signing/span';
import type { Block, CutFile } from '../../src/core/verify/blocks';
import { cutFile } from '../../src/core/verify/blocks';
import type { FileCoverage } from '../../src/core/verify/coverage';
import { coverFile } from '../../src/core/verify/coverage';
import { blockSubject } from '../../src/core/verify/subjects';
import { nodeHash } from '../../src/node/hash';

/** A signed span that covers nothing at the landing though lines of its file are left to sign. */
export interface Loss {
  readonly path: string;
  readonly code: string;
  readonly k: number | undefined;
  /** Lines from 0, as they were signed. */
  readonly at: string;
}

export interface Judgement {
  readonly spans: number;
  readonly valid: number;
  /** Spans of which nothing is left to sign: the target had the same change, or has it no more. */
  readonly moot: number;
  readonly losses: readonly Loss[];
  /** Blocks of the landing, and those of which every line is covered. */
  readonly blocks: number;
  readonly covered: number;
}

/** Takes what the branch changed when it was signed, and what its merge brings to the target. */
export function judge(policy: Policy, signed: readonly ChangedFile[], landing: readonly ChangedFile[]): Judgement {
  const cut = (file: ChangedFile): CutFile => cutFile(file, isAtomic(policy, file.path));
  const subjects = new Map<string, Subject[]>();
  let spans = 0;
  for (const file of signed) {
    const own = cut(file);
    const made = own.blocks.map((block) => blockSubject(nodeHash, policy.repo, own, block));
    subjects.set(file.path, made);
    spans += made.length;
  }
  const losses: Loss[] = [];
  let [valid, moot, blocks, covered] = [0, 0, 0, 0];
  const landed = new Set(landing.map((file) => file.path));
  for (const [path, own] of subjects) if (!landed.has(path)) moot += own.length;
  for (const file of landing) {
    const own = cut(file);
    const made = subjects.get(file.path) ?? [];
    const [coverage] = coverFile(nodeHash, policy.repo, own, [{ signoff: signoffOver(made), subjects: made }]);
    const held = own.blocks.filter((block) => isCovered(coverage, block)).length;
    blocks += own.blocks.length;
    covered += held;
    for (const { subject, region, object } of coverage?.subjects ?? []) {
      if (region !== undefined || object !== undefined) valid++;
      else if (held === own.blocks.length) moot++;
      else losses.push(lossOf(policy, own, subject));
    }
  }
  return { spans, valid, moot, losses, blocks, covered };
}

/** Only its subjects are asked about here; who signed, when and with which key is another question. */
function signoffOver(subject: readonly Subject[]): VerifiedSignoff {
  return { id: '', path: '', statement: { subject } } as unknown as VerifiedSignoff;
}

function isCovered(coverage: FileCoverage | undefined, block: Block): boolean {
  if (coverage === undefined) return false;
  if (block.kind === 'object') return coverage.subjects.some((each) => each.object === block.object.object);
  const { beforeStart, beforeCount, afterStart, afterCount } = block.region;
  for (let i = 0; i < beforeCount; i++) if (!coverage.holds('removed', beforeStart + i)) return false;
  for (let i = 0; i < afterCount; i++) if (!coverage.holds('added', afterStart + i)) return false;
  return true;
}

function lossOf(policy: Policy, { file, beforeLines, afterLines, blocks }: CutFile, subject: Subject): Loss {
  const marks = subject.annotations;
  if (!isTextAnnotations(marks)) return { path: subject.name, code: `object: ${marks.object}`, k: undefined, at: '' };
  const at = `-${marks.pre.start},${marks.pre.count} +${marks.post.start},${marks.post.count}`;
  const hints = blocks.flatMap((block) => (block.kind === 'text' ? [block.region] : []));
  const change = {
    repo: policy.repo,
    oldMode: file.before.mode,
    newMode: file.after.mode,
    beforeLines,
    afterLines,
    hints,
  };
  const checked = checkTextSubject(nodeHash, subject, change, hashBudget());
  return { path: subject.name, code: checked.covered ? 'covered alone' : checked.code, k: marks.k, at };
}
