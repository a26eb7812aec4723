/** What the index changes: against HEAD, and against the other parents of a merge that is being committed. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ObjectSession } from './objectSession';
import type { RawEntry } from './rawDiff';
import { parseRaw } from './rawDiff';
import type { Repository } from './repository';
import { headCommit, inRepository, tryInRepository } from './repository';
import { underWay } from './underWay';

/** What the index changes against HEAD, or against nothing in a repository without commits. */
export async function indexChange(
  repository: Repository,
  session: ObjectSession,
): Promise<{ readonly head: string | undefined; readonly listed: string }> {
  const asked = underWay(tryInRepository(repository, diffIndex('HEAD')));
  const [commit] = await session.info(['HEAD']);
  const head = commit?.id ?? (await headCommit(repository));
  if (head !== undefined) {
    const listed = await asked;
    // HEAD can't have moved since: git holds the index while it commits. Elsewhere it is asked again.
    return { head, listed: listed.code === 0 ? listed.stdout : await inRepository(repository, diffIndex(head)) };
  }
  await asked;
  const empty = (await inRepository(repository, ['hash-object', '-t', 'tree', '--stdin'], { input: '' })).trim();
  return { head, listed: await inRepository(repository, diffIndex(empty)) };
}

function diffIndex(tree: string): string[] {
  return ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--no-abbrev', '--end-of-options', tree];
}

/** What the index changes against each other parent of a merge that is being committed, by path. */
export function againstOtherParents(repository: Repository): Promise<ReadonlyMap<string, RawEntry>[]> {
  return Promise.all(mergeParents(repository).map((parent) => stagedAgainst(repository, parent)));
}

/** What the index changes against a merge's other parent, by path. */
async function stagedAgainst(repository: Repository, parent: string): Promise<Map<string, RawEntry>> {
  const entries = parseRaw(await inRepository(repository, diffIndex(parent)));
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** The other parents of a merge that is being committed. */
export function mergeParents(repository: Pick<Repository, 'gitDir'>): string[] {
  const file = join(repository.gitDir, 'MERGE_HEAD');
  if (!existsSync(file)) return [];
  const ids = readFileSync(file, 'utf8').split('\n');
  return ids.filter((id) => /^[0-9a-f]{40,64}$/.test(id));
}
