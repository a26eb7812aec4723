import type { Stats } from 'node:fs';
import { lstatSync } from 'node:fs';

/** What stands at a path, links not followed unless `look` does; undefined where nothing does, or can: below a file, say. */
export function entryAt(
  file: string,
  look: (file: string, options: { throwIfNoEntry: false }) => Stats | undefined = lstatSync,
): Stats | undefined {
  try {
    return look(file, { throwIfNoEntry: false });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined;
    throw error;
  }
}
