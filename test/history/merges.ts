/** The merges of a clone's default branch, and what each of them brought. */
import { basename, dirname, resolve } from 'node:path';
import type { ChangedFile } from '../../src/core/model/change';
import { isAtomic } from '../../src/core/policy/decide';
import type { Policy } from '../../src/core/policy/policy';
import { mergeTree } from '../../src/node/commits';
import { cleanEnv, gitOutput, runGit } from '../../src/node/git';
import type { ObjectSession } from '../../src/node/objectSession';
import { openObjects } from '../../src/node/objectSession';
import type { Reader } from '../../src/node/objects';
import { openReader } from '../../src/node/objects';
import { EMPTY_BLOBS, changedFile, neededBlobs, pairRenames, parseRaw } from '../../src/node/rawDiff';
import type { Repository } from '../../src/node/repository';

/** A merge commit with two parents on the first-parent line of the default branch. */
export interface Merge {
  readonly oid: string;
  readonly base: string;
  readonly head: string;
}

/** An opened clone, bare or not. Nothing is written to it and none of its configuration is read. */
export interface Clone {
  /** `owner/name`, as far as the clone tells. */
  readonly name: string;
  /** The commit that its HEAD, the default branch, stands at. */
  readonly tip: string;
  readonly reader: Reader;
  readonly objects: ObjectSession;
  close(): void;
}

export async function openClone(folder: string): Promise<Clone> {
  const env = cleanEnv({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' });
  const ask = async (...args: readonly string[]): Promise<string> =>
    (await gitOutput(args, { cwd: folder, env })).trim();
  const gitDir = await ask('rev-parse', '--absolute-git-dir');
  const tip = await ask('rev-parse', '--verify', 'HEAD^{commit}');
  const repository: Repository = { top: gitDir, gitDir, commonDir: gitDir, env };
  const origin = await runGit(['config', '--get', 'remote.origin.url'], { cwd: folder, env });
  const reader = await openReader(repository);
  const objects = openObjects(repository);
  return {
    name: nameOf(folder, origin.stdout.trim()),
    tip,
    reader,
    objects,
    close: () => {
      objects.close();
      reader.close();
    },
  };
}

/** The last two parts of where it was cloned from; else of the folder's own name, in which `+` may stand for `/`. */
function nameOf(folder: string, origin: string): string {
  const [, remote] = /([^/:]+\/[^/]+?)(?:\.git)?\/?$/.exec(origin) ?? [];
  if (remote !== undefined) return remote;
  const path = resolve(folder);
  const own = basename(path);
  return (own === 'repo' || own === '.git' ? basename(dirname(path)) : own).replace(/\.git$/, '').replace('+', '/');
}

/** The merges that the default branch took, newest first. */
export async function mergesOf(clone: Clone): Promise<Merge[]> {
  const output = await clone.reader.output(['rev-list', '--first-parent', '--merges', '--parents', clone.tip]);
  return output.split('\n').flatMap((line) => {
    const [oid, base, head, ...more] = line.split(' ');
    return oid === undefined || base === undefined || head === undefined || more.length > 0
      ? []
      : [{ oid, base, head }];
  });
}

/** Where the branch left the target; undefined when the two have nothing in common. */
export async function forkOf(clone: Clone, merge: Merge): Promise<string | undefined> {
  const found = await clone.reader.try(['merge-base', merge.base, merge.head]);
  return found.code === 0 ? found.stdout.trim() : undefined;
}

/** Whether the merge commit's tree is what git merges by itself. */
export async function isAutomatic(clone: Clone, merge: Merge): Promise<boolean> {
  const automatic = await mergeTree(clone.reader, merge.base, merge.head);
  if (automatic?.clean !== true) return false;
  return automatic.tree === (await clone.reader.output(['rev-parse', `${merge.oid}^{tree}`])).trim();
}

/** What lies between two commits, read as the gate reads it. */
export async function changeBetween(clone: Clone, policy: Policy, from: string, to: string): Promise<ChangedFile[]> {
  const raw = ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', '--end-of-options'];
  const entries = pairRenames(
    parseRaw(await clone.reader.output([...raw, `${from}^{tree}`, `${to}^{tree}`])),
    EMPTY_BLOBS,
  );
  const wanted = [...new Set(neededBlobs(entries, (path) => isAtomic(policy, path)))];
  const found = await clone.objects.read(wanted);
  const blobs = new Map<string, string>();
  for (const each of found) if (each?.type === 'blob' && each.bytes !== undefined) blobs.set(each.id, each.bytes);
  return entries.map((entry) => changedFile(entry, blobs));
}
