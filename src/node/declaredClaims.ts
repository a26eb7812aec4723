/**
 * What a checkpoint may claim for one file: the lines that differ from **every** known version of it. Claims of the last
 * known state are carried along; where they meet the new one, the stronger stands.
 */
import type { FileClaims, LineClaim } from '../core/attribution/attribute';
import { attribute } from '../core/attribution/attribute';
import type { ClaimedLine } from '../core/attribution/buildHunks';
import { buildHunks, claimedOrigin } from '../core/attribution/buildHunks';
import type { FileLines } from '../core/attribution/fileLines';
import { hashesOf } from '../core/attribution/recordFile';
import { addCounts, foldOrigin } from '../core/model/fold';
import type { Counts, Origin, Source } from '../core/model/origin';
import { originRank, sourceIn, weakerEvidence } from '../core/model/origin';
import type { LineHash, RecordedHunk } from '../core/model/record';
import { changedLines, diffLines, linesBefore } from '../core/text/diff';
import { countInk } from '../core/text/lines';
import type { InitialLine } from '../core/tracking/initialText';
import { claimsByLine, rewrites } from './rewrites';
import { alikeLines } from './strongerLines';

/** The last known state of a file: what was claimed then, and its lines (exact hashes) as far as they are known. */
export interface LastState {
  readonly claims: FileClaims;
  readonly lines: readonly string[] | undefined;
  /** Their loose hashes, where these are known too. */
  readonly loose?: readonly string[] | undefined;
}

export interface CheckpointInput {
  readonly path: string;
  readonly source: Source;
  readonly now: FileLines;
  /** The committed content; undefined when HEAD has no such file. */
  readonly head: FileLines | undefined;
  /** Further versions that stood before: the index's. */
  readonly others: readonly FileLines[];
  readonly last: LastState | undefined;
  /** What is known of the lines of HEAD and of others, where that is more than that they stood there. */
  readonly known?: ReadonlyMap<FileLines, readonly InitialLine[]>;
  /** Lines of the present content that somebody else accounts for: they stand in an unsaved buffer, say. */
  readonly taken: ReadonlySet<number>;
  /** What records of a commit that was taken back claim of the file, where nothing else is known of it. */
  readonly fragments?: readonly RecordedHunk[];
  /** Loose hashes of lines elsewhere of which something stronger is known than the declared origin. */
  readonly stronger?: ReadonlySet<LineHash>;
  /** Of a single tool call more is known than when it was: then only this is claimed. */
  readonly call?: CallLimits;
}

/** What bounds the claims of one tool call. */
export interface CallLimits {
  /** Versions that stood just before the call, as exact hashes; they stand in for the last known state's. */
  readonly before: readonly (readonly string[])[];
  /** Whether the call accounts for a line of the present content. */
  explains(line: number): boolean;
  /** Whether it accounts for the removal of a line with this exact hash. */
  removes(hash: string): boolean;
  /** Lines of the present content that nobody may be named for: they may be the call's, or what stood here once. */
  readonly doubtful: ReadonlySet<number>;
}

export interface CheckpointClaims {
  readonly hunks: readonly RecordedHunk[];
  /** Lines that this checkpoint claimed: added, and removed from what is committed. */
  readonly added: number;
  readonly removed: number;
  /**
   * New lines by the origin that they have, for what they replaced: in the place of an unexplained one they are `unknown` too.
   */
  readonly lines: Readonly<Partial<Record<Origin, number>>>;
  /**
   * True when the last known state can't be compared line by line: then only an origin that no unexplained line outranks
   * may be claimed, since a line that was unexplained must not become `human` by being declared so.
   */
  readonly uncertain: boolean;
}

/** All claims that hold for the content `now`. */
export function checkpointClaims(input: CheckpointInput): CheckpointClaims {
  const { path, source, now, last } = input;
  const uncertain = input.call === undefined && last !== undefined && last.lines === undefined;
  const mayClaim = !uncertain || originRank(source.origin) < originRank('unknown');
  const fresh = mayClaim ? freshLines(input) : new Set<number>();
  const carried = last === undefined ? [] : carriedClaims(now, path, last);
  const { open, replaced } = rewrites(input, fresh);
  const claimed: ClaimedLine[] = [];
  const lines: Partial<Record<Origin, number>> = {};
  let added = 0;
  for (const line of now.lines.keys()) {
    if (input.call?.doubtful.has(line) === true) continue;
    const old = carried[line];
    const own =
      fresh.has(line) && !open.has(line)
        ? declared(source, countInk(now.lines[line] ?? ''), replaced.get(line)?.counts)
        : undefined;
    const settled = settle(old, own, source);
    if (settled !== undefined) claimed.push({ line, ...settled });
    if (settled === undefined ? !fresh.has(line) : settled.source !== own?.source) continue;
    const origin = settled?.source.origin ?? 'unknown';
    lines[origin] = (lines[origin] ?? 0) + 1;
    if (settled !== undefined) added++;
  }
  const removed = mayClaim ? removedHunks(input) : [];
  const kept = (last?.claims.hunks ?? []).filter((hunk) => hunk.side === 'removed');
  const hunks = [...kept.map((hunk) => within(hunk, now)), ...removed, ...buildHunks('added', claimed, hashesOf(now))];
  const gone = removed.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  return { hunks, added, removed: gone, lines, uncertain };
}

/**
 * The claims of the last state that still hold. Where its lines are known, an unchanged line keeps its own claim however
 * short it is, and whatever reads like it elsewhere; a moved one is found by what it says.
 */
function carriedClaims(now: FileLines, path: string, last: LastState): (LineClaim | undefined)[] {
  const carried = attribute(now, path, 'added', [last.claims]);
  if (last.lines === undefined) return carried;
  const own = claimsByLine(last.claims, last.lines);
  let [at, shift] = [0, 0];
  const common = (to: number): void => {
    for (; at < to; at++) carried[at + shift] = own.get(at);
  };
  for (const { beforeStart, beforeCount, afterStart, afterCount } of diffLines(last.lines, now.exact)) {
    common(beforeStart);
    at = beforeStart + beforeCount;
    shift = afterStart + afterCount - at;
  }
  common(last.lines.length);
  return carried;
}

interface Settled {
  readonly source: Source;
  readonly counts: Counts;
}

/** Lines of `now` that differ from every version that is known, and that did not only change their place. */
function freshLines(input: CheckpointInput): Set<number> {
  const { now, head, others, taken, call } = input;
  const versions = [head?.exact ?? [], ...others.map((each) => each.exact), ...versionsBefore(input)];
  const changed = versions.map((version) => changedLines(version, now.exact));
  const isFresh = (line: number): boolean => changed.every((each) => each.has(line)) && !taken.has(line);
  const fresh = new Set([...now.lines.keys()].filter((line) => isFresh(line) && call?.explains(line) !== false));
  if (call === undefined) for (const line of alikeLines(input, fresh)) fresh.delete(line);
  return fresh;
}

/** What stood before, besides what is committed and staged. */
function versionsBefore({ last, call }: CheckpointInput): (readonly string[])[] {
  if (call !== undefined) return [...call.before];
  return last?.lines === undefined ? [] : [last.lines];
}

/** The claim of a fresh line: declared, folded with what it replaced. An AI's rewrite stays `ai`, the stronger. */
function declared(source: Source, ink: number, replaced: Counts | undefined): Settled {
  const origin = source.origin === 'mixed' ? 'ai' : source.origin;
  const own: Counts = { [origin]: ink };
  if (replaced === undefined || source.origin === 'ai') return { source, counts: own };
  const counts = addCounts(replaced, own);
  const folded = claimedOrigin(foldOrigin(counts));
  if (folded === undefined || originRank(folded) >= originRank(source.origin)) return { source, counts: own };
  return { source: { ...source, origin: folded }, counts };
}

/** What stands when a line has a carried claim, a declared one, or both. A tool leaves the origins it finds. */
function settle(old: LineClaim | undefined, own: Settled | undefined, source: Source): Settled | undefined {
  const oldOrigin = old === undefined ? undefined : claimedOrigin(old.origin);
  if (old === undefined || oldOrigin === undefined) return own;
  const { evidence, counts } = old;
  const carried = { source: sourceIn({ ...old, origin: oldOrigin }), counts };
  if (own === undefined || source.origin === 'tool') return carried;
  const ranks = originRank(own.source.origin) - originRank(oldOrigin);
  if (ranks !== 0) return ranks < 0 ? own : carried;
  const weaker = weakerEvidence(own.source.evidence, evidence) === evidence;
  return weaker ? carried : own;
}

/** Lines of the committed content that are gone now and were still there in every version known since. */
function removedHunks(input: CheckpointInput): RecordedHunk[] {
  const { source, now, head, others, call } = input;
  if (head === undefined) return [];
  const versions = [...others.map((each) => each.exact), ...versionsBefore(input)];
  const earlier = new Set(versions.flatMap((version) => diffLines(head.exact, version).flatMap(linesBefore)));
  const place = new Map<number, number>();
  for (const region of diffLines(head.exact, now.exact)) {
    for (const line of linesBefore(region)) {
      if (!earlier.has(line) && call?.removes(head.exactAt(line)) !== false) place.set(line, region.afterStart);
    }
  }
  const origin = source.origin === 'mixed' ? 'ai' : source.origin;
  const claimed = [...place.keys()].map((line) => ({
    line,
    source,
    counts: { [origin]: countInk(head.lines[line] ?? '') },
  }));
  // A saved state's removed hunks stand at the line of the present content before which they stood.
  return buildHunks('removed', claimed, hashesOf(head)).map((hunk) => ({ ...hunk, start: place.get(hunk.start) ?? 0 }));
}

function within(hunk: RecordedHunk, now: FileLines): RecordedHunk {
  return hunk.start <= now.lines.length ? hunk : { ...hunk, start: now.lines.length };
}
