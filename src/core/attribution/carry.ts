/**
 * Carrying: which lines of a text a recorded hunk speaks for when the text is no longer exactly what was recorded.
 *
 * A claim is carried only inside a run of matching lines that, context included, holds at least `MIN_WEIGHT` letters or
 * digits. Each recorded line goes to its best place, the one in the heaviest run; it does not spread to every line that
 * happens to read the same. Where several places are equally good, a claim that is weaker than `unknown` goes to one of
 * them only: a copy that nobody recorded must not become human by looking like what a person wrote. A stronger claim
 * goes to all of them.
 */
import type { Origin } from '../model/origin';
import { originRank } from '../model/origin';
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
  /** Lines of that run: of places with one weight a claim that takes one only takes the longest. */
  readonly length: number;
  /** False when only the loose hash agrees: white space differs. */
  readonly exact: boolean;
}

/** Whether `unknown` would stand over this origin. */
export function isWeak(origin: Origin): boolean {
  return originRank(origin) > originRank('unknown');
}

/**
 * The matches of one hunk in a text, only best places, ascending by line. `taken` are the lines that other hunks of the
 * same record went to: of equally good places the first free one is chosen. The chosen ones are added to it.
 */
export function carryHunk(hunk: RecordedHunk, text: FileLines, budget: WorkBudget, taken = new Set<number>()): Match[] {
  const places = everyPlace(hunk, text, budget).sort((a, b) => a.line - b.line);
  const best = Array.from({ length: hunk.lines.length }, () => 0);
  for (const match of places) best[match.index] = Math.max(best[match.index] ?? 0, match.weight);
  const kept = places.filter((match) => match.weight === best[match.index]);
  return isWeak(hunk.origin) ? onePlaceEach(kept, hunk.lines.length, taken) : kept;
}

/** Of each recorded line's equally heavy places the one in the longest run that is free, else in the longest; of equals the first. */
function onePlaceEach(matches: readonly Match[], lines: number, taken: Set<number>): Match[] {
  const chosen: (Match | undefined)[] = Array.from({ length: lines });
  const isBetter = (match: Match, present: Match): boolean => {
    const isFree = !taken.has(match.line);
    return isFree === taken.has(present.line) ? isFree : match.length > present.length;
  };
  for (const match of matches) {
    const present = chosen[match.index];
    if (present === undefined || isBetter(match, present)) chosen[match.index] = match;
  }
  const result = chosen.filter((match) => match !== undefined);
  for (const match of result) taken.add(match.line);
  return result.sort((a, b) => a.line - b.line);
}

function everyPlace(hunk: RecordedHunk, text: FileLines, budget: WorkBudget): Match[] {
  const found: Match[] = [];
  const before = hunk.before.length;
  const total = before + hunk.lines.length + hunk.after.length;
  const matches = (step: number, line: number): boolean => {
    budget.left--;
    if (line < 0 || line >= text.lines.length) return false;
    if (step < before) return hunk.before[step] === text.exactAt(line);
    const recorded = hunk.lines[step - before];
    if (recorded !== undefined) return recorded.loose === text.looseAt(line);
    return hunk.after[step - before - hunk.lines.length] === text.exactAt(line);
  };
  /** Per diagonal (line minus step), the step at which the last run found on it ended. */
  const reached = new Map<number, number>();
  for (const [index, recorded] of hunk.lines.entries()) {
    const places = text.places.get(recorded.loose);
    if (places === undefined || places.length > MAX_PLACES) continue;
    const step = before + index;
    for (const line of places) {
      if (budget.left <= 0) return found;
      const diagonal = line - step;
      if ((reached.get(diagonal) ?? -1) > step) continue;
      let first = step;
      while (first > 0 && matches(first - 1, diagonal + first - 1)) first--;
      let end = step + 1;
      while (end < total && matches(end, diagonal + end)) end++;
      reached.set(diagonal, end);
      let weight = 0;
      for (let at = first; at < end; at++) weight += text.weightAt(diagonal + at);
      if (weight < MIN_WEIGHT) continue;
      for (let at = Math.max(first, before); at < Math.min(end, before + hunk.lines.length); at++) {
        const exact = hunk.lines[at - before]?.exact === text.exactAt(diagonal + at);
        found.push({ line: diagonal + at, index: at - before, weight, length: end - first, exact });
      }
    }
  }
  return found;
}
