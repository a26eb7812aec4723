/** One hook at a time reads the last state and appends the next: two at once would each lose what the other claims. */
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../journal';

/** Milliseconds after which a lock was left behind by a process that ended. */
const STALE = 5000;
/** Milliseconds that a hook waits for another one; then it goes on without. */
const MOST_WAIT = 1500;
const STEP = 15;

export async function withLock<T>(gitDir: string, work: () => Promise<T>): Promise<T> {
  const file = join(stateFolder(gitDir), 'lock');
  const held = await take(gitDir, file);
  try {
    return await work();
  } finally {
    if (held) rmSync(file, { force: true });
  }
}

async function take(gitDir: string, file: string): Promise<boolean> {
  mkdirSync(stateFolder(gitDir), { recursive: true });
  for (let waited = 0; waited <= MOST_WAIT; waited += STEP) {
    try {
      closeSync(openSync(file, 'wx', 0o600));
      return true;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') return false;
    }
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > STALE) rmSync(file, { force: true });
    await new Promise((resolve) => setTimeout(resolve, STEP));
  }
  return false;
}
