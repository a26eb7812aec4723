/**
 * Undo and redo. The editor undoes several of its edits in one event and may compose or shorten their changes, so an
 * event is matched by text: the newest entries are taken back on a scratch copy until it reads as the event says. Then
 * that copy, with the runs and marks of before, takes the text's place.
 */
import { EMPTY_PIECE, insertedPiece, joinPieces } from './piece';
import type { Piece } from './piece';
import { Sequence } from './sequence';

/** At `at` there now stand `length` characters where `before` stood. Offsets hold when later splices are taken back. */
export interface Splice {
  readonly at: number;
  readonly length: number;
  readonly before: Piece;
}

/** What one event did, in the order it was done. */
export type Entry = readonly Splice[];

/** A change of text: at an offset, how many characters go, what comes. */
export interface TextChange {
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

const MOST_ENTRIES = 10_000;
const MOST_CHARACTERS = 8_000_000;
/** Bounds one match, so that an event that fits nothing can't hang the editor. */
const MOST_STEPS = 4_000;
const MOST_SCRATCH = 20_000_000;

/**
 * Newest entries, bounded in number and characters. Kept in columns: keystrokes are many, and what lives long costs the
 * garbage collector most; of a keystroke three small numbers and the empty piece stay.
 */
export class EntryStack {
  // One item per splice.
  readonly #ats: number[] = [];
  readonly #lengths: number[] = [];
  readonly #befores: Piece[] = [];
  /** One item per entry: how many splices there are up to its end. */
  readonly #ends: number[] = [];
  #characters = 0;

  get size(): number {
    return this.#ends.length;
  }

  push(entry: Entry): void {
    for (const { at, length, before } of entry) {
      this.#ats.push(at);
      this.#lengths.push(length);
      this.#befores.push(before);
      this.#characters += before.text.length;
    }
    this.#ends.push(this.#ats.length);
    if (this.#ends.length > MOST_ENTRIES || this.#characters > MOST_CHARACTERS) this.#forgetOldest();
  }

  clear(): void {
    if (this.#ends.length > 0) this.#forget(this.#ends.length);
  }

  /** The `index`th newest entry, from 0. */
  newest(index: number): Entry | undefined {
    const place = this.#ends.length - 1 - index;
    if (place < 0) return undefined;
    const splices: Splice[] = [];
    for (let splice = this.#endBefore(place); splice < this.#endBefore(place + 1); splice++) {
      const before = this.#befores[splice] ?? EMPTY_PIECE;
      splices.push({ at: this.#ats[splice] ?? 0, length: this.#lengths[splice] ?? 0, before });
    }
    return splices;
  }

  drop(count: number): void {
    this.#ends.length -= count;
    const kept = this.#ends.at(-1) ?? 0;
    this.#characters -= weight(this.#befores, kept, this.#befores.length);
    for (const column of [this.#ats, this.#lengths, this.#befores]) column.length = kept;
  }

  /** A quarter at least in one go, since dropping one by one would move the whole list each time. */
  #forgetOldest(): void {
    let count = Math.ceil(this.#ends.length / 4);
    let left = this.#characters - weight(this.#befores, 0, this.#endBefore(count));
    for (; left > MOST_CHARACTERS && count < this.#ends.length; count++) {
      left -= weight(this.#befores, this.#endBefore(count), this.#endBefore(count + 1));
    }
    this.#forget(count);
  }

  #forget(count: number): void {
    const splices = this.#endBefore(count);
    this.#characters -= weight(this.#befores, 0, splices);
    for (const column of [this.#ats, this.#lengths, this.#befores]) column.splice(0, splices);
    this.#ends.splice(0, count);
    for (let place = 0; place < this.#ends.length; place++) this.#ends[place] = (this.#ends[place] ?? 0) - splices;
  }

  /** Where the splices of the entry at a place (from 0, the oldest) begin, which is where those before it end. */
  #endBefore(place: number): number {
    return this.#ends[place - 1] ?? 0;
  }
}

/** Characters of the pieces [from, to). */
function weight(pieces: readonly Piece[], from: number, to: number): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += pieces[index]?.text.length ?? 0;
  return sum;
}

/** A match: these entries taken back turn [from, to) of the document into `piece`. */
export interface Unwound {
  readonly from: number;
  readonly to: number;
  readonly piece: Piece;
  /** How many of the newest entries it took. */
  readonly count: number;
  /** What takes each of them back again, newest last. */
  readonly inverses: readonly Entry[];
}

/** Finds how many of the newest entries an undo event takes back. Takes changes in ascending order; see above. */
export function unwind(document: Sequence, stack: EntryStack, changes: readonly TextChange[]): Unwound | undefined {
  const first = changes[0];
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const grown = changes.reduce((sum, change) => sum + change.text.length - change.removed, 0);
  const scratch = new Scratch(document, first.offset, last.offset + last.removed);
  const inverses: Entry[] = [];
  let work = 0;
  for (let count = 1; count <= Math.min(stack.size, MOST_STEPS); count++) {
    const entry = stack.newest(count - 1);
    if (entry === undefined) return undefined;
    inverses.push(scratch.takeBack(entry));
    work += entry.length + Math.min(scratch.length, 4096);
    if (work > MOST_SCRATCH) return undefined;
    if (scratch.grown !== grown) continue;
    work += scratch.length;
    if (scratch.text() === expectedText(document, changes, scratch.from, scratch.to)) {
      return { from: scratch.from, to: scratch.to, piece: scratch.piece(), count, inverses };
    }
  }
  return undefined;
}

function expectedText(document: Sequence, changes: readonly TextChange[], from: number, to: number): string {
  const parts: string[] = [];
  let position = from;
  for (const { offset, removed, text } of changes) {
    parts.push(document.slice(position, offset), text);
    position = offset + removed;
  }
  parts.push(document.slice(position, to));
  return parts.join('');
}

/** A copy of [from, to) of a document, on which entries are taken back. Grows as they reach beyond it. */
class Scratch {
  readonly #document: Sequence;
  #copy: Sequence;
  from: number;
  to: number;

  constructor(document: Sequence, from: number, to: number) {
    this.#document = document;
    this.from = from;
    this.to = to;
    this.#copy = new Sequence(document.copy(from, to));
  }

  get length(): number {
    return this.#copy.length;
  }

  /** Characters that the copy has more than the document's range. */
  get grown(): number {
    return this.#copy.length - (this.to - this.from);
  }

  text(): string {
    return this.#copy.text();
  }

  piece(): Piece {
    return this.#copy.copy(0, this.#copy.length);
  }

  /** Takes an entry back and returns the entry that would take back this. */
  takeBack(entry: Entry): Entry {
    this.#reach(entry);
    const inverse: Splice[] = [];
    for (const { at, length, before } of entry.toReversed()) {
      const from = at - this.from;
      inverse.push({ at, length: before.text.length, before: this.#copy.copy(from, from + length) });
      this.#copy.replace(from, from + length, before);
    }
    return inverse;
  }

  /** Grows the copy to hold all that an entry touches; somewhat more does no harm. */
  #reach(entry: Entry): void {
    let low = Infinity;
    let high = 0;
    let drift = 0;
    for (const { at, length, before } of entry) {
      low = Math.min(low, at);
      high = Math.max(high, at + length);
      drift += Math.abs(length - before.text.length);
    }
    const from = Math.min(this.from, low);
    const missing = high + (entry.length > 1 ? drift : 0) - this.from - this.#copy.length;
    const end = Math.min(this.#document.length, this.to + Math.max(0, missing));
    if (from === this.from && end === this.to) return;
    const left = this.#document.copy(from, this.from);
    const right = this.#document.copy(this.to, end);
    const before: Piece = { ...left, marks: left.marks.filter((mark) => mark.at < this.from - from) };
    const after: Piece = { ...right, marks: right.marks.filter((mark) => mark.at > 0) };
    this.#copy = new Sequence(joinPieces([before, this.piece(), after]));
    this.from = from;
    this.to = end;
  }
}

/** The newest removed text in history that holds `text`, with its runs; unknown text when there is none. */
export function remembered(stack: EntryStack, text: string, unknown: number): Piece {
  for (let index = 0; index < Math.min(stack.size, MOST_STEPS); index++) {
    for (const { before } of stack.newest(index) ?? []) {
      if (before.text.length === text.length && before.text === text) return { ...before, marks: [] };
    }
  }
  return text === '' ? EMPTY_PIECE : insertedPiece(text, unknown);
}
