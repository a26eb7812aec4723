/**
 * Text of a repository on its way to a terminal, a log or a CI system: nothing in it may steer what shows it.
 */
import { fromUtf8 } from '../../core/text/bytes';

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, bidirectional controls, zero-width and other
 * invisible formatting characters, variation selectors, lone surrogates, tags and private use.
 */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|\u034f|\u115f|\u1160|\u17b4|\u17b5|\u3164|\uffa0|[\u180b-\u180d]|\u180f|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/gu;

/** Most text: letters, digits and signs of ASCII, with none of those that a CI command begins with. */
const HARMLESS = /^(?!\s*::)[ !"$-~]*$/;

/** One line of harmless text: what is invisible or steers becomes `\u{…}`, and CI commands lose their form. */
export function escapeText(text: string): string {
  if (HARMLESS.test(text)) return text;
  const visible = text.replace(UNSAFE, (unit) => {
    if (unit === '\n') return '\\n';
    if (unit === '\r') return '\\r';
    if (unit === '\t') return '\\t';
    return `\\u{${(unit.codePointAt(0) ?? 0).toString(16)}}`;
  });
  // CI systems take `::error…` at the start of a line, and `##[error]`, `##vso[…]` and their like anywhere, for commands.
  return visible.replace(/^(\s*)::/, '$1\\u{3a}:').replace(/##(?=\w*\[)/g, '\\u{23}#');
}

/** A file's line in bytes as text, a tab as four blanks. */
export function lineText(bytes: string): string {
  return fromUtf8(bytes).replaceAll('\t', '    ');
}

/** Harmless text, shortened to `most` characters with an ellipsis. */
export function escapeShort(text: string, most: number): string {
  if (text.length <= most) return escapeText(text);
  const characters = Array.from(text);
  return escapeText(characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : text);
}
