/** Writing content-named files of the sidecar into the work tree and the index. */
import { lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { Store } from '../core/sidecar/paths';
import { storePath } from '../core/sidecar/paths';
import { nodeHash } from './hash';
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
  await updateIndex(repository, [{ path, bytes }], []);
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
  writeFileSync(file, Buffer.from(bytes, 'latin1'));
  return path;
}

/** Stages files that stand in the store, and takes others out of the index, in one step. */
export async function updateIndex(
  repository: Repository,
  added: readonly { readonly path: string; readonly bytes: string }[],
  removed: readonly string[],
  idLength = 40,
): Promise<void> {
  const lines: string[] = removed.map((path) => `0 ${'0'.repeat(idLength)}\t${path}\0`);
  for (const { path, bytes } of added) lines.push(`100644 ${await hashObject(repository, bytes)}\t${path}\0`);
  if (lines.length === 0) return;
  await inRepository(repository, ['update-index', '--add', '-z', '--index-info'], { input: lines.join('') });
}

/** A repository that brings a link where the sidecar stands must not make us write outside it. */
function requireNoLinks(repository: Repository, path: string): void {
  const parts = path.split('/');
  for (let end = 1; end <= parts.length; end++) {
    const above = parts.slice(0, end).join('/');
    const stat = lstatSync(join(repository.top, above), { throwIfNoEntry: false });
    if (stat?.isSymbolicLink() !== true) continue;
    const message = 'expected a folder of this repository, found a symbolic link; remove it';
    throw new CountersignError({ code: 'sidecar-entry', path: above, field: '', message }, 2);
  }
}

/** Puts bytes into the object database. No filter touches them. */
export async function hashObject(repository: Repository, bytes: string): Promise<string> {
  const output = await inRepository(repository, ['hash-object', '-w', '-t', 'blob', '--stdin', '--no-filters'], {
    input: bytes,
  });
  return output.trim();
}
