/** Which claim speaks for a line of a text that is no longer, or not quite, what was recorded. */
import assert from 'node:assert/strict';
import type { FileClaims } from '../../../src/core/attribution/attribute';
import { MAX_WORK, attribute } from '../../../src/core/attribution/attribute';
import type { ClaimedLine } from '../../../src/core/attribution/buildHunks';
import { buildHunks } from '../../../src/core/attribution/buildHunks';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { hashesOf, recordChange } from '../../../src/core/attribution/recordFile';
import type { ClaimedOrigin, Evidence } from '../../../src/core/model/origin';
import { countInk } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';

type Letter = 'h' | 'a' | 'p' | 't' | '.';
const ORIGIN: Readonly<Record<Letter, ClaimedOrigin | undefined>> = {
  h: 'human',
  a: 'ai',
  p: 'paste',
  t: 'tool',
  '.': undefined,
};

/** Claims about a text, one letter per line. */
function claim(
  text: string,
  letters: string,
  more: { side?: 'added' | 'removed'; same?: boolean; evidence?: Evidence } = {},
): FileClaims {
  const prepared = fileLines(nodeHash, text);
  const claimed = letters.split('').flatMap((letter, line): ClaimedLine[] => {
    const origin = ORIGIN[letter as Letter];
    if (origin === undefined || origin === 'mixed') return [];
    const source = { origin, via: 'other', evidence: more.evidence ?? 'observed' } as const;
    return [{ line, source, counts: { [origin]: countInk(prepared.lines[line] ?? '') } }];
  });
  const hunks = buildHunks(more.side ?? 'added', claimed, hashesOf(prepared));
  return { record: letters, author: 'bo@example.com', sameContent: more.same ?? false, hunks };
}

/** Origins of each line, one letter per line; `?` is unknown. */
function told(text: string, claims: readonly FileClaims[], path = 'a.ts', side: 'added' | 'removed' = 'added'): string {
  const letter = { ai: 'a', mixed: 'm', unknown: '?', external: 'e', paste: 'p', tool: 't', human: 'h' } as const;
  return attribute(fileLines(nodeHash, text), path, side, claims)
    .map((each) => letter[each?.origin ?? 'unknown'])
    .join('');
}

const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const CODE = lines(
  'function first() {',
  '  return compute(alpha, beta);',
  '}',
  '',
  'function second() {',
  '  return nil;',
  '}',
);

describe('a recorded text', () => {
  it('has its claims line by line, and nowhere else', () => {
    assert.equal(told(CODE, [claim(CODE, 'hahp.ah', { same: true })]), 'hahp?ah');
  });

  it('whose claims do not fit it gives the lines that differ to nobody', () => {
    const other = CODE.replace('alpha', 'gamma');
    assert.equal(told(other, [claim(CODE, 'hhhhhhh', { same: true })]), 'h?hhhhh');
  });
});

describe('a changed text', () => {
  it('keeps claims of lines that moved with their surroundings', () => {
    assert.equal(told(`// new head\n\n${CODE}`, [claim(CODE, 'hhhaaaa')]), '??hhhaaaa');
  });

  it('gives an edited line to nobody and its neighbours to whom they had', () => {
    assert.equal(told(CODE.replace('alpha', 'gamma'), [claim(CODE, 'hhhhhhh')]), 'h?hhhhh');
  });

  it('gives a short line to nobody when nothing around it is as it was', () => {
    assert.equal(
      told(lines('a', 'return nil;', '}', 'b'), [claim(lines('x', 'return nil;', '}', 'y'), 'hhhh')]),
      '????',
    );
  });

  it('does not mix up the braces of two functions', () => {
    const grown = `${CODE}function third() {\n  return compute(gamma, delta);\n}\n`;
    assert.equal(told(grown, [claim(CODE, 'hhhhaaa'), claim(grown, '.......aaa')]), 'hhhhaaaaaa');
  });

  it('leaves a line that a person typed to the person though an AI wrote the same elsewhere', () => {
    const first = lines('function one(a) {', '  if (a) {', '    return nil', '  }', '}');
    const both = first + lines('function another(b) {', '  if (b) {', '    return nil', '  }', '}');
    const record = [claim(first, 'aaaaa'), claim(both, '.....hhhhh', { same: true })];
    assert.equal(told(both, record), 'aaaaahhhhh');
    assert.equal(
      told(
        `${both}// changed since\n`,
        record.map((each) => ({ ...each, sameContent: false })),
      ),
      'aaaaahhhhh?',
    );
  });

  it('does not let a copy that nobody recorded become human: one claim speaks for one line', () => {
    assert.equal(told(CODE + CODE, [claim(CODE, 'hhhhhhh')]), 'hhhhhhh???????');
    const twice = [claim(CODE, 'hhhhhhh'), claim(CODE, 'hhhhhhh')];
    assert.equal(told(CODE + CODE, twice), 'hhhhhhh???????', 'nor by two records of the same lines');
  });

  it('goes to the place with the braces and blank lines that were recorded, of two that read the same', () => {
    const line = 'const order = alpha(gamma);';
    const old = lines('start', line, '}', line, '');
    const now = lines('start', line, line, '{', '}', line, '');
    assert.equal(told(now, [claim(old, '...h.')]), '?????h?');
  });

  it('gives two equal blocks that were both recorded to whom they had, after an edit elsewhere', () => {
    const both = `${CODE}middle of the file\n${CODE}`;
    assert.equal(told(`head of the file\n${both}`, [claim(both, 'hhhhhhhhhhhhhhh')]), '?hhhhhhhhhhhhhhh');
  });

  it('gives a copy of what an AI wrote to the AI', () => {
    assert.equal(told(CODE + CODE, [claim(CODE, 'aaaaaaa')]), 'aaaaaaaaaaaaaa');
  });

  it('of removed lines claims those of that side', () => {
    const removed = claim(CODE, 'hhhh...', { side: 'removed' });
    assert.equal(told(CODE, [removed], 'a.ts', 'removed'), 'hhhh???');
    assert.equal(told(CODE, [removed]), '???????');
  });
});

describe('lines that read the same, of which different records claim different ones', () => {
  const LINE = 'const order = alpha(gamma);';
  const frame = (...at: readonly (readonly string[])[]): string =>
    lines(
      'first of all lines',
      ...(at[0] ?? []),
      'second of all lines',
      ...(at[1] ?? []),
      'third of all lines',
      ...(at[2] ?? []),
      'last of all lines',
    );
  const here = claim(frame([LINE]), '.h...');
  const there = claim(frame([], [LINE]), '..h..');
  const both = frame([LINE], [LINE]);

  it('are as many people’s as one recorded content had, in whatever order the records are read', () => {
    assert.equal(told(both, [here, there]), '?h????');
    assert.equal(told(both, [there, here]), '?h????');
    const twice = claim(both, '.h.h..');
    assert.equal(told(`x\n${both}`, [here, there, twice]), '??h?h??');
    assert.equal(told(frame([LINE], [LINE], [LINE]), [twice, claim(frame([], [], [LINE]), '...h.')]), '?h?h???');
  });

  it('are those of the content that the text is, before others', () => {
    assert.equal(told(both, [here, claim(both, '...h..', { same: true })]), '???h??');
    const two = claim(frame([LINE], [], [LINE]), '.h..h.');
    const three = frame([LINE], [LINE], [LINE]);
    assert.equal(told(three, [two, claim(three, '...h...', { same: true })]), '?h?h???');
  });

  it('are all of theirs where the records are parts of one content', () => {
    const part = (letters: string): FileClaims => ({ ...claim(both, letters), content: 'c' });
    assert.equal(told(`x\n${both}`, [part('.h....'), part('...h..')]), '??h?h??');
  });

  it('are an AI’s wherever an AI’s claim leads, and do not count then', () => {
    const ai = claim(frame([LINE]), '.a...');
    assert.equal(told(frame([LINE], [LINE]), [ai, there]), '?a?h??');
  });

  it('are told without white space, and are not asked about where they are removed', () => {
    assert.equal(told(frame([LINE], [`  ${LINE}`]), [here, claim(frame([], [`  ${LINE}`]), '..h..')]), '?h????');
    const gone = [here, there].map(({ record }) => {
      const [text, side] = [record === '.h...' ? frame([LINE]) : frame([], [LINE]), 'removed'] as const;
      return claim(text, record, { side });
    });
    assert.equal(told(both, gone, 'a.ts', 'removed'), '?h?h??');
  });

  it('take lighter lines beside them along that the same records are about, and no others', () => {
    const block = ['{ open', LINE, '} end'];
    const first = claim(frame(block), '.hhh...');
    const second = claim(frame([], block), '..hhh..');
    assert.equal(told(frame(block, block), [first, second]), '?hhh??????');
    const third = claim(frame([], [...block, 'f()']), '.....h.');
    assert.equal(told(frame(block, [...block, 'f()']), [first, second, third]), '?hhh????h??');
    const exact = claim(frame(block, block), '.......h..', { same: true });
    assert.equal(told(frame(block, block), [first, second, exact]), '?hhh???h??');
  });
});

describe('claims that disagree', () => {
  it('the stronger stands, whichever comes first: a later record can’t make an AI’s lines human', () => {
    for (const same of [true, false]) {
      const ai = claim(CODE, '.aaa...', { same });
      const human = claim(CODE, 'hhhhhhh', { same });
      assert.equal(told(CODE, [ai, human]), 'haaahhh');
      assert.equal(told(CODE, [human, ai]), 'haaahhh');
    }
  });

  it('of two equal origins the one that is known less well stands', () => {
    const claims = [
      claim(CODE, 'hhhhhhh', { same: true }),
      claim(CODE, '.h.....', { same: true, evidence: 'declared' }),
    ];
    for (const order of [claims, claims.toReversed()]) {
      const told = attribute(fileLines(nodeHash, CODE), 'a.ts', 'added', order);
      assert.deepEqual(
        told.map((each) => each?.evidence),
        ['observed', 'declared', 'observed', 'observed', 'observed', 'observed', 'observed'],
      );
    }
  });

  it('a record whose label is weaker than its own counts goes by the counts', () => {
    const honest = claim(CODE, 'hhhhhhh', { same: true });
    const hunks = honest.hunks.map((hunk) => ({
      ...hunk,
      lines: hunk.lines.map((line) => ({ ...line, counts: { ai: 9 } })),
    }));
    assert.equal(told(CODE, [{ ...honest, hunks }]), 'aaaaaaa');
    const empty = honest.hunks.map((hunk) => ({ ...hunk, lines: hunk.lines.map((line) => ({ ...line, counts: {} })) }));
    assert.equal(told(CODE, [{ ...honest, hunks: empty }]), '???????');
  });
});

describe('white space', () => {
  const indented = CODE.replaceAll(/^(?=.)/gm, '    ');
  const evidence = (text: string, claims: readonly FileClaims[], path: string): (string | undefined)[] => [
    ...new Set(attribute(fileLines(nodeHash, text), path, 'added', claims).map((each) => each?.evidence)),
  ];

  it('changed by nobody on record: a person’s line stays theirs in TypeScript, inferred; in Python it is unknown', () => {
    assert.equal(told(indented, [claim(CODE, 'hhhhhhh')], 'a.ts'), 'hhhhhhh');
    assert.deepEqual(evidence(indented, [claim(CODE, 'hhh.hhh')], 'a.ts'), ['inferred', undefined]);
    assert.equal(told(indented, [claim(CODE, 'hhhhhhh')], 'a.py'), '???h???');
    assert.equal(told(indented, [claim(CODE, 'aaaaaaa')], 'a.py'), 'aaaaaaa');
  });

  it('changed by a person on record: the origin stays, in Python too', () => {
    const recorded = [claim(CODE, 'hhhaaaa'), claim(indented, 'hhhhhhh', { same: true })];
    for (const path of ['a.ts', 'a.py', 'Makefile']) assert.equal(told(indented, recorded, path), 'hhhaaaa', path);
    assert.deepEqual(evidence(indented, recorded, 'a.py'), ['observed']);
  });

  it('changed by an AI on record: the lines are the AI’s', () => {
    assert.equal(
      told(indented, [claim(CODE, 'hhhhhhh'), claim(indented, 'aaa.aaa', { same: true })], 'a.py'),
      'aaahaaa',
    );
  });

  it('that appears between two characters makes another line', () => {
    const before = lines('rm -rf /usr/lib/something/x');
    assert.equal(told(before.replace('/lib', ' /lib'), [claim(before, 'h')], 'a.sh'), '?');
  });

  it('that becomes a CR in the middle of a line ends it for a compiler: the line is nobody’s, and an AI’s stays', () => {
    const before = lines('// as a last resort one would call destroyEverything() here');
    const broken = before.replace(' destroy', '\rdestroy');
    assert.equal(told(broken, [claim(before, 'h')], 'a.js'), '?');
    assert.equal(told(broken, [claim(before, 'a')], 'a.js'), 'a');
    assert.equal(told(broken, [claim(broken, 'h', { same: true })], 'a.js'), 'h');
    assert.equal(told(broken, [claim(broken, 'h')], 'a.js'), 'h');
    assert.equal(told(before.replace('\n', '\r\r\n'), [claim(before, 'h')], 'a.js'), 'h');
    assert.equal(told(before.replace(' here', '  here'), [claim(before, 'h')], 'a.js'), 'h');
  });

  it('at the ends of lines does not matter: CRLF, byte order mark, last line break', () => {
    const text = `\xef\xbb\xbf${CODE.replaceAll('\n', '\r\n').slice(0, -2)}`;
    assert.equal(told(text, [claim(CODE, 'hhhaaaa', { same: true })]), 'hhhaaaa');
    assert.equal(told(text, [claim(CODE, 'hhhaaaa')]), 'hhhaaaa');
  });
});

describe('hostile text', () => {
  const long = lines(...Array.from({ length: 3000 }, () => 'the very same line of text'));

  it('of equal lines is read in bounded time, and nobody becomes human by it', function () {
    this.timeout(10_000);
    const claims = Array.from({ length: 40 }, () => claim(long, 'h'.repeat(3000)));
    assert.ok(!told(`x\n${long}`, claims).includes('h'));
  });

  it('that uses up all work keeps what is strong and drops what is weak', function () {
    this.timeout(20_000);
    const block = Array.from({ length: 1500 }, (_, index) => `line of text number ${index % 30}`);
    const text = lines(...block);
    const waste = Array.from({ length: 20 }, () => claim(lines('x', ...block), `.${'h'.repeat(1500)}`));
    const ai = claim(text, `a${'.'.repeat(1499)}`, { same: true });
    const human = claim(text, 'h'.repeat(1500), { same: true });
    assert.equal(told(text, [ai, human]), `a${'h'.repeat(1499)}`);
    const result = told(text, [ai, ...waste, human]);
    assert.equal(result[0], 'a');
    assert.ok(!result.includes('h'), `work beyond ${MAX_WORK} leaves unknown`);
  });

  it('empty files and files of one line break are read', () => {
    for (const text of ['', '\n', '\r\n', '\ufeff', '\0']) assert.match(told(text, [claim(CODE, 'hhhhhhh')]), /^\??$/);
  });
});

describe('who removed a line', () => {
  const removed = (before: string, after: string, letters: string): string[] => {
    const change = recordChange('a.ts', [fileLines(nodeHash, before)], fileLines(nodeHash, after), [
      claim(after, letters, { same: true }),
    ]);
    return change.hunks
      .filter((hunk) => hunk.side === 'removed')
      .map((hunk) => `${hunk.start}+${hunk.lines.length} ${hunk.origin}`);
  };

  it('is who rewrote it: the line that reads like it tells', () => {
    const before = lines('let sum = 0;', 'let rate = 1.5;');
    assert.deepEqual(removed(before, lines('let sum = 100;', 'let rate = 2.5;', 'generate(rate);'), 'haa'), [
      '0+1 human',
      '1+1 ai',
    ]);
  });

  it('is nobody where the line that reads like it is nobody’s', () => {
    assert.deepEqual(removed(lines('let sum = 0;'), lines('let sum = 100;', 'print(sum)'), '.h'), []);
  });

  it('is nobody for ten guards that are gone where one line was typed', () => {
    const guards = Array.from({ length: 10 }, (_, index) => `if (amount > ${index}) throw new RangeError('${index}');`);
    assert.deepEqual(removed(lines('begin', ...guards, 'end'), lines('begin', 'proceed();', 'end'), '.h.'), []);
    assert.deepEqual(removed(lines('begin', ...guards, 'end'), lines('begin', 'proceed();', 'end'), '.a.'), [
      '1+10 ai',
    ]);
  });
});
