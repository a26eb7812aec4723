/**
 * The hunks of a block: runs of adjacent lines of one side with one origin, via, evidence, actor and author.
 */
import type { LineClaim } from '../attribution/attribute';
import type { Actor, Counts, Evidence, Origin, Via } from '../model/origin';
import { sameActor } from '../model/origin';
import { addCounts } from '../model/fold';
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
  for (const [index, claim] of settled.entries()) {
    const line = start + index;
    const last = hunks.at(-1);
    if (last !== undefined && continues(last, claim)) {
      const counts = addCounts(last.counts ?? {}, claim?.counts ?? {});
      hunks[hunks.length - 1] = { ...last, end: line + 1, ...(claim === undefined ? {} : { counts }) };
    } else hunks.push(hunkOf(block, side, line, claim));
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
    else settled[index] = nearest;
  }
  return settled;
}

function continues(hunk: Hunk, claim: LineClaim | undefined): boolean {
  if (claim === undefined) return hunk.origin === 'unknown' && hunk.authors.length === 0;
  const { origin, via, evidence, actor, author } = claim;
  const same = hunk.origin === origin && hunk.via === via && hunk.evidence === evidence;
  return same && hunk.authors[0] === author && sameActor(hunk.actor, actor);
}

function hunkOf(block: number, side: 'added' | 'removed', line: number, claim: LineClaim | undefined): Hunk {
  const place = { block, side, start: line, end: line + 1 };
  if (claim === undefined) return { ...place, origin: 'unknown', evidence: 'none', authors: [] };
  const { origin, via, evidence, actor, counts, author } = claim;
  return { ...place, origin, via, evidence, ...(actor === undefined ? {} : { actor }), counts, authors: [author] };
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
  return { ...place, origin, via, evidence, ...(actor === undefined ? {} : { actor }), authors: [found.author] };
}
