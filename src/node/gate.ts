/**
 * `verify`: the gate (signoff-format §4). Reads what the change would land through a throw-away git directory, takes
 * policy and keys from the base, and asks core for the verdict.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ExitCode, Problem } from '../core/model/problem';
import { CountersignError } from '../core/model/problem';
import type { Report } from '../core/model/report';
import type { VerifiedSignoff } from '../core/model/signoff';
import { isAtomic } from '../core/policy/decide';
import { satisfiable } from '../core/policy/people';
import { POLICY_PATH, SIDECAR_ROOT, pathFault } from '../core/sidecar/paths';
import { shortRef } from '../core/verify/targets';
import type { GateInput } from '../core/verify/gateInput';
import { verifyChange } from '../core/verify/verify';
import { mergeTree, readCommits } from './commits';
import { nodeHash } from './hash';
import type { Reader } from './objects';
import { openReader } from './objects';
import { pathCollisions } from './pathCollisions';
import { readOwnFiles, sortEntry, tooMany } from './ownFiles';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, changedFile, neededBlobs, pairRenames, treeDifference } from './rawDiff';
import type { Repository } from './repository';
import { restoredState } from './restored';
import { landedWithdrawals } from './settled';
import { branchAt, commitOf, namedCommit, withoutTransport } from './repository';
import { commitTrust, readTrust } from './trust';
import { underWay } from './underWay';
import { whereabouts } from './whereabouts';

export interface GateOptions {
  /** The target's tip: a branch, or a commit together with `ref`. */
  readonly base: string;
  readonly head: string;
  /** Name of the target branch; by default the branch that `base` names. */
  readonly ref?: string;
  /** Accept a base without a policy when the head's policy is valid and can be met. */
  readonly adopt?: boolean;
  /** Epoch milliseconds; the process's clock by default. */
  readonly now?: number;
}

export interface GateOutcome {
  readonly exit: ExitCode;
  readonly report?: Report;
  readonly problems: readonly Problem[];
}

/** Runs the gate. Expected failures come back as an outcome; nothing unexpected ever becomes exit 0. */
export async function runGate(repository: Repository, options: GateOptions): Promise<GateOutcome> {
  let reader: Reader | undefined;
  try {
    const { base, head, ref } = await resolveEnds(withoutTransport(repository), options);
    reader = await openReader(repository);
    const now = options.now ?? Date.now();
    const tip = underWay(requireTip(repository, reader, { base, head, ref, named: options.base }));
    const loading = underWay(loadChange(repository, reader, { base, head, ref, now }));
    await tip;
    const loaded = await loading;
    if (loaded.kind === 'no-policy') return await adoption(reader, loaded.landing, options.adopt === true);
    if (loaded.kind === 'malformed') return { exit: 2, problems: loaded.problems };
    const report = verifyChange(nodeHash, loaded.input);
    return { exit: exitOf(report), report, problems: report.problems };
  } catch (error) {
    if (error instanceof CountersignError) return { exit: error.exit, problems: [error.problem] };
    throw error;
  } finally {
    reader?.close();
  }
}

function exitOf(report: Report): ExitCode {
  if (report.problems.length > 0) return 2;
  if (report.ok || report.policy.mode === 'observe') return 0;
  return 1;
}

/** Resolves the two ends to commits; refuses a base that names no branch unless the branch is given. */
async function resolveEnds(
  repository: Repository,
  options: GateOptions,
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
async function requireTip(
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

export type Loaded =
  | { readonly kind: 'no-policy'; readonly landing: string }
  | { readonly kind: 'malformed'; readonly problems: readonly Problem[] }
  | { readonly kind: 'loaded'; readonly input: GateInput; readonly landing: string };

/** Reads everything that the verdict on `base..head` rests on. Ends are commit ids. */
export async function loadChange(
  repository: Repository,
  reader: Reader,
  ends: { readonly base: string; readonly head: string; readonly ref: string; readonly now: number },
): Promise<Loaded> {
  const { base, head, ref, now } = ends;
  requireWholeHistory(repository);
  const trusted = underWay(readTrust(reader, base));
  const { landing, isMerge } = await landingTree(reader, base, head);
  const differing = underWay(treeDifference(reader, `${base}^{tree}`, landing));
  const trust = await trusted;
  if (trust.kind === 'none') return { kind: 'no-policy', landing };
  if (trust.kind === 'malformed') return trust;
  const sorted = (await differing).map((entry) => ({ entry, sorted: sortEntry(entry) }));
  const own = sorted.flatMap((each) => (each.sorted.kind === 'read' ? [each.entry] : []));
  const asked = underWay(reader.blobs(tooMany(own) === undefined ? own.map((entry) => entry.newId) : []));
  const problems: Problem[] = sorted.flatMap((each) => (each.sorted.kind === 'fault' ? [each.sorted.problem] : []));
  const touched = sorted.flatMap((each) => (each.sorted.kind === 'content' ? [each.entry] : []));
  const content = pairRenames(touched, EMPTY_BLOBS);
  const restoring = underWay(restoredState(reader, base, touched));
  const history = underWay(
    readCommits(reader, { base, head, standing: own, landing: isMerge ? landing : undefined }, commitTrust(trust, now)),
  );
  const present = content.filter((entry) => entry.newMode !== '000000');
  for (const { path, exactPath } of present) {
    if (exactPath) continue;
    const message = 'expected a path in UTF-8; rename the file';
    problems.push({ code: 'path-encoding', path, field: '', message });
  }
  problems.push(...present.flatMap(refusedPath));
  const isNew = (entry: (typeof present)[number]): boolean => entry.oldMode === '000000' || entry.from !== undefined;
  const added = present.filter(isNew).map((entry) => entry.path);
  const colliding = underWay(pathCollisions(reader, landing, added));
  const isWhole = (path: string): boolean => isAtomic(trust.policy, path);
  const ownBytes = await asked;
  // The texts are many: git reads them out while the signatures are checked.
  const texts = underWay(reader.blobs(neededBlobs(content, isWhole)));
  const ownFiles = await readOwnFiles(own, (entry) => ownBytes.get(entry.newId), trust.policy);
  problems.push(...(await colliding));
  const blobs = await texts;
  const restored = await restoring;
  const { commits, gone, carried, steps } = await history;
  const brought = [...ownFiles.signoffs, ...gone.signoffs];
  const settling = await landedWithdrawals(reader, base, brought);
  const unsettling = brought.filter(({ path }) => settling.every((each) => each.path !== path));
  const signoffs = [...brought, ...settling];
  const files = content.map((entry) => changedFile(entry, blobs));
  const input: GateInput = {
    base,
    head,
    ref,
    files,
    commits,
    ...(await whereabouts(reader, base, { files, records: ownFiles.records, commits, steps, carried })),
    policy: trust.policy,
    policySha256: trust.policySha256,
    signers: trust.signers,
    revoked: trust.revoked,
    records: ownFiles.records,
    requests: ownFiles.requests,
    signoffs,
    spent: await spentPaths(reader, base, unsettling),
    ...(restored === undefined ? {} : { restored }),
    problems: [...problems, ...ownFiles.problems, ...gone.problems],
    now,
  };
  return { kind: 'loaded', input, landing };
}

/** A path that neither records nor sign-offs may name: nobody could ever sign for what stands there. */
function refusedPath({ path, exactPath }: RawEntry): Problem[] {
  const fault = path.startsWith(`${SIDECAR_ROOT}/`) ? undefined : pathFault(path);
  if (fault === undefined || !exactPath) return [];
  return [{ code: 'path-refused', path, field: '', message: `${fault}; rename the file` }];
}

/**
 * In a shallow clone commits are cut off without a trace: contributors would be missing, and so would the landing that
 * spends a sign-off.
 */
function requireWholeHistory(repository: Repository): void {
  if (!existsSync(join(repository.commonDir, 'shallow'))) return;
  const message = 'expected the whole history of base and head, found a shallow clone; run: git fetch --unshallow';
  throw new CountersignError({ code: 'shallow', field: '--base', message }, 3);
}

/** The tree that would stand on the target after the merge. */
async function landingTree(
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

/**
 * Sign-off files that the target's history has touched: they have landed before. A sign-off names the base that its
 * signer saw and its file is named by what was signed, so it can't stand in that base's own past: what all signers'
 * bases have in common with the target need not be searched. A base that is not here narrows nothing down.
 */
async function spentPaths(
  reader: Reader,
  base: string,
  signoffs: readonly VerifiedSignoff[],
): Promise<ReadonlySet<string>> {
  const observed = [...new Set(signoffs.map((each) => each.statement.predicate.observed.base))];
  if (observed.every((each) => each === base)) return new Set();
  const common = await reader.try(['merge-base', '--octopus', base, ...observed.slice(0, MAX_BASES)]);
  const start = observed.length <= MAX_BASES && common.code === 0 ? common.stdout.trim() : '';
  const args = ['log', '--full-history', '-m', '--format=', '--name-only', '-z', '--no-renames', base];
  const range = /^[0-9a-f]{40,64}$/.test(start) ? [...args, `^${start}`] : args;
  const touched = new Set((await reader.output([...range, '--', '.countersign/v1/signoffs'])).split(/[\0\n]/));
  return new Set(signoffs.map((each) => each.path).filter((path) => touched.has(path)));
}

/** Bases that fit on one command line. */
const MAX_BASES = 1000;

/** A base without a policy: nothing can be judged, unless the change is the one that brings the policy. */
async function adoption(reader: Reader, landing: string, adopt: boolean): Promise<GateOutcome> {
  const none: Problem = {
    code: 'no-policy',
    path: POLICY_PATH,
    field: '',
    message: 'expected a policy in the base, found none; merge one first: countersign init, then verify --adopt',
  };
  if (!adopt) return { exit: 3, problems: [none] };
  const trust = await readTrust(reader, landing);
  if (trust.kind === 'none') return { exit: 3, problems: [none] };
  if (trust.kind === 'malformed') return { exit: 2, problems: trust.problems };
  const unmet = satisfiable(trust.policy);
  return unmet.length > 0 ? { exit: 1, problems: unmet } : { exit: 0, problems: [] };
}
