/**
 * The hunks of a block: runs of adjacent lines of one side with one origin, via, evidence, actor and author.
 */
import type { LineClaim } from '../attribution/attribute';
import type { Actor, ClaimedOrigin, Counted, Counts, Evidence, Origin, Stated, Via } from '../model/origin';
import { COUNTED, ORIGINS, STATED, originRank, sameActor } from '../model/origin';
import { countInk } from '../text/lines';
import type { CutFile } from './blocks';
import type { Block } from './blocks';
import type { ClaimIndex, FileOrigins } from './origins';
import { objectClaim } from './origins';

/** A hunk before it is judged. Lines count from 0; `end` is exclusive. */
export interface Hunk {
  readonly block: number;
  readonly side: 'added' | 'removed' | 'object';
  readonly start: number;
  readonly end: number;
  /** Lines of all adjacent hunks of its side and origin: who wrote which of them, and how, must not make a rule about sizes miss them. */
  readonly run: number;
  /** Undefined for what is neutral: a file that only changed its name. */
  readonly origin: Origin | undefined;
  readonly via?: Via;
  readonly evidence: Evidence;
  readonly actor?: Actor;
  readonly counts?: Counts;
  /** What is said of some of its lines, and whose removed ones were. Neither cuts a hunk: rules ask for sizes. */
  readonly from?: readonly Stated[];
  readonly whose?: readonly ClaimedOrigin[];
  /** E-mails of the recorded authors: none when no record speaks. */
  readonly authors: readonly string[];
  /** Ids of the records that speak for it and that nobody who counts has signed, where the policy asks for that. */
  readonly unsigned?: readonly string[];
  /** What is claimed of it is claimed at another path. */
  readonly copied?: true;
}

/** Hunks of a text block, removed ones first. A blank line without a claim goes with the line before it, or after it. */
export function textHunks(
  cut: CutFile,
  block: Block & { readonly kind: 'text' },
  number: number,
  origins: FileOrigins,
): Hunk[] {
  const { region } = block;
  const removed = runs(
    number,
    'removed',
    cut.beforeLines.slice(region.beforeStart, region.beforeStart + region.beforeCount),
    region.beforeStart,
    origins.removed,
  );
  const added = runs(
    number,
    'added',
    cut.afterLines.slice(region.afterStart, region.afterStart + region.afterCount),
    region.afterStart,
    origins.added,
  );
  return [...removed, ...added];
}

function runs(
  block: number,
  side: 'added' | 'removed',
  lines: readonly string[],
  start: number,
  claims: readonly (LineClaim | undefined)[],
): Hunk[] {
  const settled = settleBlanks(lines, start, claims);
  const hunks: Hunk[] = [];
  let from = 0;
  for (let to = 1; to <= settled.length; to++) {
    if (to < settled.length && sameClaim(settled[from], settled[to])) continue;
    hunks.push(hunkOf(block, side, start + from, settled.slice(from, to)));
    from = to;
  }
  return withRuns(hunks);
}

/**
 * Claims of consecutive lines. A blank line between others goes with them: its own claim stands where it is one of
 * theirs, or stronger than both; else blank lines could cut a hunk into pieces too small for a rule that asks for a size.
 */
function settleBlanks(
  lines: readonly string[],
  start: number,
  claims: readonly (LineClaim | undefined)[],
): (LineClaim | undefined)[] {
  const own = lines.map((_, index) => claims[start + index]);
  const inked = lines.map((line) => countInk(line) > 0);
  const first = inked.indexOf(true);
  if (first === -1 || !inked.includes(false)) return own;
  const last = inked.lastIndexOf(true);
  let nearest = own[first];
  const before = own.map((claim, index) => (inked[index] === true ? (nearest = claim) : nearest));
  // What is nearest from here on is the last line that is not blank.
  const after = [...own];
  for (let index = own.length - 1; index >= 0; index--) {
    if (inked[index] === true) nearest = own[index];
    else after[index] = nearest;
  }
  return own.map((claim, index) => {
    if (inked[index] === true || (claim !== undefined && (index < first || index > last))) return claim;
    return blankClaim(claim, before[index], after[index]);
  });
}

/** What a blank line between others goes by: its own claim, if any, and the nearest ones before and after it. */
function blankClaim(
  claim: LineClaim | undefined,
  before: LineClaim | undefined,
  after: LineClaim | undefined,
): LineClaim | undefined {
  if (claim !== undefined) {
    const isStronger = (side: LineClaim | undefined): boolean =>
      originRank(claim.origin) < originRank(side?.origin ?? 'unknown');
    // What is not signed cuts nothing in two.
    const isStrongerThanBoth = claim.unsigned !== true && isStronger(before) && isStronger(after);
    if (sameClaim(claim, before) || sameClaim(claim, after) || isStrongerThanBoth) return claim;
  }
  // Its neighbour's characters are counted once.
  return before === undefined ? undefined : { ...before, counts: {} };
}

function withRuns(hunks: readonly Hunk[]): Hunk[] {
  const result: Hunk[] = [];
  for (let from = 0; from < hunks.length;) {
    let to = from + 1;
    while (to < hunks.length && hunks[to]?.origin === hunks[from]?.origin) to++;
    const same = hunks.slice(from, to);
    const run = same.reduce((sum, { start, end }) => sum + end - start, 0);
    for (const hunk of same) result.push(hunk.run === run ? hunk : { ...hunk, run });
    from = to;
  }
  return result;
}

function sameClaim(a: LineClaim | undefined, b: LineClaim | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const sameWay = a.origin === b.origin && a.via === b.via && a.evidence === b.evidence;
  const sameHand = a.author === b.author && a.unsigned === b.unsigned && a.copied === b.copied;
  return sameWay && sameHand && sameActor(a.actor, b.actor);
}

/** The hunk of a run of lines whose claims agree. */
function hunkOf(
  block: number,
  side: 'added' | 'removed',
  start: number,
  claims: readonly (LineClaim | undefined)[],
): Hunk {
  const [end, run] = [start + claims.length, claims.length];
  // Claims that agree are all there, or none of them is.
  const known = claims.filter((claim) => claim !== undefined);
  const [first] = known;
  if (first === undefined) return { block, side, start, end, run, origin: 'unknown', evidence: 'none', authors: [] };
  const { origin, via, evidence, actor, author } = first;
  const authors = new Set([author]);
  const sums = new Map<Counted, number>();
  const [said, owners, unsigned] = [new Set<Stated>(), new Set<Origin>(), new Set<string>()];
  for (const claim of known) {
    for (const other of claim.others ?? []) authors.add(other);
    for (const key of COUNTED) {
      const more = claim.counts[key];
      if (more !== undefined) sums.set(key, (sums.get(key) ?? 0) + more);
    }
    if (claim.from !== undefined) said.add(claim.from);
    if (claim.whose !== undefined) owners.add(claim.whose);
    if (claim.unsigned === true) unsigned.add(claim.record);
  }
  const counts: Partial<Record<Counted, number>> = {};
  for (const key of COUNTED) {
    const sum = sums.get(key);
    if (sum !== undefined) counts[key] = sum;
  }
  // Field by field: a large change has thousands of hunks, and to spread objects takes several times as long.
  const hunk: Unfinished<Hunk> = { block, side, start, end, run, origin, via, evidence, counts, authors: [...authors] };
  if (actor !== undefined) hunk.actor = actor;
  if (unsigned.size > 0) hunk.unsigned = [...unsigned];
  if (first.copied === true) hunk.copied = true;
  if (said.size > 0) hunk.from = STATED.filter((each) => said.has(each));
  if (owners.size > 0) hunk.whose = ORIGINS.filter((each) => each !== 'unknown').filter((each) => owners.has(each));
  return hunk;
}

type Unfinished<T> = { -readonly [K in keyof T]: T[K] };

/** The one hunk of an atomic object. */
export function objectHunk(
  index: ClaimIndex,
  cut: CutFile,
  block: Block & { readonly kind: 'object' },
  number: number,
): Hunk {
  const place = { block: number, side: 'object' as const, start: 0, end: 0, run: 0 };
  if (block.object.object === 'rename') return { ...place, origin: undefined, evidence: 'none', authors: [] };
  const found = objectClaim(index, cut);
  if (found === undefined) return { ...place, origin: 'unknown', evidence: 'none', authors: [] };
  const { authors } = found;
  const unsigned = found.unsigned === true ? { unsigned: [found.record] } : {};
  if (found.claim === undefined) return { ...place, origin: 'unknown', evidence: 'none', authors, ...unsigned };
  const { origin, via, evidence, actor } = found.claim;
  return { ...place, origin, via, evidence, ...(actor === undefined ? {} : { actor }), authors, ...unsigned };
}
