/**
 * Small state files of `.git/countersign/`: one line with its checksum, replaced in one step, so that a reader meets the
 * old content or the new one and never half of either.
 */
import { hash, randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf } from './entryAt';
import { readState } from './stateFile';

/** Names what this process writes: two windows keep files of their own for one path. */
export const OWNER = randomBytes(6).toString('hex');

/** 96 bits of SHA-256 over the UTF-8 bytes. */
export function checksum(body: string): string {
  return hash('sha256', body, 'base64url').slice(0, 16);
}

/** Replaces a file by a value and its checksum, as `replaceBytes` does. */
export function replaceFile(file: string, value: unknown): void {
  const body = JSON.stringify(value);
  replaceBytes(file, `${checksum(body)} ${body}\n`);
}

/** Replaces a file. Throws what the file system says; the old content then stands, and nothing else is left behind. */
export function replaceBytes(file: string, bytes: string | Buffer): void {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${OWNER}.tmp`;
  try {
    writeFileSync(temporary, bytes, { mode: 0o600 });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** What `replaceFile` wrote; undefined where there is nothing, or nothing whole. */
export function readChecked(file: string, mostBytes: number): unknown {
  try {
    const text = readState(file, mostBytes)?.toString('utf8') ?? '';
    const space = text.indexOf(' ');
    const body = text.slice(space + 1, -1);
    if (space === -1 || checksum(body) !== text.slice(0, space)) return undefined;
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** Whether a process of this machine runs. Another one may have its number by now: good for whether to wait, no more. */
export function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
