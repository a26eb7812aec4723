/**
 * Hashes of a document's lines from one save to the next: few lines change in between, and only those that claims name
 * are hashed at all.
 */
import type { LineHash } from '../model/record';
import type { Hash } from '../ports';
import { hashLine } from '../sidecar/lineHash';

/** How far from where it is expected a line is looked for: behind a few inserted, removed or changed lines. */
const WINDOW = 16;

/** The hashes of a list of lines (binary strings without terminators), by line from 0, computed when asked for. */
export class LineHashes {
  readonly #hash: Hash;
  readonly #lines: readonly string[];
  readonly #exact: (LineHash | undefined)[];
  readonly #loose: (LineHash | undefined)[];

  /** Takes over what `earlier` knows of the same lines; those it does not find are only hashed once more. */
  constructor(hash: Hash, lines: readonly string[], earlier?: LineHashes) {
    this.#hash = hash;
    this.#lines = lines;
    this.#exact = Array.from({ length: lines.length });
    this.#loose = [...this.#exact];
    if (earlier !== undefined && earlier.#hash === hash) this.#take(earlier);
  }

  /** The exact hash of a line. The line must exist. */
  exact(line: number): LineHash {
    return (this.#exact[line] ??= this.#hash.hash96(this.#lines[line] ?? ''));
  }

  /** Both hashes of a line, the second blind to white space. The line must exist. */
  both(line: number): { readonly exact: LineHash; readonly loose: LineHash } {
    const loose = this.#loose[line];
    if (loose !== undefined) return { exact: this.exact(line), loose };
    const hashes = hashLine(this.#hash, this.#lines[line] ?? '');
    this.#exact[line] = hashes.exact;
    this.#loose[line] = hashes.loose;
    return hashes;
  }

  #take(earlier: LineHashes): void {
    const shift = earlier.#lines.length - this.#lines.length;
    let expected = 0;
    for (let line = 0; line < this.#lines.length; line++) {
      const found = earlier.#find(this.#lines[line] ?? '', expected, line + shift);
      if (found === undefined) continue;
      this.#exact[line] = earlier.#exact[found];
      this.#loose[line] = earlier.#loose[found];
      expected = found + 1;
    }
  }

  /** Looks behind the line before, at the same distance from the end, and then around the former. */
  #find(text: string, expected: number, fromEnd: number): number | undefined {
    if (this.#lines[expected] === text) return expected;
    if (fromEnd >= 0 && this.#lines[fromEnd] === text) return fromEnd;
    for (let distance = 1; distance <= WINDOW; distance++) {
      if (this.#lines[expected + distance] === text) return expected + distance;
      if (distance <= expected && this.#lines[expected - distance] === text) return expected - distance;
    }
    return undefined;
  }
}
