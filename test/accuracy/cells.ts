/** What an event does to the array of characters: who wrote each of those that stand there afterwards. */
import type { Triple } from './events';
import { alignedInk, isInk } from './inkAlignment';
import type { Kind } from './kinds';
import { KINDS } from './kinds';

/** `foreign`: an extension wrote it and nobody can say for whom; `unknown` is what to call it. */
export type TrueOrigin = 'neutral' | 'human' | 'ai' | 'paste' | 'external' | 'tool' | 'foreign';

/** One character's past. */
export interface Cell {
  readonly origin: TrueOrigin;
  /** What wrote it, and what brought it where it is (a move, an undo). */
  readonly wrote: Kind | undefined;
  readonly brought: Kind | undefined;
  /** Version of the document in which it came to its place. */
  readonly since: number;
  /** What its line may be called since the file was last read from disk: then Countersign knows lines, as a record does. */
  readonly line?: ReadonlySet<string>;
  /** Whether a person took text out of its line since it was written. */
  readonly cut?: boolean;
  /** Who changed nothing but white space in its line. */
  readonly touched?: 'human' | 'tool';
}

/** What was copied, as the script knows it. */
export interface Copied {
  readonly text: string;
  readonly cells: readonly Cell[];
}

/** What an event does to origins. */
export type Effect =
  | { readonly does: 'write'; readonly origin: TrueOrigin }
  | { readonly does: 'place'; readonly copied: Copied }
  /** Text changes places within the event, or is laid out anew: what is there before is there after. */
  | { readonly does: 'move' }
  | { readonly does: 'layout' }
  | { readonly does: 'undo' }
  | { readonly does: 'redo' };

/** A text with who wrote what of it. */
export interface State {
  readonly text: string;
  readonly cells: readonly Cell[];
}

/** The script and the editor disagree, or the account lost its way: then nothing can be measured. */
export class GroundTruthError extends Error {}

export function applied(text: string, changes: readonly Triple[]): string {
  let result = '';
  let from = 0;
  for (const [offset, removed, inserted] of changes) {
    result += text.slice(from, offset) + inserted;
    from = offset + removed;
  }
  return result + text.slice(from);
}

export function cellAt(cells: readonly Cell[], index: number): Cell {
  const cell = cells[index];
  if (cell === undefined) throw new GroundTruthError(`there is no character ${index}`);
  return cell;
}

/**
 * New text. Who types over a selection wrote all of it; text that only goes on from the old one, or before it, leaves the
 * old one as it was, and so do whole lines that stay.
 */
export function written(before: string, cells: readonly Cell[], after: string, fresh: Cell): Cell[] {
  const [head, tail] = unchangedEnds(before, after);
  const middle = Array.from({ length: after.length - head - tail }, () => fresh);
  return [...cells.slice(0, head), ...middle, ...cells.slice(cells.length - tail)];
}

function unchangedEnds(before: string, after: string): readonly [number, number] {
  if (after.startsWith(before)) return [before.length, 0];
  if (after.endsWith(before)) return [0, before.length];
  const a = before.split(/(?<=\n)/);
  const b = after.split(/(?<=\n)/);
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head]?.endsWith('\n') === true && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  // A last piece that follows no line break on both sides is no whole line.
  const length = (lines: readonly string[]): number => lines.join('').length;
  const isWhole = tail > 0 && tail < a.length && tail < b.length;
  return [length(a.slice(0, head)), isWhole ? length(a.slice(a.length - tail)) : 0];
}

/** Copied text with its past; white space may differ, as the editor lays a paste out. */
export function placed(copied: Copied, inserted: string, fresh: Cell, kind: Kind): Cell[] {
  const ink = [...copied.cells].filter((_, index) => isInk(copied.text, index));
  const wanted = inkOf(inserted);
  const known = inkOf(copied.text);
  const start = known.indexOf(wanted);
  if (start === -1) throw new GroundTruthError('the pasted text is not what was copied');
  let next = start;
  return Array.from(inserted, (_, index) => {
    if (!isInk(inserted, index)) return fresh;
    return carried(cellAt(ink, next++), kind, fresh);
  });
}

/** What a person moves keeps its past; what stood in the base is the person's. */
function carried(cell: Cell, kind: Kind, fresh: Cell): Cell {
  if (cell.origin !== 'neutral') return brought(cell, kind, fresh.since);
  // What a line is called goes along with all of its text: as the file was read, or as a formatter left it.
  const names = new Set([...(cell.line ?? []), ...(cell.touched === undefined ? [] : [cell.touched])]);
  return { ...fresh, brought: kind, ...(names.size === 0 ? {} : { line: names }) };
}

/**
 * What a line may be called for its characters (design, "Folding characters into lines"). White space that somebody changed
 * speaks for a line of the base or does not, by where in the line it is.
 */
export function folded(cells: readonly Cell[]): ReadonlySet<string> {
  const count = (origin: TrueOrigin): number => cells.filter((cell) => cell.origin === origin).length;
  const pasted = count('paste');
  const isPersons = count('human') > 0 || cells.some(({ cut }) => cut === true);
  if (count('ai') > 0) return new Set([isPersons || pasted > 0 ? 'mixed' : 'ai']);
  if (count('foreign') > 0) return new Set(['unknown']);
  if (count('external') > 0) return new Set(['external']);
  const changed = cells.length - count('neutral');
  if (pasted > 0 && (pasted >= 20 || pasted * 2 >= changed)) return new Set(['paste']);
  if (isPersons) return new Set(['human']);
  const touches = cells.flatMap(({ touched }) => touched ?? []);
  return new Set([count('tool') > 0 ? 'tool' : 'neutral', ...touches]);
}

/** A file that was read from disk: each of its characters has what its line is called. */
export function reread({ text, cells }: State): Cell[] {
  let start = 0;
  return text.split('\n').flatMap((line) => {
    const own = cells.slice(start, start + line.length + 1);
    const ink = own.filter((_, index) => isInk(line, index));
    start += line.length + 1;
    const names = new Set([...folded(ink), ...namesOfAll(ink)]);
    return own.map((cell) => ({ ...cell, line: names }));
  });
}

/** What all of a line was called already, when the file was read before. */
function namesOfAll([first, ...others]: readonly Cell[]): string[] {
  return [...(first?.line ?? [])].filter((name) => others.every(({ line }) => line?.has(name) === true));
}

/** Marks lines that a person took text out of, where something of them stays, or changed white space in. Takes changes in order. */
export function afterPerson(before: State, changes: readonly Triple[], after: State): readonly Cell[] {
  const result = [...after.cells];
  let grown = 0;
  for (const [offset, removed, inserted] of changes) {
    const at = offset + grown;
    grown += inserted.length - removed;
    const isCut = inkOf(before.text.slice(offset, offset + removed)) !== '';
    if (!isCut && inkOf(inserted) !== '') continue;
    const start = after.text.lastIndexOf('\n', at - 1) + 1;
    const lineBreak = after.text.indexOf('\n', at + inserted.length);
    const end = lineBreak === -1 ? after.text.length : lineBreak;
    // Whole lines that go leave those beside them as they were.
    if (isCut && at === start && (at + inserted.length === end || before.text[offset + removed - 1] === '\n')) continue;
    for (let index = start; index < end; index++) {
      const cell = cellAt(result, index);
      result[index] = isCut ? { ...cell, cut: true } : { ...cell, touched: 'human' };
    }
  }
  return result;
}

/** The last that brought a character is named, unless what brought it before leaves no sign to know it by. */
export function brought(cell: Cell, kind: Kind, since: number): Cell {
  const isHidden = cell.brought !== undefined && !KINDS[cell.brought].signal;
  return { ...cell, brought: isHidden ? cell.brought : kind, since };
}

/** Ink that goes at one place and comes at another is the same ink. */
export function moved(
  before: State,
  changes: readonly Triple[],
  after: string,
  cells: readonly Cell[],
  fresh: Cell,
  kind: Kind,
): Cell[] {
  const pool = changes.flatMap(([offset, removed]) =>
    before.cells.slice(offset, offset + removed).filter((_, index) => isInk(before.text, offset + index)),
  );
  const gone = changes.map(([offset, removed]) => inkOf(before.text.slice(offset, offset + removed))).join('');
  const come = changes.map(([, , inserted]) => inkOf(inserted)).join('');
  if (gone !== come) throw new GroundTruthError('a move changed the text');
  const result = [...cells];
  let next = 0;
  let grown = 0;
  for (const [offset, removed, inserted] of changes) {
    for (let index = offset + grown; index < offset + grown + inserted.length; index++) {
      result[index] = isInk(after, index) ? carried(cellAt(pool, next++), kind, fresh) : fresh;
    }
    grown += inserted.length - removed;
  }
  return result;
}

/** A formatter's or refactoring's work: the ink of the lines it touched keeps its past; what it adds goes with it. */
export function laidOut(before: State, after: string, fresh: Cell, kind: Kind): Cell[] {
  const oldLines = new Set(before.text.split('\n'));
  const touched: boolean[] = after.split('\n').flatMap((line) => {
    const isNew = !oldLines.has(line);
    return Array.from({ length: line.length + 1 }, () => isNew);
  });
  const from = alignedInk(before.text, after);
  const result: Cell[] = [];
  for (let index = 0; index < after.length; index++) {
    if (!isInk(after, index)) {
      result.push(fresh);
      continue;
    }
    const old = from[index];
    const cell = old === undefined ? beside(result, after, index, fresh) : cellAt(before.cells, old);
    if (touched[index] !== true) result.push(cell);
    else result.push(cell.origin === 'neutral' ? { ...cell, touched: 'tool' } : brought(cell, kind, fresh.since));
  }
  return result;
}

/** The ink before, on the same line; without any, the tool's own. */
function beside(cells: readonly Cell[], text: string, index: number, fresh: Cell): Cell {
  for (let at = index - 1; at >= 0 && text[at] !== '\n'; at--) {
    if (!isInk(text, at)) continue;
    const cell = cellAt(cells, at);
    return cell.origin === 'neutral' ? fresh : { ...cell, since: fresh.since };
  }
  return fresh;
}

export function inkOf(text: string): string {
  return text.replaceAll(/\s/g, '');
}
