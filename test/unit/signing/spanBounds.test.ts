import assert from 'node:assert/strict';
import type { ObjectAnnotations, Subject, TextAnnotations } from '../../../src/core/model/span';
import { longestRepeats } from '../../../src/core/signing/repeats';
import {
  checkObjectSubject,
  checkTextSubject,
  hashBudget,
  isTextAnnotations,
  makeObjectSubject,
  makeTextSubject,
} from '../../../src/core/signing/span';
import { diffLines } from '../../../src/core/text/diff';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';
import { numbered, PATH, REPO, signOne, verdict } from './change';

describe('untrusted subjects', () => {
  const before = numbered('line', 30);
  const after = before.replace('line 15\n', 'LINE 15\n');
  const subject = signOne(before, after);
  const marks = subject.annotations as TextAnnotations;
  const withMarks = (changed: Partial<TextAnnotations>): Subject => ({
    ...subject,
    annotations: { ...marks, ...changed },
  });

  it('with numbers out of range are refused', () => {
    for (const k of [0, 2, 65, 3.5, -1, Number.NaN, 4294967296])
      assert.equal(verdict(withMarks({ k }), before, after), 'annotations');
    for (const bad of [-1, 0.5, Number.NaN, Infinity, 4294967295]) {
      assert.equal(verdict(withMarks({ pre: { ...marks.pre, start: bad } }), before, after), 'annotations');
      assert.equal(verdict(withMarks({ post: { ...marks.post, count: bad } }), before, after), 'annotations');
    }
    assert.equal(
      verdict(withMarks({ pre: { ...marks.pre, window: marks.pre.window.toUpperCase() } }), before, after),
      'annotations',
    );
  });

  it('that point beyond the file are not found', () => {
    assert.equal(verdict(withMarks({ pre: { ...marks.pre, count: 4000000000 } }), before, after), 'no-match-before');
  });

  it('with a wrong start are found all the same', () => {
    assert.equal(
      verdict(
        withMarks({ pre: { ...marks.pre, start: 20 }, post: { ...marks.post, start: 4000000000 } }),
        before,
        after,
      ),
      'covered',
    );
  });

  it('with a larger region than the digest was made for are refused', () => {
    assert.notEqual(verdict(withMarks({ post: { ...marks.post, count: 2 } }), before, after), 'covered');
    assert.equal(verdict({ ...subject, digest: { sha256: '0'.repeat(64) } }, before, after), 'digest');
  });

  it('that would cost more hashing than the budget end in too-costly', () => {
    const [beforeLines, afterLines] = [rawLines(before), rawLines(after)];
    const file = {
      repo: REPO,
      oldMode: '100644',
      newMode: '100644',
      beforeLines,
      afterLines,
      hints: diffLines(beforeLines, afterLines),
    } as const;
    const missing = withMarks({ pre: { ...marks.pre, window: '0'.repeat(64) } });
    assert.deepEqual(checkTextSubject(nodeHash, missing, file, hashBudget(500)), {
      covered: false,
      code: 'too-costly',
      side: 'before',
    });
    assert.deepEqual(checkTextSubject(nodeHash, missing, file, hashBudget()), {
      covered: false,
      code: 'no-match-before',
      side: 'before',
    });
  });
});

describe('bounded work', () => {
  // A quadratic search would need minutes, and run out of the test's time.
  it('100,000 equal lines are signed and checked without quadratic cost', () => {
    const beforeLines = rawLines('a\n'.repeat(100_000));
    const afterLines = rawLines(`${'a\n'.repeat(50_000)}b\n${'a\n'.repeat(50_000)}`);
    for (let i = 0; i < 20; i++) {
      const at = 40_000 + i;
      const region = { beforeStart: at, beforeCount: 1, afterStart: at, afterCount: 1 };
      const input = {
        repo: REPO,
        path: PATH,
        oldMode: '100644',
        newMode: '100644',
        beforeLines,
        afterLines,
        region,
      } as const;
      const subject = makeTextSubject(nodeHash, input);
      const hints = [region];
      const result = checkTextSubject(nodeHash, subject, { ...input, hints }, hashBudget());
      assert.equal(result.covered, true);
    }
  });

  it('a thousand subjects of one file that has moved are checked by look-up', () => {
    const beforeLines = rawLines(numbered('line', 20_000));
    const change = (line: string, i: number): string => (i % 20 === 10 ? `new ${line}` : line);
    const afterLines = beforeLines.map(change);
    const subjects = diffLines(beforeLines, afterLines).map((region) =>
      makeTextSubject(nodeHash, {
        repo: REPO,
        path: PATH,
        oldMode: '100644',
        newMode: '100644',
        beforeLines,
        afterLines,
        region,
      }),
    );
    assert.equal(subjects.length, 1000);
    const [moved, movedAfter] = [
      ['top\n', ...beforeLines],
      ['top\n', ...afterLines],
    ];
    const file = {
      repo: REPO,
      oldMode: '100644',
      newMode: '100644',
      beforeLines: moved,
      afterLines: movedAfter,
      hints: diffLines(moved, movedAfter),
    } as const;
    const budget = hashBudget();
    assert.ok(subjects.every((subject) => checkTextSubject(nodeHash, subject, file, budget).covered));
  });
});

describe('longestRepeats', () => {
  it('agrees with a direct search', () => {
    for (const text of ['', 'a', 'aaaa', 'abab', 'banana', 'mississippi', 'abcabcabcx', 'aabbaabbaab']) {
      const expected = Array.from(text, (_, i) => {
        let length = 0;
        while (i + length < text.length && hasTwice(text, text.slice(i, i + length + 1))) length++;
        return length;
      });
      const symbols = Int32Array.from(text, (character) => character.charCodeAt(0) - 97);
      assert.deepEqual([...longestRepeats(symbols)], expected, text);
    }
  });

  function hasTwice(text: string, part: string): boolean {
    return text.indexOf(part) !== text.lastIndexOf(part);
  }
});

describe('object subjects', () => {
  const annotations: ObjectAnnotations = {
    object: 'content',
    oldMode: '100644',
    newMode: '100644',
    oldId: 'a'.repeat(40),
    newId: 'b'.repeat(40),
  };
  const subject = makeObjectSubject(nodeHash, { repo: REPO, path: 'logo.png', annotations });

  it('cover exactly the object they name', () => {
    assert.equal(isTextAnnotations(subject.annotations), false);
    assert.deepEqual(checkObjectSubject(nodeHash, subject, { repo: REPO, path: 'logo.png', annotations }), {
      covered: true,
    });
  });

  it('cover no other repository, path, kind, mode, id or old path', () => {
    const others = [
      { repo: 'other', path: 'logo.png', annotations },
      { repo: REPO, path: 'logo2.png', annotations },
      { repo: REPO, path: 'logo.png', annotations: { ...annotations, object: 'delete' as const } },
      { repo: REPO, path: 'logo.png', annotations: { ...annotations, newMode: '100755' } },
      { repo: REPO, path: 'logo.png', annotations: { ...annotations, newId: 'c'.repeat(40) } },
      { repo: REPO, path: 'logo.png', annotations: { ...annotations, oldId: 'c'.repeat(40) } },
      { repo: REPO, path: 'logo.png', annotations: { ...annotations, from: 'old.png' } },
    ];
    for (const actual of others)
      assert.equal(checkObjectSubject(nodeHash, subject, actual).covered, false, JSON.stringify(actual));
  });

  it('whose digest was not made for what they say are refused', () => {
    const forged: Subject = { ...subject, annotations: { ...annotations, newId: 'c'.repeat(40) } };
    const actual = { repo: REPO, path: 'logo.png', annotations: { ...annotations, newId: 'c'.repeat(40) } };
    assert.deepEqual(checkObjectSubject(nodeHash, forged, actual), { covered: false, code: 'digest' });
  });
});
