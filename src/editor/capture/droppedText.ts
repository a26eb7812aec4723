/**
 * Drag and drop (measured in VS Code 1.139). Text that is dragged within an editor comes as one event: the selection goes,
 * or stays when it is a copy, and its text comes elsewhere; then the editor selects what came. The drop of anything else
 * is announced to drop providers before its event. The editor drags no text from one editor into another.
 */
import type { TextChange } from '../../core/tracking/history';
import type { Source } from '../../core/model/origin';
import type { How } from './deeds';
import { isPasteOf } from './pastedText';

export const DRAGGED: Source = { origin: 'human', via: 'drop', evidence: 'observed' };
const DROPPED: Source = { origin: 'paste', via: 'drop', evidence: 'observed' };

/** An announced drop whose edit never comes is forgotten after so many milliseconds. */
const ANNOUNCED_FOR = 5000;
/** Of dropped files the editor inserts paths, and languages make links of them: that much per file. */
const MOST_PER_FILE = 1000;

/** From one offset to another. */
export type Range = readonly [number, number];

/** An edit that has the shape of a drag within its editor. */
export interface Drag {
  /** What was dragged, in the text before the edit. */
  readonly from: Range;
  /** What the editor selects next if it was one, in the text after the edit. */
  readonly to: Range;
}

/** The edit as a drag of one of the selections; `textAt` gives text before the edit. */
export function dragOf(
  changes: readonly TextChange[],
  selections: readonly Range[],
  textAt: (offset: number, length: number) => string | undefined,
): Drag | undefined {
  const [one, other, more] = changes.toSorted((a, b) => a.removed - b.removed);
  if (one === undefined || more !== undefined || one.removed > 0 || one.text === '') return undefined;
  const { offset, text } = one;
  const from = selections.find(([start, end]) => {
    if (other !== undefined && (other.offset !== start || other.removed !== end - start)) return false;
    // What is dropped on itself makes no edit.
    return end - start === text.length && (offset <= start || offset >= end);
  });
  if (from === undefined || (other !== undefined && other.text !== '')) return undefined;
  const [start, end] = from;
  if (textAt(start, end - start) !== text) return undefined;
  const at = other !== undefined && offset >= end ? offset - (end - start) : offset;
  return { from, to: [at, at + text.length] };
}

/** What somebody is about to drop, and where. */
export interface Announced {
  readonly text: string;
  /** Base names of the files that are dropped. */
  readonly files: readonly string[];
  readonly offset: number;
  readonly at: number;
}

/**
 * What an edit is if it is the announced drop; undefined when it is something else. `snippet`: the editor says that it
 * put in a snippet, which is how it drops.
 */
export function dropHow(
  announced: Announced,
  changes: readonly TextChange[],
  snippet: boolean,
  now: number,
): How | undefined {
  const [only, another] = changes;
  if (only === undefined || another !== undefined || now - announced.at > ANNOUNCED_FOR) return undefined;
  if (only.removed > 0 || only.text === '' || only.offset !== announced.offset) return undefined;
  const { text, files } = announced;
  const isText = text !== '' && isPasteOf(changes, text);
  if (isText || holdsFiles(only.text, files)) return { kind: 'edit', source: DROPPED };
  // Another extension made something else of the drop: nobody typed that snippet.
  return snippet ? { kind: 'edit', source: 'unknown' } : undefined;
}

function holdsFiles(text: string, files: readonly string[]): boolean {
  if (files.length === 0 || text.length > files.length * MOST_PER_FILE) return false;
  return files.every((name) => text.includes(name) || text.includes(encodeURI(name)));
}

/** Base names of a list of addresses, one in a line. */
export function filesIn(list: string): string[] {
  return list
    .split(/\r?\n/, 1000)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => decoded(line.slice(line.lastIndexOf('/') + 1)))
    .filter((name) => name !== '');
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
