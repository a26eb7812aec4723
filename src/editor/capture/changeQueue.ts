/**
 * The edits of one document that are not settled yet. Whether an edit was typed, or was an accepted completion, is told
 * by what comes after it: the selection event, the note of our accept key, and whether the document became dirty. Edits
 * reach the tracker in their order, each once it is known or nothing more can be expected.
 */
import type { Source } from '../../core/model/origin';
import type { TextChange } from '../../core/tracking/history';
import type { Verdict } from './classify';
import { DISK, TYPING } from './classify';
import type { Deed, How } from './deeds';
import { AHEAD, howOf, tidied } from './deeds';
import { DRAGGED } from './droppedText';
import type { ChatContext } from './editEvent';
import { pieceAt } from './pieceAt';
import { Renaming } from './renaming';
import type { Exchange } from './shapes';

/**
 * Milliseconds that an edit waits for the note of a key. The editor sends it right behind the edit, before any other
 * key.
 */
export const NOTE_WAIT = 200;
/** Milliseconds that an edit waits for the document to become dirty, and a formatter's for its save. */
export const EVENT_WAIT = 1000;
/** Milliseconds that a keystroke waits for its selection event: on a busy machine that comes late, never wrong. */
export const KEY_WAIT = 3000;
/** A note that comes ahead of its edit is kept for so long. */
const EARLY_NOTE = 100;
/** Milliseconds between a suggestion and the character that chose it: the editor makes both edits at one keystroke. */
const ONE_KEYSTROKE = 50;

/** An edit as it comes, with what is known about it by then. Times are milliseconds of any steady clock. */
export interface Incoming {
  readonly changes: readonly TextChange[];
  readonly verdict: Verdict;
  /** Whether the document is dirty, as it says at the event. */
  readonly dirty: boolean;
  readonly chat?: ChatContext | undefined;
  /** What the changes take out and put in, for the notes of deeds. */
  exchanges(): readonly Exchange[];
  readonly suggestsAi: boolean;
}

/** An edit that waits. */
interface Waiting extends Incoming {
  readonly at: number;
  /** Whether the document turned out to be edited, and not reloaded from disk. */
  edited: boolean;
  /** What the selection event said; undefined until it speaks. */
  keyboard: boolean | undefined;
  /** Whose it is, if a note says so: that of a key, or of a cut. */
  noted: How | undefined;
  /** What a note that came ahead makes of it, unless one that follows says otherwise. */
  readonly foreseen: How | undefined;
  /** The renaming that the note of `foreseen` announced. */
  readonly renaming: Renaming | undefined;
  /** Whether the text before an assistant's pending edits took the same change: then it was not the assistant's. */
  mirrored: boolean;
}

/** What a key's note says. */
type Note =
  | { readonly kind: 'accepted'; readonly source: Source }
  | { readonly kind: 'deed'; readonly deed: Deed; readonly renaming: Renaming | undefined };

/** Takes settled edits, in their order. */
export type Apply = (changes: readonly TextChange[], how: How) => void;

/** A document's unsettled edits. */
export class ChangeQueue {
  readonly #apply: Apply;
  #waiting: Waiting[] = [];
  #early: { readonly note: Note; readonly at: number } | undefined;

  constructor(apply: Apply) {
    this.#apply = apply;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** The newest edit, if it waits. */
  get newest(): Pick<Waiting, 'changes' | 'verdict' | 'at'> | undefined {
    return this.#waiting.at(-1);
  }

  add(edit: Incoming, now: number): void {
    const early = this.#early?.note;
    const foreseen = this.#foreseen(edit, now);
    const renaming = foreseen !== undefined && early?.kind === 'deed' ? early.renaming : undefined;
    const waiting = { ...edit, at: now, edited: edit.dirty, keyboard: undefined, noted: undefined, foreseen, renaming };
    this.#waiting.push({ ...waiting, mirrored: false });
    this.#settle(now);
  }

  /** The document became dirty: its newest edit was an edit. */
  becameDirty(now: number): void {
    const newest = this.#waiting.at(-1);
    if (newest !== undefined) newest.edited = true;
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
      const previous = this.#waiting[index - 1];
      if (previous === undefined) break;
      if (keyboard && isChosenBy(previous, waiting)) previous.noted ??= howOf('suggest', previous.exchanges(), true);
      // Fast keys may share one selection event: what leads up to its caret without a gap was typed as well.
      if (!leadsTo(previous, waiting)) break;
    }
    this.#settle(now);
  }

  /** The accept key says that the edit it caused has been made. */
  accepted(source: Source, now: number): void {
    this.#noted({ kind: 'accepted', source }, now);
  }

  /**
   * The key of a command says that the edit it caused has been made; renaming may still be about to make it, here or in
   * other documents, which share the `renaming`.
   */
  did(deed: Deed, now: number, renaming = new Renaming()): void {
    this.#noted({ kind: 'deed', deed, renaming: deed === 'rename' ? renaming : undefined }, now);
  }

  /**
   * The document is about to be saved: what the editor tidied right before, it did for the save. Its formatters run
   * before it says so. Not what an assistant that has edits pending may have done: the editor saves that by itself.
   */
  saving(now: number): void {
    for (const waiting of this.#waiting) {
      // A semicolon alone has the shape of typing; the keyboard would have shown by now.
      const { verdict, keyboard } = waiting;
      const isOpen = verdict.kind === 'unexplained' || (verdict.kind === 'typed' && keyboard === undefined);
      if (isOpen && !mayBeChats(waiting)) waiting.noted ??= tidied(waiting.exchanges(), 'saving');
    }
    this.#settle(now);
  }

  /** The text before an assistant's pending edits took these changes too. */
  mirrored(changes: readonly TextChange[], now: number): void {
    const same = this.#waiting.findLast((waiting) => !waiting.mirrored && isAlike(waiting.changes, changes));
    if (same !== undefined) same.mirrored = true;
    this.#settle(now);
  }

  /** The editor says that these changes were a cut: a person's. */
  cut(changes: readonly TextChange[], now: number): void {
    const edit = this.#waiting.find((waiting) => waiting.changes === changes);
    if (edit !== undefined) edit.noted ??= { kind: 'edit', source: TYPING };
    this.#settle(now);
  }

  /** The selection that followed these changes says that they were a drag of this range: a person's. */
  dragged(changes: readonly TextChange[], from: readonly [number, number], now: number): void {
    const edit = this.#waiting.find((waiting) => waiting.changes === changes);
    if (edit !== undefined) edit.noted ??= { kind: 'drag', from, by: DRAGGED };
    this.#settle(now);
  }

  /** Settles what has waited long enough. */
  expire(now: number): void {
    this.#settle(now);
  }

  /** Settles everything, since somebody must know now. `dirty` means that what waits was edited, not reloaded. */
  flush(dirty: boolean): void {
    // Of the newest alone: an edit says so before the next one comes, so an earlier one was a reload.
    const newest = this.#waiting.at(-1);
    if (newest !== undefined) newest.edited ||= dirty;
    this.#settle(Infinity);
  }

  /** What stands at a place of the document with all edits made; `before` knows the text without those that wait. */
  textAt(offset: number, length: number, before: (offset: number, length: number) => string): string {
    const changes = this.#waiting.map((waiting) => waiting.changes);
    return pieceAt(changes, { offset, length }, before);
  }

  /** Gives the newest edit that the note fits its word, or keeps the note for an edit to come. */
  #noted(note: Note, now: number): void {
    const isOpen = ({ verdict, keyboard, noted, at }: Waiting): boolean =>
      verdict.kind !== 'certain' && keyboard !== true && noted === undefined && now - at <= EVENT_WAIT;
    for (const waiting of this.#waiting.toReversed()) {
      const how = isOpen(waiting) ? said(note, waiting) : undefined;
      if (how === undefined) continue;
      if (note.kind === 'deed') note.renaming?.takes(waiting.exchanges());
      waiting.noted = how;
      this.#settle(now);
      return;
    }
    this.#early = { note, at: now };
  }

  /** What a note that came ahead says of an edit; the note is then spent. */
  #foreseen(edit: Incoming, now: number): How | undefined {
    if (this.#early === undefined || edit.verdict.kind === 'certain' || edit.verdict.kind === 'typed') return undefined;
    const { note, at } = this.#early;
    // What a key does by itself is no command's doing, however long that takes.
    if (note.kind === 'deed' && edit.verdict.kind === 'keyed') return undefined;
    const ahead = (note.kind === 'deed' ? AHEAD[note.deed] : undefined) ?? EARLY_NOTE;
    if (now - at > ahead) return undefined;
    const how = said(note, edit);
    if (how !== undefined) this.#early = undefined;
    return how;
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

function said(note: Note, edit: Incoming): How | undefined {
  if (note.kind === 'accepted') return { kind: 'edit', source: note.source };
  // The next key may be faster than the note: Enter chose no suggestion, it came behind the one that was chosen.
  const isKey = note.deed === 'suggest' && edit.verdict.kind !== 'unexplained';
  return isKey || note.renaming?.fits(edit.exchanges()) === false
    ? undefined
    : howOf(note.deed, edit.exchanges(), edit.suggestsAi);
}

function settled(waiting: Waiting, now: number): How | undefined {
  const { verdict, at, edited, keyboard, noted } = waiting;
  if (verdict.kind === 'certain') return verdict.how;
  if (noted !== undefined) return noted;
  const waited = now - at;
  // A reload from disk never makes the document dirty.
  if (!edited) return waited > EVENT_WAIT ? { kind: 'edit', source: DISK } : undefined;
  if (verdict.kind === 'typed') {
    if (keyboard === true) return { kind: 'edit', source: TYPING };
    const isOver = waited > (keyboard === false ? NOTE_WAIT : KEY_WAIT);
    return isOver ? (byChat(waiting) ?? { kind: 'edit', source: 'unknown' }) : undefined;
  }
  const mayBeTidied = verdict.kind === 'unexplained' && !mayBeChats(waiting);
  const isTidy = mayBeTidied && tidied(waiting.exchanges(), 'saving') !== undefined;
  if (waited <= (isTidy ? EVENT_WAIT : NOTE_WAIT)) return undefined;
  // While an assistant has edits pending, a note that came seconds ahead may have been about nothing.
  const isForeseen = waiting.foreseen !== undefined && !mayBeChats(waiting);
  // Only now, since a later note may have said what it was, and a renaming is in all files before it is settled in one.
  if (isForeseen && waiting.renaming?.takes(waiting.exchanges()) !== false) return waiting.foreseen;
  // A key's own doing in an AI's text can't be told from the AI's by the mirror: `classify` has judged it.
  if (verdict.kind === 'keyed' && waiting.chat?.inside === true) return verdict.how;
  const how = byChat(waiting) ?? verdict.how;
  // Whoever it was, nobody took back what a chat had pending.
  return how.kind === 'restore' && waiting.mirrored ? { kind: 'edit', source: 'unknown' } : how;
}

/** Whether an assistant that has edits pending may have made this one: the text before its edits did not take it. */
function mayBeChats({ chat, mirrored }: Waiting): boolean {
  return chat !== undefined && !mirrored;
}

/** Edits that an assistant has pending: what the text before them did not take as well is the assistant's. */
function byChat(waiting: Waiting): How | undefined {
  const { chat, verdict } = waiting;
  if (chat === undefined || !mayBeChats(waiting)) return undefined;
  if (verdict.kind === 'unexplained' && verdict.how.kind === 'restore') return verdict.how;
  return { kind: 'edit', source: chat.inside ? { ...chat.source, evidence: 'inferred' } : chat.source };
}

/** Whether two edits put in and take out the same, wherever. */
function isAlike(a: readonly TextChange[], b: readonly TextChange[]): boolean {
  const left = a.toSorted((one, other) => one.offset - other.offset);
  const right = b.toSorted((one, other) => one.offset - other.offset);
  return (
    left.length === right.length &&
    left.every(({ removed, text }, index) => removed === right[index]?.removed && text === right[index].text)
  );
}

/** Whether the second edit is the character that chose the first, a suggested name. */
function isChosenBy(previous: Waiting, next: Waiting): boolean {
  const { verdict } = previous;
  if (verdict.kind !== 'unexplained' || !verdict.name || next.at - previous.at > ONE_KEYSTROKE) return false;
  let grown = 0;
  const ends = previous.changes
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, removed, text }) => {
      grown += text.length - removed;
      return offset + grown + removed;
    });
  return next.changes.length === ends.length && next.changes.every(({ offset }) => ends.includes(offset));
}

/** Whether every selection is at one of the carets. */
export function reached(carets: readonly number[], selections: readonly (readonly [number, number])[]): boolean {
  return selections.length > 0 && selections.every(([a, b]) => carets.includes(a) || carets.includes(b));
}

function leadsTo(previous: Waiting, next: Waiting): boolean {
  if (previous.verdict.kind !== 'typed') return false;
  const { carets } = previous.verdict;
  return next.changes.length === carets.length && next.changes.every(({ offset }) => carets.includes(offset));
}
