/**
 * The journal: origins of uncommitted content, in `.git/countersign/journal` of each work tree. Append-only; every entry
 * is one line with its own checksum, so that a torn write costs that entry and nothing else, and several processes can
 * append at once.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveFile } from '../core/model/live';
import { EVIDENCE, ORIGINS, VIAS } from '../core/model/origin';
import type { RecordedHunk } from '../core/model/record';
import { nodeHash } from './hash';

/** Where a work tree's uncommitted state lives. */
export function stateFolder(gitDir: string): string {
  return join(gitDir, 'countersign');
}

function journalFile(gitDir: string): string {
  return join(stateFolder(gitDir), 'journal');
}

/** Appends the saved state of a file. Returns when the operating system has it. */
export function appendLive(gitDir: string, file: LiveFile): void {
  mkdirSync(stateFolder(gitDir), { recursive: true });
  const body = JSON.stringify({ live: 1, ...file });
  // The line break in front ends whatever a torn write left behind.
  const entry = Buffer.from(`\n${checksum(body)} ${body}\n`, 'utf8');
  const handle = openSync(journalFile(gitDir), 'a', 0o600);
  try {
    writeSync(handle, entry);
  } finally {
    closeSync(handle);
  }
}

function checksum(body: string): string {
  return nodeHash.hash96(Buffer.from(body, 'utf8').toString('latin1'));
}

/** The journal's states of each path, oldest first. Lines that are torn or foreign are passed over. */
export function readJournal(gitDir: string): Map<string, LiveFile[]> {
  const states = new Map<string, LiveFile[]>();
  const file = journalFile(gitDir);
  if (!existsSync(file)) return states;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const live = parseEntry(line);
    if (live === undefined) continue;
    const list = states.get(live.path);
    if (list === undefined) states.set(live.path, [live]);
    else list.push(live);
  }
  return states;
}

function parseEntry(line: string): LiveFile | undefined {
  const space = line.indexOf(' ');
  if (space === -1) return undefined;
  const body = line.slice(space + 1);
  if (checksum(body) !== line.slice(0, space)) return undefined;
  try {
    const value: unknown = JSON.parse(body);
    return isLiveFile(value) ? { path: value.path, digest: value.digest, hunks: value.hunks } : undefined;
  } catch {
    return undefined;
  }
}

/** The checksum shows that we wrote the entry; this shows that this version understands it. */
function isLiveFile(value: unknown): value is LiveFile {
  if (typeof value !== 'object' || value === null || !('live' in value) || value.live !== 1) return false;
  if (!('path' in value) || !('digest' in value) || !('hunks' in value)) return false;
  if (typeof value.path !== 'string' || typeof value.digest !== 'string') return false;
  return Array.isArray(value.hunks) && value.hunks.every(isHunk);
}

function isHunk(value: unknown): value is RecordedHunk {
  if (typeof value !== 'object' || value === null) return false;
  const hunk: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(value));
  const known = (list: readonly unknown[], item: unknown): boolean => list.some((each) => each === item);
  return (
    known(['added', 'removed'], hunk['side']) &&
    typeof hunk['start'] === 'number' &&
    Array.isArray(hunk['lines']) &&
    Array.isArray(hunk['before']) &&
    Array.isArray(hunk['after']) &&
    hunk['origin'] !== 'unknown' &&
    known(ORIGINS, hunk['origin']) &&
    known(VIAS, hunk['via']) &&
    known(EVIDENCE, hunk['evidence'])
  );
}
