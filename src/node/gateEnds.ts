/** What the gate judges: the two ends of the change, and the tree that would stand on the target. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { shortRef } from '../core/verify/targets';
import { mergeTree } from './commits';
import type { Reader } from './objects';
import type { Repository } from './repository';
import { branchAt, commitOf, namedCommit, withoutTransport } from './repository';
import { underWay } from './underWay';

/** How the ends are named. */
export interface Ends {
  /** The target's tip: a branch, or a commit together with `ref`. */
  readonly base: string;
  readonly head: string;
  /** Name of the target branch; by default the branch that `base` names. */
  readonly ref?: string;
}

/** Resolves the two ends to commits; refuses a base that names no branch unless the branch is given. */
export async function resolveEnds(
  repository: Repository,
  options: Ends,
): Promise<{ base: string; head: string; ref: string }> {
  const find = (revision: string, field: string): Promise<string> => namedCommit(repository, revision, field);
  const [ofBase, ofHead] = [find(options.base, '--base'), find(options.head, '--head')].map(underWay);
  const [base = '', head = ''] = [await ofBase, await ofHead];
  const ref = options.ref ?? (await branchName(repository, options.base));
  if (ref === undefined) {
    const message = 'expected the name of the target branch, found only a commit id; add --ref NAME';
    throw new CountersignError({ code: 'no-ref', field: '--ref', message }, 2);
  }
  return { base, head, ref: shortRef(ref) };
}

/**
 * An older commit of the target may have had looser rules and other keys. Only what has landed already may be judged by
 * the base that it had.
 */
export async function requireTip(
  repository: Repository,
  reader: Reader,
  at: { readonly base: string; readonly head: string; readonly ref: string; readonly named: string },
): Promise<void> {
  const { base, head, ref, named } = at;
  // A branch of that name of some remote is the tip; a fork's own copy of it may be ahead or behind.
  if (/^(?:refs\/remotes\/)?[^/]+\/(.+)$/.exec(named)?.[1] === ref) return;
  const tips = await Promise.all([`origin/${ref}`, ref].map((name) => commitOf(withoutTransport(repository), name)));
  const [name, tip] = tips[0] === undefined ? [ref, tips[1]] : [`origin/${ref}`, tips[0]];
  if (tip === undefined || tip === base) return;
  const isBehind = await reader.try(['merge-base', '--is-ancestor', base, tip]);
  if (isBehind.code !== 0) return;
  const hasLanded = await reader.try(['merge-base', '--is-ancestor', head, tip]);
  if (hasLanded.code === 0) return;
  const message = `expected the tip of ${ref}, found a commit that ${JSON.stringify(name)} has moved on from; use --base ${name}`;
  throw new CountersignError({ code: 'base-behind', field: '--base', message }, 3);
}

/** The branch that a revision names: a remote's prefix is dropped, commit ids and expressions name none. */
async function branchName(repository: Repository, revision: string): Promise<string | undefined> {
  if (/^[0-9a-f]{7,64}$/i.test(revision) || /[~^:@{]/.test(revision) || revision === 'HEAD') return undefined;
  return branchAt(repository, revision);
}

/**
 * In a shallow clone commits are cut off without a trace: contributors would be missing, and so would the landing that
 * spends a sign-off.
 */
export function requireWholeHistory(repository: Repository): void {
  if (!existsSync(join(repository.commonDir, 'shallow'))) return;
  const message = 'expected the whole history of base and head, found a shallow clone; run: git fetch --unshallow';
  throw new CountersignError({ code: 'shallow', field: '--base', message }, 3);
}

/** The tree that would stand on the target after the merge. */
export async function landingTree(
  reader: Reader,
  base: string,
  head: string,
): Promise<{ readonly landing: string; readonly isMerge: boolean }> {
  const ancestor = await reader.try(['merge-base', '--is-ancestor', base, head]);
  if (ancestor.code === 0) {
    const tree = await reader.output(['rev-parse', '--verify', `${head}^{tree}`]);
    return { landing: tree.trim(), isMerge: false };
  }
  const merged = ancestor.code === 1 ? await mergeTree(reader, base, head) : undefined;
  if (merged === undefined) {
    const message =
      'expected base and head to share history, but it is not all here; fetch the whole history of both (fetch-depth: 0)';
    throw new CountersignError({ code: 'missing-history', field: '--base', message }, 3);
  }
  if (!merged.clean) {
    const message = 'it conflicts with the target; update the branch: git merge or rebase, and commit the result';
    throw new CountersignError({ code: 'conflict', path: merged.conflicts[0] ?? '', message }, 1);
  }
  return { landing: merged.tree, isMerge: true };
}
