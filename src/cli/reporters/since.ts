/** What changed since a sign-off that went stale, for people: lines as they were signed, and as they are now. */
import type { ChangedLine, SinceSigned } from '../../core/model/since';
import type { Palette } from './colour';
import { escapeShort, escapeText, lineText } from './escape';

const MOST_LINES = 60;
const MOST_CHARACTERS = 200;

/** Lines to print beneath each block, by its number, indented. */
export function linesByBlock(
  since: ReadonlyMap<number, readonly SinceSigned[]>,
  colours: Palette,
): Map<number, string[]> {
  return new Map([...since].map(([block, all]) => [block, all.flatMap((each) => sinceLines(each, colours))]));
}

function sinceLines(each: SinceSigned, { bad, good }: Palette): string[] {
  const who = `${escapeText(each.reviewer)} signed (${each.id.slice(0, 12)})`;
  if (each.lines === undefined) {
    return [`  what ${who} is not at hand: it stood at commit ${each.head.slice(0, 12)}`];
  }
  if (each.lines.length === 0) return [`  the lines are those that ${who}; what stands around them changed`];
  const shown = each.lines.slice(0, MOST_LINES).map((line) => (line.when === 'now' ? good : bad)(changedLine(line)));
  const left = each.lines.length - shown.length;
  return [`  since ${who}:`, ...shown, ...(left === 0 ? [] : [`    … ${left} more lines`])];
}

function changedLine({ when, text }: ChangedLine): string {
  const isWhole = text.endsWith('\n');
  const plain = lineText(isWhole ? text.slice(0, -1) : text);
  return `    ${when.padEnd(6)} ${escapeShort(plain, MOST_CHARACTERS)}${isWhole ? '' : ' (no line break at its end)'}`;
}
