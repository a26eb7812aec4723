/** Removed lines by whose they were. */
import type { ClaimedOrigin } from '../model/origin';
import type { RecordedHunk } from '../model/record';
import { CONTEXT_LINES } from './buildHunks';

/**
 * A removed hunk cut where its lines were somebody else's. `ownerOf` tells by the line of the content before the change.
 * What the hunk says already stands, and so does a hunk of added lines.
 */
export function ownedHunks(hunk: RecordedHunk, ownerOf: (line: number) => ClaimedOrigin | undefined): RecordedHunk[] {
  if (hunk.side === 'added' || hunk.whose !== undefined) return [hunk];
  const { lines, start } = hunk;
  const pieces: RecordedHunk[] = [];
  for (let from = 0, to = 1; to <= lines.length; to++) {
    const whose = ownerOf(start + from);
    if (to < lines.length && ownerOf(start + to) === whose) continue;
    const exact = (first: number, end: number): string[] => lines.slice(first, end).map((line) => line.exact);
    pieces.push({
      ...hunk,
      start: start + from,
      lines: lines.slice(from, to),
      before: [...hunk.before, ...exact(0, from)].slice(-CONTEXT_LINES),
      after: [...exact(to, lines.length), ...hunk.after].slice(0, CONTEXT_LINES),
      ...(whose === undefined ? {} : { whose }),
    });
    from = to;
  }
  return pieces;
}
