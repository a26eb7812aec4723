/**
 * Running git: argument lists, no shell, a clean environment, output as bytes. Two ways in: `userGit` works in the user's
 * repository for what the user asked for; `Reader` (objects.ts) reads objects of a repository that nobody vouches for.
 */
import { execFile } from 'node:child_process';
import { CountersignError } from '../core/model/problem';

export interface GitResult {
  readonly code: number;
  /** Binary string: one character per byte. */
  readonly stdout: string;
  /** UTF-8 text. */
  readonly stderr: string;
}

export interface GitOptions {
  readonly cwd: string;
  /** Environment; by default the process's own without `GIT_*`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Bytes for stdin (binary string). */
  readonly input?: string;
  /** Milliseconds after which git is stopped; the outcome then has the code of `TIMED_OUT`. */
  readonly timeout?: number;
}

/** The code of a git that was stopped for taking too long. */
export const TIMED_OUT = 124;

/** Configuration that could run a program is switched off wherever git is run on our own account. */
export const QUIET = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'core.quotePath=false'];

const MAX_OUTPUT = 1 << 30;

/** Runs git and gives its outcome, whatever it is. Throws `no-git` (exit 3) when git can't be started. */
export function runGit(args: readonly string[], options: GitOptions): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...args],
      {
        cwd: options.cwd,
        env: options.env ?? cleanEnv(),
        encoding: 'buffer',
        maxBuffer: MAX_OUTPUT,
        windowsHide: true,
        ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      },
      (error, stdout, stderr) => {
        const code =
          error === null ? 0 : error.killed === true && options.timeout !== undefined ? TIMED_OUT : error.code;
        if (typeof code !== 'number') {
          reject(startFailure(error, options.cwd));
          return;
        }
        resolve({ code, stdout: stdout.toString('latin1'), stderr: stderr.toString('utf8') });
      },
    );
    child.stdin?.on('error', () => {
      // git may exit before it has read everything; its exit code tells.
    });
    child.stdin?.end(options.input === undefined ? undefined : Buffer.from(options.input, 'latin1'));
  });
}

function startFailure(error: unknown, cwd: string): CountersignError {
  const message = `git could not be started in ${cwd}; install git 2.38 or later and make sure that the folder exists`;
  return new CountersignError({ code: 'no-git', message }, 3, { cause: error });
}

/** Runs git and gives its stdout; a failure is an error with git's own words. */
export async function gitOutput(args: readonly string[], options: GitOptions): Promise<string> {
  const result = await runGit(args, options);
  if (result.code !== 0) throw gitFailure(args, result);
  return result.stdout;
}

/** An error that says which git command failed and what git said about it. */
export function gitFailure(args: readonly string[], result: GitResult): CountersignError {
  const command = args
    .filter((arg) => !QUIET.includes(arg))
    .slice(0, 3)
    .join(' ');
  const said = result.stderr.trim().split('\n').slice(0, 3).join(' ') || `exit code ${result.code}`;
  return new CountersignError(
    { code: 'git-failed', path: '', field: '', message: `git ${command} failed: ${said}` },
    3,
  );
}

/** The environment without variables that redirect git, and with prompts off. */
export function cleanEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [key, value] of Object.entries(process.env)) if (!key.startsWith('GIT_')) env[key] = value;
  for (const key of ['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_ASKPASS', 'GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL']) {
    const value = process.env[key];
    if (value !== undefined) env[key] = value;
  }
  for (const key of ['GIT_COMMITTER_NAME', 'GIT_COMMITTER_EMAIL', 'GIT_AUTHOR_DATE', 'GIT_COMMITTER_DATE']) {
    const value = process.env[key];
    if (value !== undefined) env[key] = value;
  }
  return { ...env, GIT_TERMINAL_PROMPT: '0', GIT_NO_REPLACE_OBJECTS: '1', LC_ALL: 'C', ...extra };
}

/** Splits `-z` output at NUL; a trailing NUL ends the last item. */
export function splitNul(output: string): string[] {
  if (output === '') return [];
  return (output.endsWith('\0') ? output.slice(0, -1) : output).split('\0');
}
