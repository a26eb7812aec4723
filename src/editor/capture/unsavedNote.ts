/**
 * Notes one document's unsaved text for the case that the editor ends: once nobody has typed for a moment, and every few
 * seconds while somebody does. An edit costs no timer and no look at the text.
 */

/** Milliseconds without an edit, and of edits without a pause, after which the buffer is noted. */
const IDLE = 800;
const LONGEST = 5000;

export class UnsavedNote {
  readonly #write: () => boolean;
  #timer: NodeJS.Timeout | undefined;
  #first = 0;
  #last = 0;

  /** `write` gives false where the buffer can't be noted yet. */
  constructor(write: () => boolean) {
    this.#write = write;
  }

  /** The buffer changed. */
  touch(): void {
    this.#last = performance.now();
    if (this.#timer !== undefined) return;
    this.#first = this.#last;
    this.#await(IDLE);
  }

  /** Notes it at once, if it has changed since the last note. */
  now(): void {
    if (this.#timer === undefined) return;
    this.drop();
    if (!this.#write()) this.touch();
  }

  /** There is nothing to note any more. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #await(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      const now = performance.now();
      const left = Math.min(this.#last + IDLE, this.#first + LONGEST) - now;
      if (left > 1) this.#await(left);
      else this.now();
    }, milliseconds);
  }
}
