/**
 * Statements of the author about a text that no tracker follows: a committed file, a file on disk.
 */
import type { ClaimedOrigin } from '../model/origin';
import type { RecordedHunk } from '../model/record';
import type { Statement } from '../model/statement';
import { statedClaim } from '../model/statement';
import type { Hash } from '../ports';
import { contentDigest } from '../sidecar/lineHash';
import { countInk } from '../text/lines';
import type { LineClaim } from './attribute';
import { attribute } from './attribute';
import type { ClaimedLine } from './buildHunks';
import { buildHunks } from './buildHunks';
import type { FileLines } from './fileLines';
import { hashesOf } from './recordFile';

/** Lines [first, last] (from 0) of a text, as somebody pointed at them. */
export interface Pointed {
  readonly text: FileLines;
  readonly first: number;
  readonly last: number;
}

/** The claims that a statement makes about these lines, given what is known of each; those it has nothing to add to are left out. */
export function statedLines(
  text: FileLines,
  known: readonly (LineClaim | undefined)[],
  lines: Iterable<number>,
  statement: Statement,
): ClaimedLine[] {
  return [...lines].flatMap((line): ClaimedLine[] => {
    const ink = countInk(text.lines[line] ?? '');
    // A blank line that nobody claims goes with its hunk, and nobody is advised on white space.
    if (ink === 0 && (known[line] === undefined || statement.kind === 'advised')) return [];
    const claim = statedClaim(known[line], ink, statement);
    const whose: ClaimedOrigin | undefined = known[line]?.whose;
    return claim === undefined ? [] : [{ line, ...claim, ...(whose === undefined ? {} : { whose }) }];
  });
}

/**
 * Where the lines that somebody pointed at in one text stand in another: in place when the texts are equal, else where a
 * claim about them would be carried.
 */
export function pointedIn(
  hash: Hash,
  text: FileLines,
  path: string,
  { text: shown, first, last }: Pointed,
): Set<number> {
  const sameContent = contentDigest(hash, text.lines) === contentDigest(hash, shown.lines);
  const hunks = pointer({ text: shown, first, last });
  const found = attribute(text, path, 'added', [{ record: '', author: '', sameContent, hunks }]);
  return new Set([...found.keys()].filter((line) => found[line] !== undefined));
}

/** A claim that is not made, only carried. */
function pointer({ text, first, last }: Pointed): RecordedHunk[] {
  const source = { origin: 'ai', via: 'other', evidence: 'none' } as const;
  const lines = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  const present = lines.filter((line) => line < text.lines.length);
  return buildHunks(
    'added',
    present.map((line) => ({ line, source, counts: { ai: 1 } })),
    hashesOf(text),
  );
}
