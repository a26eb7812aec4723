/** While git merges, text comes from the sides of the merge: by the merge editor, or by the actions over a conflict. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { InitialLine } from '../../core/tracking/initialText';
import type { LineState } from '../../core/tracking/lineFold';
import { asInitial } from './initialState';

/** Whether a merge, or what git does one commit at a time, waits for its conflicts to be settled. */
export function isMerging(gitDir: string): boolean {
  return ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge'].some((name) =>
    existsSync(join(gitDir, name)),
  );
}

/**
 * What is known of a document's lines once git and the records of both sides were asked about those that nobody explains.
 * Undefined when they know none of them.
 */
export function takenFromSides(
  states: readonly LineState[],
  asked: readonly InitialLine[],
): readonly InitialLine[] | undefined {
  const lines = asInitial(states, asked.length);
  const isNews = (line: InitialLine, index: number): boolean =>
    line.kind === 'unknown' && asked[index] !== undefined && asked[index].kind !== 'unknown';
  if (!lines.some(isNews)) return undefined;
  return lines.map((line, index) => (isNews(line, index) ? (asked[index] ?? line) : line));
}
