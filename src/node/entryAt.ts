import type { Stats } from 'node:fs';
import { lstatSync, statSync } from 'node:fs';

type Look = (file: string, options: { throwIfNoEntry: false }) => Stats | undefined;

/** What stands at a path, links not followed; undefined where nothing does, or can: below a file, say, or where a link leads to itself. */
export function entryAt(file: string, look: Look = lstatSync): Stats | undefined {
  try {
    return look(file, { throwIfNoEntry: false });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'ELOOP') return undefined;
    throw error;
  }
}

/** The same, links followed. */
export function statAt(file: string): Stats | undefined {
  return entryAt(file, statSync);
}

/** The system's word for what went wrong, such as `ENOENT`; empty where it is no error of the system. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
