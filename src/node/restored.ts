/**
 * Whether a change brings back an earlier state of the base, as an emergency revert does: every path that it touches stands
 * exactly, mode and object, as it stood at one commit of the base's first-parent history. What a side branch alone has
 * had never was the base's. The answer is shown, and nothing is let through for it.
 *
 * Bounded whatever the repository's size and age: for a change that is none, the commits below and one path looked up in
 * each of them.
 */
import { CountersignError } from '../core/model/problem';
import type { RestoredState } from '../core/model/report';
import { pathFault } from '../core/sidecar/paths';
import { utf8 } from '../core/text/bytes';
import type { Reader } from './objects';
import type { RawEntry } from './rawDiff';
import { treeDifference } from './rawDiff';

/** Commits of the base's own line that are looked at, the newest first. */
export const MOST_COMMITS = 250;
/** Commits that are compared whole. Each that differs names a path, by which others are left out. */
const MOST_COMPARED = 8;

interface Earlier extends RestoredState {
  readonly tree: string;
}

/** The newest earlier state that the base's entries are changed back to, renames unpaired; undefined when there is none. */
export async function restoredState(
  reader: Reader,
  base: string,
  entries: readonly RawEntry[],
): Promise<RestoredState | undefined> {
  // What can't be looked up is not recognised, and judged as any other change.
  if (entries.some(({ path, exactPath }) => !exactPath || pathFault(path) !== undefined)) return undefined;
  try {
    return await search(reader, base, entries);
  } catch (error) {
    // In a partial clone old trees may not be here. Nothing that decides rests on them.
    if (error instanceof CountersignError) return undefined;
    throw error;
  }
}

async function search(reader: Reader, base: string, entries: readonly RawEntry[]): Promise<RestoredState | undefined> {
  // New content stood nowhere before: it tells at the first look.
  let probe = entries.find(({ newMode }) => newMode !== '000000') ?? entries[0];
  if (probe === undefined) return undefined;
  let left = await earlierStates(reader, base);
  for (let round = 0; round < MOST_COMPARED && left.length > 0 && probe !== undefined; round++) {
    left = await statesWith(reader, left, probe);
    const [newest, ...older] = left;
    if (newest === undefined) return undefined;
    probe = await differing(reader, base, newest, entries);
    if (probe === undefined) return { commit: newest.commit, date: newest.date };
    left = older;
  }
  return undefined;
}

async function earlierStates(reader: Reader, base: string): Promise<Earlier[]> {
  const count = `--max-count=${MOST_COMMITS + 1}`;
  const log = await reader.output(['log', '--first-parent', count, '--format=%H %T %ct', '--end-of-options', base]);
  const [, ...earlier] = log.split('\n').flatMap((line): Earlier[] => {
    const [commit, tree, seconds] = line.split(' ');
    const date = dayOf(Number(seconds));
    return commit === undefined || tree === undefined || date === undefined ? [] : [{ commit, tree, date }];
  });
  return earlier;
}

/** A commit may say any number of seconds; undefined for what no calendar has. */
function dayOf(seconds: number): string | undefined {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/T.*$/, '');
}

/** Those states in which the path has the object that the change gives it. */
async function statesWith(reader: Reader, states: readonly Earlier[], probe: RawEntry): Promise<Earlier[]> {
  // A submodule's commit is no object of this repository.
  if (probe.newMode === '160000') return [...states];
  const path = utf8(probe.path);
  const names = states.map(({ tree }) => `${tree}:${path}\n`);
  const found = (await reader.output(['cat-file', '--batch-check', '--buffer'], names.join(''))).split('\n');
  return states.filter((_, index) => {
    const [, id] = /^([0-9a-f]{40,64}) \w+ \d+$/.exec(found[index] ?? '') ?? [];
    return probe.newMode === '000000' ? id === undefined : id === probe.newId;
  });
}

/** A path that stands otherwise in this state than the change leaves it; undefined when there is none. */
async function differing(
  reader: Reader,
  base: string,
  { tree }: Earlier,
  entries: readonly RawEntry[],
): Promise<RawEntry | undefined> {
  const changed = (await treeDifference(reader, `${base}^{tree}`, tree)).filter(({ exactPath }) => exactPath);
  const then = new Map(changed.map((each) => [each.path, each] as const));
  return entries.find(({ path, newMode, newId }) => {
    const state = then.get(path);
    return state?.newMode !== newMode || state.newId !== newId;
  });
}
