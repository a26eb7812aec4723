/**
 * One process at a time reads a file's last state and appends the next: two at once would each lose what the other claims.
 * Hooks, checkpoints and statements take it; an editor appends what it saw itself, and takes none.
 */
import { join } from 'node:path';
import { foldJournal, stateFolder } from './journal';
import { releaseLock, takeLock } from './processLock';

/** Milliseconds that anyone waits for another one; then it goes on without. */
const MOST_WAIT = 1500;
const STEP = 15;

export async function withLock<T>(gitDir: string, work: () => Promise<T>): Promise<T> {
  const file = join(stateFolder(gitDir), 'lock');
  const held = await take(file);
  try {
    return await work();
  } finally {
    if (held) releaseLock(file);
    foldJournal(gitDir);
  }
}

async function take(file: string): Promise<boolean> {
  for (let waited = 0; waited <= MOST_WAIT; waited += STEP) {
    const taken = takeLock(file);
    if (taken !== 'busy') return taken === 'taken';
    await new Promise((resolve) => setTimeout(resolve, STEP));
  }
  return false;
}
