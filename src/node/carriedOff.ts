/**
 * What becomes of a branch's work when the target renames files: the automatic merge carries it on under names that no
 * commit of the branch touched. Whoever wrote it, what records say of it and what was rejected must go with it.
 */
import type { ChangedFile } from '../core/model/change';
import type { VerifiedSignoff } from '../core/model/signoff';
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
  const times = await timesIn(reader, [...stood], [...lost]);
  // What the branch itself took out on one side the target has or lacks all along.
  return new Set([...lost].filter((path) => times.get(path) !== 0 && times.get(path) !== stood.size));
}

function deletedPath({ path, newMode }: RawEntry): string[] {
  return newMode === '000000' ? [path] : [];
}

/** In how many of some commits each path stands; nothing of a path that git can't be asked about so. */
async function timesIn(
  reader: Reader,
  commits: readonly string[],
  paths: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const asked = paths.filter((path) => !path.includes('\ufffd'));
  if (Math.ceil(asked.length / AT_ONCE) * commits.length > MAX_CALLS) return new Map();
  const times = new Map(asked.map((path): [string, number] => [path, 0]));
  // Trees say what stands there: the object of a submodule is never here, nor are all of a partial clone.
  const list = ['--literal-pathspecs', 'ls-tree', '-z', '--name-only', '--full-tree', '--end-of-options'];
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const some = asked.slice(from, from + AT_ONCE);
    for (const commit of commits) {
      const found = splitNul(await reader.output([...list, commit, ...some])).map(fromUtf8);
      for (const path of found) times.set(path, (times.get(path) ?? 0) + 1);
    }
  }
  return times;
}

/** Of the paths that rejections name and the change does not touch those that the base lacks. */
export async function rejectedAndGone(
  reader: Reader,
  base: string,
  { files, signoffs }: { readonly files: readonly ChangedFile[]; readonly signoffs: readonly VerifiedSignoff[] },
): Promise<ReadonlySet<string>> {
  const held = new Set(files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  const named = signoffs.flatMap(({ statement: { predicate, subject } }) =>
    predicate.decision === 'reject' ? subject.map(({ name }) => name) : [],
  );
  const paths = [...new Set(named)].filter((name) => !held.has(name));
  const times = await timesIn(reader, [base], paths);
  return new Set(paths.filter((path) => times.get(path) !== 1));
}
