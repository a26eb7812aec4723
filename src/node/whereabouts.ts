/**
 * Where paths are that commits of a change wrote to, or its records name, and that the change does not hold: the target
 * took them away, they came and went within the change, or what was written there has landed apart.
 */
import type { ChangeCommit, ChangedFile } from '../core/model/change';
import type { NamedRecord } from '../core/model/record';
import { utf8 } from '../core/text/bytes';
import type { GateInput } from '../core/verify/gateInput';
import type { Step } from './carriedOff';
import { idsIn } from './carriedOff';
import { splitNul } from './git';
import type { Reader } from './objects';

/** What is known of a change before its paths are looked for. */
export interface Known {
  readonly files: readonly ChangedFile[];
  readonly records: readonly NamedRecord[];
  readonly commits: readonly ChangeCommit[];
  readonly steps: readonly Step[];
  readonly carried: ReadonlySet<string>;
}

/** Landings on the target that are searched for what it deleted; what went earlier is not looked for. */
const MAX_LANDINGS = 1000;
/** Paths that are looked for there; of more than that nothing is found. */
const MAX_PATHS = 1000;

/** Sorts the paths; git is asked nothing where the change holds all that was written and recorded. */
export async function whereabouts(
  reader: Reader,
  base: string,
  { files, records, commits, steps, carried }: Known,
): Promise<Required<Pick<GateInput, 'carried' | 'moved' | 'landed'>>> {
  const held = new Set(files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  const absent = (paths: readonly string[]): string[] => [...new Set(paths)].filter((path) => !held.has(path));
  const written = new Set(absent(commits.flatMap(({ paths }) => paths)));
  const recorded = absent(records.flatMap(({ record }) => record.files.map(({ path }) => path)));
  const ids = await idsIn(reader, [base], [...new Set([...written, ...recorded])]);
  const left = new Map<string, Set<string>>();
  const found = new Map<string, Set<string>>();
  const made = new Set<string>();
  for (const { path, oldMode, oldId, newMode, newId } of steps.flatMap(({ entries }) => entries)) {
    if (!written.has(path)) continue;
    addAt(found, path, oldId);
    addAt(left, path, newId);
    if (oldMode === '000000' && newMode !== '000000') made.add(path);
  }
  // A file that the change wrote and put back is as the base has it too: what was written may have gone elsewhere.
  const hasLanded = (path: string): boolean =>
    ids.get(path)?.some((id) => left.get(path)?.has(id) === true && found.get(path)?.has(id) !== true) === true;
  const isHere = (path: string): boolean => (ids.get(path)?.length ?? 0) > 0;
  const lacking = recorded.filter((path) => ids.get(path)?.length === 0 && !made.has(path));
  return {
    carried: new Set([...carried, ...(await deletedOf(reader, base, lacking))]),
    moved: new Set([...carried, ...[...made].filter((path) => !isHere(path))]),
    landed: new Set([...written].filter(hasLanded)),
  };
}

/** Those of the paths that the target's history deleted. */
async function deletedOf(reader: Reader, base: string, paths: readonly string[]): Promise<readonly string[]> {
  if (paths.length === 0 || paths.length > MAX_PATHS) return [];
  const first = await reader.output(['rev-list', '--first-parent', `--skip=${MAX_LANDINGS}`, '-n1', base]);
  const from = first.trim() === '' ? [] : [`^${first.trim()}`];
  const args = ['log', '--full-history', '-m', '--format=', '--name-only', '-z', '--no-renames', '--diff-filter=D'];
  const input = ['--', ...paths.map(utf8), ''].join('\n');
  const deleted = new Set(splitNul(await reader.output([...args, '--stdin', base, ...from], input)));
  return paths.filter((path) => deleted.has(utf8(path)));
}

function addAt(map: Map<string, Set<string>>, key: string, value: string): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([value]));
  else set.add(value);
}
