/**
 * The extensions that the editor named for edits which nothing else explains, and what those edits wrote: in memory, for
 * as long as the window lives. It is what the user is asked about, and what the hover of an unknown line says.
 */
import { countInk } from '../../core/text/lines';

const MOST_EXTENSIONS = 100;
/** Lines that are remembered; of longer edits the rest is only unknown. */
const MOST_LINES = 2000;
/** Lines with less ink than this stand everywhere. */
const LEAST_INK = 4;

export class SeenExtensions {
  /** Newest last. */
  readonly #ids = new Set<string>();
  readonly #lines = new Map<string, string>();

  /** Newest first. */
  get ids(): readonly string[] {
    return [...this.#ids].toReversed();
  }

  /** An edit of which the editor says only that this extension made it. */
  saw(id: string, texts: readonly string[]): void {
    this.#ids.delete(id);
    this.#ids.add(id);
    for (const oldest of this.#ids) {
      if (this.#ids.size <= MOST_EXTENSIONS) break;
      this.#ids.delete(oldest);
    }
    let left = MOST_LINES;
    for (const text of texts) {
      for (const line of text.split('\n', left)) {
        left--;
        if (countInk(line) >= LEAST_INK) this.#remember(line.trim(), id);
      }
    }
  }

  /** The extension that wrote a line of this text; undefined when that is not known. */
  writerOf(line: string): string | undefined {
    return this.#lines.get(line.trim());
  }

  #remember(line: string, id: string): void {
    this.#lines.delete(line);
    this.#lines.set(line, id);
    for (const oldest of this.#lines.keys()) {
      if (this.#lines.size <= MOST_LINES) break;
      this.#lines.delete(oldest);
    }
  }
}
