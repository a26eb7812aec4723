/**
 * What becomes of a branch's work when the target renames files: the automatic merge carries it on under names that no
 * commit of the branch touched. Whoever wrote it, what records say of it and what was rejected must go with it.
 */
import { fromUtf8 } from '../core/text/bytes';
import { splitNul } from './git';
import type { LoggedCommit } from './log';
import { parseLog } from './log';
import type { Reader } from './objects';
import type { RawEntry } from './rawDiff';
import { parseRaw } from './rawDiff';

/** A commit, and where it differs from the automatic merge of its parents or from its one parent. */
export interface Step {
  readonly commit: LoggedCommit;
  readonly entries: readonly RawEntry[];
}

/** `landing` is the tree of the merge that the gate makes by itself, where it makes one. */
export interface Ends {
  readonly base: string;
  readonly head: string;
  readonly landing?: string | undefined;
}

/** Paths that one git process is asked about. */
const AT_ONCE = 200;
/** Processes that paths are looked up with; where it takes more, each path counts as carried off. */
const MAX_CALLS = 500;

/**
 * Paths that the change's commits wrote to, that the target once had or has, and that are gone after a merge whose author
 * did not delete them.
 */
export async function carriedOff(reader: Reader, steps: readonly Step[], ends: Ends): Promise<ReadonlySet<string>> {
  const { base, head, landing } = ends;
  const written = new Set(
    steps.flatMap(({ entries }) => entries.flatMap(({ path, newMode }) => (newMode === '000000' ? [] : [path]))),
  );
  const lost = new Set<string>();
  const lose = (entries: readonly RawEntry[], own: ReadonlySet<string> = new Set()): void => {
    for (const { path } of entries) if (written.has(path) && !own.has(path)) lost.add(path);
  };
  const raw = ['-r', '-z', '--raw', '--no-abbrev', '--no-renames', '--diff-filter=D'];
  if (steps.some(({ commit }) => commit.parents.length > 1)) {
    const own = new Map(
      steps.map(({ commit, entries }) => [
        commit.oid,
        new Set(commit.parents.length === 2 ? entries.flatMap(deletedPath) : []),
      ]),
    );
    const args = [
      'log',
      ...raw,
      '-m',
      '--merges',
      '--format=%H%x00%P%x00%x00%x00',
      '--end-of-options',
      head,
      `^${base}`,
    ];
    for (const { oid, entries } of parseLog(await reader.output(args))) lose(entries, own.get(oid));
  }
  if (landing !== undefined && written.size > 0) {
    lose(parseRaw(await reader.output(['diff-tree', ...raw, '--end-of-options', head, landing])));
  }
  if (lost.size === 0) return lost;
  const oids = new Set(steps.map(({ commit }) => commit.oid));
  const stood = new Set([base, ...steps.flatMap(({ commit }) => commit.parents.filter((each) => !oids.has(each)))]);
  const ids = await idsIn(reader, [...stood], [...lost]);
  // What the branch itself took out on one side the target has or lacks all along.
  return new Set([...lost].filter((path) => ids.get(path)?.length !== 0 && ids.get(path)?.length !== stood.size));
}

function deletedPath({ path, newMode }: RawEntry): string[] {
  return newMode === '000000' ? [path] : [];
}

/** What each path is in those of some commits that have it; nothing of a path that git can't be asked about so. */
export async function idsIn(
  reader: Reader,
  commits: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const asked = paths.filter((path) => !path.includes('\ufffd'));
  if (Math.ceil(asked.length / AT_ONCE) * commits.length > MAX_CALLS) return new Map();
  const ids = new Map(asked.map((path): [string, string[]] => [path, []]));
  // Trees say what stands there: the object of a submodule is never here, nor are all of a partial clone.
  const list = ['ls-tree', '-z', '--full-tree', '--end-of-options'];
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE);
    for (const commit of commits) {
      for (const entry of splitNul(await reader.output([...list, commit, ...some]))) {
        const [, id = '', path = ''] = /^\d+ (?:blob|commit) ([0-9a-f]+)\t(.*)$/s.exec(entry) ?? [];
        ids.get(fromUtf8(path))?.push(id);
      }
    }
  }
  return ids;
}
