/**
 * A piece of tracked text: its characters, the runs that say where each character comes from, and marks of zero length.
 * Documents, history, clipboard and scratch copies all hold pieces, so that text never travels without its origins.
 * The idea of runs that point into the initial text is the piece table's. Offsets are UTF-16 units.
 */

/** Source number of text whose origin nobody knows. */
export const UNKNOWN = 0;

/** Source number of initial text that nobody has moved; what it is says the table of initial lines. */
export const INITIAL = -1;

/** `at` of a run that was inserted and so has no place in the initial text. */
export const NOWHERE = -1;

/**
 * Adjacent characters with one source. With `at` ≥ 0 they are initial text that stood at that offset, which keeps its
 * initial origin; where that is neutral, `source` (who moved it, or INITIAL) speaks.
 */
export interface Run {
  readonly length: number;
  readonly source: number;
  readonly at: number;
}

/**
 * Someone deleted `ink` non-white-space characters here, or touched the line without any (0). A weak touch joined, split
 * or emptied a line: it speaks only where nothing else does.
 */
export interface Touch {
  readonly kind: 'touch';
  readonly at: number;
  readonly source: number;
  readonly ink: number;
  readonly weak: boolean;
}

/** Whole lines (without terminators) that someone removed here. */
export interface Removal {
  readonly kind: 'removal';
  readonly at: number;
  readonly source: number;
  readonly lines: readonly string[];
  /** For each of them the runs that it had: they tell whose it was. */
  readonly owners: readonly (readonly Run[])[];
}

/** A mark at an offset of its piece. */
export type Mark = Touch | Removal;

/** Text with its runs (lengths add up to the text's) and marks (ascending by `at`). */
export interface Piece {
  readonly text: string;
  readonly runs: readonly Run[];
  readonly marks: readonly Mark[];
}

/** Shared by all pieces without marks, which are nearly all. */
export const NO_MARKS: readonly Mark[] = [];

export const EMPTY_PIECE: Piece = { text: '', runs: [], marks: NO_MARKS };

/** Text of one inserted source. */
export function insertedPiece(text: string, source: number): Piece {
  return text === '' ? EMPTY_PIECE : { text, runs: [{ length: text.length, source, at: NOWHERE }], marks: NO_MARKS };
}

/** The same mark at another offset. */
export function markAt(mark: Mark, at: number): Mark {
  if (mark.at === at) return mark;
  // Written out: marks move with every keystroke before them, and a spread costs several times as much.
  if (mark.kind === 'touch') return { kind: 'touch', at, source: mark.source, ink: mark.ink, weak: mark.weak };
  return { kind: 'removal', at, source: mark.source, lines: mark.lines, owners: mark.owners };
}

/** Appends a run, joined with the last one where they continue each other. */
export function pushRun(runs: Run[], run: Run): void {
  if (run.length === 0) return;
  const last = runs.at(-1);
  if (last !== undefined && continues(last, run)) {
    runs[runs.length - 1] = { length: last.length + run.length, source: last.source, at: last.at };
  } else {
    runs.push(run);
  }
}

function continues(left: Run, right: Run): boolean {
  if (left.source !== right.source) return false;
  return left.at === NOWHERE ? right.at === NOWHERE : left.at + left.length === right.at;
}

/** The runs of [from, to). */
export function cutRuns(runs: readonly Run[], from: number, to: number): Run[] {
  const cut: Run[] = [];
  let start = 0;
  for (const run of runs) {
    if (start >= to) break;
    const end = start + run.length;
    if (end > from) {
      const own = part(run, Math.max(from - start, 0), Math.min(to - start, run.length));
      // A list that grows takes room for seventeen, and history keeps what keystrokes deleted.
      if (end >= to && cut.length === 0) return [own];
      cut.push(own);
    }
    start = end;
  }
  return cut;
}

/** Characters [from, to) of a run. */
export function part(run: Run, from: number, to: number): Run {
  if (from === 0 && to === run.length) return run;
  return { length: to - from, source: run.source, at: run.at === NOWHERE ? NOWHERE : run.at + from };
}

/**
 * Adds a mark to a list in ascending order, after those at the same offset; what one source did at one place is one mark
 * (a strong touch absorbs a weak one, removals append their lines).
 */
export function addMark(marks: Mark[], mark: Mark): void {
  let index = marks.length;
  for (; index > 0; index--) {
    const other = marks[index - 1];
    if (other === undefined || other.at < mark.at) break;
    if (other.at > mark.at || other.source !== mark.source) continue;
    const joined = joinMarks(other, mark);
    if (joined === undefined) continue;
    marks[index - 1] = joined;
    return;
  }
  while (index < marks.length && marks[index]?.at === mark.at) index++;
  marks.splice(index, 0, mark);
}

function joinMarks(a: Mark, b: Mark): Mark | undefined {
  if (a.kind === 'removal' && b.kind === 'removal') {
    return { ...a, lines: [...a.lines, ...b.lines], owners: [...a.owners, ...b.owners] };
  }
  if (a.kind === 'touch' && b.kind === 'touch') return { ...a, ink: a.ink + b.ink, weak: a.weak && b.weak };
  return undefined;
}

/** One piece after the other. */
export function joinPieces(pieces: readonly Piece[]): Piece {
  const runs: Run[] = [];
  const marks: Mark[] = [];
  let text = '';
  for (const piece of pieces) {
    for (const run of piece.runs) pushRun(runs, run);
    for (const mark of piece.marks) addMark(marks, markAt(mark, mark.at + text.length));
    text += piece.text;
  }
  return { text, runs, marks };
}
