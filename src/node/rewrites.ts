/**
 * What the new lines of a file replaced, in each version of it that stood before: what a person changes of an AI's line is
 * `mixed`, and what somebody changes of an unexplained one stays so.
 */
import type { FileClaims, LineClaim } from '../core/attribution/attribute';
import { isWeak } from '../core/attribution/carry';
import type { Region } from '../core/model/change';
import type { Counts } from '../core/model/origin';
import { originRank, sourceIn } from '../core/model/origin';
import type { LineHash, RecordedLine } from '../core/model/record';
import { diffLines } from '../core/text/diff';
import type { CheckpointInput } from './declaredClaims';
import { nodeHash } from './hash';

/** What stood in a line's place: the rank of its origin, and its counts where it was claimed. */
interface Replaced {
  readonly rank: number;
  readonly counts?: Counts;
}

const NEUTRAL: Replaced = { rank: Infinity };
const UNEXPLAINED: Replaced = { rank: originRank('unknown') };

/** A version that stood before, and what is known of its lines. */
interface Version {
  readonly lines: readonly LineHash[];
  readonly at: (line: number) => Replaced;
}

/**
 * What fresh lines replaced. A person who changes a line of an AI makes it `mixed`: the strongest of what stood there in the
 * versions before counts. Lines of one region are paired in order, the last old line with all that are left.
 *
 * Open are those that stand where something stronger than the declared origin stood, which no counts tell: an unexplained
 * line that is changed a little stays unexplained. Where a region has more or fewer lines than before, none of them is known
 * to have taken the place of this old line or that.
 */
export function rewrites(
  input: CheckpointInput,
  fresh: ReadonlySet<number>,
): { readonly open: ReadonlySet<number>; readonly replaced: ReadonlyMap<number, Replaced> } {
  const { source, now, call, last } = input;
  const open = new Set<number>();
  const replaced = new Map<number, Replaced>();
  const mayOpen = call === undefined && isWeak(source.origin);
  const gone = new Set(last?.claims.hunks.flatMap(({ side, lines }) => (side === 'added' ? [] : lines.map(hashOf))));
  for (const { lines, at } of versionsToReplace(input)) {
    for (const region of diffLines(lines, now.exact)) {
      const { beforeCount, afterStart, afterCount } = region;
      if (beforeCount === 0) continue;
      // What the last state had replaced already is not replaced again by what is added beside.
      const wasReplaced = linesAfter(region).some((line) => !fresh.has(line));
      const before = linesBefore(region).map((line) =>
        wasReplaced && lines !== last?.lines && gone.has(lines[line] ?? '') ? NEUTRAL : at(line),
      );
      const strongest = before.reduce((least, { rank }) => Math.min(least, rank), Infinity);
      const isPaired = beforeCount === afterCount || strongest >= originRank(source.origin);
      for (let index = 0; index < afterCount; index++) {
        const own = before[Math.min(index, beforeCount - 1)] ?? NEUTRAL;
        const line = afterStart + index;
        if (mayOpen && (own.rank === UNEXPLAINED.rank || (!isPaired && own.rank > strongest))) open.add(line);
        if (own.counts !== undefined && own.rank < (replaced.get(line)?.rank ?? Infinity)) replaced.set(line, own);
      }
    }
  }
  return { open, replaced };
}

function hashOf({ exact }: RecordedLine): LineHash {
  return exact;
}

/** The last known state, and what is committed and staged: somebody else may have put that there since. */
function versionsToReplace({ last, head, others, known }: CheckpointInput): Version[] {
  const blank = nodeHash.hash96('');
  const versions = [...(known ?? [])].map(([{ exact }, initial]): Version => {
    const at = (line: number): Replaced => {
      const what = initial[line];
      if (what?.kind === 'claimed') return { rank: originRank(what.source.origin), counts: what.counts };
      return what?.kind === 'unknown' && exact[line] !== blank ? UNEXPLAINED : NEUTRAL;
    };
    return { lines: exact, at };
  });
  const lines = last?.lines;
  if (last === undefined || lines === undefined) return versions;
  const claims = claimsByLine(last.claims, lines);
  // Of what it holds unclaimed, what is committed or staged is judged as such.
  const stored = [head, ...others].map((each) => new Set(diffLines(each?.exact ?? [], lines).flatMap(linesAfter)));
  const at = (line: number): Replaced => {
    const claim = claims.get(line);
    if (claim !== undefined) return { rank: originRank(claim.origin), counts: claim.counts };
    return stored.every((each) => each.has(line)) && lines[line] !== blank ? UNEXPLAINED : NEUTRAL;
  };
  return [{ lines, at }, ...versions];
}

/** Lines of the later text in a region of a difference. */
export function linesAfter({ afterStart, afterCount }: Region): number[] {
  return Array.from({ length: afterCount }, (_, index) => afterStart + index);
}

/** And those of the earlier one. */
export function linesBefore({ beforeStart, beforeCount }: Region): number[] {
  return Array.from({ length: beforeCount }, (_, index) => beforeStart + index);
}

/** The claims of a state by line, where its lines are what it claims to be about. */
export function claimsByLine({ record, author, hunks }: FileClaims, lines: readonly string[]): Map<number, LineClaim> {
  const byLine = new Map<number, LineClaim>();
  for (const hunk of hunks) {
    if (hunk.side !== 'added') continue;
    for (const [index, { exact, counts }] of hunk.lines.entries()) {
      const line = hunk.start + index;
      if (lines[line] === exact) byLine.set(line, { ...sourceIn(hunk), counts, author, record });
    }
  }
  return byLine;
}
