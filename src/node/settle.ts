/**
 * `settle`: what the post-commit hook runs. `git commit PATH` commits from an index of its own; the record that was staged
 * there is in the commit but not in the real index, so the next commit would delete it.
 */
import { fromUtf8 } from '../core/text/bytes';
import { parseRaw } from './rawDiff';
import { parseStorePath } from '../core/sidecar/paths';
import type { Repository } from './repository';
import { inRepository } from './repository';

const RAW = ['--raw', '-z', '--no-renames', '--no-abbrev', 'HEAD', '--', '.countersign/v1'];

/** Stages again what the newest commit added to the sidecar and the index lacks. Gives the paths. */
export async function settleRecords(repository: Repository): Promise<string[]> {
  const lacking = parseRaw(await inRepository(repository, ['diff-index', '--cached', ...RAW])).filter(
    (entry) => entry.newMode === '000000' && parseStorePath(entry.path) !== undefined,
  );
  if (lacking.length === 0) return [];
  // Only what this very commit added: the removal of an older record may be meant.
  const newest = ['diff-tree', '-r', '--root', '--no-commit-id', '-m', '--first-parent', '--diff-filter=A'];
  const added = new Set(parseRaw(await inRepository(repository, [...newest, ...RAW])).map((entry) => entry.path));
  const again = lacking.filter((entry) => added.has(entry.path));
  if (again.length === 0) return [];
  const input = again.map((entry) => `${entry.oldMode} ${entry.oldId}\t${entry.path}\0`).join('');
  await inRepository(repository, ['update-index', '-z', '--index-info'], { input });
  return again.map((entry) => fromUtf8(entry.path));
}
