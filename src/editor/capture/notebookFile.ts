/**
 * From the cells of a notebook to the lines of its file: a line that holds a line of source has that line's origin; what
 * the serializer writes around a cell is the tool's where it has the one form it can have; the rest is unknown.
 */
import type { ClaimedLine } from '../../core/attribution/buildHunks';
import type { Source } from '../../core/model/origin';
import { diffLines } from '../../core/text/diff';
import { countInk } from '../../core/text/lines';
import type { NotebookCell } from '../../core/text/notebookLines';
import { isCellFrame, notebookCells, sourceText } from '../../core/text/notebookLines';
import type { InitialLine } from '../../core/tracking/initialText';
import type { LineState } from '../../core/tracking/lineFold';
import { asInitial } from './initialState';

/** What the notebook's serializer wrote. */
const WRITTEN: Source = { origin: 'tool', via: 'generator', evidence: 'observed' };
const UNKNOWN: InitialLine = { kind: 'unknown' };
const NEUTRAL: InitialLine = { kind: 'neutral' };

/** A text of a file with what is known of each of its content lines. */
export interface KnownText {
  readonly lines: readonly string[];
  readonly known: readonly InitialLine[];
}

/** A cell as the editor holds it: its text, and the lines somebody changed. */
export interface CellState {
  readonly text: string;
  readonly states: readonly LineState[];
}

/** What is known of a saved file's lines, from the file as it was before and from the cells it was written from. */
export function afterSave(before: KnownText, lines: readonly string[], cells: readonly CellState[]): InitialLine[] {
  const { known, gone } = unchanged(before, lines);
  const written = notebookCells(lines);
  if (written?.length !== cells.length) return known.map((line) => line ?? UNKNOWN);
  for (const [index, cell] of written.entries()) {
    const state = cells[index];
    if (state !== undefined) writeCell(cell, state, lines, known, gone);
  }
  return known.map((line) => line ?? UNKNOWN);
}

/** Where lines stand as they did before, what was known of them; and the sources of neutral lines that do not. */
function unchanged(
  before: KnownText,
  lines: readonly string[],
): { readonly known: (InitialLine | undefined)[]; readonly gone: Map<string, number> } {
  const known: (InitialLine | undefined)[] = [];
  const gone = new Map<string, number>();
  let old = 0;
  const keep = (to: number): void => {
    for (; known.length < to; old++) known.push(before.known[old] ?? UNKNOWN);
  };
  for (const { beforeCount, afterStart, afterCount } of diffLines(before.lines, lines)) {
    keep(afterStart);
    for (let count = 0; count < afterCount; count++) known.push(undefined);
    for (const end = old + beforeCount; old < end; old++) {
      if (before.known[old]?.kind !== 'neutral') continue;
      const line = before.lines[old] ?? '';
      const text = sourceText(line) ?? frameOf(line);
      gone.set(text, (gone.get(text) ?? 0) + 1);
    }
  }
  keep(lines.length);
  return { known, gone };
}

function writeCell(
  cell: NotebookCell,
  { text, states }: CellState,
  lines: readonly string[],
  known: (InitialLine | undefined)[],
  gone: Map<string, number>,
): void {
  const sources = new Set(cell.source.map(({ line }) => line));
  for (let line = cell.start; line <= cell.end; line++) {
    if (sources.has(line) || known[line] !== undefined) continue;
    const frame = lines[line] ?? '';
    if (isCellFrame(frame) || taken(gone, frameOf(frame))) known[line] = written(frame);
  }
  const ofCell = text.split(/\r?\n/);
  const said = asInitial(states, ofCell.length);
  for (const [index, { line, text: held }] of cell.source.entries()) {
    const state = held === ofCell[index] ? said[index] : UNKNOWN;
    if (state?.kind !== 'neutral') {
      known[line] ??= state;
      continue;
    }
    // The line was there before, in another place or with another end: only its form is new.
    if (known[line] === undefined && taken(gone, held)) known[line] = written(lines[line] ?? '');
  }
}

/** A line of the form around sources, whether or not another follows it. No source begins with a line break. */
function frameOf(line: string): string {
  return `\n${line.replace(/,$/, '')}`;
}

function taken(gone: Map<string, number>, text: string): boolean {
  const left = gone.get(text) ?? 0;
  if (left > 0) gone.set(text, left - 1);
  return left > 0;
}

function written(line: string): InitialLine {
  return { kind: 'claimed', source: WRITTEN, counts: { tool: countInk(line) } };
}

/** What is known of a cell's lines, from the lines of the file it was read from. */
export function linesOfCell(cell: NotebookCell, known: readonly InitialLine[]): InitialLine[] {
  // A last line without text stands in no line of the file.
  return [...cell.source.map(({ line }) => known[line] ?? UNKNOWN), NEUTRAL];
}

/** What was read from disk again: what git and claims don't know is as it was before, or came from outside. */
export function afterOutsideChange(
  before: KnownText,
  now: { readonly lines: readonly InitialLine[]; readonly committed: boolean },
  lines: readonly string[],
): InitialLine[] {
  const { known } = unchanged(before, lines);
  return now.lines.map((line, index) => {
    if (line.kind !== 'unknown' || now.committed) return line;
    const source: Source = { origin: 'external', via: 'disk', evidence: 'observed' };
    return known[index] ?? { kind: 'claimed', source, counts: { external: countInk(lines[index] ?? '') } };
  });
}

/** The claims of known lines, for the journal. */
export function claimedLines(known: readonly InitialLine[]): ClaimedLine[] {
  return known.flatMap((line, index) => {
    return line.kind === 'claimed' ? [{ line: index, source: line.source, counts: line.counts }] : [];
  });
}
