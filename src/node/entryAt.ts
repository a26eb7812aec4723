import type { Stats } from 'node:fs';
import { lstatSync, statSync } from 'node:fs';

type Look = (file: string, options: { throwIfNoEntry: false }) => Stats | undefined;

/** What stands at a path, links not followed; undefined where nothing does, or can: below a file, say. */
export function entryAt(file: string, look: Look = lstatSync): Stats | undefined {
  try {
    return look(file, { throwIfNoEntry: false });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}

/** The same, links followed. */
export function statAt(file: string): Stats | undefined {
  return entryAt(file, statSync);
}
