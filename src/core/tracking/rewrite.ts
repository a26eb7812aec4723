/**
 * What an edit does to a line's marks: who deleted in it, who only touched its white space, who split, joined or emptied
 * it, and which lines are gone as a whole. Works on a small piece around the change, so that undo can put the piece
 * back as it was.
 */
import { countInk } from '../text/lines';
import { addMark, cutRuns, markAt, pushRun } from './piece';
import type { Mark, Piece, Run } from './piece';

/** A change of a piece: characters [from, to) go, `insertion` comes. */
export interface Rewrite {
  readonly before: Piece;
  readonly from: number;
  readonly to: number;
  readonly insertion: Piece;
  /** There is ink before the piece in its first line; otherwise the piece begins where the line begins. */
  readonly inkBefore: boolean;
  /** There is ink behind the piece in its last line; otherwise the piece ends where the line's content ends. */
  readonly inkAfter: boolean;
  /** White space between that ink and the piece, before and behind it. */
  readonly whiteBefore: boolean;
  readonly whiteAfter: boolean;
  /** The next ink before (after) the change in its line is by the same origin: it speaks for what only touches the line. */
  readonly speaksBefore: boolean;
  readonly speaksAfter: boolean;
  /** Number of the source that makes the change. */
  readonly by: number;
  /** Whether a run was inserted by the same origin: taking back what one wrote leaves no mark. */
  readonly isOwn: (run: Run) => boolean;
  /** Whether nobody is on record for the change, so that white space with a meaning counts as one more character. */
  readonly byNobody: boolean;
  /** Whether white space at the start of a line has a meaning (Python, YAML). */
  readonly indentationIsSyntax: boolean;
}

/** The piece after the change. */
export function rewritten(change: Rewrite): Piece {
  const { before, from, to, insertion } = change;
  const marks = to > from ? marksOfDeletion(change) : [...before.marks];
  const placed = insertion.text === '' ? marks : marksOfInsertion(change, marks);
  for (const at of meantAt(change)) addMark(placed, { kind: 'touch', at, source: change.by, ink: 1, weak: false });
  const runs = cutRuns(before.runs, 0, from);
  for (const run of insertion.runs) pushRun(runs, run);
  for (const run of cutRuns(before.runs, to, before.text.length)) pushRun(runs, run);
  return { text: before.text.slice(0, from) + insertion.text + before.text.slice(to), runs, marks: placed };
}

/**
 * Where a change of white space alone, by nobody on record, may change the meaning (design §3): white space appears or
 * vanishes between two characters, lines are split or joined, or the indentation changes where it is syntax.
 */
function meantAt({ before, from, to, insertion, ...change }: Rewrite): number[] {
  if (!change.byNobody || !change.inkAfter) return [];
  const after = before.text.slice(0, from) + insertion.text + before.text.slice(to);
  if (countInk(before.text) + countInk(insertion.text) > 0) return [];
  if (change.inkBefore) {
    const isApart = change.whiteBefore || change.whiteAfter;
    if (separation(before.text, isApart) === separation(after, isApart)) return [];
    return after.includes('\n') ? [0, after.length] : [from];
  }
  const isIndented = change.indentationIsSyntax && lastLine(before.text) !== lastLine(after);
  return isIndented ? [after.length] : [];
}

function separation(white: string, isApart: boolean): 'none' | 'space' | 'lines' {
  if (white.includes('\n')) return 'lines';
  return white === '' && !isApart ? 'none' : 'space';
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** A line that is gone: its text, and where in the piece it stood. */
interface Gone {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** How a deletion looks from its first and last line. */
interface Shape {
  /** The first line's marks before the deletion stay; otherwise the line is gone with them. */
  readonly keepsFirst: boolean;
  readonly keepsLast: boolean;
  readonly removed: readonly Gone[];
  readonly touch: { readonly ink: number; readonly weak: boolean } | undefined;
}

/** Marks after the deletion, with offsets into the text that is left. */
function marksOfDeletion(change: Rewrite): Mark[] {
  const { before, from, to, by } = change;
  const shape = shapeOf(change);
  const marks: Mark[] = [];
  for (const mark of before.marks) {
    const side = mark.at <= from ? 'first' : mark.at >= to ? 'last' : 'inside';
    const stays = side === 'first' ? shape.keepsFirst : side === 'last' ? shape.keepsLast : false;
    if (mark.kind === 'removal' || stays) {
      addMark(marks, markAt(mark, side === 'first' ? mark.at : side === 'last' ? mark.at - (to - from) : from));
    }
  }
  if (shape.removed.length > 0) {
    // Where the first line is gone, its place is the start of what is left; otherwise the lines stood behind it.
    const at = change.inkBefore || shape.keepsFirst ? from : 0;
    const lines = shape.removed.map(({ text }) => text);
    const owners = shape.removed.map((gone) => cutRuns(before.runs, gone.from, gone.to));
    addMark(marks, { kind: 'removal', at, source: by, lines, owners });
  }
  const isSaid = shape.touch?.ink === 0 && (change.speaksBefore || change.speaksAfter);
  if (shape.touch !== undefined && !isSaid) addMark(marks, { kind: 'touch', at: from, source: by, ...shape.touch });
  return marks;
}

function shapeOf(change: Rewrite): Shape {
  const { before, from, to, inkBefore, inkAfter } = change;
  const gone = before.text.slice(from, to);
  const runs = cutRuns(before.runs, from, to);
  if (runs.every(change.isOwn)) return { keepsFirst: true, keepsLast: true, removed: [], touch: undefined };
  const head = before.text.slice(0, from);
  const rest = withoutReturn(before.text.slice(to));
  const firstBreak = gone.indexOf('\n');
  if (firstBreak === -1) {
    const ink = foreignInk(gone, runs, 0, gone.length, change.isOwn);
    if (inkBefore || inkAfter || countInk(gone) === 0) {
      const touch = ink > 0 || countInk(gone) === 0 ? { ink, weak: false } : undefined;
      return { keepsFirst: true, keepsLast: true, removed: [], touch };
    }
    if (ink === 0) return { keepsFirst: true, keepsLast: true, removed: [], touch: undefined };
    const all = { text: head + gone + rest, from: 0, to: before.text.length };
    return { keepsFirst: false, keepsLast: false, removed: [all], touch: { ink: 0, weak: true } };
  }
  const lastBreak = gone.lastIndexOf('\n');
  const tail = withoutReturn(gone.slice(0, firstBreak));
  const start = gone.slice(lastBreak + 1);
  const middle = firstBreak === lastBreak ? [] : linesIn(gone.slice(firstBreak + 1, lastBreak), from + firstBreak + 1);
  const first: Gone = { text: head + tail, from: 0, to: from + firstBreak };
  const last: Gone = { text: start + rest, from: from + lastBreak + 1, to: before.text.length };
  const tailInk = foreignInk(gone, runs, 0, firstBreak, change.isOwn);
  const startInk = foreignInk(gone, runs, lastBreak + 1, gone.length, change.isOwn);
  if (inkBefore && inkAfter) {
    const ink = tailInk + startInk;
    return { keepsFirst: true, keepsLast: true, removed: middle, touch: { ink, weak: ink === 0 } };
  }
  if (inkAfter || (!inkBefore && countInk(start) === 0)) {
    const touch = startInk > 0 || head !== start ? { ink: startInk, weak: false } : undefined;
    return { keepsFirst: false, keepsLast: true, removed: [first, ...middle], touch };
  }
  if (inkBefore || countInk(tail) === 0) {
    const touch = tailInk > 0 || tail !== rest ? { ink: tailInk, weak: false } : undefined;
    return { keepsFirst: true, keepsLast: false, removed: [...middle, last], touch };
  }
  const removed = [first, ...middle, last];
  return { keepsFirst: false, keepsLast: false, removed, touch: { ink: 0, weak: true } };
}

/** The lines of a text that stands at an offset of the piece. */
function linesIn(text: string, offset: number): Gone[] {
  let from = offset;
  return text.split('\n').map((line) => {
    const to = from + line.length;
    const gone = { text: withoutReturn(line), from, to };
    from = to + 1;
    return gone;
  });
}

/** Adds to the marks of what was left the marks of an insertion at `from`. */
function marksOfInsertion(change: Rewrite, left: readonly Mark[]): Mark[] {
  const { before, from, to, insertion, inkBefore, inkAfter, by } = change;
  const { text } = insertion;
  const { length } = text;
  const firstBreak = text.indexOf('\n');
  const followsRest = firstBreak !== -1 && !inkBefore && inkAfter;
  const marks: Mark[] = [];
  for (const mark of left) {
    const moves = mark.at > from || (mark.at === from && followsRest && mark.kind === 'touch');
    addMark(marks, moves ? markAt(mark, mark.at + length) : mark);
  }
  for (const mark of insertion.marks) addMark(marks, markAt(mark, mark.at + from));
  if (firstBreak === -1) {
    const isSaid = change.speaksBefore || change.speaksAfter;
    if ((inkBefore || inkAfter) && !isSaid && countInk(text) === 0) addMark(marks, touchOf(by, from, false));
    return marks;
  }
  const first = withoutReturn(text.slice(0, firstBreak));
  const last = text.slice(text.lastIndexOf('\n') + 1);
  if (inkBefore && !change.speaksBefore && countInk(first) === 0) {
    if (inkAfter) addMark(marks, touchOf(by, from, true));
    else if (first !== withoutReturn(before.text.slice(to))) addMark(marks, touchOf(by, from, false));
  }
  if (inkAfter && !change.speaksAfter && countInk(last) === 0) {
    if (inkBefore) addMark(marks, touchOf(by, from + length, true));
    else if (last !== before.text.slice(0, from)) addMark(marks, touchOf(by, from + length, false));
  }
  return marks;
}

function touchOf(source: number, at: number, weak: boolean): Mark {
  return { kind: 'touch', at, source, ink: 0, weak };
}

/** Ink in [from, to) of a text that somebody else wrote. */
function foreignInk(
  text: string,
  runs: readonly Run[],
  from: number,
  to: number,
  isOwn: (run: Run) => boolean,
): number {
  let ink = 0;
  let start = 0;
  for (const run of runs) {
    const end = start + run.length;
    if (end > from && start < to && !isOwn(run)) {
      ink += countInk(text.slice(Math.max(start, from), Math.min(end, to)));
    }
    start = end;
  }
  return ink;
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

/** The marks that stay when a piece goes whose text its remover wrote: those at its ends, and removed lines. */
export function marksOfWithdrawal(piece: Piece): Mark[] {
  const marks: Mark[] = [];
  for (const mark of piece.marks) {
    const isInside = mark.at > 0 && mark.at < piece.text.length;
    if (mark.kind === 'removal' || !isInside) addMark(marks, markAt(mark, 0));
  }
  return marks;
}
