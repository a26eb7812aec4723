/**
 * Who made an edit: from what the editor reports where it does, else from what capture saw (capture-signals §2). What
 * nothing speaks for is unknown: size, speed or place alone never make an edit anybody's.
 */
import type { Source } from '../../core/model/origin';
import { countInk } from '../../core/text/lines';
import { endsOf, reachesCaret } from './caretTrail';
import type { How } from './deeds';
import { isSuggestedName, tidied } from './deeds';
import type { Change, EditEvent, Extent, Place } from './editEvent';
import { isEmpty, sameExtent, samePlace } from './editEvent';
import { isPutElsewhere } from './putElsewhere';
import { reportedHow } from './reported';
import type { Exchange } from './shapes';

/** What an edit is, or what it takes to find out. */
export type Verdict =
  /** Settled, whatever follows. */
  | { readonly kind: 'certain'; readonly how: How }
  /** Typing, if the editor says next that the keyboard moved the caret to one of these offsets. */
  | { readonly kind: 'typed'; readonly carets: readonly number[] }
  /** The key's own doing (Enter, Backspace), if the document turns out to have been edited and not reloaded. */
  | { readonly kind: 'keyed'; readonly how: How }
  /** Nothing speaks for it yet; `how` is what it is if nothing ever does. */
  | { readonly kind: 'unexplained'; readonly how: How; readonly name: boolean };

export const TYPING: Source = { origin: 'human', via: 'typing', evidence: 'observed' };
export const PASTE: Source = { origin: 'paste', via: 'paste', evidence: 'observed' };
export const DISK: Source = { origin: 'external', via: 'disk', evidence: 'observed' };
const BY_KEY: How = { kind: 'edit', source: TYPING };
const UNKNOWN: How = { kind: 'edit', source: 'unknown' };

/** A selection that was made longer ago than this may have gone into a chat: its removal proves nothing. */
const FRESH_SELECTION = 4000;
/** More than a character goes by the keyboard only while a person is at work in the editor, not waiting for a chat. */
const AT_WORK = 30_000;
/** Text that an AI wrote goes by the keyboard, and not by the AI's own hand, only while a person is right there. */
const RIGHT_THERE = 2000;
const NO_TRIMS: ReadonlySet<Change> = new Set();
/** Input methods replace what they composed so far by a few characters. */
const MOST_COMPOSED = 16;
/** What the editor closes on its own behind a typed character: brackets, quotes, the end of a comment. */
const AUTO_CLOSED = /^ ?[)\]}>"'`*/-]{1,3}$/;
/** What Enter brings along: white space, and the leader of a comment that goes on. */
const LINE_BREAK = /^\r?\n[ \t]*(?:(?:\*|\/\/[/!]?|#|--|;+)[ \t]?)?(?:\r?\n[ \t]*)?$/;
/** What the editor adds behind a keystroke comes this soon. */
const BEHIND_KEY = 1000;
/** The longest name of a tag that is looked for before a closing tag. */
const MOST_TAG = 500;

/** Judges one event. `pasted` is what an announced paste or drop makes of it, if this event is that. */
export function classify(event: EditEvent, pasted: How | undefined): Verdict {
  if (event.reason !== undefined) return { kind: 'certain', how: { kind: event.reason } };
  // The editor reports a drop as the snippet that it makes of it.
  const mayBeDrop = event.detailed === undefined || ['snippet', 'unknown'].includes(event.detailed.source);
  if (event.dropped !== undefined && mayBeDrop) return { kind: 'certain', how: event.dropped };
  if (event.detailed !== undefined) {
    // Extensions put in snippets as well as people: the key that chose it says whose it was.
    if (event.detailed.source === 'snippet') {
      return pasted === undefined
        ? { kind: 'unexplained', how: UNKNOWN, name: false }
        : { kind: 'certain', how: pasted };
    }
    const reported = reportedHow(event, event.detailed);
    // A paste that the editor reports may still carry origins that travelled with it, or ones that were lost on the way.
    const isPaste = reported?.kind === 'edit' && reported.source !== 'unknown' && reported.source.via === 'paste';
    const carries = pasted?.kind === 'place' || (pasted?.kind === 'edit' && pasted.source === 'unknown');
    const how = isPaste && carries ? pasted : reported;
    return { kind: 'certain', how: how ?? unexplained(event) };
  }
  if (pasted !== undefined) return { kind: 'certain', how: pasted };
  const trims = trimsIn(event);
  const carets = isAtCarets(event, trims) ? typedCarets(event.changes, trims) : undefined;
  if (carets !== undefined) return { kind: 'typed', carets };
  if (isKeyed({ ...event, changes: event.changes.filter((change) => !trims.has(change)) })) {
    const isAis = event.chat?.inside === true && event.selectedAgo > RIGHT_THERE;
    return { kind: 'keyed', how: isAis ? UNKNOWN : BY_KEY };
  }
  // Ctrl+X on a selection that was made a while ago: the keyboard shows in the selection event.
  if (isCut(event)) return { kind: 'typed', carets: startsOf(event.changes) };
  if (closesTag(event)) return { kind: 'keyed', how: BY_KEY };
  const exchanges = exchangesOf(event);
  const isBehindKey = event.typedAgo <= BEHIND_KEY && event.formats();
  const tidy = event.saving ? tidied(exchanges, 'saving') : isBehindKey ? tidied(exchanges, 'typing') : undefined;
  // An assistant's own edits are saved as they come, and may look as tidy.
  if (tidy !== undefined && event.chat !== undefined) return { kind: 'unexplained', how: tidy, name: false };
  if (tidy !== undefined) return { kind: 'certain', how: tidy };
  if (event.chat?.undone() === true) return { kind: 'unexplained', how: { kind: 'restore' }, name: false };
  return { kind: 'unexplained', how: unexplained(event, exchanges), name: isSuggestedName(exchanges) };
}

/** What each change takes out and puts in. */
export function exchangesOf(event: EditEvent): Exchange[] {
  return event.changes
    .toSorted((a, b) => a.offset - b.offset)
    .map((change) => ({ removed: change.removed === 0 ? '' : event.textOf(change), text: change.text }));
}

/** Lines that are only put elsewhere keep their origins, whoever did it. */
function unexplained(event: EditEvent, exchanges = exchangesOf(event)): How {
  return isPutElsewhere(event, exchanges) ? { kind: 'layout', by: 'unknown' } : UNKNOWN;
}

/** The editor closes a tag right behind the `>` that was typed. */
function closesTag(event: EditEvent): boolean {
  return (
    event.changes.length > 0 &&
    event.typedAgo <= BEHIND_KEY &&
    event.changes.every(({ offset, removed, text, range }) => {
      const [, name] = /^<\/([\p{L}\p{N}_:.-]*)>$/u.exec(text) ?? [];
      if (name === undefined || removed > 0) return false;
      const before = event.textBefore(offset, MOST_TAG);
      const open = before.lastIndexOf('<');
      const opened = /^<([\p{L}\p{N}_:.-]*)[^<>]*>$/u.exec(open === -1 ? '' : before.slice(open));
      return opened?.[1] === name && event.selections.some((selection) => samePlace(selection.start, range.start));
    })
  );
}

function isCut({ changes, selections }: EditEvent): boolean {
  return (
    changes.length > 0 &&
    changes.every(({ text, range }) => text === '' && selections.some((selection) => sameExtent(range, selection)))
  );
}

/** Offsets after the event where its deletions were. */
function startsOf(changes: readonly Change[]): readonly number[] {
  let gone = 0;
  return changes
    .toSorted((a, b) => a.offset - b.offset)
    .map(({ offset, removed }) => {
      gone += removed;
      return offset - gone + removed;
    });
}

/**
 * What the editor trims in the edit of a key: the white space of lines on which Enter had put it and that were left empty.
 * None unless all else in the edit is at a caret: a formatter trims such lines too.
 */
function trimsIn({ changes, selections, saving }: EditEvent): ReadonlySet<Change> {
  if (saving || changes.length === 1) return NO_TRIMS;
  const trims = new Set(changes.filter((change) => isTrim(change, selections)));
  if (trims.size === 0 || trims.size === changes.length) return NO_TRIMS;
  const isAtCarets = changes.every((change) => {
    const { start, end } = change.range;
    return trims.has(change) || selections.some((at) => samePlace(at.start, start) || samePlace(at.start, end));
  });
  return isAtCarets ? trims : NO_TRIMS;
}

/** Whether a line is emptied that held nothing but white space, and no caret. */
function isTrim(change: Change, selections: readonly Extent[]): boolean {
  const { start, end } = change.range;
  const isOneLine = start.line === end.line && start.character === 0 && change.removed > 0;
  if (!isOneLine || change.text !== '' || !isBlank(change)) return false;
  return !selections.some((at) => at.start.line <= start.line && start.line <= at.end.line);
}

/** Whether every change but trims is where a caret was or may be; also where nobody knows of any. */
function isAtCarets({ changes, selections, trail }: EditEvent, trims: ReadonlySet<Change>): boolean {
  if (selections.length === 0) return true;
  const ends = endsOf(selections);
  return changes.every((change) => trims.has(change) || reachesCaret(change, ends) || trail.holds(change));
}

/** Offsets behind what was typed, if every change but trims has the shape of typing; undefined otherwise. */
function typedCarets(changes: readonly Change[], trims: ReadonlySet<Change>): readonly number[] | undefined {
  const carets: number[] = [];
  let grown = 0;
  for (const change of changes.toSorted((a, b) => a.offset - b.offset)) {
    const { offset, removed, text } = change;
    const typed = typedLength(text, removed);
    if (typed > 0) carets.push(offset + grown + typed);
    else if (!trims.has(change)) return undefined;
    grown += text.length - removed;
  }
  return carets.length === 0 ? undefined : carets;
}

/** How much of an inserted text one keystroke typed: one character (the rest closed on its own), or a composition. */
function typedLength(text: string, removed: number): number {
  const [first] = text;
  if (first === undefined || first === '\n' || first === '\r') return 0;
  const rest = text.slice(first.length);
  if (rest === '' || AUTO_CLOSED.test(rest)) return first.length;
  const isComposed = /[^ -~]/.test(text) && !text.includes('\n');
  return isComposed && text.length <= MOST_COMPOSED && removed <= MOST_COMPOSED ? text.length : 0;
}

/**
 * Enter, Tab, Backspace and Delete come without a sign of the keyboard. They are told by place and content: at every
 * caret of the focused editor, with no text but white space. What they delete is what the caret touches within a line,
 * a line break, or the selection that a person made just now.
 */
function isKeyed(event: EditEvent): boolean {
  const { changes, selections } = event;
  if (changes.length === 0 || changes.length > selections.length) return isIndentation(event);
  const isAtCaret = changes.every((change) => selections.some((selection) => fits(change, selection, event)));
  return isAtCaret || isIndentation(event);
}

function fits(change: Change, selection: Extent, { selectedAgo, movedAgo }: EditEvent): boolean {
  const { range, text } = change;
  if (!isEmpty(selection)) {
    return sameExtent(range, selection) && selectedAgo <= FRESH_SELECTION && (text === '' || LINE_BREAK.test(text));
  }
  const caret = selection.start;
  if (text !== '') return LINE_BREAK.test(text) && isBlank(change) && isNear(range, caret);
  if (!samePlace(range.end, caret) && !samePlace(range.start, caret)) return isEmptied(change, caret);
  if (change.removed > 2 && movedAgo > AT_WORK) return false;
  const lines = range.end.line - range.start.line;
  return lines === 0 || (lines === 1 && change.removed <= MOST_COMPOSED);
}

/** Enter trims the white space around the caret; a line before the caret's is begun at the end of the one above. */
function isNear(range: Extent, caret: Place): boolean {
  const { start, end } = range;
  if (isEmpty(range) && start.line === caret.line - 1) return true;
  return start.line === caret.line && end.line === caret.line && caret.character - start.character <= 64;
}

/** Backspace between auto-closed brackets takes both. */
function isEmptied({ range, removed }: Change, caret: Place): boolean {
  const { start, end } = range;
  return (
    removed === 2 && start.line === end.line && start.line === caret.line && caret.character - 1 === start.character
  );
}

/** Tab and Shift+Tab: white space comes or goes within the lines that the selections touch. */
function isIndentation({ changes, selections }: EditEvent): boolean {
  return (
    changes.length > 0 &&
    changes.every((change) => {
      const { line } = change.range.start;
      const isWhite = /^[ \t]*$/.test(change.text) && isBlank(change) && change.range.end.line === line;
      return isWhite && selections.some(({ start, end }) => start.line <= line && line <= end.line);
    })
  );
}

/** Whether nothing but white space goes. */
function isBlank({ removed, removedText }: Change): boolean {
  return removed === 0 || (removedText !== undefined && countInk(removedText) === 0);
}

/** Whether a person types or pastes with this edit, as far as its shape tells. */
export function isPersons(verdict: Verdict): boolean {
  if (verdict.kind !== 'certain') return verdict.kind !== 'unexplained';
  const { how } = verdict;
  return how.kind === 'place' || (how.kind === 'edit' && how.source !== 'unknown' && how.source.origin === 'paste');
}
