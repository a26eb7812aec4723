/**
 * Lines. Two views of the same text: raw lines keep their terminator (spans bind every byte), content lines drop it
 * (origins do not depend on CRLF, on a byte order mark or on a newline at the end of the file).
 */

/** Splits at LF only; each line keeps its LF, the last has none if the text does not end in one. Empty text: no line. */
export function rawLines(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    if (end === -1) {
      lines.push(text.slice(start));
      break;
    }
    lines.push(text.slice(start, end + 1));
    start = end + 1;
  }
  return lines;
}

/** Lines without terminators (one LF, and one CR before it or at the very end); a UTF-8 byte order mark (as binary string or as text) at the start is dropped. */
export function contentLines(text: string): string[] {
  const lines: string[] = [];
  let start = byteOrderMark(text);
  // A text of nothing but the mark is one empty line.
  if (start > 0 && start === text.length) return [''];
  while (start < text.length) {
    const lineFeed = text.indexOf('\n', start);
    let end = lineFeed === -1 ? text.length : lineFeed;
    if (end > start && text.charCodeAt(end - 1) === 13) end--;
    lines.push(text.slice(start, end));
    if (lineFeed === -1) break;
    start = lineFeed + 1;
  }
  return lines;
}

/** Length of the UTF-8 byte order mark (as binary string or as text) at the start: 3, 1 or 0. */
export function byteOrderMark(text: string): number {
  if (text.startsWith('\xef\xbb\xbf')) return 3;
  return text.startsWith('\ufeff') ? 1 : 0;
}

/** White-space runs collapsed to one space, ends trimmed: what the second hash of a line sees. */
export function collapseWhiteSpace(line: string): string {
  let start = 0;
  let end = line.length;
  while (start < end && isBlank(line.charCodeAt(start))) start++;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end--;
  const inner = start === 0 && end === line.length ? line : line.slice(start, end);
  // Most lines are only indented: then there is nothing more to do.
  return /[\t\r\f\v]| {2}/.test(inner) ? inner.replace(/[ \t\r\f\v]+/g, ' ') : inner;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || (code >= 11 && code <= 13);
}

/** Characters that are not white space (space, tab, CR, LF, form feed, vertical tab), in units of the string. */
export function countInk(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== 32 && (code < 9 || code > 13)) count++;
  }
  return count;
}

/** Letters and digits; bytes above 127 count as letters, so that CJK text has weight. */
export function countAlphanumerics(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code > 127) count++;
  }
  return count;
}

/** A NUL in the first 8,000 bytes: git's own test for binary content. */
export function isBinary(text: string): boolean {
  const nul = text.indexOf('\0');
  return nul !== -1 && nul < 8000;
}
