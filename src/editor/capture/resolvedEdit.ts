/** Edits of which only the text before them tells what the tracker is to do: a drag, a copy beside itself, a taking back. */
import { diffLines } from '../../core/text/diff';
import { rawLines } from '../../core/text/lines';
import type { DocumentTracker, EditKind } from '../../core/tracking/documentTracker';
import type { TextChange } from '../../core/tracking/history';
import { withoutKeptLines } from '../../core/tracking/keptLines';
import { copiedBeside } from './copiedLines';
import type { How } from './deeds';

/** An edit as the tracker takes it. */
export interface ResolvedEdit {
  readonly changes: readonly TextChange[];
  readonly how: EditKind;
}

/** What an edit does to the text that the tracker holds. */
export function resolve(tracker: DocumentTracker, changes: readonly TextChange[], how: How): ResolvedEdit {
  switch (how.kind) {
    case 'restore':
      return { changes: restored(tracker, changes), how: { kind: 'undo' } };
    case 'drag': {
      const fragment = tracker.fragment(how.from[0], how.from[1] - how.from[0]);
      return { changes, how: { kind: 'place', fragment, by: how.by } };
    }
    case 'copy':
      return { changes, how: copiedBeside(tracker, changes, how.by) };
    default:
      return { changes, how };
  }
}

/** Whether nobody explains an edit, or it came from outside. */
export function isForeign(how: EditKind): boolean {
  return how.kind === 'edit' && (how.source === 'unknown' || how.source.origin === 'external');
}

/** Whether an edit is unexplained in part at least. */
export function isUnexplained(how: How): boolean {
  return (how.kind === 'edit' && how.source === 'unknown') || (how.kind === 'place' && how.by === 'unknown');
}

/** What is foreign takes only the lines that it really changed. */
export function leastOf(tracker: DocumentTracker, { changes, how }: ResolvedEdit): readonly TextChange[] {
  if (!isForeign(how)) return changes;
  return changes.flatMap((change) => {
    const isLarge = change.removed > 1 && change.text.length > 1;
    return isLarge ? withoutKeptLines(change, tracker.slice(change.offset, change.offset + change.removed)) : change;
  });
}

/** The changes of an event without what it leaves as it is: an assistant that undoes its edits sets the whole text. */
function restored(tracker: DocumentTracker, changes: readonly TextChange[]): readonly TextChange[] {
  return changes.flatMap(({ offset, removed, text }) => {
    const before = rawLines(tracker.slice(offset, offset + removed));
    const after = rawLines(text);
    const from = startsOf(before);
    return diffLines(before, after).map((region) => {
      const start = from[region.beforeStart] ?? 0;
      const end = from[region.beforeStart + region.beforeCount] ?? start;
      const lines = after.slice(region.afterStart, region.afterStart + region.afterCount);
      return { offset: offset + start, removed: end - start, text: lines.join('') };
    });
  });
}

/** Where each line starts, and the last one ends. */
function startsOf(lines: readonly string[]): number[] {
  let at = 0;
  return [0, ...lines.map((line) => (at += line.length))];
}
