/** After a commit of ours: say so, and offer to hand it on. */
import { commands, l10n, window } from 'vscode';
import type { Session } from '../workspace/session';

/** Announces what was done. The message's button pushes by the editor's own git; nothing is pushed without it. */
export async function offerPush(session: Session, done: string): Promise<void> {
  const { state } = session;
  if (state.kind !== 'ready' || !state.hasRemote) {
    await Promise.resolve();
    void window.showInformationMessage(done);
    return;
  }
  const push = l10n.t('Push');
  // Not awaited: the command is done, the message may stay.
  void Promise.resolve(window.showInformationMessage(l10n.t('{0} Push to hand it on.', done), push)).then((answer) =>
    answer === push ? pushBranch(session) : undefined,
  );
}

/** Pushes the branch, or publishes it when it has no upstream yet. */
export async function pushBranch(session: Session): Promise<void> {
  const { state } = session;
  const published = state.kind === 'ready' && state.unpushed !== undefined;
  await commands.executeCommand(published ? 'git.push' : 'git.publish');
  await session.refresh();
}
