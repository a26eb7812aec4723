/** Lines to be signed that do not read as they look. */
import type { ChangedFile } from '../core/model/change';
import type { Problem } from '../core/model/problem';
import type { ReportBlock } from '../core/model/report';
import { utf8 } from '../core/text/bytes';
import type { HiddenText } from '../core/text/hiddenText';
import { hiddenText } from '../core/text/hiddenText';
import { rawLines } from '../core/text/lines';

const HIDDEN = {
  order: 'a character that changes the order in which text is shown',
  invisible: 'a character that is not shown',
  'look-alike': 'a letter that looks like one of another script',
} as const;

/** Lines to be signed that hold hidden or look-alike characters, and such names of files. */
export function cautionsOf(files: readonly ChangedFile[], blocks: readonly ReportBlock[]): Problem[] {
  const texts = new Map(files.map(({ path, after }) => [path, rawLines(after.text ?? '')] as const));
  return blocks.flatMap(({ path, afterStart, afterEnd, object }): Problem[] => {
    const caution = (field: string, { kind, found }: HiddenText): Problem => {
      return { code: 'hidden-text', path, field, message: `it holds ${found}, ${HIDDEN[kind]}` };
    };
    const name = hiddenText([utf8(path)], 0, 1).map((each) => caution('name', each));
    if (object !== undefined) return name;
    const count = afterEnd - afterStart + 1;
    const inLines = hiddenText(texts.get(path) ?? [], afterStart - 1, count);
    return [...name, ...inLines.map((each) => caution(`line ${each.line + 1}`, each))];
  });
}
