/**
 * Line differences, deterministic and bounded. Myers' algorithm from `diff` on interned lines, after the common head and
 * tail are cut off. The bound is a number of edits, not a time: the same input gives the same regions on any machine,
 * and what is cut off (the rest is one large region) asks for more review, never for less.
 */
import { diffArrays } from 'diff';
import type { Region } from '../model/change';

/** Edits beyond which the differing middle is taken as one region. */
export const MAX_EDITS = 4000;

/**
 * The regions in which two lists of lines differ, in order, with at least one common line between two regions.
 * Takes lines from `rawLines` (exact) or any other list of strings; positions are indexes into them, from 0.
 */
export function diffLines(before: readonly string[], after: readonly string[], maxEdits = MAX_EDITS): Region[] {
  let head = 0;
  const shorter = Math.min(before.length, after.length);
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const beforeCount = before.length - head - tail;
  const afterCount = after.length - head - tail;
  if (beforeCount === 0 && afterCount === 0) return [];
  const whole: Region = { beforeStart: head, beforeCount, afterStart: head, afterCount };
  if (beforeCount === 0 || afterCount === 0) return [whole];
  const numbers = new Map<string, number>();
  const intern = (line: string): number => {
    const known = numbers.get(line);
    if (known !== undefined) return known;
    numbers.set(line, numbers.size);
    return numbers.size - 1;
  };
  const parts = diffArrays(
    before.slice(head, head + beforeCount).map(intern),
    after.slice(head, head + afterCount).map(intern),
    { maxEditLength: maxEdits },
  );
  if (parts === undefined) return [whole];
  return regionsOf(parts, head);
}

interface Part {
  readonly count: number;
  readonly added: boolean;
  readonly removed: boolean;
}

function regionsOf(parts: readonly Part[], head: number): Region[] {
  const regions: Region[] = [];
  let before = head;
  let after = head;
  let open: { beforeStart: number; afterStart: number } | undefined;
  const close = (): void => {
    if (open !== undefined) {
      const { beforeStart, afterStart } = open;
      regions.push({ beforeStart, beforeCount: before - beforeStart, afterStart, afterCount: after - afterStart });
    }
    open = undefined;
  };
  for (const part of parts) {
    if (!part.added && !part.removed) {
      close();
      before += part.count;
      after += part.count;
    } else {
      open ??= { beforeStart: before, afterStart: after };
      if (part.removed) before += part.count;
      else after += part.count;
    }
  }
  close();
  return regions;
}
