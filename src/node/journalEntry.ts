/** One entry of the journal: a line that begins with the checksum of the rest. */
import type { LiveFile } from '../core/model/live';
import { liveForm, readLiveForm } from './liveForm';
import { checksum } from './ownedFile';

/** The line break in front ends whatever a torn write left behind. */
export function entryBytes(file: LiveFile): Buffer {
  const body = JSON.stringify(liveForm(file));
  return Buffer.from(`\n${checksum(body)} ${body}\n`, 'utf8');
}

const ENTRY = /^[\w-]{16} \{"live":1,"path":("(?:[^"\\]|\\.)*")/;

/** The path that an entry names, without a look at whether it is whole. */
export function pathOf(line: string): string | undefined {
  const [, quoted] = ENTRY.exec(line) ?? [];
  if (quoted === undefined) return undefined;
  try {
    return String(JSON.parse(quoted));
  } catch {
    return undefined;
  }
}

/** Whether an entry stands there as it was written. Reads all of it: what tells more cheaply is asked first. */
export function isWhole(line: string): boolean {
  return line[16] === ' ' && checksum(line.slice(17)) === line.slice(0, 16);
}

/** What an entry says; undefined when it is torn or foreign, or about none of these paths. */
export function parseEntry(line: string, paths: ReadonlySet<string> | undefined): LiveFile | undefined {
  // Most entries are about other files: their path tells, before anything is checked or parsed.
  const path = paths === undefined ? undefined : pathOf(line);
  if ((path !== undefined && paths?.has(path) === false) || !isWhole(line)) return undefined;
  try {
    const live = readLiveForm(JSON.parse(line.slice(17)));
    return live === undefined || paths?.has(live.path) === false ? undefined : live;
  } catch {
    return undefined;
  }
}
