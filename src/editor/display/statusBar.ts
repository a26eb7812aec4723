/** One item at the right of the status bar: a number, its meaning in the tooltip. A click opens the panel. */
import type { Disposable } from 'vscode';
import { MarkdownString, StatusBarAlignment, l10n, window } from 'vscode';
import { needsAction } from '../../panel/blocks';
import { blocksOf } from '../../panel/queue';
import type { Session } from '../workspace/session';
import type { ReadyState } from '../workspace/sessionState';
import type { Sessions } from '../workspace/sessions';
import { escaped } from './markdown';
import { blocks as blockCount } from './words';

export function showStatusBar(sessions: Sessions): Disposable {
  const item = window.createStatusBarItem('countersign.status', StatusBarAlignment.Right, 90);
  item.name = l10n.t('Countersign');
  item.command = 'workbench.view.extension.countersign';
  const update = (): void => {
    const session = sessions.active;
    if (session === undefined) {
      item.hide();
      return;
    }
    const { text, spoken, tooltip } = describe(session, sessions);
    item.text = text;
    item.tooltip = new MarkdownString('', true).appendMarkdown(tooltip);
    item.accessibilityInformation = { label: spoken, role: 'button' };
    item.show();
  };
  const following = [sessions.onDidChange(update), window.onDidChangeActiveTextEditor(update)];
  update();
  return {
    dispose: () => {
      for (const each of [...following, item]) each.dispose();
    },
  };
}

interface Description {
  readonly text: string;
  readonly spoken: string;
  readonly tooltip: string;
}

function describe(session: Session, sessions: Sessions): Description {
  const { state } = session;
  switch (state.kind) {
    case 'reading': {
      const reading = l10n.t('Countersign: reading the branch');
      return { text: '$(unverified) …', spoken: reading, tooltip: reading };
    }
    case 'failed': {
      const failed = l10n.t('Countersign: the branch can not be judged');
      const [first] = state.problems;
      const reason = first === undefined ? '' : `\n\n${escaped(first.message)}`;
      return { text: '$(unverified) ?', spoken: failed, tooltip: `${failed}${reason}` };
    }
    case 'nothing': {
      const nothing = l10n.t('Countersign: nothing to compare on this branch');
      return { text: '$(verified) 0', spoken: nothing, tooltip: nothing };
    }
    case 'ready':
      return describeReady(state, sessions);
  }
}

function describeReady(state: ReadyState, sessions: Sessions): Description {
  const open = state.changes.filter(needsAction);
  const toDecide = blocksOf(state.queue).length;
  const total = state.changes.length;
  const spoken =
    open.length === 0
      ? l10n.t('Countersign: nothing needs a sign-off')
      : l10n.t('Countersign: {0} of {1} need a sign-off', open.length, blockCount(total));
  const uri = window.activeTextEditor?.document.uri;
  const path = uri === undefined ? undefined : sessions.of(uri)?.path;
  const here = open.filter((block) => block.path === path).length;
  const lines = [
    `**${spoken}**`,
    ...(path !== undefined && here > 0 ? [l10n.t('{0} in this file', blockCount(here))] : []),
    ...(toDecide > 0 ? [l10n.t('{0} wait for your decision', blockCount(toDecide))] : []),
    ...(state.problems.length > 0 ? [l10n.t('{0} problems in files of Countersign', state.problems.length)] : []),
    `${escaped(state.branchName ?? 'HEAD')} → ${escaped(state.working.target.ref)}`,
  ];
  const icon = open.length === 0 ? '$(verified)' : '$(unverified)';
  return { text: `${icon} ${open.length}`, spoken, tooltip: lines.join('\n\n') };
}
