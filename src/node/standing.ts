/** Lines of a content that stood in some editor or in some saved state, by somebody's hand: nobody else may claim them. */
import type { FileLines } from '../core/attribution/fileLines';
import type { LineHash, RecordedHunk } from '../core/model/record';
import { diffLines } from '../core/text/diff';
import type { UnsavedBuffer } from './unsaved';

/**
 * Lines of `now` that stand in another text too, apart from those that came into it from disk: whoever saw them there
 * did not write them.
 */
export function standingLines(now: FileLines, lines: readonly LineHash[], hunks: readonly RecordedHunk[]): Set<number> {
  const fromDisk = new Set<number>();
  for (const { side, start, lines: recorded, origin } of hunks) {
    if (side !== 'added' || origin !== 'external') continue;
    for (const index of recorded.keys()) fromDisk.add(start + index);
  }
  const found = new Set<number>();
  let [at, shift] = [0, 0];
  const common = (to: number): void => {
    for (; at < to; at++) if (!fromDisk.has(at)) found.add(at + shift);
  };
  for (const { beforeStart, beforeCount, afterStart, afterCount } of diffLines(lines, now.exact)) {
    common(beforeStart);
    at = beforeStart + beforeCount;
    shift = afterStart + afterCount - at;
  }
  common(lines.length);
  return found;
}

/** Lines of `now` that stand in unsaved buffers of the file. Of a buffer without lines the claimed ones are known. */
export function unsavedLines(now: FileLines, buffers: readonly UnsavedBuffer[]): Set<number> {
  const found = new Set<number>();
  for (const { lines, hunks } of buffers) {
    if (lines !== undefined) {
      for (const line of standingLines(now, lines, hunks)) found.add(line);
      continue;
    }
    const claimed = hunks.filter(({ side, origin }) => side === 'added' && origin !== 'external');
    const exact = new Set(claimed.flatMap((hunk) => hunk.lines.map((line) => line.exact)));
    for (const [line, hash] of now.exact.entries()) if (exact.has(hash)) found.add(line);
  }
  return found;
}
