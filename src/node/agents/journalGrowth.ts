/** Whether the journal has got a new state of a file since some moment. */
import { closeSync, fstatSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { statAt } from '../entryAt';
import { stateFolder } from '../journal';
import { openState } from '../stateFile';

export interface JournalEnd {
  readonly file: number;
  readonly size: number;
}

/** Beyond this it counts as changed without a look. */
const MOST_READ = 8 * 1024 * 1024;

function fileOf(gitDir: string): string {
  return join(stateFolder(gitDir), 'journal');
}

export function journalEnd(gitDir: string): JournalEnd {
  const stat = statAt(fileOf(gitDir));
  return stat === undefined ? { file: 0, size: 0 } : { file: stat.ino, size: stat.size };
}

/** True when an entry about the path was added after `end`, or when that can't be told. */
export function grewFor(gitDir: string, end: JournalEnd, path: string): boolean {
  const now = journalEnd(gitDir);
  if (now.file === end.file && now.size === end.size) return false;
  if (end.file !== 0 && now.file !== end.file) return true;
  if (now.size - end.size > MOST_READ || now.size < end.size) return true;
  const handle = openState(fileOf(gitDir));
  if (handle === undefined) return true;
  try {
    const added = Buffer.alloc(Math.max(0, fstatSync(handle).size - end.size));
    readSync(handle, added, 0, added.length, end.size);
    return added.includes(`"path":${JSON.stringify(path)}`);
  } finally {
    closeSync(handle);
  }
}
