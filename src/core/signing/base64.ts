/**
 * Base64 (RFC 4648 §4) over binary strings, strict: one text for one sequence of bytes.
 */

/** Padded base64 of a binary string. */
export function encodeBase64(bytes: string): string {
  return btoa(bytes);
}

/**
 * The bytes of padded base64, or undefined when the text is anything but what `encodeBase64` gives: other characters,
 * white space, missing padding, or set bits that the padding drops. `atob` forgives these, so its answer is written back
 * and compared.
 */
export function decodeBase64(text: string): string | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  const bytes = atob(text);
  return btoa(bytes) === text ? bytes : undefined;
}
