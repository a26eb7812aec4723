/**
 * Which lines of a file a tool call's announcement explains. From the announcement and a text that stood before comes a
 * prediction: the lines that should stand now, and which of them the tool puts in. The prediction is laid over what does
 * stand there. What others changed meanwhile does not fit, and stays unexplained.
 */
import type { FileLines } from '../../core/attribution/fileLines';
import type { LineHash } from '../../core/model/record';
import { collapseWhiteSpace, contentLines } from '../../core/text/lines';
import { changedLines, diffLines } from '../../core/text/diff';
import { nodeHash } from '../hash';
import { MAX_BLOB_BYTES } from '../objects';
import type { Effort } from './findText';
import { PROBE, findText } from './findText';
import type { Announced, Edit } from './hookEvent';

/** Lines that a tool puts in, in place of `count` lines at `start` of what stood before. */
export interface PredictedRegion {
  readonly start: number;
  readonly count: number;
  readonly exact: readonly LineHash[];
  readonly loose: readonly LineHash[];
}

export interface Explanation {
  /** Lines of the present text. */
  readonly lines: ReadonlySet<number>;
  /** Exact hashes of lines that were taken out. */
  readonly removed: ReadonlySet<LineHash>;
  /** Everything that was announced stands there. */
  readonly complete: boolean;
}

export const NOTHING_EXPLAINED: Explanation = { lines: new Set(), removed: new Set(), complete: false };

/** What an announcement makes of a text; undefined where it does not apply to it. */
export function predict(announced: Announced, before: string): PredictedRegion[] | undefined {
  const after = apply(announced, before);
  if (after === undefined) return undefined;
  const lines = contentLines(after);
  return diffLines(contentLines(before), lines).map(({ beforeStart, beforeCount, afterStart, afterCount }) => {
    const own = lines.slice(afterStart, afterStart + afterCount);
    return { start: beforeStart, count: beforeCount, exact: own.map(exactHash), loose: own.map(looseHash) };
  });
}

function exactHash(line: string): LineHash {
  return nodeHash.hash96(line);
}

function looseHash(line: string): LineHash {
  return nodeHash.hash96(collapseWhiteSpace(line));
}

/** Characters that the edits of one call may look through; a file of many edits takes a small part of it. */
export const MOST_WORK = 1 << 28;
/** Places that one edit may replace at once. */
const MOST_PLACES = 100_000;

function apply(announced: Announced, before: string): string | undefined {
  if (announced.kind === 'write') return announced.content;
  if (announced.kind !== 'edits') return undefined;
  let text: string | undefined = unixLines(before);
  const effort = { left: MOST_WORK };
  for (const edit of announced.edits) {
    effort.left -= text?.length ?? 0;
    text = text === undefined || effort.left < 0 ? undefined : replaceOne(text, edit, effort);
  }
  return text;
}

export function unixLines(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}

function replaceOne(text: string, edit: Edit, effort: Effort): string | undefined {
  if (edit.old === '') return text === '' ? edit.new : undefined;
  if (edit.all) return replaceEach(text, edit.old, edit.new, effort);
  const at = nearest(text, edit.old, edit.line, effort);
  return at === -1 ? undefined : text.slice(0, at) + edit.new + text.slice(at + edit.old.length);
}

/** Undefined where that is nowhere, or out of all proportion: a few edits can double a text again and again. */
function replaceEach(text: string, old: string, now: string, effort: Effort): string | undefined {
  const parts: string[] = [];
  let from = 0;
  for (let at = findText(text, old, 0, effort); at !== -1; at = findText(text, old, from, effort)) {
    if (parts.length >= MOST_PLACES) return undefined;
    parts.push(text.slice(from, at));
    from = at + old.length;
  }
  const size = text.length + parts.length * (now.length - old.length);
  if (parts.length === 0 || effort.left < 0 || size > MAX_BLOB_BYTES) return undefined;
  return [...parts, text.slice(from)].join(now);
}

/** Where a text stands, of several places one near to a line; the first where no line is given. */
function nearest(text: string, wanted: string, line: number | undefined, effort: Effort): number {
  const first = findText(text, wanted, 0, effort);
  if (line === undefined || first === -1) return first;
  const target = lineStart(text, line);
  // What is long hardly stands in several places.
  const above = wanted.length > PROBE ? first : text.lastIndexOf(wanted, target);
  const below = findText(text, wanted, target, effort);
  if (above === -1 || below === -1) return Math.max(above, below);
  return target - above <= below - target ? above : below;
}

function lineStart(text: string, line: number): number {
  let at = 0;
  for (let i = 0; i < line; i++) {
    const next = text.indexOf('\n', at);
    if (next === -1) return text.length;
    at = next + 1;
  }
  return at;
}

/** Lays a prediction over the present text. `before` are the exact hashes of the lines it was made from. */
export function explain(before: readonly LineHash[], regions: readonly PredictedRegion[], now: FileLines): Explanation {
  const exact: LineHash[] = [];
  const loose = new Map<number, LineHash>();
  const removed = new Set<LineHash>();
  let at = 0;
  for (const region of regions) {
    for (; at < region.start; at++) exact.push(before[at] ?? '');
    for (const [index, hash] of region.exact.entries()) {
      loose.set(exact.length, region.loose[index] ?? hash);
      exact.push(hash);
    }
    for (let line = at; line < at + region.count; line++) removed.add(before[line] ?? '');
    at += region.count;
  }
  for (; at < before.length; at++) exact.push(before[at] ?? '');
  const lines = laidOver(exact, loose, now);
  // A call that only removes has arrived once something is gone.
  const isPending = loose.size === 0 && removed.size > 0 && sameLines(before, now.exact);
  return { lines, removed, complete: lines.size >= loose.size && !isPending };
}

export function sameLines(a: readonly LineHash[], b: readonly LineHash[]): boolean {
  return a.length === b.length && a.every((hash, line) => hash === b[line]);
}

/** Lines of `now` that match one of the tool's own lines, white space aside where something changed it meanwhile. */
function laidOver(exact: readonly LineHash[], own: ReadonlyMap<number, LineHash>, now: FileLines): Set<number> {
  const found = new Set<number>();
  if (own.size === 0) return found;
  const common = (from: number, to: number, shift: number): void => {
    for (let line = from; line < to; line++) if (own.has(line)) found.add(line + shift);
  };
  let [from, shift] = [0, 0];
  for (const { beforeStart, beforeCount, afterStart, afterCount } of diffLines(exact, now.exact)) {
    common(from, beforeStart, shift);
    const places = placesFromEnd(now, afterStart, afterStart + afterCount);
    let next = afterStart;
    for (let line = beforeStart; line < beforeStart + beforeCount; line++) {
      const list = places.get(own.get(line) ?? '') ?? [];
      let at = list.pop();
      while (at !== undefined && at < next) at = list.pop();
      if (at === undefined) continue;
      found.add(at);
      next = at + 1;
    }
    from = beforeStart + beforeCount;
    shift = afterStart + afterCount - from;
  }
  common(from, exact.length, shift);
  return found;
}

/** Lines by what they say, white space aside, the first of them last. */
function placesFromEnd(now: FileLines, start: number, end: number): Map<LineHash, number[]> {
  const places = new Map<LineHash, number[]>();
  for (let line = end - 1; line >= start; line--) {
    const hash = now.looseAt(line);
    const list = places.get(hash);
    if (list === undefined) places.set(hash, [line]);
    else list.push(line);
  }
  return places;
}

/**
 * The same without any text that stood before: what the announcement put in is taken back out of the present text, and
 * the difference is what it explains.
 */
export function explainBackwards(announced: Announced, bytes: string, now: FileLines): Explanation {
  if (announced.kind === 'write') {
    const lines = contentLines(announced.content);
    const region = { start: 0, count: 0, exact: lines.map(exactHash), loose: lines.map(looseHash) };
    return explain([], [region], now);
  }
  if (announced.kind === 'lines') {
    const wanted = announced.lines.map(looseHash);
    const lines = new Set(
      sharedLines(wanted, now.loose).filter((line) => now.weightAt(line) > 0 || (now.lines[line] ?? '').trim() !== ''),
    );
    return { lines, removed: new Set(), complete: lines.size > 0 };
  }
  if (announced.kind !== 'edits') return NOTHING_EXPLAINED;
  let text = unixLines(bytes);
  let undone = 0;
  const effort = { left: MOST_WORK };
  for (const edit of announced.edits.toReversed()) {
    effort.left -= text.length;
    const before = effort.left < 0 ? undefined : takeBack(text, edit, effort);
    if (before === undefined) continue;
    text = before;
    undone++;
  }
  if (undone === 0) return NOTHING_EXPLAINED;
  const before = contentLines(text);
  const lines = new Set<number>();
  const removed = new Set<LineHash>();
  for (const { beforeStart, beforeCount, afterStart, afterCount } of diffLines(before, now.lines)) {
    for (let line = afterStart; line < afterStart + afterCount; line++) lines.add(line);
    for (const line of before.slice(beforeStart, beforeStart + beforeCount)) removed.add(exactHash(line));
  }
  return { lines, removed, complete: undone === announced.edits.length };
}

/** Lines of `b` in a longest common run with `a`. */
function sharedLines(a: readonly LineHash[], b: readonly LineHash[]): number[] {
  const changed = changedLines(a, b);
  return [...b.keys()].filter((line) => !changed.has(line));
}

/** Every place where the new text stands, unless a line says which: what stood before already is told by other means. */
function takeBack(text: string, edit: Edit, effort: Effort): string | undefined {
  if (edit.new === '' || edit.new === edit.old) return undefined;
  if (edit.all || edit.line === undefined) return replaceEach(text, edit.new, edit.old, effort);
  const at = nearest(text, edit.new, edit.line, effort);
  return at === -1 ? undefined : text.slice(0, at) + edit.old + text.slice(at + edit.new.length);
}
