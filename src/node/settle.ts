/**
 * `settle`: what the post-commit hook runs. `git commit PATH` commits from an index of its own; the record that was staged
 * there is in the commit but not in the real index, so the next commit would delete it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fromUtf8 } from '../core/text/bytes';
import { parseRaw } from './rawDiff';
import { parseStorePath } from '../core/sidecar/paths';
import type { Repository } from './repository';
import { inRepository } from './repository';
import { readStageState } from './stageState';

const RAW = ['--raw', '-z', '--no-renames', '--no-abbrev', 'HEAD', '--', '.countersign/v1'];

/** Milliseconds between tries: the next `git commit` or an editor's `git status` may hold the index just now. */
const PAUSE = 100;

/**
 * Stages again what the newest commit added to the sidecar and the index lacks, and what was left of earlier ones where that
 * failed. Gives the paths.
 */
export async function settleRecords(repository: Repository, tries = 5): Promise<string[]> {
  const lacking = parseRaw(await inRepository(repository, ['diff-index', '--cached', ...RAW])).filter(
    (entry) => entry.newMode === '000000' && parseStorePath(entry.path) !== undefined,
  );
  if (lacking.length === 0) return [];
  // Nothing else: the removal of an older record may be meant.
  const newest = ['diff-tree', '-r', '--root', '--no-commit-id', '-m', '--first-parent', '--diff-filter=A'];
  const added = new Set(parseRaw(await inRepository(repository, [...newest, ...RAW])).map((entry) => entry.path));
  for (const path of readStageState(repository.gitDir).apart)
    if (existsSync(join(repository.top, path))) added.add(path);
  const again = lacking.filter((entry) => added.has(entry.path));
  if (again.length === 0) return [];
  const input = again.map((entry) => `${entry.oldMode} ${entry.oldId}\t${entry.path}\0`).join('');
  try {
    await inRepository(repository, ['update-index', '-z', '--index-info'], { input });
  } catch (error) {
    if (tries === 1) throw error;
    await setTimeout(PAUSE);
    return settleRecords(repository, tries - 1);
  }
  return again.map((entry) => fromUtf8(entry.path));
}
