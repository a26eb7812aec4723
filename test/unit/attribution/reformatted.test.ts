/** Origins over a formatter's work: the layout may change, the words may not. */
import assert from 'node:assert/strict';
import type { LineClaim } from '../../../src/core/attribution/attribute';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { reformatted } from '../../../src/core/attribution/reformatted';
import type { Origin } from '../../../src/core/model/origin';
import { nodeHash } from '../../../src/node/hash';

const LETTERS: Readonly<Record<string, Origin>> = { A: 'ai', H: 'human', P: 'paste', T: 'tool', X: 'external' };

/** `by` has a letter per line before: whose it is, `-` for neutral, `?` for unknown. Gives the same per line after. */
function over(before: readonly string[], by: string, after: readonly string[], path = 'a.js'): string {
  const claims = by.split('').map((letter): LineClaim | undefined => {
    const origin = LETTERS[letter];
    if (origin === undefined) return undefined;
    const counts = { [origin]: 10 };
    return { origin, via: 'other', evidence: 'observed', counts, author: 'bo@example.com', record: '' };
  });
  const text = (lines: readonly string[]): ReturnType<typeof fileLines> => fileLines(nodeHash, `${lines.join('\n')}\n`);
  const { claimed, open } = reformatted(text(before), text(after), claims, (line) => by[line] === '-', path);
  const told = after.map((_, line) => {
    const found = claimed.find((each) => each.line === line);
    const letter = Object.entries(LETTERS).find(([, origin]) => origin === found?.source.origin)?.[0] ?? '?';
    return found?.source.evidence === 'inferred' ? letter.toLowerCase() : letter;
  });
  return `${told.join('')} ${open}`;
}

describe('origins over a formatter’s work', () => {
  it('white space within a line, and lines joined and split', () => {
    assert.equal(over(['a  =  b'], 'H', ['a = b']), 'H 0');
    assert.equal(over(['call(one,', '  two)'], 'HH', ['call(one, two)']), 'H 0');
    assert.equal(over(['call(one, two)'], 'A', ['call(', '  one,', '  two', ')']), 'AAAA 0');
  });

  it('of joined lines the strongest origin stands, and an unknown one is not washed', () => {
    assert.equal(over(['call(one,', '  two)'], 'HA', ['call(one, two)']), 'A 0');
    assert.equal(over(['call(one,', '  two)'], 'H?', ['call(one, two)']), '? 1');
    assert.equal(over(['call(one,', '  two)'], 'A?', ['call(one, two)']), 'A 0');
    assert.equal(over(['call(one,', '  two)'], 'P?', ['call(one, two)']), '? 1');
  });

  it('what was neutral is the formatter’s', () => {
    assert.equal(over(['a  =  b', 'c = d'], '--', ['a = b', 'c = d']), 'T? 0');
    assert.equal(over(['call(one,', '  two)'], '-H', ['call(one, two)']), 'H 0');
  });

  it('punctuation that formatters put in is inferred', () => {
    assert.equal(over(["x = 'a'", 'y = b'], 'HH', ['x = "a";', 'y = b']), 'hH 0');
    assert.equal(over(['f(a => b)'], 'A', ['f((a) => b);']), 'a 0');
  });

  it('other words are nobody’s, and what follows is not guessed at', () => {
    assert.equal(over(['guard(a);', 'call(b);'], 'HH', ['guard(!a);', 'call(b);']), '?H 1');
    assert.equal(over(['a  = 1', 'b = 2'], 'HH', ['a = 1', 'b = 3']), '?? 2');
  });

  it('where indentation is syntax a person’s line that moves is nobody’s, and an AI’s stays', () => {
    const [before, after] = [
      ['if a:', '    b()', '    c()'],
      ['if a:', '    b()', 'c()'],
    ];
    assert.equal(over(before ?? [], 'HHH', after ?? [], 'a.py'), 'HH? 1');
    assert.equal(over(before ?? [], 'HHA', after ?? [], 'a.py'), 'HHA 0');
    assert.equal(over(['x=1'], 'H', ['x = 1'], 'a.py'), 'H 0');
  });
});
