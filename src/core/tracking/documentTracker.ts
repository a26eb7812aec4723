/**
 * The origins of one open document: takes its stream of edits, knows at any time who wrote each line.
 */
import { DEFAULT_THRESHOLDS } from '../model/fold';
import type { FoldThresholds } from '../model/fold';
import { countInk } from '../text/lines';
import type { Fragment, Tables } from './fragment';
import { fragmentOf, placedPiece } from './fragment';
import { EntryStack, remembered, unwind } from './history';
import type { Splice, TextChange } from './history';
import { InitialText } from './initialText';
import type { InitialLine } from './initialText';
import { laidOut } from './layout';
import type { PieceChange } from './layout';
import { foldLines } from './lineFold';
import type { LineState } from './lineFold';
import { originRuns } from './originRuns';
import type { OriginRun } from './originRuns';
import { EMPTY_PIECE, INITIAL, NOWHERE, UNKNOWN, insertedPiece, markAt } from './piece';
import type { Piece, Run } from './piece';
import { RemovalBudget, removalsOf } from './removals';
import type { RemovedLines } from './removals';
import { marksOfWithdrawal, rewritten } from './rewrite';
import { Sequence, isBlank } from './sequence';
import { SaidLines } from './saidLines';
import { SourceTable } from './sourceTable';
import { stated } from './stated';
import type { Statement } from '../model/statement';
import type { KnownOrNot } from './sourceTable';
import { TrackerOutOfStep, checked, isSameButForLineEnds, trimmed, withLineEndsOf } from './textChange';

/** How an edit came about, which decides what becomes of origins. */
export type EditKind =
  /** New text of one source. */
  | { readonly kind: 'edit'; readonly source: KnownOrNot }
  /** A paste or move of text whose origins are known: they travel; neutral text becomes `by`'s. */
  | { readonly kind: 'place'; readonly fragment: Fragment; readonly by: KnownOrNot }
  /** A formatter, a refactoring or a move: text keeps its origins; on neutral text who did it speaks. */
  | { readonly kind: 'layout'; readonly by: KnownOrNot }
  /** The editor took back, or did again, what it did before. */
  | { readonly kind: 'undo' }
  | { readonly kind: 'redo' };

/** History of a text that has other line ends now. */
interface Aside {
  readonly text: string;
  readonly done: EntryStack;
  readonly undone: EntryStack;
}

/** Characters of texts of before that are kept for undo to go back to. */
const MOST_INITIAL = 8_000_000;

/**
 * Tracks one document. Offsets are UTF-16 units, lines count from 0. Costs of an edit do not grow with the document.
 * `apply` throws `TrackerOutOfStep` when the changes do not fit the text; `resync` then finds common ground.
 */
export class DocumentTracker {
  readonly #sequence: Sequence;
  #tables: Tables;
  readonly #budget = new RemovalBudget();
  #done = new EntryStack();
  #undone = new EntryStack();
  /** What undo and redo go back over once the text has the line ends again that it had before. */
  #aside: Aside | undefined;
  readonly #said = new SaidLines();

  /**
   * Takes the text as it is when tracking begins. All of it is `unknown` until `setInitial`. `indentationIsSyntax`: white
   * space at the start of a line has a meaning, so that nobody may change a person's without being known.
   */
  constructor(text: string, indentationIsSyntax = false) {
    const runs: Run[] = text === '' ? [] : [{ length: text.length, source: INITIAL, at: 0 }];
    this.#sequence = new Sequence({ text, runs, marks: [] });
    this.#tables = {
      sources: new SourceTable(),
      initial: new InitialText(text),
      thresholds: DEFAULT_THRESHOLDS,
      indentationIsSyntax,
    };
  }

  /** UTF-16 units. */
  get length(): number {
    return this.#sequence.length;
  }

  /** Lines as an editor counts them: one more than line feeds. */
  get lineCount(): number {
    return this.#sequence.breaks + 1;
  }

  text(): string {
    return this.#sequence.text();
  }

  /** The text [start, end), clipped to what there is. */
  slice(start: number, end: number): string {
    const from = Math.min(Math.max(start, 0), this.length);
    return this.#sequence.slice(from, Math.min(Math.max(end, from), this.length));
  }

  /** Says what the lines of the initial text were; may come at any time, also after edits. */
  setInitial(lines: readonly InitialLine[]): void {
    this.#tables.initial.set(lines);
  }

  /** Says with which thresholds lines are folded: those of the policy in force. */
  setThresholds(thresholds: FoldThresholds): void {
    this.#tables.thresholds = thresholds;
  }

  /**
   * Takes a statement about the lines [first, last] (from 0): it strengthens their origins or adds detail, and weakens none.
   * The text stays, so undo and redo go on as they would have.
   */
  declare(first: number, last: number, statement: Statement): void {
    const text = this.text();
    const from = lineStart(text, first);
    const to = lineStart(text, last + 1);
    const states = new Map<number, LineState>();
    for (const state of this.lineStates()) {
      if (state.line >= first && state.line <= last) states.set(state.line - first, state);
    }
    this.#said.add(text.slice(from, to).split('\n'), states, statement);
    const before = this.#sequence.copy(from, to);
    this.#sequence.replace(from, to, stated(before, last - first + 1, states, statement, this.#tables));
  }

  /**
   * Applies one event's changes, all relative to the text before it, in any order, not overlapping (as VS Code's
   * `contentChanges`). Throws `TrackerOutOfStep` and changes nothing if they do not fit.
   */
  apply(changes: readonly TextChange[], how: EditKind): void {
    const ordered = checked(changes, this.length);
    if (how.kind === 'undo') this.#takeBack(ordered, this.#done, this.#undone);
    else if (how.kind === 'redo') this.#takeBack(ordered, this.#undone, this.#done);
    else this.#edit(ordered, how);
    if (!this.#said.isEmpty && (how.kind === 'undo' || how.kind === 'redo')) this.#sayAgain();
  }

  /** What was said about a line holds when undo brings back an earlier lay-out of it. */
  #sayAgain(): void {
    const lost = this.#said.lost(this.text().split('\n'), this.lineStates());
    for (const { first, last, statement } of lost) this.declare(first, last, statement);
  }

  /** A copy of text with its origins, to be placed here or in another document. Clipped to what there is. */
  fragment(offset: number, length: number): Fragment {
    const from = Math.min(Math.max(offset, 0), this.length);
    const to = Math.min(from + Math.max(length, 0), this.length);
    return fragmentOf(this.#sequence.copy(from, to), this.#tables);
  }

  /** Takes the document's real text after a misstep: what differs from the tracked text becomes `unknown`. */
  resync(text: string): void {
    const old = this.text();
    const shorter = Math.min(old.length, text.length);
    let head = 0;
    while (head < shorter && old.charCodeAt(head) === text.charCodeAt(head)) head++;
    let tail = 0;
    while (tail < shorter - head && old.charCodeAt(old.length - 1 - tail) === text.charCodeAt(text.length - 1 - tail)) {
      tail++;
    }
    const removed = old.length - head - tail;
    const insertion = insertedPiece(text.slice(head, text.length - tail), UNKNOWN);
    if (removed > 0 || insertion.text !== '') this.#splice({ offset: head, removed, insertion }, UNKNOWN);
    this.#forget();
  }

  /** There is no way back any more. */
  #forget(): void {
    this.#done.clear();
    this.#undone.clear();
    this.#aside = undefined;
  }

  /**
   * Takes new knowledge of all lines, after the text was read from disk again, and who removed lines with it. Undo goes
   * back over it, to the origins of before. A text with other line ends than the tracked one is taken as well: undo goes
   * on once the line ends are taken back; throws `TrackerOutOfStep` and changes nothing if anything else differs.
   */
  rebase(text: string, lines: readonly InitialLine[]): void {
    const old = this.text();
    const sameText = old === text;
    if (!sameText && !isSameButForLineEnds(old, text))
      throw new TrackerOutOfStep('expected the tracked text, found another');
    const whole = this.#sequence.copy(0, this.length);
    const removals = whole.marks.filter(({ kind }) => kind === 'removal');
    let marks = sameText ? removals : removals.map((mark) => markAt(mark, withLineEndsOf(old, text, mark.at)));
    if (!sameText) {
      const back = this.#aside?.text === text ? this.#aside : undefined;
      this.#aside = { text: old, done: this.#done, undone: this.#undone };
      this.#done = back?.done ?? new EntryStack();
      this.#undone = back?.undone ?? new EntryStack();
    }
    if (this.#tables.initial.length + text.length > MOST_INITIAL) {
      // Whose the removed lines were stands in the text that is let go.
      marks = marks.map((mark) => (mark.kind === 'removal' ? { ...mark, owners: [] } : mark));
      this.#forget();
      this.#tables = { ...this.#tables, initial: new InitialText('') };
    }
    const at = this.#tables.initial.extend(text);
    this.#tables.initial.set(lines);
    const runs: Run[] = text === '' ? [] : [{ length: text.length, source: INITIAL, at }];
    this.#sequence.replace(0, this.length, { text, runs, marks });
  }

  /** The lines somebody changed since the base, in order. Valid until the next edit. */
  lineStates(): Iterable<LineState> {
    return foldLines(this.#sequence.pieces, this.#tables);
  }

  /** Where each character of the present text comes from: runs without gaps, adjacent ones differ. Valid until the next edit. */
  runs(): Iterable<OriginRun> {
    return originRuns(this.#sequence.pieces, this.#tables);
  }

  /** Whole lines that are gone, with who removed them, by the present line before which they stood. */
  removals(): readonly RemovedLines[] {
    return removalsOf(this.#sequence.pieces, this.#tables);
  }

  #edit(changes: readonly TextChange[], how: Exclude<EditKind, { kind: 'undo' | 'redo' }>): void {
    const source = how.kind === 'edit' ? how.source : how.by;
    const by = this.#tables.sources.intern(source);
    const entry = how.kind === 'edit' ? this.#editAll(changes, by) : this.#placeAll(changes, how, by);
    if (entry.length === 0) return;
    this.#done.push(entry);
    this.#undone.clear();
  }

  /** From the last change to the first, so that offsets before the event stay true. */
  #editAll(changes: readonly TextChange[], by: number): Splice[] {
    const [only, another] = changes;
    if (another === undefined) return only === undefined ? [] : this.#editOne(only, by);
    return changes.toReversed().flatMap((change) => this.#editOne(change, by));
  }

  #editOne(change: TextChange, by: number): Splice[] {
    const least = trimmed(change, this.#sequence);
    return least === undefined ? [] : [this.#typed(least, by) ?? this.#splice(asPieceChange(least, by), by)];
  }

  #placeAll(
    changes: readonly TextChange[],
    how: Extract<EditKind, { kind: 'place' | 'layout' }>,
    by: number,
  ): Splice[] {
    const pieceChanges =
      how.kind === 'layout'
        ? laidOut(this.#sequence, changes, by)
        : changes
            .filter((change) => this.#differs(change))
            .map(({ offset, removed, text }): PieceChange => {
              return { offset, removed, insertion: placedPiece(how.fragment, text, how.by, this.#tables) };
            });
    return pieceChanges.toReversed().map((change) => this.#splice(change, by));
  }

  /** Text put in place of the same text changes nothing, and so no origin. */
  #differs({ offset, removed, text }: TextChange): boolean {
    return removed !== text.length || this.#sequence.slice(offset, offset + removed) !== text;
  }

  /** The common keystroke: text inside a line that needs no marks. Undefined when it is something else. */
  #typed({ offset, removed, text }: TextChange, by: number): Splice | undefined {
    if (text === '') {
      const before = this.#sequence.untype(offset, offset + removed, by);
      return before === undefined ? undefined : { at: offset, length: 0, before };
    }
    if (removed > 0 || text.includes('\n')) return undefined;
    // White space touches the line, unless it goes on from ink of the same source, which speaks for the line anyway.
    if (countInk(text) === 0 && !this.#sequence.goesOn(offset, by)) {
      const previous = this.#sequence.before(offset);
      if (previous?.run.source !== by || previous.run.at !== NOWHERE || isBlank(previous.code)) return undefined;
    }
    return { at: offset, length: text.length, before: this.#sequence.type(offset, text, by) };
  }

  /** Makes one change and returns what takes it back. */
  #splice({ offset, removed, insertion }: PieceChange, by: number): Splice {
    const sequence = this.#sequence;
    const isOwn = this.#tables.sources.ownTest(by);
    const { text, runs, marks } = insertion;
    if (text === '' || (marks.length === 0 && !text.includes('\n') && countInk(text) > 0)) {
      // Taking back what one wrote, or writing it anew within its line: common, and needs no look at the line.
      const before = sequence.copy(offset, offset + removed);
      if (before.runs.every(isOwn)) {
        sequence.replace(offset, offset + removed, { text, runs, marks: marksOfWithdrawal(before) });
        return { at: offset, length: text.length, before };
      }
    }
    const origin = this.#tables.sources.origin(by);
    const blankBefore = sequence.blankBefore(offset);
    const blankAfter = sequence.blankAfter(offset + removed);
    const low = offset - Math.max(blankBefore, 0);
    const high = offset + removed + Math.max(blankAfter, 0);
    const before = sequence.copy(low, high);
    const after = rewritten({
      before,
      from: offset - low,
      to: offset + removed - low,
      insertion,
      inkBefore: blankBefore < 0,
      inkAfter: blankAfter < 0,
      whiteBefore: blankBefore < -1,
      whiteAfter: blankAfter < -1,
      speaksBefore: blankBefore < 0 && this.#isOwnBefore(offset - ~blankBefore, isOwn),
      speaksAfter: blankAfter < 0 && this.#isOwnBefore(offset + removed + ~blankAfter + 1, isOwn),
      by,
      isOwn,
      byNobody: origin === 'unknown' || origin === 'external',
      indentationIsSyntax: this.#tables.indentationIsSyntax,
    });
    sequence.replace(low, high, this.#budget.within(after, before, sequence));
    return { at: low, length: after.text.length, before };
  }

  #isOwnBefore(offset: number, isOwn: (run: Run) => boolean): boolean {
    const run = this.#sequence.before(offset)?.run;
    return run !== undefined && isOwn(run);
  }

  #takeBack(changes: readonly TextChange[], from: EntryStack, onto: EntryStack): void {
    if (changes.every(({ removed, text }) => removed === 0 && text === '')) return;
    const match = unwind(this.#sequence, from, changes);
    if (match !== undefined) {
      this.#sequence.replace(match.from, match.to, match.piece);
      from.drop(match.count);
      for (const inverse of match.inverses) onto.push(inverse);
      return;
    }
    // Not as recorded: text that history remembers comes back with its runs; deletions leave no marks, being undone.
    const inverse: Splice[] = [];
    for (const { offset, removed, text } of changes.toReversed()) {
      const piece: Piece = text === '' ? EMPTY_PIECE : remembered(from, text, UNKNOWN);
      const before = this.#sequence.copy(offset, offset + removed);
      const kept = before.marks.filter((mark) => mark.at === 0 || mark.at === removed);
      const marks = kept.map((mark) => (mark.at === 0 ? mark : { ...mark, at: text.length }));
      this.#sequence.replace(offset, offset + removed, { ...piece, marks });
      inverse.push({ at: offset, length: text.length, before });
    }
    // On both: what history holds beyond must be able to go back over this step, whichever way the editor goes next.
    from.push(inverse);
    onto.push(inverse);
  }
}

/** Offset of a line; the text's length where there are fewer lines. */
function lineStart(text: string, line: number): number {
  let at = 0;
  for (let left = line; left > 0; left--) {
    const lineFeed = text.indexOf('\n', at);
    if (lineFeed === -1) return text.length;
    at = lineFeed + 1;
  }
  return at;
}

function asPieceChange({ offset, removed, text }: TextChange, by: number): PieceChange {
  return { offset, removed, insertion: insertedPiece(text, by) };
}
