/** Writing content-named files of the sidecar into the work tree and the index. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { Store } from '../core/sidecar/paths';
import { storePath } from '../core/sidecar/paths';
import { blobId } from './blobId';
import { entryAt } from './entryAt';
import { nodeHash } from './hash';
import { stateFolder } from './journal';
import type { ObjectSession } from './objectSession';
import { OWNER } from './ownedFile';
import type { Repository } from './repository';
import { inRepository } from './repository';

/** Writes a file of the sidecar and stages it, whatever `.gitignore` says. Gives its path. Writing it again is harmless. */
export async function writeToStore(
  repository: Repository,
  store: Store,
  bytes: string,
  digest = nodeHash.sha256(bytes),
): Promise<string> {
  const path = placeInStore(repository, store, bytes, digest);
  await stageBytes(repository, [{ path, bytes }]);
  return path;
}

/** Writes a file of the sidecar into the work tree only. */
export function placeInStore(
  repository: Repository,
  store: Store,
  bytes: string,
  digest = nodeHash.sha256(bytes),
): string {
  const path = storePath(store, digest);
  const file = join(repository.top, path);
  requireNoLinks(repository, path);
  mkdirSync(dirname(file), { recursive: true });
  writeWhole(repository, file, Buffer.from(bytes, 'latin1'));
  return path;
}

/**
 * Half a file, left by a full disk or a process that was killed, would be taken into some later commit by `git add`, and the
 * gate refuses it. So it is written where git does not look, and put in its place in one step.
 */
function writeWhole({ gitDir }: Repository, file: string, bytes: Buffer): void {
  const temporary = join(stateFolder(gitDir), `store.${OWNER}.tmp`);
  try {
    mkdirSync(stateFolder(gitDir), { recursive: true });
    writeFileSync(temporary, bytes);
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
    // The git directory may be on another file system.
    writeOrRemove(file, bytes);
  }
}

function writeOrRemove(file: string, bytes: Buffer): void {
  try {
    writeFileSync(file, bytes);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

/**
 * Stages files that stand in the store and takes others, which are gone from the work tree, out of the index: in one step,
 * and in a form that git need not look at again. Where a filter of the user's gets at the bytes it is gone round.
 */
export async function updateIndex(
  repository: Repository,
  session: ObjectSession,
  added: readonly StoredFile[],
  removed: readonly string[],
  idLength = 40,
): Promise<void> {
  if (added.length + removed.length === 0) return;
  const list = (paths: readonly string[]): string => paths.map((path) => `${path}\0`).join('');
  const adding = ['update-index', '--add', '-z', '--stdin'];
  const input = list(added.map(({ path }) => path));
  if (added.length > 0) await inRepository(repository, adding, { input });
  if (removed.length > 0) {
    await inRepository(repository, ['update-index', '--force-remove', '-z', '--stdin'], { input: list(removed) });
  }
  const stored = await session.info(added.map(({ bytes }) => blobId(bytes, idLength)));
  const rewritten = added.filter((_, index) => stored[index] === undefined);
  if (rewritten.length > 0) await stageBytes(repository, rewritten);
}

/** A file of the store and its bytes. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: string;
}

async function stageBytes(repository: Repository, files: readonly StoredFile[]): Promise<void> {
  const lines: string[] = [];
  for (const { path, bytes } of files) lines.push(`100644 ${await hashObject(repository, bytes)}\t${path}\0`);
  await inRepository(repository, ['update-index', '--add', '-z', '--index-info'], { input: lines.join('') });
}

/** A repository that brings a link where the sidecar stands must not make us write outside it. */
function requireNoLinks(repository: Repository, path: string): void {
  const parts = path.split('/');
  for (let end = 1; end <= parts.length; end++) {
    const above = parts.slice(0, end).join('/');
    const stat = entryAt(join(repository.top, above));
    if (stat?.isSymbolicLink() !== true) continue;
    const message = 'expected a folder of this repository, found a symbolic link; remove it';
    throw new CountersignError({ code: 'sidecar-entry', path: above, message }, 2);
  }
}

/** Puts bytes into the object database. No filter touches them. */
export async function hashObject(repository: Repository, bytes: string): Promise<string> {
  const output = await inRepository(repository, ['hash-object', '-w', '-t', 'blob', '--stdin', '--no-filters'], {
    input: bytes,
  });
  return output.trim();
}
