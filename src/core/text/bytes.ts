/**
 * Binary strings: each character (0–255) is one byte. They let string code work on git's bytes exactly.
 */

/** UTF-8 bytes of a text as a binary string. Lone surrogates become U+FFFD, as in every UTF-8 encoder. */
export function utf8(text: string): string {
  if (isAscii(text)) return text;
  return fromBytes(new TextEncoder().encode(text));
}

/** The text of UTF-8 bytes; malformed sequences become U+FFFD. A byte order mark stays. */
export function fromUtf8(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(toBytes(bytes));
}

export function toBytes(binary: string): Uint8Array {
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i) & 0xff;
  return bytes;
}

export function fromBytes(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 8192) parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
  return parts.join('');
}

/** A 32-bit unsigned integer, big-endian, as four bytes. */
export function u32(value: number): string {
  return String.fromCharCode((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** Length-prefixed bytes: u32 length, then the bytes. */
export function lengthPrefixed(binary: string): string {
  return u32(binary.length) + binary;
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- the range is the point
  return /^[\x00-\x7f]*$/.test(text);
}
