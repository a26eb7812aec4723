/**
 * Spans: what a sign-off binds (signoff-format §3). A text subject is one block of the diff, both sides, with as much
 * context as makes it unique on both; an object subject is a thing that is signed as a whole. Making and checking are
 * both reached from here.
 */
import type { Mode, Region } from '../model/change';
import type { Subject, WindowMark } from '../model/span';
import type { Hash } from '../ports';
import { sideView, spanDigest } from './spanDigest';
import { MAX_K, MIN_K, WHOLE_FILE_K, isWindowUnique, windowDigest } from './window';
import type { FileView } from './window';

export { checkObjectSubject, checkTextSubject, hashBudget } from './spanCheck';
export type { SpanCheck } from './spanCheck';
export { isTextAnnotations, makeObjectSubject } from './spanDigest';
export { WHOLE_FILE_K } from './window';

/** What a text subject is made of. Lines come from `rawLines` of the blobs' bytes; the path is text. */
export interface TextSubjectInput {
  readonly repo: string;
  /** Path in the result, in the base for a deletion. */
  readonly path: string;
  readonly oldMode: Mode;
  readonly newMode: Mode;
  readonly beforeLines: readonly string[];
  readonly afterLines: readonly string[];
  readonly region: Region;
  /** Bind the whole file on both sides, not only as much context as makes the region unique. */
  readonly wholeFile?: boolean;
}

/**
 * The subject of one region of the diff. `start` and `count` of its marks are the region's own, without context. Takes
 * the smallest k from 3 that makes both windows unique, beyond 64 the whole file. Throws a RangeError when the region
 * does not lie in the lines: that is a fault of the caller, never of a repository.
 */
export function makeTextSubject(hash: Hash, input: TextSubjectInput): Subject {
  const { region, repo, path, oldMode, newMode } = input;
  const before = sideView(oldMode, input.beforeLines);
  const after = sideView(newMode, input.afterLines);
  requireInside(region.beforeStart, region.beforeCount, before?.lines.length ?? 0);
  requireInside(region.afterStart, region.afterCount, after?.lines.length ?? 0);
  const k = input.wholeFile === true ? WHOLE_FILE_K : chooseK(before, after, region);
  return {
    name: path,
    digest: { sha256: spanDigest(hash, { repo, path, oldMode, newMode, before, after, region, k }) },
    annotations: {
      k,
      pre: markOf(hash, before, region.beforeStart, region.beforeCount, k),
      post: markOf(hash, after, region.afterStart, region.afterCount, k),
    },
  };
}

function chooseK(before: FileView | undefined, after: FileView | undefined, region: Region): number {
  for (let k = MIN_K; k <= MAX_K; k++) {
    if (
      isWindowUnique(before, region.beforeStart, region.beforeCount, k) &&
      isWindowUnique(after, region.afterStart, region.afterCount, k)
    ) {
      return k;
    }
  }
  return WHOLE_FILE_K;
}

function markOf(hash: Hash, view: FileView | undefined, start: number, count: number, k: number): WindowMark {
  if (view === undefined) return { start: 0, count: 0, window: windowDigest(hash, view, 0, 0, k) };
  return { start, count, window: windowDigest(hash, view, start, count, k) };
}

function requireInside(start: number, count: number, total: number): void {
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(count);
  if (!whole || start < 0 || count < 0 || start + count > total) {
    throw new RangeError(`region ${start}+${count} does not lie in ${total} lines`);
  }
}
