/**
 * What the fuzzer plays on: clones of one repository. There are two of these worlds, one with real git and one in memory,
 * and the same actions run on both.
 */
import type { Counts, Source } from '../../src/core/model/origin';
import type { Truth } from './oracle';

/** What an editor knows of a line that it saw being made. */
export interface Claim {
  readonly source: Source;
  readonly counts: Counts;
}

export type Outcome =
  | { readonly kind: 'done' }
  /** Nothing to do, or it can't be done here. */
  | { readonly kind: 'nothing' }
  /** Stopped at a conflict in these files; text files hold conflict marks. */
  | { readonly kind: 'conflict'; readonly paths: readonly string[] };

export type GitOperation =
  | { readonly kind: 'commit'; readonly amend?: boolean; readonly only?: string; readonly message?: string }
  | { readonly kind: 'branch'; readonly name: string }
  | { readonly kind: 'switch'; readonly name: string }
  | { readonly kind: 'merge'; readonly from: string }
  | { readonly kind: 'squash'; readonly from: string }
  | { readonly kind: 'rebase'; readonly onto: string; readonly autosquash: boolean }
  | { readonly kind: 'pick'; readonly from: string; readonly back: number }
  | { readonly kind: 'revert'; readonly back: number }
  | { readonly kind: 'stash' | 'pop' | 'fetch' | 'push' | 'prune' | 'abort' }
  /** Goes on after a conflict was solved. `recorded` says whether git runs the hook there. */
  | { readonly kind: 'continue' }
  | { readonly kind: 'reset'; readonly mode: 'soft' | 'mixed' | 'hard'; readonly to: string };

/** A file of HEAD as `blame` tells it. */
export interface Blamed {
  readonly path: string;
  readonly text: string;
  readonly origins: readonly Truth[];
}

export interface Clone {
  readonly name: string;
  /** Whether Countersign is here. */
  readonly records: boolean;
  /** Text files of the work tree. */
  paths(): readonly string[];
  read(path: string): string;
  write(path: string, text: string): void;
  /** `git mv`. */
  move(from: string, to: string): void;
  /** What an editor journals when it saves. */
  journal(path: string, text: string, claims: readonly (Claim | undefined)[]): void;
  isDirty(): boolean;
  branch(): string;
  branches(): readonly string[];
  /** Branches of the bare repository as of the last fetch. */
  remotes(): readonly string[];
  git(operation: GitOperation): Promise<Outcome>;
  /** Whether the hook runs when the present conflict's solution is committed. */
  hookRuns(): boolean;
  /** Names the commit at HEAD. */
  head(): string;
  /** The texts of HEAD. */
  committed(): readonly string[];
  blame(): Promise<readonly Blamed[]>;
}
