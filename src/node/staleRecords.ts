/** Records of a commit that was given up. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { HeadLog } from './headLog';
import type { ObjectSession } from './objectSession';
import type { RawEntry } from './rawDiff';
import type { Repository } from './repository';
import type { StageState } from './stageState';

interface Staged {
  readonly head: string | undefined;
  /** How HEAD moved since the last time. */
  readonly log: HeadLog;
  /** What the index changes in the sidecar. */
  readonly own: readonly RawEntry[];
  /** What is staged this time. */
  readonly standing: readonly string[];
}

/**
 * Records of a commit that was begun and given up: wherever HEAD was since they were staged, no commit has them, and what
 * is staged now says something else. They leave the work tree, and the index unless HEAD moved. One that was committed
 * stays, also if the commit was taken back: it may say what the new one does not.
 *
 * Of those that `commit PATH` takes out of the work tree the user's index hears with the next commit: git holds it until then.
 */
export async function staleRecords(
  repository: Repository,
  session: ObjectSession,
  state: StageState,
  { head, log, own, standing }: Staged,
): Promise<{ readonly gone: readonly string[]; readonly toLeave: readonly string[] }> {
  const gone = await givenUp(session, state, { head, log, own, standing });
  for (const path of gone) rmSync(join(repository.top, path), { force: true });
  const isAdded = new Set(own.flatMap(({ path, newMode }) => (newMode === '000000' ? [] : [path])));
  const toLeave = [...gone, ...state.dropped].filter(
    (path) => isAdded.has(path) && !existsSync(join(repository.top, path)),
  );
  return { gone, toLeave };
}

async function givenUp(
  session: ObjectSession,
  state: StageState,
  { head = '', log, standing }: Staged,
): Promise<string[]> {
  const isStill = log.moves.length === 0;
  if (!log.isWhole || (isStill && state.head !== head)) return [];
  const candidates = [...state.records, ...state.folds].filter((path) => !standing.includes(path));
  if (candidates.length === 0) return [];
  // Where HEAD moved the index may hold one for another reason: a stash that was popped, a commit that was picked.
  const places = [...new Set([head, ...log.moves.flatMap(({ from, to }) => [from, to]), ...(isStill ? [] : [':0'])])];
  const found = await session.info(candidates.flatMap((path) => places.map((place) => `${place}:${path}`)));
  return candidates.filter((_, at) => places.every((_place, index) => found[at * places.length + index] === undefined));
}
