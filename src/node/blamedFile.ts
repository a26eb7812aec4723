/**
 * What `blame` needs to know of a file: its text in the work tree or at a revision, the names that it had, and the records
 * about them. Each git process costs its start, so there are few, and those that need nothing else are started first.
 */
import { readFileSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { Problem } from '../core/model/problem';
import type { NamedRecord } from '../core/model/record';
import { fromUtf8 } from '../core/text/bytes';
import type { FormerNames, GitNames } from './adriftNames';
import { withAdrift } from './adriftNames';
import { entryAt } from './entryAt';
import { cleanEnv, splitNul } from './git';
import { formerPaths, readMoves } from './moves';
import type { ObjectSession } from './objectSession';
import { openObjects } from './objectSession';
import { MAX_BLOB_BYTES } from './objects';
import { recordsAbout } from './recordsAbout';
import type { Repository } from './repository';
import { commitOf, tryInRepository, withoutTransport } from './repository';
import { underWay } from './underWay';

/** A file as it is blamed. */
export interface BlamedFile extends FormerNames {
  /** A binary string; undefined where no text file stands. */
  readonly bytes: string | undefined;
  /** Commit id, or `WORK_TREE`. */
  readonly rev: string;
  readonly records: readonly NamedRecord[];
  /** Records that can't be read. */
  readonly problems: readonly Problem[];
}

export const WORK_TREE = 'work tree';

/** What git was asked before anyone knew where the repository is. The session is to be closed. */
export interface AskedEarly {
  readonly session: ObjectSession;
  /** All names that git tells of the file as of HEAD; undefined where they have to be asked for with its path from the top. */
  readonly former: Promise<GitNames> | undefined;
}

/** Asks at once, in the folder that the user is in, what `blameFile` will want to know. */
export function askEarly(cwd: string, file: string, revision: string | undefined): AskedEarly {
  const here = withoutTransport({ top: cwd, env: cleanEnv() });
  // git takes the path as one below its own, real working folder.
  const path = isReal(cwd) ? relative(cwd, resolve(cwd, file)) : '';
  const former = path === '' || revision !== undefined ? undefined : underWay(formerNames(here, 'HEAD', path));
  return { session: openObjects(here), former };
}

function isReal(folder: string): boolean {
  try {
    return realpathSync(folder) === folder;
  } catch {
    return false;
  }
}

/** Throws `no-commit` (exit 3) where the revision names none. */
export async function fileAtRevision(
  whole: Repository,
  session: ObjectSession,
  path: string,
  targets: readonly string[],
  revision: string,
): Promise<BlamedFile> {
  const rev = revision.startsWith('-') ? undefined : await commitNamed(whole, session, revision);
  if (rev === undefined) {
    const message = `expected a commit, found nothing at ${JSON.stringify(revision)}`;
    throw new CountersignError({ code: 'no-commit', field: '--rev', message }, 3);
  }
  const repository = withoutTransport(whole);
  const place = { commit: rev, workTree: false };
  const names = formerNames(repository, rev, path).then(({ former, copied }) =>
    withAdrift(repository, session, place, path, othersThan(path, former), copied, targets),
  );
  const [[own], found] = await Promise.all([
    session.read(isOutside(path) ? [''] : [`${rev}:${path}`]),
    recordsAbout(repository, session, place, everyName(path, names)),
  ]);
  return { bytes: own?.type === 'blob' ? own.bytes : undefined, rev, ...(await names), ...found };
}

/** HEAD and ids mean the same to everyone; names are looked up with care. */
async function commitNamed(
  repository: Repository,
  session: ObjectSession,
  revision: string,
): Promise<string | undefined> {
  if (!/^(?:HEAD|[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)) return commitOf(repository, revision);
  const [found] = await session.info([`${revision}^{commit}`]);
  return found?.id;
}

/** `early` are the names as of HEAD, where they were asked for already. */
export async function fileInWorkTree(
  whole: Repository,
  session: ObjectSession,
  path: string,
  targets: readonly string[],
  early?: Promise<GitNames>,
): Promise<BlamedFile> {
  const repository = withoutTransport(whole);
  const bytes = path.startsWith('..') ? undefined : textOf(join(repository.top, path));
  const moved = formerPaths(readMoves(repository.gitDir), path);
  const before = namesBefore(repository, session, path, early ?? formerNames(repository, 'HEAD', path));
  const place = { commit: 'HEAD', workTree: true };
  const names = before.then(({ former, copied }) =>
    withAdrift(repository, session, place, path, [...new Set([...moved, ...former])], copied, targets),
  );
  const found = await recordsAbout(repository, session, place, everyName(path, names));
  return { bytes, rev: WORK_TREE, ...(await names), ...found };
}

async function everyName(path: string, names: Promise<GitNames>): Promise<readonly string[]> {
  const { former, copied } = await names;
  return [path, ...former, ...copied];
}

/**
 * Names that git finds for a file before it was renamed, newest first; it may have come back to one. What goes before a copy is
 * about the file that was copied. To follow renames git looks for copies anyway.
 */
async function formerNames(
  repository: Pick<Repository, 'top' | 'env'>,
  commit: string,
  path: string,
): Promise<GitNames> {
  const args = ['log', '--follow', '-M', '--diff-filter=RC', '--name-status', '-z', '--format=', '--no-relative'];
  // A first commit renames nothing, and to list all that it brings takes longer than the rest of the history.
  const options = ['--literal-pathspecs', '-c', 'log.showRoot=false'];
  const { code, stdout } = await tryInRepository(repository, [...options, ...args, commit, '--', path]);
  const [former, copied] = [new Set<string>(), new Set<string>()];
  // Each rename or copy is its mark, the old path, the new one.
  const items = code === 0 ? splitNul(stdout).map((item) => item.replace(/^\n/, '')) : [];
  for (let at = 0; at + 1 < items.length; at += 3) {
    const isOfCopied = copied.size > 0 || items[at]?.startsWith('C') === true;
    (isOfCopied ? copied : former).add(fromUtf8(items[at + 1] ?? ''));
  }
  return { former: [...former], copied: [...copied] };
}

/** Those of the names that are no longer the file's own. */
function othersThan(path: string, names: readonly string[]): readonly string[] {
  return names.filter((name) => name !== path && name !== '').slice(0, MOST_FORMER);
}

/** The former names of a file of the work tree, which may have been renamed since HEAD. */
async function namesBefore(
  repository: Repository,
  session: ObjectSession,
  path: string,
  committed: Promise<GitNames>,
): Promise<GitNames> {
  const [all, [standing]] = await Promise.all([committed, session.info(isOutside(path) ? [''] : [`HEAD:${path}`])]);
  const names = { former: othersThan(path, all.former), copied: all.copied };
  // The whole index is compared only for a file that HEAD does not have.
  if (names.former.length > 0 || standing !== undefined) return names;
  const args = ['diff-index', '--cached', '-M', '--diff-filter=R', '--name-status', '-z', 'HEAD'];
  const { code, stdout } = await tryInRepository(repository, args);
  const items = code === 0 ? splitNul(stdout) : [];
  const at = items.findIndex((item, index) => index % 3 === 2 && fromUtf8(item) === path);
  const from = at < 1 ? undefined : fromUtf8(items[at - 1] ?? '');
  if (from === undefined) return names;
  const { former, copied } = await formerNames(repository, 'HEAD', from);
  return { former: [from, ...othersThan(from, former)].slice(0, MOST_FORMER), copied };
}

/** git would look for such a path from the folder that it runs in. */
function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../');
}

/** Former names that are asked for claims. */
const MOST_FORMER = 50;

/** A file's bytes; undefined when it is none, or too large to be text. Links are not followed. */
function textOf(file: string): string | undefined {
  const stat = entryAt(file);
  return stat?.isFile() === true && stat.size <= MAX_BLOB_BYTES ? readFileSync(file, 'latin1') : undefined;
}
