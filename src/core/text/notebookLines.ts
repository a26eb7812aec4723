/**
 * The lines of a notebook file (nbformat 4, JSON) that hold the lines of its cells. Cells are edited as documents and
 * written as JSON, one string on a line of its own for each line of source. Only the form that notebook editors write is
 * read; anything else has no such lines. Bounded and total.
 */

/** A cell as its file holds it. Lines count from 0. */
export interface NotebookCell {
  /** Where the cell's object begins and ends, both inclusive. */
  readonly start: number;
  readonly end: number;
  /** Each line of its source without line break, and the file's line that holds it. */
  readonly source: readonly { readonly line: number; readonly text: string }[];
}

/** Lines of a file that are looked at. */
const MOST_LINES = 500_000;

/** The cells of a notebook's content lines (text, not bytes); undefined when they are not in the form known here. */
export function notebookCells(lines: readonly string[]): readonly NotebookCell[] | undefined {
  if (lines.length > MOST_LINES || lines[0] !== '{') return undefined;
  const first = lines.findIndex((line) => /^[ \t]+"cells": \[/.test(line));
  const unit = first === -1 ? undefined : /^[ \t]+/.exec(lines[first] ?? '')?.[0];
  if (unit === undefined) return undefined;
  if (lines[first]?.trim() === '"cells": [],') return [];
  const inCell = unit.repeat(3);
  const cells: NotebookCell[] = [];
  let line = first + 1;
  for (; lines[line] === `${unit.repeat(2)}{`; line++) {
    const start = line;
    let source: NotebookCell['source'] | undefined;
    const isEnd = (text: string | undefined): boolean =>
      text === `${unit.repeat(2)}}` || text === `${unit.repeat(2)}},`;
    for (line++; line < lines.length && !isEnd(lines[line]); line++) {
      const text = lines[line] ?? '';
      if (!text.startsWith(`${inCell}"source": `)) continue;
      if (source !== undefined) return undefined;
      source = sourceAt(lines, line, inCell, unit);
      if (source === undefined) return undefined;
      line = (source.at(-1)?.line ?? line - 1) + 1;
    }
    if (source === undefined || line >= lines.length) return undefined;
    cells.push({ start, end: line, source });
    if (!(lines[line] ?? '').endsWith(',')) return cells;
  }
  return undefined;
}

function sourceAt(
  lines: readonly string[],
  at: number,
  inCell: string,
  unit: string,
): NotebookCell['source'] | undefined {
  const opening = lines[at]?.slice(inCell.length);
  if (opening === '"source": []' || opening === '"source": [],') return [];
  if (opening !== '"source": [') return undefined;
  const source: { line: number; text: string }[] = [];
  for (let line = at + 1; line < lines.length; line++) {
    const text = lines[line] ?? '';
    if (text === `${inCell}]` || text === `${inCell}],`) return isWhole(source) ? source.map(withoutBreak) : undefined;
    const item = text.startsWith(inCell + unit) ? stringOf(text.slice(inCell.length + unit.length)) : undefined;
    if (item === undefined) return undefined;
    source.push({ line, text: item });
  }
  return undefined;
}

/** Every line but the last ends in its line break, and no line has one within. */
function isWhole(source: readonly { readonly text: string }[]): boolean {
  return source.every(({ text }, index) => {
    const at = text.indexOf('\n');
    return at === -1 ? index === source.length - 1 : at === text.length - 1;
  });
}

function withoutBreak({ line, text }: { readonly line: number; readonly text: string }): {
  line: number;
  text: string;
} {
  return { line, text: text.replace(/\r?\n$/, '') };
}

/** A JSON string and nothing else on its line but a comma. */
function stringOf(text: string): string | undefined {
  const quoted = text.endsWith(',') ? text.slice(0, -1) : text;
  if (!quoted.startsWith('"') || !quoted.endsWith('"')) return undefined;
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The line of source that a line of a notebook file holds, without its line break; undefined when it can't be one. */
export function sourceText(line: string): string | undefined {
  return stringOf(line.trimStart())?.replace(/\r?\n$/, '');
}

/** Whether a line within a cell is the form that every such cell has, and so holds nothing that anyone wrote. */
export function isCellFrame(line: string): boolean {
  return FRAME.test(line);
}

const FRAME =
  /^\s*(?:[{}\]],?|\],|"cell_type": "(?:code|markdown|raw)",|"execution_count": null,|"id": "[0-9a-f]{8}",|"metadata": \{\},|"outputs": \[\],|"source": \[(?:\],?)?)$/;
