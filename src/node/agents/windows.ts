/**
 * What a tool call found: the state of the files it is about to change, noted by its before-hook for its after-hook, in
 * `.git/countersign/calls/`. Hashes and sizes only. A call that never ends is forgotten.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { LineHash } from '../../core/model/record';
import { utf8 } from '../../core/text/bytes';
import { statAt } from '../entryAt';
import { nodeHash } from '../hash';
import { stateFolder } from '../journal';
import { readChecked, replaceFile } from '../ownedFile';
import type { PredictedRegion } from './announcement';

/** One file before the call. */
export interface FileBefore {
  readonly path: string;
  /** Exact hashes of its lines; undefined when it could not be read by line. */
  readonly lines: readonly LineHash[] | undefined;
  readonly size: number;
  readonly modified: number;
  /** What the call announced, applied to that text. */
  readonly predicted?: readonly PredictedRegion[];
}

export interface Window {
  readonly session: string;
  readonly tool: string;
  readonly shell: boolean;
  /** Commit of HEAD then, where it matters. */
  readonly head?: string;
  /** Where the journal ended: what was added to it later happened during the call. */
  readonly journal: { readonly file: number; readonly size: number };
  /** Not everything that was changed then could be looked at. */
  readonly partial: boolean;
  readonly files: readonly FileBefore[];
  /** Tracked files that were gone then; undefined where nobody looked. */
  readonly gone?: readonly string[];
}

/** Windows that are kept, and for how long: a tool call may wait for a person, but not for days. */
const MOST_WINDOWS = 200;
const MOST_AGE = 6 * 60 * 60 * 1000;
const MAX_BYTES = 64 * 1024 * 1024;

function folderOf(gitDir: string): string {
  return join(stateFolder(gitDir), 'calls');
}

function sessionPart(session: string): string {
  return nodeHash.sha256(utf8(session)).slice(0, 12);
}

function fileOf(gitDir: string, session: string, call: string): string {
  return join(folderOf(gitDir), `${sessionPart(session)}-${call}`);
}

/** Notes a call's window, in place of one that a call of the same name left behind. */
export function openWindow(gitDir: string, call: string, window: Window): void {
  mkdirSync(folderOf(gitDir), { recursive: true });
  prune(gitDir);
  replaceFile(fileOf(gitDir, window.session, call), { call: 1, ...window });
}

export function readWindow(gitDir: string, session: string, call: string): Window | undefined {
  const file = fileOf(gitDir, session, call);
  const stat = statAt(file);
  if (stat === undefined || Date.now() - stat.mtimeMs > MOST_AGE) return undefined;
  return asWindow(readChecked(file, MAX_BYTES));
}

/** Forgets a call's window: what changes later is not the call's. */
export function closeWindow(gitDir: string, session: string, call: string): void {
  rmSync(fileOf(gitDir, session, call), { force: true });
}

/** Forgets whatever a session left open. */
export function closeSession(gitDir: string, session: string): void {
  const start = `${sessionPart(session)}-`;
  for (const name of names(gitDir)) if (name.startsWith(start)) rmSync(join(folderOf(gitDir), name), { force: true });
}

/** Windows of other calls that are open now. */
export function otherWindows(gitDir: string, session: string, call: string): Window[] {
  const own = `${sessionPart(session)}-${call}`;
  return names(gitDir)
    .filter((name) => name !== own)
    .slice(0, MOST_WINDOWS)
    .flatMap((name) => {
      const file = join(folderOf(gitDir), name);
      const stat = statAt(file);
      if (stat === undefined || Date.now() - stat.mtimeMs > MOST_AGE) return [];
      const window = asWindow(readChecked(file, MAX_BYTES));
      return window === undefined ? [] : [window];
    });
}

function names(gitDir: string): string[] {
  try {
    return readdirSync(folderOf(gitDir)).filter((name) => /^[0-9a-f]{12}-[0-9a-f]{32}$/.test(name));
  } catch {
    return [];
  }
}

function prune(gitDir: string): void {
  const present = names(gitDir);
  if (present.length < 16) return;
  const aged = present
    .map((name) => [statAt(join(folderOf(gitDir), name))?.mtimeMs ?? 0, name] as const)
    .sort((a, b) => b[0] - a[0]);
  for (const [index, [at, name]] of aged.entries()) {
    if (index >= MOST_WINDOWS || Date.now() - at > MOST_AGE) rmSync(join(folderOf(gitDir), name), { force: true });
  }
}

/** The checksum shows that we wrote it; the version that this version understands it. */
function asWindow(value: unknown): Window | undefined {
  return isWindow(value) ? value : undefined;
}

function isWindow(value: unknown): value is Window {
  if (typeof value !== 'object' || value === null || !('call' in value) || value.call !== 1) return false;
  return 'files' in value && Array.isArray(value.files) && 'journal' in value && 'session' in value;
}
