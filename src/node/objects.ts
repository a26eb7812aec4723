/**
 * Reading objects of a repository that nobody vouches for: through a throw-away bare git directory that borrows the
 * repository's objects and nothing else: none of its configuration, attributes, hooks, drivers, refs or replacements.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { GitResult } from './git';
import { cleanEnv, gitFailure, runGit } from './git';
import type { Repository } from './repository';
import { inRepository } from './repository';

/** Blobs above this size are never read as text: they are atomic objects. */
export const MAX_BLOB_BYTES = 8 * 1024 * 1024;

export interface Reader {
  /** Runs git on the borrowed objects; a failure is an error. */
  output(args: readonly string[], input?: string): Promise<string>;
  /** Runs git on the borrowed objects and gives its outcome. */
  try(args: readonly string[], input?: string): Promise<GitResult>;
  /** Bytes of blobs by id, or of `TREE:PATH`; missing, too large or no blob: not in the map. */
  blobs(names: readonly string[]): Promise<Map<string, string>>;
  close(): void;
}

/** Opens the repository's objects for reading. The caller closes the reader. */
export async function openReader(repository: Repository): Promise<Reader> {
  const format = (await inRepository(repository, ['rev-parse', '--show-object-format'])).trim();
  const objects = (await inRepository(repository, ['rev-parse', '--git-path', 'objects'])).trim();
  const folder = mkdtempSync(join(tmpdir(), 'countersign-'));
  mkdirSync(join(folder, 'objects', 'info'), { recursive: true });
  mkdirSync(join(folder, 'refs'));
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/none\n');
  const version = format === 'sha256' ? '1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256' : '0\n\tbare = true';
  writeFileSync(join(folder, 'config'), `[core]\n\trepositoryFormatVersion = ${version}\n`);
  writeFileSync(join(folder, 'objects', 'info', 'alternates'), `${resolve(repository.top, objects)}\n`);
  const shallow = join(repository.commonDir, 'shallow');
  if (existsSync(shallow)) copyFileSync(shallow, join(folder, 'shallow'));
  const env = cleanEnv({
    GIT_DIR: folder,
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_SYSTEM: devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    HOME: folder,
    XDG_CONFIG_HOME: folder,
  });
  const attempt = (args: readonly string[], input?: string): Promise<GitResult> =>
    runGit(args, { cwd: folder, env, ...(input === undefined ? {} : { input }) });
  const output = async (args: readonly string[], input?: string): Promise<string> => {
    const result = await attempt(args, input);
    if (result.code !== 0) throw gitFailure(args, result);
    return result.stdout;
  };
  return {
    output,
    try: attempt,
    blobs: (names) => readBlobs(names, output),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function readBlobs(
  names: readonly string[],
  output: (args: readonly string[], input?: string) => Promise<string>,
): Promise<Map<string, string>> {
  const wanted = [...new Set(names)].filter((name) => !name.includes('\n'));
  const blobs = new Map<string, string>();
  if (wanted.length === 0) return blobs;
  const checked = await output(['cat-file', '--batch-check'], `${wanted.join('\n')}\n`);
  const ids = new Map<string, string>();
  for (const [index, line] of checked.split('\n').entries()) {
    const name = wanted[index];
    const [, id, size] = /^([0-9a-f]+) blob (\d+)$/.exec(line) ?? [];
    if (name !== undefined && id !== undefined && Number(size) <= MAX_BLOB_BYTES) ids.set(name, id);
  }
  const unique = [...new Set(ids.values())];
  if (unique.length === 0) return blobs;
  const bytes = parseBatch(await output(['cat-file', '--batch'], `${unique.join('\n')}\n`));
  for (const [name, id] of ids) {
    const text = bytes.get(id);
    if (text !== undefined) blobs.set(name, text);
  }
  return blobs;
}

/** `cat-file --batch`: per object a line "ID TYPE SIZE", the bytes, a line break. */
function parseBatch(output: string): Map<string, string> {
  const found = new Map<string, string>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf('\n', at);
    const [id, type, size] = output.slice(at, end).split(' ');
    if (id === undefined || type === undefined || size === undefined) {
      const message = 'git cat-file gave an answer that could not be read; run: git fsck';
      throw new CountersignError({ code: 'git-failed', path: '', field: '', message }, 3);
    }
    const start = end + 1;
    if (type === 'blob') found.set(id, output.slice(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return found;
}
