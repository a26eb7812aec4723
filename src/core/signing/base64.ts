/**
 * Base64 (RFC 4648 §4) over binary strings, strict: one text for one sequence of bytes.
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Int8Array(128).fill(-1);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;

/** Padded base64 of a binary string. */
export function encodeBase64(bytes: string): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      (bytes.charCodeAt(i) << 16) |
      ((left > 1 ? bytes.charCodeAt(i + 1) : 0) << 8) |
      (left > 2 ? bytes.charCodeAt(i + 2) : 0);
    parts.push(
      ALPHABET.charAt(group >> 18) + ALPHABET.charAt((group >> 12) & 63),
      left > 1 ? ALPHABET.charAt((group >> 6) & 63) : '=',
      left > 2 ? ALPHABET.charAt(group & 63) : '=',
    );
  }
  return parts.join('');
}

/**
 * The bytes of padded base64, or undefined when the text is anything but what `encodeBase64` gives: other characters,
 * white space, missing padding, or set bits that the padding drops.
 */
export function decodeBase64(text: string): string | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const digits = text.length - padding;
  const codes: string[] = [];
  for (let i = 0; i < digits; i += 4) {
    let group = 0;
    for (let j = i; j < i + 4; j++) {
      const value = j < digits ? (VALUES[text.charCodeAt(j)] ?? -1) : 0;
      if (value < 0) return undefined;
      group = (group << 6) | value;
    }
    const bytes = Math.min(3, Math.floor(((digits - i) * 6) / 8));
    if (bytes < 3 && (group & (bytes === 1 ? 0xffff : 0xff)) !== 0) return undefined;
    codes.push(String.fromCharCode(group >> 16, (group >> 8) & 255, group & 255).slice(0, bytes));
  }
  return codes.join('');
}
