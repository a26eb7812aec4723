/** Which runs of lines stand in a file more than once, against looking at all of them. */
import assert from 'node:assert/strict';
import { longestRepeats } from '../../../src/core/signing/repeats';
import { isWindowUnique, viewOf } from '../../../src/core/signing/window';

/** For each place the longest run that starts elsewhere too, by trying. */
function slowly(symbols: readonly number[]): number[] {
  return symbols.map((_, here) => {
    let longest = 0;
    symbols.forEach((_each, there) => {
      if (there === here) return;
      let size = 0;
      while (Math.max(here, there) + size < symbols.length && symbols[here + size] === symbols[there + size]) size++;
      longest = Math.max(longest, size);
    });
    return longest;
  });
}

/** All lists of up to so many symbols. */
function* lists(most: number, symbols: number): Generator<readonly number[]> {
  for (let size = 0; size <= most; size++) {
    for (let code = 0; code < symbols ** size; code++)
      yield Array.from({ length: size }, (_, index) => Math.floor(code / symbols ** index) % symbols);
  }
}

describe('repeated runs', () => {
  it('are those that one finds by trying, in all short lists', () => {
    for (const [most, symbols] of [
      [11, 2],
      [7, 3],
    ] as const) {
      for (const list of lists(most, symbols))
        assert.deepEqual([...longestRepeats(Int32Array.from(list))], slowly(list), JSON.stringify(list));
    }
  });

  it('are found with symbols that are many, or not all there', () => {
    const list = [9, 4, 7, 9, 4, 7, 0, 12, 4, 7, 12];
    assert.deepEqual([...longestRepeats(Int32Array.from(list))], slowly(list));
  });
});

describe('a window', () => {
  /** Whether lines `start` to `start + count` with `k` lines around them stand in these lines once. */
  const unique = (text: string, start: number, count: number, k: number): boolean =>
    isWindowUnique(viewOf(text.split('').map((each) => `${each}\n`)), start, count, k);

  it('is not unique when its twin is the first or the last of the file, or overlaps it', () => {
    assert.equal(unique('--abc--abc', 2, 3, 0), false);
    assert.equal(unique('abc--abc--', 5, 3, 0), false);
    assert.equal(unique('-ababa-', 1, 3, 0), false);
    assert.equal(unique('--abc--abd', 2, 3, 0), true);
  });

  it('is unique when another differs in its first or its last line only', () => {
    assert.equal(unique('-abcab-xbcab-', 1, 4, 0), true);
    assert.equal(unique('-abcab-abcax-', 1, 5, 0), true);
    assert.equal(unique('-abcab-abcax-', 1, 4, 0), false);
  });

  it('is unique at the ends of the file, where its context is cut', () => {
    assert.equal(unique('aaaaaaaa', 1, 1, 3), true);
    assert.equal(unique('aaaaaaaa', 6, 1, 3), true);
    assert.equal(unique('aaaaaaaa', 3, 1, 3), false);
    assert.equal(unique('aaaaaaaa', 4, 1, 3), false);
  });

  it('is the same whether few or many of a file are asked about', () => {
    const text = 'abcab'.repeat(40);
    const lines = text.split('').map((each) => `${each}\n`);
    const expected = slowly(text.split('').map((each) => each.charCodeAt(0)));
    const view = viewOf(lines);
    for (const size of [1, 2, 5, 150, 195])
      for (let start = 0; start + size <= lines.length; start++)
        assert.equal(isWindowUnique(view, start, size, 0), (expected[start] ?? 0) < size, `${start}+${size}`);
  });
});
