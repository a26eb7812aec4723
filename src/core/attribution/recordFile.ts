/**
 * The claims of one commit about one file: the lines that differ from every parent, with what is known about them.
 */
import type { Region } from '../model/change';
import type { RecordedHunk } from '../model/record';
import type { Counts } from '../model/origin';
import { originRank, sourceIn } from '../model/origin';
import { diffLines } from '../text/diff';
import { countInk } from '../text/lines';
import type { FileClaims, LineClaim } from './attribute';
import { attribute } from './attribute';
import type { ClaimedLine, LineHashes } from './buildHunks';
import { buildHunks, claimedOrigin } from './buildHunks';
import { addedLikeUnchanged, unchangedLikeAdded } from './copiedLines';
import type { CrossedLines } from './crossedLines';
import { crossedLines } from './crossedLines';
import type { FileLines } from './fileLines';
import { MIN_WEIGHT, isWeak } from './carry';

export interface RecordedChange {
  readonly hunks: readonly RecordedHunk[];
  /** Lines added or removed by the change that nothing explains. */
  readonly unexplained: number;
  /** Whether weak claims of moved lines spoke for their neighbours: then the base is to be asked which of these are neutral. */
  readonly crossed: boolean;
}

/**
 * Takes the file before (its versions in all parents, the first parent's first; none when it is new) and after, and the
 * claims known about it. Removed lines are recorded against the first parent, and only where there is no other. `base` is
 * the file where the change starts, in so far as that is not the first parent: what came after it and that nobody
 * explains must not become a person's because its neighbours were moved.
 */
export function recordChange(
  path: string,
  parents: readonly FileLines[],
  after: FileLines,
  claims: readonly FileClaims[],
  base?: FileLines,
): RecordedChange {
  const [first] = parents;
  const regions = diffLines(first?.lines ?? [], after.lines);
  const otherRegions = parents.slice(1).map((parent) => diffLines(parent.lines, after.lines));
  const isNew = (line: number): boolean => otherRegions.every((list) => list.some((region) => holds(region, line)));
  const addedClaims = attribute(after, path, 'added', claims);
  // Of a saved state with this very content each line is known by its place.
  const isKnown = claims.every(({ sameContent }) => sameContent);
  const isExact = parents.length === 1 && claims.length > 0 && isKnown;
  const open = new Set(claims.length === 0 || isKnown ? [] : addedLikeUnchanged(regions, after));
  const added: ClaimedLine[] = [];
  const removed: ClaimedLine[] = [];
  let unexplained = 0;
  const removedClaims =
    first === undefined || parents.length > 1 ? [] : attribute(first, path, 'removed', withoutPlace(claims));
  const moved = parents.length === 1 && first !== undefined ? crossedLines(regions, first, after, addedClaims) : NONE;
  // Of another content than the saved one nobody knows who moved what since.
  const neutral = !isKnown ? [] : base === undefined ? undefined : base.exact;
  const crossed = neutral === undefined || first === undefined ? moved : neutralOnly(moved, neutral, first, after);
  for (const region of regions) {
    for (let line = region.afterStart; line < region.afterStart + region.afterCount; line++) {
      if (!isNew(line)) continue;
      const claim = asClaimed(line, addedClaims[line] ?? crossed.added.get(line));
      if (claim !== undefined && !(open.has(line) && isWeak(claim.source.origin))) added.push(claim);
      else if ((after.lines[line] ?? '').trim() !== '') unexplained++;
    }
    if (parents.length !== 1 || first === undefined) continue;
    for (const { line, claim } of removedLines(region, first, after, removedClaims, addedClaims)) {
      const claimed = asClaimed(line, claim ?? crossed.removed.get(line));
      if (claimed !== undefined) removed.push(claimed);
      else if ((first.lines[line] ?? '').trim() !== '') unexplained++;
    }
  }
  const twins = isExact ? unchangedLikeAdded(regions, after, addedClaims) : [];
  added.push(...twins.flatMap((line) => asClaimed(line, addedClaims[line]) ?? []));
  added.sort((a, b) => a.line - b.line);
  return {
    hunks: [
      ...buildHunks('removed', removed, first === undefined ? NO_LINES : hashesOf(first)),
      ...buildHunks('added', added, hashesOf(after)),
    ],
    unexplained,
    crossed: [...crossed.added.values()].some(({ origin }) => isWeak(origin)),
  };
}

/** Without weak claims about lines that are not among the neutral ones. */
function neutralOnly(
  crossed: CrossedLines,
  lines: readonly string[],
  before: FileLines,
  after: FileLines,
): CrossedLines {
  const neutral = new Set(lines);
  const of = (claims: ReadonlyMap<number, LineClaim>, text: FileLines): Map<number, LineClaim> =>
    new Map([...claims].filter(([line, { origin }]) => !isWeak(origin) || neutral.has(text.exactAt(line))));
  return { added: of(crossed.added, after), removed: of(crossed.removed, before) };
}

const NONE: CrossedLines = { added: new Map(), removed: new Map() };
const NO_LINES: LineHashes = { length: 0, exact: () => '', loose: () => '' };

export function hashesOf(text: FileLines): LineHashes {
  return {
    length: text.lines.length,
    exact: text.exactAt,
    loose: text.looseAt,
  };
}

function holds(region: Region, line: number): boolean {
  return line >= region.afterStart && line < region.afterStart + region.afterCount;
}

/** Removed lines are named by where they once stood nearby: their claims are always carried, never in place. */
function withoutPlace(claims: readonly FileClaims[]): FileClaims[] {
  return claims.map((each) => ({ ...each, sameContent: false }));
}

function asClaimed(line: number, claim: LineClaim | undefined): ClaimedLine | undefined {
  const origin = claim === undefined ? undefined : claimedOrigin(claim.origin);
  if (claim === undefined || origin === undefined) return undefined;
  const { counts, whose } = claim;
  return { line, source: sourceIn({ ...claim, origin }), counts, ...(whose === undefined ? {} : { whose }) };
}

/**
 * Who removed the lines of a region. A line that was deleted whole has a claim of its own. One that was rewritten goes
 * with the added line that reads like it; where none does, with the strongest claim among the region's added lines, if
 * all of them have one. A short line that was deleted with others goes with them.
 *
 * A weak origin speaks for a line that reads like none of its own only as far as its counts say that it deleted: an added
 * line's counts beyond its own characters are what went from it. Else a guard that nobody is on record for would be gone by
 * the hand of whoever typed a line in its place.
 */
function removedLines(
  region: Region,
  before: FileLines,
  after: FileLines,
  removedClaims: readonly (LineClaim | undefined)[],
  addedClaims: readonly (LineClaim | undefined)[],
): { line: number; claim: LineClaim | undefined }[] {
  const added = Array.from({ length: region.afterCount }, (_, index) => ({
    text: (after.lines[region.afterStart + index] ?? '').trim(),
    claim: addedClaims[region.afterStart + index],
  }));
  const claims = added.map((each) => each.claim);
  const rewriter = claims.every((claim) => claim !== undefined) ? strongest(claims) : undefined;
  const lines = Array.from({ length: region.beforeCount }, (_, index) => region.beforeStart + index);
  const own = lines.map((line) => removedClaims[line]);
  const deleter = strongest(own);
  const deleted = added.map(({ text, claim }) => (claim === undefined ? 0 : total(claim.counts) - countInk(text)));
  /** The added line whose author is on record for deleting as much as this line held; it can account for that once. */
  const deleterOf = (ink: number): LineClaim | undefined => {
    const index = deleted.findIndex((left) => left > 0 && left * 2 >= ink);
    if (index === -1) return undefined;
    deleted[index] = (deleted[index] ?? 0) - ink;
    return added[index]?.claim;
  };
  return lines.map((line, index) => {
    if (own[index] !== undefined) return { line, claim: own[index] };
    const text = (before.lines[line] ?? '').trim();
    const like = mostAlike(text, added.slice(0, MAX_COMPARED));
    if (like !== undefined) return { line, claim: like.claim };
    if (rewriter !== undefined && !isWeak(rewriter.origin)) return { line, claim: rewriter };
    const isShort = before.weightAt(line) < MIN_WEIGHT;
    return { line, claim: (isShort ? deleter : undefined) ?? deleterOf(countInk(text)) };
  });
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

/** Added lines that one removed line is compared with. */
const MAX_COMPARED = 50;

interface AddedLine {
  readonly text: string;
  readonly claim: LineClaim | undefined;
}

/**
 * The added line that keeps most of a removed one at its two ends, at least half of it; of equals the one with the
 * stronger claim, where none at all is as strong as unknown.
 */
function mostAlike(text: string, added: readonly AddedLine[]): AddedLine | undefined {
  const rank = (each: AddedLine): number => originRank(each.claim?.origin ?? 'unknown');
  let best: AddedLine | undefined;
  let most = text.length / 2;
  for (const each of added) {
    const kept = keptAtEnds(text, each.text);
    if (kept < most || kept === 0 || (kept === most && best !== undefined && rank(best) <= rank(each))) continue;
    best = each;
    most = kept;
  }
  return best;
}

function keptAtEnds(text: string, other: string): number {
  const shorter = Math.min(text.length, other.length);
  let head = 0;
  while (head < shorter && text[head] === other[head]) head++;
  let tail = 0;
  while (tail < shorter - head && text[text.length - 1 - tail] === other[other.length - 1 - tail]) tail++;
  return head + tail;
}

function strongest(claims: readonly (LineClaim | undefined)[]): LineClaim | undefined {
  let best: LineClaim | undefined;
  for (const claim of claims) {
    if (claim !== undefined && (best === undefined || originRank(claim.origin) < originRank(best.origin))) best = claim;
  }
  return best;
}
