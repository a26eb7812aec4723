/** The blocks of a report as people look at them: one state each, in one order, with what is risky about them. */
import type { Origin } from '../core/model/origin';
import type { Report, ReportBlock, ReportHunk, Requirement } from '../core/model/report';

/** What a block waits for. `fine`: no rule asks, or what was asked is there. */
export const BLOCK_STATES = ['rejected', 'stale', 'open', 'requested', 'fine'] as const;
export type BlockState = (typeof BLOCK_STATES)[number];

/** A reason to look twice, as data: the editor makes words of it. */
export type Risk =
  | { readonly kind: 'removes'; readonly lines: number }
  | { readonly kind: 'large'; readonly lines: number }
  | { readonly kind: 'unexplained' }
  | { readonly kind: 'unseen' }
  | { readonly kind: 'rules' }
  | { readonly kind: 'pipeline' }
  | { readonly kind: 'object'; readonly object: string };

export interface BlockView {
  /** Names the block across reports: path and span. */
  readonly key: string;
  /** Its number in the report it was taken from. */
  readonly number: number;
  readonly path: string;
  readonly from?: string;
  /** Lines from 1 in the result, both included; `end < start` when it only removes; 0 for an atomic object. */
  readonly start: number;
  readonly end: number;
  /** The same in the base. */
  readonly beforeStart: number;
  readonly beforeEnd: number;
  readonly object?: string;
  readonly state: BlockState;
  /** Origins of the hunks that a rule asks about (of all, when none does), the strongest first. */
  readonly origins: readonly Origin[];
  /** The tool that the strongest of them names. */
  readonly tool?: string;
  /** The strictest requirement inside. */
  readonly requires: Requirement | null;
  readonly requests: readonly string[];
  readonly hunks: readonly ReportHunk[];
}

const ORDER: readonly Origin[] = ['ai', 'mixed', 'unknown', 'external', 'paste', 'tool', 'human'];
const LARGE = 40;

/** All blocks of a report, in its order. */
export function blockViews(report: Report): BlockView[] {
  const hunks = new Map<number, ReportHunk[]>();
  for (const hunk of report.hunks) {
    const list = hunks.get(hunk.block);
    if (list === undefined) hunks.set(hunk.block, [hunk]);
    else list.push(hunk);
  }
  return report.blocks.map((block) => blockView(block, hunks.get(block.block) ?? []));
}

/** Names a block across reports. */
export function blockKey(block: Pick<ReportBlock, 'path' | 'span'>): string {
  return `${block.path}\0${block.span}`;
}

function blockView(block: ReportBlock, hunks: readonly ReportHunk[]): BlockView {
  const asked = hunks.filter((hunk) => hunk.status !== 'not-required');
  const told = (asked.length > 0 ? asked : hunks).toSorted((a, b) => rank(a.origin) - rank(b.origin));
  const tool = told.find((hunk) => hunk.actor?.tool !== undefined)?.actor?.tool;
  const requires = asked.find((hunk) => hunk.requires !== null)?.requires ?? null;
  return {
    key: blockKey(block),
    number: block.block,
    path: block.path,
    ...(block.from === undefined ? {} : { from: block.from }),
    start: block.afterStart,
    end: block.afterEnd,
    beforeStart: block.beforeStart,
    beforeEnd: block.beforeEnd,
    ...(block.object === undefined ? {} : { object: block.object }),
    state: stateOf(block),
    origins: [...new Set(told.map((hunk) => hunk.origin))],
    ...(tool === undefined ? {} : { tool }),
    requires,
    requests: block.requests,
    hunks,
  };
}

function stateOf(block: ReportBlock): BlockState {
  switch (block.status) {
    case 'rejected':
      return 'rejected';
    case 'stale':
      return 'stale';
    case 'missing':
      return block.requests.length > 0 ? 'requested' : 'open';
    case 'satisfied':
    case 'not-required':
      return 'fine';
  }
}

function rank(origin: Origin): number {
  return ORDER.indexOf(origin);
}

/** Whether anyone still has to do something about it. */
export function needsAction(block: BlockView): boolean {
  return block.state !== 'fine';
}

/** Lines that the block adds and removes. */
export function sizeOf(block: BlockView): { readonly added: number; readonly removed: number } {
  if (block.object !== undefined) return { added: 0, removed: 0 };
  return {
    added: Math.max(0, block.end - block.start + 1),
    removed: Math.max(0, block.beforeEnd - block.beforeStart + 1),
  };
}

/** What is risky about a block, the gravest first. */
export function risksOf(block: BlockView): Risk[] {
  const { added, removed } = sizeOf(block);
  const asked = block.hunks.filter((hunk) => hunk.status !== 'not-required');
  const risks: Risk[] = [];
  if (/^\.countersign\/(policy\.jsonc|allowed_signers|revoked_keys)$/.test(block.path)) risks.push({ kind: 'rules' });
  if (/^(\.github\/workflows\/|\.gitlab-ci|\.ci\/|Jenkinsfile|azure-pipelines)/.test(block.path)) {
    risks.push({ kind: 'pipeline' });
  }
  if (block.object !== undefined) risks.push({ kind: 'object', object: block.object });
  if (removed > added) risks.push({ kind: 'removes', lines: removed });
  if (block.origins.some((origin) => origin === 'unknown' || origin === 'external'))
    risks.push({ kind: 'unexplained' });
  if (added >= LARGE) risks.push({ kind: 'large', lines: added });
  if (asked.some(({ origin, evidence }) => origin !== 'unknown' && !isSeen(evidence))) risks.push({ kind: 'unseen' });
  return risks;
}

function isSeen(evidence: string): boolean {
  return evidence === 'observed' || evidence === 'reported';
}

/** Risky ones first: what was vetoed or changed, then more reasons, a stronger origin, a larger size, the path. */
export function byRisk(a: BlockView, b: BlockView): number {
  const size = (block: BlockView): number => sizeOf(block).added + sizeOf(block).removed;
  return (
    urgency(a) - urgency(b) ||
    risksOf(b).length - risksOf(a).length ||
    strongest(a) - strongest(b) ||
    size(b) - size(a) ||
    byPlace(a, b)
  );
}

function urgency(block: BlockView): number {
  return block.state === 'rejected' || block.state === 'stale' ? BLOCK_STATES.indexOf(block.state) : 2;
}

function strongest(block: BlockView): number {
  const [first] = block.origins;
  return first === undefined ? ORDER.length : rank(first);
}

/** In the order of paths and lines. */
export function byPlace(a: BlockView, b: BlockView): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1;
  return a.start - b.start || a.number - b.number;
}
