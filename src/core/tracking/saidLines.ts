/**
 * Lines about which the author has said that an AI had a part in them, for as long as their document is open: an undo that
 * brings back how such a line was laid out must not bring back the origin that it had before.
 */
import { hasAi } from '../model/statement';
import type { Statement } from '../model/statement';
import type { LineState } from './lineFold';

/** Lines that are remembered; what lies beyond is only undone as any other text. */
const MOST_LINES = 20_000;

/** Lines [first, last] that a statement is to be made about again. */
export interface SaidAgain {
  readonly first: number;
  readonly last: number;
  readonly statement: Statement;
}

export class SaidLines {
  /** By what of the line is not white space. */
  readonly #byInk = new Map<string, Statement>();

  get isEmpty(): boolean {
    return this.#byInk.size === 0;
  }

  /** Remembers a statement about lines of a text; `states` are what they were, by line. */
  add(lines: readonly string[], states: ReadonlyMap<number, LineState>, statement: Statement): void {
    if (statement.kind === 'from') return;
    for (const [line, { origin }] of states) {
      const ink = inkOf(lines[line] ?? '');
      if (ink !== '' && !hasAi(origin) && this.#byInk.size < MOST_LINES) this.#byInk.set(ink, statement);
    }
  }

  /** The lines among those that changed which read as ones that were spoken of, and have lost it. */
  lost(lines: readonly string[], states: Iterable<LineState>): SaidAgain[] {
    const runs: { first: number; last: number; statement: Statement }[] = [];
    for (const { line, origin } of states) {
      const statement = hasAi(origin) ? undefined : this.#byInk.get(inkOf(lines[line] ?? ''));
      if (statement === undefined) continue;
      const run = runs.at(-1);
      if (run?.last === line - 1 && run.statement === statement) run.last = line;
      else runs.push({ first: line, last: line, statement });
    }
    return runs;
  }
}

function inkOf(line: string): string {
  return line.replace(/\s+/g, '');
}
