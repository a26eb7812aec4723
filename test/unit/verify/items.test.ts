/** What a report lists as one thing. */
import assert from 'node:assert/strict';
import type { ReportBlock, ReportHunk, ReportItem } from '../../../src/core/model/report';
import { reportItems } from '../../../src/core/verify/items';

type Made = { readonly block: ReportBlock; readonly hunk: ReportHunk };

function made(number: number, path: string, from?: string, more: Partial<ReportHunk> = {}): Made {
  const status = more.status ?? 'missing';
  const lines = { afterStart: 0, afterEnd: 0, beforeStart: 0, beforeEnd: 0 };
  const renamed = from === undefined ? {} : { from, object: 'rename' };
  const block = { block: number, path, ...renamed, ...lines, span: `${number}`, status, requests: [] };
  const hunk: ReportHunk = {
    block: number,
    path,
    side: 'object',
    start: 0,
    end: 0,
    origin: 'unknown',
    evidence: 'none',
    author: 'bo@example.com',
    level: 'junior',
    rule: 'moves',
    requires: null,
    signoffs: [],
    status,
    reason: 'rule moves asks for one',
    next: 'ask',
    ...more,
  };
  return { block, hunk };
}

function itemsOf(all: readonly Made[], restored?: Parameters<typeof reportItems>[2]): ReportItem[] {
  return reportItems(
    all.map(({ block }) => block),
    all.map(({ hunk }) => hunk),
    restored,
  );
}

describe('items of a report', () => {
  it('a folder is one as long as its files keep their names below it, in the order of its first', () => {
    const items = itemsOf([
      made(1, 'readme'),
      made(2, 'new/deep/a.js', 'old/deep/a.js'),
      made(3, 'other/x.js', 'old/x.js'),
      made(4, 'new/b/c.js', 'old/b/c.js'),
      made(5, 'other/y.js', 'old/y.js'),
      made(6, 'new/z.js', 'old/z.js'),
    ]);
    assert.deepEqual(items, [
      { kind: 'block', blocks: [1], status: 'missing' },
      { kind: 'folder', from: 'old', to: 'new', blocks: [2, 4, 6], status: 'missing' },
      { kind: 'folder', from: 'old', to: 'other', blocks: [3, 5], status: 'missing' },
    ]);
  });

  it('what is below both folders belongs to neither name', () => {
    const both = itemsOf([made(1, 'b/lib/x/1.js', 'a/lib/x/1.js'), made(2, 'b/lib/2.js', 'a/lib/2.js')]);
    assert.deepEqual(both, [{ kind: 'folder', from: 'a', to: 'b', blocks: [1, 2], status: 'missing' }]);
    const deeper = itemsOf([made(1, 'lib/a/1.js', 'lib/b/1.js'), made(2, 'lib/a/2.js', 'lib/b/2.js')]);
    assert.deepEqual(deeper, [{ kind: 'folder', from: 'lib/b', to: 'lib/a', blocks: [1, 2], status: 'missing' }]);
    const upwards = itemsOf([made(1, 'lib/1.js', 'src/lib/1.js'), made(2, 'lib/2.js', 'src/lib/2.js')]);
    assert.deepEqual(upwards, [{ kind: 'folder', from: 'src/lib', to: 'lib', blocks: [1, 2], status: 'missing' }]);
  });

  it('a file of another name, one that left all folders, a single file, and what is no rename stand by themselves', () => {
    const kinds = itemsOf([
      made(1, 'new/a.js', 'old/b.js'),
      made(2, 'new/c.js', 'old/d.js'),
      made(3, 'e.js', 'old/e.js'),
      made(4, 'f.js', 'old/f.js'),
      made(5, 'lone/g.js', 'old/g.js'),
      { ...made(6, 'new/h.js'), block: { ...made(6, 'new/h.js').block, from: 'old/h.js' } },
      { ...made(7, 'new/i.js'), block: { ...made(7, 'new/i.js').block, object: 'rename' } },
    ]).map(({ kind, blocks }) => [kind, ...blocks]);
    assert.deepEqual(
      kinds,
      [1, 2, 3, 4, 5, 6, 7].map((number) => ['block', number]),
    );
  });

  it('files of one folder of which something else is said stand apart', () => {
    const signoff = { id: 's1', reviewer: 'ana', counts: true, code: 'counts', reason: '' };
    const others: Partial<ReportHunk>[] = [
      { status: 'satisfied' },
      { rule: 'other' },
      { author: 'cy@example.com' },
      { reason: 'another' },
      { next: 'another' },
      { signoffs: [signoff] },
    ];
    for (const other of others) {
      const items = itemsOf([
        made(1, 'new/a.js', 'old/a.js'),
        made(2, 'new/b.js', 'old/b.js', other),
        made(3, 'new/c.js', 'old/c.js'),
        made(4, 'new/d.js', 'old/d.js', other),
      ]);
      assert.deepEqual(
        items.map(({ blocks }) => blocks),
        [
          [1, 3],
          [2, 4],
        ],
        JSON.stringify(other),
      );
    }
    const twice = [{ signoffs: [signoff] }, { signoffs: [{ ...signoff, id: 's2' }] }].map((other, index) =>
      made(index + 1, `new/${index}.js`, `old/${index}.js`, other),
    );
    assert.equal(itemsOf(twice).length, 2, 'signed by two sign-offs');
  });

  it('a restored state holds all blocks, renames too, and the worst is said of it', () => {
    const state = { commit: 'c'.repeat(40), date: '2026-11-22' };
    const all = [
      made(1, 'a', undefined, { status: 'satisfied' }),
      made(2, 'new/b.js', 'old/b.js', { status: 'stale' }),
      made(3, 'new/c.js', 'old/c.js', { status: 'missing' }),
    ];
    assert.deepEqual(itemsOf(all, state), [{ kind: 'restored', ...state, blocks: [1, 2, 3], status: 'stale' }]);
    assert.deepEqual(itemsOf([], state), []);
  });

  it('the worst is a rejection, then what went stale, then what is missing, then what is signed', () => {
    const order = ['rejected', 'stale', 'missing', 'satisfied', 'not-required'] as const;
    const state = { commit: 'c'.repeat(40), date: '2026-11-22' };
    for (const [index, worst] of order.entries()) {
      const all = order.slice(index).map((status, at) => made(at + 1, `${at}`, undefined, { status }));
      for (const each of [all, all.toReversed()]) assert.equal(itemsOf(each, state)[0]?.status, worst);
    }
  });
});
