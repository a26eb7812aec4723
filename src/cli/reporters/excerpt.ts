/** The lines of a block as a reviewer sees them before signing: removed with `-`, added with `+`, all of it harmless text. */
import type { ChangedFile, FileSide } from '../../core/model/change';
import type { ReportBlock } from '../../core/model/report';
import { contentLines } from '../../core/text/lines';
import type { Palette } from './colour';
import { escapeShort, lineText } from './escape';

const MOST_CHARACTERS = 10_000;

/** What to print of a block, indented, and whether that is all of it: else nobody has viewed it here. */
export interface Excerpt {
  readonly lines: readonly string[];
  readonly whole: boolean;
}

export function excerpt(block: ReportBlock, file: ChangedFile, { bad, good }: Palette): Excerpt {
  const { before, after } = file;
  if (block.object !== undefined) {
    const name = ({ mode, oid }: FileSide): string => `${mode} ${oid}`;
    return { lines: [`    ${name(before)} → ${name(after)}`], whole: block.object !== 'content' };
  }
  let whole = true;
  const part = (text: string | undefined, start: number, end: number, mark: string): string[] =>
    contentLines(text ?? '')
      .slice(start - 1, end)
      .map((line) => {
        const plain = lineText(line);
        whole &&= plain.length <= MOST_CHARACTERS;
        return `    ${mark} ${escapeShort(plain, MOST_CHARACTERS)}`;
      });
  const removed = part(before.text, block.beforeStart, block.beforeEnd, '-').map(bad);
  const added = part(after.text, block.afterStart, block.afterEnd, '+').map(good);
  return { lines: [...removed, ...added], whole };
}
