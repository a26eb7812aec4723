/** The lines of a block as a reviewer sees them before signing: removed with `-`, added with `+`, all of it harmless text. */
import type { ChangedFile } from '../../core/model/change';
import type { ReportBlock } from '../../core/model/report';
import { fromUtf8 } from '../../core/text/bytes';
import { contentLines } from '../../core/text/lines';
import type { Palette } from './colour';
import { escapeShort } from './escape';

const MOST_LINES = 60;
const MOST_CHARACTERS = 200;

/** Lines to print, indented; says how many were left out. */
export function excerpt(block: ReportBlock, file: ChangedFile | undefined, { bad, good }: Palette): string[] {
  if (file === undefined) return [];
  if (block.object !== undefined) return [`    ${file.before.oid.slice(0, 12)} → ${file.after.oid.slice(0, 12)}`];
  const part = (text: string | undefined, start: number, end: number, mark: string): string[] =>
    contentLines(text ?? '')
      .slice(start - 1, end)
      .map((line) => `    ${mark} ${escapeShort(fromUtf8(line).replaceAll('\t', '    '), MOST_CHARACTERS)}`);
  const removed = part(file.before.text, block.beforeStart, block.beforeEnd, '-').map(bad);
  const added = part(file.after.text, block.afterStart, block.afterEnd, '+').map(good);
  const all = [...removed, ...added];
  if (all.length <= MOST_LINES) return all;
  return [...all.slice(0, MOST_LINES), `    … ${all.length - MOST_LINES} more lines`];
}
