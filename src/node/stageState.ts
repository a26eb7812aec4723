/**
 * What the last `stage` left, in `.git/countersign/staged`: a note that saves work and tells an aborted commit. It may go
 * at any time.
 */
import { join } from 'node:path';
import { stateFolder } from './journal';
import { readChecked, replaceFile } from './ownedFile';

export interface StageState {
  /** The commit that HEAD was; empty in a repository without commits. */
  readonly head: string;
  /** How long HEAD's reflog was: as long as it is the same, nothing was committed. -1 where there is none. */
  readonly moves: number;
  /** Records that it staged. */
  readonly records: readonly string[];
  /** Records that it staged in the place of others, which it folded. */
  readonly folds: readonly string[];
  /** Records that it staged earlier and nobody folded yet. */
  readonly own: readonly string[];
  /** Records staged in an index which was one commit's alone, as that of `git commit PATH` is, that the user's own may lack. */
  readonly apart: readonly string[];
  /** Records of given-up commits that such an index took out of the work tree, and that the user's own may hold. */
  readonly dropped: readonly string[];
  /** Records that a reset left in the work tree. */
  readonly left: readonly string[];
  /** Commits behind which nothing waits to be recorded, the newest last. */
  readonly settled: readonly string[];
  /** Commits that HEAD left and of which something waits, the newest last. */
  readonly away: readonly string[];
}

const NONE: StageState = {
  head: '',
  moves: -1,
  records: [],
  folds: [],
  own: [],
  apart: [],
  dropped: [],
  left: [],
  settled: [],
  away: [],
};
/** Commits and records that are remembered. */
const MOST = 64;
const MAX_BYTES = 256 * 1024;

function fileOf(gitDir: string): string {
  return join(stateFolder(gitDir), 'staged');
}

export function readStageState(gitDir: string): StageState {
  const value = readChecked(fileOf(gitDir), MAX_BYTES);
  if (typeof value !== 'object' || value === null || !('staged' in value) || value.staged !== 1) return NONE;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const list = (key: string, form: RegExp): string[] => {
    const items: unknown = fields[key];
    return Array.isArray(items)
      ? items.filter((each): each is string => typeof each === 'string' && form.test(each))
      : [];
  };
  const [id, path] = [/^[0-9a-f]{40,64}$/, /^\.countersign\/v1\/provenance\/[0-9a-f]{2}\/[0-9a-f]{64}\.prov$/];
  const head = typeof fields['head'] === 'string' ? fields['head'] : '';
  const moves = typeof fields['moves'] === 'number' ? fields['moves'] : -1;
  const [records, folds, own] = [list('records', path), list('folds', path), list('own', path)];
  const [apart, dropped, left] = [list('apart', path), list('dropped', path), list('left', path)];
  const [settled, away] = [list('settled', id), list('away', id)];
  return { head, moves, records, folds, own, apart, dropped, left, settled, away };
}

/** Without the note more work is done next time, and no claim is lost. */
export function writeStageState(gitDir: string, state: StageState): void {
  const newest = (list: readonly string[]): string[] => [...new Set(list)].slice(-MOST);
  try {
    const [own, apart, dropped] = [state.own, state.apart, state.dropped].map(newest);
    const [settled, away] = [state.settled, state.away].map(newest);
    replaceFile(fileOf(gitDir), { staged: 1, ...state, own, apart, dropped, settled, away });
  } catch {
    // A full disk, a read-only git directory.
  }
}
