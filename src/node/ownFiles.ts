/**
 * Countersign's own files in a change: the records, requests and sign-offs that it adds. They are left out of coverage,
 * and must be exactly what their names say.
 */
import type { NamedRecord } from '../core/model/record';
import type { Problem } from '../core/model/problem';
import type { NamedRequest, VerifiedSignoff } from '../core/model/signoff';
import { MAX_FILE_BYTES, MAX_NEW_FILES } from '../core/sidecar/limits';
import { isOwnPath, isShardKeeper, parseStorePath } from '../core/sidecar/paths';
import { checkRecordSignature } from '../core/signing/recordSignature';
import { parseRequestFile } from '../core/signing/request';
import { parseSignoffFile } from '../core/signing/statement';
import { nodeHash } from './hash';
import { lengthPrefixed } from '../core/text/bytes';
import type { VerifyRaw } from '../core/ports';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS } from './rawDiff';
import { readRecord } from './readRecord';
import { verifyRaw, verifyRawLater } from './sshVerify';
import { underWay } from './underWay';

/** What the change adds to the sidecar. */
export interface OwnFiles {
  readonly records: readonly NamedRecord[];
  readonly requests: readonly NamedRequest[];
  readonly signoffs: readonly VerifiedSignoff[];
  readonly problems: readonly Problem[];
}

/** Where an entry belongs: ordinary content, a sidecar file to read, one to pass over, or a fault. */
export type Sorted =
  | { readonly kind: 'content' }
  | { readonly kind: 'read' }
  | { readonly kind: 'pass' }
  | { readonly kind: 'fault'; readonly problem: Problem };

/** Sorts an entry by its path and modes. */
export function sortEntry(entry: RawEntry): Sorted {
  const { path, oldMode, newMode, newId } = entry;
  if (!isOwnPath(path)) return { kind: 'content' };
  const problem = (message: string): Sorted => ({
    kind: 'fault',
    problem: { code: 'sidecar-entry', path, field: '', message },
  });
  // Pruned records need nobody's word; anything else that stood there is ordinary content, its removal too.
  if (newMode === '000000') {
    return oldMode === '100644' && parseStorePath(path) !== undefined ? { kind: 'pass' } : { kind: 'content' };
  }
  if (newMode !== '100644') return problem(`expected a regular file, found mode ${newMode}; remove it from the change`);
  // An empty placeholder, which `prune` leaves, says nothing; one that says something, or goes, is ordinary content.
  if (isShardKeeper(path)) return { kind: oldMode === '000000' && EMPTY_BLOBS.has(newId) ? 'pass' : 'content' };
  if (parseStorePath(path) === undefined) return { kind: 'content' };
  if (oldMode !== '000000') return problem('records are never edited; restore the file from git');
  return { kind: 'read' };
}

/** A change that brings more sidecar files than any that was ever made by hand; asked before they are read. */
export function tooMany(entries: readonly RawEntry[]): Problem | undefined {
  if (entries.length <= MAX_NEW_FILES) return undefined;
  const message = `expected at most ${MAX_NEW_FILES} new sidecar files in one change, found ${entries.length}`;
  return { code: 'too-many-records', path: '', field: '', message };
}

/** What is asked of records: whether to check who signed them. */
type Asked = { readonly requireSignedRecords: boolean };

/** Files that are read before git's other answers are looked at. */
const FILES_PER_TURN = 1;

/**
 * Parses the sidecar files of a change and checks the sign-offs' signatures, those of records where the policy asks.
 * `textOf` gives a file's bytes; what can't be read is a problem that names it. A few files at a time, so that what git
 * prints meanwhile is taken in and git need not wait for us.
 */
export async function readOwnFiles(
  entries: readonly RawEntry[],
  textOf: (entry: RawEntry) => string | undefined,
  asked: Asked = { requireSignedRecords: false },
): Promise<OwnFiles> {
  const many = tooMany(entries);
  if (many !== undefined) return { records: [], requests: [], signoffs: [], problems: [many] };
  const reading: Promise<OwnFile>[] = [];
  const verify = remembering(verifyRaw);
  for (const [index, entry] of entries.entries()) {
    reading.push(underWay(readOwnFile(entry.path, textOf(entry), asked, verify)));
    if (index % FILES_PER_TURN === FILES_PER_TURN - 1) await new Promise((resume) => setImmediate(resume));
  }
  const read = await Promise.all(reading);
  return {
    records: read.flatMap(({ record }) => record ?? []),
    requests: read.flatMap(({ request }) => request ?? []),
    signoffs: read.flatMap(({ signoff }) => signoff ?? []),
    problems: read.flatMap(({ problems }) => problems ?? []),
  };
}

/** What one file holds, or why it can't be read. */
interface OwnFile {
  readonly record?: NamedRecord;
  readonly request?: NamedRequest;
  readonly signoff?: VerifiedSignoff;
  readonly problems?: readonly Problem[];
}

async function readOwnFile(path: string, bytes: string | undefined, asked: Asked, verify: VerifyRaw): Promise<OwnFile> {
  const name = parseStorePath(path);
  if (name === undefined || bytes === undefined || bytes.length > MAX_FILE_BYTES) {
    const message = `expected a file of at most ${MAX_FILE_BYTES} bytes; remove it from the change`;
    return { problems: [{ code: 'sidecar-entry', path, field: '', message }] };
  }
  if (name.store === 'signoff') return readSignoff(path, bytes);
  if (name.store === 'request') {
    const parsed = parseRequestFile(bytes, path, nodeHash);
    return parsed.ok ? { request: parsed.value } : parsed;
  }
  const read = readRecord(path, bytes);
  if (!read.ok) return read;
  return { record: asked.requireSignedRecords ? withSigner(read.value, bytes, verify) : read.value };
}

/**
 * The signature is checked on another thread while the rest is read. Until it holds, what was read counts for nothing; where
 * it does not hold, the file is read anew in one go, which says why.
 */
async function readSignoff(path: string, bytes: string): Promise<OwnFile> {
  const checks: Promise<boolean>[] = [];
  const later: VerifyRaw = (...parts) => {
    checks.push(verifyRawLater(...parts));
    return true;
  };
  const supposed = parseSignoffFile(bytes, path, { hash: nodeHash, verifyRaw: later });
  const held = (await Promise.all(checks)).every((each) => each);
  const parsed = held ? supposed : parseSignoffFile(bytes, path, { hash: nodeHash, verifyRaw });
  return parsed.ok ? { signoff: parsed.value } : parsed;
}

/** A record with what its signature is worth, given the bytes that it was read from. */
export function withSigner(named: NamedRecord, bytes: string, verify: VerifyRaw = verifyRaw): NamedRecord {
  return { ...named, signature: checkRecordSignature({ hash: nodeHash, verifyRaw: verify }, named.record, bytes) };
}

/** All records of a recorder carry one certification, which is verified once. */
function remembering(verify: VerifyRaw): VerifyRaw {
  const known = new Map<string, boolean>();
  return (...parts) => {
    const question = parts.map(lengthPrefixed).join('');
    let answer = known.get(question);
    if (answer === undefined) known.set(question, (answer = verify(...parts)));
    return answer;
  };
}
