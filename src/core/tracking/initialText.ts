/**
 * The text a tracker started with, and what its lines are. That comes late (git is asked meanwhile), so runs only point
 * here and are resolved when somebody asks.
 */
import { foldOrigin } from '../model/fold';
import type { FoldThresholds } from '../model/fold';
import { COUNTED } from '../model/origin';
import type { Counted, Counts, Source, Stated } from '../model/origin';
import { countInk } from '../text/lines';

/** What a line was when tracking began: accepted long ago, explained by nobody, or claimed by a record. */
export type InitialLine =
  | { readonly kind: 'neutral' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'claimed'; readonly source: Source; readonly counts: Counts };

const UNKNOWN_LINE: InitialLine = { kind: 'unknown' };

/**
 * Initial text by line; every line is `unknown` until `set`. A document that is read anew gets one more part: what history
 * and clipboard hold of the parts before keeps its meaning.
 */
export class InitialText {
  #text: string;
  readonly #ink = new Map<number, number>();
  #starts: Uint32Array | undefined;
  #last = 0;
  readonly #said = new Map<number, Stated>();
  #lines: readonly InitialLine[] = [];
  /** Where the newest part begins: the number of its first line. */
  #firstLine = 0;
  /** Offsets where parts begin, the first aside. */
  #bounds: readonly number[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  /** UTF-16 units of all parts. */
  get length(): number {
    return this.#text.length;
  }

  /** Takes the lines of the newest part, in order; missing ones stay `unknown`. */
  set(lines: readonly InitialLine[]): void {
    if (this.#firstLine === 0) {
      this.#lines = lines;
      return;
    }
    const before = Array.from({ length: this.#firstLine }, (_, line) => this.line(line));
    this.#lines = [...before, ...lines];
  }

  /** Begins a new part and gives the offset at which its text stands. The lines of the parts before are settled. */
  extend(text: string): number {
    const starts = this.#lineStarts();
    const at = this.#text.length;
    this.#firstLine = starts[starts.length - 1] === at ? starts.length - 1 : starts.length;
    this.#lines = this.#lines.slice(0, this.#firstLine);
    this.#bounds = [...this.#bounds, at];
    this.#text += text;
    this.#starts = undefined;
    this.#ink.clear();
    return at;
  }

  /** Number of the initial line that holds an offset of the initial text; a terminator belongs to its line. */
  lineOf(offset: number): number {
    const starts = this.#lineStarts();
    // Whoever folds a document asks for one line after the other.
    for (let line = this.#last; line <= this.#last + 1; line++) {
      if (offset >= (starts[line] ?? Infinity) && offset < (starts[line + 1] ?? Infinity)) {
        this.#last = line;
        return line;
      }
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    this.#last = low;
    return low;
  }

  line(line: number): InitialLine {
    const found = this.#lines[line] ?? UNKNOWN_LINE;
    const from = this.#said.size === 0 || found.kind !== 'claimed' ? undefined : this.#said.get(line);
    return from === undefined || found.kind !== 'claimed' ? found : { ...found, source: { ...found.source, from } };
  }

  /** Notes where the author says that a claimed line is from. */
  say(line: number, from: Stated): void {
    this.#said.set(line, from);
  }

  /** Characters of a line that are not white space. */
  ink(line: number): number {
    let ink = this.#ink.get(line);
    if (ink === undefined) {
      const starts = this.#lineStarts();
      ink = countInk(this.#text.slice(starts[line] ?? 0, starts[line + 1] ?? this.#text.length));
      this.#ink.set(line, ink);
    }
    return ink;
  }

  /** What is left of a claim when `ink` characters of the line are left: all of it if the line is whole. */
  claimCounts(
    line: number,
    claim: { readonly source: Source; readonly counts: Counts },
    ink: number,
    thresholds: FoldThresholds,
  ): Counts {
    const whole = Math.max(this.ink(line), ink);
    const stated = foldOrigin(claim.counts, thresholds) === claim.source.origin;
    const counts = stated ? claim.counts : assumedCounts(claim.source, whole);
    if (ink === whole) return counts;
    const scaled: Partial<Record<Counted, number>> = {};
    for (const key of COUNTED) {
      const count = counts[key];
      if (count !== undefined)
        scaled[key] = count === 0 || ink === 0 ? 0 : Math.max(1, Math.round((count * ink) / whole));
    }
    return scaled;
  }

  /** Offsets of the lines' starts; found on first use, since most documents are opened and never asked. */
  #lineStarts(): Uint32Array {
    if (this.#starts !== undefined) return this.#starts;
    const starts = [0];
    for (let at = this.#text.indexOf('\n'); at !== -1; at = this.#text.indexOf('\n', at + 1)) starts.push(at + 1);
    // A part begins a line, whether or not the part before ended in a line break.
    const all = this.#bounds.length === 0 ? starts : new Set([...starts, ...this.#bounds]);
    this.#starts = Uint32Array.from(all).sort();
    return this.#starts;
  }
}

/** Counts for a claim whose own say something else than its origin (imported, or judged by other thresholds). */
function assumedCounts(source: Source, ink: number): Counts {
  if (source.origin !== 'mixed') return { [source.origin]: ink };
  return { ai: Math.max(1, ink >> 1), human: Math.max(1, ink - (ink >> 1)) };
}
