/** What the lists of the panel are made of. */
import assert from 'node:assert/strict';
import type { Report } from '../../../src/core/model/report';
import type { BlockView } from '../../../src/panel/blocks';
import { blockViews, byPlace, byRisk, needsAction, risksOf, sizeOf } from '../../../src/panel/blocks';
import { reportOf } from './report';
import type { Sketch } from './report';

function view(sketch: Sketch): BlockView {
  const [first] = blockViews(reportOf(sketch));
  assert.ok(first);
  return first;
}

function kinds(report: Report): string[][] {
  return blockViews(report).map((block) => risksOf(block).map((risk) => risk.kind));
}

describe('blocks for people', () => {
  it('have one state each: asked about is not the same as needed', () => {
    const report = reportOf(
      { status: 'missing' },
      { status: 'missing', requests: ['r1'] },
      { status: 'stale', requests: ['r1'] },
      { status: 'rejected' },
      { status: 'satisfied' },
      { status: 'not-required' },
    );
    const states = blockViews(report).map((block) => block.state);
    assert.deepEqual(states, ['open', 'requested', 'stale', 'rejected', 'fine', 'fine']);
    assert.deepEqual(
      blockViews(report).map((block) => needsAction(block)),
      [true, true, true, true, false, false],
    );
  });

  it('name the origins that a rule asks about, the strongest first, and its tool', () => {
    const block = view({
      hunks: [
        { origin: 'human', status: 'not-required', requires: null },
        { origin: 'paste' },
        { origin: 'ai', actor: { tool: 'claude-code' } },
        { origin: 'paste' },
      ],
    });
    assert.deepEqual(block.origins, ['ai', 'paste']);
    assert.equal(block.tool, 'claude-code');
  });

  it('name all origins when no rule asks', () => {
    const hunks = [{ origin: 'human', status: 'not-required', requires: null }] as const;
    assert.deepEqual(view({ status: 'not-required', hunks }).origins, ['human']);
  });

  it('keep their key when only their number changes, and lose it with their span', () => {
    const [first, second] = blockViews(reportOf({ path: 'a' }, { path: 'a' }));
    assert.notEqual(first?.key, second?.key);
    const report = reportOf({ path: 'a' });
    const [moved] = blockViews({ ...report, blocks: report.blocks.map((block) => ({ ...block, block: 7 })) });
    assert.equal(moved?.key, first?.key);
  });

  it('count the lines of both sides', () => {
    assert.deepEqual(sizeOf(view({ lines: [5, 9], before: [5, 6] })), { added: 5, removed: 2 });
    assert.deepEqual(sizeOf(view({ lines: [5, 4], before: [5, 7] })), { added: 0, removed: 3 });
    assert.deepEqual(sizeOf(view({ object: 'delete', lines: [0, 0] })), { added: 0, removed: 0 });
  });

  it('say what is risky, and nothing where nothing is', () => {
    assert.deepEqual(
      kinds(
        reportOf(
          { lines: [1, 3] },
          { lines: [5, 4], before: [5, 7] },
          { lines: [1, 60] },
          { hunks: [{ origin: 'unknown', evidence: 'none' }] },
          { hunks: [{ origin: 'human', evidence: 'declared' }] },
          { path: '.countersign/policy.jsonc' },
          { path: '.github/workflows/ci.yml' },
          { object: 'content', lines: [0, 0] },
        ),
      ),
      [[], ['removes'], ['large'], ['unexplained'], ['unseen'], ['rules'], ['pipeline'], ['object']],
    );
  });

  it('put vetoes and changed ones first, then the risky, then by origin', () => {
    const report = reportOf(
      { path: 'paste', hunks: [{ origin: 'paste' }] },
      { path: 'ai' },
      { path: 'removal', lines: [5, 4], before: [5, 9] },
      { path: 'stale', status: 'stale' },
      { path: 'rejected', status: 'rejected' },
    );
    const sorted = blockViews(report).toSorted(byRisk);
    assert.deepEqual(
      sorted.map((block) => block.path),
      ['rejected', 'stale', 'removal', 'ai', 'paste'],
    );
  });

  it('are listed by path and line', () => {
    const report = reportOf({ path: 'b' }, { path: 'a', lines: [20, 20] }, { path: 'a', lines: [3, 3] });
    const places = blockViews(report)
      .toSorted(byPlace)
      .map((block) => `${block.path}:${block.start}`);
    assert.deepEqual(places, ['a:3', 'a:20', 'b:1']);
  });
});
