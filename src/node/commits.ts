/** Who touched which paths in a range of commits. */
import type { ChangeCommit } from '../core/model/change';
import { fromUtf8 } from '../core/text/bytes';
import type { Reader } from './objects';
import { parseRaw } from './rawDiff';
import { splitNul } from './git';

const MARK = '\x01commit\x01';

/**
 * The commits of `base..head` with the paths they touch, without the sidecar's records. A merge touches only the paths
 * where it differs from the merge that git makes by itself.
 */
export async function readCommits(reader: Reader, base: string, head: string): Promise<ChangeCommit[]> {
  const format = `--format=${MARK}%H%x00%P%x00%ae%x00%ce%x00`;
  const range = ['--end-of-options', head, `^${base}`];
  const args = ['log', '-z', '--raw', '--no-abbrev', '--no-renames', '--root', '--diff-merges=off', format];
  const output = await reader.output([...args, ...range]);
  const commits: ChangeCommit[] = [];
  for (const chunk of output.split(MARK).slice(1)) {
    const [oid = '', parents = '', authorEmail = '', committerEmail = '', ...rest] = chunk.split('\0');
    const parentIds = parents.split(' ').filter((id) => id !== '');
    const paths =
      parentIds.length > 1
        ? await mergePaths(reader, oid, parentIds)
        : parseRaw(rest.join('\0').replace(/^[\n\0]+/, '')).map((entry) => entry.path);
    commits.push({
      oid,
      authorEmail: fromUtf8(authorEmail),
      committerEmail: fromUtf8(committerEmail),
      paths: paths.filter((path) => !path.startsWith('.countersign/v1/')),
    });
  }
  return commits;
}

/** Paths where a merge commit differs from the automatic merge of its parents; against the first parent if there is none. */
async function mergePaths(reader: Reader, oid: string, parents: readonly string[]): Promise<string[]> {
  const [ours = '', theirs = ''] = parents;
  const automatic = parents.length === 2 ? await mergeTree(reader, ours, theirs) : undefined;
  const raw = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--end-of-options'];
  const output = await reader.output([...raw, automatic?.tree ?? ours, oid]);
  return parseRaw(output).map((entry) => entry.path);
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
