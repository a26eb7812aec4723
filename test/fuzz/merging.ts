/** A three-way merge of lines, small and slow: what stands in for git's own in the model. */

export interface Merged {
  readonly text: string;
  readonly conflict: boolean;
}

const ends = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Index pairs of a longest common subsequence. */
function common(a: readonly string[], b: readonly string[]): [number, number][] {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => table[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let [i, j] = [0, 0]; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}

/** Merges two texts that came from one; where both changed the same lines there are conflict marks, as git writes them. */
export function mergeTexts(base: string, ours: string, theirs: string): Merged {
  if (ours === theirs || theirs === base) return { text: ours, conflict: false };
  if (ours === base) return { text: theirs, conflict: false };
  const [old, mine, other] = [ends(base), ends(ours), ends(theirs)];
  const toMine = new Map(common(old, mine));
  const toOther = new Map(common(old, other));
  const result: string[] = [];
  let conflict = false;
  let [o, m, t] = [0, 0, 0];
  const settle = (oldEnd: number, mineEnd: number, otherEnd: number): void => {
    const [was, left, right] = [old.slice(o, oldEnd), mine.slice(m, mineEnd), other.slice(t, otherEnd)];
    const [wasText, leftText, rightText] = [was.join(''), left.join(''), right.join('')];
    if (leftText === rightText || rightText === wasText) result.push(...left);
    else if (leftText === wasText) result.push(...right);
    else {
      conflict = true;
      result.push('<<<<<<< ours\n', ...whole(left), '=======\n', ...whole(right), '>>>>>>> theirs\n');
    }
    [o, m, t] = [oldEnd, mineEnd, otherEnd];
  };
  for (let line = 0; line < old.length; line++) {
    const [inMine, inOther] = [toMine.get(line), toOther.get(line)];
    if (inMine === undefined || inOther === undefined) continue;
    settle(line, inMine, inOther);
    result.push(old[line] ?? '');
    [o, m, t] = [line + 1, inMine + 1, inOther + 1];
  }
  settle(old.length, mine.length, other.length);
  return { text: result.join(''), conflict };
}

function whole(lines: readonly string[]): string[] {
  return lines.map((line) => (line.endsWith('\n') ? line : `${line}\n`));
}

/** Files by path. */
export type Tree = ReadonlyMap<string, string>;

export interface MergedTree {
  readonly tree: Map<string, string>;
  /** Paths with conflict marks, or of which one side wanted the removal. */
  readonly conflicts: readonly string[];
}

/** Where each file that one side renamed went: a path that is gone, and a new one that holds most of its lines. */
function renames(base: Tree, side: Tree): Map<string, string> {
  const found = new Map<string, string>();
  const fresh = [...side.keys()].filter((path) => !base.has(path) && !path.startsWith('.countersign/'));
  for (const [path, text] of base) {
    if (side.has(path) || path.startsWith('.countersign/')) continue;
    const old = new Set(ends(text));
    let [best, most] = [undefined as string | undefined, 0.5];
    for (const each of fresh) {
      if ([...found.values()].includes(each)) continue;
      const lines = ends(side.get(each) ?? '');
      const share = lines.filter((line) => old.has(line)).length / Math.max(old.size, lines.length, 1);
      if (share > most) [best, most] = [each, share];
    }
    if (best !== undefined) found.set(path, best);
  }
  return found;
}

/** Merges two trees that came from one, following the renames of either side. */
export function mergeTrees(base: Tree, ours: Tree, theirs: Tree): MergedTree {
  const tree = new Map<string, string>();
  const conflicts: string[] = [];
  const [mine, other] = [renames(base, ours), renames(base, theirs)];
  const moved = new Set<string>();
  const put = (path: string, was: string | undefined, left: string | undefined, right: string | undefined): void => {
    if (left === right || right === was) {
      if (left !== undefined) tree.set(path, left);
    } else if (left === was) {
      if (right !== undefined) tree.set(path, right);
    } else if (left === undefined || right === undefined) {
      tree.set(path, left ?? right ?? '');
      conflicts.push(path);
    } else {
      const merged = mergeTexts(was ?? '', left, right);
      tree.set(path, merged.text);
      if (merged.conflict) conflicts.push(path);
    }
  };
  for (const from of new Set([...mine.keys(), ...other.keys()])) {
    const [a, b] = [mine.get(from), other.get(from)];
    // Renamed to two places: ours stands, and theirs comes as a file of its own.
    const to = a ?? b ?? from;
    if (theirs.has(to) && b !== to && a !== undefined) continue;
    if (ours.has(to) && a !== to) continue;
    const right = a !== undefined && b !== undefined && a !== b ? undefined : theirs.get(b ?? from);
    moved.add(from).add(to);
    if (a !== undefined && right === undefined) tree.set(to, ours.get(a) ?? '');
    else put(to, base.get(from), ours.get(a ?? from), right);
  }
  for (const path of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    if (!moved.has(path)) put(path, base.get(path), ours.get(path), theirs.get(path));
  }
  return { tree, conflicts };
}
