/**
 * Which files an editor is just saving. It journals before a save and once more after it, since formatters change the
 * text in between; whoever commits in that moment waits for the second entry. One small file per save, with the number
 * of the editor's process: one that ended is not waited for.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '../core/text/bytes';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import { OWNER, isAlive } from './ownedFile';
import { readState } from './stateFile';

function folderOf(gitDir: string): string {
  return join(stateFolder(gitDir), 'saving');
}

function stemOf(path: string): string {
  return nodeHash.sha256(utf8(path)).slice(0, 32);
}

/** This process saves a file now. Throws what the file system says. */
export function beginSaving(gitDir: string, path: string): void {
  mkdirSync(folderOf(gitDir), { recursive: true });
  writeFileSync(join(folderOf(gitDir), `${stemOf(path)}.${OWNER}`), String(process.pid), { mode: 0o600 });
}

/** It is saved and journalled, or is not going to be. */
export function endSaving(gitDir: string, path: string): void {
  rmSync(join(folderOf(gitDir), `${stemOf(path)}.${OWNER}`), { force: true });
}

/** Those of the paths that a running process is saving. */
export function beingSaved(gitDir: string, paths: Iterable<string>): Set<string> {
  const running = new Set(savings(gitDir).map((name) => name.slice(0, 32)));
  return running.size === 0 ? running : new Set([...paths].filter((path) => running.has(stemOf(path))));
}

function savings(gitDir: string): string[] {
  const folder = folderOf(gitDir);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names.filter((name) => {
    if (!/^[0-9a-f]{32}\.[0-9a-f]{12}$/.test(name)) return false;
    const pid = readPid(join(folder, name));
    if (pid === undefined || isAlive(pid)) return pid !== undefined;
    rmSync(join(folder, name), { force: true });
    return false;
  });
}

/** Undefined when the file is gone, or not yet written. */
function readPid(file: string): number | undefined {
  try {
    const pid = Number(readState(file, 64));
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
