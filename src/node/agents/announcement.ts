/**
 * Which lines of a file a tool call's announcement explains. From the announcement and a text that stood before comes a
 * prediction: the lines that should stand now, and which of them the tool puts in. The prediction is laid over what does
 * stand there. What others changed meanwhile does not fit, and stays unexplained.
 */
import type { FileLines } from '../../core/attribution/fileLines';
import type { LineHash } from '../../core/model/record';
import { collapseWhiteSpace, contentLines } from '../../core/text/lines';
import { diffLines } from '../../core/text/diff';
import { nodeHash } from '../hash';
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

function apply(announced: Announced, before: string): string | undefined {
  if (announced.kind === 'write') return announced.content;
  if (announced.kind !== 'edits') return undefined;
  let text: string | undefined = unixLines(before);
  for (const edit of announced.edits) {
    text = text === undefined ? undefined : replaceOne(text, edit);
  }
  return text;
}

export function unixLines(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}

function replaceOne(text: string, edit: Edit): string | undefined {
  if (edit.old === '') return text === '' ? edit.new : undefined;
  if (edit.all) return text.includes(edit.old) ? text.split(edit.old).join(edit.new) : undefined;
  const at = nearest(text, edit.old, edit.line);
  return at === -1 ? undefined : text.slice(0, at) + edit.new + text.slice(at + edit.old.length);
}

/** Where a text stands, of several places the one nearest to a line; the first where no line is given. */
function nearest(text: string, wanted: string, line: number | undefined): number {
  let best = text.indexOf(wanted);
  if (line === undefined || best === -1) return best;
  const target = lineStart(text, line);
  for (let at = best; at !== -1 && at <= 2 * target + wanted.length; at = text.indexOf(wanted, at + 1)) {
    if (Math.abs(at - target) < Math.abs(best - target)) best = at;
  }
  return best;
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
    let next = afterStart;
    for (let line = beforeStart; line < beforeStart + beforeCount; line++) {
      const wanted = own.get(line);
      if (wanted === undefined) continue;
      let at = next;
      while (at < afterStart + afterCount && now.looseAt(at) !== wanted) at++;
      if (at === afterStart + afterCount) continue;
      found.add(at);
      next = at + 1;
    }
    from = beforeStart + beforeCount;
    shift = afterStart + afterCount - from;
  }
  common(from, exact.length, shift);
  return found;
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
  for (const edit of announced.edits.toReversed()) {
    const before = takeBack(text, edit);
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
  const changed = new Set<number>();
  for (const { afterStart, afterCount } of diffLines(a, b)) {
    for (let line = afterStart; line < afterStart + afterCount; line++) changed.add(line);
  }
  return [...b.keys()].filter((line) => !changed.has(line));
}

/** Every place where the new text stands, unless a line says which: what stood before already is told by other means. */
function takeBack(text: string, edit: Edit): string | undefined {
  if (edit.new === '' || edit.new === edit.old || !text.includes(edit.new)) return undefined;
  if (edit.all || edit.line === undefined) return text.split(edit.new).join(edit.old);
  const at = nearest(text, edit.new, edit.line);
  return text.slice(0, at) + edit.old + text.slice(at + edit.new.length);
}
