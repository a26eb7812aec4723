/** The committed blocks that await a decision, and what a signature of them holds. */
import { CountersignError } from '../core/model/problem';
import type { Report, ReportBlock, ReportHunk } from '../core/model/report';
import type { Binding, Decision } from '../core/model/signoff';
import { BINDINGS } from '../core/model/signoff';
import type { Subject } from '../core/model/span';
import { subjectsOfBlocks } from '../core/verify/subjects';
import { nodeHash } from './hash';
import type { Standpoint } from './status';

/** A block that awaits a decision, with its hunks and what would be signed. */
export interface PendingBlock {
  readonly block: ReportBlock;
  readonly hunks: readonly ReportHunk[];
  readonly subject: Subject;
}

/** Which of the blocks that need someone are meant; by default all of them. */
export interface Chosen {
  /** Files, and folders with all that is in them. */
  readonly paths?: readonly string[];
  /** Numbers of blocks. */
  readonly blocks?: readonly number[];
}

/**
 * Committed blocks that still need someone: nothing, or not enough, stands for them. With `settled` those that need nobody
 * too. Throws `no-such-block` (exit 1).
 */
export function pendingBlocks(
  { report, input }: Standpoint,
  { paths = [], blocks }: Chosen,
  settled = false,
): PendingBlock[] {
  const isIn = (block: ReportBlock, place: string): boolean =>
    block.path === place || block.path.startsWith(`${place}/`);
  const lost = paths.find((place) => !report.blocks.some((block) => isIn(block, place)));
  if (lost !== undefined) {
    const message = 'no committed block of this change is here; commit your work first if you expected one';
    throw new CountersignError({ code: 'no-such-block', path: lost, message }, 1);
  }
  const chosen = report.blocks.filter(
    (block) =>
      (settled || (block.status !== 'satisfied' && block.status !== 'not-required')) &&
      (paths.length === 0 || paths.some((place) => isIn(block, place))) &&
      (blocks === undefined || blocks.includes(block.block)),
  );
  const subjects = subjectsOfBlocks(nodeHash, input.policy, input.files, new Set(chosen.map((each) => each.block)));
  return chosen.flatMap((block) => {
    const subject = subjects.get(block.block);
    const hunks = report.hunks.filter((hunk) => hunk.block === block.block);
    return subject === undefined ? [] : [{ block, hunks, subject }];
  });
}

/** A report's hunks by the number of their block. */
export function hunksByBlock({ hunks }: Report): Map<number, ReportHunk[]> {
  const byBlock = new Map<number, ReportHunk[]>();
  for (const hunk of hunks) byBlock.set(hunk.block, [...(byBlock.get(hunk.block) ?? []), hunk]);
  return byBlock;
}

/** What a block's rules want a signature of it to bind. */
function bindingOf({ hunks }: Pick<PendingBlock, 'hunks'>): Binding {
  return strictest(
    hunks.flatMap(({ status, requires }) => (status === 'not-required' ? [] : (requires?.binding ?? []))),
  );
}

function strictest(bindings: readonly Binding[]): Binding {
  return BINDINGS.findLast((each) => bindings.includes(each)) ?? 'window';
}

/** Subjects of the blocks with these numbers, each bound as its rules ask. */
function subjectsFor({ report, input }: Standpoint, numbers: ReadonlySet<number>): Map<number, Subject> {
  const bound = new Map<number, Binding>();
  const hunksOf = hunksByBlock(report);
  for (const { block } of report.blocks) bound.set(block, bindingOf({ hunks: hunksOf.get(block) ?? [] }));
  const all = [...numbers].some((number) => bound.get(number) === 'tree');
  const wholeFile = (number: number): boolean => all || bound.get(number) === 'file';
  return subjectsOfBlocks(nodeHash, input.policy, input.files, numbers, wholeFile);
}

/** What is signed for these blocks: their subjects, and those of all others where the whole tree is bound. */
export function signedSubjects(standpoint: Standpoint, blocks: readonly PendingBlock[], binding: Binding): Subject[] {
  const numbers = signedBlocks(standpoint, blocks, binding).map(({ block }) => block);
  return [...subjectsFor(standpoint, new Set(numbers)).values()];
}

/** The blocks that a signature for these stands for. */
export function signedBlocks(
  { report }: Standpoint,
  blocks: readonly PendingBlock[],
  binding: Binding,
): readonly ReportBlock[] {
  return binding === 'tree' ? report.blocks : blocks.map(({ block }) => block);
}

/**
 * What a decision on these blocks binds: the strictest that their rules ask for; it is what the signature says of itself. A
 * veto is about these blocks and no others. Throws `whole-tree` (exit 1) where an approval would be for blocks that await
 * someone too and that nobody chose.
 */
export function bindingFor(standpoint: Standpoint, decision: Decision, blocks: readonly PendingBlock[]): Binding {
  const binding = strictest(blocks.map(bindingOf));
  if (binding !== 'tree') return binding;
  if (decision === 'reject') return 'file';
  const left = pendingBlocks(standpoint, {}).length - blocks.length;
  if (left <= 0) return binding;
  const message =
    'a rule binds the whole tree here, so one signature is for all of the change; look at all of it, and sign without ' +
    `choosing (${left} ${left === 1 ? 'block' : 'blocks'} more)`;
  throw new CountersignError({ code: 'whole-tree', message }, 1);
}
