/**
 * `verify`: the gate (signoff-format §4). Reads what the change would land through a throw-away git directory, takes
 * policy and keys from the base, and asks core for the verdict.
 */
import type { ExitCode, Problem } from '../core/model/problem';
import { CountersignError } from '../core/model/problem';
import type { Report } from '../core/model/report';
import { isAtomic } from '../core/policy/decide';
import { satisfiable } from '../core/policy/people';
import { POLICY_PATH, formFault } from '../core/sidecar/paths';
import type { GateInput } from '../core/verify/gateInput';
import { verifyChange } from '../core/verify/verify';
import { readCommits } from './commits';
import type { Ends } from './gateEnds';
import { landingTree, requireTip, requireWholeHistory, resolveEnds } from './gateEnds';
import { nodeHash } from './hash';
import type { Reader } from './objects';
import { openReader } from './objects';
import { pathCollisions } from './pathCollisions';
import { readOwnFiles, sortEntry, tooMany } from './ownFiles';
import type { RawEntry } from './rawDiff';
import { EMPTY_BLOBS, changedFile, neededBlobs, pairRenames, treeDifference } from './rawDiff';
import type { Repository } from './repository';
import { restoredState } from './restored';
import { withoutTransport } from './repository';
import { standingBeside } from './spent';
import { commitTrust, readTrust } from './trust';
import { underWay } from './underWay';
import { whereabouts } from './whereabouts';

export interface GateOptions extends Ends {
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
  // A path with `..` names no folder that git could list.
  const added = present.filter((entry) => isNew(entry) && refusedPath(entry).length === 0).map((entry) => entry.path);
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
    ...(await standingBeside(reader, base, [...ownFiles.signoffs, ...gone.signoffs])),
    ...(restored === undefined ? {} : { restored }),
    problems: [...problems, ...ownFiles.problems, ...gone.problems],
    now,
  };
  return { kind: 'loaded', input, landing };
}

/** A path that neither records nor sign-offs may name: nobody could ever sign for what stands there. */
function refusedPath({ path, exactPath }: RawEntry): Problem[] {
  const fault = formFault(path);
  if (fault === undefined || !exactPath) return [];
  return [{ code: 'path-refused', path, field: '', message: `${fault}; rename the file` }];
}

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
