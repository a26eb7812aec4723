import assert from 'node:assert/strict';
import { Comparison } from '../../accuracy/compare';
import type { Effect } from '../../accuracy/cells';
import { GroundTruthError } from '../../accuracy/cells';
import type { ChangeEvent, Triple } from '../../accuracy/events';
import { ALL_KINDS, deck } from '../../accuracy/kinds';
import type { Kind } from '../../accuracy/kinds';
import { Oracle } from '../../accuracy/oracle';
import { randomFrom } from '../../accuracy/random';

const LETTERS = { neutral: 'n', human: 'H', ai: 'A', paste: 'P', external: 'X', tool: 'T', foreign: '?' } as const;
const HUMAN: Effect = { does: 'write', origin: 'human' };
const AI: Effect = { does: 'write', origin: 'ai' };

function makeAccount(text: string) {
  const oracle = new Oracle(text);
  let version = 1;
  const apply = (effect: Effect, kind: Kind, ...changes: readonly Triple[]): void => {
    const length = changes.reduce((sum, [, removed, put]) => sum + put.length - removed, oracle.text.length);
    const event = { type: 'change', uri: '/a', version: ++version, dirty: true, length, reason: null } as const;
    oracle.apply({ ...event, source: null, metadata: {}, changes } satisfies ChangeEvent, effect, kind);
  };
  /** One letter per character that is not white space. */
  const origins = (): string =>
    oracle.cells
      .filter((_, index) => /\S/.test(oracle.text.charAt(index)))
      .map(({ origin }) => LETTERS[origin])
      .join('');
  return { oracle, apply, origins };
}

describe('The naive account that accuracy is measured against', () => {
  it('gives who types over a selection all of the new text, and keeps what new text goes on from', () => {
    const { apply, origins } = makeAccount('ab cd');
    apply(HUMAN, 'type over', [0, 2, 'ax']);
    assert.equal(origins(), 'HHnn');
    apply(AI, 'completion, the rest', [3, 2, 'cdef']);
    assert.equal(origins(), 'HHnnAA');
  });

  it('brings origins back with undo and redo', () => {
    const { oracle, apply, origins } = makeAccount('a\n');
    apply(AI, 'completion, whole', [1, 0, 'bc']);
    apply(HUMAN, 'Backspace', [1, 2, '']);
    apply({ does: 'undo' }, 'undo', [1, 0, 'bc']);
    assert.equal(origins(), 'nAA');
    apply({ does: 'undo' }, 'undo', [1, 2, '']);
    apply({ does: 'redo' }, 'redo', [1, 0, 'bc']);
    assert.equal(`${origins()} ${oracle.text}`, 'nAA abc\n');
    assert.throws(() => apply({ does: 'undo' }, 'undo', [0, 0, 'zzz']), GroundTruthError);
  });

  it('takes what a line is called for its characters after undo goes back over a reading from disk', () => {
    const { oracle, apply } = makeAccount('one \n');
    apply(AI, 'completion, the rest', [4, 0, 'two']);
    apply({ does: 'layout' }, 'format by palette', [7, 0, ';']);
    apply({ does: 'write', origin: 'external' }, 'disk', [0, 0, 'first\n']);
    apply({ does: 'undo' }, 'undo', [0, 6, '']);
    apply({ does: 'undo' }, 'undo', [7, 1, '']);
    assert.deepEqual([...(oracle.cells[0]?.line ?? [])], ['ai']);
    assert.equal(oracle.cells[0]?.origin, 'neutral');
    apply({ does: 'place', copied: oracle.copy(0, 8) }, 'copy and paste', [8, 0, 'one two\n']);
    assert.deepEqual([...(oracle.cells[8]?.line ?? [])], ['ai']);
    apply({ does: 'write', origin: 'external' }, 'disk', [0, 0, 'first\n']);
    assert.deepEqual([...(oracle.cells[14]?.line ?? [])], ['mixed', 'ai']);
  });

  it('lets origins travel with what is copied, moved and formatted', () => {
    const { oracle, apply, origins } = makeAccount('one\n');
    apply(AI, 'completion, whole', [4, 0, 'two\n']);
    apply({ does: 'place', copied: oracle.copy(0, 8) }, 'copy and paste', [8, 0, '  one\n  two\n']);
    assert.equal(origins(), 'nnnAAAHHHAAA');
    // As the editor lists it: of two insertions at one place the later listed comes first.
    apply({ does: 'move' }, 'move a line', [4, 4, ''], [0, 0, '  '], [0, 0, 'two\n']);
    assert.equal(oracle.text, 'two\n  one\n  one\n  two\n');
    assert.equal(origins(), 'AAAnnnHHHAAA');
    apply({ does: 'layout' }, 'format by key', [21, 0, ';'], [4, 2, '']);
    assert.equal(origins(), 'AAAnnnHHHAAAA');
  });

  it('counts an AI’s character that is called human or neutral, and a person’s that is called AI', () => {
    const { oracle, apply } = makeAccount('');
    apply(AI, 'completion, whole', [0, 0, 'abc\n']);
    apply(HUMAN, 'type words', [4, 0, 'de']);
    const comparison = new Comparison();
    const source = (origin: string) => ({ origin, via: 'typing' });
    const runs = [
      [0, 1, source('human')],
      [1, 1, 'neutral'],
      [2, 2, source('ai')],
      [4, 1, source('ai')],
    ] as const;
    comparison.compare('/a', oracle, [...runs, [5, 1, 'unknown']], [], 1);
    // What was wrong once stays wrong.
    comparison.compare(
      '/a',
      oracle,
      [
        [0, 4, source('ai')],
        [4, 2, source('human')],
      ],
      [],
      2,
    );
    const { total } = comparison.tallies();
    assert.deepEqual(total, { characters: 5, correct: 1, unknown: 1, aiCalledHuman: 2, humanCalledAi: 1 });
  });

  it('draws the same kinds from the same seed, each at least once where there is room', () => {
    const kinds = deck(randomFrom(5), 140);
    assert.deepEqual(kinds, deck(randomFrom(5), 140));
    assert.equal(kinds.length, 140);
    assert.deepEqual([...new Set(kinds)].toSorted(), [...ALL_KINDS].toSorted());
  });

  it('knows lines once a file is read from disk, and that a person took text out of an AI’s line', () => {
    const { oracle, apply } = makeAccount('old(x);\nmine\n');
    const lines = (): string =>
      oracle.cells
        .map(({ line, cut }) => `${line === undefined ? '-' : [...line].join('/')}${cut === true ? '!' : ''}`)
        .join(' ');
    apply(AI, 'completion, whole', [4, 0, 'a, ']);
    apply({ does: 'write', origin: 'external' }, 'disk', [16, 0, 'new\n']);
    assert.match(lines(), /^(?:ai ){11}(?:neutral ){5}(?:external ){3}external$/);
    apply({ does: 'place', copied: oracle.copy(0, 11) }, 'copy and paste', [20, 0, 'old(a, x);\n']);
    assert.deepEqual(
      [
        ...new Set(
          oracle.cells
            .slice(20)
            .map(({ origin, line }) => `${origin} ${line === undefined ? '-' : [...line].join('/')}`),
        ),
      ],
      ['human ai', 'ai ai', 'human -'],
    );
    apply(HUMAN, 'Backspace', [4, 1, '']);
    assert.match(lines(), /^(?:ai! ){9}ai /);
    // A line that goes as a whole leaves its neighbours alone.
    apply(HUMAN, 'delete a line', [10, 5, '']);
    assert.equal(oracle.cells.filter(({ cut }) => cut === true).length, 9);
  });
});
