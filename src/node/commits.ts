/** Who touched which paths in a range of commits. */
import type { ChangeCommit } from '../core/model/change';
import { fromUtf8 } from '../core/text/bytes';
import type { Reader } from './objects';
import type { RawEntry } from './rawDiff';
import { parseRaw } from './rawDiff';
import { splitNul } from './git';

/**
 * The commits of `base..head` with the paths they touch, without the sidecar's records. A merge touches only the paths
 * where it differs from the merge that git makes by itself.
 */
export async function readCommits(reader: Reader, base: string, head: string): Promise<ChangeCommit[]> {
  const range = ['--end-of-options', head, `^${base}`];
  const args = ['log', '-z', '--raw', '--no-abbrev', '--no-renames', '--root', '--diff-merges=off'];
  const output = await reader.output([...args, '--format=%H%x00%P%x00%ae%x00%ce%x00', ...range]);
  const commits: ChangeCommit[] = [];
  for (const { oid, parents, authorEmail, committerEmail, entries } of parseLog(output)) {
    const touched = parents.length > 1 ? await mergeEntries(reader, oid, parents) : entries;
    const paths = touched.map((entry) => entry.path).filter((path) => !path.startsWith('.countersign/v1/'));
    commits.push({ oid, authorEmail: fromUtf8(authorEmail), committerEmail: fromUtf8(committerEmail), paths });
  }
  return commits;
}

interface LoggedCommit {
  readonly oid: string;
  readonly parents: readonly string[];
  readonly authorEmail: string;
  readonly committerEmail: string;
  readonly entries: readonly RawEntry[];
}

/**
 * Reads the log by position: four fields, then pairs of change and path. Nothing but NUL separates, since an e-mail
 * address or a path may hold anything else, and whoever writes one must not be able to cut a commit short.
 */
export function parseLog(output: string): LoggedCommit[] {
  const items = output.split('\0');
  const commits: LoggedCommit[] = [];
  const isChange = (item: string | undefined): boolean => item?.replace(/^\n/, '').startsWith(':') === true;
  let at = 0;
  while (at < items.length) {
    const oid = (items[at] ?? '').replace(/^\n/, '');
    if (oid === '') {
      at++;
      continue;
    }
    const [parents = '', authorEmail = '', committerEmail = ''] = items.slice(at + 1, at + 4);
    at += 4;
    const raw: string[] = [];
    while (at < items.length && (items[at] === '' || isChange(items[at]))) {
      if (items[at] !== '') raw.push((items[at] ?? '').replace(/^\n/, ''), items[++at] ?? '');
      at++;
    }
    const entries = raw.length === 0 ? [] : parseRaw(`${raw.join('\0')}\0`);
    commits.push({
      oid,
      parents: parents.split(' ').filter((id) => id !== ''),
      authorEmail,
      committerEmail,
      entries,
    });
  }
  return commits;
}

/** Where a merge commit differs from the automatic merge of its parents; from the first parent if there is none. */
async function mergeEntries(reader: Reader, oid: string, parents: readonly string[]): Promise<RawEntry[]> {
  const [ours = '', theirs = ''] = parents;
  const automatic = parents.length === 2 ? await mergeTree(reader, ours, theirs) : undefined;
  const raw = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--end-of-options'];
  return parseRaw(await reader.output([...raw, automatic?.tree ?? ours, oid]));
}

/** The tree of the automatic merge; `clean` is false when it holds conflicts. Undefined when git can't make one. */
export async function mergeTree(
  reader: Reader,
  ours: string,
  theirs: string,
): Promise<{ tree: string; clean: boolean; conflicts: readonly string[] } | undefined> {
  const args = ['merge-tree', '--write-tree', '--name-only', '-z', '--no-messages', '--end-of-options', ours, theirs];
  const result = await reader.try(args);
  const [tree, ...conflicts] = splitNul(result.stdout);
  if (tree === undefined || !/^[0-9a-f]{40,64}$/.test(tree) || result.code > 1) return undefined;
  return { tree, clean: result.code === 0, conflicts: conflicts.filter((each) => each !== '').map(fromUtf8) };
}
