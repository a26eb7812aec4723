/** Commits of which something may wait to be recorded: those that HEAD has since the settled ones, and those that it left. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeBase } from './changeStart';
import type { HeadMove } from './headLog';
import type { LoggedCommit } from './log';
import { parseLog } from './log';
import type { Repository } from './repository';
import { authorEmail, tryInRepository } from './repository';
import type { StageState } from './stageState';

/** First-parent commits that are looked at, and where nothing says how far to look. */
const MOST_COMMITS = 50;
const FIRST_COMMITS = 5;
/** Commits among which settled ones are looked for. */
const FAR_COMMITS = 1000;

/** A commit since the last one behind which nothing waits; as a further field when its author wrote it. */
export type RecentCommit = LoggedCommit;

/**
 * The first-parent commits since the settled ones, newest first; of merges what is in none of their parents. Where there is
 * a merge, the author's own commits of what it merged too: they went by without the hook as well as those of the branch.
 */
export async function recentCommits(
  repository: Repository,
  head: string,
  settled: readonly string[],
): Promise<RecentCommit[]> {
  const known = await settledIn(repository, head, settled);
  const bounds = known.length > 0 ? known : await firstBounds(repository, head);
  const most = bounds.length > 0 ? MOST_COMMITS : FIRST_COMMITS;
  const beyond = [head, ...bounds.map((id) => `^${id}`)];
  const commits = await logged(repository, ['--first-parent', `--max-count=${most}`, ...beyond]);
  if (bounds.length === 0 || commits.every(({ parents }) => parents.length < 2)) return commits;
  const own = [`--author=<${await authorEmail(repository)}>`, '--fixed-strings', '--no-mailmap'];
  // What has landed is neutral.
  const landed = (await firstBounds(repository, head)).map((id) => `^${id}`);
  const merged = await logged(repository, [...own, `--max-count=${MOST_COMMITS}`, ...beyond, ...landed]);
  const listed = new Set(commits.map(({ oid }) => oid));
  return [...commits, ...merged.filter(({ oid }) => !listed.has(oid))];
}

/**
 * Commits that HEAD left in these moves, and those of them that waited before (`away`): made anew on another base,
 * what they changed stands in texts that nobody saved. What the remote's default branch has is settled.
 */
export async function leftCommits(
  repository: Repository,
  moves: readonly HeadMove[],
  { away, settled }: Pick<StageState, 'away' | 'settled'>,
): Promise<RecentCommit[]> {
  const left = moves.filter(({ action }) => !action.startsWith('commit:')).map(({ from }) => from);
  const ids = [...new Set([...away, ...left])].slice(-MOST_COMMITS);
  if (ids.length === 0) return [];
  const bounds = ['HEAD', 'refs/remotes/origin/HEAD', ...settled].map((name) => `^${name}`);
  return logged(repository, [`--max-count=${MOST_COMMITS}`, ...ids, ...bounds]);
}

/**
 * Those of the commits that HEAD left which it has anew: with the same author and their date, as a rebase, a pick and an
 * amendment keep them, or in a squash that is about to be committed. What was given up explains nothing.
 */
export function madeAnew(
  { gitDir }: Repository,
  present: readonly RecentCommit[],
  left: readonly RecentCommit[],
): Set<string> {
  const nameOf = ({ authorEmail: by, more }: RecentCommit): string => `${String(more)} ${by}`;
  const names = new Set(present.map(nameOf));
  const file = join(gitDir, 'SQUASH_MSG');
  const squash = left.length > 0 && existsSync(file) ? readFileSync(file, 'latin1') : '';
  const anew = left.filter((commit) => names.has(nameOf(commit)) || squash.includes(commit.oid));
  return new Set(anew.map(({ oid }) => oid));
}

/**
 * The settled commits that HEAD has. One that a reset or another branch left is no bound: the record of what waits here may
 * be there and nowhere else, and nobody would look for that again. Where a merge brought very many commits that are newer,
 * those of the branch itself are looked at alone; what is far away there too is not looked for.
 */
async function settledIn(repository: Repository, head: string, settled: readonly string[]): Promise<readonly string[]> {
  for (const walk of settled.length === 0 ? [] : [[], ['--first-parent']]) {
    const listed = await tryInRepository(repository, ['rev-list', ...walk, `--max-count=${FAR_COMMITS}`, head]);
    const within = new Set(listed.stdout.split('\n'));
    const found = settled.filter((id) => within.has(id));
    if (found.length > 0) return found;
  }
  return [];
}

async function logged(repository: Repository, walk: readonly string[]): Promise<RecentCommit[]> {
  const form = [
    '--raw',
    '-c',
    '--no-abbrev',
    '--no-renames',
    '--root',
    '--no-color',
    '--format=%H%x00%P%x00%ae%x00%ce%x00%at%x00',
  ];
  const args = ['-c', 'log.showSignature=false', 'log', '-z', ...form, '--ignore-missing', ...walk];
  const { code, stdout } = await tryInRepository(repository, args);
  return code === 0 ? parseLog(stdout, 1) : [];
}

/** The first time: no further than the branch goes. */
async function firstBounds(repository: Repository, head: string): Promise<string[]> {
  const base = await mergeBase(repository, head);
  return base === head || !/^[0-9a-f]{40,64}$/.test(base) ? [] : [base];
}
