/**
 * Faults of a policy file: where, what was expected and found, what to do. They become `Problem`s at the end.
 */
import type { Problem } from '../model/problem';

/** Keys and indices from the top of the file down to a value. */
export type FieldPath = readonly (string | number)[];

/** One fault. `offset` counts UTF-16 units from the start of the text; absent when the place is not known. */
export interface Fault {
  readonly at: FieldPath;
  readonly message: string;
  readonly offset?: number | undefined;
}

const LISTED_FAULTS = 100;

/** `rules[2].require.level`: the notation of `Problem.field`. Keys that are no plain names are quoted and escaped. */
export function fieldName(path: FieldPath): string {
  let name = '';
  for (const part of path) {
    if (typeof part === 'number') name += `[${part}]`;
    else if (!/^[$A-Za-z_][\w-]{0,63}$/.test(part)) name += `[${quoted(part)}]`;
    else name += name === '' ? part : `.${part}`;
  }
  return name;
}

/** A text in double quotes, at most 40 characters, without anything that could steer a terminal or hide itself. */
export function quoted(text: string): string {
  const clipped = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return JSON.stringify(clipped).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (unit) => `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** What was found, for a message: short, and escaped. */
export function found(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return quoted(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return 'an object';
}

/** The name among `known` that `name` was probably meant to be: few letters differ. Compares at most 64 characters. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.slice(0, 64).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, candidate.slice(0, 64).toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substituted = (above[j - 1] ?? 0) + (a.charAt(i - 1) === b.charAt(j - 1) ? 0 : 1);
      row.push(Math.min(substituted, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row[b.length] ?? 0;
}

/** A list of names for a message. */
export function listed(names: readonly string[]): string {
  return names.map((name) => quoted(name)).join(', ');
}

/** Faults as problems in the order of the file, each with line and column (from 1) where known; at most 100. */
export function problemsOf(faults: readonly Fault[], text: string, file: string): readonly Problem[] {
  const sorted = [...faults].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
  const problems = sorted.slice(0, LISTED_FAULTS).map((fault): Problem => {
    const place = fault.offset === undefined ? '' : ` (${lineAndColumn(text, fault.offset)})`;
    return { code: 'policy-invalid', path: file, field: fieldName(fault.at), message: fault.message + place };
  });
  const left = sorted.length - problems.length;
  if (left > 0) {
    const message = `expected a valid policy, found ${left} more faults; correct those listed first`;
    problems.push({ code: 'policy-invalid', path: file, field: '', message });
  }
  return problems;
}

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
