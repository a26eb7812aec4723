/**
 * The edits of one document that are not settled yet. Whether an edit was typed, or was an accepted completion, is told
 * by what comes after it: the selection event, the note of our accept key, and whether the document became dirty. Edits
 * reach the tracker in their order, each once it is known or nothing more can be expected.
 */
import type { Source, Via } from '../../core/model/origin';
import type { EditKind } from '../../core/tracking/documentTracker';
import type { TextChange } from '../../core/tracking/history';
import type { Verdict } from './classify';
import { DISK, TYPING } from './classify';

/**
 * Milliseconds that an edit waits for the note of an accept key. The editor sends it right behind the edit, before any
 * other key.
 */
export const NOTE_WAIT = 200;
/** Milliseconds that an edit waits for a selection event, or for the document to become dirty. */
export const EVENT_WAIT = 1000;
/** A note that comes ahead of its edit is kept for so long. */
const EARLY_NOTE = 100;

/** An edit that waits. */
interface Waiting {
  readonly changes: readonly TextChange[];
  readonly verdict: Verdict;
  readonly at: number;
  /** Whether the document turned out to be edited, and not reloaded from disk. */
  dirty: boolean;
  /** What the selection event said; undefined until it speaks. */
  keyboard: boolean | undefined;
  /** Whose it is, if a note says so: that of an accept key, or of a cut. */
  noted: Source | undefined;
}

/** Takes settled edits, in their order. */
export type Apply = (changes: readonly TextChange[], how: EditKind) => void;

/** A document's unsettled edits. Times are milliseconds of any steady clock. */
export class ChangeQueue {
  readonly #apply: Apply;
  #waiting: Waiting[] = [];
  #earlyNote: { readonly via: Via; readonly at: number } | undefined;

  constructor(apply: Apply) {
    this.#apply = apply;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** An edit with its verdict; `dirty` as the document says at the event. */
  add(changes: readonly TextChange[], verdict: Verdict, dirty: boolean, now: number): void {
    const early = this.#earlyNote;
    const isNoted = early !== undefined && now - early.at <= EARLY_NOTE && isOpen(verdict) && verdict.kind !== 'typed';
    if (isNoted) this.#earlyNote = undefined;
    const noted = isNoted ? acceptance(early.via) : undefined;
    this.#waiting.push({ changes, verdict, at: now, dirty, keyboard: undefined, noted });
    this.#settle(now);
  }

  /** The document became dirty: its newest edit was an edit. */
  becameDirty(now: number): void {
    const newest = this.#waiting.at(-1);
    if (newest !== undefined) newest.dirty = true;
    this.#settle(now);
  }

  /** Carets moved: `keyboard` by a key press, to these offsets (both ends of each selection). */
  selected(selections: readonly (readonly [number, number])[], keyboard: boolean, now: number): void {
    const hit = this.#waiting.findLastIndex(({ verdict }) => {
      return verdict.kind === 'typed' && reached(verdict.carets, selections);
    });
    for (let index = hit; index >= 0; index--) {
      const waiting = this.#waiting[index];
      if (waiting === undefined) break;
      waiting.keyboard ??= keyboard;
      // Fast keys may share one selection event: what leads up to its caret without a gap was typed as well.
      const previous = this.#waiting[index - 1];
      if (previous === undefined || !leadsTo(previous, waiting)) break;
    }
    this.#settle(now);
  }

  /** The accept key says that the edit it caused has been made. */
  accepted(via: Via, now: number): void {
    const edit = this.#waiting.findLast(({ verdict, keyboard, noted, at }) => {
      return isOpen(verdict) && keyboard !== true && noted === undefined && now - at <= EVENT_WAIT;
    });
    if (edit === undefined) this.#earlyNote = { via, at: now };
    else edit.noted = acceptance(via);
    this.#settle(now);
  }

  /** The editor says that these changes were a cut: a person's. */
  cut(changes: readonly TextChange[], now: number): void {
    const edit = this.#waiting.find((waiting) => waiting.changes === changes);
    if (edit !== undefined) edit.noted ??= TYPING;
    this.#settle(now);
  }

  /** Settles what has waited long enough. */
  expire(now: number): void {
    this.#settle(now);
  }

  /** Settles everything, since somebody must know now. `dirty` means that what waits was edited, not reloaded. */
  flush(dirty: boolean): void {
    for (const waiting of this.#waiting) waiting.dirty ||= dirty;
    this.#settle(Infinity);
  }

  /** What stands at a place of the document with all edits made, where an edit that waits put it; see `before`. */
  textAt(offset: number, length: number, before: (offset: number, length: number) => string): string | undefined {
    let at = offset;
    for (const { changes } of this.#waiting.toReversed()) {
      let grown = 0;
      let shift = 0;
      for (const { offset: from, removed, text } of changes.toSorted((a, b) => a.offset - b.offset)) {
        const start = from + grown;
        const end = start + text.length;
        if (at >= start && at + length <= end) return text.slice(at - start, at - start + length);
        if (at < end && at + length > start) return undefined;
        grown += text.length - removed;
        if (at >= end) shift = grown;
      }
      at -= shift;
    }
    return before(at, length);
  }

  #settle(now: number): void {
    let count = 0;
    for (const waiting of this.#waiting) {
      const how = settled(waiting, now);
      if (how === undefined) break;
      count++;
      this.#apply(waiting.changes, how);
    }
    if (count > 0) this.#waiting = this.#waiting.slice(count);
  }
}

function acceptance(via: Via): Source {
  return { origin: 'ai', via, evidence: 'observed' };
}

/** Whether a later event may still say what the edit was. */
function isOpen({ kind }: Verdict): boolean {
  return kind !== 'certain';
}

function settled({ verdict, at, dirty, keyboard, noted }: Waiting, now: number): EditKind | undefined {
  if (verdict.kind === 'certain') return verdict.how;
  if (noted !== undefined) return { kind: 'edit', source: noted };
  const waited = now - at;
  // A reload from disk never makes the document dirty.
  if (!dirty) return waited > EVENT_WAIT ? { kind: 'edit', source: DISK } : undefined;
  if (verdict.kind === 'typed') {
    if (keyboard === true) return { kind: 'edit', source: TYPING };
    return waited > (keyboard === false ? NOTE_WAIT : EVENT_WAIT) ? { kind: 'edit', source: 'unknown' } : undefined;
  }
  if (waited <= NOTE_WAIT) return undefined;
  return verdict.kind === 'keyed' ? verdict.how : { kind: 'edit', source: 'unknown' };
}

function reached(carets: readonly number[], selections: readonly (readonly [number, number])[]): boolean {
  return selections.length > 0 && selections.every(([a, b]) => carets.includes(a) || carets.includes(b));
}

function leadsTo(previous: Waiting, next: Waiting): boolean {
  if (previous.verdict.kind !== 'typed') return false;
  const { carets } = previous.verdict;
  return next.changes.length === carets.length && next.changes.every(({ offset }) => carets.includes(offset));
}
