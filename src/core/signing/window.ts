/**
 * Windows: a region of a file with its context, as canonical bytes (signoff-format §3). One view per file is made and
 * kept, so that a thousand subjects over the same file share its interned lines and the digests already made.
 */
import type { Hash } from '../ports';
import { lengthPrefixed, u32 } from '../text/bytes';
import { at, longestRepeats } from './repeats';

/** Context in lines that a window starts with, and the most before the whole file becomes the context. */
export const MIN_K = 3;
export const MAX_K = 64;
/** The `k` that says "the whole file is the context". */
export const WHOLE_FILE_K = 4294967295;

const ABSENT = 1;
const BOF = 2;
const EOF = 4;

/** One side of a file, ready for windows. `undefined` stands for a side where the file does not exist. */
export interface FileView {
  readonly lines: readonly string[];
  /** Where each line begins when all stand length-prefixed one after the other; one more entry than lines. */
  readonly offsets: Float64Array;
  /** That text, once a window of the whole file was asked for. */
  framed: string | undefined;
  /** Digests of windows already made, by position, count and k. */
  readonly digests: Map<string, string>;
  /** Digest → region start for every position, by `count:k`; filled by a whole slide. */
  readonly slides: Map<string, ReadonlyMap<string, number>>;
  /** The same for the starts of the difference's regions only. */
  readonly hinted: WeakMap<object, Map<string, ReadonlyMap<string, number>>>;
  /** What it took so far to see whether windows are unique, and the tables that were made when it was much. */
  readonly repeats: { looks: number; numbered: Numbered | undefined; spent: number; table: Int32Array | undefined };
}

interface Numbered {
  /** Equal lines have equal numbers, from 0. */
  readonly ids: Int32Array;
  /** How often each number occurs. */
  readonly occurrences: Int32Array;
}

/** Windows of a file that are looked at line by line, before its lines are numbered: most files have few. */
const DIRECT_LOOKS = 8;

// A memo, not state: a view is a pure function of its lines, and callers pass the same array for the same file.
const views = new WeakMap<readonly string[], FileView>();

/** The view of a file's raw lines (`rawLines`). The same array gives the same view; it must not be changed later. */
export function viewOf(lines: readonly string[]): FileView {
  const known = views.get(lines);
  if (known !== undefined) return known;
  const offsets = new Float64Array(lines.length + 1);
  let offset = 0;
  lines.forEach((line, index) => {
    offset += line.length + 4;
    offsets[index + 1] = offset;
  });
  const view: FileView = {
    lines,
    offsets,
    framed: undefined,
    digests: new Map(),
    slides: new Map(),
    hinted: new WeakMap(),
    repeats: { looks: 0, numbered: undefined, spent: 0, table: undefined },
  };
  views.set(lines, view);
  return view;
}

function numberLines(lines: readonly string[]): Numbered {
  const numbers = new Map<string, number>();
  const ids = Int32Array.from(lines, (line) => {
    const number = numbers.get(line) ?? numbers.size;
    if (number === numbers.size) numbers.set(line, number);
    return number;
  });
  const occurrences = new Int32Array(numbers.size);
  for (const id of ids) occurrences[id] = at(occurrences, id) + 1;
  return { ids, occurrences };
}

/**
 * W: the canonical bytes of the window around `count` lines from line `start`. `bof` and `eof` are set only where the
 * file's own start or end cuts the context, so that a line added above a full context changes nothing.
 */
export function windowBytes(view: FileView | undefined, start: number, count: number, k: number): string {
  if (view === undefined) return header(ABSENT, k, 0, 0);
  const { from, to, flags } = extent(view, start, count, k);
  const frame = (): string => view.lines.slice(from, to).map(lengthPrefixed).join('');
  const text = k === WHOLE_FILE_K ? (view.framed ??= frame()) : frame();
  return header(flags, k, start - from, count) + text;
}

/** Bytes that `windowBytes` would give, without making them. */
export function windowSize(view: FileView | undefined, start: number, count: number, k: number): number {
  if (view === undefined) return 13;
  const { from, to } = extent(view, start, count, k);
  return 13 + at(view.offsets, to) - at(view.offsets, from);
}

/** SHA-256 (hex) of W, from the memo when it was made before. */
export function windowDigest(hash: Hash, view: FileView | undefined, start: number, count: number, k: number): string {
  if (view === undefined) return hash.sha256(windowBytes(view, start, count, k));
  const key = digestKey(start, count, k);
  const known = view.digests.get(key);
  if (known !== undefined) return known;
  const digest = hash.sha256(windowBytes(view, start, count, k));
  view.digests.set(key, digest);
  return digest;
}

/** Is the digest of this window in the memo? Then asking for it hashes nothing. */
export function isDigestKnown(view: FileView | undefined, start: number, count: number, k: number): boolean {
  return view !== undefined && view.digests.has(digestKey(start, count, k));
}

/**
 * Does this very window occur once in its file? A window that the file's start or end cuts can stand in one place only,
 * and so can the whole file; any other is unique when its run of lines is.
 */
export function isWindowUnique(view: FileView | undefined, start: number, count: number, k: number): boolean {
  if (view === undefined) return true;
  const { from, to, flags } = extent(view, start, count, k);
  return flags !== 0 || isRunUnique(view, from, to - from);
}

function digestKey(start: number, count: number, k: number): string {
  return `${start}:${count}:${k}`;
}

function header(flags: number, k: number, offset: number, count: number): string {
  return String.fromCharCode(flags) + u32(k) + u32(offset) + u32(count);
}

function extent(view: FileView, start: number, count: number, k: number): { from: number; to: number; flags: number } {
  const n = view.lines.length;
  if (k === WHOLE_FILE_K) return { from: 0, to: n, flags: BOF | EOF };
  const after = n - start - count;
  return {
    from: Math.max(0, start - k),
    to: Math.min(n, start + count + k),
    flags: (start < k ? BOF : 0) | (after < k ? EOF : 0),
  };
}

/** Most windows hold a line that occurs once; else compare at the places of the rarest line, within bounds. */
function isRunUnique(view: FileView, from: number, size: number): boolean {
  const { lines, repeats } = view;
  if (size > 0 && repeats.looks++ < DIRECT_LOOKS && standsAlone(lines, from + (size >> 1))) return true;
  const { ids, occurrences } = (repeats.numbered ??= numberLines(lines));
  if (repeats.table === undefined) {
    let rarest = from;
    let rare = Infinity;
    for (let i = from; i < from + size; i++) {
      const times = at(occurrences, at(ids, i));
      if (times < rare) [rarest, rare] = [i, times];
      if (times === 1) return true;
    }
    repeats.spent += ids.length + rare * size;
    if (repeats.spent <= 16 * ids.length + 4096) return !occursElsewhere(ids, from, size, rarest);
    repeats.table = longestRepeats(ids);
  }
  return at(repeats.table, from) < size;
}

function standsAlone(lines: readonly string[], index: number): boolean {
  const isSame = (line: string): boolean => line === lines[index];
  return lines.findIndex(isSame) === index && lines.findLastIndex(isSame) === index;
}

function occursElsewhere(ids: Int32Array, from: number, size: number, anchor: number): boolean {
  const wanted = at(ids, anchor);
  const lead = anchor - from;
  for (let place = ids.indexOf(wanted, lead); place !== -1; place = ids.indexOf(wanted, place + 1)) {
    const start = place - lead;
    if (start === from || start + size > ids.length) continue;
    let same = 0;
    while (same < size && ids[start + same] === ids[from + same]) same++;
    if (same === size) return true;
  }
  return false;
}
