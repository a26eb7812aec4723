/**
 * The end of the journal as one reader has not seen it yet: what others wrote there about one file since the last look.
 * A look costs the size of the file where nothing was written, and a reading of what was.
 */
import { closeSync, fstatSync, readSync } from 'node:fs';
import type { LiveFile } from '../core/model/live';
import { readJournal, stateFolder, statesOf } from './journal';
import { journalFile, segmentFile, segments } from './journalSegments';
import { liveForm } from './liveForm';
import { openState } from './stateFile';

/** Entries of our own that could not be told from others' at once. */
const MOST_OWN = 20;

interface Place {
  readonly inode: number;
  readonly size: number;
}

export class JournalTail {
  readonly #path: string;
  /** How far the journal was read; undefined before the first look. */
  #seen: Place | undefined;
  /** What we wrote behind that, if others may have written there too. */
  #own: LiveFile[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** What others wrote about the file since the last look, oldest first; nothing at the first. */
  look(gitDir: string): readonly LiveFile[] {
    const before = this.#seen;
    const folder = stateFolder(gitDir);
    const { seen, text } = readFrom(journalFile(folder), before);
    if (before === undefined || text === '') {
      this.#seen = seen;
      return [];
    }
    const texts = text === undefined ? sinceClosed(folder, before) : [text];
    const paths = new Set([this.#path]);
    // Where what we had read is gone, nobody can tell what is new: the newest is.
    const found = texts === undefined ? newestIn(gitDir, paths) : statesOf(texts, paths);
    // What can't be read now is news once it can.
    if (found === undefined) return [];
    this.#seen = seen;
    const states = (found.get(this.#path) ?? []).slice(texts === undefined ? -1 : 0);
    const own = new Set(this.#own.map(formOf));
    this.#own = [];
    return own.size === 0 ? states : states.filter((state) => !own.has(formOf(state)));
  }

  /** We wrote an entry of so many bytes right after a look; undefined where it waits to be written. */
  wrote(gitDir: string, entry: LiveFile, bytes: number | undefined): void {
    const now = placeOf(journalFile(stateFolder(gitDir)));
    const { inode = 0, size = 0 } = this.#seen ?? {};
    const isOurs = (now.inode === inode || size === 0) && now.size === size + (bytes ?? Infinity);
    if (isOurs) this.#seen = now;
    else this.#own = [...this.#own, entry].slice(-MOST_OWN);
  }
}

function newestIn(gitDir: string, paths: ReadonlySet<string>): Map<string, LiveFile[]> | undefined {
  try {
    return readJournal(gitDir, paths);
  } catch {
    return undefined;
  }
}

/** As the journal has it: what was read back and what was made may list their parts in another order. */
function formOf(live: LiveFile): string {
  return JSON.stringify(liveForm(live));
}

/** What stands behind a place in a journal that was closed since, and in those after it. */
function sinceClosed(folder: string, from: Place): string[] | undefined {
  const closed = segments(folder).map((number) => segmentFile(folder, number));
  const first = closed.findIndex((file) => placeOf(file).inode === from.inode);
  if (first === -1) return undefined;
  const start: Place = { inode: 0, size: 0 };
  return [...closed.slice(first), journalFile(folder)].map(
    (file, index) => readFrom(file, index === 0 ? from : start).text ?? '',
  );
}

const NOWHERE: Place = { inode: 0, size: 0 };

function placeOf(file: string): Place {
  return readFrom(file, undefined).seen;
}

/** How far a file goes now, and what stands there behind a place; no text where it is another file by now. */
function readFrom(file: string, from: Place | undefined): { readonly seen: Place; readonly text: string | undefined } {
  let handle: number | undefined;
  try {
    handle = openState(file);
  } catch {
    // Something else in its place: whoever writes there next says so.
  }
  if (handle === undefined) return { seen: NOWHERE, text: from === undefined || from.size === 0 ? '' : undefined };
  try {
    const { ino: inode, size } = fstatSync(handle);
    const seen = { inode, size };
    if (from === undefined || (from.inode === inode && from.size === size)) return { seen, text: '' };
    if (from.size > 0 && (from.inode !== inode || from.size > size)) return { seen, text: undefined };
    const buffer = Buffer.alloc(size - from.size);
    const count = readSync(handle, buffer, 0, buffer.length, from.size);
    // An entry that is just being written is read as a whole the next time.
    const whole = count === 0 ? 0 : buffer.lastIndexOf(10, count - 1) + 1;
    return { seen: { inode, size: from.size + whole }, text: buffer.toString('utf8', 0, whole) };
  } finally {
    closeSync(handle);
  }
}
