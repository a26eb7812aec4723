/** Blocks that people look at as one. */
import assert from 'node:assert/strict';
import { reportItems } from '../../../src/core/verify/items';
import { blockViews } from '../../../src/panel/blocks';
import { inItems } from '../../../src/panel/items';
import { queueOf } from '../../../src/panel/queue';
import { reportOf } from './report';

const STATE = { commit: 'c'.repeat(40), date: '2026-11-22' };

function named(...args: Parameters<typeof inItems>): unknown[] {
  return inItems(...args).map((each) =>
    'item' in each ? [each.item.kind, ...each.blocks.map(({ path }) => path)] : each.path,
  );
}

describe('blocks in items', () => {
  const renamed = { object: 'rename', status: 'not-required' } as const;
  const report = reportOf({ path: 'a' }, { path: 'lib/b', ...renamed }, { path: 'm' }, { path: 'lib/c', ...renamed });
  const blocks = report.blocks.map((block) =>
    block.object === undefined ? block : { ...block, from: block.path.replace('lib', 'src') },
  );
  const folder = { ...report, blocks, items: reportItems(blocks, report.hunks, undefined) };

  it('a renamed folder stands where its first file stood; the others by themselves', () => {
    assert.deepEqual(named(folder, blockViews(folder)), ['a', ['folder', 'lib/b', 'lib/c'], 'm']);
  });

  it('an item holds what is listed of it, and a block that the report lacks stands by itself', () => {
    const [, , other, last] = blockViews(folder);
    assert.ok(other !== undefined && last !== undefined);
    assert.deepEqual(named(folder, [{ ...other, key: 'elsewhere' }, last]), ['m', ['folder', 'lib/c']]);
  });

  it('a restored state holds all, and the queue says so', () => {
    const restored = { ...report, items: reportItems(report.blocks, report.hunks, STATE) };
    assert.deepEqual(named(restored, blockViews(restored)), [['restored', 'a', 'lib/b', 'm', 'lib/c']]);
    const asked = reportOf({ path: 'a', requests: ['r'] });
    const observed = { base: 'b', head: 'h' };
    const request = { type: 'countersign/request', v: 1, repo: 'r', author: 'bo@example.com', note: '' } as const;
    const requests = [{ id: 'r', path: 'r', request: { ...request, to: ['ana'], observed, subject: [] } }];
    const ana = { id: 'ana', emails: new Set<string>(), meets: () => true };
    const queued = (items: typeof asked.items): unknown =>
      queueOf({ ...asked, items }, requests, ana).map((entry) => entry.restored?.commit);
    assert.deepEqual(queued(asked.items), [undefined]);
    assert.deepEqual(queued(reportItems(asked.blocks, asked.hunks, STATE)), [STATE.commit]);
  });
});
