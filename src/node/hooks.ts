/**
 * Installing the hooks that put the record into the commit, beside whatever hooks are there: plain ones, husky, lefthook,
 * pre-commit. Honours `core.hooksPath`.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { fromUtf8 } from '../core/text/bytes';
import { entryAt, statAt } from './entryAt';
import { runGit } from './git';
import type { HookName } from './hookScript';
import {
  HOOKS,
  TOO_EARLY,
  callsUs,
  hasBlock,
  isOnlyOurs,
  isShellScript,
  manualLine,
  recordsTooEarly,
  withBlock,
  withoutBlock,
} from './hookScript';
import { replaceFile } from './launcher';
import type { Repository } from './repository';
import { shellWord } from './shellWord';

/** What became of one hook. */
export interface HookOutcome {
  readonly hook: HookName;
  readonly file: string;
  /** `installed`: our block is in it now; `kept`: it was there already; `foreign`: not touched, see `remedy`. */
  readonly state: 'installed' | 'kept' | 'foreign';
  /** For `foreign`: why, and the line to add by hand, or to move. */
  readonly remedy?: string;
}

/** The folder that git takes hooks from here. husky's own folder is rewritten by husky: its user's scripts stand above. */
export async function hooksFolder(repository: Repository): Promise<string> {
  // Without QUIET, which would answer with the null device.
  const args = ['-c', 'core.fsmonitor=false', 'rev-parse', '--git-path', 'hooks'];
  const result = await runGit(args, { cwd: repository.top, env: repository.env });
  if (result.code !== 0) {
    const message = `git could not say where its hooks are: ${result.stderr.trim()}`;
    throw new CountersignError({ code: 'git-failed', field: 'core.hooksPath', message }, 3);
  }
  const folder = resolve(repository.top, fromUtf8(result.stdout.replace(/\n$/, '')));
  return folder.endsWith(`${sep}.husky${sep}_`) ? dirname(folder) : folder;
}

/** Puts our block into both hooks. Doing it again changes nothing. */
export async function installHooks(repository: Repository): Promise<HookOutcome[]> {
  const folder = await hooksFolder(repository);
  return HOOKS.map((hook) => installHook(repository, folder, hook));
}

function installHook(repository: Repository, folder: string, hook: HookName): HookOutcome {
  const file = join(folder, hook);
  const isFile = statAt(file)?.isFile() === true;
  const text = isFile ? readFileSync(file, 'latin1') : undefined;
  const foreign = (why: string): HookOutcome => {
    // Somebody added the line already.
    if (text !== undefined && callsUs(text) && !recordsTooEarly(hook, text)) return { hook, file, state: 'kept' };
    const isEarly = text !== undefined && callsUs(text);
    const behind = text?.includes('lint-staged') === true ? ', behind lint-staged' : '';
    const line = `add this line to it${behind}: ${manualLine(hook)}`;
    const early = `and it records before lint-staged rewrites: ${TOO_EARLY}`;
    return { hook, file, state: 'foreign', remedy: `${why}${isEarly ? `, ${early}` : `; ${line}`}` };
  };
  if (!isOfRepository(repository, folder)) {
    return foreign('the hook is shared with other repositories (core.hooksPath), so it was not touched');
  }
  if (isLink(file)) return foreign('the hook is a symbolic link, so it was not touched');
  if (text !== undefined && !isShellScript(text))
    return foreign('the hook is not a shell script, so it was not touched');
  const wanted = withBlock(hook, text);
  if (wanted === text) return { hook, file, state: 'kept' };
  mkdirSync(folder, { recursive: true });
  // A hook that was switched off by its mode stays off no longer: its own part must then not run.
  const mode = text === undefined || !isHusky(folder) ? 0o755 : statSync(file).mode & 0o777;
  if (text !== undefined && !isHusky(folder) && (statSync(file).mode & 0o111) === 0) {
    const why = 'the hook is not executable, so git does not run it, and it was not touched';
    return {
      hook,
      file,
      state: 'foreign',
      remedy: `${why}; make it so and run init again: chmod +x ${shellWord(file)}`,
    };
  }
  replaceFile(file, Buffer.from(wanted, 'latin1'), mode);
  return { hook, file, state: 'installed' };
}

/** husky runs its user's scripts by `sh`, executable or not. */
function isHusky(folder: string): boolean {
  return folder.endsWith(`${sep}.husky`);
}

function isLink(file: string): boolean {
  return entryAt(file)?.isSymbolicLink() === true;
}

/** Whether it stands in this repository, and not where others may share it. */
function isOfRepository({ commonDir, top }: Repository, file: string): boolean {
  return [commonDir, top].some((parent) => {
    const way = relative(parent, file);
    return !way.startsWith('..') && !isAbsolute(way);
  });
}

/** Takes our block out again; a hook that held nothing else goes. Gives the files that changed. */
export async function removeHooks(repository: Repository): Promise<string[]> {
  const folder = await hooksFolder(repository);
  const changed: string[] = [];
  for (const hook of HOOKS) {
    const file = join(folder, hook);
    if (!existsSync(file) || isLink(file)) continue;
    const text = readFileSync(file, 'latin1');
    const rest = withoutBlock(text);
    if (rest === text) continue;
    if (isOnlyOurs(text)) rmSync(file);
    else replaceFile(file, Buffer.from(rest, 'latin1'), statSync(file).mode & 0o777);
    changed.push(file);
  }
  return changed;
}

/**
 * Puts our block back into a pre-commit hook of this repository that a tool wrote anew while it ran, as lefthook does when
 * its configuration has changed. Takes the file that git started; anything else than a hook of a shell is left alone.
 */
export function mendHook(repository: Repository, file: string): boolean {
  if (!isOfRepository(repository, file) || entryAt(file)?.isFile() !== true) return false;
  const text = readFileSync(file, 'latin1');
  if (hasBlock(text) || !isShellScript(text)) return false;
  replaceFile(file, Buffer.from(withBlock('pre-commit', text), 'latin1'), statSync(file).mode & 0o777);
  return true;
}
