/** The uncommitted state in `.git/countersign/`: the journal and its locks. */
import { accessSync, closeSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { checksum, isAlive } from '../ownedFile';
import { stateFolder } from '../journal';
import { journalFile, segmentFile, segments } from '../journalSegments';
import type { Repository } from '../repository';
import type { Finding } from './finding';
import { fault, notice, ok } from './finding';
import { statAt } from '../entryAt';
import { openState, readState } from '../stateFile';

/** Bytes of one journal file that are looked through. */
const MOST_READ = 64 * 1024 * 1024;

export function stateFindings(repository: Repository): Finding[] {
  const folder = stateFolder(repository.gitDir);
  if (!existsSync(folder)) return [ok('journal', 'nothing is uncommitted that an editor or an agent knew of')];
  const remedy = `make the folder yours to write: ${folder}`;
  if (!statSync(folder).isDirectory()) return [fault('journal', `${folder} is no folder`, 'move it away')];
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [fault('journal', `${folder} can not be written: origins of saved files are lost`, remedy)];
  }
  const faults = unfit(folder).map((file) => {
    return fault('journal', `${file} can not be used`, 'make it yours, or move it away');
  });
  return faults.length > 0 ? faults : [journalFinding(folder), ...lockFindings(folder)];
}

const FOLDERS = /^(?:unsaved|saving|known|copied|calls)$/;

/** What stands in the place of a file or a folder of ours, or is not ours to read. */
function unfit(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const isFolder = FOLDERS.test(name);
    if (isFolder && statAt(file)?.isDirectory()) return unfit(file);
    try {
      const handle = openState(file);
      if (handle !== undefined) closeSync(handle);
      return isFolder ? [file] : [];
    } catch {
      return [file];
    }
  });
}

function journalFinding(folder: string): Finding {
  const closed = segments(folder).map((number) => segmentFile(folder, number));
  let [whole, torn, size] = [0, 0, 0];
  const items = ['items.1', 'items'].map((name) => join(folder, name));
  for (const file of [...closed, journalFile(folder), ...items]) {
    if (!existsSync(file)) continue;
    const stat = statSync(file);
    size += stat.size;
    if (stat.size > MOST_READ) continue;
    for (const line of String(readState(file)).split('\n')) {
      if (line === '') continue;
      if (checksum(line.slice(17)) === line.slice(0, 16)) whole++;
      else torn++;
    }
  }
  const told = `${whole} entries, ${Math.ceil(size / 1024)} KiB`;
  if (torn === 0) return ok('journal', told);
  const lost = torn === 1 ? '1 entry was torn' : `${torn} entries were torn`;
  const remedy =
    'nothing to do: they are passed over, and the lines they were about are unknown; save the files again if they are open';
  return notice('journal', `${told}; ${lost} by a crash or a full disk`, remedy);
}

function lockFindings(folder: string): Finding[] {
  return ['lock', 'journal.lock'].flatMap((name): Finding[] => {
    const file = join(folder, name);
    const bytes = readState(file, 64);
    if (bytes === undefined) return [];
    const pid = Number(bytes);
    if (!Number.isSafeInteger(pid) || pid <= 0) {
      return [ok('lock', `${name} names no process: whoever comes next takes it over`)];
    }
    const held = `${name} is held by process ${pid}`;
    if (isAlive(pid)) return [notice('lock', held, 'wait for it, or end that process if it hangs')];
    return [ok('lock', `${held}, which has ended: whoever comes next takes it over`)];
  });
}
