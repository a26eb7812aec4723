/** What HEAD's reflog says of the moves since a length that it had. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { statAt } from './entryAt';

/** A move of HEAD. */
export interface HeadMove {
  readonly from: string;
  readonly to: string;
  /** What moved it, such as `reset: moving to HEAD^`. */
  readonly action: string;
}

export interface HeadLog {
  /** Oldest first. */
  readonly moves: readonly HeadMove[];
  /** Whether these are all moves since then. */
  readonly isWhole: boolean;
}

/** Bytes that are read: some hundreds of moves. */
const MOST_BYTES = 64 * 1024;

function fileOf(gitDir: string): string {
  return join(gitDir, 'logs', 'HEAD');
}

/** The length of HEAD's reflog; -1 where there is none. */
export function headMoves(gitDir: string): number {
  return statAt(fileOf(gitDir))?.size ?? -1;
}

/** The moves since the reflog had this length. Where that is not known, the latest. */
export function movesSince(gitDir: string, length: number): HeadLog {
  const size = headMoves(gitDir);
  const isKnown = length >= 0 && length <= size;
  const start = Math.max(isKnown ? length : 0, size - MOST_BYTES);
  return { moves: start < size ? readMoves(gitDir, start, size) : [], isWhole: isKnown && start === length };
}

function readMoves(gitDir: string, start: number, size: number): HeadMove[] {
  const buffer = Buffer.alloc(size - start);
  const handle = openSync(fileOf(gitDir), 'r');
  try {
    const count = readSync(handle, buffer, 0, buffer.length, start);
    const lines = buffer.toString('latin1', 0, count).split('\n');
    return lines.flatMap((line) => {
      const [, from, to, action = ''] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]*\t?(.*)$/.exec(line) ?? [];
      return from === undefined || to === undefined ? [] : [{ from, to, action }];
    });
  } finally {
    closeSync(handle);
  }
}
