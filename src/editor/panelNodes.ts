/** The nodes of both trees and how each is shown. */
import type { TreeItem } from 'vscode';
import {
  MarkdownString,
  ThemeIcon,
  TreeItemCheckboxState,
  TreeItemCollapsibleState,
  TreeItem as Item,
  Uri,
  l10n,
} from 'vscode';
import { basename, join } from 'node:path';
import type { Problem } from '../core/model/problem';
import type { Known } from './display/hover';
import type { BlockState, BlockView } from '../panel/blocks';
import type { ItemView } from '../panel/items';
import type { QueueEntry } from '../panel/queue';
import { LOOKS, stateIcon } from './display/colors';
import { hoverOf } from './display/hover';
import {
  blocks as blockCount,
  itemWord,
  originsOf,
  placeOf,
  restoredWord,
  risksIn,
  safe,
  spokenOf,
  stateWord,
  summaryOf,
  toolOf,
} from './display/words';
import { branchLabel } from './review/checkOut';
import { sentence } from './review/commands';
import type { Session } from './workspace/session';
import type { ChangedBlock } from './workspace/sessionState';

export type Node =
  | { readonly kind: 'repository'; readonly session: Session }
  | { readonly kind: 'problem'; readonly session: Session; readonly problem: Problem }
  | {
      readonly kind: 'group';
      readonly session: Session;
      readonly state: BlockState;
      readonly blocks: readonly ChangedBlock[];
      readonly items: readonly (ChangedBlock | ItemView<ChangedBlock>)[];
    }
  | {
      readonly kind: 'item';
      readonly session: Session;
      readonly state: BlockState;
      readonly item: ItemView<ChangedBlock>;
    }
  | { readonly kind: 'change'; readonly session: Session; readonly block: ChangedBlock }
  | { readonly kind: 'request'; readonly session: Session; readonly entry: QueueEntry }
  | { readonly kind: 'review'; readonly session: Session; readonly block: BlockView; readonly request: string }
  | { readonly kind: 'branch'; readonly session: Session; readonly ref: string; readonly entry: QueueEntry };

/** A node that a menu or a link hands to a command, or undefined when it is something else. */
export function nodeFrom(value: unknown): Node | undefined {
  return typeof value === 'object' && value !== null && 'kind' in value && 'session' in value
    ? (value as Node)
    : undefined;
}

/** Stable across readings, so that selection and expansion stay. */
export function idOf(node: Node): string {
  const { top } = node.session.repository;
  switch (node.kind) {
    case 'repository':
      return top;
    case 'problem':
      return `${top} problem ${node.problem.path} ${node.problem.field} ${node.problem.message}`;
    case 'group':
      return `${top} group ${node.state}`;
    case 'item': {
      const { item } = node.item;
      const which = item.kind === 'folder' ? `${item.from}\0${item.to}` : item.commit;
      return `${top} item ${node.state} ${which}`;
    }
    case 'change':
      return `${top} change ${node.block.key}`;
    case 'request':
      return `${top} request ${node.entry.id}`;
    case 'review':
      return `${top} review ${node.request} ${node.block.key}`;
    case 'branch':
      return `${top} branch ${node.ref} ${node.entry.id}`;
  }
}

export function itemOf(node: Node): TreeItem {
  const item = draw(node);
  item.id = idOf(node);
  return item;
}

function draw(node: Node): TreeItem {
  switch (node.kind) {
    case 'repository': {
      const item = new Item(basename(node.session.repository.top), TreeItemCollapsibleState.Expanded);
      item.iconPath = new ThemeIcon('repo');
      return item;
    }
    case 'problem':
      return drawProblem(node.session, node.problem);
    case 'group':
      return drawGroup(node.state, node.blocks);
    case 'item':
      return drawItem(node.state, node.item);
    case 'change':
      return drawChange(node);
    case 'request':
      return drawRequest(node.entry, undefined);
    case 'branch':
      return drawRequest(node.entry, node.ref);
    case 'review':
      return drawReview(node.session, node.block, node);
  }
}

function drawProblem(session: Session, problem: Problem): TreeItem {
  const text = sentence(problem.message);
  const item = new Item(problem.path === '' ? text : safe(problem.path), TreeItemCollapsibleState.None);
  if (problem.path !== '') {
    item.description = text;
    const file = Uri.file(join(session.repository.top, problem.path));
    item.command = { command: 'vscode.open', title: l10n.t('Open File'), arguments: [file] };
  }
  item.iconPath = new ThemeIcon('warning');
  item.tooltip = problem.field === '' ? text : `${safe(problem.field)}: ${text}`;
  item.contextValue = 'countersign.problem';
  item.accessibilityInformation = { label: l10n.t('Problem: {0} {1}', safe(problem.path), text) };
  return item;
}

function drawGroup(state: BlockState, blocks: readonly ChangedBlock[]): TreeItem {
  const collapsed = state === 'fine' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded;
  const item = new Item(stateWord(state), collapsed);
  item.description = String(blocks.length);
  item.contextValue = `countersign.group.${state}`;
  item.accessibilityInformation = { label: `${stateWord(state)}, ${blockCount(blocks.length)}` };
  return item;
}

function drawItem(state: BlockState, { item, blocks }: ItemView<ChangedBlock>): TreeItem {
  const label = itemWord(item);
  const drawn = new Item(label, TreeItemCollapsibleState.Collapsed);
  drawn.description = blockCount(blocks.length);
  drawn.iconPath = stateIcon(state);
  drawn.contextValue = `countersign.item.${item.kind}`;
  drawn.accessibilityInformation = { label: `${label}, ${stateWord(state)}, ${blockCount(blocks.length)}` };
  return drawn;
}

function drawChange(node: Node & { readonly kind: 'change' }): TreeItem {
  const { block } = node;
  const item = new Item(placeOf(block), TreeItemCollapsibleState.None);
  item.description = block.committed ? summaryOf(block) : `${summaryOf(block)} · ${l10n.t('not committed')}`;
  item.iconPath = stateIcon(block.state);
  item.tooltip = hoverOf(block, false, knownOf(node.session));
  const waits = block.state === 'open' || block.state === 'stale';
  item.contextValue = waits && block.committed ? 'countersign.change.askable' : 'countersign.change';
  item.command = { command: 'countersign.openBlock', title: l10n.t('Open'), arguments: [node] };
  item.accessibilityInformation = { label: spokenOf(block) };
  return item;
}

function knownOf({ state }: Session): Known | undefined {
  return state.kind === 'ready' ? { policy: state.working.input.policy, since: state.since } : undefined;
}

function drawRequest(entry: QueueEntry, ref: string | undefined): TreeItem {
  const author = safe(entry.author.replace(/@.*$/, ''));
  const count = blockCount(entry.blocks.length);
  const label = l10n.t('{0} asks for review', author);
  const item = new Item(label, ref === undefined ? TreeItemCollapsibleState.Expanded : TreeItemCollapsibleState.None);
  const note = safe(entry.note.split('\n')[0] ?? '');
  const branch = ref === undefined ? '' : safe(branchLabel(ref));
  const restored = entry.restored === undefined ? '' : restoredWord(entry.restored);
  item.description = [count, restored, branch, note].filter((each) => each !== '').join(' · ');
  item.iconPath = new ThemeIcon(ref === undefined ? 'git-pull-request' : 'git-branch');
  const tooltip = new MarkdownString();
  tooltip.appendText(`${label}\n${safe(entry.author)}${entry.note === '' ? '' : `\n\n“${entry.note}”`}`);
  item.tooltip = tooltip;
  item.contextValue = ref === undefined ? 'countersign.request' : 'countersign.branch';
  const where = ref === undefined ? '' : l10n.t(', on branch {0}: check out to review', branch);
  item.accessibilityInformation = {
    label: `${label}, ${count}${restored === '' ? '' : `, ${restored}`}${where}${note === '' ? '' : `, ${note}`}`,
  };
  return item;
}

function drawReview(session: Session, block: BlockView, node: Node): TreeItem {
  const item = new Item(placeOf(block), TreeItemCollapsibleState.None);
  const viewed = session.isViewed(block.key);
  const risks = risksIn(block);
  const origin = [originsOf(block), toolOf(block)].filter((each) => each !== '');
  item.description = [...origin, ...(risks === '' ? [] : [risks])].join(' · ');
  item.checkboxState = {
    state: viewed ? TreeItemCheckboxState.Checked : TreeItemCheckboxState.Unchecked,
    tooltip: viewed ? l10n.t('Viewed') : l10n.t('Not viewed yet'),
    accessibilityInformation: { label: l10n.t('Viewed') },
  };
  if (block.state !== 'requested') item.iconPath = new ThemeIcon(LOOKS[block.state].icon);
  item.tooltip = hoverOf(block, true, knownOf(session));
  item.contextValue = 'countersign.review';
  item.command = { command: 'countersign.openDiff', title: l10n.t('Review'), arguments: [node] };
  const seen = viewed ? l10n.t('viewed') : l10n.t('not viewed');
  item.accessibilityInformation = { label: `${spokenOf(block)}, ${seen}${risks === '' ? '' : `, ${risks}`}` };
  return item;
}
