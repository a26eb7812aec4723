/**
 * Expected failures. Core reports them as data; only what nobody foresaw is thrown.
 */

/** What went wrong with a file or a setting: which file, which field, and what to do about it. */
export interface Problem {
  /** Stable, kebab-case: `record-malformed`, `policy-invalid`, `no-policy`, … */
  readonly code: string;
  /** File at fault, from the top of the repository; empty when there is none. */
  readonly path: string;
  /** Field at fault in the file's own notation, such as `rules[2].require.count`; empty when it is the whole file. */
  readonly field: string;
  /** What was expected, what was found, and the remedy, in one or two sentences. */
  readonly message: string;
}

/** A value, or the reasons why there is none. */
export type Result<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problems: readonly Problem[] };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure<T>(...problems: readonly Problem[]): Result<T> {
  return { ok: false, problems };
}

/** Exit codes of the command line: 0 holds, 1 policy not met, 2 malformed input or usage, 3 can't be answered. */
export type ExitCode = 0 | 1 | 2 | 3;

/** A problem to be told; it is about no file and no field where it names none. */
type Told = Pick<Problem, 'code' | 'message'> & Partial<Problem>;

/** An expected failure on its way up to the shell that makes a sentence or an exit code of it. */
export class CountersignError extends Error {
  readonly problem: Problem;
  readonly exit: ExitCode;

  constructor({ code, path = '', field = '', message }: Told, exit: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CountersignError';
    this.problem = { code, path, field, message };
    this.exit = exit;
  }
}
