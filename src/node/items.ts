/**
 * Steps of what has no lines: what a checkpoint or an agent's hook may claim of deleted files, binaries, links, submodules,
 * empty files, exec bits and what the policy calls atomic.
 */
import { existsSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isWeak } from '../core/attribution/carry';
import { stepsBetween } from '../core/attribution/objectSteps';
import type { Mode } from '../core/model/change';
import { sourceIn } from '../core/model/origin';
import type { Source } from '../core/model/origin';
import { isAtomic } from '../core/policy/decide';
import type { Policy } from '../core/policy/policy';
import { fromUtf8, utf8 } from '../core/text/bytes';
import { blobId } from './blobId';
import { entryAt } from './entryAt';
import { readText } from './fileVersions';
import { splitNul } from './git';
import { appendItem, readItems } from './itemJournal';
import { readPolicyFile } from './policyFile';
import { isRegular } from './rawDiff';
import type { Repository } from './repository';
import { tryInRepository } from './repository';
import { shellWord } from './shellWord';
import { readUnsaved } from './unsaved';

interface ItemState {
  readonly mode: Mode;
  /** Object id; null when there is nothing. */
  readonly id: string | null;
}

const ABSENT: ItemState = { mode: '000000', id: null };

/** A path whose change has no lines, as it stands in the work tree, in the index and in HEAD. */
export interface ItemLook {
  readonly path: string;
  readonly now: ItemState;
  readonly staged: ItemState;
  readonly head: ItemState;
}

/** Looks at those of the paths whose change is, or may be, taken as a whole. */
export async function lookAtItems(repository: Repository, paths: readonly string[]): Promise<ItemLook[]> {
  if (paths.length === 0) return [];
  const input = paths.filter((path) => !path.includes('\n'));
  const listed = await Promise.all([
    tryInRepository(repository, ['--literal-pathspecs', 'ls-files', '-s', '-z', '--', ...input]),
    tryInRepository(repository, ['--literal-pathspecs', 'ls-tree', '-z', 'HEAD', '--', ...input]),
  ]);
  const [staged, head] = listed.map(({ stdout }) => statesOf(stdout));
  const policy = policyOf(repository);
  const looks: ItemLook[] = [];
  const regular: { readonly path: string; readonly mode: Mode }[] = [];
  const idLength = [...(head?.values() ?? []), ...(staged?.values() ?? [])][0]?.id?.length ?? 40;
  for (const path of input) {
    const at = { path, staged: staged?.get(path) ?? ABSENT, head: head?.get(path) ?? ABSENT };
    const file = join(repository.top, path);
    const stat = entryAt(file);
    if (stat === undefined) looks.push({ ...at, now: ABSENT });
    else if (stat.isSymbolicLink()) {
      const bytes = readlinkSync(file, 'buffer').toString('latin1');
      looks.push({ ...at, now: { mode: '120000', id: blobId(bytes, idLength) } });
    } else if (stat.isDirectory()) {
      const id = existsSync(join(file, '.git')) ? await commitIn(repository, path) : undefined;
      if (id !== undefined) looks.push({ ...at, now: { mode: '160000', id } });
    } else if (stat.isFile()) {
      const mode: Mode = (stat.mode & 0o111) === 0 ? '100644' : '100755';
      const isChangedMode = isRegular(at.head.mode) && mode !== at.head.mode;
      if (isChangedMode || isWhole(repository, policy, path, at)) regular.push({ path, mode });
    }
  }
  const ids = await hashed(
    repository,
    regular.map(({ path }) => path),
  );
  for (const [index, { path, mode }] of regular.entries()) {
    const id = ids[index];
    if (id === undefined) continue;
    looks.push({ path, now: { mode, id }, staged: staged?.get(path) ?? ABSENT, head: head?.get(path) ?? ABSENT });
  }
  return looks;
}

/** Modes and ids by path, from `ls-files -s -z` or `ls-tree -z`. What is in conflict is left out. */
function statesOf(listed: string): Map<string, ItemState> {
  const states = new Map<string, ItemState>();
  for (const entry of splitNul(listed)) {
    const [, mode, id, stage, bytes] = /^(\d{6}) (?:[a-z]+ )?([0-9a-f]{40,64})(?: ([0-3]))?\t([^]*)$/.exec(entry) ?? [];
    const known = (['100644', '100755', '120000', '160000'] as const).find((each) => each === mode);
    if (bytes === undefined || id === undefined || known === undefined || (stage ?? '0') !== '0') continue;
    states.set(fromUtf8(bytes), { mode: known, id });
  }
  return states;
}

function policyOf(repository: Repository): Policy | undefined {
  try {
    return readPolicyFile(repository);
  } catch {
    return undefined;
  }
}

/** Whether a regular file's change is taken as a whole: it is no text, it is empty, or the policy says so. */
function isWhole(
  repository: Repository,
  policy: Policy | undefined,
  path: string,
  { staged, head }: Pick<ItemLook, 'staged' | 'head'>,
): boolean {
  if (policy !== undefined && isAtomic(policy, path)) return true;
  if ([staged, head].some(({ mode }) => mode !== '000000' && !isRegular(mode))) return true;
  const text = readText(repository, path);
  return 'skipped' in text || text.bytes === '';
}

async function commitIn(repository: Repository, path: string): Promise<string | undefined> {
  const found = await tryInRepository(repository, ['-C', path, 'rev-parse', '--verify', '--quiet', 'HEAD']);
  return found.code === 0 ? found.stdout.trim() : undefined;
}

/** The ids that git would give these files when they are added, filters included. */
async function hashed(repository: Repository, paths: readonly string[]): Promise<string[]> {
  if (paths.length === 0) return [];
  const input = paths.map((path) => `${utf8(path)}\n`).join('');
  const { code, stdout } = await tryInRepository(repository, ['hash-object', '--stdin-paths'], { input });
  const ids = stdout.split('\n').filter((line) => line !== '');
  return code === 0 && ids.length === paths.length ? ids : [];
}

/**
 * Claims the last step of each item and gives the paths. What is declared never claims what stands in the index (an absence
 * stands nowhere), nor, for a weak origin, content that an AI is on record for anywhere in this work tree. To be called
 * under the state lock.
 */
export function claimItems(repository: Repository, source: Source, looks: readonly ItemLook[]): string[] {
  const items = readItems(repository.gitDir);
  const made = new Set<string | null>();
  for (const { origin, after } of [...items.values()].flat())
    if (origin === 'ai' || origin === 'mixed') made.add(after);
  return looks.flatMap((look) => {
    const { path, now } = look;
    if (isWeak(source.origin) && now.id !== null && made.has(now.id)) return [];
    if (readUnsaved(repository.gitDir, path).length > 0) return [];
    const known = items.get(path) ?? [];
    const start = startOf(look, source);
    const newest = known.at(-1);
    const isContinued = newest !== undefined && stepsBetween(known, start.id, newest.after) !== undefined;
    const last: ItemState = isContinued ? { id: newest.after, mode: newest.afterMode } : start;
    if (last.id === now.id && last.mode === now.mode) return [];
    const at = { before: last.id, after: now.id, beforeMode: last.mode, afterMode: now.mode };
    appendItem(repository.gitDir, { path, ...at, ...sourceIn(source) });
    return [path];
  });
}

/** Why an item was not claimed, where its user can do something about it or need not. */
export function whyUnclaimed(repository: Repository, { path, now, staged, head }: ItemLook): string | undefined {
  const newest = readItems(repository.gitDir).get(path)?.at(-1);
  if (newest?.after === now.id && newest.afterMode === now.mode) return 'somebody is on record for it as it stands';
  const isAt = ({ id, mode }: ItemState): boolean => id === now.id && mode === now.mode;
  if (now.id === null || !isAt(staged)) return undefined;
  if (isAt(head)) return 'it is committed as it stands';
  return `it is staged already; run: git restore --staged -- ${shellWord(path)}, record it, and add it again`;
}

function startOf({ now, staged, head }: ItemLook, source: Source): ItemState {
  const isGone = now.id === null && staged.id === null;
  return isGone || source.evidence === 'reported' ? head : staged;
}
