/**
 * The files of the journal: `journal`, which is written, and closed segments `journal.1`, `journal.2`, … before it. When
 * there are many, the oldest are folded into the next: of each path that nothing later knows its newest entry stays.
 *
 * One process at a time works here, under a lock file; whoever finds it taken leaves the work to the other. Appending
 * takes no lock.
 */
import { linkSync, readdirSync, renameSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isWhole, pathOf } from './journalEntry';
import { OWNER } from './ownedFile';
import { releaseLock, takeLock } from './processLock';
import { readState } from './stateFile';

/** Bytes at which a journal is closed. */
export const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Closed ones that are kept, and those at which an append folds because nobody else has for long. */
const KEPT_SEGMENTS = 4;
const MOST_SEGMENTS = 16;
const NOTHING = Buffer.alloc(0);

/** The journal that is written, in a work tree's folder of uncommitted state. */
export function journalFile(folder: string): string {
  return join(folder, 'journal');
}

/** A closed segment. */
export function segmentFile(folder: string, number: number): string {
  return `${journalFile(folder)}.${number}`;
}

/** Numbers of the closed segments, oldest first. */
export function segments(folder: string): number[] {
  try {
    const numbers = readdirSync(folder).map((name) => /^journal\.(\d{1,9})$/.exec(name)?.[1]);
    return numbers.flatMap((number) => (number === undefined ? [] : [Number(number)])).sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/** Closes a journal that has grown: a few renames, whatever its size. Never throws. */
export function closeSegment(folder: string): void {
  locked(folder, () => {
    // Another process may have closed it between our append and our lock.
    if (statSync(journalFile(folder)).size < SEGMENT_BYTES) return;
    const known = segments(folder);
    const next = (known.at(-1) ?? 0) + 1;
    linkSync(journalFile(folder), segmentFile(folder, next));
    unlinkSync(journalFile(folder));
    if (known.length >= MOST_SEGMENTS) fold(folder);
  });
}

/** Folds the oldest segments into the oldest of those that are kept, if there are more. Never throws. */
export function foldSegments(folder: string): void {
  if (segments(folder).length > KEPT_SEGMENTS) locked(folder, () => fold(folder));
}

function locked(folder: string, work: () => void): void {
  const lock = join(folder, 'journal.lock');
  if (takeLock(lock) !== 'taken') return;
  try {
    work();
  } catch {
    // No room, or a file system without links: the journal stays as it is, and grows.
  } finally {
    releaseLock(lock);
  }
}

/**
 * The target gets what is left of those before it in front, in one step; a crash after it leaves both, and the next fold
 * finds that the target knows it all. Only what decides is checked for being whole: of each path one entry, mostly.
 */
function fold(folder: string): void {
  const known = segments(folder);
  const excess = known.slice(0, -KEPT_SEGMENTS).map((number) => segmentFile(folder, number));
  const [target, ...rest] = known.slice(-KEPT_SEGMENTS).map((number) => segmentFile(folder, number));
  if (excess.length === 0 || target === undefined) return;
  const old = excess.map((file) => readState(file) ?? NOTHING);
  const newest = new Map<string, string>();
  for (const line of old.flatMap(linesOf).toReversed()) {
    const path = pathOf(line);
    if (path !== undefined && !newest.has(path) && isWhole(line)) newest.set(path, line);
  }
  const bytes = readState(target) ?? NOTHING;
  for (const file of [target, journalFile(folder), ...rest]) {
    if (newest.size === 0) break;
    for (const line of linesOf(file === target ? bytes : (readState(file) ?? NOTHING))) {
      const path = pathOf(line);
      if (path !== undefined && newest.has(path) && isWhole(line)) newest.delete(path);
    }
  }
  for (const name of readdirSync(folder)) {
    if (name.startsWith('journal.tmp')) rmSync(join(folder, name), { force: true });
  }
  const temporary = join(folder, `journal.tmp.${OWNER}`);
  try {
    const kept = [...newest.values()].map((line) => `${line}\n`).join('');
    writeFileSync(temporary, Buffer.concat([Buffer.from(kept, 'utf8'), bytes]), { mode: 0o600 });
    // A process that was held up for long may have written to what it had open all the while: then another time.
    if (![...excess, target].every((file, at) => statSync(file).size === (old[at] ?? bytes).length)) return;
    renameSync(temporary, target);
    for (const file of excess) unlinkSync(file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function linesOf(bytes: Buffer): string[] {
  return bytes.toString('utf8').split('\n');
}
