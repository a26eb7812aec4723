/** A place that the difference aligns otherwise counts where a difference through it is as short, and nowhere else. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Region } from '../../src/core/model/change';
import { checkTextSubject, hashBudget, makeTextSubject } from '../../src/core/signing/span';
import { corresponds } from '../../src/core/signing/spanCheck';
import { diffLines } from '../../src/core/text/diff';
import { nodeHash } from '../../src/node/hash';

const FILE = { repo: 'r', path: 'a.ts', oldMode: '100644', newMode: '100644' } as const;
// Few different lines: they can be aligned in many ways, and the way through a place is often much longer.
const lines = fc.array(fc.constantFrom('a\n', 'b\n', 'c\n', '}\n'), { minLength: 1, maxLength: 40 });
const edits = (regions: readonly Region[]): number =>
  regions.reduce((sum, { beforeCount, afterCount }) => sum + beforeCount + afterCount, 0);

describe('places that the difference aligns otherwise, as properties', () => {
  it('count exactly where both remainders, looked at as long as it takes, add up to no more', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(lines, lines, fc.nat(39), fc.nat(3), fc.nat(39), fc.nat(3), (before, after, at, gone, to, come) => {
        const region = {
          beforeStart: Math.min(at, before.length),
          beforeCount: Math.max(0, Math.min(gone, before.length - at)),
          afterStart: Math.min(to, after.length),
          afterCount: Math.max(0, Math.min(come, after.length - to)),
        };
        const hints = diffLines(before, after);
        if (hints.length === 0) return;
        const change = { ...FILE, beforeLines: before, afterLines: after };
        const subject = makeTextSubject(nodeHash, { ...change, region });
        const { beforeStart, beforeCount, afterStart, afterCount } = region;
        const isAligned =
          corresponds(hints, beforeStart, afterStart) ||
          corresponds(hints, beforeStart + beforeCount, afterStart + afterCount);
        const head = diffLines(before.slice(0, beforeStart), after.slice(0, afterStart), Infinity);
        const tail = diffLines(before.slice(beforeStart + beforeCount), after.slice(afterStart + afterCount), Infinity);
        const isFair = edits(head) + edits([region]) + edits(tail) <= edits(hints);
        const expected = isAligned || isFair ? { covered: true, region } : { covered: false, code: 'displaced' };
        assert.deepEqual(checkTextSubject(nodeHash, subject, { ...change, hints }, hashBudget()), expected);
        codes.add(isAligned ? 'aligned' : isFair ? 'fair' : 'displaced');
      }),
      { numRuns: 2000 },
    );
    assert.deepEqual([...codes].sort(), ['aligned', 'displaced', 'fair']);
  });
});
