/**
 * New paths that some file system would take for one that is there: they differ in letter case or Unicode form only. On
 * such a machine `.countersign/Policy.jsonc` is the policy.
 */
import type { Problem } from '../core/model/problem';
import { fromUtf8 } from '../core/text/bytes';
import { splitNul } from './git';
import type { Reader } from './objects';

/** Folders that one git process is asked about. */
const AT_ONCE = 200;

/** Looks at the folders of the added paths in the landing tree, at every level; the cost is that of the change. */
export async function pathCollisions(reader: Reader, tree: string, added: readonly string[]): Promise<Problem[]> {
  const folders = new Set(added.flatMap(foldersOf));
  const names = new Map<string, Set<string>>();
  const list = async (paths: readonly string[]): Promise<void> => {
    const options = ['-z', '--name-only', '--full-tree', '--end-of-options'];
    const args = ['--literal-pathspecs', 'ls-tree', ...options, tree, ...paths];
    for (const name of splitNul(await reader.output(args)).map(fromUtf8)) {
      const folded = foldName(name);
      const alike = names.get(folded);
      if (alike === undefined) names.set(folded, new Set([name]));
      else alike.add(name);
    }
  };
  if (folders.has('')) await list([]);
  const inner = [...folders].filter((folder) => folder !== '').map((folder) => `${folder}/`);
  for (let from = 0; from < inner.length; from += AT_ONCE) await list(inner.slice(from, from + AT_ONCE));
  const problems = new Map<string, Problem>();
  for (const path of added) {
    for (const step of [path, ...foldersOf(path)]) {
      const other = [...(names.get(foldName(step)) ?? [])].find((name) => name !== step);
      if (step === '' || other === undefined) continue;
      const message = `it differs from ${JSON.stringify(other)} only in letter case or Unicode form; rename one`;
      problems.set(step, { code: 'path-collision', path: step, field: '', message });
    }
  }
  return [...problems.values()];
}

/** All folders that a path lies in, the top (empty) last. */
function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/')).concat('');
}

/** Lower case alone would leave ſ beside s and ß beside ss, upper case ẞ beside both; the ς at a word's end is a σ. */
function foldName(name: string): string {
  const lower = name.normalize('NFC').toLowerCase().toUpperCase().toLowerCase();
  return lower.normalize('NFC').replaceAll('ς', 'σ');
}
