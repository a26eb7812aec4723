/**
 * Unsaved buffers: what an editor knows about text that is not on disk yet, in `.git/countersign/unsaved/`. Where an
 * editor ends with such text and brings it back later (hot exit, a crash), its origins come back with it; and a
 * checkpoint sees which lines stand in a dirty editor. Hashes, counts and lengths only, never text.
 *
 * One file per path and window, replaced in one step: two windows may hold one file with different unsaved text.
 */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveFile } from '../core/model/live';
import type { LineHash } from '../core/model/record';
import { nameableActor } from '../core/sidecar/nameableActor';
import { hunkForm, parseHunkForm } from '../core/sidecar/recordFormat';
import { utf8 } from '../core/text/bytes';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import { OWNER, isAlive, readChecked, replaceFile } from './ownedFile';

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
  const { path, digest, hunks, lines } = buffer;
  const kept = lines === undefined || lines.length > MAX_UNSAVED_LINES ? {} : { lines: lines.join('') };
  const forms = hunks.map((hunk) => hunkForm(nameableActor(hunk)));
  replaceFile(ownFile(gitDir, path), { unsaved: 1, path, digest, pid: process.pid, ...kept, hunks: forms });
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

/** Forgets the buffers of ended windows with this content: the present window holds it now, and has noted it. */
export function adoptUnsaved(gitDir: string, path: string, digest: string): void {
  const own = `${stemOf(path)}.${OWNER}`;
  for (const name of unsavedNames(gitDir)) {
    if (name === own || !name.startsWith(`${stemOf(path)}.`)) continue;
    const file = join(folderOf(gitDir), name);
    const value = readChecked(file, MAX_BYTES);
    if (readBuffer(value)?.digest === digest && !isAlive(writerOf(value))) rmSync(file, { force: true });
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
    const at = statSync(join(folderOf(gitDir), name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
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

function writerOf(value: unknown): number {
  const pid = typeof value === 'object' && value !== null && 'pid' in value ? value.pid : undefined;
  return typeof pid === 'number' && Number.isSafeInteger(pid) ? pid : 0;
}

/** The checksum shows that we wrote it; this shows that this version understands it. */
function readBuffer(value: unknown): UnsavedBuffer | undefined {
  if (typeof value !== 'object' || value === null || !('unsaved' in value) || value.unsaved !== 1) return undefined;
  if (!('path' in value) || !('digest' in value) || !('hunks' in value)) return undefined;
  const { path, digest, hunks: forms } = value;
  if (typeof path !== 'string' || typeof digest !== 'string' || !Array.isArray(forms)) return undefined;
  const hunks = forms.map(parseHunkForm);
  const known = hunks.filter((hunk) => hunk !== undefined);
  const packed = 'lines' in value ? value.lines : undefined;
  if (known.length !== hunks.length || (packed !== undefined && typeof packed !== 'string')) return undefined;
  return { path, digest, hunks: known, lines: packed === undefined ? undefined : unpacked(packed) };
}

function unpacked(packed: string): string[] {
  const lines: string[] = [];
  for (let at = 0; at + HASH_LENGTH <= packed.length; at += HASH_LENGTH) lines.push(packed.slice(at, at + HASH_LENGTH));
  return lines;
}
