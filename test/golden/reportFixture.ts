/** A report that holds one block of each kind, with hostile names among them. */
import type { Report, ReportBlock, ReportHunk, Requirement } from '../../src/core/model/report';
import type { Policy } from '../../src/core/policy/policy';
import { parsePolicy } from '../../src/core/policy/policy';
import { reportItems } from '../../src/core/verify/items';

const SENIOR: Requirement = { tier: 'approve', count: 1, level: 'senior', teams: [], presence: false };

export function fixturePolicy(): Policy {
  const parsed = parsePolicy(
    JSON.stringify({
      version: 1,
      repo: 'r',
      mode: 'enforce',
      targets: ['main'],
      levels: ['junior', 'senior'],
      others: 'junior',
      people: [
        { id: 'ana', emails: ['ana@example.com'], level: 'senior' },
        { id: 'bo', emails: ['bo@example.com'], level: 'junior' },
      ],
      rules: [],
    }),
  );
  if (!parsed.ok) throw new Error('the fixture is no policy');
  return parsed.value;
}

function block(number: number, path: string, lines: readonly [number, number], more: Partial<ReportBlock>): ReportBlock {
  const [afterStart, afterEnd] = lines;
  const place = { block: number, path, afterStart, afterEnd, beforeStart: 1, beforeEnd: 0 };
  return { ...place, span: String(number).repeat(64), status: 'not-required', requests: [], ...more };
}

function hunk(of: ReportBlock, more: Partial<ReportHunk>): ReportHunk {
  return {
    block: of.block,
    path: of.path,
    side: of.object === undefined ? 'added' : 'object',
    start: of.afterStart,
    end: of.afterEnd,
    origin: 'human',
    evidence: 'observed',
    author: 'bo@example.com',
    level: 'junior',
    rule: '',
    requires: null,
    signoffs: [],
    status: of.status,
    reason: 'no rule asks for a sign-off',
    next: '',
    ...more,
  };
}

export function verifyReportFixture(): Report {
  const blocks = [
    block(1, 'src/pay.ts', [40, 52], { status: 'missing' }),
    block(2, 'src/pay.ts', [70, 70], {}),
    block(3, 'src/refund.ts', [8, 12], { status: 'stale' }),
    block(4, 'src/refund.ts', [30, 34], { status: 'satisfied' }),
    block(5, 'src/tax.ts', [9, 8], { status: 'rejected', beforeStart: 9, beforeEnd: 14 }),
    block(6, 'package-lock.json', [0, 0], { status: 'missing', object: 'content' }),
    block(7, 'lib/new.ts', [0, 0], { object: 'rename', from: 'lib/old.ts' }),
    block(8, 'evil\u001b[2J\n::error::x,y:%.ts', [1, 2], { status: 'missing' }),
    block(9, 'src/own.ts', [1, 3], { status: 'missing' }),
  ];
  const at = (number: number): ReportBlock => blocks[number - 1] ?? block(0, '', [0, 0], {});
  const ai = { rule: 'ai-needs-a-senior', requires: SENIOR, origin: 'ai' as const };
  const ask = { reason: 'rule ai-needs-a-senior asks for a sign-off by senior or above', next: 'countersign request --to ana' };
  const claude = { evidence: 'reported' as const, actor: { tool: 'Claude Code', model: 'm-1' } };
  const id = 'ab12cd34ef56'.padEnd(64, '0');
  const hunks = [
    hunk(at(1), { ...ai, ...claude, ...ask, start: 40, end: 50 }),
    hunk(at(1), { ...ai, ...ask, start: 51, end: 52, origin: 'paste' }),
    hunk(at(2), { origin: 'paste', from: ['documentation'] }),
    hunk(at(3), {
      ...ai,
      ...ask,
      reason: 'sign-off ab12cd34ef56 by ana went stale: what was signed has changed since',
      signoffs: [{ id, reviewer: 'ana', counts: false, code: 'stale', reason: 'what was signed has changed since' }],
    }),
    hunk(at(4), {
      ...ai,
      reason: 'signed off by ana',
      signoffs: [{ id, reviewer: 'ana', counts: true, code: 'counts', reason: 'valid' }],
    }),
    hunk(at(5), {
      ...ai,
      side: 'removed',
      whose: ['mixed', 'human'],
      start: 9,
      end: 14,
      reason: 'rejected by ana: no tax-free staff',
      next: 'settle the rejection, then: countersign withdraw',
    }),
    hunk(at(6), { ...ai, ...ask, origin: 'unknown', evidence: 'none', rule: 'unexplained-needs-a-senior' }),
    hunk(at(7), {}),
    hunk(at(8), {
      ...ai,
      ...ask,
      author: 'eve\u202e@example.com',
      actor: { tool: '##[error]tool\u200b' },
    }),
    hunk(at(9), {
      ...ai,
      ...ask,
      signoffs: [{ id, reviewer: 'bo@example.com', counts: false, code: 'own-lines', reason: 'it covers lines of their own' }],
    }),
  ];
  return {
    ok: false,
    base: 'b'.repeat(40),
    head: 'a'.repeat(40),
    ref: 'main',
    policy: { sha256: 'c'.repeat(64), mode: 'enforce' },
    summary: { blocks: 9, hunks: 10, lines: 40, byOrigin: { ai: 30, unknown: 1, human: 9 }, required: 7, satisfied: 1 },
    items: reportItems(blocks, hunks, undefined),
    blocks,
    hunks,
    problems: [],
  };
}
