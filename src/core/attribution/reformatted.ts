/**
 * Origins carried over a formatter's work, where the text before it is at hand: a line of the result has the origins of the
 * lines that its characters come from. Only white space may differ, and the punctuation that formatters put in and take
 * out; a line that differs in more is nobody's.
 */
import { addCounts } from '../model/fold';
import type { Counts, Evidence, Origin, Source } from '../model/origin';
import { originRank, sourceIn, weakerEvidence } from '../model/origin';
import { diffLines } from '../text/diff';
import { countInk } from '../text/lines';
import type { LineClaim } from './attribute';
import type { ClaimedLine } from './buildHunks';
import { claimedOrigin } from './buildHunks';
import type { FileLines } from './fileLines';
import { indentationIsSyntax } from './indentation';

/** A formatter ran between two texts that were both seen. */
const FORMATTED: Source = { origin: 'tool', via: 'format', evidence: 'observed' };
/** Characters of one changed region beyond which it is not looked at. */
const MOST_INK = 1_000_000;

export interface Reformatted {
  readonly claimed: readonly ClaimedLine[];
  /** Lines of the result that differ in more than layout. */
  readonly open: number;
}

/**
 * Takes what is claimed of each line before, which of them are neutral (unchanged since the base), and both texts. Gives
 * the claims of the result's lines.
 */
export function reformatted(
  before: FileLines,
  after: FileLines,
  claims: readonly (LineClaim | undefined)[],
  isNeutral: (line: number) => boolean,
  path: string,
): Reformatted {
  const claimed: ClaimedLine[] = [];
  let open = 0;
  let [at, shift] = [0, 0];
  const keep = (to: number): void => {
    for (; at < to; at++) {
      const origin = claims[at] === undefined ? undefined : claimedOrigin(claims[at]?.origin ?? 'unknown');
      const claim = claims[at];
      if (claim === undefined || origin === undefined) continue;
      claimed.push({ line: at + shift, source: sourceIn({ ...claim, origin }), counts: claim.counts });
    }
  };
  const meaningful = indentationIsSyntax(path);
  for (const { beforeStart, beforeCount, afterStart, afterCount } of diffLines(before.lines, after.lines)) {
    keep(beforeStart);
    at = beforeStart + beforeCount;
    shift = afterStart + afterCount - at;
    const sources = originsOf(
      before.lines.slice(beforeStart, beforeStart + beforeCount),
      after.lines.slice(afterStart, afterStart + afterCount),
    );
    for (let index = 0; index < afterCount; index++) {
      const line = afterStart + index;
      const text = after.lines[line] ?? '';
      if (countInk(text) === 0) continue;
      const from = sources?.[index];
      const parts = (from?.lines ?? []).map((each) => ({
        claim: claims[beforeStart + each],
        isNeutral: isNeutral(beforeStart + each),
      }));
      const indents = (from?.lines ?? []).map((each) => indentOf(before.lines[beforeStart + each] ?? ''));
      const isMoved = meaningful && indents.some((each) => each !== indentOf(text));
      const settled =
        from === undefined || parts.length === 0 ? undefined : together(parts, text, from.isSame, isMoved);
      if (settled === undefined) open++;
      else claimed.push({ line, ...settled });
    }
  }
  keep(before.lines.length);
  return { claimed, open };
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? '';
}

interface Part {
  readonly claim: LineClaim | undefined;
  readonly isNeutral: boolean;
}

/** What the lines together say of the one that they became. */
function together(
  parts: readonly Part[],
  text: string,
  isSame: boolean,
  isMoved: boolean,
): { source: Source; counts: Counts } | undefined {
  let strongest: LineClaim | undefined;
  let counts: Counts = {};
  for (const { claim, isNeutral } of parts) {
    if (claim === undefined && isNeutral) continue;
    const origin: Origin = claim?.origin ?? 'unknown';
    if (claim === undefined || origin === 'unknown') {
      // A stronger claim about another part would stand over it; none of these is.
      if (!parts.some((each) => isStrong(each.claim))) return undefined;
      continue;
    }
    counts = addCounts(counts, claim.counts);
    if (strongest === undefined || originRank(origin) < originRank(strongest.origin)) strongest = claim;
  }
  const evidence = (known: Evidence): Evidence => (isSame ? known : weakerEvidence(known, 'inferred'));
  if (strongest === undefined) {
    return { source: { ...FORMATTED, evidence: evidence('observed') }, counts: { tool: countInk(text) } };
  }
  const origin = claimedOrigin(strongest.origin);
  if (origin === undefined || (isMoved && !isStrong(strongest))) return undefined;
  return { source: { ...sourceIn({ ...strongest, origin }), evidence: evidence(strongest.evidence) }, counts };
}

function isStrong(claim: LineClaim | undefined): boolean {
  return claim !== undefined && originRank(claim.origin) < originRank('unknown');
}

interface FromLines {
  /** Lines before that this line's characters come from, from 0 in the region. */
  readonly lines: readonly number[];
  /** White space alone differs. */
  readonly isSame: boolean;
}

/** For each line of a region's result where its characters come from; undefined from where the texts part. */
function originsOf(before: readonly string[], after: readonly string[]): (FromLines | undefined)[] | undefined {
  const [old, now] = [inkOf(before), inkOf(after)];
  if (old.text.length + now.text.length > MOST_INK) return undefined;
  const from = after.map(() => new Set<number>());
  const edited = new Set<number>();
  let [i, j] = [0, 0];
  while (i < old.text.length || j < now.text.length) {
    const [a, b] = [old.text[i], now.text[j]];
    const line = now.lines[Math.min(j, now.lines.length - 1)] ?? 0;
    if (a !== undefined && b !== undefined && (a === b || (isQuote(a) && isQuote(b)))) {
      from[line]?.add(old.lines[i] ?? 0);
      if (a !== b) edited.add(line);
      i++;
      j++;
    } else if (b !== undefined && isLoose(b)) {
      edited.add(line);
      j++;
    } else if (a !== undefined && isLoose(a)) {
      edited.add(line);
      i++;
    } else return undefined;
  }
  return from.map((lines, line) => ({ lines: [...lines], isSame: !edited.has(line) }));
}

/** Punctuation that formatters put in and take out. */
function isLoose(character: string): boolean {
  return ';,()'.includes(character);
}

function isQuote(character: string): boolean {
  return character === '"' || character === "'";
}

/** The characters of some lines that are no white space, each with its line. */
function inkOf(lines: readonly string[]): { readonly text: string; readonly lines: readonly number[] } {
  const owners: number[] = [];
  const inks = lines.map((line, index) => {
    const ink = line.replace(/[ \t\r\f\v]+/g, '');
    for (let each = 0; each < ink.length; each++) owners.push(index);
    return ink;
  });
  return { text: inks.join(''), lines: owners };
}
