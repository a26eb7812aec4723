import assert from 'node:assert/strict';
import { isTextAnnotations, makeTextSubject, WHOLE_FILE_K } from '../../../src/core/signing/span';
import type { Subject } from '../../../src/core/model/span';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';
import { check, numbered, REPO, PATH, sign, signOne, uncoveredAdded, verdict } from './change';

const HEAD = numbered('head', 10);
const TAIL = numbered('tail', 10);
const BASE = `${HEAD}function pay(order) {\n  check(order);\n  return send(order);\n}\n${TAIL}`;
const SIGNED = BASE.replace('  return send(order);\n', '  audit(order);\n  return send(order, key);\n');

function kOf(subject: Subject): number {
  assert.ok(isTextAnnotations(subject.annotations));
  return subject.annotations.k;
}

describe('a signed span stays valid', () => {
  const subject = signOne(BASE, SIGNED);

  it('on the pair it was made for, at the place it names', () => {
    const result = check(subject, BASE, SIGNED);
    assert.deepEqual(result, {
      covered: true,
      region: { beforeStart: 12, beforeCount: 1, afterStart: 12, afterCount: 2 },
    });
  });

  it('when base and result change far above (rebase, update-branch merge, squash)', () => {
    const result = check(subject, `new\n${BASE}`, `new\n${SIGNED}`);
    assert.deepEqual(result, {
      covered: true,
      region: { beforeStart: 13, beforeCount: 1, afterStart: 13, afterCount: 2 },
    });
  });

  it('when the base changes far below', () => {
    assert.equal(verdict(subject, `${BASE}more\n`, `${SIGNED}more\n`), 'covered');
  });

  it('when another block of the same change is added far away', () => {
    assert.equal(verdict(subject, BASE, `// new header\n${SIGNED}`), 'covered');
  });

  it('when a line is added right above its full context', () => {
    const context = 'head 10\n';
    assert.equal(
      verdict(subject, BASE.replace(context, `x\n${context}`), SIGNED.replace(context, `x\n${context}`)),
      'covered',
    );
  });

  it('when it is found neither at its start nor at a block of the same size, by sliding', () => {
    const pre = `new\n${BASE}`.replace('  check(order);\n', '  check(order);\n');
    // The neighbour right after the context changes too, and so the difference may be cut in other ways.
    assert.equal(verdict(subject, `new\nnew\n${pre}`, `new\nnew\nnew\n${SIGNED}`), 'covered');
  });

  it('for removed lines alone', () => {
    const removed = signOne(BASE, BASE.replace('  check(order);\n', ''));
    assert.equal(verdict(removed, `new\n${BASE}`, `new\n${BASE.replace('  check(order);\n', '')}`), 'covered');
    assert.equal(
      verdict(removed, BASE, BASE.replace('  check(order);\n', '').replace('pay(order)', 'pay(o)')),
      'no-match-after',
    );
    assert.equal(verdict(removed, BASE, BASE), 'no-match-after');
  });

  it('for a pure insertion, a new file and an emptied file', () => {
    const inserted = BASE.replace('  check(order);\n', '  check(order);\n  audit(order);\n');
    assert.equal(verdict(signOne(BASE, inserted), BASE, inserted), 'covered');
    const created = signOne('', SIGNED, { oldMode: '000000' });
    assert.equal(verdict(created, '', SIGNED, { oldMode: '000000' }), 'covered');
    assert.equal(verdict(created, '', `${SIGNED}more\n`, { oldMode: '000000' }), 'no-match-after');
    assert.equal(
      verdict(created, '', SIGNED, { oldMode: '100644' }),
      'no-match-before',
      'an empty file is not a missing one',
    );
    const emptied = signOne(BASE, '');
    assert.equal(verdict(emptied, BASE, ''), 'covered');
    assert.equal(verdict(emptied, BASE, 'x\n'), 'no-match-after');
  });

  it('whatever the exec bit, which is signed as an object of its own', () => {
    assert.equal(verdict(subject, BASE, SIGNED, { newMode: '100755' }), 'covered');
  });
});

describe('a signed span becomes invalid', () => {
  const subject = signOne(BASE, SIGNED);
  const rows: readonly (readonly [string, string, string])[] = [
    ['one byte of it changes', BASE, SIGNED.replace('send(order, key)', 'send(order, kex)')],
    ['a line is appended to it', BASE, SIGNED.replace('key);\n', 'key);\n  leak(order);\n')],
    ['a guard above it is deleted', BASE, SIGNED.replace('  check(order);\n', '')],
    ['its line ends become CRLF', BASE, SIGNED.replace('audit(order);\n', 'audit(order);\r\n')],
    ['it is indented', BASE, SIGNED.replace('  audit', '    audit')],
    [
      'the adjacent line is edited in the base',
      BASE.replace('check(order)', 'checkAll(order)'),
      SIGNED.replace('check(order)', 'checkAll(order)'),
    ],
    ['an evil merge edits the adjacent line', BASE, SIGNED.replace('}\ntail 1\n', '} // x\ntail 1\n')],
    ['it is duplicated', BASE, `${SIGNED}${SIGNED}`],
  ];
  for (const [name, before, after] of rows) {
    it(`when ${name}`, () => {
      assert.notEqual(verdict(subject, before, after), 'covered');
    });
  }

  it('in another repository, under another path, as another type', () => {
    assert.equal(verdict(subject, BASE, SIGNED, { repo: 'other' }), 'digest');
    assert.equal(verdict({ ...subject, name: 'src/other.ts' }, BASE, SIGNED), 'digest');
    assert.equal(verdict(subject, BASE, SIGNED, { newMode: '120000' }), 'digest');
  });

  it('while an unsigned edit elsewhere leaves it covered and is itself not', () => {
    const edited = SIGNED.replace('tail 9\n', 'tail nine\n');
    assert.equal(verdict(subject, BASE, edited), 'covered');
    assert.deepEqual(uncoveredAdded([subject], BASE, edited), ['tail nine\n']);
  });

  it('when its block at the end of the file gets a line after it', () => {
    const last = signOne(BASE, `${BASE}last\n`);
    assert.equal(verdict(last, BASE, `${BASE}last\n`), 'covered');
    assert.equal(verdict(last, BASE, `${BASE}last\nmore\n`), 'no-match-after');
    assert.equal(verdict(last, BASE, `${BASE}last`), 'no-match-after', 'the missing LF counts');
  });
});

describe('the three looser drafts', () => {
  // Two functions that differ only in their names, four lines above the place of the change.
  const twin = (name: string): string => `function ${name}() {\n  a();\n  b();\n  c();\n  d();\n  e();\n  f();\n}\n`;
  const spot = '  d();\n';
  const base = `${numbered('head', 20)}${twin('one')}${numbered('middle', 20)}${twin('two')}${numbered('tail', 20)}`;
  const insertInto = (which: 'one' | 'two'): string =>
    base.replace(twin(which), twin(which).replace(spot, `${spot}  wipe();\n`));
  const subject = signOne(base, insertInto('one'));

  /** Occurrences of the window with `k` lines of context around a region. */
  function occurrences(text: string, lines: readonly string[], start: number, count: number, k: number): number {
    return text.split(lines.slice(start - k, start + count + k).join('')).length - 1;
  }
  const lines = rawLines(base);
  const at = lines.indexOf(spot) + 1;

  it('uniqueness on the post side alone would let the block move to a twin function', () => {
    const result = rawLines(insertInto('one'));
    assert.equal(occurrences(insertInto('one'), result, at, 1, 3), 1, 'k = 3 is unique after the change');
    assert.equal(occurrences(base, lines, at, 0, 3), 2, 'but not before it');
    assert.equal(occurrences(insertInto('two'), result, at, 1, 3), 1, 'so the moved block would be found');
    assert.ok(kOf(subject) > 3);
    assert.equal(verdict(subject, base, insertInto('two')), 'no-match-after');
  });

  it('a different k per side would let it move too', () => {
    const k = kOf(subject);
    assert.equal(occurrences(base, lines, at, 0, k), 1, 'the pre-window is unique with the larger k');
    assert.equal(
      occurrences(insertInto('two'), rawLines(insertInto('one')), at, 1, 3),
      1,
      'the post-window with k = 3 matches the twin',
    );
    assert.ok(isTextAnnotations(subject.annotations));
    const loosened = signOne(base, insertInto('one'));
    assert.ok(isTextAnnotations(loosened.annotations));
    const forged: Subject = { ...loosened, annotations: { ...loosened.annotations, k: 3 } };
    assert.equal(verdict(forged, base, insertInto('one')), 'no-match-before', 'one k speaks for both sides');
  });

  it('context taken from the head alone would break at neighbouring blocks', () => {
    const after = base.replace('middle 5\n', 'MIDDLE 5\n').replace('middle 7\n', 'MIDDLE 7\n');
    const [first, second] = sign(base, after);
    assert.ok(first !== undefined && second !== undefined);
    const headContext = 'middle 4\nMIDDLE 5\nmiddle 6\nmiddle 7\n';
    assert.equal(base.includes(headContext), false, 'the base never held the context of the head');
    assert.equal(verdict(first, base, after), 'covered');
    assert.equal(verdict(second, base, after), 'covered');
  });

  it('the block duplicated into the twin leaves the copy uncovered', () => {
    const both = insertInto('one').replace(twin('two'), twin('two').replace(spot, `${spot}  wipe();\n`));
    assert.deepEqual(uncoveredAdded([subject], base, both), ['  wipe();\n']);
  });
});

describe('places that the difference does not align', () => {
  it('an insertion moved to a twin whose context a neighbouring block happens to produce is not covered', () => {
    // In the base the place is unique by its first line; in the result that line was changed (another signed block)
    // into the line that stands before the twin.
    const place = (mark: string): string => `${mark}\nb\nc\nd\ne\nf\n`;
    const frame = (one: string, two: string): string =>
      `${numbered('head', 9)}${one}${numbered('middle', 9)}${two}${numbered('tail', 9)}`;
    const base = frame(place('a'), place('n'));
    const wipe = (text: string): string => text.replace('c\n', 'c\nwipe\n');
    const signed = frame(wipe(place('n')), place('n'));
    const subjects = sign(base, signed);
    assert.equal(subjects.length, 2);
    assert.deepEqual(uncoveredAdded(subjects, base, signed), []);
    const moved = frame(place('n'), wipe(place('n')));
    assert.deepEqual(
      uncoveredAdded(subjects, base, moved),
      ['n\n', 'wipe\n'],
      'the neighbour lost its context as well',
    );
    const insertion = subjects[1];
    assert.ok(insertion !== undefined);
    assert.equal(verdict(insertion, base, moved), 'displaced');
  });
});

describe('k', () => {
  it('grows until both windows are unique, and ends in the whole file', () => {
    const same = 'x\n'.repeat(400);
    const near = `${'x\n'.repeat(10)}mark\n${'x\n'.repeat(400)}`;
    assert.equal(kOf(signOne(BASE, SIGNED)), 3);
    const grown = kOf(makeAt(near, 15));
    assert.equal(grown, 5, 'the mark five lines above comes into the window with k = 5');
    assert.equal(kOf(makeAt(same, 200)), WHOLE_FILE_K);
  });

  it('of the whole file binds every byte and the place', () => {
    const same = 'x\n'.repeat(400);
    const subject = makeAt(same, 200);
    const after = `${'x\n'.repeat(200)}new\n${'x\n'.repeat(200)}`;
    assert.equal(verdict(subject, same, after), 'covered');
    assert.equal(verdict(subject, same, `${after}x\n`), 'no-match-after');
    assert.equal(verdict(subject, same, `${'x\n'.repeat(199)}new\n${'x\n'.repeat(201)}`), 'no-match-after');
  });

  /** Inserts a line before line `at` of the text and signs it. */
  function makeAt(text: string, at: number): Subject {
    const beforeLines = rawLines(text);
    const afterLines = [...beforeLines.slice(0, at), 'new\n', ...beforeLines.slice(at)];
    const region = { beforeStart: at, beforeCount: 0, afterStart: at, afterCount: 1 };
    return makeTextSubject(nodeHash, {
      repo: REPO,
      path: PATH,
      oldMode: '100644',
      newMode: '100644',
      beforeLines,
      afterLines,
      region,
    });
  }
});
