/** Problems as people and machines read them. */
import type { Problem } from '../../core/model/problem';
import { escapeText } from './escape';

/** `path: field: message`, without the parts that are empty. */
export function problemLine({ path, field, message }: Problem): string {
  return [path, field, message]
    .filter((part) => part !== '')
    .map(escapeText)
    .join(': ');
}

/** What `--json` prints when a command has no other answer. */
export function problemsJson(problems: readonly Problem[]): string {
  return jsonText({ ok: false, problems });
}

/**
 * A JSON document, the same value with nothing in it that a log takes for a command. Terminal sequences, line separators and bidirectional controls are escaped: JSON allows the first
 * none and leaves the others to us.
 */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  const tame = text.replace(/##(?=\w*\[)/g, '\\u0023#');
  return `${tame.replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, unicodeEscapes)}\n`;
}

function unicodeEscapes(character: string): string {
  let escaped = '';
  for (let i = 0; i < character.length; i++) {
    escaped += `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`;
  }
  return escaped;
}
