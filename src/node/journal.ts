/**
 * The journal: origins of uncommitted content, in `.git/countersign/journal` of each work tree. Append-only; every entry
 * is one line with its own checksum, so that a torn write costs that entry and nothing else, and several processes can
 * append at once. No clock takes part: what is newest is what stands last.
 *
 * A journal that has grown is closed as a numbered segment, and a new one begun (`journalSegments.ts`); whoever still has
 * the old one open goes on writing there, so nothing is lost. Old segments are folded apart from any append.
 */
import { closeSync, fstatSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveFile } from '../core/model/live';
import { entryBytes, parseEntry } from './journalEntry';
import { SEGMENT_BYTES, closeSegment, foldSegments, journalFile, segmentFile, segments } from './journalSegments';
import { openToAppend, readState } from './stateFile';

/** Where a work tree's uncommitted state lives. */
export function stateFolder(gitDir: string): string {
  return join(gitDir, 'countersign');
}

/** Times that an entry is written again because its file went away meanwhile, or that a reading starts over. */
const MOST_TRIES = 5;

/**
 * Appends the saved state of a file. Returns when the operating system has it: from then on the state outlives this
 * process, however it ends. Gives how many bytes it took. Throws what the file system says.
 */
export function appendLive(gitDir: string, file: LiveFile): number {
  const entry = entryBytes(file);
  for (let attempt = 1; ; attempt++) {
    const { size, isThere } = append(journalFile(stateFolder(gitDir)), entry);
    if (!isThere && attempt < MOST_TRIES) continue;
    if (size >= SEGMENT_BYTES) closeSegment(stateFolder(gitDir));
    return entry.length;
  }
}

/**
 * Folds what has grown too many segments, if it has: for when nobody waits, since it reads most of them. Whoever appends
 * does this some time later; what was not folded is read as it stands. Never throws.
 */
export function foldJournal(gitDir: string): void {
  foldSegments(stateFolder(gitDir));
}

/** Gives the size afterwards, and whether the file still has a name: another process may just have cleared it away. */
function append(file: string, entry: Buffer): { readonly size: number; readonly isThere: boolean } {
  const handle = openToAppend(file);
  try {
    // What is written in part stands there without its checksum, and is passed over.
    if (writeSync(handle, entry) !== entry.length) throw new DiskFull(file);
    const { size, nlink } = fstatSync(handle);
    return { size, isThere: nlink > 0 };
  } finally {
    closeSync(handle);
  }
}

class DiskFull extends Error {
  readonly code = 'ENOSPC';
  constructor(file: string) {
    super(`ENOSPC: the disk is full, write '${file}'`);
  }
}

/**
 * The journal's states of each path, oldest first; of some paths only when they are named. Lines that are torn or foreign
 * are passed over. Throws where part of it can't be read: what is missing may say that an AI wrote a line.
 */
export function readJournal(gitDir: string, paths?: ReadonlySet<string>): Map<string, LiveFile[]> {
  const folder = stateFolder(gitDir);
  for (let attempt = 1; ; attempt++) {
    const closed = segments(folder);
    const texts = [...closed.map((number) => segmentFile(folder, number)), journalFile(folder)].map((file) => {
      return readState(file)?.toString('utf8') ?? '';
    });
    // A segment that was closed or cleared away while we read: what it holds may have been missed.
    const isStill = segments(folder).join() === closed.join();
    if (!isStill && attempt < MOST_TRIES) continue;
    return statesOf(texts, paths);
  }
}

/** The states that stand in these parts of the journal, by path, oldest first. */
export function statesOf(texts: readonly string[], paths: ReadonlySet<string> | undefined): Map<string, LiveFile[]> {
  const states = new Map<string, LiveFile[]>();
  for (const line of texts.flatMap((text) => text.split('\n'))) {
    const live = parseEntry(line, paths);
    if (live === undefined) continue;
    const list = states.get(live.path);
    if (list === undefined) states.set(live.path, [live]);
    else list.push(live);
  }
  return states;
}
