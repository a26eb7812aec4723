/**
 * The files of the journal: `journal`, which is written, and closed segments `journal.1`, `journal.2`, … before it. When
 * there are many, the oldest is folded into the next: of each path that nothing later knows its newest entry stays.
 *
 * One process at a time works here, under a lock file; whoever finds it taken leaves the work to the other. Appending
 * takes no lock.
 */
import { linkSync, readFileSync, readdirSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { statAt } from './entryAt';
import { releaseLock, takeLock } from './processLock';

/** Bytes at which a journal is closed, and the closed ones that are kept. */
export const SEGMENT_BYTES = 4 * 1024 * 1024;
const MAX_SEGMENTS = 4;

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

/** Closes a journal that has grown. `pathOf` says which path an entry is about, if it is whole. Never throws. */
export function closeSegment(folder: string, pathOf: (entry: string) => string | undefined): void {
  const lock = join(folder, 'journal.lock');
  if (takeLock(lock) !== 'taken') return;
  try {
    // Another process may have closed it between our append and our lock.
    if (statSync(journalFile(folder)).size >= SEGMENT_BYTES) {
      const next = (segments(folder).at(-1) ?? 0) + 1;
      linkSync(journalFile(folder), segmentFile(folder, next));
      unlinkSync(journalFile(folder));
    }
    for (let known = segments(folder); known.length > MAX_SEGMENTS; known = segments(folder)) {
      foldOldest(folder, known, pathOf);
    }
  } catch {
    // No room, or a file system without links: the journal stays as it is, and grows.
  } finally {
    releaseLock(lock);
  }
}

/** The next segment gets what is left of the oldest in front, in one step; a crash in between leaves both. */
function foldOldest(folder: string, known: readonly number[], pathOf: (entry: string) => string | undefined): void {
  const [oldest, second, ...rest] = known;
  if (oldest === undefined || second === undefined) return;
  const entries = (file: string): string[] => readFileSync(file, 'utf8').split('\n');
  const later = new Set<string>();
  const laterFiles = [...[second, ...rest].map((number) => segmentFile(folder, number)), journalFile(folder)];
  for (const file of laterFiles) {
    if (statAt(file) === undefined) continue;
    for (const entry of entries(file)) {
      const path = pathOf(entry);
      if (path !== undefined) later.add(path);
    }
  }
  const kept = new Map<string, string>();
  for (const entry of entries(segmentFile(folder, oldest))) {
    const path = pathOf(entry);
    if (path !== undefined && !later.has(path)) kept.set(path, entry);
  }
  const temporary = join(folder, 'journal.tmp');
  writeFileSync(temporary, [...kept.values(), readFileSync(segmentFile(folder, second), 'utf8')].join('\n'), {
    mode: 0o600,
  });
  renameSync(temporary, segmentFile(folder, second));
  unlinkSync(segmentFile(folder, oldest));
}
