/**
 * Where paths are that commits of a change wrote to, or its records name, and that the change does not hold: the target
 * took them away, they came and went within the change, or what was written there has landed apart.
 */
import type { ChangeCommit, ChangedFile } from '../core/model/change';
import type { NamedRecord } from '../core/model/record';
import { CountersignError } from '../core/model/problem';
import { utf8 } from '../core/text/bytes';
import { rawLines } from '../core/text/lines';
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

/** Contents that are compared to see what went from a file before it landed. */
const MAX_STATES = 400;

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
  const landed = [...written].filter(hasLanded);
  const changing = await withStrayLines(reader, landed, { left, found, ids });
  const isHere = (path: string): boolean => (ids.get(path)?.length ?? 0) > 0;
  const lacking = recorded.filter((path) => ids.get(path)?.length === 0 && !made.has(path));
  return {
    carried: new Set([...carried, ...(await deletedOf(reader, base, lacking))]),
    moved: new Set([...carried, ...[...made].filter((path) => !isHere(path))]),
    landed: new Set(landed.filter((path) => !changing.has(path))),
  };
}

type Ids = ReadonlyMap<string, Iterable<string>>;

/**
 * Those of the landed paths in which the commits put lines that the base does not have: whoever took them out, or took the
 * base's content over theirs, may have put them elsewhere. A path counts so too where that can't be told.
 */
async function withStrayLines(
  reader: Reader,
  landed: readonly string[],
  { left, found, ids }: { readonly left: Ids; readonly found: Ids; readonly ids: Ids },
): Promise<ReadonlySet<string>> {
  const states = landed.map((path) => {
    const [here, were] = [new Set(ids.get(path)), new Set(left.get(path))];
    const passing = [...were].filter((id) => !here.has(id) && !/^0+$/.test(id));
    const start = [...(found.get(path) ?? [])].filter((id) => !were.has(id) && !/^0+$/.test(id));
    return { path, passing, known: [...here, ...start] };
  });
  const open = states.filter(({ passing }) => passing.length > 0);
  const wanted = open.flatMap(({ passing, known }) => [...passing, ...known]);
  const texts = wanted.length > MAX_STATES ? new Map<string, string>() : await textsOf(reader, wanted);
  const stray = open.filter(({ passing, known }) => {
    const lines = new Set(known.flatMap((id) => rawLines(texts.get(id) ?? '')));
    return passing.some((id) => rawLines(texts.get(id) ?? MISSING).some((line) => !lines.has(line)));
  });
  return new Set(stray.map(({ path }) => path));
}

/** Stands for a text that is not here: no file has such a line. */
const MISSING = '\0';

/** Texts of blobs; none where one of them should be here and is not, as in a partial clone. */
async function textsOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  try {
    return await reader.blobs(ids);
  } catch (error) {
    if (error instanceof CountersignError) return new Map();
    throw error;
  }
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
