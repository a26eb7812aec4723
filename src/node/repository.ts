/**
 * A user's repository: where it is, and the questions that Countersign asks it on the user's behalf.
 */
import { isAbsolute, resolve } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { MAX_AUTHOR } from '../core/sidecar/limits';
import { fromUtf8, utf8 } from '../core/text/bytes';
import { isBot } from '../core/verify/bots';
import type { GitOptions, GitResult } from './git';
import { QUIET, cleanEnv, gitOutput, runGit } from './git';

export interface Repository {
  /** Top of the work tree, absolute; of a bare repository its git directory. */
  readonly top: string;
  /** This work tree's git directory, absolute: where uncommitted state lives. */
  readonly gitDir: string;
  /** The git directory that all work trees share, absolute: where hooks and the launcher live. */
  readonly commonDir: string;
  /** Environment for git in this repository; inside a hook it is git's own. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Finds the repository that holds `cwd`. With `hook`, git's environment (its index above all) is kept as it was given.
 * Throws `no-repository` (exit 3) when there is none. A bare one is none unless the caller says that it needs no work tree.
 */
export async function openRepository(cwd: string, hook = false, bare = false): Promise<Repository> {
  const env = hook ? { ...process.env, LC_ALL: 'C' } : cleanEnv();
  const args = ['--absolute-git-dir', '--git-common-dir'];
  const ask = (first: string): Promise<GitResult> => runGit([...QUIET, 'rev-parse', first, ...args], { cwd, env });
  const result = await ask('--show-toplevel');
  const [top, gitDir, commonDir] = fromUtf8(result.stdout).split('\n');
  if (result.code !== 0 || top === undefined || gitDir === undefined || commonDir === undefined) {
    const other = bare ? await ask('--is-bare-repository') : undefined;
    const [isBare, folder = ''] = fromUtf8(other?.stdout ?? '').split('\n');
    if (isBare === 'true') return { top: folder, gitDir: folder, commonDir: folder, env };
    const said = result.stderr.trim().split('\n')[0] ?? '';
    const message = `expected a git repository with a work tree at ${cwd}; git says: ${said}`;
    throw new CountersignError({ code: 'no-repository', message }, 3);
  }
  return { top, gitDir, commonDir: isAbsolute(commonDir) ? commonDir : resolve(cwd, commonDir), env };
}

/** Runs git at the top of the work tree; a failure is an error. */
export function inRepository(
  repository: Repository,
  args: readonly string[],
  more: Partial<GitOptions> = {},
): Promise<string> {
  return gitOutput([...QUIET, ...args], { cwd: repository.top, env: repository.env, ...more });
}

/** Runs git at the top of the work tree and gives its outcome. */
export function tryInRepository(
  repository: Pick<Repository, 'top' | 'env'>,
  args: readonly string[],
  more: Partial<GitOptions> = {},
): Promise<GitResult> {
  return runGit([...QUIET, ...args], { cwd: repository.top, env: repository.env, ...more });
}

/**
 * The repository with every transport forbidden: in a partial clone git would fetch what is missing by itself, through
 * whatever program the repository's configuration names.
 */
export function withoutTransport<T extends Pick<Repository, 'env'>>(repository: T): T {
  return { ...repository, env: { ...repository.env, GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' } };
}

/**
 * The commit that a revision names, or undefined. Revisions that look like options name nothing. A name is a branch's
 * before it is anything else: git itself would take a tag `origin/main`, which anyone may push, for the target.
 */
export async function commitOf(repository: Repository, revision: string): Promise<string | undefined> {
  const isName = !/^(?:[0-9a-f]{40,64}$|refs\/|(?:HEAD|@)(?![\w./-]))|\n/.test(revision);
  if (isName && revision !== '') {
    const branches = [`refs/remotes/${revision}`, `refs/heads/${revision}`];
    const input = branches.map((name) => `${utf8(name)}^{commit}\n`).join('');
    const { stdout } = await tryInRepository(repository, ['cat-file', '--batch-check'], { input });
    const found = /^([0-9a-f]{40,64}) commit \d+$/m.exec(stdout)?.[1];
    if (found !== undefined) return found;
  }
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const result = await tryInRepository(repository, args);
  return result.code === 0 ? result.stdout.trim() : undefined;
}

/**
 * The commit of a branch, by its whole name, such as `refs/remotes/origin/main`: where there is none, git takes a tag of
 * that name for it, which anyone may push.
 */
export async function tipOf(repository: Repository, branch: string): Promise<string | undefined> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', branch];
  const { stdout } = await tryInRepository(repository, args);
  // A name may be a folder of branches too; none has a space in it.
  const listed = stdout.split('\n').find((line) => line.endsWith(` ${utf8(branch)}`));
  return listed?.split(' ')[0];
}

/** The commit that someone named with an option; throws `no-commit` (exit 3) when there is none. */
export async function namedCommit(repository: Repository, revision: string, field: string): Promise<string> {
  const commit = revision.startsWith('-') ? undefined : await commitOf(repository, revision);
  if (commit !== undefined) return commit;
  const message = `expected a commit, found nothing at ${JSON.stringify(revision)}; run: git fetch origin`;
  throw new CountersignError({ code: 'no-commit', field, message }, 3);
}

/** The branch that a revision names, without the remote's name: on a fork the target is often `upstream/main`. */
export async function branchAt(repository: Repository, revision: string): Promise<string> {
  const name = revision.replace(/^refs\/(heads|remotes)\//, '');
  if (!name.includes('/')) return name;
  const remotes = name.startsWith('origin/') ? [] : (await inRepository(repository, ['remote'])).split('\n');
  const remote = ['origin', ...remotes].find((each) => each !== '' && name.startsWith(`${each}/`));
  return remote === undefined ? name : name.slice(remote.length + 1);
}

/** The name of the remote's default branch as git knows it, such as `origin/main`. */
export async function remoteDefault(repository: Repository): Promise<string | undefined> {
  const head = await tryInRepository(repository, ['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD']);
  return head.code === 0 ? fromUtf8(head.stdout.trim()).replace('refs/remotes/', '') : undefined;
}

/** The commit of HEAD, or undefined in a repository without commits. */
export function headCommit(repository: Repository): Promise<string | undefined> {
  return commitOf(repository, 'HEAD');
}

/** The full name of the branch that is checked out, or undefined when HEAD is detached. */
export async function currentBranch(repository: Repository): Promise<string | undefined> {
  const result = await tryInRepository(repository, ['symbolic-ref', '--quiet', 'HEAD']);
  return result.code === 0 ? fromUtf8(result.stdout.trim()) : undefined;
}

/**
 * E-mail of whoever works here, and answers for what is recorded here: the committer. Of a commit that is amended, taken with
 * `-C` or picked git tells its hook the author that the commit keeps, who need not know of it. Where a program or a forge
 * commits, or git would guess a committer, it is the author. Throws when git knows none.
 */
export async function authorEmail(repository: Repository): Promise<string> {
  // Whether git would guess a name does not matter. `EMAIL` is no guess; settings come first, also those of the author alone.
  const ask = ['-c', 'user.name=nobody', 'var', 'GIT_COMMITTER_IDENT'];
  const asked = async (args: readonly string[]): Promise<string> =>
    emailIn((await tryInRepository(repository, args)).stdout);
  let email = await asked(['-c', 'user.useConfigOnly=true', ...ask]);
  if (
    email === '' &&
    (repository.env['EMAIL'] ?? '') !== '' &&
    (await configValue(repository, 'author.email')) === undefined
  )
    email = await asked(ask);
  if (email === '' || isBot(email) || /^no-?reply@/i.test(email))
    email = emailIn(await inRepository(repository, ['var', 'GIT_AUTHOR_IDENT']));
  if (email === '') {
    const message = 'expected an e-mail address of the author; run: git config user.email you@example.com';
    throw new CountersignError({ code: 'no-author', field: 'user.email', message }, 3);
  }
  if (email.length > MAX_AUTHOR) {
    // A record with it would be malformed, and the gate would refuse all of the change.
    const message = `expected an e-mail address of at most ${MAX_AUTHOR} characters, found ${email.length}`;
    throw new CountersignError({ code: 'no-author', field: 'user.email', message }, 3);
  }
  return email;
}

function emailIn(identity: string): string {
  return /<([^<>]*)> \d+ [+-]\d{4}\s*$/.exec(fromUtf8(identity))?.[1] ?? '';
}

/** A git setting, or undefined. */
export async function configValue(repository: Repository, name: string): Promise<string | undefined> {
  const result = await tryInRepository(repository, ['config', '--get', name]);
  return result.code === 0 ? fromUtf8(result.stdout.replace(/\n$/, '')) : undefined;
}
