/** Checking out a branch that someone asks to have reviewed. Work in progress is never thrown away: git refuses. */
import { CancellationError, l10n, window } from 'vscode';
import { CountersignError } from '../../core/model/problem';
import { commitOf, tryInRepository } from '../../node/repository';
import { safe } from '../display/words';
import type { Session } from '../workspace/session';
import type { ReadyState } from '../workspace/sessionState';
import { Refusal } from './commands';

/** Takes a full name: `refs/heads/x`, or `refs/remotes/origin/x`, for which a local branch is made or used. */
export async function checkOutForReview(session: Session, ref: string): Promise<void> {
  const { repository } = session;
  const remote = /^refs\/remotes\/([^/]+)\/(.+)$/.exec(ref);
  const name = remote?.[2] ?? ref.replace('refs/heads/', '');
  if (name.startsWith('-')) return;
  const exists = (await commitOf(repository, `refs/heads/${name}`)) !== undefined;
  const args = remote === null || exists ? [name] : ['--track', '-c', name, ref];
  const result = await tryInRepository(repository, ['switch', '--no-guess', ...args]);
  if (result.code !== 0) {
    const said = result.stderr.trim().split('\n').slice(0, 4).join(' ');
    const message = `the branch ${name} could not be checked out: ${said}`;
    throw new CountersignError({ code: 'git-failed', message }, 3);
  }
  // A local branch that lags behind is brought up to what was asked about; one that has gone its own way is left alone.
  if (remote !== null && exists) await tryInRepository(repository, ['merge', '--ff-only', '--quiet', ref]);
  await session.refresh();
}

/** Lets the person choose among the branches that ask them for review; one alone needs no question. */
export async function pickBranch(state: ReadyState): Promise<string> {
  const [first, ...others] = state.elsewhere;
  if (first === undefined) throw new Refusal(l10n.t('No other branch asks for your review. Fetch to see new ones.'));
  if (others.length === 0) return first.ref;
  const items = state.elsewhere.map(({ ref, entries }) => ({
    label: safe(branchLabel(ref)),
    description: [...new Set(entries.map(({ author }) => safe(author)))].join(', '),
    ref,
  }));
  const chosen = await window.showQuickPick(items, { title: l10n.t('Check out to review') });
  if (chosen === undefined) throw new CancellationError();
  return chosen.ref;
}

/** Short name of a branch for people: without `refs/heads/`, a remote's with its remote. */
export function branchLabel(ref: string): string {
  return ref.replace(/^refs\/(heads|remotes)\//, '');
}
