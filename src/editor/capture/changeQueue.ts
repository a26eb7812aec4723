/**
 * The edits of one document that are not settled yet. Whether an edit was typed is told by what comes after it: the
 * selection event, and whether the document became dirty. Edits reach the tracker in their order, each once it is known.
 */
import type { EditKind } from '../../core/tracking/documentTracker';
import type { TextChange } from '../../core/tracking/history';
import type { Verdict } from './classify';
import { DISK, TYPING } from './classify';

/** An edit that waits. */
interface Waiting {
  readonly changes: readonly TextChange[];
  readonly verdict: Verdict;
  /** Whether the document turned out to be edited, and not reloaded from disk. */
  dirty: boolean;
  /** What the selection event said; undefined until it speaks. */
  keyboard: boolean | undefined;
}

/** Takes settled edits, in their order. */
export type Apply = (changes: readonly TextChange[], how: EditKind) => void;

/** A document's unsettled edits. Whoever owns it says what happens next, and flushes it before anybody asks. */
export class ChangeQueue {
  readonly #apply: Apply;
  readonly #waiting: Waiting[] = [];

  constructor(apply: Apply) {
    this.#apply = apply;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** An edit with its verdict; `dirty` as the document says at the event. */
  add(changes: readonly TextChange[], verdict: Verdict, dirty: boolean): void {
    this.#waiting.push({ changes, verdict, dirty, keyboard: undefined });
    this.#settle();
  }

  /** The document became dirty: its newest edit was an edit. */
  becameDirty(): void {
    const newest = this.#waiting.at(-1);
    if (newest !== undefined) newest.dirty = true;
    this.#settle();
  }

  /** Carets moved: `keyboard` by a key press, to these offsets (either end of each selection). */
  selected(selections: readonly (readonly [number, number])[], keyboard: boolean): void {
    const hit = this.#waiting.findLastIndex(
      ({ verdict }) => verdict.kind === 'typed' && reached(verdict.carets, selections),
    );
    if (hit === -1) return;
    for (let index = hit; index >= 0; index--) {
      const waiting = this.#waiting[index];
      if (waiting === undefined) break;
      waiting.keyboard ??= keyboard;
      // Fast keys may share one selection event: what leads up to its caret without a gap was typed as well.
      const previous = this.#waiting[index - 1];
      if (previous === undefined || !leadsTo(previous, waiting)) break;
    }
    this.#settle();
  }

  /** Nothing more is to be heard: settles everything. `saved` means that what waits was edited, not reloaded. */
  flush(saved: boolean): void {
    for (const waiting of this.#waiting) {
      waiting.dirty ||= saved;
      waiting.keyboard ??= false;
    }
    this.#settle(true);
  }

  #settle(all = false): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const how = settled(next, all);
      if (how === undefined) return;
      this.#waiting.shift();
      this.#apply(next.changes, how);
    }
  }
}

function settled({ verdict, dirty, keyboard }: Waiting, final: boolean): EditKind | undefined {
  if (verdict.kind === 'certain') return verdict.how;
  // A reload from disk never makes the document dirty.
  if (!dirty) return final ? { kind: 'edit', source: DISK } : undefined;
  if (verdict.kind === 'keyed') return verdict.how;
  if (verdict.kind === 'unexplained') return { kind: 'edit', source: 'unknown' };
  if (keyboard === undefined) return undefined;
  return { kind: 'edit', source: keyboard ? TYPING : 'unknown' };
}

function reached(carets: readonly number[], selections: readonly (readonly [number, number])[]): boolean {
  return selections.length > 0 && selections.every(([a, b]) => carets.includes(a) || carets.includes(b));
}

function leadsTo(previous: Waiting, next: Waiting): boolean {
  if (previous.verdict.kind !== 'typed') return false;
  const { carets } = previous.verdict;
  return next.changes.length === carets.length && next.changes.every(({ offset }) => carets.includes(offset));
}
