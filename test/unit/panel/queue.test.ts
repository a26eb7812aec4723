/** What waits for one reviewer. */
import assert from 'node:assert/strict';
import type { NamedRequest } from '../../../src/core/model/signoff';
import type { Reviewer } from '../../../src/panel/queue';
import { blocksOf, queueOf } from '../../../src/panel/queue';
import { reportOf } from './report';

const ANA: Reviewer = { id: 'ana', emails: new Set(['ana@example.com', 'ana@home.example']), meets: () => true };
const CY: Reviewer = { id: 'cy', emails: new Set(['cy@example.com']), meets: () => false };

function request(id: string, to: readonly string[], author = 'bo@example.com'): NamedRequest {
  const observed = { base: 'b', head: 'h' };
  return {
    id,
    path: id,
    request: { type: 'countersign/request', v: 1, repo: 'r', author, to, note: '', observed, subject: [] },
  };
}

describe('the review queue', () => {
  const report = reportOf(
    { path: 'a', requests: ['r1'] },
    { path: 'b', requests: ['r1', 'r2'] },
    { path: 'c', requests: ['r1'], status: 'satisfied' },
    { path: 'd' },
  );
  const paths = (requests: readonly NamedRequest[], reviewer: Reviewer): string[][] =>
    queueOf(report, requests, reviewer).map((entry) => entry.blocks.map((block) => block.path));

  it('holds the undecided blocks of requests addressed to me, by id or any of my addresses', () => {
    assert.deepEqual(paths([request('r1', ['ana'])], ANA), [['a', 'b']]);
    assert.deepEqual(paths([request('r1', ['ana@home.example'])], ANA), [['a', 'b']]);
    assert.deepEqual(paths([request('r1', ['ANA@example.com'])], ANA), [['a', 'b']]);
  });

  it('holds requests to anyone only for those whose level is enough', () => {
    assert.deepEqual(paths([request('r2', [])], ANA), [['b']]);
    assert.deepEqual(paths([request('r2', [])], CY), []);
  });

  it('leaves out requests to others, and my own', () => {
    assert.deepEqual(paths([request('r1', ['dee'])], ANA), []);
    assert.deepEqual(paths([request('r1', [], 'ana@home.example')], ANA), []);
  });

  it('leaves out what I signed while it waits for a second person, or for another rule', () => {
    const by = { id: 's', reviewer: 'ana@example.com', reason: '' };
    const other = { ...by, counts: false, code: 'level', countsFor: 'r2' } as const;
    const waiting = reportOf({ requests: ['r1'], hunks: [{ origin: 'ai', signoffs: [other] }] });
    assert.deepEqual(queueOf(waiting, [request('r1', ['ana', 'dee'])], { ...ANA, meets: () => false }), []);
    assert.equal(queueOf(waiting, [request('r1', ['ana', 'dee'])], ANA).length, 1);
    const counted = { ...by, counts: true, code: 'counts' } as const;
    const signed = reportOf({ requests: ['r1'], hunks: [{ origin: 'ai', signoffs: [counted] }] });
    assert.deepEqual(queueOf(signed, [request('r1', ['ana', 'dee'])], ANA), []);
    const dee: Reviewer = { id: 'dee', emails: new Set(), meets: () => true };
    assert.equal(queueOf(signed, [request('r1', ['ana', 'dee'])], dee).length, 1);
  });

  it('counts a block that two requests name once', () => {
    const entries = queueOf(report, [request('r1', ['ana']), request('r2', ['ana'])], ANA);
    assert.equal(entries.length, 2);
    assert.deepEqual(
      blocksOf(entries).map((block) => block.path),
      ['a', 'b'],
    );
  });
});
