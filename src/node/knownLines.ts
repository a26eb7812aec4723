/**
 * The last known content of a file, line by line, as hashes: what tells a later checkpoint which lines are new. The
 * journal keeps claims only, and a line without a claim must not be taken for a new one.
 */
import { join } from 'node:path';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import { replaceBytes } from './ownedFile';
import { readState, stateFault } from './stateFile';
import { utf8 } from '../core/text/bytes';

export interface KnownLines {
  readonly path: string;
  /** `contentDigest` of the content. */
  readonly digest: string;
  /** Exact hash of each content line. */
  readonly lines: readonly string[];
  /** Loose hash of each; absent in what earlier versions wrote. */
  readonly loose?: readonly string[];
}

function fileOf(gitDir: string, path: string): string {
  return join(stateFolder(gitDir), 'known', `${nodeHash.sha256(utf8(path)).slice(0, 32)}.json`);
}

/** Replaces what is known of a path, in one step. */
export function writeKnownLines(gitDir: string, known: KnownLines): void {
  replaceBytes(fileOf(gitDir, known.path), JSON.stringify(known));
}

/** What is known of a path; undefined when there is nothing, or nothing that can be read. */
export function readKnownLines(gitDir: string, path: string): KnownLines | undefined {
  try {
    const value: unknown = JSON.parse(String(readState(fileOf(gitDir, path))));
    return isKnownLines(value) && value.path === path ? value : undefined;
  } catch {
    // Written by another version, or cut off: then nothing is known.
    return undefined;
  }
}

/** Throws where something stands there that can't be read: what nobody is on record for would count as new. */
export function requireKnownLines(gitDir: string, path: string): void {
  const file = fileOf(gitDir, path);
  if (readState(file) !== undefined && readKnownLines(gitDir, path) === undefined)
    throw stateFault(file, 'list of lines');
}

function isKnownLines(value: unknown): value is KnownLines {
  if (typeof value !== 'object' || value === null) return false;
  if (!('path' in value) || !('digest' in value) || !('lines' in value)) return false;
  if (typeof value.path !== 'string' || typeof value.digest !== 'string') return false;
  return isTexts(value.lines) && (!('loose' in value) || isTexts(value.loose));
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}
