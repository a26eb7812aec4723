/**
 * An edit that nobody explains and that replaces many lines by many: the lines it leaves as they were, in their order,
 * are not its own. Resolving a merge conflict or reading a file again from disk changes a few lines of a large range.
 */
import { diffLines } from '../text/diff';
import { countAlphanumerics, rawLines } from '../text/lines';
import type { TextChange } from './history';

/** Letters and digits that adjacent lines must have for them to be the same and not only alike, as in attribution. */
const ENOUGH = 12;

/**
 * The change without the lines it keeps: several changes of the same text, ascending. `old` is what the change replaces.
 */
export function withoutKeptLines(change: TextChange, old: string): readonly TextChange[] {
  const before = rawLines(old);
  const after = rawLines(change.text);
  if (before.length < 2 || after.length < 2) return [change];
  const changes: TextChange[] = [];
  let line = 0;
  let afterLine = 0;
  let offset = change.offset;
  let start = { line, afterLine, offset };
  const close = (): void => {
    const removed = before.slice(start.line, line).join('').length;
    const text = after.slice(start.afterLine, afterLine).join('');
    if (removed > 0 || text !== '') changes.push({ offset: start.offset, removed, text });
  };
  for (const region of [...diffLines(before, after), endOf(before, after)]) {
    const kept = before.slice(line, region.beforeStart);
    if (kept.length > 0 && countAlphanumerics(kept.join('')) >= ENOUGH) {
      close();
      start = {
        line: region.beforeStart,
        afterLine: region.afterStart,
        offset: offset + kept.join('').length,
      };
    }
    const to = region.beforeStart + region.beforeCount;
    offset += before.slice(line, to).join('').length;
    line = to;
    afterLine = region.afterStart + region.afterCount;
  }
  close();
  return changes.length === 0 ? [change] : changes;
}

function endOf(before: readonly string[], after: readonly string[]): ReturnType<typeof diffLines>[number] {
  return { beforeStart: before.length, beforeCount: 0, afterStart: after.length, afterCount: 0 };
}
