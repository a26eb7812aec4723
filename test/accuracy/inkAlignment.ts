/** Which ink (characters that are not white space) of a new text is which of an old one: the longest common sequence. */

export function isInk(text: string, index: number): boolean {
  return /\S/.test(text.charAt(index));
}

/** For each offset of `after` the offset in `before`; undefined for new ink and for white space. */
export function alignedInk(before: string, after: string): (number | undefined)[] {
  const a = inkOffsets(before);
  const b = inkOffsets(after);
  const result: (number | undefined)[] = Array.from({ length: after.length }, () => undefined);
  const same = (i: number, j: number): boolean => before[a[i] ?? -1] === after[b[j] ?? -1];
  let head = 0;
  const shorter = Math.min(a.length, b.length);
  while (head < shorter && same(head, head)) head++;
  let tail = 0;
  while (tail < shorter - head && same(a.length - 1 - tail, b.length - 1 - tail)) tail++;
  const pair = (i: number, j: number): void => {
    const at = b[j];
    if (at !== undefined) result[at] = a[i];
  };
  for (let index = 0; index < head; index++) pair(index, index);
  for (let index = 1; index <= tail; index++) pair(a.length - index, b.length - index);
  const rows = a.length - head - tail;
  const columns = b.length - head - tail;
  // Lengths of the longest common sequence of what follows each pair of places.
  const table = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
  for (let i = rows - 1; i >= 0; i--) {
    const [row, below] = [table[i], table[i + 1]];
    if (row === undefined || below === undefined) break;
    for (let j = columns - 1; j >= 0; j--) {
      row[j] = same(head + i, head + j) ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (same(head + i, head + j)) pair(head + i++, head + j++);
    else if ((table[i + 1]?.[j] ?? 0) >= (table[i]?.[j + 1] ?? 0)) i++;
    else j++;
  }
  return result;
}

function inkOffsets(text: string): number[] {
  const offsets: number[] = [];
  for (let index = 0; index < text.length; index++) if (isInk(text, index)) offsets.push(index);
  return offsets;
}
