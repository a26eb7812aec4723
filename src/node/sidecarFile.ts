/** One file of the sidecar, found by what a person types: its path, its digest, or the head of its digest. */
import { lstatSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { Problem, Result } from '../core/model/problem';
import type { NamedRecord } from '../core/model/record';
import type { NamedRequest, VerifiedSignoff } from '../core/model/signoff';
import { MAX_FILE_BYTES } from '../core/sidecar/limits';
import type { Store } from '../core/sidecar/paths';
import { STORES, parseStorePath } from '../core/sidecar/paths';
import { parseRequestFile } from '../core/signing/request';
import { parseSignoffFile } from '../core/signing/statement';
import { readBlobs } from './blobs';
import { splitNul } from './git';
import { nodeHash } from './hash';
import { withSigner } from './ownFiles';
import { readRecord } from './readRecord';
import type { Repository } from './repository';
import { namedCommit, tryInRepository } from './repository';
import { verifyRaw } from './sshVerify';

/** What a file of the sidecar says. */
export type SidecarFile =
  | ({ readonly kind: 'record'; readonly path: string } & NamedRecord)
  | { readonly kind: 'request'; readonly id: string; readonly path: string; readonly request: NamedRequest['request'] }
  | { readonly kind: 'signoff'; readonly id: string; readonly path: string; readonly signoff: VerifiedSignoff };

/** A file with where it was found: `work tree`, or the id of a commit that holds it. */
export interface FoundFile {
  readonly file: SidecarFile;
  readonly at: string;
}

/** Digits of a digest that have to be given: fewer would name too much. */
const LEAST_DIGITS = 4;

/**
 * Finds and reads a file: in the work tree, then in HEAD, then in the history, where pruned ones are; with a revision
 * there alone. Throws `no-record` and `usage` (exit 2), and what is wrong with a file that can't be read.
 */
export async function findSidecarFile(
  repository: Repository,
  cwd: string,
  name: string,
  revision?: string,
): Promise<FoundFile> {
  const wanted = wantedOf(repository, cwd, name);
  const found =
    revision === undefined ? await findAnywhere(repository, wanted) : await findAt(repository, wanted, revision);
  if (found === undefined) {
    const where = revision === undefined ? 'the work tree or its history' : `the revision ${revision}`;
    throw fault('no-record', name, `expected a record, request or sign-off, found none of that name in ${where}`);
  }
  const read = readSidecarFile(found.path, found.bytes);
  if (read.ok) {
    const file = read.value.kind === 'record' ? { ...read.value, ...withSigner(read.value, found.bytes) } : read.value;
    return { file, at: found.at };
  }
  throw new CountersignError(read.problems[0] ?? { code: 'no-record', path: found.path, field: '', message: '' }, 2);
}

/** Reads the bytes (binary string) of a file whose path is one of the sidecar's. */
export function readSidecarFile(path: string, bytes: string): Result<SidecarFile> {
  const place = parseStorePath(path);
  if (place === undefined || place.store === 'provenance') {
    const read = readRecord(path, bytes);
    return read.ok ? { ok: true, value: { kind: 'record', path, ...read.value } } : read;
  }
  if (place.store === 'request') {
    const read = parseRequestFile(bytes, path, nodeHash);
    return read.ok ? { ok: true, value: { kind: 'request', ...read.value } } : read;
  }
  const read = parseSignoffFile(bytes, path, { hash: nodeHash, verifyRaw });
  return read.ok ? { ok: true, value: { kind: 'signoff', id: read.value.id, path, signoff: read.value } } : read;
}

/** The stores in which a digest that begins like this may stand. */
interface Wanted {
  readonly name: string;
  readonly digits: string;
  readonly stores: readonly Store[];
}

const ALL_STORES: readonly Store[] = ['provenance', 'request', 'signoff'];

function wantedOf(repository: Repository, cwd: string, name: string): Wanted {
  if (/^[0-9a-f]+$/i.test(name) && name.length <= 64) {
    if (name.length >= LEAST_DIGITS) return { name, digits: name.toLowerCase(), stores: ALL_STORES };
    throw fault('usage', '', `expected at least ${LEAST_DIGITS} digits of a digest, found ${JSON.stringify(name)}`);
  }
  const path = relative(realpathSync(repository.top), resolve(realpathSync(cwd), name))
    .split(sep)
    .join('/');
  const place = parseStorePath(path);
  if (place !== undefined) return { name, digits: place.digest, stores: [place.store] };
  const message = 'expected the path of a file below .countersign/v1, a digest, or the head of one';
  throw fault('usage', name, message);
}

interface Bytes {
  readonly path: string;
  readonly bytes: string;
  readonly at: string;
}

async function findAnywhere(repository: Repository, wanted: Wanted): Promise<Bytes | undefined> {
  const here = onlyOne(wanted, inWorkTree(repository, wanted));
  if (here !== undefined) return { path: here, bytes: readHere(repository, here), at: 'work tree' };
  const atHead = await findAt(repository, wanted, 'HEAD').catch(() => undefined);
  return atHead ?? inHistory(repository, wanted);
}

function inWorkTree(repository: Repository, { digits, stores }: Wanted): string[] {
  return stores
    .flatMap((store) => {
      const shard = `${STORES[store].folder}/${digits.slice(0, 2)}`;
      return namesIn(join(repository.top, shard)).map((name) => `${shard}/${name}`);
    })
    .filter((path) => parseStorePath(path)?.digest.startsWith(digits) === true);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readHere(repository: Repository, path: string): string {
  const file = join(repository.top, path);
  const stat = lstatSync(file);
  if (stat.isFile() && stat.size <= MAX_FILE_BYTES) return readFileSync(file, 'latin1');
  throw fault('sidecar-entry', path, `expected a regular file of at most ${MAX_FILE_BYTES} bytes; restore it from git`);
}

async function findAt(repository: Repository, wanted: Wanted, revision: string): Promise<Bytes | undefined> {
  const commit = await namedCommit(repository, revision, '--rev');
  const shards = wanted.stores.map((store) => `${STORES[store].folder}/${wanted.digits.slice(0, 2)}/`);
  const args = ['ls-tree', '-z', '--full-tree', '--name-only', '--end-of-options', commit, ...shards];
  const listed = splitNul((await tryInRepository(repository, args)).stdout);
  const path = onlyOne(
    wanted,
    listed.filter((each) => parseStorePath(each)?.digest.startsWith(wanted.digits) === true),
  );
  return path === undefined ? undefined : blobAt(repository, commit, path);
}

/** In the newest commit of any branch that added it. */
async function inHistory(repository: Repository, { name, digits, stores }: Wanted): Promise<Bytes | undefined> {
  const patterns = stores.map((store) => {
    const { folder, extension } = STORES[store];
    return `:(top,glob)${folder}/${digits.slice(0, 2)}/${digits}*.${extension}`;
  });
  const log = ['log', '--all', '-m', '--diff-filter=A', '--no-renames', '--name-only', '-z', '--format=%x01%H'];
  const { stdout } = await tryInRepository(repository, [...log, '--', ...patterns]);
  const seen = new Map<string, string>();
  let commit = '';
  for (const item of stdout.split('\0').map((each) => each.trim())) {
    if (item.startsWith('\x01')) commit = item.slice(1);
    else if (parseStorePath(item) !== undefined && !seen.has(item)) seen.set(item, commit);
  }
  const path = onlyOne({ name }, [...seen.keys()]);
  return path === undefined ? undefined : blobAt(repository, seen.get(path) ?? '', path);
}

async function blobAt(repository: Repository, commit: string, path: string): Promise<Bytes | undefined> {
  const name = `${commit}:${path}`;
  const bytes = (await readBlobs(repository, [name])).get(name);
  return bytes === undefined ? undefined : { path, bytes, at: commit };
}

/** Several files of one name are an error that names them. */
function onlyOne({ name }: Pick<Wanted, 'name'>, paths: readonly string[]): string | undefined {
  if (paths.length < 2) return paths[0];
  const some = paths.slice(0, 4).map((path) => parseStorePath(path)?.digest.slice(0, 16) ?? path);
  const more = paths.length > some.length ? ', …' : '';
  throw fault(
    'usage',
    '',
    `expected the head of one digest, but ${name} fits ${paths.length}: ${some.join(', ')}${more}`,
  );
}

function fault(code: string, path: string, message: string): CountersignError {
  const problem: Problem = { code, path, field: '', message };
  return new CountersignError(problem, 2);
}
