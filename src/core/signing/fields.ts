/**
 * Reading untrusted JSON field by field. Each reader notes a problem that names the field and goes on, so that one look
 * shows all faults; whoever reads asks `ok()` before using the result.
 */
import type { Problem } from '../model/problem';

/** Gathers the problems of one file. */
export interface FieldFaults {
  readonly problems: Problem[];
  add(field: string, message: string): void;
}

/** A collector for problems of one code and one file. */
export function fieldFaults(code: string, path: string): FieldFaults {
  const problems: Problem[] = [];
  return {
    problems,
    add: (field, message) => {
      if (problems.length < 20) problems.push({ code, path, field, message });
    },
  };
}

export type Json = Readonly<Record<string, unknown>>;

/** An object with all of `required`, perhaps some of `optional`, and nothing else. */
export function readObject(
  faults: FieldFaults,
  value: unknown,
  field: string,
  required: readonly string[],
  optional: readonly string[] = [],
): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add(field, `expected an object, found ${kindOf(value)}`);
    return {};
  }
  const object = value as Json;
  for (const key of required) {
    if (!Object.hasOwn(object, key)) faults.add(join(field, key), 'this field is missing');
  }
  for (const key of Object.keys(object)) {
    if (!required.includes(key) && !optional.includes(key)) {
      faults.add(
        join(field, key.slice(0, 64)),
        'this field is not known to this version; update Countersign if the file is newer',
      );
    }
  }
  return object;
}

/** A list of `least` to `most` items. */
export function readList(
  faults: FieldFaults,
  value: unknown,
  field: string,
  least: number,
  most: number,
): readonly unknown[] {
  if (!Array.isArray(value)) {
    if (value !== undefined) faults.add(field, `expected a list, found ${kindOf(value)}`);
    return [];
  }
  if (value.length < least || value.length > most) {
    faults.add(field, `expected ${least} to ${most} items, found ${value.length}`);
    return [];
  }
  return value;
}

/** A string of `least` to `most` UTF-16 units without control characters; `lines` allows LF and tab. */
export function readText(
  faults: FieldFaults,
  value: unknown,
  field: string,
  bounds: { readonly least: number; readonly most: number; readonly lines?: boolean },
): string {
  if (typeof value !== 'string') {
    if (value !== undefined) faults.add(field, `expected a string, found ${kindOf(value)}`);
    return '';
  }
  const { least, most, lines } = bounds;
  if (value.length < least || value.length > most) {
    faults.add(field, `expected ${least} to ${most} characters, found ${value.length}`);
  }
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const control = lines === true ? /[\x00-\x08\x0b-\x1f\x7f]/ : /[\x00-\x1f\x7f]/;
  if (control.test(value)) faults.add(field, 'control characters are not allowed');
  return value;
}

/** A string that the pattern matches; `expected` says what that is. */
export function readMatching(
  faults: FieldFaults,
  value: unknown,
  field: string,
  pattern: RegExp,
  expected: string,
): string {
  if (typeof value === 'string' && value.length <= 8192 && pattern.test(value)) return value;
  if (value !== undefined) faults.add(field, `expected ${expected}, found ${shown(value)}`);
  return '';
}

/** One of a closed list of words. */
export function readWord<T extends string>(
  faults: FieldFaults,
  value: unknown,
  field: string,
  words: readonly [T, ...T[]],
): T {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  if (value !== undefined) faults.add(field, `expected ${words.join(', ')}; found ${shown(value)}`);
  return words[0];
}

/** A whole number from `least` to `most`. */
export function readInteger(faults: FieldFaults, value: unknown, field: string, least: number, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  if (value !== undefined) faults.add(field, `expected a whole number from ${least} to ${most}, found ${shown(value)}`);
  return least;
}

/** `field.key`, or `key` at the top. */
export function join(field: string, key: string): string {
  return field === '' ? key : `${field}.${key}`;
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  return typeof value === 'number' ? String(value) : kindOf(value);
}
