/**
 * What an editor's text costs without any tracking: a rope of small strings and a gap buffer, the two usual structures.
 */

const TARGET = 1024;

/** A flat rope: a list of strings of about 1 KiB; the leaf edited last is remembered. */
export class PlainRope {
  readonly #leaves: string[];
  #index = 0;
  #start = 0;

  constructor(text: string) {
    this.#leaves = leavesOf(text);
  }

  text(): string {
    return this.#leaves.join('');
  }

  replace(offset: number, removed: number, text: string): void {
    let index = this.#index;
    let start = this.#start;
    while (start > offset && index > 0) start -= this.#leaves[--index]?.length ?? 0;
    for (
      let leaf = this.#leaves[index];
      leaf !== undefined && offset > start + leaf.length;
      leaf = this.#leaves[index]
    ) {
      start += leaf.length;
      index++;
    }
    this.#index = index;
    this.#start = start;
    let last = index;
    let end = start + (this.#leaves[last]?.length ?? 0);
    while (end < offset + removed) end += this.#leaves[++last]?.length ?? 0;
    const lastLeaf = this.#leaves[last] ?? '';
    const leaf = this.#leaves[index] ?? '';
    const joined = leaf.slice(0, offset - start) + text + lastLeaf.slice(lastLeaf.length - (end - offset - removed));
    if (last === index && joined.length <= 2 * TARGET) this.#leaves[index] = joined;
    else this.#leaves.splice(index, last - index + 1, ...leavesOf(joined));
  }
}

function leavesOf(text: string): string[] {
  if (text.length <= 2 * TARGET) return [text];
  const leaves: string[] = [];
  for (let at = 0; at < text.length; at += TARGET) leaves.push(text.slice(at, at + TARGET));
  return leaves;
}

/** A gap buffer over UTF-16 units. */
export class GapBuffer {
  #units: Uint16Array;
  #gap = 0;
  #gapEnd: number;

  constructor(text: string) {
    this.#units = new Uint16Array(text.length + 4096);
    for (let i = 0; i < text.length; i++) this.#units[i] = text.charCodeAt(i);
    this.#gap = text.length;
    this.#gapEnd = this.#units.length;
  }

  text(): string {
    const decode = (units: Uint16Array): string => new TextDecoder('utf-16le', { ignoreBOM: true }).decode(units);
    return decode(this.#units.subarray(0, this.#gap)) + decode(this.#units.subarray(this.#gapEnd));
  }

  replace(offset: number, removed: number, text: string): void {
    if (offset < this.#gap) {
      this.#units.copyWithin(this.#gapEnd - (this.#gap - offset), offset, this.#gap);
      this.#gapEnd -= this.#gap - offset;
      this.#gap = offset;
    } else if (offset > this.#gap) {
      const count = offset - this.#gap;
      this.#units.copyWithin(this.#gap, this.#gapEnd, this.#gapEnd + count);
      this.#gap = offset;
      this.#gapEnd += count;
    }
    this.#gapEnd += removed;
    if (this.#gapEnd - this.#gap < text.length) this.#grow(text.length);
    for (let i = 0; i < text.length; i++) this.#units[this.#gap++] = text.charCodeAt(i);
  }

  #grow(room: number): void {
    const tail = this.#units.subarray(this.#gapEnd);
    const units = new Uint16Array(this.#units.length * 2 + room);
    units.set(this.#units.subarray(0, this.#gap));
    this.#gapEnd = units.length - tail.length;
    units.set(tail, this.#gapEnd);
    this.#units = units;
  }
}
