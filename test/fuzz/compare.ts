/** Holds what was said of each line against what the oracle knows. */
import type { Oracle, Truth } from './oracle';
import { linesOf, markOf, strength } from './oracle';
import type { Blamed } from './world';

export type Fault =
  | { readonly kind: 'error' | 'conflict'; readonly detail: string }
  | {
      readonly kind: 'human' | 'weaker' | 'stronger';
      readonly detail: string;
    };

export interface Tally {
  /** Lines compared of which the oracle knows something. */
  lines: number;
  right: number;
  /** `unknown` where the oracle knows better, by kind of line. */
  readonly unknown: Record<string, number>;
  /** Lines of which the oracle can't tell which of several answers is right; any of them counts as right. */
  open: number;
}

export function emptyTally(): Tally {
  return { lines: 0, right: 0, unknown: {}, open: 0 };
}

export function addTally(sum: Tally, more: Tally): void {
  sum.lines += more.lines;
  sum.right += more.right;
  sum.open += more.open;
  for (const [kind, count] of Object.entries(more.unknown)) sum.unknown[kind] = (sum.unknown[kind] ?? 0) + count;
}

export function compareFile(oracle: Oracle, clone: string, file: Blamed, tally: Tally, faults: Fault[]): void {
  const lines = linesOf(file.text);
  if (lines.length !== file.origins.length) {
    const detail = `${clone} ${file.path}: ${lines.length} lines, ${file.origins.length} origins`;
    faults.push({ kind: 'error', detail });
    return;
  }
  const expected = oracle.expected(lines);
  compareTwins(oracle, clone, file, lines, faults);
  for (const [index, text] of lines.entries()) {
    const truths = expected[index] ?? new Set();
    const said = file.origins[index] ?? 'unknown';
    if (truths.size === 0) continue;
    tally.lines++;
    if (truths.size > 1) tally.open++;
    if (truths.has(said)) {
      tally.right++;
      continue;
    }
    if (said === 'unknown') {
      const what = truths.size === 1 ? [...truths].join('') : 'one of several';
      const kind = `${kindOf(text)}, ${what}`;
      tally.unknown[kind] = (tally.unknown[kind] ?? 0) + 1;
      continue;
    }
    const truth: Truth[] = [...truths];
    const detail = `${clone} ${file.path}:${index + 1} is ${truth.join(' or ')}, said to be ${said}: ${JSON.stringify(text)}`;
    const isStronger = strength(said) > Math.max(...truth.map(strength));
    faults.push({ kind: said === 'human' ? 'human' : isStronger ? 'stronger' : 'weaker', detail });
  }
}

/**
 * Of lines that read the same no more may be a person's than there are such lines, else a copy that nobody recorded
 * would be a person's by its looks.
 */
function compareTwins(oracle: Oracle, clone: string, file: Blamed, lines: readonly string[], faults: Fault[]): void {
  const groups = new Map<string, number[]>();
  for (const [index, text] of lines.entries()) {
    if (!oracle.isTwin(text)) continue;
    groups.set(text.trim(), [...(groups.get(text.trim()) ?? []), index]);
  }
  for (const [text, group] of groups) {
    const mayBe = group.filter((line) => oracle.mayBe(lines, line, 'human')).length;
    const said = group.filter((line) => file.origins[line] === 'human').length;
    if (group.length < 2 || said <= Math.max(1, mayBe)) continue;
    const detail = `${clone} ${file.path}: ${said} of ${group.length} lines ${JSON.stringify(text)}, of which ${mayBe} are a person's`;
    faults.push({ kind: 'human', detail });
  }
}

function kindOf(text: string): string {
  if (text.trim() === '') return 'blank';
  if (markOf(text) === undefined) return 'brace';
  return text.replace(/[^a-zA-Z0-9]/g, '').length < 12 ? 'short' : 'line';
}
