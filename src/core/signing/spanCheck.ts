/**
 * Checking a subject against a change: find its windows, see that each stands exactly once, and recompute the span from
 * what was found. Subjects are untrusted: every number is checked, and hashing is bounded by a budget.
 */
import type { Mode, Region } from '../model/change';
import type { ObjectAnnotations, Subject, WindowMark } from '../model/span';
import type { Hash } from '../ports';
import { MAX_EDITS, diffLines } from '../text/diff';
import { isTextAnnotations, makeObjectSubject, sideView, spanDigest } from './spanDigest';
import { MAX_K, MIN_K, WHOLE_FILE_K, isDigestKnown, isWindowUnique, windowDigest, windowSize } from './window';
import type { FileView } from './window';

/** Bytes that may still be hashed. One budget may be shared by the subjects of a file. */
export interface HashBudget {
  remaining: number;
}

/** Default budget of one file: 64 MiB. */
export const DEFAULT_BUDGET_BYTES = 64 * 1024 * 1024;

/** What it costs to look a line up among others, in bytes that could be hashed meanwhile. */
const LINE_COST = 16;

/** A fresh budget. */
export function hashBudget(bytes = DEFAULT_BUDGET_BYTES): HashBudget {
  return { remaining: bytes };
}

/** Why a subject covers nothing. */
export type UncoveredCode =
  'annotations' | 'no-match-before' | 'no-match-after' | 'ambiguous' | 'displaced' | 'digest' | 'too-costly';

/** Either the region that the subject covers (where it stands now), or why it covers nothing. */
export type SpanCheck =
  | { readonly covered: true; readonly region: Region }
  | { readonly covered: false; readonly code: UncoveredCode; readonly side?: 'before' | 'after' };

/** The changed file a subject is held against: the file of the same path as the subject's name. */
export interface TextFileChange {
  readonly repo: string;
  readonly oldMode: Mode;
  readonly newMode: Mode;
  /** `rawLines` of both blobs. Pass the same arrays for all subjects of a file: what is learnt about them is kept. */
  readonly beforeLines: readonly string[];
  readonly afterLines: readonly string[];
  /** All regions of `diffLines(beforeLines, afterLines)`; when empty they are computed. */
  readonly hints: readonly Region[];
}

/**
 * Which region of this change a text subject covers. Both windows must stand exactly once, and at places that the
 * difference aligns with each other: else an insertion could be moved to a twin of its place whose context a
 * neighbouring block happens to produce.
 */
export function checkTextSubject(hash: Hash, subject: Subject, file: TextFileChange, budget: HashBudget): SpanCheck {
  const marks = subject.annotations;
  if (!isTextAnnotations(marks) || !isSoundK(marks.k) || !isSoundMark(marks.pre) || !isSoundMark(marks.post)) {
    return { covered: false, code: 'annotations' };
  }
  const before = sideView(file.oldMode, file.beforeLines);
  const after = sideView(file.newMode, file.afterLines);
  const regions = file.hints.length > 0 ? file.hints : diffLines(file.beforeLines, file.afterLines);
  const search: Search = { hash, budget, k: marks.k, regions };
  const pre = locate(search, before, marks.pre, 'before');
  if (typeof pre === 'string') return refusal(pre, 'before');
  const post = locate(search, after, marks.post, 'after');
  if (typeof post === 'string') return refusal(post, 'after');
  const region: Region = {
    beforeStart: pre,
    beforeCount: marks.pre.count,
    afterStart: post,
    afterCount: marks.post.count,
  };
  if (before !== undefined && after !== undefined && !isAligned(regions, region)) {
    const fair = isFairCut(before.lines, after.lines, regions, region, budget);
    if (fair !== true) return { covered: false, code: fair === false ? 'displaced' : fair };
  }
  const cost =
    windowSize(before, pre, region.beforeCount, marks.k) + windowSize(after, post, region.afterCount, marks.k);
  if (!spend(budget, cost)) return { covered: false, code: 'too-costly' };
  const { repo, oldMode, newMode } = file;
  const digest = spanDigest(hash, { repo, path: subject.name, oldMode, newMode, before, after, region, k: marks.k });
  return digest === subject.digest.sha256 ? { covered: true, region } : { covered: false, code: 'digest' };
}

/** Whether an object subject is this very change of this very object: name, kind, modes, ids and digest. */
export function checkObjectSubject(
  hash: Hash,
  subject: Subject,
  actual: { readonly repo: string; readonly path: string; readonly annotations: ObjectAnnotations },
): { readonly covered: true } | { readonly covered: false; readonly code: 'annotations' | 'digest' } {
  const claimed = subject.annotations;
  const { annotations } = actual;
  if (
    isTextAnnotations(claimed) ||
    subject.name !== actual.path ||
    claimed.object !== annotations.object ||
    (claimed.from ?? '') !== (annotations.from ?? '') ||
    claimed.oldMode !== annotations.oldMode ||
    claimed.newMode !== annotations.newMode ||
    claimed.oldId !== annotations.oldId ||
    claimed.newId !== annotations.newId
  ) {
    return { covered: false, code: 'annotations' };
  }
  const { digest } = makeObjectSubject(hash, actual);
  return digest.sha256 === subject.digest.sha256 ? { covered: true } : { covered: false, code: 'digest' };
}

interface Search {
  readonly hash: Hash;
  readonly budget: HashBudget;
  readonly k: number;
  readonly regions: readonly Region[];
}

type Side = 'before' | 'after';
type Miss = 'no-match' | 'ambiguous' | 'too-costly';

function refusal(miss: Miss, side: Side): SpanCheck {
  if (miss === 'no-match') return { covered: false, code: `no-match-${side}`, side };
  return { covered: false, code: miss, side };
}

/** The one place where the window stands, as the region's first line. */
function locate(search: Search, view: FileView | undefined, mark: WindowMark, side: Side): number | Miss {
  if (view === undefined) {
    const stands = mark.start === 0 && mark.count === 0 && standsAt(search, view, mark, 0);
    return stands === 'too-costly' ? stands : stands ? 0 : 'no-match';
  }
  const at = findPlace(search, view, mark, side);
  if (typeof at === 'string') return at;
  return isWindowUnique(view, at, mark.count, search.k) ? at : 'ambiguous';
}

function findPlace(search: Search, view: FileView, mark: WindowMark, side: Side): number | 'no-match' | 'too-costly' {
  const { k, regions } = search;
  const first = standsAt(search, view, mark, mark.start);
  if (first === 'too-costly') return first;
  if (first) return mark.start;
  // The offset is part of the window: one that the file's start cuts can stand at one place only.
  if (k === WHOLE_FILE_K || mark.start < k) return 'no-match';
  const key = `${mark.count}:${k}`;
  let tables = view.hinted.get(regions);
  if (tables === undefined) view.hinted.set(regions, (tables = new Map()));
  const starts = (): number[] =>
    side === 'before'
      ? regions.filter(({ beforeCount }) => beforeCount === mark.count).map(({ beforeStart }) => beforeStart)
      : regions.filter(({ afterCount }) => afterCount === mark.count).map(({ afterStart }) => afterStart);
  const near = indexed(search, view, mark.count, tables, key, starts);
  if (near === undefined) return 'too-costly';
  const hint = near.get(mark.window);
  if (hint !== undefined) return hint;
  const every = indexed(search, view, mark.count, view.slides, key, () => view.lines.keys());
  if (every === undefined) return 'too-costly';
  return every.get(mark.window) ?? 'no-match';
}

/**
 * Digests of the windows at these places, made once: the next subject of this size costs one look-up. Undefined when
 * the budget does not allow it.
 */
function indexed(
  search: Search,
  view: FileView,
  count: number,
  tables: Map<string, ReadonlyMap<string, number>>,
  key: string,
  starts: () => Iterable<number>,
): ReadonlyMap<string, number> | undefined {
  const { hash, budget, k } = search;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const table = new Map<string, number>();
  for (const at of starts()) {
    if (at < k || at + count > view.lines.length) continue;
    const free = isDigestKnown(view, at, count, k);
    if (!free && !spend(budget, windowSize(view, at, count, k))) return undefined;
    const digest = windowDigest(hash, view, at, count, k);
    if (!table.has(digest)) table.set(digest, at);
  }
  tables.set(key, table);
  return table;
}

function standsAt(search: Search, view: FileView | undefined, mark: WindowMark, at: number): boolean | 'too-costly' {
  const { hash, budget, k } = search;
  if (at + mark.count > (view?.lines.length ?? 0)) return false;
  const known = isDigestKnown(view, at, mark.count, k);
  if (!known && !spend(budget, windowSize(view, at, mark.count, k))) return 'too-costly';
  return windowDigest(hash, view, at, mark.count, k) === mark.window;
}

/**
 * Do both places correspond in the difference? One end is enough: where a block can be cut in two ways (the closing
 * brace before or after it), the difference may cut it otherwise than the signer's did.
 */
function isAligned(regions: readonly Region[], match: Region): boolean {
  return (
    corresponds(regions, match.beforeStart, match.afterStart) ||
    corresponds(regions, match.beforeStart + match.beforeCount, match.afterStart + match.afterCount)
  );
}

/**
 * The difference aligns these places otherwise. That is no fault when a difference through them is as short: a change far
 * away can make it fall the other way. A block that was moved makes it longer, by all that lies between.
 */
function isFairCut(
  before: readonly string[],
  after: readonly string[],
  regions: readonly Region[],
  match: Region,
  budget: HashBudget,
): boolean | 'too-costly' {
  const edits = (list: readonly Region[]): number =>
    list.reduce((sum, region) => sum + region.beforeCount + region.afterCount, 0);
  // How short a difference there is, nobody knows.
  if (regions.some(({ cutOff }) => cutOff)) return false;
  const shortest = edits(regions);
  const cost = shortest * shortest + LINE_COST * (before.length + after.length);
  if (!spend(budget, cost)) return 'too-costly';
  // Nothing is looked for beyond what would be unfair, so that the work is what was charged.
  const most = Math.min(shortest, MAX_EDITS);
  const head = diffLines(before.slice(0, match.beforeStart), after.slice(0, match.afterStart), most);
  const tail = diffLines(
    before.slice(match.beforeStart + match.beforeCount),
    after.slice(match.afterStart + match.afterCount),
    most,
  );
  return edits(head) + edits([match]) + edits(tail) <= shortest;
}

/**
 * Is the gap before line `after` of the result a counterpart of the gap before line `before` of the base? Where it is, no
 * line that both have lies before the one and behind the other. Of a region that was cut off this is known at its ends alone.
 */
export function corresponds(regions: readonly Region[], before: number, after: number): boolean {
  let shift = 0;
  for (const region of regions) {
    if (before < region.beforeStart) break;
    const beforeEnd = region.beforeStart + region.beforeCount;
    const afterEnd = region.afterStart + region.afterCount;
    if (before <= beforeEnd && region.cutOff) {
      return (
        (before === region.beforeStart && after === region.afterStart) || (before === beforeEnd && after === afterEnd)
      );
    }
    if (before <= beforeEnd) return after >= region.afterStart && after <= afterEnd;
    shift = afterEnd - beforeEnd;
  }
  return after === before + shift;
}

function spend(budget: HashBudget, bytes: number): boolean {
  budget.remaining -= bytes;
  return budget.remaining >= 0;
}

function isSoundK(k: unknown): boolean {
  return k === WHOLE_FILE_K || (Number.isInteger(k) && (k as number) >= MIN_K && (k as number) <= MAX_K);
}

function isSoundMark(mark: WindowMark): boolean {
  const sound = (value: number): boolean => Number.isInteger(value) && value >= 0 && value < WHOLE_FILE_K;
  return sound(mark.start) && sound(mark.count) && /^[0-9a-f]{64}$/.test(mark.window);
}
