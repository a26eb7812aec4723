/**
 * Committing one of our files alone: with a private index, so that whatever the user has staged or changed stays exactly
 * as it is.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import type { Repository } from './repository';
import { inRepository } from './repository';

const IN_PROGRESS = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply', 'BISECT_LOG'];

/** Whether git is in the middle of nothing. */
export function isQuiet(repository: Repository): boolean {
  return !IN_PROGRESS.some((name) => existsSync(join(repository.gitDir, name)));
}

/** Throws `in-progress` (exit 3) while git is in the middle of a merge, rebase or the like. */
export function requireQuietRepository(repository: Repository): void {
  const busy = IN_PROGRESS.find((name) => existsSync(join(repository.gitDir, name)));
  if (busy === undefined) return;
  const message = `git is in the middle of something (${busy}); finish or abort it first, or use --no-commit`;
  throw new CountersignError({ code: 'in-progress', message }, 3);
}

/**
 * Commits these staged files, and nothing else, on top of HEAD. The files must stand in the index already, as
 * `writeToStore` leaves them. Gives the new commit's id.
 */
export async function commitOnly(repository: Repository, paths: readonly string[], message: string): Promise<string> {
  requireQuietRepository(repository);
  const staged = await inRepository(repository, ['ls-files', '-z', '--stage', '--', ...paths]);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-index-'));
  try {
    const env = { ...repository.env, GIT_INDEX_FILE: join(folder, 'index') };
    await inRepository(repository, ['read-tree', 'HEAD'], { env });
    await inRepository(repository, ['update-index', '--add', '-z', '--index-info'], { env, input: staged });
    await inRepository(repository, ['commit', '--quiet', '--no-verify', '-m', message], { env });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return (await inRepository(repository, ['rev-parse', 'HEAD'])).trim();
}
