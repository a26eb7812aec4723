/**
 * Reading objects of a repository that nobody vouches for: through a throw-away bare git directory that borrows the
 * repository's objects and nothing else: none of its configuration, attributes, hooks, drivers, refs or replacements.
 */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { fromUtf8 } from '../core/text/bytes';
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
  // Of a linked work tree the path is whole, whatever letters it holds.
  const told = fromUtf8(await inRepository(repository, ['rev-parse', '--show-object-format', '--git-path', 'objects']));
  const [format = '', ...path] = told.split('\n');
  const objects = path.join('\n').trim();
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
    GIT_LITERAL_PATHSPECS: '1',
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
    // A git that nobody waits for any more may still be writing there.
    close: () => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }),
  };
}

/** Runs git with input and gives its output; a failure is an error. */
export type GitOutput = (args: readonly string[], input?: string) => Promise<string>;

/** Bytes asked of one `cat-file`: what it prints has to fit into one string. */
const BATCH_BYTES = 64 * 1024 * 1024;
/** Bytes of text in one change beyond which it is not judged: it would not fit into a modest machine's memory. */
const MAX_TOTAL_BYTES = 256 * 1024 * 1024;

/**
 * Bytes of blobs by id, or of `TREE:PATH`. What is no blob, is too large, or has no entry in the tree is not in the map;
 * an object that should be here and is not (a partial clone) is an error, exit 3: absent must not read as empty.
 */
export async function readBlobs(names: readonly string[], output: GitOutput): Promise<Map<string, string>> {
  const wanted = [...new Set(names)].filter((name) => !name.includes('\n'));
  const blobs = new Map<string, string>();
  if (wanted.length === 0) return blobs;
  const checked = await output(['cat-file', '--batch-check', '--buffer'], `${wanted.join('\n')}\n`);
  const ids = new Map<string, string>();
  const sizes = new Map<string, number>();
  for (const [index, line] of checked.split('\n').entries()) {
    const name = wanted[index];
    if (name === undefined) break;
    const [, id, size] = /^([0-9a-f]+) blob (\d+)$/.exec(line) ?? [];
    if (id === undefined && line.endsWith(' missing')) await requireAbsent(name, output);
    if (id === undefined || Number(size) > MAX_BLOB_BYTES) continue;
    ids.set(name, id);
    sizes.set(id, Number(size));
  }
  const bytes = new Map<string, string>();
  for (const portion of portions(sizes)) {
    parseBatch(await output(['cat-file', '--batch', '--buffer'], `${portion.join('\n')}\n`), bytes);
  }
  for (const [name, id] of ids) {
    const text = bytes.get(id);
    if (text !== undefined) blobs.set(name, text);
  }
  return blobs;
}

/** Ids in portions of bounded size. */
function portions(sizes: ReadonlyMap<string, number>): string[][] {
  const result: string[][] = [];
  let open: string[] = [];
  let size = 0;
  let total = 0;
  for (const [id, bytes] of sizes) {
    total += bytes;
    if (open.length > 0 && size + bytes > BATCH_BYTES) {
      result.push(open);
      open = [];
      size = 0;
    }
    open.push(id);
    size += bytes;
  }
  if (total > MAX_TOTAL_BYTES) {
    const message =
      `expected at most ${MAX_TOTAL_BYTES} bytes of text in one change, found ${total}; split the change, or name what ` +
      `is no source text under "atomic" in the policy`;
    throw new CountersignError({ code: 'change-too-large', message }, 3);
  }
  if (open.length > 0) result.push(open);
  return result;
}

/** Throws unless git is sure that `TREE:PATH` has no entry: a missing object is not a missing file. */
async function requireAbsent(name: string, output: GitOutput): Promise<void> {
  const colon = name.indexOf(':');
  const path = name.slice(colon + 1);
  if (colon !== -1 && /^\.\.?\/|^\/|\/\.\.?\/|^$/.test(path)) return;
  try {
    if (colon !== -1) {
      const found = await output(['ls-tree', '-z', '--full-tree', '--end-of-options', name.slice(0, colon), path]);
      if (!found.includes(' blob ')) return;
    }
  } catch (error) {
    throw missingObject(name, error);
  }
  throw missingObject(name);
}

/** An error that says how to bring what is not here of an object, or of what a merge was made of. */
export function missingObject(name: string, cause?: unknown): CountersignError {
  const message = `expected all objects of base and head, but ${JSON.stringify(name)} is not here; run: git fetch --refetch --no-filter`;
  return new CountersignError({ code: 'missing-objects', message }, 3, { cause });
}

/** `cat-file --batch`: per object a line "ID TYPE SIZE", the bytes, a line break. */
function parseBatch(output: string, found: Map<string, string>): void {
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf('\n', at);
    const [id, type, size] = output.slice(at, end).split(' ');
    if (id === undefined || type === undefined || size === undefined) {
      const message = 'git cat-file gave an answer that could not be read; run: git fsck';
      throw new CountersignError({ code: 'git-failed', message }, 3);
    }
    const start = end + 1;
    if (type === 'blob') found.set(id, output.slice(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
}
