/**
 * Text that does not read as it looks: characters that change the order of others or that nobody sees, and letters of one
 * script inside words of another. Such text is no fault; whoever signs for it should know.
 */
import { fromUtf8 } from './bytes';

/** What is hidden, where. `line` counts from 0; `found` is the first such character, as `U+202E`. */
export interface HiddenText {
  readonly line: number;
  readonly kind: 'order' | 'invisible' | 'look-alike';
  readonly found: string;
}

const ORDER = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
/** A joiner between two pictures makes one picture of them; a byte order mark may begin a file. */
const INVISIBLE =
  /(?<!\p{Extended_Pictographic}\ufe0f?)\u200d|\u200d(?!\p{Extended_Pictographic})|(?![\t\n\f\r\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]|[\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0]/u;
/** Letters of Greek, Cyrillic and full-width forms that are drawn like one of a to z. */
const ALIKE = /[ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονυϲϳАВЕЅІЈКМНОРСТУХаеорсухѕіјһԁԛԝӏ\uff21-\uff3a\uff41-\uff5a]/u;
/** Nobody sees how a letter of these scripts varies, nor white space, nor a variation; a picture or an ideograph is drawn otherwise. */
const VARIATION =
  /(?<=^|[\p{ASCII}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}])(?:[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]|[\u180b-\u180d]|\u180f)(?!\u20e3)/u;
const WORD = /[\p{L}\p{N}_$]+/gu;
/** Lines of one text that are reported: a hostile file would have one on each. */
const MOST = 100;

/** Looks at lines (binary strings of UTF-8) from `start` on; at most the first of each kind per line. */
export function hiddenText(lines: readonly string[], start: number, count: number): HiddenText[] {
  const found: HiddenText[] = [];
  for (let line = start; line < start + count && found.length < MOST; line++) {
    const bytes = lines[line] ?? '';
    const text = fromUtf8(line === 0 ? bytes.replace(/^\xef\xbb\xbf/, '') : bytes);
    const order = ORDER.exec(text)?.[0];
    if (order !== undefined) found.push({ line, kind: 'order', found: nameOf(order) });
    const unordered = text.replace(new RegExp(ORDER, 'g'), '');
    const invisible = INVISIBLE.exec(unordered)?.[0] ?? VARIATION.exec(unordered)?.[0];
    if (invisible !== undefined) found.push({ line, kind: 'invisible', found: nameOf(invisible) });
    const alike = lookAlike(text);
    if (alike !== undefined) found.push({ line, kind: 'look-alike', found: nameOf(alike) });
  }
  return found;
}

function lookAlike(text: string): string | undefined {
  if (!ALIKE.test(text)) return undefined;
  for (const [word] of text.matchAll(WORD)) if (/[a-z]/i.test(word) && ALIKE.test(word)) return ALIKE.exec(word)?.[0];
  return undefined;
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
