/**
 * Tracked text as a sequence of chunks of a few KiB, so that an edit costs the size of a chunk and not of the file. The
 * chunk edited last is remembered: most edits come near the one before.
 */
import type { Chunk } from './chunk';
import { LARGEST, MOST_RUNS, SMALLEST, TARGET, countBreaks, insertRun, split, spliced } from './chunk';
import { EMPTY_PIECE, NOWHERE, NO_MARKS, cutRuns, insertedPiece, joinPieces, markAt, part, pushRun } from './piece';
import type { Mark, Piece, Run } from './piece';

/** Chunks whose lengths are summed up, and the distance up to which walking chunk by chunk is shorter. */
const GROUP = 64;
const NEAR = 32 * TARGET;

/** Typed text that waits to be put into its chunk, at most. */
const MOST_TYPED = 256;

/** Is part of no line: what comes right behind it stands at the line's start. */
const BYTE_ORDER_MARK = 0xfeff;

/** Mutable tracked text. Offsets must lie within it: callers check what comes from outside. */
export class Sequence {
  readonly #chunks: Chunk[];
  // Beside the chunks, since walking a packed array of numbers is several times faster than walking objects.
  readonly #lengths: number[];
  /** Sums of the lengths of each `GROUP` chunks, for long ways; built anew when chunks were split or joined. */
  #groups: number[] | undefined;
  #length: number;
  #breaks: number;
  #index = 0;
  #start = 0;
  /**
   * Keystrokes that go on where the last one ended, not yet in their chunk: putting each into it would copy the chunk's text
   * each time. Whatever looks at the chunks puts them there first (`#settle`).
   */
  #typed = '';
  #typedAt = 0;
  #typedBy = 0;

  constructor(piece: Piece) {
    this.#chunks = split(piece);
    this.#lengths = this.#chunks.map((chunk) => chunk.text.length);
    this.#length = piece.text.length;
    this.#breaks = countBreaks(piece.text);
  }

  get length(): number {
    return this.#length + this.#typed.length;
  }

  /** Number of line feeds. */
  get breaks(): number {
    return this.#breaks;
  }

  /** The chunks in order, for whoever reads all of it. Valid until the next edit. */
  get pieces(): readonly Piece[] {
    this.#settle();
    return this.#chunks;
  }

  text(): string {
    this.#settle();
    return this.#chunks.map((chunk) => chunk.text).join('');
  }

  slice(from: number, to: number): string {
    const { text } = this.#seek(from);
    const a = from - this.#start;
    const b = to - this.#start;
    return b <= text.length ? text.slice(a, b) : this.copy(from, to).text;
  }

  /** The piece [from, to] with the marks at both ends. */
  copy(from: number, to: number): Piece {
    let chunk = this.#seek(from);
    let a = from - this.#start;
    let b = to - this.#start;
    if (b <= chunk.text.length && chunk.marks.length === 0) {
      if (a === b) return EMPTY_PIECE;
      return { text: chunk.text.slice(a, b), runs: cutRuns(chunk.runs, a, b), marks: NO_MARKS };
    }
    const texts: string[] = [];
    const runs: Run[] = [];
    const marks: Mark[] = [];
    let shift = -a;
    for (let index = this.#index; ; chunk = this.#chunkAt(++index)) {
      const { length } = chunk.text;
      const end = Math.min(b, length);
      for (const mark of chunk.marks) {
        if (mark.at >= a && mark.at <= end) marks.push(markAt(mark, mark.at + shift));
      }
      for (const run of cutRuns(chunk.runs, a, end)) pushRun(runs, run);
      texts.push(chunk.text.slice(a, end));
      if (b <= length) return { text: texts.join(''), runs, marks };
      b -= length;
      shift += length;
      a = 0;
    }
  }

  /** Puts a piece in place of [from, to]; the marks at both ends are replaced with it. */
  replace(from: number, to: number, piece: Piece): void {
    const chunk = this.#seek(from);
    const a = from - this.#start;
    const index = this.#index;
    let last = index;
    let b = to - this.#start;
    for (let length = this.#lengthAt(last); b > length; length = this.#lengthAt(last)) {
      b -= length;
      last++;
    }
    if (last === index && this.#replaceInRun(chunk, a, b, piece)) return;
    const end = last === index ? chunk : this.#chunkAt(last);
    const merged = spliced(chunk, a, end, b, piece);
    this.#length += piece.text.length - (to - from);
    this.#breaks += countBreaks(piece.text) - this.#countBreaks(index, a, last, b);
    if (last === index && merged.text.length <= LARGEST && merged.runs.length <= MOST_RUNS) {
      chunk.text = merged.text;
      chunk.runs = merged.runs;
      chunk.marks = merged.marks;
      this.#resize(index, merged.text.length);
      if (merged.text.length < SMALLEST && to - from > piece.text.length) this.#absorb(index);
      return;
    }
    this.#put(index, last - index + 1, merged);
  }

  /**
   * The common replacement: inside one run, by more of it or by nothing, with no marks about. The chunk is changed as it
   * stands. False, with nothing changed, when it is something else.
   */
  #replaceInRun(chunk: Chunk, a: number, b: number, piece: Piece): boolean {
    const { text, runs } = chunk;
    const length = text.length + piece.text.length - (b - a);
    if (chunk.marks.length > 0 || piece.marks.length > 0 || length > LARGEST || length < SMALLEST) return false;
    const [more, another] = piece.runs;
    let index = 0;
    let end = 0;
    for (let run = runs[0]; run !== undefined; run = runs[++index]) {
      end += run.length;
      if (end < b) continue;
      const isMore = another === undefined && (more === undefined || more.source === run.source);
      const grown = run.length + piece.text.length - (b - a);
      if (!isMore || run.at !== NOWHERE || end - run.length > a || grown === 0) return false;
      if (more !== undefined && more.at !== NOWHERE) return false;
      this.#breaks += countBreaks(piece.text) - countBreaks(text, a, b);
      this.#length += piece.text.length - (b - a);
      runs[index] = { length: grown, source: run.source, at: NOWHERE };
      chunk.text = text.slice(0, a) + piece.text + text.slice(b);
      this.#resize(this.#index, length);
      return true;
    }
    return false;
  }

  /**
   * Inserts text without line breaks at an offset; marks at that offset stay before it and are returned, as what stood
   * there. For the common keystroke.
   */
  type(at: number, text: string, source: number): Piece {
    if (this.goesOn(at, source)) {
      this.#typed += text;
      return EMPTY_PIECE;
    }
    const before = this.#seek(at).marks.length === 0 ? EMPTY_PIECE : this.copy(at, at);
    this.#typed = text;
    this.#typedAt = at;
    this.#typedBy = source;
    return before;
  }

  /** Whether text that a source types at an offset goes on from what it typed last. */
  goesOn(at: number, source: number): boolean {
    const typed = this.#typed.length;
    return typed > 0 && typed < MOST_TYPED && at === this.#typedAt + typed && source === this.#typedBy;
  }

  /**
   * Takes back the end of what a source typed last, and returns it; for the common backspace. Undefined, with nothing
   * changed, when [from, to) is something else.
   */
  untype(from: number, to: number, source: number): Piece | undefined {
    const start = this.#typedAt;
    // One character stays, so that marks at the place are not concerned.
    if (from <= start || to !== start + this.#typed.length || source !== this.#typedBy) return undefined;
    const text = this.#typed.slice(from - start);
    this.#typed = this.#typed.slice(0, from - start);
    return insertedPiece(text, source);
  }

  /** Puts the keystrokes that wait into their chunk. */
  #settle(): void {
    const text = this.#typed;
    if (text === '') return;
    this.#typed = '';
    const chunk = this.#seek(this.#typedAt);
    const a = this.#typedAt - this.#start;
    const index = this.#index;
    chunk.text = chunk.text.slice(0, a) + text + chunk.text.slice(a);
    insertRun(chunk.runs, a, text.length, this.#typedBy);
    if (chunk.marks.length > 0) {
      chunk.marks = chunk.marks.map((mark) => (mark.at > a ? markAt(mark, mark.at + text.length) : mark));
    }
    this.#length += text.length;
    this.#resize(index, chunk.text.length);
    if (chunk.text.length > LARGEST || chunk.runs.length > MOST_RUNS) {
      this.#put(index, 1, { text: chunk.text, runs: chunk.runs, marks: chunk.marks });
    }
  }

  /** The run of the character before an offset and that character's code; undefined at the start. */
  before(at: number): { readonly run: Run; readonly code: number } | undefined {
    if (at === 0) return undefined;
    const typed = at - this.#typedAt;
    if (typed > 0 && typed <= this.#typed.length) {
      return { run: { length: 1, source: this.#typedBy, at: NOWHERE }, code: this.#typed.charCodeAt(typed - 1) };
    }
    const chunk = this.#seek(at);
    const a = at - this.#start;
    let end = 0;
    for (const run of chunk.runs) {
      end += run.length;
      if (end >= a) {
        const offset = a - 1 - (end - run.length);
        return { run: part(run, offset, offset + 1), code: chunk.text.charCodeAt(a - 1) };
      }
    }
    return undefined;
  }

  /**
   * White-space characters between the line's start and an offset; where ink comes before the line's start, the bitwise
   * complement of the number up to that ink (so it is negative).
   */
  blankBefore(at: number): number {
    let chunk = this.#seek(at);
    let index = this.#index;
    let position = at - this.#start;
    for (let count = 0; ; count++) {
      while (position === 0) {
        if (index === 0) return count;
        chunk = this.#chunkAt(--index);
        position = chunk.text.length;
      }
      const code = chunk.text.charCodeAt(--position);
      if (code === 10 || code === BYTE_ORDER_MARK) return count;
      if (!isBlank(code)) return ~count;
    }
  }

  /** White-space characters between an offset and the line feed or the end; complemented where ink comes first. */
  blankAfter(at: number): number {
    let chunk = this.#seek(at);
    let index = this.#index;
    let position = at - this.#start;
    for (let count = 0; ; count++) {
      while (position === chunk.text.length) {
        if (index === this.#chunks.length - 1) return count;
        chunk = this.#chunkAt(++index);
        position = 0;
      }
      const code = chunk.text.charCodeAt(position++);
      if (code === 10) return count;
      if (!isBlank(code)) return ~count;
    }
  }

  /** Finds the chunk with `start < at ≤ start + length` (offset 0: the first), so that text typed at a seam goes left. */
  #seek(at: number): Chunk {
    this.#settle();
    let index = this.#index;
    let start = this.#start;
    if (Math.abs(at - start) > NEAR) {
      const groups = (this.#groups ??= groupsOf(this.#lengths));
      start = 0;
      let group = 0;
      for (let length = groups[0] ?? 0; at > start + length; length = groups[group] ?? Infinity) {
        start += length;
        group++;
      }
      index = group * GROUP;
    }
    while (at <= start && index > 0) start -= this.#lengthAt(--index);
    for (let length = this.#lengthAt(index); at > start + length; length = this.#lengthAt(index)) {
      start += length;
      index++;
    }
    this.#index = index;
    this.#start = start;
    return this.#chunkAt(index);
  }

  #resize(index: number, length: number): void {
    const group = Math.floor(index / GROUP);
    const sum = this.#groups?.[group];
    if (this.#groups !== undefined && sum !== undefined) this.#groups[group] = sum + length - this.#lengthAt(index);
    this.#lengths[index] = length;
  }

  #countBreaks(first: number, a: number, last: number, b: number): number {
    let breaks = 0;
    for (let index = first; index <= last; index++) {
      const { text } = this.#chunkAt(index);
      breaks += countBreaks(text, index === first ? a : 0, index === last ? b : text.length);
    }
    return breaks;
  }

  #put(index: number, count: number, piece: Piece): void {
    const chunks = split(piece);
    // Spread arguments overflow the stack from about 100,000 on: a pasted file has more chunks than that only beyond 100 MB.
    this.#chunks.splice(index, count, ...chunks);
    this.#lengths.splice(index, count, ...chunks.map((chunk) => chunk.text.length));
    this.#groups = undefined;
    this.#absorb(index);
  }

  /** Joins a chunk that became small with a neighbour. */
  #absorb(index: number): void {
    if (this.#chunks.length === 1 || this.#lengthAt(index) >= SMALLEST) return;
    const left = index === 0 ? 0 : index - 1;
    const a = this.#chunkAt(left);
    const b = this.#chunkAt(left + 1);
    if (a.text.length + b.text.length > LARGEST || a.runs.length + b.runs.length > MOST_RUNS) return;
    if (left < this.#index) {
      this.#index = left;
      this.#start -= a.text.length;
    }
    const { text, runs, marks } = joinPieces([a, b]);
    const chunk: Chunk = { text, runs: [...runs], marks };
    this.#chunks.splice(left, 2, chunk);
    this.#lengths.splice(left, 2, chunk.text.length);
    this.#groups = undefined;
  }

  #chunkAt(index: number): Chunk {
    const chunk = this.#chunks[index];
    if (chunk === undefined) throw new RangeError(`tracked text has no chunk ${index} of ${this.#chunks.length}`);
    return chunk;
  }

  #lengthAt(index: number): number {
    const length = this.#lengths[index];
    if (length === undefined) throw new RangeError(`tracked text has no chunk ${index} of ${this.#lengths.length}`);
    return length;
  }
}

/** White space as `countInk` sees it. */
export function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}

function groupsOf(lengths: readonly number[]): number[] {
  const groups: number[] = [];
  for (let at = 0; at < lengths.length; at += GROUP) {
    groups.push(lengths.slice(at, at + GROUP).reduce((sum, length) => sum + length, 0));
  }
  return groups;
}
