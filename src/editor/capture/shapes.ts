/**
 * The shape of an edit: whether its text stays what it was, laid out anew or put elsewhere. Shape never says who made
 * an edit; it bounds what a note, a save or a keystroke may be believed about it. Bounded by the size of the edit.
 */
import { countInk } from '../../core/text/lines';

/** What one change takes out (undefined where nobody knows) and puts in. */
export interface Exchange {
  readonly removed: string | undefined;
  readonly text: string;
  /** The whole names before and after, where a name is all that it changes and somebody looked. */
  readonly names?: readonly [string, string] | undefined;
}

/** Characters that formatters put in and take out, besides white space. */
const PUNCTUATION = /[;,'"`()[\]{}]/g;

/** Whether the edit puts in, in the same order, just the characters that it takes out, white space aside. */
export function keepsInk(exchanges: readonly Exchange[]): boolean {
  return sameInk(exchanges, inkOf);
}

/** The same, and no ink goes from one line to another. */
export function keepsInkOfLines(exchanges: readonly Exchange[]): boolean {
  return sameInk(exchanges, (text) =>
    linesIn(text, inkOf)
      .map((line) => `${inkOf(line)}\n`)
      .join(''),
  );
}

/** The same as `keepsInk`, but for the punctuation that formatters add and drop. */
export function keepsWords(exchanges: readonly Exchange[]): boolean {
  return sameInk(exchanges, (text) => inkOf(text).replace(PUNCTUATION, ''));
}

/** What a formatter adds at one place and nowhere else: the end of a statement or of an item. Brackets come in pairs. */
const ADDED_ALONE = /^[;,]$/;

/** Whether the edit adds punctuation, and at one place alone, that no formatter adds there: a completion's brackets. */
export function addsBrackets(exchanges: readonly Exchange[]): boolean {
  const [only, another] = exchanges.filter((exchange) => !keepsInk([exchange]));
  if (only?.removed === undefined || another !== undefined) return false;
  const [gone, come] = [inkOf(only.removed), inkOf(only.text)];
  const shorter = Math.min(gone.length, come.length);
  let head = 0;
  while (head < shorter && gone[head] === come[head]) head++;
  let tail = 0;
  while (tail < shorter - head && gone.at(-1 - tail) === come.at(-1 - tail)) tail++;
  const [less, more] = [gone.slice(head, gone.length - tail), come.slice(head, come.length - tail)];
  return more.length > less.length && wordKey(more) === '' && !(less === '' && ADDED_ALONE.test(more));
}

/** Whether lines are only sorted or put elsewhere: each line that comes is one that goes, and as often. */
export function keepsLines(exchanges: readonly Exchange[]): boolean {
  const changed = changedLines(exchanges);
  return changed?.gone.length === 0 && changed.come.length === 0;
}

/**
 * Whether imports are all that is sorted, merged or dropped: no other line goes, and no word comes that did not go. That
 * every character was there before would say nothing: who rewrites a text in fewer words needs no other letters.
 */
export function organizesImports(exchanges: readonly Exchange[]): boolean {
  const changed = changedLines(exchanges);
  if (changed === undefined || addsBrackets(exchanges)) return false;
  const { gone, come } = changed;
  if (gone.length + come.length === 0) return true;
  const words = new Set(gone.flatMap(wordsOf));
  return (
    gone.some((line) => IMPORT.test(line)) &&
    [...gone, ...come].every((line) => IMPORT.test(line) || IMPORTED.test(line)) &&
    come.every((line) => wordsOf(line).every((word) => words.has(word)))
  );
}

/** How a line of imports begins in most languages; in Go it may be a path alone. */
const IMPORT =
  /^(?:(?:import|from|export|use|using|include|include_once|require|require_once|open|package|library)\b|[#@](?:include|import)\b|\} *from\b|(?:const|let|var) .{1,500}= *require\b|(?:[\w.]+ )?"[^"]*"$)/;
/** A line within an import of several. */
const IMPORTED = /^(?:[{}()]|(?:type )?[\p{L}\p{N}_$*.:]+(?: as [\p{L}\p{N}_$]+)?,?)$/u;

function wordsOf(line: string): string[] {
  return line.match(/[\p{L}\p{N}_$]+|[^\p{L}\p{N}_$\s;,'"`()[\]{}]/gu) ?? [];
}

/** Lines that come and go otherwise than as each other; undefined where nobody knows what goes. */
function changedLines(exchanges: readonly Exchange[]): { gone: string[]; come: string[] } | undefined {
  const left = new Map<string, string[]>();
  for (const { removed } of exchanges) {
    if (removed === undefined) return undefined;
    for (const line of linesIn(removed)) {
      const key = wordKey(line);
      const same = left.get(key);
      if (same === undefined) left.set(key, [line]);
      else same.push(line);
    }
  }
  const come = exchanges.flatMap(({ text }) => {
    return linesIn(text).filter((line) => left.get(wordKey(line))?.pop() === undefined);
  });
  return { gone: [...left.values()].flat(), come };
}

function linesIn(text: string, keyOf = wordKey): string[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim().replace(/[ \t]+/g, ' '))
    .filter((line) => keyOf(line) !== '');
}

function wordKey(line: string): string {
  return inkOf(line).replace(PUNCTUATION, '');
}

/** Whether white space is all that comes and goes. */
export function isWhite(exchanges: readonly Exchange[]): boolean {
  return exchanges.every(({ removed, text }) => removed !== undefined && countInk(removed) + countInk(text) === 0);
}

/** Whether names, or parts of names, are all that is exchanged; the editor cuts a renaming down to what differs. */
export function isOfNames(exchanges: readonly Exchange[]): boolean {
  return exchanges.every(({ removed, text }) => removed !== undefined && isPartOfName(removed) && isPartOfName(text));
}

/** The same, and where a name comes one went, and the other way round: who adds a condition renames nothing. */
export function isRenaming(exchanges: readonly Exchange[]): boolean {
  return (
    isOfNames(exchanges) &&
    exchanges.every(({ removed, names }) => (names === undefined ? removed !== '' : !names.includes('')))
  );
}

/** The longest name that is looked at. */
export const MOST_NAME = 200;

function isPartOfName(text: string): boolean {
  return text.length <= MOST_NAME && /^[\p{L}\p{N}_$]*$/u.test(text);
}

/** Whether a text is one name, perhaps with the call's parentheses. */
export function isName(text: string): boolean {
  return text.length <= MOST_NAME && /^[@#$.]?[\p{L}\p{N}_$-]+(?:\(\))?$/u.test(text);
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
