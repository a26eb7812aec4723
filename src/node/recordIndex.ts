/**
 * The index of `blame`: which records are about which path, in `.git/countersign/blame-index` of each work tree. It is a
 * cache and no more: what it names is read and checked anew each time, and one that is missing, damaged, cut off or of
 * another version is made again. The gate does not know of it.
 *
 * One file, replaced in one step: a line that names the version, the length and the checksum of the header; the header,
 * which says where each section is, with its checksum; the sections. A look at one path reads the header and one section.
 */
import { closeSync, readSync, readdirSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import { checksum, replaceBytes } from './ownedFile';
import { openState } from './stateFile';
import { utf8 } from '../core/text/bytes';

const MAGIC = 'countersign-index 1';
const MAX_HEADER = 16 * 1024 * 1024;
/** Bytes beyond which no index is kept: whoever has so many records waits. */
const MAX_INDEX = 512 * 1024 * 1024;
const DIGEST_BYTES = 32;
/** Contents of one shard that are remembered: branches that are switched between. */
const MOST_TREES = 8;

/** Two hex digits: the first of a record's digest, or of a path's hash. */
type Shard = string;

/** What is known of a repository's records. */
export interface IndexContent {
  /** Digests of the records that were looked at, by shard. */
  readonly digests: Map<Shard, Set<string>>;
  /** Digests of records by the paths they are about. */
  readonly paths: Map<string, Set<string>>;
  /** Ids of git trees whose records are all known, by shard, the newest last. */
  readonly trees: Map<Shard, readonly string[]>;
  /** Marks of the work tree's folders whose records are all known. */
  readonly folders: Map<Shard, string>;
  /** Digests of records of which nobody can tell what they are about. */
  readonly malformed: Set<string>;
}

/** An index on disk: small parts are in memory, the others are read when they are asked for. */
export interface OpenIndex {
  readonly trees: ReadonlyMap<Shard, readonly string[]>;
  readonly folders: ReadonlyMap<Shard, string>;
  readonly malformed: ReadonlySet<string>;
  /** Digests of a shard; undefined when the section is damaged. */
  digests(shard: Shard): ReadonlySet<string> | undefined;
  /** Digests of the records about a path; undefined when the section is damaged. */
  about(path: string): ReadonlySet<string> | undefined;
  /** All of it; undefined when any part is damaged. */
  content(): IndexContent | undefined;
  close(): void;
}

export function emptyIndex(): IndexContent {
  return { digests: new Map(), paths: new Map(), trees: new Map(), folders: new Map(), malformed: new Set() };
}

/** Where the index of a work tree stands. */
export function indexFile(gitDir: string): string {
  return join(stateFolder(gitDir), 'blame-index');
}

/** Opens the index; undefined when there is none, or none that this version reads. The caller closes it. */
export function openIndex(gitDir: string): OpenIndex | undefined {
  let handle: number | undefined;
  try {
    handle = openState(indexFile(gitDir));
  } catch {
    // Something else in its place.
  }
  if (handle === undefined) return undefined;
  try {
    const opened = readHeader(handle);
    if (opened !== undefined) return opened;
  } catch {
    // Cut off, or of another form: made again.
  }
  closeSync(handle);
  return undefined;
}

type Section = readonly [offset: number, length: number, sum: string];

interface Header {
  readonly trees: Readonly<Record<Shard, readonly string[]>>;
  readonly folders: Readonly<Record<Shard, string>>;
  readonly malformed: readonly string[];
  readonly digests: Readonly<Record<Shard, Section>>;
  readonly paths: Readonly<Record<Shard, Section>>;
}

function readHeader(handle: number): OpenIndex | undefined {
  const first = readAt(handle, 0, 64).toString('latin1');
  const [, length, sum] = /^countersign-index 1 (\d{1,9}) ([\w-]{16})\n/.exec(first) ?? [];
  if (length === undefined || sum === undefined || Number(length) > MAX_HEADER) return undefined;
  const start = first.indexOf('\n') + 1;
  const text = readAt(handle, start, Number(length)).toString('utf8');
  if (checksum(text) !== sum) return undefined;
  const header = JSON.parse(text) as Header;
  const body = start + Number(length);
  const section = (at: Section | undefined): Buffer | undefined => {
    if (at === undefined) return Buffer.alloc(0);
    const bytes = readAt(handle, body + at[0], at[1]);
    return sumOf(bytes) === at[2] ? bytes : undefined;
  };
  const trees = new Map(Object.entries(header.trees));
  const folders = new Map(Object.entries(header.folders));
  const malformed = new Set(header.malformed);
  const digests = (shard: Shard): Set<string> | undefined => readDigests(section(header.digests[shard]));
  return {
    trees,
    folders,
    malformed,
    digests,
    about: (path) => {
      const bytes = section(header.paths[bucketOf(path)]);
      return bytes === undefined ? undefined : (readPaths(bytes).get(path) ?? new Set());
    },
    content: () => {
      const content: IndexContent = { ...emptyIndex(), trees, folders, malformed };
      for (const shard of Object.keys(header.digests)) {
        const found = digests(shard);
        if (found === undefined) return undefined;
        content.digests.set(shard, found);
      }
      for (const at of Object.values(header.paths)) {
        const bytes = section(at);
        if (bytes === undefined) return undefined;
        for (const [path, found] of readPaths(bytes)) content.paths.set(path, found);
      }
      return content;
    },
    close: () => closeSync(handle),
  };
}

function readAt(handle: number, offset: number, length: number): Buffer {
  const buffer = Buffer.alloc(Math.min(length, MAX_INDEX));
  let read = 0;
  while (read < buffer.length) {
    const count = readSync(handle, buffer, read, buffer.length - read, offset + read);
    if (count === 0) break;
    read += count;
  }
  return buffer.subarray(0, read);
}

function sumOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
}

function bucketOf(path: string): Shard {
  return nodeHash.sha256(utf8(path)).slice(0, 2);
}

function readDigests(bytes: Buffer | undefined): Set<string> | undefined {
  if (bytes === undefined) return undefined;
  const found = new Set<string>();
  for (let at = 0; at + DIGEST_BYTES <= bytes.length; at += DIGEST_BYTES) {
    found.add(bytes.toString('hex', at, at + DIGEST_BYTES));
  }
  return found;
}

/** Per path: length of its UTF-8, the bytes, number of digests, the digests. */
function readPaths(bytes: Buffer): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  let at = 0;
  while (at + 4 <= bytes.length) {
    const pathEnd = at + 4 + bytes.readUInt32BE(at);
    const path = bytes.toString('utf8', at + 4, pathEnd);
    const end = pathEnd + 4 + bytes.readUInt32BE(pathEnd) * DIGEST_BYTES;
    found.set(path, readDigests(bytes.subarray(pathEnd + 4, end)) ?? new Set());
    at = end;
  }
  return found;
}

/** Writes the index in one step. Where that is not possible there is none, and nobody is told. */
export function writeIndex(gitDir: string, content: IndexContent): void {
  const sections: Buffer[] = [];
  let offset = 0;
  const add = (bytes: Buffer): Section => {
    const section: Section = [offset, bytes.length, sumOf(bytes)];
    sections.push(bytes);
    offset += bytes.length;
    return section;
  };
  const digests = Object.fromEntries([...content.digests].map(([shard, each]) => [shard, add(packed(each))]));
  const buckets = new Map<Shard, Buffer[]>();
  for (const [path, each] of content.paths) {
    const name = Buffer.from(path, 'utf8');
    const parts = [u32(name.length), name, u32(each.size), packed(each)];
    const bucket = bucketOf(path);
    const list = buckets.get(bucket);
    if (list === undefined) buckets.set(bucket, parts);
    else list.push(...parts);
  }
  const paths = Object.fromEntries([...buckets].map(([bucket, parts]) => [bucket, add(Buffer.concat(parts))]));
  if (offset > MAX_INDEX) return;
  const trees = Object.fromEntries([...content.trees].map(([shard, each]) => [shard, each.slice(-MOST_TREES)]));
  const folders = Object.fromEntries(content.folders);
  const header: Header = { trees, folders, malformed: [...content.malformed], digests, paths };
  const text = JSON.stringify(header);
  const bytes = Buffer.from(text, 'utf8');
  const first = Buffer.from(`${MAGIC} ${bytes.length} ${checksum(text)}\n`, 'latin1');
  try {
    replaceBytes(indexFile(gitDir), Buffer.concat([first, bytes, ...sections]));
    clearAway(gitDir);
  } catch {
    // Read-only, full, or something else in its place: it is made anew each time.
  }
}

/** What processes left behind that were ended while they wrote. One that still writes does without its index. */
function clearAway(gitDir: string): void {
  for (const name of readdirSync(stateFolder(gitDir))) {
    if (/^blame-index\.[0-9a-f]{12}\.tmp$/.test(name)) rmSync(join(stateFolder(gitDir), name), { force: true });
  }
}

function packed(digests: ReadonlySet<string>): Buffer {
  return Buffer.from([...digests].join(''), 'hex');
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
