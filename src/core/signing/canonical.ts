/**
 * Canonical JSON (RFC 8785). What is signed is emitted in this form, and what is read is refused in any other: that
 * leaves no room for duplicate keys or for parsers that disagree.
 *
 * Our own twenty lines rather than a package, because bad input (a lone surrogate, a number that is none) must be
 * refused rather than written in some form; the tests hold it against `canonicalize`.
 */
import { failure, success } from '../model/problem';
import type { Result } from '../model/problem';
import { MAX_DEPTH, MAX_FILE_BYTES } from '../sidecar/limits';
import { fromUtf8, utf8 } from '../text/bytes';
import { jsonDepth } from '../text/jsonDepth';

/** Which problem to report, for which file and field. */
export interface Place {
  readonly code: string;
  readonly path: string;
  readonly field: string;
}

/**
 * The canonical form of a JSON value, as UTF-8 bytes (binary string). Members that are undefined are left out. Throws a
 * TypeError on what JSON cannot say: a lone surrogate, a number that is not finite, a function.
 */
export function canonicalBytes(value: unknown): string {
  return utf8(serialize(value));
}

/**
 * The value of canonical JSON. Refuses more than 256 KiB, more than 16 levels, a key `__proto__`, and any bytes that
 * differ from the canonical form of what they say.
 */
export function parseCanonical(
  bytes: string,
  place: Place = { code: 'json-malformed', path: '', field: '' },
): Result<unknown> {
  const refuse = (message: string): Result<unknown> => failure({ ...place, message });
  if (bytes.length > MAX_FILE_BYTES) return refuse(`expected at most ${MAX_FILE_BYTES} bytes, found ${bytes.length}`);
  const text = fromUtf8(bytes);
  if (jsonDepth(text) > MAX_DEPTH) return refuse(`expected JSON of at most ${MAX_DEPTH} levels`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('expected JSON; the text can not be parsed. Was the file cut off or edited?');
  }
  if (hasForbiddenKey(value)) return refuse('the key `__proto__` is not allowed');
  if (isPlainlyCanonical(value, bytes)) return success(value);
  let canonical: string;
  try {
    canonical = canonicalBytes(value);
  } catch {
    return refuse('expected canonical JSON (RFC 8785), found a lone surrogate or a number out of range');
  }
  if (canonical !== bytes) {
    return refuse(
      'expected canonical JSON (RFC 8785): sorted keys, no duplicates, no white space, shortest numbers and escapes',
    );
  }
  return success(value);
}

/**
 * Whether ASCII bytes are the canonical form, without building it; false where that can't be told so. What JSON.stringify
 * writes differs from it in the order of keys and in escaped lone surrogates, and in nothing else.
 */
function isPlainlyCanonical(value: unknown, bytes: string): boolean {
  return JSON.stringify(value) === bytes && !bytes.includes('\\ud') && hasSortedKeys(value);
}

function hasSortedKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  const keys = Array.isArray(value) ? [] : Object.keys(value);
  const sorted = keys.toSorted();
  return keys.every((key, index) => key === sorted[index]) && Object.values(value).every(hasSortedKeys);
}

function serialize(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('not a JSON number');
    return JSON.stringify(value);
  }
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(serialize).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError('not a JSON value');
  const members: string[] = [];
  const record = value as Record<string, unknown>;
  // Object keys sort by UTF-16 units, which is what RFC 8785 asks for and what sort does by itself.
  for (const key of Object.keys(record).sort()) {
    if (record[key] !== undefined) members.push(`${quote(key)}:${serialize(record[key])}`);
  }
  return `{${members.join(',')}}`;
}

function quote(text: string): string {
  // Nearly every text: nothing to escape, and no surrogates.
  if (/^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)) {
    throw new TypeError('lone surrogate');
  }
  return JSON.stringify(text);
}

function hasForbiddenKey(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return value.some(hasForbiddenKey);
  return Object.keys(value).includes('__proto__') || Object.values(value).some(hasForbiddenKey);
}
