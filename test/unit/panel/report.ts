/** Reports for tests, from a few words per block. */
import { reportItems } from '../../../src/core/verify/items';
import type { Origin } from '../../../src/core/model/origin';
import type { HunkStatus, Report, ReportBlock, ReportHunk, Requirement } from '../../../src/core/model/report';

export const SENIOR: Requirement = { tier: 'approve', count: 1, level: 'senior', teams: [], presence: false };

export interface Sketch {
  readonly path?: string;
  readonly lines?: readonly [number, number];
  readonly before?: readonly [number, number];
  readonly object?: string;
  readonly status?: HunkStatus;
  readonly requests?: readonly string[];
  readonly hunks?: readonly (Partial<ReportHunk> & { readonly origin: Origin })[];
}

export function reportOf(...sketches: readonly Sketch[]): Report {
  const blocks = sketches.map((sketch, index): ReportBlock => {
    const [afterStart, afterEnd] = sketch.lines ?? [1, 1];
    const [beforeStart, beforeEnd] = sketch.before ?? [1, 0];
    return {
      block: index + 1,
      path: sketch.path ?? 'src/a.ts',
      afterStart,
      afterEnd,
      beforeStart,
      beforeEnd,
      ...(sketch.object === undefined ? {} : { object: sketch.object }),
      span: `${index}`,
      status: sketch.status ?? 'missing',
      requests: sketch.requests ?? [],
    };
  });
  const hunks = sketches.flatMap((sketch, index): ReportHunk[] =>
    (sketch.hunks ?? [{ origin: 'ai' }]).map((hunk) => ({
      block: index + 1,
      path: sketch.path ?? 'src/a.ts',
      side: 'added',
      start: sketch.lines?.[0] ?? 1,
      end: sketch.lines?.[1] ?? 1,
      evidence: 'observed',
      author: 'bo@example.com',
      level: 'junior',
      rule: 'ai-needs-a-senior',
      requires: SENIOR,
      signoffs: [],
      status: sketch.status ?? 'missing',
      reason: '',
      next: '',
      ...hunk,
    })),
  );
  return {
    ok: false,
    base: 'b',
    head: 'h',
    ref: 'main',
    policy: { sha256: '', mode: 'enforce' },
    summary: { blocks: blocks.length, hunks: hunks.length, lines: 0, byOrigin: {}, required: 0, satisfied: 0 },
    items: reportItems(blocks, hunks, undefined),
    blocks,
    hunks,
    problems: [],
  };
}
