/** The status panel with everything around it: views, commands, marks, status bar, problems. */
import { join } from 'node:path';
import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import { Disposable as Disposables, commands, l10n, workspace } from 'vscode';
import type { BlockView } from '../panel/blocks';
import { needsAction } from '../panel/blocks';
import { blocksOf } from '../panel/queue';
import { showProblems } from './display/diagnostics';
import { showMarks } from './display/marks';
import { showStatusBar } from './display/statusBar';
import type { Node } from './panelNodes';
import { nodeFrom } from './panelNodes';
import { showSummary } from './panelSummary';
import { showChanges, showQueue } from './panelTrees';
import { checkOutForReview, pickBranch } from './review/checkOut';
import { Refusal, registerCommands } from './review/commands';
import { provideReviewDocuments } from './review/documents';
import { openBlock, openReview, openReviewDiff, openWorkDiff } from './review/open';
import { pushBranch } from './review/push';
import { askForReview } from './review/request';
import { installHook, setUp } from './review/setUp';
import { signRecords } from './review/signRecords';
import { reject, signOff } from './review/signOff';
import { pickSigningKey } from './review/signingKey';
import { chooseBlocks, showNext } from './review/step';
import { followSight } from './review/viewed';
import type { Repositories } from './workspace/repositories';
import type { Session } from './workspace/session';
import type { ReadyState } from './workspace/sessionState';
import { Sessions } from './workspace/sessions';

export interface PanelParts {
  readonly log: LogOutputChannel;
  readonly repositories: Repositories;
  readonly context: Pick<ExtensionContext, 'extensionUri' | 'workspaceState'>;
}

/** Shows the panel and registers its commands. Nothing is read or run before this returns. */
export function showPanel({ log, repositories, context }: PanelParts): Disposable & { readonly sessions: Sessions } {
  const sessions = new Sessions(repositories, { log, memory: context.workspaceState });
  const queue = showQueue(sessions);
  const setUpParts = { repositories, sessions, cliSource: join(context.extensionUri.fsPath, 'dist', 'cli.js') };
  const update = (): void => updateContext(sessions, repositories);
  update();
  const all = Disposables.from(
    sessions,
    queue.disposable,
    showChanges(sessions),
    showSummary(sessions, context.extensionUri),
    provideReviewDocuments(sessions),
    followSight(sessions),
    showMarks(sessions),
    showStatusBar(sessions),
    showProblems(sessions),
    sessions.onDidChange(update),
    workspace.onDidChangeWorkspaceFolders(update),
    registerCommands(log, {
      'countersign.setUp': () => setUp(setUpParts),
      'countersign.installHook': () => installHook(setUpParts),
      'countersign.refresh': () => refresh(sessions),
      'countersign.requestReview': async (argument) => {
        const { session, state, block } = await current(sessions, argument);
        await askForReview(session, state, block);
      },
      'countersign.openReview': async (argument) => {
        const { session, state } = await current(sessions, argument);
        await openReview(session, waitingOr(state, argument));
      },
      'countersign.signOff': async (argument) => {
        const { session, state } = await current(sessions, argument);
        const waiting = waitingOr(state, argument);
        // Nobody asked: a policy's only owner signs their own change of it, a senior what they came across.
        await signOff(session, state, waiting.length > 0 ? waiting : state.unasked);
      },
      'countersign.reject': async (argument) => {
        const { session, state } = await current(sessions, argument);
        await reject(session, state, await chooseBlocks(waitingOr(state, argument)));
      },
      'countersign.nextBlock': async () => {
        const { session, state } = await current(sessions, undefined);
        await showNext(session, waitingOr(state, undefined), 1);
      },
      'countersign.previousBlock': async () => {
        const { session, state } = await current(sessions, undefined);
        await showNext(session, waitingOr(state, undefined), -1);
      },
      'countersign.openBlock': async (argument) => {
        const { session, block } = await current(sessions, argument);
        if (block !== undefined) await openBlock(session, block);
      },
      'countersign.openDiff': async (argument) => {
        const { session, block } = await current(sessions, argument);
        if (block === undefined) return;
        if (nodeFrom(argument)?.kind === 'review') await openReviewDiff(session, block);
        else await openWorkDiff(session, block);
      },
      'countersign.checkOut': async (argument) => {
        const node = nodeFrom(argument);
        const { session, state } = await current(sessions, argument);
        await checkOutForReview(session, node?.kind === 'branch' ? node.ref : await pickBranch(state));
      },
      'countersign.push': async () => {
        const { session } = await current(sessions, undefined);
        await pushBranch(session);
      },
      'countersign.signRecords': async () => {
        const { session } = await current(sessions, undefined);
        await signRecords(session);
      },
      'countersign.pickSigningKey': async () => {
        await pickSigningKey();
      },
    }),
  );
  return Object.assign(all, { sessions });
}

/** The session that a command is about, once its state is known, and the block when a node names one. */
async function current(
  sessions: Sessions,
  argument: unknown,
): Promise<{ readonly session: Session; readonly state: ReadyState; readonly block?: BlockView }> {
  const node = nodeFrom(argument);
  const session = node?.session ?? sessions.active;
  if (session === undefined) {
    throw new Refusal(
      workspace.isTrusted
        ? l10n.t('No repository with a Countersign policy is open.')
        : l10n.t('Nothing is run in Restricted Mode. Trust this workspace first.'),
    );
  }
  if (session.state.kind === 'reading') await session.refresh();
  const { state } = session;
  if (state.kind !== 'ready') {
    const [first] = state.kind === 'reading' ? [] : state.problems;
    if (state.kind === 'nothing' && first === undefined) {
      throw new Refusal(l10n.t('There is nothing to compare on this branch. Work on a branch of your own.'));
    }
    throw new Refusal(l10n.t('This branch can’t be judged now: {0}', first?.message ?? ''));
  }
  const block = node?.kind === 'change' || node?.kind === 'review' ? node.block : undefined;
  return { session, state, ...(block === undefined ? {} : { block }) };
}

/** What a node asks about; without one, what waits for this person; else everything committed that needs someone. */
function waitingOr(state: ReadyState, argument: unknown): readonly BlockView[] {
  const node: Node | undefined = nodeFrom(argument);
  if (node?.kind === 'review') return [node.block];
  if (node?.kind === 'request') return node.entry.blocks;
  return blocksOf(state.queue);
}

async function refresh(sessions: Sessions): Promise<void> {
  await sessions.update();
  await Promise.all(sessions.all.map((session) => session.refresh()));
}

/** Tells menus and welcome texts how things stand. */
function updateContext(sessions: Sessions, repositories: Repositories): void {
  const session = sessions.active;
  const state = session?.state;
  const set = (key: string, value: unknown): void =>
    void commands.executeCommand('setContext', `countersign.${key}`, value);
  set('state', session === undefined ? whyNone(repositories) : state?.kind);
  set('canReview', state?.kind === 'ready' && state.queue.length > 0);
  set('canRequest', state?.kind === 'ready' && state.changes.some((block) => needsAction(block)));
  set('canSign', state?.kind === 'ready' && state.queue.length + state.unasked.length > 0);
  set('canCheckOut', state?.kind === 'ready' && state.elsewhere.length > 0);
  set('hookMissing', state?.kind === 'ready' && !state.hookInstalled);
}

/** Why there is no session: each reason has its own welcome text. */
function whyNone(repositories: Repositories): string {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) return 'noFolder';
  if (!workspace.isTrusted) return 'untrusted';
  return folders.some(({ uri }) => repositories.locate(uri.with({ path: `${uri.path}/any` })) !== undefined)
    ? 'noPolicy'
    : 'noRepository';
}
