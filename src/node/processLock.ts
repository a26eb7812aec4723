/**
 * Lock files that name the process that holds them: one that ended in the midst of its work is told from one that is slow,
 * by no clock.
 */
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './entryAt';
import { OWNER, isAlive } from './ownedFile';
import { readState } from './stateFile';

/** `impossible` where the file system has no room, no rights or no links. */
export type Taken = 'taken' | 'busy' | 'impossible';

/** The lock file appears with the taker's number in it. What an ended process left behind is free at the next try. */
export function takeLock(lock: string): Taken {
  const own = `${lock}.${OWNER}`;
  try {
    mkdirSync(dirname(lock), { recursive: true });
    writeFileSync(own, String(process.pid), { mode: 0o600 });
    linkSync(own, lock);
    return 'taken';
  } catch (error) {
    if (isStale(lock)) clearAway(lock, own);
    return codeOf(error) === 'EEXIST' ? 'busy' : 'impossible';
  } finally {
    rmSync(own, { force: true });
  }
}

/** Gives a lock back, unless it is another process's by now. */
export function releaseLock(lock: string): void {
  if (holder(lock) === process.pid) rmSync(lock, { force: true });
}

function holder(lock: string): number | undefined {
  try {
    const bytes = readState(lock, 64);
    return bytes && Number(bytes);
  } catch {
    return undefined;
  }
}

function isStale(lock: string): boolean {
  const pid = holder(lock);
  return pid !== undefined && !isAlive(pid);
}

/** Another process may have cleared it away first and a third one taken it: then it goes back. */
function clearAway(lock: string, own: string): void {
  try {
    renameSync(lock, own);
    if (!isStale(own)) linkSync(own, lock);
  } catch {
    // It is gone.
  }
}
