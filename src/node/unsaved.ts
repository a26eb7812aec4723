/**
 * Unsaved buffers: what an editor knows about text that is not on disk yet, in `.git/countersign/unsaved/`. Where an
 * editor ends with such text and brings it back later (hot exit, a crash), its origins come back with it; and a
 * checkpoint sees which lines stand in a dirty editor. Hashes, counts and lengths only, never text.
 *
 * One file per path and window, replaced in one step: two windows may hold one file with different unsaved text.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveFile } from '../core/model/live';
import type { LineHash } from '../core/model/record';
import { utf8 } from '../core/text/bytes';
import { statAt } from './entryAt';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import { liveForm, readLiveForm } from './liveForm';
import { OWNER, readChecked, replaceFile } from './ownedFile';

/** A buffer as an editor last noted it. */
export interface UnsavedBuffer extends LiveFile {
  /** Exact hash of each content line; undefined where there are too many to keep. */
  readonly lines: readonly LineHash[] | undefined;
}

/** Content lines of which hashes are kept. */
export const MAX_UNSAVED_LINES = 50_000;
/** Buffers that are kept per path, and in all: windows that ended and never came back leave theirs behind. */
const MOST_PER_PATH = 4;
const MOST_FILES = 200;
const MAX_BYTES = 16 * 1024 * 1024;
const HASH_LENGTH = 16;

function folderOf(gitDir: string): string {
  return join(stateFolder(gitDir), 'unsaved');
}

function stemOf(path: string): string {
  return nodeHash.sha256(utf8(path)).slice(0, 32);
}

function ownFile(gitDir: string, path: string): string {
  return join(folderOf(gitDir), `${stemOf(path)}.${OWNER}`);
}

/** Notes this process's buffer of a file, in place of what it noted before. Throws what the file system says. */
export function writeUnsaved(gitDir: string, buffer: UnsavedBuffer): void {
  const { path, lines } = buffer;
  const kept = lines === undefined || lines.length > MAX_UNSAVED_LINES ? {} : { lines: lines.join('') };
  replaceFile(ownFile(gitDir, path), { ...liveForm(buffer), ...kept });
  prune(gitDir, path);
}

/** Buffers of a file that are not saved as far as anyone knows, newest first: of open windows, and of ended ones. */
export function readUnsaved(gitDir: string, path: string): readonly UnsavedBuffer[] {
  const names = unsavedNames(gitDir).filter((name) => name.startsWith(`${stemOf(path)}.`));
  return byAge(gitDir, names).flatMap((name) => {
    const buffer = readBuffer(readChecked(join(folderOf(gitDir), name), MAX_BYTES));
    return buffer?.path === path ? [buffer] : [];
  });
}

/** Forgets this process's buffer of a file: it is saved, or reverted, or closed. */
export function removeUnsaved(gitDir: string, path: string): void {
  rmSync(ownFile(gitDir, path), { force: true });
}

/**
 * Forgets what other windows noted of this very content: the present one brought it back, and has noted or saved it. A
 * window that still runs and holds the same text loses nothing by it, since its origins stand there once more.
 */
export function adoptUnsaved(gitDir: string, path: string, digest: string): void {
  const own = `${stemOf(path)}.${OWNER}`;
  for (const name of unsavedNames(gitDir)) {
    if (name === own || !name.startsWith(`${stemOf(path)}.`)) continue;
    const file = join(folderOf(gitDir), name);
    if (readBuffer(readChecked(file, MAX_BYTES))?.digest === digest) rmSync(file, { force: true });
  }
}

function unsavedNames(gitDir: string): string[] {
  try {
    return readdirSync(folderOf(gitDir)).filter((name) => /^[0-9a-f]{32}\.[0-9a-f]{12}$/.test(name));
  } catch {
    return [];
  }
}

/** Newest first by the file system's word. A clock that jumps mixes up which is tried first, and no more. */
function byAge(gitDir: string, names: readonly string[]): string[] {
  const aged = names.map((name) => {
    const at = statAt(join(folderOf(gitDir), name))?.mtimeMs ?? 0;
    return [name, at] as const;
  });
  return aged.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}

/** Only others' files go: this process's own are about its open editors. */
function prune(gitDir: string, path: string): void {
  const others = unsavedNames(gitDir).filter((name) => !name.endsWith(OWNER));
  const ofPath = others.filter((name) => name.startsWith(`${stemOf(path)}.`));
  const late = [
    ...(ofPath.length < MOST_PER_PATH ? [] : byAge(gitDir, ofPath).slice(MOST_PER_PATH - 1)),
    ...(others.length <= MOST_FILES ? [] : byAge(gitDir, others).slice(MOST_FILES)),
  ];
  for (const name of late) rmSync(join(folderOf(gitDir), name), { force: true });
}

function readBuffer(value: unknown): UnsavedBuffer | undefined {
  const live = readLiveForm(value);
  if (live === undefined || typeof value !== 'object' || value === null) return undefined;
  const packed = 'lines' in value ? value.lines : undefined;
  return { ...live, lines: typeof packed === 'string' ? unpacked(packed) : undefined };
}

function unpacked(packed: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at + HASH_LENGTH <= packed.length; at += HASH_LENGTH) lines.push(packed.slice(at, at + HASH_LENGTH));
  return lines;
}
