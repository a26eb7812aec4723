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
import { asInitial, isOpen } from './initialState';

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
  // Of equal lines, the file's differences can't tell the old one from the new one: the cells can.
  const displaced = new Map<string, number>();
  for (const [index, cell] of written.entries()) writeChanged(cell, cells[index], lines, known, displaced);
  for (const [index, cell] of written.entries()) {
    const state = cells[index];
    if (state !== undefined) writeCell(cell, state, lines, known, { gone, displaced });
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
      add(gone, text);
    }
  }
  keep(lines.length);
  return { known, gone };
}

/** Notes what somebody did to the lines of a cell, by what is known of the cell. */
function writeChanged(
  cell: NotebookCell,
  state: CellState | undefined,
  lines: readonly string[],
  known: (InitialLine | undefined)[],
  displaced: Map<string, number>,
): void {
  if (state === undefined) return;
  const ofCell = state.text.split(/\r?\n/);
  const said = asInitial(state.states, ofCell.length);
  // Nobody told a cell of which nothing is known.
  const isTold = said.some(({ kind }) => kind !== 'unknown');
  for (const [index, { line, text }] of cell.source.entries()) {
    const found = text === ofCell[index] ? said[index] : undefined;
    const before = known[line];
    if (found === undefined || found.kind === 'neutral') continue;
    if (before === undefined) known[line] = found;
    else if (isTold && !isOfForm(before, found)) {
      if (before.kind === 'neutral') add(displaced, lines[line] ?? '');
      known[line] = found;
    }
  }
}

/** Whether what is known of a cell's line says less than what is known of the file's. */
function isOfForm(ofFile: InitialLine, ofCell: InitialLine): boolean {
  if (ofFile.kind === 'neutral') return ofCell.kind === 'claimed' && ofCell.source.origin === 'tool';
  if (ofFile.kind === 'unknown' || !isOpen(ofCell)) return false;
  return ofFile.source.origin === 'ai' || ofFile.source.origin === 'mixed';
}

/** Notes the rest of a cell: lines that nobody changed, and what the serializer writes around them. */
function writeCell(
  cell: NotebookCell,
  { text, states }: CellState,
  lines: readonly string[],
  known: (InitialLine | undefined)[],
  { gone, displaced }: Readonly<Record<'gone' | 'displaced', Map<string, number>>>,
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
    if (known[line] !== undefined || held !== ofCell[index] || said[index]?.kind !== 'neutral') continue;
    if (taken(displaced, lines[line] ?? '')) known[line] = NEUTRAL;
    // The line was there before, in another place or with another end: only its form is new.
    else if (taken(gone, held)) known[line] = written(lines[line] ?? '');
  }
}

/** A line of the form around sources, whether or not another follows it. No source begins with a line break. */
function frameOf(line: string): string {
  return `\n${line.replace(/,$/, '')}`;
}

function add(counts: Map<string, number>, text: string): void {
  counts.set(text, (counts.get(text) ?? 0) + 1);
}

function taken(gone: Map<string, number>, text: string): boolean {
  const left = gone.get(text) ?? 0;
  if (left > 0) gone.set(text, left - 1);
  return left > 0;
}

function written(line: string): InitialLine {
  return { kind: 'claimed', source: WRITTEN, counts: { tool: countInk(line) } };
}

/**
 * What is known of the lines of a cell with this text, from the lines of the file it was read from. The editor may have
 * brought back unsaved text: what the file does not hold is unknown.
 */
export function linesOfCell(cell: NotebookCell, known: readonly InitialLine[], text: string): InitialLine[] {
  const ofFile = cell.source.map(({ line }) => known[line] ?? UNKNOWN);
  const inFile = cell.source.map((each) => each.text);
  const inCell = text.split(/\r?\n/);
  // A last line without text stands in no line of the file.
  const last = inCell.at(-1) === '' ? [NEUTRAL] : [];
  const lines = last.length === 0 ? inCell : inCell.slice(0, -1);
  return [...keptOf(inFile, ofFile, lines), ...last];
}

/** What is known of another text of which something is known line by line; unknown where a line is not of it. */
function keptOf(before: readonly string[], known: readonly InitialLine[], lines: readonly string[]): InitialLine[] {
  const kept: InitialLine[] = [];
  let old = 0;
  const keep = (to: number): void => {
    for (; kept.length < to; old++) kept.push(known[old] ?? UNKNOWN);
  };
  for (const { beforeCount, afterStart, afterCount } of diffLines(before, lines)) {
    keep(afterStart);
    for (let count = 0; count < afterCount; count++) kept.push(UNKNOWN);
    old += beforeCount;
  }
  keep(lines.length);
  return kept;
}

/** What git and claims said of a file's lines that has been written again since: where that left them as they were. */
export function heardLate(asked: KnownText, now: KnownText): InitialLine[] {
  const late = keptOf(asked.lines, asked.known, now.lines);
  return now.lines.map((_, index) => {
    const known = now.known[index] ?? UNKNOWN;
    return known.kind === 'unknown' ? (late[index] ?? UNKNOWN) : known;
  });
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
