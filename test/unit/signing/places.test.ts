/** Where a subject is found, and where it may not be taken for found. */
import assert from 'node:assert/strict';
import { WHOLE_FILE_K, checkTextSubject, hashBudget, makeTextSubject } from '../../../src/core/signing/span';
import { inOrder, signedStretches } from '../../../src/core/signing/remainder';
import type { Region } from '../../../src/core/model/change';
import type { Subject, TextAnnotations } from '../../../src/core/model/span';
import { diffLines } from '../../../src/core/text/diff';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';
import { REPO, check, numbered, sign, signOne, verdict } from './change';

function regionOf(subject: Subject, before: string, after: string, options = {}): Region | string {
  const result = check(subject, before, after, options);
  return result.covered ? result.region : result.code;
}

const region = (beforeStart: number, beforeCount: number, afterStart: number, afterCount: number): Region => ({
  beforeStart,
  beforeCount,
  afterStart,
  afterCount,
});

describe('the region that a subject covers', () => {
  const before = numbered('line', 40);
  const after = before.replace('line 20\n', 'twenty\nand more\n');

  it('is where it stands now, on both sides', () => {
    const subject = signOne(before, after);
    assert.deepEqual(regionOf(subject, before, after), region(19, 1, 19, 2));
    const above = (text: string): string => `first\nsecond\n${text}`;
    assert.deepEqual(regionOf(subject, above(before), above(after)), region(21, 1, 21, 2));
    assert.deepEqual(regionOf(subject, before, above(after)), region(19, 1, 21, 2));
    const elsewhere = (text: string): string => text.replace('line 2\n', '').replace('line 30\n', 'thirty\n');
    assert.deepEqual(regionOf(subject, elsewhere(before), after), region(18, 1, 19, 2));
  });

  it('is nothing on the side where there is no file', () => {
    const added = { oldMode: '000000', newMode: '100644' } as const;
    const subject = signOne('', 'a\nb\n', added);
    assert.deepEqual(regionOf(subject, '', 'a\nb\n', added), region(0, 0, 0, 2));
    const marks = subject.annotations as TextAnnotations;
    const shifted = (pre: Partial<TextAnnotations['pre']>): Subject => ({
      ...subject,
      annotations: { ...marks, pre: { ...marks.pre, ...pre } },
    });
    for (const pre of [{ start: 1 }, { count: 1 }, { window: '0'.repeat(64) }])
      assert.equal(regionOf(shifted(pre), '', 'a\nb\n', added), 'no-match-before');
    assert.equal(regionOf(subject, 'x\n', 'a\nb\n'), 'no-match-before');
  });

  it('reaches to the ends of a file, and no place beyond', () => {
    for (const [from, to] of [
      ['a\nb\nc\n', 'x\nb\nc\n'],
      ['a\nb\nc\n', 'a\nb\nx\n'],
      ['a\n', ''],
      ['', 'a\n'],
      ['a\nb\nc', 'a\nb\nx'],
    ] as const) {
      const subject = signOne(from, to);
      assert.equal(verdict(subject, from, to), 'covered');
      assert.notEqual(verdict(subject, `${from}more\n`, `${to}more\n`), 'covered');
      assert.notEqual(verdict(subject, `more\n${from}`, `more\n${to}`), 'covered');
    }
  });

  it('needs the same region of the file on both sides', () => {
    assert.throws(
      () =>
        makeTextSubject(nodeHash, {
          repo: REPO,
          path: 'f',
          oldMode: '100644',
          newMode: '100644',
          beforeLines: ['a\n'],
          afterLines: ['b\n'],
          region: region(0, 1, 0, 2),
        }),
      /region 0\+2 does not lie in 1 lines/,
    );
    for (const wrong of [
      region(-1, 1, 0, 1),
      region(0, 0.5, 0, 1),
      region(0, 1, 0, -1),
      region(1, 1, 0, 1),
      region(0, 1, Number.NaN, 1),
    ])
      assert.throws(
        () =>
          makeTextSubject(nodeHash, {
            repo: REPO,
            path: 'f',
            oldMode: '100644',
            newMode: '100644',
            beforeLines: ['a\n'],
            afterLines: ['b\n'],
            region: wrong,
          }),
        RangeError,
      );
  });
});

describe('a place that the difference does not align', () => {
  it('is none for a large insertion either, though it weighs more than what lies between', () => {
    const place = (mark: string): string => `${mark}\nb\nc\nd\ne\nf\n`;
    const frame = (one: string, two: string): string =>
      `${numbered('head', 9)}${one}${numbered('middle', 9)}${two}${numbered('tail', 9)}`;
    const base = frame(place('a'), place('n'));
    const wipe = (text: string): string => text.replace('c\n', `c\n${numbered('wipe', 60)}`);
    const [, insertion] = sign(base, frame(wipe(place('n')), place('n')));
    assert.ok(insertion !== undefined);
    assert.equal(verdict(insertion, base, frame(wipe(place('n')), place('n'))), 'covered');
    assert.equal(verdict(insertion, base, frame(place('n'), wipe(place('n')))), 'displaced');
  });

  it('is one all the same when a difference through it is as short', () => {
    const start = numbered('line', 9) + '{\n  a();\n}\n{\n  c();\n}\n' + numbered('end', 9);
    const result = start.replace('}\n{\n', '}\n{\n  b();\n}\n{\n');
    const [beforeLines, afterLines] = [rawLines(start), rawLines(result)];
    assert.deepEqual(diffLines(beforeLines, afterLines), [region(13, 0, 13, 3)]);
    for (const at of [12, 13]) {
      const subject = makeTextSubject(nodeHash, {
        repo: REPO,
        path: 'src/pay.ts',
        oldMode: '100644',
        newMode: '100644',
        beforeLines,
        afterLines,
        region: region(at, 0, at, 3),
      });
      assert.deepEqual(regionOf(subject, start, result), region(at, 0, at, 3));
    }
  });

  it('is not looked into beyond what may be spent on a file', () => {
    const start = numbered('line', 9) + '{\n  a();\n}\n{\n  c();\n}\n' + numbered('end', 9);
    const result = start.replace('}\n{\n', '}\n{\n  b();\n}\n{\n');
    const [beforeLines, afterLines] = [rawLines(start), rawLines(result)];
    const subject = makeTextSubject(nodeHash, {
      repo: REPO,
      path: 'f',
      oldMode: '100644',
      newMode: '100644',
      beforeLines,
      afterLines,
      region: region(12, 0, 12, 3),
    });
    const file = { repo: REPO, oldMode: '100644', newMode: '100644', beforeLines, afterLines, hints: [] } as const;
    const least = (): number => {
      for (let bytes = 0; ; bytes++)
        if (checkTextSubject(nodeHash, subject, file, hashBudget(bytes)).covered) return bytes;
    };
    const enough = least();
    assert.ok(enough > 0 && enough < 2000, String(enough));
    assert.deepEqual(checkTextSubject(nodeHash, subject, file, hashBudget(enough - 1)), {
      covered: false,
      code: 'too-costly',
    });
  });
});

describe('a window', () => {
  it('of the file’s start stands at its own place only, whatever is above', () => {
    const before = numbered('line', 20);
    const subject = signOne(before, before.replace('line 2\n', 'two\n'));
    const more = (text: string): string => `new\n${text}`;
    assert.equal(verdict(subject, more(before), more(before.replace('line 2\n', 'two\n'))), 'no-match-before');
    const full = signOne(before, before.replace('line 4\n', 'four\n'));
    assert.equal(verdict(full, more(before), more(before.replace('line 4\n', 'four\n'))), 'covered');
  });

  it('grows until it is unique, to 64 lines, and then to the whole file', () => {
    const k = (same: number): number => {
      const text = `${'x\n'.repeat(200)}mark\n${'x\n'.repeat(same)}y\n${'x\n'.repeat(200)}`;
      const subject = signOne(text, text.replace('y\n', 'x\nx\n'));
      return (subject.annotations as TextAnnotations).k;
    };
    assert.deepEqual([k(3), k(10), k(63), k(64)], [4, 11, 64, WHOLE_FILE_K]);
  });
});

describe('what signed regions bring about', () => {
  const stretches = (
    before: string,
    after: string,
    covered: readonly Region[],
    cut?: readonly Region[],
  ): Region[][] => {
    const [b, a] = [rawLines(before), rawLines(after)];
    return signedStretches(b, a, cut ?? diffLines(b, a), covered);
  };
  const start = region(0, 0, 0, 0);

  it('are the stretches in which nothing else differs', () => {
    const [before, after] = ['a\nb\nc\nd\ne\nf\n', 'A\nb\nC\nd\nE\nf\ng\n'];
    const [a, c, e, g] = diffLines(rawLines(before), rawLines(after));
    assert.ok(a !== undefined && c !== undefined && e !== undefined && g !== undefined);
    const end = region(6, 0, 7, 0);
    assert.deepEqual(stretches(before, after, [a, c, e, g]), [[start, a, c, e, g, end]]);
    assert.deepEqual(stretches(before, after, []), [[start], [end]]);
    assert.deepEqual(stretches(before, after, [c]), [[start], [c], [end]]);
    assert.deepEqual(stretches(before, after, [c, e]), [[start], [c, e], [end]]);
    assert.deepEqual(stretches(before, after, [a, c, g]), [
      [start, a, c],
      [g, end],
    ]);
  });

  it('are equal in every line between, and in how many there are', () => {
    assert.deepEqual(stretches('a\nb\n', 'a\nb\n', []), [[start, region(2, 0, 2, 0)]]);
    for (const other of ['x\nb\n', 'a\nx\n', 'a\nb\nc\n', 'a\n', ''])
      assert.equal(stretches('a\nb\n', other, []).length, 2, JSON.stringify(other));
  });

  it('begin and end where the difference that is judged parts as well', () => {
    // Seven lines alike; an s was signed after the fifth, and one of the others came before it.
    const before = 'x\n'.repeat(7);
    const end = region(7, 0, 9, 0);
    const s = region(5, 0, 6, 1);
    assert.deepEqual(stretches(before, `${'x\n'.repeat(6)}s\nx\nx\n`, [s]), [[start], [end]]);
    // Judged at the place where it came, it is seen there.
    const seen = [region(0, 0, 0, 1), s];
    assert.deepEqual(stretches(before, `${'x\n'.repeat(6)}s\nx\nx\n`, [s], seen), [[start], [s, end]]);
    // The same upside down.
    const t = region(2, 0, 2, 1);
    const last = region(7, 0, 9, 0);
    const under = `x\nx\ns\n${'x\n'.repeat(6)}`;
    assert.deepEqual(stretches(before, under, [t], [region(1, 0, 1, 2)]), [[start], [last]]);
    assert.deepEqual(stretches(before, under, [t], [t, region(7, 0, 8, 1)]), [[start, t], [last]]);
  });

  it('lose only the signed regions at their ends that the difference cuts otherwise', () => {
    const [before, after] = ['abcdefghij', 'Abc1de2fg3hiJ'].map((letters) => letters.replace(/./g, '$&\n'));
    assert.ok(before !== undefined && after !== undefined);
    const [one, two, three] = [region(3, 0, 3, 1), region(5, 0, 6, 1), region(7, 0, 9, 1)];
    const [a, j, end] = [region(0, 1, 0, 1), region(9, 1, 12, 1), region(10, 0, 13, 0)];
    const left = (...cut: readonly Region[]): Region[] => {
      const [first, signed, last, ...others] = stretches(before, after, [one, two, three], [a, ...cut, j]);
      assert.deepEqual([first, last, others], [[start], [end], []]);
      return signed ?? [];
    };
    const [early, later, late] = [region(2, 0, 2, 1), region(6, 0, 7, 1), region(8, 0, 10, 1)];
    assert.deepEqual(left(one, two, three), [one, two, three]);
    assert.deepEqual(left(one, later, three), [one, two, three], 'within, it may be cut otherwise');
    assert.deepEqual(left(early, two, three), [two, three]);
    assert.deepEqual(left(one, two, late), [one, two]);
    assert.deepEqual(left(early, two, late), [two]);
    assert.deepEqual(left(early, later, late), []);
    assert.deepEqual(left(region(1, 0, 1, 3)), [], 'it begins nowhere');
  });

  it('counts, of regions that overlap or cross, the one that is earlier in the result', () => {
    const one = region(0, 2, 0, 2);
    const overlapping = region(1, 2, 1, 2);
    const behind = region(5, 1, 5, 1);
    assert.deepEqual(inOrder([behind, overlapping, one]), [one, behind]);
    assert.deepEqual(inOrder([region(5, 1, 0, 1), region(0, 1, 5, 1)]), [region(5, 1, 0, 1)]);
    assert.deepEqual(inOrder([region(2, 1, 1, 0), region(1, 1, 1, 0)]), [region(1, 1, 1, 0), region(2, 1, 1, 0)]);
    assert.deepEqual(inOrder([one, region(2, 0, 2, 1)]), [one, region(2, 0, 2, 1)]);
    const given = [behind, one];
    inOrder(given);
    assert.deepEqual(given, [behind, one]);
  });
});
