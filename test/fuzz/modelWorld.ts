/** A world in memory: commits, branches, merges and a bare repository, without git. */
import type { LiveFile } from '../../src/core/model/live';
import { mergeTrees } from './merging';
import type { Tree } from './merging';
import type { Commit } from './modelCommits';
import { Commits, sameTree } from './modelCommits';
import { blameTree, isOwn, liveState, recordsOf, standingIn } from './modelSidecar';
import type { World } from './play';
import type { Blamed, Claim, Clone, GitOperation, Outcome } from './world';

const DONE: Outcome = { kind: 'done' };
const NOTHING: Outcome = { kind: 'nothing' };

/** What a stopped operation still has to do. */
interface Stopped {
  readonly kind: 'merge' | 'squash' | 'rebase' | 'pick' | 'revert' | 'pop';
  /** For a merge: the other parent. */
  readonly other?: string;
  /** Changes that wait to be put on top, as pairs of trees, and whether each goes into the commit before. */
  readonly todo: readonly Change[];
  readonly message: string;
  /** Where to go back to when it is given up. */
  readonly start: string;
  readonly squashes: boolean;
}

interface Change {
  readonly from: Tree;
  readonly to: Tree;
  readonly message: string;
  readonly squashes: boolean;
}

export function modelWorld(files: ReadonlyMap<string, string>): World {
  const commits = new Commits();
  const first = commits.add([], files, 'Start');
  const bare = new Map([['main', first.id]]);
  const clone = (name: string, records: boolean): Clone => new ModelClone(name, records, commits, bare, first.id);
  return { clones: [clone('ana', true), clone('bo', true), clone('forge', false)], close: () => undefined };
}

class ModelClone implements Clone {
  readonly name: string;
  readonly records: boolean;
  private readonly commits: Commits;
  private readonly bare: Map<string, string>;
  private readonly heads: Map<string, string>;
  private tracked: Map<string, string>;
  private current = 'main';
  private work: Map<string, string>;
  private readonly live = new Map<string, LiveFile[]>();
  private readonly stashed: { from: Tree; to: Tree }[] = [];
  private stopped: Stopped | undefined;

  constructor(name: string, records: boolean, commits: Commits, bare: Map<string, string>, first: string) {
    this.name = name;
    this.records = records;
    this.commits = commits;
    this.bare = bare;
    this.heads = new Map([['main', first]]);
    this.tracked = new Map(bare);
    this.work = new Map(commits.get(first).tree);
  }

  paths(): string[] {
    return [...this.work.keys()].filter((path) => !isOwn(path)).sort();
  }

  read(path: string): string {
    return this.work.get(path) ?? '';
  }

  write(path: string, text: string): void {
    this.work.set(path, text);
  }

  move(from: string, to: string): void {
    this.work.set(to, this.read(from));
    this.work.delete(from);
  }

  journal(path: string, text: string, claims: readonly (Claim | undefined)[]): void {
    const states = this.live.get(path) ?? [];
    states.push(liveState(path, text, claims));
    this.live.set(path, states.slice(-20));
  }

  isDirty(): boolean {
    return !sameTree(this.work, this.tip().tree);
  }

  branch(): string {
    return this.current;
  }

  branches(): string[] {
    return [...this.heads.keys()];
  }

  remotes(): string[] {
    return [...this.tracked.keys()].map((name) => `origin/${name}`);
  }

  head(): string {
    return this.tip().id;
  }

  committed(): string[] {
    return [...this.tip().tree].flatMap(([path, text]) => (isOwn(path) ? [] : [text]));
  }

  blame(): Promise<Blamed[]> {
    return Promise.resolve(blameTree(this.tip().tree));
  }

  hookRuns(): boolean {
    return this.stopped?.kind !== 'rebase';
  }

  git(operation: GitOperation): Promise<Outcome> {
    return Promise.resolve(this.run(operation));
  }

  private tip(): Commit {
    return this.commits.get(this.heads.get(this.current) ?? '');
  }

  private resolve(name: string): string | undefined {
    if (name === 'HEAD~1') return this.commits.parent(this.head())?.id;
    return name.startsWith('origin/') ? this.tracked.get(name.slice(7)) : this.heads.get(name);
  }

  private goTo(id: string): void {
    this.heads.set(this.current, id);
    this.work = new Map(this.commits.get(id).tree);
  }

  private run(operation: GitOperation): Outcome {
    switch (operation.kind) {
      case 'commit':
        return this.commit(operation);
      case 'branch':
        this.heads.set(operation.name, this.head());
        this.current = operation.name;
        return DONE;
      case 'switch':
        return this.switch(operation.name);
      case 'merge':
      case 'squash':
        return this.merge(operation.from, operation.kind);
      case 'rebase':
        return this.rebase(operation.onto, operation.autosquash);
      case 'pick':
        return this.pick(operation.from, operation.back);
      case 'revert':
        return this.revert(operation.back);
      case 'stash':
        if (!this.isDirty()) return NOTHING;
        this.stashed.push({ from: this.tip().tree, to: this.work });
        this.work = new Map(this.tip().tree);
        return DONE;
      case 'pop': {
        const change = this.isDirty() ? undefined : this.stashed.pop();
        if (change === undefined) return NOTHING;
        return this.apply({ ...change, message: '', squashes: false }, { ...this.start('pop'), todo: [] });
      }
      case 'continue':
        return this.goOn();
      case 'abort':
        if (this.stopped !== undefined) this.goTo(this.stopped.start);
        this.stopped = undefined;
        return DONE;
      case 'reset': {
        const to = this.resolve(operation.to);
        if (to === undefined) return NOTHING;
        this.heads.set(this.current, to);
        if (operation.mode === 'hard') this.goTo(to);
        return DONE;
      }
      case 'fetch':
        this.tracked = new Map(this.bare);
        return DONE;
      case 'push': {
        const old = this.bare.get(this.current);
        const isLater = old === undefined || this.commits.ancestors(this.head()).has(old);
        if (!isLater && this.current === 'main') return NOTHING;
        this.bare.set(this.current, this.head());
        this.tracked = new Map(this.bare);
        return DONE;
      }
      case 'prune':
        return this.prune();
    }
  }

  /** What `stage` puts into a commit of this tree. */
  private record(parents: readonly string[], tree: Tree): void {
    if (!this.records) return;
    const trees = parents.map((id) => this.commits.get(id).tree);
    const target = this.tracked.get('main');
    const base = target === undefined ? undefined : this.commits.mergeBase(target, this.head())?.tree;
    for (const [path, bytes] of recordsOf(trees, tree, this.live, `${this.name}@example.com`, base)) {
      this.work.set(path, bytes);
    }
  }

  private commit(operation: GitOperation & { kind: 'commit' }): Outcome {
    const { amend = false, only, message = '' } = operation;
    const tip = this.tip();
    if (only !== undefined) {
      const rest = this.work;
      this.work = new Map(tip.tree);
      const text = rest.get(only);
      if (text === undefined || text === tip.tree.get(only)) {
        this.work = rest;
        return NOTHING;
      }
      this.work.set(only, text);
      this.record([tip.id], this.work);
      const committed = this.commits.add([tip.id], this.work, `Change ${only}`);
      this.heads.set(this.current, committed.id);
      this.work = new Map([...rest, ...[...committed.tree].filter(([path]) => isOwn(path))]);
      return DONE;
    }
    if (!this.isDirty() || (amend && tip.parents.length === 0)) return NOTHING;
    this.record([tip.id], this.work);
    const subject = message === 'fixup! ' ? `fixup! ${tip.message.replace(/^(fixup! )+/, '')}` : `Change ${tip.id}`;
    const made = amend
      ? this.commits.add(tip.parents, this.work, tip.message)
      : this.commits.add([tip.id], this.work, subject);
    this.heads.set(this.current, made.id);
    return DONE;
  }

  private switch(name: string): Outcome {
    const local = name.replace(/^origin\//, '');
    const to = this.heads.get(local) ?? this.resolve(name);
    if (to === undefined || this.isDirty()) return NOTHING;
    this.current = local;
    this.goTo(to);
    return DONE;
  }

  private start(kind: Stopped['kind']): Omit<Stopped, 'todo'> {
    return { kind, message: kind, start: this.head(), squashes: false };
  }

  private merge(from: string, kind: 'merge' | 'squash'): Outcome {
    const other = this.resolve(from);
    const base = other === undefined ? undefined : this.commits.mergeBase(this.head(), other);
    if (other === undefined || base === undefined || base.id === other || this.isDirty()) return NOTHING;
    if (base.id === this.head() && kind === 'merge') {
      this.goTo(other);
      return DONE;
    }
    const change = { from: base.tree, to: this.commits.get(other).tree, message: kind, squashes: false };
    return this.apply(change, { ...this.start(kind), other, todo: [] });
  }

  private rebase(onto: string, autosquash: boolean): Outcome {
    const target = this.resolve(onto);
    if (target === undefined || this.isDirty() || this.commits.ancestors(target).has(this.head())) return NOTHING;
    const own = this.commits.between(target, this.head());
    const start = this.start('rebase');
    const fixups = autosquash ? own.filter(({ message }) => message.startsWith('fixup! ')) : [];
    const ordered = own
      .filter((each) => !fixups.includes(each))
      .flatMap((each) => [each, ...fixups.filter(({ message }) => message === `fixup! ${each.message}`)]);
    const lost = own.filter((each) => !ordered.includes(each));
    const todo = [...ordered, ...lost].map((each): Change => {
      const from = this.commits.parent(each.id)?.tree ?? new Map<string, string>();
      return { from, to: each.tree, message: each.message, squashes: fixups.includes(each) && !lost.includes(each) };
    });
    this.goTo(target);
    return this.next({ ...start, todo });
  }

  private pick(from: string, back: number): Outcome {
    let id = this.resolve(from);
    for (let step = 0; step < back && id !== undefined; step++) id = this.commits.parent(id)?.id ?? id;
    const commit = id === undefined ? undefined : this.commits.get(id);
    const parent = id === undefined ? undefined : this.commits.parent(id);
    if (commit === undefined || parent === undefined || commit.parents.length > 1 || this.isDirty()) return NOTHING;
    const change = { from: parent.tree, to: commit.tree, message: commit.message, squashes: false };
    return this.apply(change, { ...this.start('pick'), todo: [], message: commit.message });
  }

  private revert(back: number): Outcome {
    let commit = this.tip();
    for (let step = 0; step < back; step++) commit = this.commits.parent(commit.id) ?? commit;
    const parent = this.commits.parent(commit.id);
    if (parent === undefined || commit.parents.length > 1 || this.isDirty()) return NOTHING;
    const change = { from: commit.tree, to: parent.tree, message: `Revert ${commit.id}`, squashes: false };
    return this.apply(change, { ...this.start('revert'), todo: [], message: change.message });
  }

  /** Puts a change on top of the work tree; commits it unless it stops. */
  private apply(change: Change, stopped: Stopped): Outcome {
    const { tree, conflicts } = mergeTrees(change.from, this.work, change.to);
    this.work = tree;
    this.stopped = {
      ...stopped,
      message: change.message === '' ? stopped.message : change.message,
      squashes: change.squashes,
    };
    if (conflicts.length > 0) return { kind: 'conflict', paths: conflicts };
    return this.finish(stopped.kind === 'squash');
  }

  private next(stopped: Stopped): Outcome {
    const [first, ...todo] = stopped.todo;
    if (first !== undefined) return this.apply(first, { ...stopped, todo });
    this.stopped = undefined;
    return DONE;
  }

  /** Commits what stands in the work tree. The hook runs after a conflict of a merge, a pick or a revert, and on a squash. */
  private finish(hook: boolean): Outcome {
    const { stopped } = this;
    if (stopped === undefined) return NOTHING;
    const { kind, other, message, squashes } = stopped;
    const tip = this.tip();
    const parents = kind === 'merge' && other !== undefined ? [tip.id, other] : [tip.id];
    if (kind === 'pop') {
      this.stopped = undefined;
      return DONE;
    }
    if (hook) this.record(parents, this.work);
    if (hook && kind === 'revert') {
      for (const [path, bytes] of standingIn(tip.tree, this.work)) this.work.set(path, bytes);
    }
    if (parents.length > 1 || this.isDirty()) {
      const made = squashes
        ? this.commits.add(tip.parents, this.work, tip.message)
        : this.commits.add(parents, this.work, message);
      this.heads.set(this.current, made.id);
    }
    return this.next(stopped);
  }

  private goOn(): Outcome {
    const { stopped } = this;
    if (stopped === undefined) return NOTHING;
    return this.finish(stopped.kind !== 'rebase');
  }

  /** Deletes the records on the default branch; each shard keeps a placeholder. */
  private prune(): Outcome {
    const own = [...this.work.keys()].filter((path) => path.endsWith('.prov'));
    if (own.length === 0) return NOTHING;
    for (const path of own) {
      this.work.delete(path);
      this.work.set(path.replace(/[^/]+$/, '.keep'), '');
    }
    const made = this.commits.add([this.head()], this.work, 'Prune');
    this.heads.set(this.current, made.id);
    return DONE;
  }
}
