/**
 * What the new lines of a file replaced, in each version of it that stood before: what a person changes of an AI's line is
 * `mixed`, and what somebody changes of an unexplained one stays so.
 */
import type { FileClaims, LineClaim } from '../core/attribution/attribute';
import { MIN_WEIGHT, isWeak } from '../core/attribution/carry';
import type { FileLines } from '../core/attribution/fileLines';
import type { Counts, Origin } from '../core/model/origin';
import { originRank, sourceIn } from '../core/model/origin';
import type { LineHash } from '../core/model/record';
import { changedLines, diffLines, linesAfter, linesBefore } from '../core/text/diff';
import type { CheckpointInput } from './declaredClaims';
import { nodeHash } from './hash';

/** What stood in a line's place; nothing where that is neutral. */
type Replaced = { readonly origin: Origin; readonly counts?: Counts } | undefined;

/** A version that stood before, and what is known of its lines. */
interface Version {
  readonly lines: readonly LineHash[];
  /** The same lines' loose hashes, as far as they are known. */
  readonly loose: readonly LineHash[] | undefined;
  readonly at: (line: number) => Replaced;
}

const UNEXPLAINED: Replaced = { origin: 'unknown' };

export function rankOf(replaced: Replaced): number {
  return replaced === undefined ? Infinity : originRank(replaced.origin);
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
  const removed = last?.claims.hunks.filter(({ side }) => side === 'removed') ?? [];
  const gone = new Set(removed.flatMap(({ lines }) => lines.map(({ exact }) => exact)));
  const blank = nodeHash.hash96('');
  for (const { lines, at } of versionsToReplace(input)) {
    for (const region of diffLines(lines, now.exact)) {
      const { beforeCount, afterCount } = region;
      // What the last state had replaced already is not replaced again by what is added beside.
      const isReplaced = lines !== last?.lines && linesAfter(region).some((line) => !fresh.has(line));
      const before = linesBefore(region).map((line) => {
        const hash = lines[line] ?? blank;
        return hash === blank || (isReplaced && gone.has(hash)) ? undefined : at(line);
      });
      const strongest = before.reduce((least, each) => Math.min(least, rankOf(each)), Infinity);
      const isPaired = beforeCount === afterCount || strongest >= originRank(source.origin);
      for (const [index, line] of linesAfter(region).entries()) {
        const own = before[Math.min(index, beforeCount - 1)];
        if (mayOpen && (own?.origin === 'unknown' || (!isPaired && rankOf(own) > strongest))) open.add(line);
        if (own?.counts !== undefined && rankOf(own) < rankOf(replaced.get(line))) replaced.set(line, own);
      }
    }
  }
  if (mayOpen) {
    for (const { line, own } of alikeElsewhere(input, fresh)) {
      if (own?.counts === undefined) open.add(line);
      else if (rankOf(own) < rankOf(replaced.get(line))) replaced.set(line, own);
    }
  }
  return { open, replaced };
}

/** The last known state, and what is committed and staged: somebody else may have put that there since. */
export function versionsToReplace({
  now,
  last,
  head,
  others,
  known = new Map(),
  fragments = [],
}: CheckpointInput): Version[] {
  const versions = [...known].map(([{ exact, loose }, initial]): Version => {
    const at = (line: number): Replaced => {
      const what = initial[line];
      if (what?.kind === 'claimed') return { origin: what.source.origin, counts: what.counts };
      return what?.kind === 'unknown' ? UNEXPLAINED : undefined;
    };
    return { lines: exact, loose, at };
  });
  for (const { lines: recorded, before, after, origin } of last === undefined ? fragments : []) {
    const lines = [...before, ...recorded.map(({ exact }) => exact), ...after];
    const present = new Set(now.exact);
    if (lines.filter((hash) => present.has(hash)).length * 2 < lines.length) continue;
    const at = (line: number): Replaced => {
      const counts = recorded[line - before.length]?.counts;
      return counts === undefined ? undefined : { origin, counts };
    };
    versions.push({ lines, loose: [...before, ...recorded.map(({ loose }) => loose), ...after], at });
  }
  const lines = last?.lines;
  if (last === undefined || lines === undefined) return versions;
  const claims = claimsByLine(last.claims, lines);
  // Of what it holds unclaimed, what is committed or staged is judged as such.
  const stored = [head, ...others].map((each) => changedLines(each?.exact ?? [], lines));
  const at = (line: number): Replaced =>
    claims.get(line) ?? (stored.every((each) => each.has(line)) ? UNEXPLAINED : undefined);
  return [{ lines, loose: last.loose, at }, ...versions];
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

/** Lines that are compared on either side. */
const MOST_COMPARED = 200;

/** Fresh lines that read much like one that left its place, where nothing such stands in it: it was moved and changed. */
function alikeElsewhere(input: CheckpointInput, fresh: ReadonlySet<number>): { line: number; own: Replaced }[] {
  const { source, now, known = new Map<FileLines, never>() } = input;
  const texts = new Map([...known.keys()].map((text) => [text.exact, text.lines]));
  const left = versionsToReplace(input).flatMap(({ lines, at }) => {
    const text = texts.get(lines);
    if (text === undefined) return [];
    return diffLines(lines, now.exact).flatMap((region) =>
      linesBefore(region).flatMap((line) => {
        const own = at(line);
        const pairs = pairsOf(text[line] ?? '');
        return rankOf(own) < originRank(source.origin) && pairs.size >= MIN_WEIGHT ? [{ own, pairs, region }] : [];
      }),
    );
  });
  if (left.length === 0) return [];
  const news = [...fresh].slice(0, MOST_COMPARED).map((line) => ({ line, pairs: pairsOf(now.lines[line] ?? '') }));
  return left.slice(0, MOST_COMPARED).flatMap(({ own, pairs, region }) => {
    const alike = news.filter((each) => {
      const shared = [...pairs].filter((pair) => each.pairs.has(pair)).length;
      return shared * 2 >= (pairs.size + each.pairs.size) * 0.7;
    });
    const stayed = new Set(linesAfter(region));
    return alike.some(({ line }) => stayed.has(line)) ? [] : alike.map(({ line }) => ({ line, own }));
  });
}

/** The pairs of adjacent characters in a line; of a very long one those at its start. */
function pairsOf(line: string): ReadonlySet<string> {
  const text = line.trim().slice(0, 500);
  return new Set(Array.from(text.slice(1), (_, at) => text.slice(at, at + 2)));
}
