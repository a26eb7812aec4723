/** The trees of the status panel: what the branch changes, and what waits for the person at the screen. */
import type { Disposable, TreeDataProvider, TreeView } from 'vscode';
import { EventEmitter, TreeItemCheckboxState, l10n, window } from 'vscode';
import { BLOCK_STATES, byPlace } from '../panel/blocks';
import { inItems } from '../panel/items';
import { blocksOf } from '../panel/queue';
import type { Node } from './panelNodes';
import { idOf, itemOf } from './panelNodes';
import type { Session } from './workspace/session';
import type { Sessions } from './workspace/sessions';

/** A tree whose roots are computed from the sessions' states; parents are known, so that nodes can be revealed. */
export class Tree implements TreeDataProvider<Node>, Disposable {
  readonly #changed = new EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #following: Disposable;
  readonly #sessions: Sessions;
  readonly #childrenOf: (session: Session) => readonly Node[];
  readonly #parents = new Map<string, Node>();

  constructor(sessions: Sessions, childrenOf: (session: Session) => readonly Node[]) {
    this.#sessions = sessions;
    this.#childrenOf = childrenOf;
    this.#following = sessions.onDidChange(() => this.#changed.fire(undefined));
  }

  getTreeItem(node: Node): ReturnType<typeof itemOf> {
    return itemOf(node);
  }

  getChildren(node?: Node): Node[] {
    const children = [...(node === undefined ? this.#roots() : childrenOf(node, this.#childrenOf))];
    if (node !== undefined) for (const child of children) this.#parents.set(idOf(child), node);
    return children;
  }

  getParent(node: Node): Node | undefined {
    return this.#parents.get(idOf(node));
  }

  #roots(): readonly Node[] {
    const { all } = this.#sessions;
    const [only] = all;
    if (all.length === 1 && only !== undefined) return this.#childrenOf(only);
    const filled = all.filter((session) => this.#childrenOf(session).length > 0);
    return filled.map((session) => ({ kind: 'repository', session }));
  }

  dispose(): void {
    this.#following.dispose();
    this.#changed.dispose();
  }
}

function childrenOf(node: Node, ofSession: (session: Session) => readonly Node[]): readonly Node[] {
  const { session } = node;
  switch (node.kind) {
    case 'repository':
      return ofSession(session);
    case 'group':
      return node.items.map((each): Node =>
        'item' in each
          ? { kind: 'item', session, state: node.state, item: each }
          : { kind: 'change', session, block: each },
      );
    case 'item':
      return node.item.blocks.map((block) => ({ kind: 'change', session, block }));
    case 'request':
      return node.entry.blocks.map((block) => ({ kind: 'review', session, block, request: node.entry.id }));
    case 'problem':
    case 'change':
    case 'review':
    case 'branch':
      return [];
  }
}

/** *My changes*: problems first, then the branch's blocks by what they wait for. */
export function changesOf(session: Session): readonly Node[] {
  const { state } = session;
  if (state.kind === 'reading') return [];
  const problems = state.problems.map((problem): Node => ({ kind: 'problem', session, problem }));
  if (state.kind !== 'ready') return problems;
  const order = ['open', ...BLOCK_STATES.filter((each) => each !== 'open')] as const;
  const groups = order.flatMap((each): Node[] => {
    const blocks = state.changes.filter((block) => block.state === each).toSorted(byPlace);
    return blocks.length === 0
      ? []
      : [{ kind: 'group', session, state: each, blocks, items: inItems(state.working.report, blocks) }];
  });
  return [...problems, ...groups];
}

/** *Review queue*: requests on the branch that is checked out, then those on other branches. */
export function queueNodesOf(session: Session): readonly Node[] {
  const { state } = session;
  if (state.kind !== 'ready') return [];
  const here = state.queue.map((entry): Node => ({ kind: 'request', session, entry }));
  const elsewhere = state.elsewhere.flatMap(({ ref, entries }) =>
    entries.map((entry): Node => ({ kind: 'branch', session, ref, entry })),
  );
  return [...here, ...elsewhere];
}

export function showChanges(sessions: Sessions): Disposable {
  const tree = new Tree(sessions, changesOf);
  const view = window.createTreeView('countersign.changes', { treeDataProvider: tree, showCollapseAll: false });
  const update = (): void => {
    const state = sessions.active?.state;
    view.description = state?.kind === 'ready' ? `${state.branchName ?? 'HEAD'} → ${state.working.target.ref}` : '';
  };
  update();
  return disposing([tree, view, sessions.onDidChange(update)]);
}

export function showQueue(sessions: Sessions): { readonly view: TreeView<Node>; readonly disposable: Disposable } {
  const tree = new Tree(sessions, queueNodesOf);
  const view = window.createTreeView('countersign.queue', {
    treeDataProvider: tree,
    manageCheckboxStateManually: true,
  });
  const update = (): void => {
    const ready = sessions.all.flatMap(({ state }) => (state.kind === 'ready' ? [state] : []));
    const waiting = ready.reduce(
      (sum, state) => sum + blocksOf(state.queue).length + state.elsewhere.flatMap(({ entries }) => entries).length,
      0,
    );
    view.badge = waiting === 0 ? undefined : { value: waiting, tooltip: l10n.t('{0} to decide', waiting) };
    const blocks = sessions.active?.state.kind === 'ready' ? blocksOf(sessions.active.state.queue) : [];
    const viewed = blocks.filter((block) => sessions.active?.isViewed(block.key) === true).length;
    view.description = blocks.length === 0 ? '' : l10n.t('{0}/{1} viewed', viewed, blocks.length);
  };
  update();
  const checks = view.onDidChangeCheckboxState(({ items }) => {
    for (const [node, state] of items) {
      if (node.kind !== 'review') continue;
      node.session.setViewed([node.block.key], state === TreeItemCheckboxState.Checked);
    }
  });
  return { view, disposable: disposing([tree, view, checks, sessions.onDidChange(update)]) };
}

function disposing(all: readonly Disposable[]): Disposable {
  return {
    dispose: () => {
      for (const each of all) each.dispose();
    },
  };
}
