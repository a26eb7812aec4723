/**
 * Reading what an agent's hook gets on stdin: JSON that nobody vouches for. Everything here is total and bounded; a field
 * that is missing or of another type is simply not there.
 */
import type { Fields } from '../../core/text/fields';
import { isFields } from '../../core/text/fields';
import { jsonDepth } from '../../core/text/jsonDepth';
import { utf8 } from '../../core/text/bytes';

/** Characters of a payload: a file of the largest size that is recorded by line, escaped, twice (before and after). */
export const MAX_PAYLOAD = 32 * 1024 * 1024;
/** Brackets that may nest. Agents nest a handful. */
const MAX_DEPTH = 64;

/** The payload's top object, or why there is none, in words that hold nothing of the payload. */
export function parsePayload(text: string): Fields | string {
  if (text.length > MAX_PAYLOAD) return `expected a payload of at most ${MAX_PAYLOAD} characters`;
  const body = text.startsWith('\ufeff') ? text.slice(1) : text;
  if (body.trim() === '') return 'expected a payload on stdin, found nothing';
  if (jsonDepth(body) > MAX_DEPTH) return `expected a payload nested at most ${MAX_DEPTH} deep`;
  const value = parsed(body) ?? parsed(escapeControls(body));
  if (value === undefined) return 'expected a payload in JSON';
  return object(value) ?? 'expected an object as payload';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Some agents put line breaks and tabs into JSON strings as they are. */
function escapeControls(text: string): string {
  const parts: string[] = [];
  let quoted = false;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) quoted = !quoted;
    else if (quoted && code === 92) i++;
    else if (quoted && code < 32) {
      parts.push(text.slice(from, i), `\\u${code.toString(16).padStart(4, '0')}`);
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/** The value as an object, arrays excluded. */
export function object(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

/** The first of these fields that is text. */
export function text(fields: Fields | undefined, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = own(fields, name);
    if (typeof value === 'string') return value;
  }
  return undefined;
}

/** The first of these fields that is an object. */
export function child(fields: Fields | undefined, ...names: readonly string[]): Fields | undefined {
  for (const name of names) {
    const value = object(own(fields, name));
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The first of these fields that is a list; items beyond `most` are left out. */
export function list(fields: Fields | undefined, most: number, ...names: readonly string[]): readonly unknown[] {
  for (const name of names) {
    const value = own(fields, name);
    if (Array.isArray(value)) return value.slice(0, most);
  }
  return [];
}

export function own(fields: Fields | undefined, name: string): unknown {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** Text as the bytes that a file would hold, with LF alone between lines: origins do not depend on CRLF. */
export function fileBytes(value: string): string {
  return utf8(value.includes('\r') ? value.replaceAll('\r\n', '\n') : value);
}

/** An id or a name that an actor may carry: printable and short; anything else is left out. */
export function nameOf(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  return /^[\x20-\x7e]{1,128}$/.test(value) ? value : undefined;
}
