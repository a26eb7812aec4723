/**
 * Files and folders that the editor moved, in `.git/countersign/moves` of each work tree: one line of JSON each, oldest
 * first. Git learns of a move when it is staged, and of one with an edited line never; what was known of the old path
 * goes along at once.
 */
import { join } from 'node:path';
import { pathFault } from '../core/sidecar/paths';
import { statAt } from './entryAt';
import { appendLive, readJournal, stateFolder } from './journal';
import { readKnownLines, writeKnownLines } from './knownLines';
import { replaceBytes } from './ownedFile';
import { appendState, readState } from './stateFile';

/** A file or a folder, from the top of the repository. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

const MAX_BYTES = 256 * 1024;
const MOST_MOVES = 1000;

function movesFile(gitDir: string): string {
  return join(stateFolder(gitDir), 'moves');
}

/** Notes a move, and lets the journal's newest states of what moved speak for the new paths too. */
export function noteMove(gitDir: string, move: Move): void {
  const file = movesFile(gitDir);
  if ((statAt(file)?.size ?? 0) > MAX_BYTES) {
    const kept = readMoves(gitDir).slice(-MOST_MOVES / 2);
    replaceBytes(file, kept.map(lineOf).join(''));
  }
  appendState(file, lineOf(move));
  for (const [path, states] of readJournal(gitDir)) {
    const to = movedPath(path, move);
    const newest = states.at(-1);
    if (to !== undefined && newest !== undefined) appendLive(gitDir, { ...newest, path: to });
    const known = to === undefined ? undefined : readKnownLines(gitDir, path);
    if (to !== undefined && known !== undefined) writeKnownLines(gitDir, { ...known, path: to });
  }
}

function lineOf({ from, to }: Move): string {
  return `${JSON.stringify({ from, to })}\n`;
}

/** The moves that were noted, oldest first. Lines that are torn or foreign are passed over; a file that can't be read throws. */
export function readMoves(gitDir: string): readonly Move[] {
  const bytes = readState(movesFile(gitDir), 4 * MAX_BYTES);
  return bytes === undefined ? [] : bytes.toString('utf8').split('\n').flatMap(parseMove).slice(-MOST_MOVES);
}

function parseMove(line: string): Move[] {
  if (line === '') return [];
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('from' in value) || !('to' in value)) return [];
    const { from, to } = value;
    if (typeof from !== 'string' || typeof to !== 'string') return [];
    return pathFault(from) === undefined && pathFault(to) === undefined ? [{ from, to }] : [];
  } catch {
    return [];
  }
}

/** Where a path is after a move of it, or of a folder above it; undefined when the move is about something else. */
export function movedPath(path: string, { from, to }: Move): string | undefined {
  if (path === from) return to;
  return path.startsWith(`${from}/`) ? to + path.slice(from.length) : undefined;
}

/** The paths that a file had before, newest first. */
export function formerPaths(moves: readonly Move[], path: string): readonly string[] {
  const former: string[] = [];
  let now = path;
  for (const { from, to } of moves.toReversed()) {
    const before = movedPath(now, { from: to, to: from });
    if (before === undefined || before === now) continue;
    former.push(before);
    now = before;
  }
  return former.filter((each) => each !== path);
}
