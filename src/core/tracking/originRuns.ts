/**
 * Where each character of the present text comes from, as runs: for whoever compares the tracker with another account of
 * the same edits, character by character.
 */
import { sameSource } from '../model/origin';
import type { Tables } from './fragment';
import { originOf } from './fragment';
import { NOWHERE } from './piece';
import type { Piece } from './piece';
import type { KnownOrNot } from './sourceTable';

/** Adjacent characters of one source; `neutral` is text of the base that nobody moved. */
export interface OriginRun {
  /** UTF-16 units from the start of the text. */
  readonly offset: number;
  readonly length: number;
  readonly origin: KnownOrNot | 'neutral';
}

/** The runs of a text in order: they cover it without gaps, none is empty, and adjacent ones differ. */
export function* originRuns(pieces: readonly Piece[], tables: Tables): Generator<OriginRun> {
  let open: OriginRun | undefined;
  for (const { offset, length, origin } of partsOf(pieces, tables)) {
    if (open !== undefined && isSame(open.origin, origin)) {
      open = { offset: open.offset, length: open.length + length, origin: open.origin };
      continue;
    }
    if (open !== undefined) yield open;
    open = { offset, length, origin };
  }
  if (open !== undefined) yield open;
}

/** The stored runs, initial text cut into its lines, since each has a claim of its own. */
function* partsOf(pieces: readonly Piece[], tables: Tables): Generator<OriginRun> {
  let offset = 0;
  for (const { text, runs } of pieces) {
    let start = 0;
    for (const { length, source, at } of runs) {
      const end = start + length;
      for (let from = start; from < end;) {
        const lineEnd = at === NOWHERE ? 0 : text.indexOf('\n', from) + 1;
        const to = lineEnd === 0 ? end : Math.min(lineEnd, end);
        const place = at === NOWHERE ? NOWHERE : at + from - start;
        yield { offset: offset + from, length: to - from, origin: originOf({ source, at: place }, tables) };
        from = to;
      }
      start = end;
    }
    offset += text.length;
  }
}

function isSame(a: KnownOrNot | 'neutral', b: KnownOrNot | 'neutral'): boolean {
  return typeof a === 'string' || typeof b === 'string' ? a === b : sameSource(a, b);
}
