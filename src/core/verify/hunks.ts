/**
 * The hunks of a block: runs of adjacent lines of one side with one origin, via, evidence, actor and author.
 */
import type { LineClaim } from '../attribution/attribute';
import type { Actor, ClaimedOrigin, Counted, Counts, Evidence, Origin, Stated, Via } from '../model/origin';
import { COUNTED, ORIGINS, STATED, sameActor } from '../model/origin';
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
  return hunks;
}

/** Claims of consecutive lines; a blank line without one takes that of the nearest line before it, else after it. */
function settleBlanks(
  lines: readonly string[],
  start: number,
  claims: readonly (LineClaim | undefined)[],
): (LineClaim | undefined)[] {
  const settled = lines.map((_, index) => claims[start + index]);
  const speaks = lines.map((line, index) => settled[index] !== undefined || countInk(line) > 0);
  const first = speaks.indexOf(true);
  let nearest = first === -1 ? undefined : settled[first];
  for (const [index, own] of speaks.entries()) {
    if (own) nearest = settled[index];
    // Its neighbour's characters are counted once.
    else settled[index] = nearest === undefined ? undefined : { ...nearest, counts: {} };
  }
  return settled;
}

function sameClaim(a: LineClaim | undefined, b: LineClaim | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const sameWay = a.origin === b.origin && a.via === b.via && a.evidence === b.evidence;
  return sameWay && a.author === b.author && sameActor(a.actor, b.actor);
}

/** The hunk of a run of lines whose claims agree. */
function hunkOf(
  block: number,
  side: 'added' | 'removed',
  start: number,
  claims: readonly (LineClaim | undefined)[],
): Hunk {
  const place = { block, side, start, end: start + claims.length };
  const [first] = claims;
  if (first === undefined) return { ...place, origin: 'unknown', evidence: 'none', authors: [] };
  const { origin, via, evidence, actor, author } = first;
  const authors = [...new Set([author, ...claims.flatMap((claim) => claim?.others ?? [])])];
  const counts: Partial<Record<Counted, number>> = {};
  for (const key of COUNTED) {
    for (const claim of claims) {
      const more = claim?.counts[key];
      if (more !== undefined) counts[key] = (counts[key] ?? 0) + more;
    }
  }
  const stated = STATED.filter((each) => claims.some((claim) => claim?.from === each));
  const whose = ORIGINS.filter((each) => each !== 'unknown').filter((each) =>
    claims.some((claim) => claim?.whose === each),
  );
  return {
    ...place,
    origin,
    via,
    evidence,
    ...(actor === undefined ? {} : { actor }),
    counts,
    ...(stated.length === 0 ? {} : { from: stated }),
    ...(whose.length === 0 ? {} : { whose }),
    authors,
  };
}

/** The one hunk of an atomic object. */
export function objectHunk(
  index: ClaimIndex,
  cut: CutFile,
  block: Block & { readonly kind: 'object' },
  number: number,
): Hunk {
  const place = { block: number, side: 'object' as const, start: 0, end: 0 };
  if (block.object.object === 'rename') return { ...place, origin: undefined, evidence: 'none', authors: [] };
  const found = objectClaim(index, cut);
  if (found === undefined) return { ...place, origin: 'unknown', evidence: 'none', authors: [] };
  const { origin, via, evidence, actor } = found.claim;
  return { ...place, origin, via, evidence, ...(actor === undefined ? {} : { actor }), authors: found.authors };
}
