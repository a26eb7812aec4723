/**
 * Changes as an editor reports them: checked, ordered, and cut down to what really differs.
 */
import type { TextChange } from './history';
import type { Sequence } from './sequence';

/** The changes do not fit the tracked text: an event was missed. */
export class TrackerOutOfStep extends Error {
  readonly code = 'tracker-out-of-step';

  constructor(message: string) {
    super(message);
    this.name = 'TrackerOutOfStep';
  }
}

/** The changes in ascending order. Throws `TrackerOutOfStep` when one lies outside the text or two overlap. */
export function checked(changes: readonly TextChange[], length: number): readonly TextChange[] {
  const ordered =
    changes.length < 2 ? changes : [...changes].sort((a, b) => a.offset - b.offset || a.removed - b.removed);
  let end = 0;
  for (const { offset, removed } of ordered) {
    const fits = Number.isInteger(offset) && Number.isInteger(removed) && offset >= end && removed >= 0;
    if (!fits || offset + removed > length) {
      throw new TrackerOutOfStep(
        `expected changes in order within ${length} characters, found one at ${offset} removing ${removed} after ${end}`,
      );
    }
    end = offset + removed;
  }
  return ordered;
}

/**
 * The part of a replacement that differs: without equal whole lines at both ends, and without the replaced text where
 * the new text only continues it (an accepted completion repeats what was typed). Never single equal characters: who
 * types over a selection wrote all of the new text. Undefined when nothing differs.
 */
export function trimmed(change: TextChange, document: Sequence): TextChange | undefined {
  const { offset, removed, text } = change;
  if (removed === 0) return text === '' ? undefined : change;
  if (text === '') return change;
  const old = document.slice(offset, offset + removed);
  if (old === text) return undefined;
  if (text.startsWith(old)) return { offset: offset + removed, removed: 0, text: text.slice(removed) };
  if (text.endsWith(old)) return { offset, removed: 0, text: text.slice(0, -removed) };
  const shorter = Math.min(removed, text.length);
  let head = 0;
  while (head < shorter && old.charCodeAt(head) === text.charCodeAt(head)) head++;
  head = head === 0 ? 0 : old.lastIndexOf('\n', head - 1) + 1;
  let tail = 0;
  while (tail < shorter - head && old.charCodeAt(removed - 1 - tail) === text.charCodeAt(text.length - 1 - tail))
    tail++;
  const firstBreak = tail === 0 ? -1 : old.indexOf('\n', removed - tail);
  tail = firstBreak === -1 ? 0 : removed - firstBreak;
  return { offset: offset + head, removed: removed - head - tail, text: text.slice(head, text.length - tail) };
}

/** Whether two texts differ in nothing but carriage returns before line feeds. */
export function isSameButForLineEnds(a: string, b: string): boolean {
  return withoutReturns(a) === withoutReturns(b);
}

/** The offset in `b` of what stands at an offset in `a`; see `isSameButForLineEnds`. */
export function withLineEndsOf(a: string, b: string, offset: number): number {
  const rest = withoutReturns(a.slice(offset));
  // From the end: what follows the place is the same text in both.
  let feeds = 0;
  for (let at = rest.indexOf('\n'); at !== -1; at = rest.indexOf('\n', at + 1)) feeds++;
  let length = rest.length;
  for (let at = b.lastIndexOf('\n'); at !== -1 && feeds > 0; at = at === 0 ? -1 : b.lastIndexOf('\n', at - 1)) {
    if (at > 0 && b.charCodeAt(at - 1) === 13) length++;
    feeds--;
  }
  return Math.min(Math.max(b.length - length, 0), b.length);
}

function withoutReturns(text: string): string {
  return text.includes('\r') ? text.replaceAll('\r\n', '\n') : text;
}
