/** Text of a document of which some edits have not reached the tracker yet. */
import type { TextChange } from '../../core/tracking/history';

/** A piece of the text after all these edits: what the last of them put in, and the rest from the text before it. */
export function pieceAt(
  edits: readonly (readonly TextChange[])[],
  piece: { readonly offset: number; readonly length: number },
  before: (offset: number, length: number) => string,
): string {
  const newest = edits.at(-1);
  if (newest === undefined) return piece.length === 0 ? '' : before(piece.offset, piece.length);
  const older = edits.slice(0, -1);
  const pieces: string[] = [];
  let { offset, length } = piece;
  let grown = 0;
  const kept = (count: number): void => {
    if (count > 0) pieces.push(pieceAt(older, { offset: offset - grown, length: count }, before));
    offset += count;
    length -= count;
  };
  for (const { offset: from, removed, text } of newest.toSorted((a, b) => a.offset - b.offset)) {
    const start = from + grown;
    kept(Math.min(length, Math.max(0, start - offset)));
    const put = text.slice(Math.max(0, offset - start), Math.max(0, offset - start + length));
    pieces.push(put);
    offset += put.length;
    length -= put.length;
    grown += text.length - removed;
  }
  kept(length);
  return pieces.join('');
}
