/**
 * The hashes by which claims name lines without holding code: 96 bits of SHA-256, base64url. Lines are hashed without
 * their terminator, as UTF-8 bytes.
 */
import type { LineHash } from '../model/record';
import type { Hash } from '../ports';
import { byteOrderMark, collapseWhiteSpace } from '../text/lines';

/** Both hashes of a line. Takes the line's bytes (binary string) without terminator, as from `contentLines`. */
export function hashLine(hash: Hash, line: string): { exact: LineHash; loose: LineHash } {
  const exact = hash.hash96(line);
  const collapsed = collapseWhiteSpace(line);
  return { exact, loose: collapsed === line ? exact : hash.hash96(collapsed) };
}

/** `contentDigest` of a text's content lines, in one pass where the text is already as it is hashed. */
export function textDigest(hash: Hash, text: string): string {
  const start = byteOrderMark(text);
  const content = start === 0 ? text : text.slice(start);
  const ended = text === '' || text.endsWith('\n') ? content : `${content}\n`;
  return hash.sha256(ended.includes('\r') ? ended.replace(/\r(?=\n)/g, '') : ended);
}

/**
 * SHA-256 (hex) of a text's content lines, each followed by LF: the same for CRLF and LF, with or without a byte order
 * mark or a newline at the end. Takes content lines as binary strings.
 */
export function contentDigest(hash: Hash, lines: readonly string[]): string {
  return hash.sha256(lines.length === 0 ? '' : `${lines.join('\n')}\n`);
}
