/** Where a signed region may stand: on both sides at places that the difference makes counterparts, within bounds. */
import assert from 'node:assert/strict';
import type { Region } from '../../../src/core/model/change';
import { checkTextSubject, isTextAnnotations, makeTextSubject } from '../../../src/core/signing/span';
import { DEFAULT_BUDGET_BYTES, corresponds } from '../../../src/core/signing/spanCheck';
import type { SpanCheck } from '../../../src/core/signing/span';
import { diffLines } from '../../../src/core/text/diff';
import { nodeHash } from '../../../src/node/hash';

const FILE = { repo: 'r', path: 'a.ts', oldMode: '100644', newMode: '100644' } as const;

function numbered(count: number, name = 'line'): string[] {
  return Array.from({ length: count }, (_, index) => `${name} ${index}\n`);
}

interface Trial {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly hints: readonly Region[];
}

/** Signs this region and checks it within this many bytes of work. */
function checked({ before, after, hints }: Trial, region: Region, remaining = 1_000_000): SpanCheck {
  const subject = makeTextSubject(nodeHash, { ...FILE, beforeLines: before, afterLines: after, region });
  // Fresh arrays: nothing is known of them yet.
  const [beforeLines, afterLines] = [[...before], [...after]];
  return checkTextSubject(nodeHash, subject, { ...FILE, beforeLines, afterLines, hints }, { remaining });
}

/** `before+count after+count`. */
function region(beforeStart: number, beforeCount: number, afterStart: number, afterCount: number): Region {
  return { beforeStart, beforeCount, afterStart, afterCount };
}

describe('places that correspond', () => {
  // Lines 10 and 11 became five, so that all below moved by three; further down so much changed that nobody tries
  // another cut of it within the bounds below.
  const before = [...numbered(100), ...numbered(900, 'old'), ...numbered(50, 'end')];
  const after = [...before.slice(0, 10), ...numbered(5, 'five'), ...before.slice(12, 100), ...numbered(900, 'new')];
  after.push(...numbered(50, 'end'));
  const trial = { before, after, hints: [region(10, 2, 10, 5), region(100, 900, 103, 900)] };
  const isAligned = (of: Region): boolean => {
    const { covered, ...more } = checked(trial, of, 100_000);
    if (!covered) assert.deepEqual(more, { code: 'too-costly' });
    return covered;
  };

  it('before, in, at the ends of, and behind what changed, and no others', () => {
    const together: (readonly [number, number])[] = [];
    for (let here = 4; here <= 18; here++) {
      for (let there = 4; there <= 21; there++) if (isAligned(region(here, 0, there, 0))) together.push([here, there]);
    }
    const expected: (readonly [number, number])[] = [4, 5, 6, 7, 8, 9].map((line) => [line, line]);
    for (const line of [10, 11, 12]) for (const other of [10, 11, 12, 13, 14, 15]) expected.push([line, other]);
    for (const line of [13, 14, 15, 16, 17, 18]) expected.push([line, line + 3]);
    assert.deepEqual(together, expected);
  });

  it('by one end, whichever it is', () => {
    assert.equal(isAligned(region(10, 2, 10, 5)), true);
    assert.equal(isAligned(region(9, 1, 10, 0)), true, 'by its end alone');
    assert.equal(isAligned(region(9, 1, 10, 3)), true, 'by its end alone');
    assert.equal(isAligned(region(12, 3, 10, 1)), true, 'by its start alone');
    assert.equal(isAligned(region(8, 1, 10, 3)), false);
    assert.equal(isAligned(region(20, 4, 20, 4)), false);
  });
});

describe('a block that was moved', () => {
  const before = numbered(30);
  const block = ['if (unsure)\n', '  return;\n', 'again;\n'];
  const after = [...before.slice(0, 20), ...block, ...before.slice(20)];
  const trial = { before, after, hints: [region(20, 0, 20, 3)] };

  it('is displaced, in either direction', () => {
    assert.equal(checked(trial, region(20, 0, 20, 3)).covered, true);
    assert.deepEqual(checked(trial, region(10, 0, 20, 3)), { covered: false, code: 'displaced' });
    assert.deepEqual(checked(trial, region(25, 0, 20, 3)), { covered: false, code: 'displaced' });
  });

  it('is found where it stands now, were it at the first place that all of its context fits', () => {
    const subject = makeTextSubject(nodeHash, {
      ...FILE,
      beforeLines: before,
      afterLines: after,
      region: region(20, 0, 20, 3),
    });
    for (const gone of [1, 10, 16, 17]) {
      const lines = { beforeLines: before.slice(gone), afterLines: after.slice(gone) };
      for (const hints of [
        [region(20 - gone, 0, 20 - gone, 3)],
        [region(0, 1, 0, 1), region(20 - gone, 0, 20 - gone, 3)],
      ]) {
        const found = checkTextSubject(nodeHash, subject, { ...FILE, ...lines, hints }, { remaining: 1_000_000 });
        assert.deepEqual(found, { covered: true, region: region(20 - gone, 0, 20 - gone, 3) }, `${gone} lines less`);
      }
    }
    const cut = { beforeLines: before.slice(18), afterLines: after.slice(18) };
    const missed = checkTextSubject(
      nodeHash,
      subject,
      { ...FILE, ...cut, hints: [region(2, 0, 2, 3)] },
      { remaining: 1_000_000 },
    );
    assert.equal(missed.covered, false, 'a line of its context is gone');
  });
});

describe('a cut beside so much that no shortest difference was looked for', () => {
  const [one, two] = [numbered(1100, 'one'), numbered(1100, 'two')];
  const before = [...numbered(10), ...one, ...two];
  const after = [...numbered(10), ...two, ...one];

  it('is not weighed against what was not looked for', () => {
    const trial = { before, after, hints: diffLines(before, after) };
    assert.deepEqual(trial.hints, [{ ...region(10, 2200, 10, 2200), cutOff: true }]);
    const found = checked(trial, region(5, 0, 6, 0), DEFAULT_BUDGET_BYTES);
    assert.deepEqual(found, { covered: false, code: 'displaced' });
  });

  it('corresponds to its counterpart at the two ends of what was cut off, and behind it', () => {
    const cut = [{ ...region(10, 20, 10, 30), cutOff: true as const }];
    const pairs: (readonly [number, number])[] = [];
    for (let here = 8; here <= 32; here++) {
      for (let there = 8; there <= 42; there++) if (corresponds(cut, here, there)) pairs.push([here, there]);
    }
    assert.deepEqual(pairs, [
      [8, 8],
      [9, 9],
      [10, 10],
      [30, 40],
      [31, 41],
      [32, 42],
    ]);
  });

  it('stands nowhere within what was cut off, and as a whole where that stands', () => {
    // The line that was signed among its neighbours is moved with them, from one function into another.
    const context = ['load();\n', 'parse();\n', 'log();\n', 'done();\n', 'flush();\n', 'end();\n'];
    const line = 'return true;\n';
    const signedContext = [...context.slice(0, 3), line, ...context.slice(3)];
    const other = ['isAdmin() {\n', '  audit();\n'];
    const rows = numbered(1500, 'row');
    const base = ['test() {\n', ...context, '}\n', ...numbered(30, 'helper'), ...other, '}\n', ...rows];
    const moved = ['test() {\n', '}\n', ...numbered(30, 'helper'), ...other, ...signedContext, '}\n'];
    for (const [tail, isCutOff] of [
      [rows, false],
      [rows.toReversed(), true],
    ] as const) {
      const trial = { before: base, after: [...moved, ...tail], hints: diffLines(base, [...moved, ...tail]) };
      assert.equal(
        trial.hints.some(({ cutOff }) => cutOff),
        isCutOff,
      );
      const at = base.indexOf('done();\n');
      const found = checked(trial, region(at, 0, trial.after.indexOf(line), 1), DEFAULT_BUDGET_BYTES);
      assert.deepEqual(found, { covered: false, code: 'displaced' });
      const [whole] = trial.hints.slice(-1);
      assert.ok(whole !== undefined);
      assert.deepEqual(checked(trial, whole, DEFAULT_BUDGET_BYTES).covered, true);
    }
  });
});

describe('the bounds of a check', () => {
  const before = numbered(40);
  const after = before.with(20, 'other\n');
  const trial = { before, after, hints: [region(20, 1, 20, 1)] };

  const least = (of: Trial, at: Region, low = 0, high = 10_000): number => {
    if (low === high) return low;
    const middle = (low + high) >> 1;
    return checked(of, at, middle).covered ? least(of, at, low, middle) : least(of, at, middle + 1, high);
  };

  it('are met exactly', () => {
    // 13 bytes of header, and 4 before each of the 7 lines of 8 or 6 bytes; made twice, once to find and once to bind.
    const side = (line: string): number => 13 + 6 * (4 + 8) + 4 + line.length;
    assert.equal(least(trial, region(20, 1, 20, 1)), 2 * (side('line 20\n') + side('other\n')));
    assert.deepEqual(checked(trial, region(20, 1, 20, 1), 0), { covered: false, code: 'too-costly', side: 'before' });
  });

  it('count what another cut costs: each line as much as it takes to hash it, and the edits that are tried', () => {
    const [one, two, end] = [numbered(4, 'one'), numbered(4, 'two'), numbered(10, 'end')];
    const [earlier, later] = [
      [...numbered(10), ...one, ...two, ...end],
      [...numbered(10), ...two, ...one, ...end],
    ];
    const swapped = { before: earlier, after: later, hints: diffLines(earlier, later) };
    assert.deepEqual(swapped.hints, [region(10, 4, 10, 0), region(18, 0, 14, 4)]);
    // In the middle of what the difference takes for moved: it is as short with the other half moved.
    const windows = 13 + 6 * 4 + 7 + 5 * 6 + 13 + 6 * 4 + 6 * 6;
    assert.equal(least(swapped, region(12, 0, 16, 0)), 2 * windows + 8 * 8 + 16 * 56);
  });

  it('are sizes of context up to 64, and then the whole file', () => {
    const same = (count: number): string[] => Array.from({ length: count }, () => 'same\n');
    const surroundings = (size: number): readonly [string[], number] => {
      const twin = (name: string): string[] => [`${name}\n`, ...same(size - 1), 'guard();\n', ...same(size - 1)];
      const lines = [...numbered(70), ...twin('first'), ...twin('second'), ...numbered(70, 'end')];
      return [lines, 70 + size];
    };
    for (const [size, expected] of [
      [4, 4],
      [63, 63],
      [64, 64],
      [65, 4294967295],
    ] as const) {
      const [beforeLines, place] = surroundings(size);
      const afterLines = beforeLines.with(place, 'changed();\n');
      const change = { ...FILE, beforeLines, afterLines };
      const subject = makeTextSubject(nodeHash, { ...change, region: region(place, 1, place, 1) });
      assert.ok(isTextAnnotations(subject.annotations));
      assert.equal(subject.annotations.k, expected);
      const hints = [region(place, 1, place, 1)];
      assert.equal(checkTextSubject(nodeHash, subject, { ...change, hints }, { remaining: 1_000_000 }).covered, true);
    }
  });

  it('are digests of 64 hex digits and nothing around them', () => {
    const change = { ...FILE, beforeLines: before, afterLines: after };
    const subject = makeTextSubject(nodeHash, { ...change, region: region(20, 1, 20, 1) });
    const { annotations } = subject;
    assert.ok(isTextAnnotations(annotations));
    const { post } = annotations;
    for (const window of [`${post.window}0`, `0${post.window}`, post.window.slice(1), post.window.toUpperCase()]) {
      const other = { ...subject, annotations: { ...annotations, post: { ...post, window } } };
      const found = checkTextSubject(nodeHash, other, { ...change, hints: trial.hints }, { remaining: 1_000_000 });
      assert.deepEqual(found, { covered: false, code: 'annotations' });
    }
  });
});
