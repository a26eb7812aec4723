/** Who wrote each line of an open document: what blame says of its saved text, and what is tracked since. */
import type { BlameLine, BlameResult } from '../../node/blame';
import type { LineState } from '../../core/tracking/lineFold';
import { diffLines } from '../../core/text/diff';

/** What is shown of a line; without a record it is not committed yet, or nobody knows. */
export type ShownLine = Omit<BlameLine, 'line' | 'ai'>;

/** A run of adjacent lines of which the same is shown; both lines from 0. */
export interface ShownRun {
  readonly first: number;
  readonly last: number;
  readonly shown: ShownLine;
}

const NOBODY: ShownLine = { origin: 'unknown' };

/**
 * Takes the document's lines (as blame's `text`: binary strings), blame's answer about the saved text, the lines that the
 * editor has seen change since the base, and who would commit them. What was seen last is right where the two disagree.
 */
export function shownRuns(
  lines: readonly string[],
  saved: Pick<BlameResult, 'text' | 'lines'>,
  seen: readonly LineState[],
  author?: string,
): ShownRun[] {
  const shown: ShownLine[] = inPlace(lines, saved);
  for (const state of seen) {
    const known = shown[state.line];
    if (known !== undefined && known.origin !== state.origin) shown[state.line] = ofState(state, author);
  }
  return inRuns(shown, lines);
}

/** Blame's lines where the document still has them; what the document has and the saved text has not is nobody's yet. */
function inPlace(lines: readonly string[], saved: Pick<BlameResult, 'text' | 'lines'>): ShownLine[] {
  const shown: ShownLine[] = [];
  let at = 0;
  const take = (upTo: number): void => {
    for (; at < upTo; at++) shown.push(ofBlame(saved.lines[at]));
  };
  for (const { beforeStart, beforeCount, afterCount } of diffLines(saved.text, lines)) {
    take(beforeStart);
    for (let added = 0; added < afterCount; added++) shown.push(NOBODY);
    at += beforeCount;
  }
  take(saved.text.length);
  return shown;
}

function ofBlame(line: BlameLine | undefined): ShownLine {
  if (line === undefined) return NOBODY;
  const { line: _, ai: __, ...shown } = line;
  return shown;
}

function ofState({ origin, via, evidence, actor, from }: LineState, author: string | undefined): ShownLine {
  if (origin === 'unknown') return NOBODY;
  return {
    origin,
    via,
    evidence,
    ...(author === undefined ? {} : { author }),
    ...(actor?.tool === undefined ? {} : { tool: actor.tool }),
    ...(actor?.model === undefined ? {} : { model: actor.model }),
    ...(from === undefined ? {} : { from }),
  };
}

/** Blank lines go with the run before them. */
function inRuns(shown: readonly ShownLine[], lines: readonly string[]): ShownRun[] {
  const runs: { first: number; last: number; shown: ShownLine }[] = [];
  for (const [line, each] of shown.entries()) {
    const run = runs.at(-1);
    const isBlank = (lines[line] ?? '').trim() === '';
    if (run !== undefined && (isBlank || isAlike(run.shown, each))) run.last = line;
    else if (!isBlank) runs.push({ first: line, last: line, shown: each });
  }
  return runs;
}

function isAlike(a: ShownLine, b: ShownLine): boolean {
  return (
    a.origin === b.origin &&
    a.via === b.via &&
    a.evidence === b.evidence &&
    a.tool === b.tool &&
    a.model === b.model &&
    a.author === b.author &&
    a.from === b.from &&
    a.record === b.record
  );
}
