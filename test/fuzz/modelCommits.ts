/** Commits of the model: trees by id, and what git works out from them. */
import type { Tree } from './merging';

export interface Commit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly tree: Tree;
  readonly message: string;
}

export class Commits {
  private readonly all = new Map<string, Commit>();

  add(parents: readonly string[], tree: Tree, message: string): Commit {
    const commit = { id: `c${this.all.size}`, parents, tree: new Map(tree), message };
    this.all.set(commit.id, commit);
    return commit;
  }

  get(id: string): Commit {
    const commit = this.all.get(id);
    if (commit === undefined) throw new Error(`No commit ${id}`);
    return commit;
  }

  parent(id: string): Commit | undefined {
    const [first] = this.get(id).parents;
    return first === undefined ? undefined : this.get(first);
  }

  ancestors(id: string): Set<string> {
    const found = new Set<string>();
    const open = [id];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(...this.get(next).parents);
    }
    return found;
  }

  /** The newest common ancestor. */
  mergeBase(a: string, b: string): Commit | undefined {
    const theirs = this.ancestors(b);
    const common = [...this.ancestors(a)].filter((id) => theirs.has(id)).map((id) => Number(id.slice(1)));
    return common.length === 0 ? undefined : this.get(`c${Math.max(...common)}`);
  }

  /** Commits of `tip` that `base` has not, oldest first, without merges. */
  between(base: string, tip: string): Commit[] {
    const known = this.ancestors(base);
    const own = [...this.ancestors(tip)].filter((id) => !known.has(id)).map((id) => this.get(id));
    return own
      .filter(({ parents }) => parents.length < 2)
      .sort((a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)));
  }
}

export function sameTree(a: Tree, b: Tree): boolean {
  return a.size === b.size && [...a].every(([path, text]) => b.get(path) === text);
}
