/** What stands in a git tree, from the tree object's own bytes or from `ls-tree -z`. */
import { splitNul } from './git';

export interface TreeEntry {
  readonly type: 'tree' | 'blob' | 'commit';
  readonly id: string;
  /** The name, or the path that was listed: a binary string. */
  readonly name: string;
}

/** From a tree object: per entry the mode in octal, a space, the name, NUL, and the id in `idBytes` bytes. */
export function treeEntries(bytes: string, idBytes: number): TreeEntry[] {
  const entries: TreeEntry[] = [];
  let at = 0;
  while (at < bytes.length) {
    const space = bytes.indexOf(' ', at);
    const end = bytes.indexOf('\0', space);
    const next = end + 1 + idBytes;
    if (space === -1 || end === -1 || next > bytes.length) break;
    const mode = bytes.slice(at, space);
    const id = Buffer.from(bytes.slice(end + 1, next), 'latin1').toString('hex');
    entries.push({ type: typeOf(mode), id, name: bytes.slice(space + 1, end) });
    at = next;
  }
  return entries;
}

function typeOf(mode: string): TreeEntry['type'] {
  const kind = Number.parseInt(mode, 8) & 0o170000;
  return kind === 0o040000 ? 'tree' : kind === 0o160000 ? 'commit' : 'blob';
}

/** From the output of `ls-tree -z`: mode, type and id, a tab, the name. */
export function treeLines(output: string): TreeEntry[] {
  return splitNul(output).flatMap((item): TreeEntry[] => {
    const [, type, id, name] = /^\d+ (tree|blob|commit) ([0-9a-f]+)\t([^]*)$/.exec(item) ?? [];
    if (id === undefined || name === undefined) return [];
    return [{ type: type === 'tree' || type === 'commit' ? type : 'blob', id, name }];
  });
}
