/**
 * Text that an unknown hand only puts elsewhere. A line that takes a part of another, or loses one to it, reads otherwise
 * than its author wrote it: `if (isAdmin) grant()` is not `grant()`. So only whole lines may be put elsewhere, and text may
 * be laid out anew where it stands. Bounded by the size of the edit.
 */
import { countInk } from '../../core/text/lines';
import type { Change, EditEvent } from './editEvent';
import { keepsInk, keepsInkOfLines } from './shapes';
import type { Exchange } from './shapes';

/** Whether an edit changes no line's text but for white space; `exchanges` are its changes', in ascending order. */
export function isPutElsewhere(event: EditEvent, exchanges: readonly Exchange[]): boolean {
  if (!keepsInk(exchanges) || !exchanges.some(({ text }) => countInk(text) > 0)) return false;
  if (exchanges.every((exchange) => keepsInk([exchange]))) return true;
  const changes = event.changes.toSorted((a, b) => a.offset - b.offset);
  const areWhole = exchanges.every((exchange, index) => {
    const change = changes[index];
    return keepsInk([exchange]) || (change !== undefined && isOfWholeLines(event, change, exchange));
  });
  return areWhole && keepsInkOfLines(exchanges);
}

/** Whether lines come or go as a whole, with the line break before them or behind. */
function isOfWholeLines(event: EditEvent, { offset, removed, range }: Change, exchange: Exchange): boolean {
  const next = event.textBefore(offset + removed + 1, 1);
  const isAtStart = range.start.character === 0;
  const isAtEnd = next === '' || next === '\n' || next === '\r';
  if (isAtStart && isAtEnd) return true;
  const texts = [exchange.removed ?? '', exchange.text].filter((text) => text !== '');
  return (
    (isAtStart && texts.every((text) => text.endsWith('\n'))) || (isAtEnd && texts.every((text) => /^\r?\n/.test(text)))
  );
}
