/**
 * Carrying: which lines of a text a recorded hunk speaks for when the text is no longer exactly what was recorded.
 *
 * A claim is carried only inside a run of matching lines that, context included, holds at least `MIN_WEIGHT` letters or
 * digits. Each recorded line goes to its best place, the one in the heaviest run; it does not spread to every line that
 * happens to read the same.
 */
import type { RecordedHunk } from '../model/record';
import type { FileLines } from './fileLines';
import { MAX_PLACES } from './fileLines';

/** Letters and digits that a run of matching lines must hold to carry a claim. */
export const MIN_WEIGHT = 12;

/** Line comparisons that attribution may spend on one file; what is not reached stays unknown. */
export interface WorkBudget {
  left: number;
}

/** A line of the text that a recorded line matches. */
export interface Match {
  /** Line of the text, from 0. */
  readonly line: number;
  /** Index into the hunk's lines. */
  readonly index: number;
  /** Weight of the run it stands in; the best place of a recorded line is the heaviest. */
  readonly weight: number;
  /** False when only the loose hash agrees: white space differs. */
  readonly exact: boolean;
}

/** The matches of one hunk in a text, only best places, ascending by line. */
export function carryHunk(hunk: RecordedHunk, text: FileLines, budget: WorkBudget): Match[] {
  const found: Match[] = [];
  const before = hunk.before.length;
  const total = before + hunk.lines.length + hunk.after.length;
  const matches = (step: number, line: number): boolean => {
    budget.left--;
    if (line < 0 || line >= text.lines.length) return false;
    if (step < before) return hunk.before[step] === text.exact[line];
    const recorded = hunk.lines[step - before];
    if (recorded !== undefined) return recorded.loose === text.loose[line];
    return hunk.after[step - before - hunk.lines.length] === text.exact[line];
  };
  /** Per diagonal (line minus step), the step at which the last run found on it ended. */
  const reached = new Map<number, number>();
  for (const [index, recorded] of hunk.lines.entries()) {
    const places = text.places.get(recorded.loose);
    if (places === undefined || places.length > MAX_PLACES) continue;
    const step = before + index;
    for (const line of places) {
      if (budget.left <= 0) return bestPlaces(found, hunk.lines.length);
      const diagonal = line - step;
      if ((reached.get(diagonal) ?? -1) > step) continue;
      let first = step;
      while (first > 0 && matches(first - 1, diagonal + first - 1)) first--;
      let end = step + 1;
      while (end < total && matches(end, diagonal + end)) end++;
      reached.set(diagonal, end);
      let weight = 0;
      for (let at = first; at < end; at++) weight += text.weights[diagonal + at] ?? 0;
      if (weight < MIN_WEIGHT) continue;
      for (let at = Math.max(first, before); at < Math.min(end, before + hunk.lines.length); at++) {
        const exact = hunk.lines[at - before]?.exact === text.exact[diagonal + at];
        found.push({ line: diagonal + at, index: at - before, weight, exact });
      }
    }
  }
  return bestPlaces(found, hunk.lines.length);
}

function bestPlaces(found: readonly Match[], lines: number): Match[] {
  const best = Array.from({ length: lines }, () => 0);
  for (const match of found) best[match.index] = Math.max(best[match.index] ?? 0, match.weight);
  return found.filter((match) => match.weight === best[match.index]).sort((a, b) => a.line - b.line);
}
