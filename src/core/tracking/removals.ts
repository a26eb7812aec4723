/**
 * Lines that are gone as a whole: where they stood and who removed them.
 */
import type { ClaimedOrigin } from '../model/origin';
import type { Tables } from './fragment';
import { ownerOf } from './owner';
import type { Mark, Piece, Removal } from './piece';
import type { Sequence } from './sequence';
import type { KnownOrNot } from './sourceTable';

/** Adjacent removed lines of one source. */
export interface RemovedLines {
  /** The present line before which they stood, from 0; the number of lines when they stood at the end. */
  readonly line: number;
  readonly source: KnownOrNot;
  /** Without terminators. */
  readonly lines: readonly string[];
  /** Whose each of them was; undefined where that is not known. */
  readonly whose: readonly (ClaimedOrigin | undefined)[];
}

/** All removals, by present line. */
export function removalsOf(pieces: readonly Piece[], tables: Tables): RemovedLines[] {
  const found: RemovedLines[] = [];
  let line = 0;
  let atLineStart = true;
  for (const { text, marks } of pieces) {
    let position = 0;
    const advance = (to: number): void => {
      for (let at = text.indexOf('\n', position); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) line++;
      if (to > position) atLineStart = text.charCodeAt(to - 1) === 10;
      position = to;
    };
    for (const mark of marks) {
      if (mark.kind !== 'removal') continue;
      advance(mark.at);
      // Inside a line: the removed lines stood behind what is left of it.
      const { lines, owners } = mark;
      const whose = lines.map((text, index) => ownerOf(text, owners[index] ?? [], tables));
      found.push({ line: atLineStart ? line : line + 1, source: tables.sources.get(mark.source), lines, whose });
    }
    advance(text.length);
  }
  return found;
}

const MOST_LINES = 5_000;
const MOST_CHARACTERS = 1_000_000;

/**
 * Bounds the removed text that a document keeps. Lines beyond the bound are forgotten: their removal is then unknown,
 * which asks for more review, not less.
 */
export class RemovalBudget {
  #lines = 0;
  #characters = 0;

  /** The piece, without the new removals that don't fit. `before` is what it replaces in the sequence. */
  within(after: Piece, before: Piece, sequence: Sequence): Piece {
    const added = sizeOf(after.marks);
    if (added.lines === 0) return after;
    const known = sizeOf(before.marks);
    if (this.#isFull(added, known)) {
      // Undo and redo move removals without asking here, so count anew before refusing.
      const all = sizeOf(sequence.pieces.flatMap((piece) => piece.marks));
      this.#lines = all.lines;
      this.#characters = all.characters;
      if (this.#isFull(added, known)) {
        const kept = before.marks.filter((mark) => mark.kind === 'removal');
        const shift = (mark: Mark): Mark => ({ ...mark, at: Math.min(mark.at, after.text.length) });
        const touches = after.marks.filter((mark) => mark.kind === 'touch');
        return { ...after, marks: [...kept.map(shift), ...touches].sort((a, b) => a.at - b.at) };
      }
    }
    this.#lines += added.lines - known.lines;
    this.#characters += added.characters - known.characters;
    return after;
  }

  #isFull(added: Size, known: Size): boolean {
    const lines = this.#lines + added.lines - known.lines;
    return lines > MOST_LINES || this.#characters + added.characters - known.characters > MOST_CHARACTERS;
  }
}

interface Size {
  readonly lines: number;
  readonly characters: number;
}

function sizeOf(marks: readonly Mark[]): Size {
  const removals = marks.filter((mark): mark is Removal => mark.kind === 'removal');
  return {
    lines: removals.reduce((sum, { lines }) => sum + lines.length, 0),
    characters: removals.reduce((sum, { lines }) => sum + lines.reduce((all, line) => all + line.length, 0), 0),
  };
}
