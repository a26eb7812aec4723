/**
 * Repeated runs of lines, for deciding whether a window of any size is unique in its file. A suffix array by prefix
 * doubling (Manber and Myers 1993) with radix passes, then common prefixes of neighbours (Kasai et al. 2001):
 * O(n log n) whatever the input, so a file of 100,000 equal lines costs a fraction of a second, not minutes.
 */

/**
 * For each position of `symbols` (small integers from 0), the length of the longest run that starts there and starts
 * somewhere else too. A run of `size` symbols at `i` is unique exactly when `result[i] < size`.
 */
export function longestRepeats(symbols: Int32Array): Int32Array {
  const n = symbols.length;
  const repeats = new Int32Array(n);
  if (n < 2) return repeats;
  const { order, rank } = suffixOrder(symbols);
  let common = 0;
  for (let i = 0; i < n; i++) {
    const place = at(rank, i);
    if (place === 0) {
      common = 0;
      continue;
    }
    const j = at(order, place - 1);
    while (i + common < n && j + common < n && symbols[i + common] === symbols[j + common]) common++;
    if (common > at(repeats, i)) repeats[i] = common;
    if (common > at(repeats, j)) repeats[j] = common;
    if (common > 0) common--;
  }
  return repeats;
}

/** The number at a place; -1 where there is none. */
export function at(numbers: Int32Array | Float64Array, index: number): number {
  return numbers[index] ?? -1;
}

interface SuffixOrder {
  /** Positions in the order of the suffixes that start there. */
  readonly order: Int32Array;
  /** Inverse of `order`. */
  readonly rank: Int32Array;
}

function suffixOrder(symbols: Int32Array): SuffixOrder {
  const n = symbols.length;
  let rank = symbols.slice();
  let next = new Int32Array(n);
  let order = new Int32Array(n);
  let scratch = new Int32Array(n);
  let classes = 0;
  for (const symbol of symbols) if (symbol >= classes) classes = symbol + 1;
  for (let i = 0; i < n; i++) scratch[i] = i;
  sortByRank(scratch, order, rank, classes);
  for (let length = 1; ; length *= 2) {
    classes = renumber(order, rank, next, length >> 1);
    [rank, next] = [next, rank];
    if (classes === n) return { order, rank };
    // Suffixes in the order of what follows after `length` symbols: those too short first, the rest by `order`.
    let filled = 0;
    for (let i = n - length; i < n; i++) if (i >= 0) scratch[filled++] = i;
    for (let i = 0; i < n; i++) {
      const position = at(order, i);
      if (position >= length) scratch[filled++] = position - length;
    }
    sortByRank(scratch, next, rank, classes);
    [order, scratch, next] = [next, order, scratch];
  }
}

/** A stable counting sort of the positions in `from` by their rank. */
function sortByRank(from: Int32Array, to: Int32Array, rank: Int32Array, classes: number): void {
  const starts = new Int32Array(classes + 1);
  for (const position of from) {
    const next = at(rank, position) + 1;
    starts[next] = at(starts, next) + 1;
  }
  for (let i = 1; i <= classes; i++) starts[i] = at(starts, i) + at(starts, i - 1);
  for (const position of from) {
    const key = at(rank, position);
    const slot = at(starts, key);
    to[slot] = position;
    starts[key] = slot + 1;
  }
}

/** New ranks for positions sorted by (rank here, rank `half` further); returns how many differ. */
function renumber(order: Int32Array, rank: Int32Array, next: Int32Array, half: number): number {
  const n = order.length;
  let current = 0;
  next[at(order, 0)] = 0;
  for (let i = 1; i < n; i++) {
    const [a, b] = [at(order, i - 1), at(order, i)];
    // What stands behind the end is smaller than all, and there it is -1.
    if (at(rank, a) !== at(rank, b) || at(rank, a + half) !== at(rank, b + half)) current++;
    next[b] = current;
  }
  return current + 1;
}
