/**
 * Statements of the author about tracked text: what the runs and marks of its lines become.
 */
import type { Statement } from '../model/statement';
import { strengthened } from '../model/statement';
import { countInk } from '../text/lines';
import type { Tables } from './fragment';
import { resolved } from './fragment';
import type { LineState } from './lineFold';
import { NOWHERE, cutRuns, pushRun } from './piece';
import type { Mark, Piece, Run } from './piece';

/**
 * The piece once the statement is made about its first `count` lines. It begins where a line begins; `states` are those of
 * its lines, counted from its first. Lines that nobody changed stay as they are.
 */
export function stated(
  piece: Piece,
  count: number,
  states: ReadonlyMap<number, LineState>,
  statement: Statement,
  tables: Tables,
): Piece {
  const runs: Run[] = [];
  const marks: Mark[] = [];
  let mark = 0;
  let start = 0;
  for (let line = 0; start <= piece.text.length; line++) {
    const lineFeed = piece.text.indexOf('\n', start);
    const end = lineFeed === -1 ? piece.text.length : lineFeed + 1;
    const state = states.get(line);
    let from = start;
    for (const run of cutRuns(piece.runs, start, end)) {
      const text = piece.text.slice(from, (from += run.length));
      pushRun(runs, state === undefined ? run : statedRun(run, text, state, statement, tables));
    }
    const last = lineFeed === -1 ? piece.text.length : lineFeed;
    for (let next = piece.marks[mark]; next !== undefined && next.at <= last; next = piece.marks[++mark]) {
      marks.push(line < count ? statedMark(next, state, statement, tables) : next);
    }
    start = lineFeed === -1 ? Infinity : end;
  }
  return { text: piece.text, runs, marks };
}

function statedRun(run: Run, text: string, state: LineState, statement: Statement, tables: Tables): Run {
  // Nobody is advised on white space: a blank line goes with its hunk.
  if (statement.kind === 'advised' && countInk(text) === 0) return run;
  const { origin, aiShare } = resolved(run, tables);
  if (origin === 'neutral') return run;
  const said = strengthened(origin, state.origin, statement);
  if (said === origin) return run;
  if (statement.kind === 'from' && run.at !== NOWHERE) {
    // A detail must not make one of all who wrote in the line.
    tables.initial.say(tables.initial.lineOf(run.at), statement.from);
    return run;
  }
  const source = tables.sources.intern(said, origin !== 'unknown' && origin.origin === 'mixed' ? aiShare : 0);
  return { length: run.length, source, at: NOWHERE };
}

/** What was deleted in the line, or stood before it, is part of what the statement is about. */
function statedMark(mark: Mark, state: LineState | undefined, statement: Statement, tables: Tables): Mark {
  if (statement.kind === 'from') return mark;
  const source = tables.sources.get(mark.source);
  const line = mark.kind === 'touch' ? state?.origin : source === 'unknown' ? source : source.origin;
  if (line === undefined) return mark;
  const said = strengthened(source, line, statement);
  return said === source ? mark : { ...mark, source: tables.sources.intern(said, 0) };
}
