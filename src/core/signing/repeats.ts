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
    const place = rank[i] ?? 0;
    if (place === 0) {
      common = 0;
      continue;
    }
    const j = order[place - 1] ?? 0;
    while (i + common < n && j + common < n && symbols[i + common] === symbols[j + common]) common++;
    if (common > (repeats[i] ?? 0)) repeats[i] = common;
    if (common > (repeats[j] ?? 0)) repeats[j] = common;
    if (common > 0) common--;
  }
  return repeats;
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
      const at = order[i] ?? 0;
      if (at >= length) scratch[filled++] = at - length;
    }
    sortByRank(scratch, next, rank, classes);
    [order, scratch, next] = [next, order, scratch];
  }
}

/** A stable counting sort of the positions in `from` by their rank. */
function sortByRank(from: Int32Array, to: Int32Array, rank: Int32Array, classes: number): void {
  const starts = new Int32Array(classes + 1);
  for (const position of from) {
    const at = (rank[position] ?? 0) + 1;
    starts[at] = (starts[at] ?? 0) + 1;
  }
  for (let i = 1; i <= classes; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  for (const position of from) {
    const key = rank[position] ?? 0;
    const slot = starts[key] ?? 0;
    to[slot] = position;
    starts[key] = slot + 1;
  }
}

/** New ranks for positions sorted by (rank here, rank `half` further); returns how many differ. */
function renumber(order: Int32Array, rank: Int32Array, next: Int32Array, half: number): number {
  const n = order.length;
  let current = 0;
  next[order[0] ?? 0] = 0;
  for (let i = 1; i < n; i++) {
    const a = order[i - 1] ?? 0;
    const b = order[i] ?? 0;
    const tailA = a + half < n ? (rank[a + half] ?? -1) : -1;
    const tailB = b + half < n ? (rank[b + half] ?? -1) : -1;
    if (rank[a] !== rank[b] || tailA !== tailB) current++;
    next[b] = current;
  }
  return current + 1;
}
