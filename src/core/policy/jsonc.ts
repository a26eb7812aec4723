/**
 * JSON with comments and trailing commas, read strictly: duplicate keys and `__proto__` are faults, depth is bounded,
 * and every value's place is known. Written here because `jsonc-parser` keeps the last of two equal keys, assigns
 * `__proto__`, recurses without bound, and its `main` can't be bundled for Node; the tests compare the two.
 */
import { fieldName } from './faults';
import type { Fault, FieldPath } from './faults';

/** What a text holds. Objects have no prototype. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The value (undefined when the syntax is broken), the faults, and where each field's value starts, by field name. */
export interface JsoncDocument {
  readonly value: Json | undefined;
  readonly faults: readonly Fault[];
  readonly offsets: ReadonlyMap<string, number>;
}

/** Ends the reading; never leaves this file. */
class SyntaxFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.message);
    this.fault = fault;
  }
}

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /[A-Za-z]+/y;
const BLANK = /[ \t\r\n]*/y;
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Reads a text. Total: broken syntax ends the reading with one fault, other faults are collected. */
export function readJsonc(text: string, maxDepth: number): JsoncDocument {
  const faults: Fault[] = [];
  const offsets = new Map<string, number>();
  let at = text.startsWith('\uFEFF') ? 1 : 0;

  function stop(path: FieldPath, message: string, offset = at): never {
    throw new SyntaxFault({ at: path, message, offset });
  }

  function take(pattern: RegExp): string {
    pattern.lastIndex = at;
    const taken = pattern.exec(text)?.[0] ?? '';
    at += taken.length;
    return taken;
  }

  function skip(path: FieldPath): void {
    for (;;) {
      take(BLANK);
      if (text.startsWith('//', at)) {
        while (at < text.length && text.charAt(at) !== '\n' && text.charAt(at) !== '\r') at += 1;
      } else if (text.startsWith('/*', at)) {
        const end = text.indexOf('*/', at + 2);
        if (end < 0) stop(path, 'expected the comment to end, found the end of the file; close it with "*/"');
        at = end + 2;
      } else {
        return;
      }
    }
  }

  function next(): string {
    if (at >= text.length) return 'the end of the file';
    return JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\\u…');
  }

  function string(path: FieldPath): string {
    const start = at;
    let value = '';
    at += 1;
    for (;;) {
      const unit = text.charAt(at);
      if (unit === '"') break;
      if (unit === '' || unit < ' ') {
        stop(path, `expected the string to end on its line, found ${next()}; close it with a quote`, start);
      }
      at += 1;
      if (unit !== '\\') {
        value += unit;
        continue;
      }
      const escape = text.charAt(at);
      const hex = text.slice(at + 1, at + 5);
      const plain = ESCAPES[escape];
      if (plain !== undefined) value += plain;
      else if (escape === 'u' && /^[0-9a-fA-F]{4}$/.test(hex)) value += String.fromCharCode(Number.parseInt(hex, 16));
      else
        stop(
          path,
          `expected an escape such as \\n or \\u00e9, found ${next()} after "\\"; write "\\\\" for a backslash`,
        );
      at += escape === 'u' ? 5 : 1;
    }
    at += 1;
    if (/\p{Surrogate}/u.test(value)) {
      stop(path, 'expected whole characters, found half of a surrogate pair; write the character itself', start);
    }
    return value;
  }

  function list(path: FieldPath, depth: number): Json {
    const items: Json[] = [];
    at += 1;
    for (;;) {
      skip(path);
      if (text.charAt(at) === ']') break;
      items.push(value([...path, items.length], depth));
      skip(path);
      if (text.charAt(at) === ',') at += 1;
      else if (text.charAt(at) !== ']')
        stop(path, `expected "," or "]", found ${next()}; separate entries with commas`);
    }
    at += 1;
    return items;
  }

  function object(path: FieldPath, depth: number): Json {
    const fields = Object.create(null) as Record<string, Json>;
    at += 1;
    for (;;) {
      skip(path);
      if (text.charAt(at) === '}') break;
      if (text.charAt(at) !== '"')
        stop(path, `expected a field name in quotes or "}", found ${next()}; quote the name`);
      const offset = at;
      const key = string(path);
      const field = [...path, key];
      skip(field);
      if (text.charAt(at) !== ':') stop(field, `expected ":" after the field name, found ${next()}; add the colon`);
      at += 1;
      skip(field);
      const isDouble = key in fields;
      const content = value(field, depth);
      if (key === '__proto__') {
        faults.push({ at: field, offset, message: 'expected a known field, found "__proto__"; remove it' });
      } else if (isDouble) {
        faults.push({ at: field, offset, message: 'expected each field once, found it again; remove one of the two' });
      } else {
        fields[key] = content;
      }
      skip(path);
      if (text.charAt(at) === ',') at += 1;
      else if (text.charAt(at) !== '}') stop(path, `expected "," or "}", found ${next()}; separate fields with commas`);
    }
    at += 1;
    return fields;
  }

  function value(path: FieldPath, depth: number): Json {
    const name = fieldName(path);
    const start = at;
    if (!offsets.has(name)) offsets.set(name, at);
    const unit = text.charAt(at);
    if (unit === '{' || unit === '[') {
      if (depth >= maxDepth) stop(path, `expected at most ${maxDepth} levels of nesting, found more; flatten the file`);
      return unit === '{' ? object(path, depth + 1) : list(path, depth + 1);
    }
    if (unit === '"') return string(path);
    const word = take(WORD);
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    const digits = word === '' ? take(NUMBER) : '';
    if (digits !== '' && !/[\w.+-]/.test(text.charAt(at)) && Number.isFinite(Number(digits))) return Number(digits);
    at = start;
    return stop(path, `expected a value, found ${next()}; write a string in double quotes, a number, true or false`);
  }

  try {
    skip([]);
    const result = value([], 0);
    skip([]);
    if (at < text.length) stop([], `expected the end of the file, found ${next()}; remove what follows the last brace`);
    return { value: result, faults, offsets };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return { value: undefined, faults: [...faults, error.fault], offsets };
  }
}
