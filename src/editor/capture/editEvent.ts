/**
 * One change of a document as capture looks at it. Free of editor types, so that what is decided here can be tested
 * without one. Positions count lines and characters (UTF-16 units) from 0.
 */
import type { Source } from '../../core/model/origin';
import type { CaretTrail } from './caretTrail';
import type { How } from './deeds';
import type { Drag } from './droppedText';
import type { DetailedReason } from './reported';

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** A range, or a selection without its direction; empty when both ends are equal. */
export interface Extent {
  readonly start: Place;
  readonly end: Place;
}

/** One change of an event, in the coordinates of the text before it. */
export interface Change {
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
  readonly range: Extent;
  /** What stood there, where it is short and capture knows it. */
  readonly removedText?: string;
}

export interface EditEvent {
  readonly changes: readonly Change[];
  readonly reason: 'undo' | 'redo' | undefined;
  /** What the editor itself says, where the proposed API is there. */
  readonly detailed: DetailedReason | undefined;
  /** What the user or our table says of an extension's edits; see `assistants`. */
  ofExtension(id: string): 'ai' | 'tool' | undefined;
  /** Whether an extension of which nobody said anything says itself that it is an assistant. */
  mayBeAi(id: string): boolean;
  /** The edit as a drag within its editor, where it has that shape. */
  readonly drag?: Drag | undefined;
  /** What the edit is, where it is a drop that was announced. */
  readonly dropped?: How | undefined;
  /** Selections before the edit; empty unless the document is in the active editor of the focused window. */
  readonly selections: readonly Extent[];
  /** Where else a caret may be. */
  readonly trail: CaretTrail;
  /** Milliseconds since a person moved the selection by key or mouse. */
  readonly selectedAgo: number;
  /** Milliseconds since a person or a command moved the caret. */
  readonly movedAgo: number;
  /** Text before the edit, however long; undefined where nobody knows it. */
  textOf(change: Change): string | undefined;
  /** Those of the characters right before a place of the text before the edit that there are; it may lie behind its end. */
  textBefore(offset: number, count: number): string;
  /** Whether the document is being saved. */
  readonly saving: boolean;
  /** Milliseconds since a person typed or pasted in this document. */
  readonly typedAgo: number;
  /** Whether the editor is set to format behind what is typed or pasted. */
  formats(): boolean;
  /** Whether an assistant could have put its text among the suggestions. */
  readonly suggestsAi: boolean;
  /** The assistant that has edits of this document pending (capture-signals §2.9); see `ChatEdits`. */
  readonly chat: ChatContext | undefined;
}

export interface ChatContext {
  readonly source: Source;
  /** Whether the edit touches text that an AI wrote. */
  readonly inside: boolean;
  /** Whether the edit brings back what stood there before the pending edits. */
  undone(): boolean;
}

/**
 * An event's changes in ascending order. The editor lists them so that each can be made in turn, from the last place to
 * the first: of several insertions at one place the last one listed stands first in the text.
 */
export function inOrder<T extends { readonly rangeOffset: number; readonly rangeLength: number }>(
  contentChanges: readonly T[],
): T[] {
  if (contentChanges.length < 2) return [...contentChanges];
  return contentChanges.toReversed().sort((a, b) => a.rangeOffset - b.rangeOffset || a.rangeLength - b.rangeLength);
}

export function samePlace(a: Place, b: Place): boolean {
  return a.line === b.line && a.character === b.character;
}

export function isEmpty({ start, end }: Extent): boolean {
  return samePlace(start, end);
}

export function sameExtent(a: Extent, b: Extent): boolean {
  return samePlace(a.start, b.start) && samePlace(a.end, b.end);
}
