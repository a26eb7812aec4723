/** Part of a tracked text, small enough that what an edit copies of it costs nothing that anybody feels. */
import { NOWHERE, NO_MARKS, addMark, cutRuns, markAt, part, pushRun } from './piece';
import type { Mark, Piece, Run } from './piece';

/** Characters of a new chunk, and how large or small one becomes by edits before it is split or joined. */
export const TARGET = 512;
export const LARGEST = 1024;
export const SMALLEST = 128;
export const MOST_RUNS = 128;

/** A piece that is edited in place; nobody else holds its list of runs. */
export interface Chunk {
  text: string;
  runs: Run[];
  marks: readonly Mark[];
}

/** Line feeds in [from, to). */
export function countBreaks(text: string, from = 0, to = text.length): number {
  let breaks = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) breaks++;
  return breaks;
}

/** Start of `first` up to a, the piece, and `last` from b on. */
export function spliced(first: Piece, a: number, last: Piece, b: number, piece: Piece): Chunk {
  const text = first.text.slice(0, a) + piece.text + last.text.slice(b);
  const runs = cutRuns(first.runs, 0, a);
  for (const run of piece.runs) pushRun(runs, run);
  for (const run of cutRuns(last.runs, b, last.text.length)) pushRun(runs, run);
  if (first.marks.length === 0 && piece.marks.length === 0 && last.marks.length === 0)
    return { text, runs, marks: NO_MARKS };
  const marks = first.marks.filter((mark) => mark.at < a);
  for (const mark of piece.marks) marks.push(markAt(mark, mark.at + a));
  const shift = a + piece.text.length - b;
  for (const mark of last.marks) if (mark.at > b) marks.push(markAt(mark, mark.at + shift));
  return { text, runs, marks };
}

/** Puts a new run into a chunk's runs, in place. */
export function insertRun(runs: Run[], at: number, length: number, source: number): void {
  let end = 0;
  let index = 0;
  let run = runs[0];
  for (; run !== undefined && end + run.length < at; run = runs[++index]) end += run.length;
  // Now the character before `at` lies in `run` (or there is none).
  if (run === undefined || at === 0) {
    runs.splice(index, 0, { length, source, at: NOWHERE });
  } else if (run.source === source && run.at === NOWHERE) {
    runs[index] = { length: run.length + length, source, at: NOWHERE };
  } else if (at === end + run.length) {
    runs.splice(index + 1, 0, { length, source, at: NOWHERE });
  } else {
    const inserted: Run = { length, source, at: NOWHERE };
    runs.splice(index, 1, part(run, 0, at - end), inserted, part(run, at - end, run.length));
  }
}

/** Cuts a piece into chunks; there is always at least one. */
export function split(piece: Piece): Chunk[] {
  const { text, runs, marks } = piece;
  if (text.length <= LARGEST && runs.length <= MOST_RUNS) return [{ text, runs: [...runs], marks }];
  const chunks: Chunk[] = [];
  let run = 0;
  let used = 0;
  let mark = 0;
  for (let start = 0; start < text.length;) {
    const own: Run[] = [];
    let end = start;
    while (end - start < TARGET && own.length < MOST_RUNS / 2) {
      const next = runs[run];
      if (next === undefined) break;
      const taken = Math.min(next.length - used, TARGET - (end - start));
      own.push(part(next, used, used + taken));
      end += taken;
      used += taken;
      if (used === next.length) {
        run++;
        used = 0;
      }
    }
    const ownMarks: Mark[] = [];
    for (let next = marks[mark]; next !== undefined && next.at <= end; next = marks[++mark]) {
      addMark(ownMarks, markAt(next, next.at - start));
    }
    chunks.push({ text: text.slice(start, end), runs: own, marks: ownMarks });
    start = end;
  }
  return chunks;
}
