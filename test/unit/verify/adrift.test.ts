/** Records of paths that are gone: what was renamed unrecorded keeps its origins, and a copy does not become human. */
import assert from 'node:assert/strict';
import type { ChangedFile } from '../../../src/core/model/change';
import type { Source } from '../../../src/core/model/origin';
import type { NamedRecord } from '../../../src/core/model/record';
import { AI, HUMAN, file, judged, lines, record, recorded } from './judged';

const TEXT = lines(6);
const PASTE: Source = { origin: 'paste', via: 'paste', evidence: 'observed' };
const EVERY = [0, 1, 2, 3, 4, 5];
const added = (path: string, text: string): ChangedFile => file(path, undefined, text);

/** Says of a path that is gone who wrote which lines of a text. */
function gone(path: string, text: string, source: Source, ...claimed: readonly number[]): NamedRecord {
  const sources = Object.fromEntries(claimed.map((line) => [line, source]));
  return record('bo', [{ ...recorded(added(path, text), sources), blob: '1'.repeat(40) }]);
}

/** The explained lines by path, from 1. */
function origins(files: readonly ChangedFile[], ...records: readonly NamedRecord[]): string[] {
  return judged(files, { records }).hunks.flatMap(({ path, side, start, end, origin }) =>
    side === 'added' && origin !== 'unknown' ? [`${path} ${start}-${end} ${origin}`] : [],
  );
}

describe('a record of a path that is gone', () => {
  const typed = gone('typed.ts', TEXT, HUMAN, ...EVERY);

  it('speaks for the one added file that it may have become', () => {
    assert.deepEqual(origins([added('a.ts', TEXT), added('b.ts', lines(9).slice(TEXT.length))], typed), [
      'a.ts 1-6 human',
    ]);
  });

  it('makes none of several equal copies a person’s, and all of them an AI’s', () => {
    const copies = ['a.ts', 'b.ts', 'c.ts'].map((path) => added(path, TEXT));
    assert.deepEqual(origins(copies, typed), []);
    assert.deepEqual(origins(copies, gone('made.ts', TEXT, AI, ...EVERY)), [
      'a.ts 1-6 ai',
      'b.ts 1-6 ai',
      'c.ts 1-6 ai',
    ]);
  });

  it('goes to the copy that has the most of its lines, in whatever order they come', () => {
    const files = [added('a.ts', lines(5)), added('b.ts', TEXT), added('c.ts', lines(4))];
    for (const each of [files, files.toReversed()]) assert.deepEqual(origins(each, typed), ['b.ts 1-6 human']);
  });

  it('counts the lines of all records of the path: a second one does not feed a second copy', () => {
    const text = lines(9);
    const parts = [gone('typed.ts', text, HUMAN, ...EVERY), gone('typed.ts', text, HUMAN, 0, 1, 6, 7)];
    const other = text.split('\n').filter((_, line) => [0, 1, 6, 7].includes(line));
    const files = [added('a.ts', TEXT), added('b.ts', `${other.join('\n')}\n`)];
    assert.deepEqual(origins(files, ...parts), ['a.ts 1-6 human', 'b.ts 3-4 human']);
  });

  it('goes with its parts into several files, but for the lines that more than one of them has', () => {
    const files = [added('a.ts', lines(4)), added('b.ts', TEXT.slice(lines(3).length))];
    assert.deepEqual(origins(files, typed), ['a.ts 1-4 human', 'b.ts 2-3 human']);
    const even = [added('a.ts', lines(3)), added('b.ts', TEXT.slice(lines(2).length, lines(5).length))];
    assert.deepEqual(origins(even, typed), ['a.ts 1-2 human', 'b.ts 2-3 human']);
  });

  it('says nothing weak of a copy where the rename of its path is on record', () => {
    const renamed = record('bo', [recorded(added('a.ts', TEXT), {}, {}, { was: 'typed.ts' })]);
    const files = [added('a.ts', TEXT), added('b.ts', TEXT)];
    assert.deepEqual(origins(files, typed, renamed), ['a.ts 1-6 human']);
    assert.deepEqual(origins([added('b.ts', TEXT), file('a.ts', 'x\n', lines(3))], typed, renamed), ['a.ts 1-3 human']);
    assert.deepEqual(origins(files, gone('typed.ts', TEXT, AI, ...EVERY), renamed), ['a.ts 1-6 ai', 'b.ts 1-6 ai']);
  });

  it('follows renames on record to the name that is gone too', () => {
    const renamed = record('bo', [recorded(added('middle.ts', TEXT), { 5: HUMAN }, {}, { was: 'typed.ts' })]);
    assert.deepEqual(origins([added('a.ts', TEXT)], typed, renamed), ['a.ts 1-6 human']);
  });

  it('is passed over for an added file without text', () => {
    const binary: ChangedFile = { ...added('a.bin', ''), after: { mode: '100644', oid: '2'.repeat(40) } };
    assert.deepEqual(origins([binary, added('b.ts', TEXT)], typed), ['b.ts 1-6 human']);
  });

  it('makes a copy’s lines stronger that are on record as another’s, and no weaker', () => {
    const copies = [added('a.ts', TEXT), added('b.ts', TEXT)];
    const [first = copies[0]] = copies;
    const typedAgain = record('cy', [recorded(first ?? added('a.ts', TEXT), { 0: HUMAN, 1: PASTE, 2: AI })]);
    const pasted = gone('pasted.ts', TEXT, PASTE, 0, 1, 2, 3);
    assert.deepEqual(origins(copies, typedAgain, pasted), [
      'a.ts 1-1 paste',
      'a.ts 2-2 paste',
      'a.ts 3-3 ai',
      'b.ts 3-3 ai',
    ]);
    // Of a line with other white space it says no more than that.
    const respaced = [added('a.py', TEXT.replaceAll('(', '( ')), added('b.py', TEXT)];
    const loosely = record('cy', [{ ...recorded(added('a.py', TEXT), { 0: HUMAN, 1: HUMAN }), blob: '3'.repeat(40) }]);
    const spaced = TEXT.replaceAll('(', '(  ');
    assert.deepEqual(origins(respaced, loosely, gone('pasted.py', spaced, PASTE, 0)), ['a.py 1-1 paste']);
    assert.deepEqual(origins([added('a.ts', TEXT), added('b.ts', TEXT)], gone('pasted.ts', TEXT, PASTE, 0)), []);
  });
});

describe('records of paths that are gone, more than are looked at', () => {
  const flood = (count: number, source: Source, ...claimed: readonly number[]): NamedRecord[] =>
    Array.from({ length: count }, (_, index) => gone(`junk/${index}.ts`, TEXT, source, ...claimed));
  const copy = added('a.ts', TEXT);
  const asTyped = record('cy', [recorded(copy, Object.fromEntries(EVERY.map((line) => [line, HUMAN])))]);

  it('leave no line human that 501 of them claim', () => {
    const files = [copy, added('b.ts', TEXT)];
    assert.deepEqual(origins(files, asTyped, ...flood(500, HUMAN, 1)), ['a.ts 1-6 human']);
    assert.deepEqual(origins(files, asTyped, ...flood(501, HUMAN, 1)), ['a.ts 1-1 human', 'a.ts 3-6 human']);
  });

  it('leave no line human of which one is not tried that could say otherwise', () => {
    for (const source of [AI, PASTE, { ...HUMAN, evidence: 'declared' } as const]) {
      const last = gone('z.ts', TEXT, source, 5);
      const human = source.origin === 'human' ? ['a.ts 6-6 human'] : [`a.ts 6-6 ${source.origin}`];
      assert.deepEqual(origins([copy], asTyped, last, ...flood(199, HUMAN, 0, 1)), ['a.ts 1-5 human', ...human]);
      assert.deepEqual(origins([copy], asTyped, last, ...flood(200, HUMAN, 0, 1)), ['a.ts 1-5 human']);
    }
  });

  it('are passed over where they only say that a person typed another file’s line, and of signs', () => {
    const same = "import { compute } from './compute';\n";
    const moved = Array.from({ length: 210 }, (_, index) => {
      const text = `${same}const own${index} = compute(${index});\n}\n`;
      return { to: added(`lib/${index}.ts`, text), from: gone(`src/${index}.ts`, text, HUMAN, 0, 1, 2) };
    });
    const found = origins(
      moved.map(({ to }) => to),
      ...moved.map(({ from }) => from),
    );
    assert.deepEqual([found.length, found[0]], [210, 'lib/0.ts 1-3 human']);
    assert.ok(found.every((each) => each.endsWith(' 1-3 human')));
  });
});
