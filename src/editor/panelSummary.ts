/** The summary: where the branch stands and the one thing to do next, in a small webview. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposable, Webview, WebviewView, WebviewViewProvider } from 'vscode';
import { Uri, commands, l10n, window } from 'vscode';
import { needsAction } from '../panel/blocks';
import type { Count, SummaryView, ToWebview, Tone } from '../panel/messages';
import { parseFromWebview } from '../panel/messages';
import type { Action, Situation } from '../panel/nextStep';
import { nextStep } from '../panel/nextStep';
import { blocksOf } from '../panel/queue';
import { blocks as blockCount, safe } from './display/words';
import { sentence } from './review/commands';
import type { Session } from './workspace/session';
import type { ReadyState } from './workspace/sessionState';
import type { Sessions } from './workspace/sessions';

/** The command that each action stands for. A message can only ever start one of these; each asks before it signs. */
const COMMAND_OF: Readonly<Record<Action, string>> = {
  'show-problems': 'workbench.actions.view.problems',
  'install-hook': 'countersign.installHook',
  review: 'countersign.openReview',
  sign: 'countersign.signOff',
  commit: 'workbench.view.scm',
  request: 'countersign.requestReview',
  push: 'countersign.push',
  settle: 'countersign.changes.focus',
};

export function showSummary(sessions: Sessions, extension: Uri): Disposable {
  const provider = new SummaryProvider(sessions, extension);
  const registration = window.registerWebviewViewProvider('countersign.summary', provider);
  return {
    dispose: () => {
      registration.dispose();
      provider.dispose();
    },
  };
}

class SummaryProvider implements WebviewViewProvider, Disposable {
  readonly #sessions: Sessions;
  readonly #extension: Uri;
  readonly #following: Disposable;
  #view: WebviewView | undefined;

  constructor(sessions: Sessions, extension: Uri) {
    this.#sessions = sessions;
    this.#extension = extension;
    this.#following = sessions.onDidChange(() => this.#send());
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    const root = Uri.joinPath(this.#extension, 'dist', 'webview');
    const style = Uri.joinPath(this.#extension, 'media', 'webview');
    view.webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [root, style] };
    view.webview.onDidReceiveMessage((message: unknown) => {
      const known = parseFromWebview(message);
      if (known?.type === 'ready') this.#send();
      // Only what the button offers now: a late or forged click does nothing else.
      if (known?.type === 'act' && known.action === this.#offered()) {
        void commands.executeCommand(COMMAND_OF[known.action]);
      }
    });
    view.onDidDispose(() => {
      this.#view = undefined;
    });
    view.webview.html = htmlFor(view.webview, this.#extension);
  }

  #offered(): Action | undefined {
    return summaryOf(this.#sessions.active)?.action?.id;
  }

  #send(): void {
    const view = summaryOf(this.#sessions.active);
    if (view === undefined || this.#view === undefined) return;
    const message: ToWebview = { type: 'summary', view };
    // eslint-disable-next-line unicorn/require-post-message-target-origin -- the editor's own channel, not a window's
    void this.#view.webview.postMessage(message);
  }

  dispose(): void {
    this.#following.dispose();
  }
}

function htmlFor(webview: Webview, extension: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const script = webview.asWebviewUri(Uri.joinPath(extension, 'dist', 'webview', 'summary.js')).toString();
  const style = webview.asWebviewUri(Uri.joinPath(extension, 'media', 'webview', 'summary.css')).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}';`;
  const html = readFileSync(join(extension.fsPath, 'media', 'webview', 'summary.html'), 'utf8');
  const values: Readonly<Record<string, string>> = { policy, nonce, script, style };
  return html.replaceAll(/\{\{(\w+)\}\}/g, (_match, name: string) => values[name] ?? '');
}

/** What the summary says of a session; undefined while there is nothing to say. */
export function summaryOf(session: Session | undefined): SummaryView | undefined {
  if (session === undefined || session.state.kind === 'reading') return undefined;
  const { state } = session;
  if (state.kind === 'ready') return summaryOfReady(session, state);
  if (state.kind === 'nothing' && state.problems.length === 0) return nothingToCompare(state.why);
  const [first] = state.problems;
  return {
    tone: 'problem',
    headline: l10n.t('This branch can’t be judged'),
    detail: first === undefined ? '' : sentence(first.path === '' ? first.message : `${first.path}: ${first.message}`),
    counts: [],
    facts: [],
    ...(first === undefined || first.path === ''
      ? {}
      : { action: { id: 'show-problems' as const, label: l10n.t('Show problems') } }),
  };
}

function nothingToCompare(why: 'no-target' | 'no-commit'): SummaryView {
  const detail =
    why === 'no-commit'
      ? l10n.t('This repository has no commit yet.')
      : l10n.t('This is the target branch itself. Work on a branch of your own, and its changes are judged here.');
  return { tone: 'good', headline: l10n.t('Nothing to compare'), detail, counts: [], facts: [] };
}

function summaryOfReady(session: Session, state: ReadyState): SummaryView {
  const situation = situationOf(session, state);
  const action = nextStep(situation);
  const { headline, detail, tone } = verdictOf(state, situation);
  return {
    tone,
    headline,
    detail,
    counts: countsOf(state),
    facts: factsOf(state),
    ...(action === undefined ? {} : { action: { id: action, label: labelOf(action, situation) } }),
  };
}

function situationOf(session: Session, state: ReadyState): Situation {
  const toDecide = blocksOf(state.queue);
  const unasked = state.changes.filter((block) => block.state === 'open' || block.state === 'stale');
  return {
    problems: state.problems.length,
    hookInstalled: state.hookInstalled,
    toDecide: toDecide.length,
    viewed: toDecide.filter((block) => session.isViewed(block.key)).length,
    uncommitted: unasked.filter((block) => !block.committed).length,
    unasked: unasked.filter((block) => block.committed).length,
    awaiting: state.changes.filter((block) => block.state === 'requested').length,
    rejected: state.changes.filter((block) => block.state === 'rejected').length,
    unpushed: state.unpushed,
    hasRemote: state.hasRemote,
  };
}

function labelOf(action: Action, at: Situation): string {
  switch (action) {
    case 'show-problems':
      return l10n.t('Show problems');
    case 'install-hook':
      return l10n.t('Install the hook');
    case 'review':
      return reviewLabel(at.toDecide, at.viewed);
    case 'sign':
      return l10n.t('Sign off {0}…', blockCount(at.toDecide));
    case 'commit':
      return l10n.t('Commit your work');
    case 'request':
      return l10n.t('Request review…');
    case 'push':
      return l10n.t('Push');
    case 'settle':
      return l10n.t('Show rejections');
  }
}

function reviewLabel(toDecide: number, viewed: number): string {
  if (viewed === 0) return l10n.t('Review {0}', blockCount(toDecide));
  const left = toDecide - viewed;
  return left === 1 ? l10n.t('Review 1 more block') : l10n.t('Review {0} more blocks', left);
}

function verdictOf(
  state: ReadyState,
  at: Situation,
): { readonly headline: string; readonly detail: string; readonly tone: Tone } {
  const open = state.changes.filter(needsAction).length;
  const gate =
    at.uncommitted > 0 ? l10n.t('Not all of it is committed yet; the gate judges commits.') : gateWord(state);
  if (at.problems > 0) {
    const [first] = state.problems;
    const what = first === undefined ? '' : `${safe(first.path)}: ${sentence(first.message)}`;
    return { headline: l10n.t('Files of Countersign can’t be read'), detail: what, tone: 'problem' };
  }
  if (at.toDecide > 0) {
    const detail = l10n.t('{0} of {1} viewed.', at.viewed, at.toDecide);
    return { headline: l10n.t('{0} wait for you', blockCount(at.toDecide)), detail, tone: 'todo' };
  }
  if (state.changes.length === 0) return { headline: l10n.t('No changes yet'), detail: gate, tone: 'good' };
  if (!at.hookInstalled) {
    const detail = l10n.t('Without its commit hook no record of who wrote what gets into your commits.');
    return { headline: l10n.t('The hook is missing here'), detail, tone: 'todo' };
  }
  if (open === 0) return { headline: l10n.t('Nothing needs a sign-off'), detail: gate, tone: 'good' };
  if (at.rejected > 0)
    return { headline: l10n.t('{0} rejected', blockCount(at.rejected)), detail: gate, tone: 'problem' };
  if (open === at.awaiting)
    return { headline: l10n.t('{0} await review', blockCount(open)), detail: gate, tone: 'wait' };
  const headline = open === 1 ? l10n.t('1 block needs a sign-off') : l10n.t('{0} need a sign-off', blockCount(open));
  return { headline, detail: gate, tone: 'todo' };
}

/** What the gate would say of the branch as committed. */
function gateWord(state: ReadyState): string {
  const { branch } = state;
  const target = safe(state.working.target.ref);
  if (branch === undefined) return l10n.t('{0} has no policy yet: the gate starts when this one is merged.', target);
  if (branch.report.ok) return l10n.t('The gate to {0} would pass.', target);
  return branch.report.policy.mode === 'observe'
    ? l10n.t('The gate to {0} would fail if the policy did not only observe.', target)
    : l10n.t('The gate to {0} would fail.', target);
}

function countsOf(state: ReadyState): Count[] {
  const labels = {
    open: l10n.t('need sign-off'),
    requested: l10n.t('awaiting'),
    stale: l10n.t('changed'),
    rejected: l10n.t('rejected'),
    fine: l10n.t('fine'),
  };
  return (['open', 'requested', 'stale', 'rejected', 'fine'] as const).flatMap((each) => {
    const value = state.changes.filter((block) => block.state === each).length;
    return value === 0 ? [] : [{ state: each, value, label: labels[each] }];
  });
}

function factsOf(state: ReadyState): { label: string; value: string }[] {
  const { policy } = state.working.input;
  const you = [state.person?.id ?? state.me, ...(state.person === undefined ? [] : [state.person.level])];
  const mode = policy.mode === 'enforce' ? l10n.t('enforced') : l10n.t('observes only');
  return [
    { label: l10n.t('Branch'), value: `${safe(state.branchName ?? 'HEAD')} → ${safe(state.working.target.ref)}` },
    { label: l10n.t('You'), value: safe(you.join(', ')) },
    { label: l10n.t('Policy'), value: mode },
    ...(state.waiting === 0 ? [] : [{ label: l10n.t('Waiting'), value: waitingWord(state.waiting) }]),
  ];
}

/** Commits that went by without the hook. */
function waitingWord(files: number): string {
  return files === 1
    ? l10n.t('the record of 1 file, for the next commit')
    : l10n.t('the records of {0} files, for the next commit', files);
}
