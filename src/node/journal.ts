/**
 * The journal: origins of uncommitted content, in `.git/countersign/journal` of each work tree. Append-only; every entry
 * is one line with its own checksum, so that a torn write costs that entry and nothing else, and several processes can
 * append at once.
 *
 * A journal that has grown is closed as a numbered segment, and a new one begun; whoever still has the old one open goes
 * on writing there, so nothing is lost. When there are many segments the oldest goes, after the newest state of each path
 * that no later segment knows has been written again.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import type { LiveFile } from '../core/model/live';
import { nameableActor } from '../core/sidecar/nameableActor';
import { hunkForm, parseHunkForm } from '../core/sidecar/recordFormat';

/** Where a work tree's uncommitted state lives. */
export function stateFolder(gitDir: string): string {
  return join(gitDir, 'countersign');
}

function journalFile(gitDir: string): string {
  return join(stateFolder(gitDir), 'journal');
}

/** Bytes at which a journal is closed, and the closed ones that are kept. */
const SEGMENT_BYTES = 4 * 1024 * 1024;
const MAX_SEGMENTS = 4;

/** Numbers of the closed segments, oldest first. */
function segments(gitDir: string): number[] {
  const numbers = readdirSync(stateFolder(gitDir)).map((name) => /^journal\.(\d{1,9})$/.exec(name)?.[1]);
  return numbers.flatMap((number) => (number === undefined ? [] : [Number(number)])).sort((a, b) => a - b);
}

function segmentFile(gitDir: string, number: number): string {
  return `${journalFile(gitDir)}.${number}`;
}

/** Appends the saved state of a file. Returns when the operating system has it. */
export function appendLive(gitDir: string, file: LiveFile): void {
  mkdirSync(stateFolder(gitDir), { recursive: true });
  if (append(gitDir, file) >= SEGMENT_BYTES) closeSegment(gitDir);
}

/** Gives the journal's size afterwards. */
function append(gitDir: string, file: LiveFile): number {
  const { path, digest, hunks } = file;
  const body = JSON.stringify({ live: 1, path, digest, hunks: hunks.map((hunk) => hunkForm(nameableActor(hunk))) });
  // The line break in front ends whatever a torn write left behind.
  const entry = Buffer.from(`\n${checksum(body)} ${body}\n`, 'utf8');
  const handle = openSync(journalFile(gitDir), 'a', 0o600);
  try {
    if (writeSync(handle, entry) !== entry.length) throw new Error(`the disk is full: ${journalFile(gitDir)}`);
    return fstatSync(handle).size;
  } finally {
    closeSync(handle);
  }
}

/** Of several processes that come here at once one makes the link; the others leave it at that. */
function closeSegment(gitDir: string): void {
  try {
    const known = segments(gitDir);
    linkSync(journalFile(gitDir), segmentFile(gitDir, (known.at(-1) ?? 0) + 1));
    unlinkSync(journalFile(gitDir));
    const [oldest] = known;
    if (oldest === undefined || known.length < MAX_SEGMENTS) return;
    const later = readFiles([...known.slice(1).map((each) => segmentFile(gitDir, each)), journalFile(gitDir)]);
    const states = readFiles([segmentFile(gitDir, oldest)]);
    for (const [path, list] of states) {
      const newest = list.at(-1);
      if (newest !== undefined && !later.has(path)) append(gitDir, newest);
    }
    unlinkSync(segmentFile(gitDir, oldest));
  } catch {
    // Another process was faster, or the file system has no links: the journal stays as it is, and grows.
  }
}

/** 96 bits of SHA-256 over the entry's UTF-8 bytes. */
function checksum(body: string): string {
  return hash('sha256', body, 'base64url').slice(0, 16);
}

/**
 * The journal's states of each path, oldest first; of some paths only when they are named. Lines that are torn or foreign
 * are passed over.
 */
export function readJournal(gitDir: string, paths?: ReadonlySet<string>): Map<string, LiveFile[]> {
  if (!existsSync(stateFolder(gitDir))) return new Map();
  const closed = segments(gitDir).map((number) => segmentFile(gitDir, number));
  return readFiles([...closed, journalFile(gitDir)], paths);
}

function readFiles(files: readonly string[], paths?: ReadonlySet<string>): Map<string, LiveFile[]> {
  const states = new Map<string, LiveFile[]>();
  for (const line of files.flatMap((file) => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []))) {
    const live = parseEntry(line, paths);
    if (live === undefined) continue;
    const list = states.get(live.path);
    if (list === undefined) states.set(live.path, [live]);
    else list.push(live);
  }
  return states;
}

function parseEntry(line: string, paths: ReadonlySet<string> | undefined): LiveFile | undefined {
  const space = line.indexOf(' ');
  if (space === -1) return undefined;
  const body = line.slice(space + 1);
  try {
    // Most entries are about other files: their path tells, before anything is checked or parsed.
    const [, quoted] = paths === undefined ? [] : (/^\{"live":1,"path":("(?:[^"\\]|\\.)*")/.exec(body) ?? []);
    if (quoted !== undefined && paths?.has(String(JSON.parse(quoted))) === false) return undefined;
    if (checksum(body) !== line.slice(0, space)) return undefined;
    const value: unknown = JSON.parse(body);
    const live = readLive(value);
    return live === undefined || paths?.has(live.path) === false ? undefined : live;
  } catch {
    return undefined;
  }
}

/** The checksum shows that we wrote the entry; this shows that this version understands it. */
function readLive(value: unknown): LiveFile | undefined {
  if (typeof value !== 'object' || value === null || !('live' in value) || value.live !== 1) return undefined;
  if (!('path' in value) || !('digest' in value) || !('hunks' in value)) return undefined;
  const { path, digest, hunks: forms } = value;
  if (typeof path !== 'string' || typeof digest !== 'string' || !Array.isArray(forms)) return undefined;
  const hunks = forms.map(parseHunkForm);
  const known = hunks.filter((hunk) => hunk !== undefined);
  return known.length === hunks.length ? { path, digest, hunks: known } : undefined;
}
