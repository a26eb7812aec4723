/** Where the present change starts, what it has recorded so far, and by which policy. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_THRESHOLDS } from '../core/model/fold';
import type { FoldThresholds } from '../core/model/fold';
import type { NamedRecord } from '../core/model/record';
import { foldThresholds } from '../core/policy/policy';
import type { Policy } from '../core/policy/policy';
import { POLICY_PATH, REVOKED_PATH, SIGNERS_PATH } from '../core/sidecar/paths';
import { recordDoubts } from '../core/verify/recordStanding';
import { readBlobs } from './blobs';
import { defaultTarget } from './defaultTarget';
import { readOwnFiles, sortEntry } from './ownFiles';
import { policyAt, readPolicyFile } from './policyFile';
import { parseRaw } from './rawDiff';
import type { Repository } from './repository';
import { authorEmail, commitOf, headCommit, tryInRepository } from './repository';
import type { TrustAt } from './trust';
import { parseTrust } from './trust';

/** A change's start and what it has recorded so far, as of one look at the repository. */
export interface ChangeStart {
  /** The merge base with the target; undefined in a repository without commits. */
  readonly base: string | undefined;
  readonly head: string | undefined;
  /** Records that the change adds, committed or staged. */
  readonly records: readonly NamedRecord[];
  /** Ids of those that make nothing weaker than unknown: the base's policy asks for signed ones. */
  readonly unsigned: ReadonlySet<string>;
  readonly author: string;
  /** With what the policy in force folds lines: the base's, or the work tree's where the base has none. */
  readonly thresholds: FoldThresholds;
}

/** Looks where the present change starts. One look serves all files until HEAD, the index or the refs move. */
export async function changeStart(repository: Repository): Promise<ChangeStart> {
  const [head, author] = await Promise.all([headCommit(repository), authorOf(repository)]);
  const base = head === undefined ? undefined : await mergeBase(repository, head);
  const trust = await trustInForce(repository, base);
  const records = base === undefined ? [] : await newRecords(repository, base, trust?.policy);
  const unsigned = new Set(trust === undefined ? [] : recordDoubts({ ...trust, now: Date.now() }, records).keys());
  const thresholds = trust === undefined ? await thresholdsInForce(repository, base) : foldThresholds(trust.policy);
  return { base, head, records, unsigned, author, thresholds };
}

/** Policy and keys of the base, by which a signed record counts. What can't be read is shown elsewhere. */
async function trustInForce(repository: Repository, base: string | undefined): Promise<Found | undefined> {
  if (base === undefined) return undefined;
  const names = [POLICY_PATH, SIGNERS_PATH, REVOKED_PATH].map((path) => `${base}:${path}`);
  const blobs = await readBlobs(repository, names);
  const [policy, signers, revoked] = names.map((name) => blobs.get(name));
  const trust = parseTrust(policy, signers, revoked);
  return trust.kind === 'found' ? trust : undefined;
}

type Found = TrustAt & { readonly kind: 'found' };

/** HEAD may move without anything changing for the lines: a commit on a branch keeps its merge base. */
export function isSameStart(a: ChangeStart, b: ChangeStart): boolean {
  const ids = ({ records }: ChangeStart): string => records.map(({ id }) => id).join(' ');
  const { pasteCharacters, pasteShare } = a.thresholds;
  const sameFold = pasteCharacters === b.thresholds.pasteCharacters && pasteShare === b.thresholds.pasteShare;
  return a.base === b.base && ids(a) === ids(b) && sameFold;
}

/** With what lines are folded where a change starts at `base`. A policy that can't be read is shown elsewhere. */
export async function thresholdsInForce(repository: Repository, base: string | undefined): Promise<FoldThresholds> {
  const parsed = base === undefined ? undefined : await policyAt(repository, base);
  if (parsed?.ok === true) return foldThresholds(parsed.value);
  try {
    const policy = parsed === undefined ? readPolicyFile(repository) : undefined;
    return policy === undefined ? DEFAULT_THRESHOLDS : foldThresholds(policy);
  } catch {
    return DEFAULT_THRESHOLDS;
  }
}

async function authorOf(repository: Repository): Promise<string> {
  try {
    return await authorEmail(repository);
  } catch {
    // Without a name git can't commit either; what the journal holds is still this work tree's own.
    return '';
  }
}

/** Where the branch left its target; HEAD itself where there is none. */
export async function mergeBase(repository: Repository, head: string): Promise<string> {
  const target = (await defaultTarget(repository))?.commit ?? (await upstream(repository));
  if (target === undefined) return head;
  const found = await tryInRepository(repository, ['merge-base', target, head]);
  if (found.code !== 0) return target;
  return (await mergedBase(repository, target, found.stdout.trim())) ?? found.stdout.trim();
}

/** While the target is being merged, what it brings is neutral as well: the base that the merge will have. */
async function mergedBase(repository: Repository, target: string, base: string): Promise<string | undefined> {
  const file = join(repository.gitDir, 'MERGE_HEAD');
  const [other] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  if (other === undefined || !/^[0-9a-f]{40,64}$/.test(other)) return undefined;
  const found = await tryInRepository(repository, ['merge-base', target, other]);
  const next = found.stdout.trim();
  if (found.code !== 0 || next === base) return undefined;
  const isLater = await tryInRepository(repository, ['merge-base', '--is-ancestor', base, next]);
  return isLater.code === 0 ? next : undefined;
}

function upstream(repository: Repository): Promise<string | undefined> {
  return commitOf(repository, '@{upstream}');
}

async function newRecords(
  repository: Repository,
  base: string,
  policy: Policy | undefined,
): Promise<readonly NamedRecord[]> {
  const args = [
    '--raw',
    '-z',
    '--no-renames',
    '--no-abbrev',
    '--diff-filter=A',
    base,
    '--',
    '.countersign/v1/provenance',
  ];
  const listed = await tryInRepository(repository, ['diff-index', '--cached', ...args]);
  if (listed.code !== 0) return [];
  const entries = parseRaw(listed.stdout).filter((entry) => sortEntry(entry).kind === 'read');
  const blobs = await readBlobs(
    repository,
    entries.map((entry) => entry.newId),
  );
  return (await readOwnFiles(entries, (entry) => blobs.get(entry.newId), policy)).records;
}
