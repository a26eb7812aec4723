/** Line differences: what every region list must hold, against an independent implementation and against hostile input. */
import assert from 'node:assert/strict';
import { diffArrays } from 'diff';
import * as fc from 'fast-check';
import type { Region } from '../../src/core/model/change';
import { MAX_EDITS, diffLines } from '../../src/core/text/diff';

const few = fc.array(fc.constantFrom('a', 'b', 'c', '}', ''), { maxLength: 30 });
const many = fc.array(fc.string({ maxLength: 2 }), { maxLength: 60 });

function apply(before: readonly string[], after: readonly string[], regions: readonly Region[]): string[] {
  const result: string[] = [];
  let at = 0;
  for (const region of regions) {
    result.push(...before.slice(at, region.beforeStart));
    result.push(...after.slice(region.afterStart, region.afterStart + region.afterCount));
    at = region.beforeStart + region.beforeCount;
  }
  return [...result, ...before.slice(at)];
}

function edits(regions: readonly Region[]): number {
  return regions.reduce((sum, region) => sum + region.beforeCount + region.afterCount, 0);
}

describe('line differences, as properties', () => {
  for (const [name, lines] of [
    ['few different lines', few],
    ['many different lines', many],
  ] as const) {
    it(`put together with what is common they give the result: ${name}`, () => {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          assert.deepEqual(apply(before, after, diffLines(before, after)), after);
        }),
        { numRuns: 1000 },
      );
    });

    it(`regions are apart by a common line, none is empty: ${name}`, () => {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          let [beforeAt, afterAt] = [-1, -1];
          for (const { beforeStart, beforeCount, afterStart, afterCount } of diffLines(before, after)) {
            assert.ok(beforeCount + afterCount > 0);
            assert.ok(beforeStart > beforeAt && afterStart > afterAt);
            assert.equal(beforeStart - beforeAt, afterStart - afterAt);
            beforeAt = beforeStart + beforeCount;
            afterAt = afterStart + afterCount;
          }
        }),
        { numRuns: 1000 },
      );
    });

    it(`no difference is shorter, says the package diff: ${name}`, () => {
      fc.assert(
        fc.property(lines, lines, (before, after) => {
          const parts = diffArrays(before, after);
          const shortest = parts.reduce((sum, part) => sum + (part.added || part.removed ? part.count : 0), 0);
          assert.equal(edits(diffLines(before, after)), shortest);
        }),
        { numRuns: 1000 },
      );
    });
  }

  it('beyond the bound the middle is one region, the same on every machine', () => {
    fc.assert(
      fc.property(few, few, fc.nat({ max: 6 }), (before, after, bound) => {
        const regions = diffLines(before, after, bound);
        assert.deepEqual(apply(before, after, regions), after);
        assert.deepEqual(regions, diffLines([...before], [...after], bound));
        const free = diffLines(before, after);
        if (edits(free) <= bound) assert.deepEqual(regions, free);
      }),
      { numRuns: 500 },
    );
  });

  it('an appended function begins after the brace of the one before it, not at that brace', () => {
    const before = ['f() {', '  a', '}', '', 'last'];
    const after = ['f() {', '  a', '}', 'g() {', '  b', '}', '', 'last changed'];
    assert.deepEqual(diffLines(before, after), [
      { beforeStart: 3, beforeCount: 0, afterStart: 3, afterCount: 3 },
      { beforeStart: 4, beforeCount: 1, afterStart: 7, afterCount: 1 },
    ]);
  });

  it('hostile input ends in one region, not in a hang', function () {
    this.timeout(20_000);
    const order = fc.sample(fc.integer({ min: 0, max: 1 }), { numRuns: 20_000, seed: 7 });
    const lines = order.map((bit, index) => `${bit}${index % 3}`);
    const turned = [...lines].reverse();
    const regions = diffLines(lines, turned);
    assert.deepEqual(apply(lines, turned, regions), turned);
    assert.equal(regions.length, 1, `more than ${MAX_EDITS} edits lie between them`);
    assert.equal(regions[0]?.cutOff, true);
  });
});
