/**
 * Files of `.git/countersign/`, whatever stands in their place: a pipe is never waited for, a folder is no empty file, and
 * who is told reads which file it is and what to do.
 */
import { closeSync, constants, fstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { codeOf } from './entryAt';

/** Of a file that grew beyond this the end is read. */
const MOST_READ = 64 * 1024 * 1024;
const { O_APPEND, O_CREAT, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

/** Opens a regular file; undefined where there is none. Throws for anything else in its place. */
export function openState(file: string): number | undefined {
  try {
    return opened(file, O_RDONLY);
  } catch (error) {
    // Below a file nothing can be.
    if (/^ENO(?:ENT|TDIR)$/.test(codeOf(error))) return undefined;
    throw error;
  }
}

/** Opens a regular file to write at its end, and makes it and its folder where there is none. */
export function openToAppend(file: string): number {
  return opened(file, O_WRONLY | O_APPEND | O_CREAT);
}

/** Writes at the end of a regular file. Throws what the file system says, and for anything else in its place. */
export function appendState(file: string, text: string): void {
  const handle = openToAppend(file);
  try {
    writeFileSync(handle, text);
  } finally {
    closeSync(handle);
  }
}

function opened(file: string, flags: number): number {
  let code = '';
  try {
    if (flags !== O_RDONLY) mkdirSync(dirname(file), { recursive: true });
    // Opening a pipe waits for its other end otherwise. Windows has neither.
    const handle = openSync(file, flags | O_NONBLOCK, 0o600);
    const stat = fstatSync(handle);
    // A device is as somebody set it up: nothing waits in it, and none of it is read.
    if (stat.isFile() || stat.isCharacterDevice()) return handle;
    closeSync(handle);
  } catch (error) {
    code = codeOf(error);
  }
  throw stateFault(file, 'regular file', code);
}

/** A file of the uncommitted state that is not what it is to be; with the system's word for it where there is one. */
export function stateFault(path: string, what: string, code = ''): CountersignError {
  const message = `no ${what} that can be used${code && ` (${code})`}: make it yours, or move it away`;
  return Object.assign(new CountersignError({ code: 'state-file', path, message }, 3), { code });
}

/** A file's bytes, the last of them where it is huge; undefined where there is none. */
export function readState(file: string, most = MOST_READ): Buffer | undefined {
  const handle = openState(file);
  if (handle === undefined) return undefined;
  try {
    const { size } = fstatSync(handle);
    const buffer = Buffer.allocUnsafe(Math.min(size, most));
    let read = 0;
    while (read < buffer.length) {
      const count = readSync(handle, buffer, read, buffer.length - read, size - buffer.length + read);
      if (count === 0) break;
      read += count;
    }
    return buffer.subarray(0, read);
  } finally {
    closeSync(handle);
  }
}
