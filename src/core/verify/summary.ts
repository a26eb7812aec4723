/** Putting the report together from judged blocks and hunks. */
import { originRank } from '../model/origin';
import type { Origin } from '../model/origin';
import type { HunkStatus, Report, ReportBlock, ReportHunk } from '../model/report';
import type { Block } from './blocks';
import type { GateInput } from './gateInput';
import { reportItems } from './items';

/** The whole report: `ok` when nothing is open and nothing was malformed. */
export function reportOf(input: GateInput, blocks: readonly ReportBlock[], hunks: readonly ReportHunk[]): Report {
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
    items: reportItems(blocks, hunks, input.restored),
    blocks,
    hunks,
    problems: input.problems,
  };
}

/** Where a block stands, lines from 1. */
export function blockLines(
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
