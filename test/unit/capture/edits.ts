/** Edit events in a few words: a text, what changes in it, where the carets are. */
import { CaretTrail } from '../../../src/editor/capture/caretTrail';
import type { Change, EditEvent, Extent, Place } from '../../../src/editor/capture/editEvent';

export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length - 1, character: before.at(-1)?.length ?? 0 };
}

/** A selection from one offset to another; one offset is a caret. */
export function selection(text: string, from: number, to = from): Extent {
  return { start: placeAt(text, from), end: placeAt(text, to) };
}

export function change(text: string, offset: number, removed: number, inserted: string): Change {
  const range = selection(text, offset, offset + removed);
  return { offset, removed, text: inserted, range, removedText: text.slice(offset, offset + removed) };
}

export function event(
  changes: readonly Change[],
  selections: readonly Extent[],
  more: Partial<EditEvent> = {},
): EditEvent {
  return {
    changes,
    selections,
    trail: new CaretTrail(),
    reason: undefined,
    detailed: undefined,
    ofExtension: () => undefined,
    mayBeAi: () => false,
    selectedAgo: 0,
    movedAgo: more.selectedAgo ?? 0,
    textOf: ({ removedText }) => removedText,
    textBefore: () => '',
    saving: false,
    typedAgo: Infinity,
    formats: () => false,
    suggestsAi: false,
    chat: undefined,
    ...more,
  };
}
