/**
 * The shape of an edit: whether its text stays what it was, laid out anew or put elsewhere. Shape never says who made
 * an edit; it bounds what a note, a save or a keystroke may be believed about it. Bounded by the size of the edit.
 */
import { countInk } from '../../core/text/lines';

/** What one change takes out (undefined where nobody knows) and puts in. */
export interface Exchange {
  readonly removed: string | undefined;
  readonly text: string;
}

/** Characters that formatters put in and take out, besides white space. */
const PUNCTUATION = /[;,'"`()[\]{}]/g;

/** Whether the edit puts in, in the same order, just the characters that it takes out, white space aside. */
export function keepsInk(exchanges: readonly Exchange[]): boolean {
  return sameInk(exchanges, inkOf);
}

/** The same, but for the punctuation that formatters add and drop. */
export function keepsWords(exchanges: readonly Exchange[]): boolean {
  return sameInk(exchanges, (text) => inkOf(text).replace(PUNCTUATION, ''));
}

/** Whether every character that comes was among those that go: lines that are sorted, moved or dropped. */
export function addsNothing(exchanges: readonly Exchange[]): boolean {
  const left = new Map<string, number>();
  for (const { removed } of exchanges) {
    if (removed === undefined) return false;
    for (const unit of inkOf(removed).replace(PUNCTUATION, '')) left.set(unit, (left.get(unit) ?? 0) + 1);
  }
  for (const { text } of exchanges) {
    for (const unit of inkOf(text).replace(PUNCTUATION, '')) {
      const count = left.get(unit) ?? 0;
      if (count === 0) return false;
      left.set(unit, count - 1);
    }
  }
  return true;
}

/** Whether white space is all that comes and goes. */
export function isWhite(exchanges: readonly Exchange[]): boolean {
  return exchanges.every(({ removed, text }) => removed !== undefined && countInk(removed) + countInk(text) === 0);
}

/** Whether names, or parts of names, are all that is exchanged; the editor cuts a renaming down to what differs. */
export function isRenaming(exchanges: readonly Exchange[]): boolean {
  return exchanges.every(({ removed, text }) => removed !== undefined && isPartOfName(removed) && isPartOfName(text));
}

function isPartOfName(text: string): boolean {
  return text.length <= 200 && /^[\p{L}\p{N}_$]*$/u.test(text);
}

/** Whether a text is one name, perhaps with the call's parentheses. */
export function isName(text: string): boolean {
  return text.length <= 200 && /^[@#$.]?[\p{L}\p{N}_$-]+(?:\(\))?$/u.test(text);
}

/** Whether the characters of one text stand in another in their order, letter case aside: how suggestions are found. */
export function isFoundIn(part: string, whole: string): boolean {
  let at = 0;
  const wanted = part.toLowerCase();
  for (const unit of whole.toLowerCase()) if (unit === wanted[at]) at++;
  return at === wanted.length;
}

function sameInk(exchanges: readonly Exchange[], ink: (text: string) => string): boolean {
  let gone = '';
  let come = '';
  for (const { removed, text } of exchanges) {
    if (removed === undefined) return false;
    gone += ink(removed);
    come += ink(text);
  }
  return gone === come;
}

function inkOf(text: string): string {
  return text.replace(/[ \t-\r]+/g, '');
}
