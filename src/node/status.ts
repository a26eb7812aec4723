/**
 * Where a change stands before the gate sees it: the branch as committed, or with the work tree on top. Policy and keys
 * still come from the target, as they will at the gate; where the target has none, from the work tree.
 */
import type { ChangeCommit } from '../core/model/change';
import type { Problem } from '../core/model/problem';
import { CountersignError } from '../core/model/problem';
import type { LiveFile } from '../core/model/live';
import type { NamedRecord } from '../core/model/record';
import type { Report } from '../core/model/report';
import { POLICY_PATH, REVOKED_PATH, SIGNERS_PATH } from '../core/sidecar/paths';
import type { GateInput } from '../core/verify/gateInput';
import { targetMatches } from '../core/verify/targets';
import { verifyChange } from '../core/verify/verify';
import { readCommits } from './commits';
import type { Target } from './defaultTarget';
import { defaultTarget, ownTargets } from './defaultTarget';
import { loadChange } from './gate';
import { nodeHash } from './hash';
import { readJournal } from './journal';
import { exactState, liveClaims } from './liveClaims';
import type { Reader } from './objects';
import { openReader } from './objects';
import { readOwnFiles, sortEntry } from './ownFiles';
import { ownBytes } from './ownText';
import { EMPTY_BLOBS, changedFile, neededBlobs, pairRenames } from './rawDiff';
import type { Repository } from './repository';
import { restoredState } from './restored';
import { withStatements } from './saidOf';
import { standingBeside } from './spent';
import { authorEmail, branchAt, currentBranch, headCommit, namedCommit } from './repository';
import type { TrustAt } from './trust';
import { commitTrust, parseTrust, readTrust } from './trust';
import { whereabouts } from './whereabouts';
import { dirtyPaths, workTreeEntries } from './workTree';

export interface Standpoint {
  readonly report: Report;
  readonly input: GateInput;
  readonly target: Target;
}

/** The target that someone named, or the default one; throws `no-target` (exit 3) when there is none. */
export async function targetOf(repository: Repository, base: string | undefined): Promise<Target> {
  if (base !== undefined) {
    const commit = await namedCommit(repository, base, '--base');
    return { commit, ref: await branchAt(repository, base), revision: base };
  }
  const found = await defaultTarget(repository);
  if (found !== undefined) return found;
  const own = (await currentBranch(repository))?.replace('refs/heads/', '');
  const message =
    own !== undefined && [...ownTargets(repository), 'main', 'master'].some((each) => targetMatches(each, own))
      ? `${own} is checked out, the target itself: switch to a branch, or name a commit with --base`
      : 'no target branch was found: there is no origin/HEAD, main or master; name one with --base';
  throw new CountersignError({ code: 'no-target', field: '--base', message }, 3);
}

/** The committed branch against the target, exactly as the gate would judge it now. */
export async function branchReport(
  repository: Repository,
  options: { readonly base?: string; readonly now?: number } = {},
): Promise<Standpoint> {
  const head = await requireHead(repository);
  const target = await targetOf(repository, options.base);
  const reader = await openReader(repository);
  try {
    const { commit, ref } = target;
    const now = options.now ?? Date.now();
    const loaded = await loadChange(repository, reader, { base: commit, head, ref, now });
    if (loaded.kind === 'malformed') throw malformed(loaded.problems);
    if (loaded.kind === 'no-policy') throw noPolicy(target.revision);
    return { report: verifyChange(nodeHash, loaded.input), input: loaded.input, target };
  } finally {
    reader.close();
  }
}

/** The work tree, uncommitted work included, against the point where the branch left the target. */
export async function workingReport(
  repository: Repository,
  options: { readonly base?: string; readonly now?: number } = {},
): Promise<Standpoint> {
  const head = await requireHead(repository);
  const target = await targetOf(repository, options.base);
  const reader = await openReader(repository);
  try {
    const mergeBase = await reader.try(['merge-base', target.commit, head]);
    const start = mergeBase.code === 0 ? mergeBase.stdout.trim() : target.commit;
    const input = await workingInput(repository, reader, { start, head, target, now: options.now ?? Date.now() });
    const texts = new Map(input.files.map(({ path, after }) => [path, after.text] as const));
    let journal: ReturnType<typeof readJournal> | undefined;
    const report = withStatements(verifyChange(nodeHash, input), (path) => {
      journal ??= readJournal(repository.gitDir);
      return exactState(journal.get(path) ?? [], texts.get(path) ?? '');
    });
    return { report, input, target };
  } finally {
    reader.close();
  }
}

async function workingInput(
  repository: Repository,
  reader: Reader,
  at: { readonly start: string; readonly head: string; readonly target: Target; readonly now: number },
): Promise<GateInput> {
  const { start, head, target } = at;
  const trust = await trustFor(repository, reader, target.commit);
  const journal = readJournal(repository.gitDir);
  const isOurs = (path: string): boolean => path.startsWith('.countersign/') || journal.has(path);
  const { entries, texts } = await workTreeEntries(repository, start, isOurs);
  const sorted = entries.map((entry) => ({ entry, sorted: sortEntry(entry) }));
  const problems = sorted.flatMap((each) => (each.sorted.kind === 'fault' ? [each.sorted.problem] : []));
  const touched = sorted.flatMap((each) => (each.sorted.kind === 'content' ? [each.entry] : []));
  const content = pairRenames(touched, EMPTY_BLOBS);
  const restored = await restoredState(reader, start, touched);
  const own = sorted.flatMap((each) => (each.sorted.kind === 'read' ? [each.entry] : []));
  const stored = await reader.blobs(
    [...neededBlobs(content), ...own.map((entry) => entry.newId)].filter((id) => !texts.has(id)),
  );
  const blobs = new Map([...stored, ...texts]);
  const ownFiles = await readOwnFiles(own, (entry) => blobs.get(entry.newId), trust.policy);
  const files = content.map((entry) => changedFile(entry, blobs));
  const author = await authorEmail(repository);
  const ends = { base: start, head, standing: own };
  const { commits, gone, carried, steps } = await readCommits(reader, ends, commitTrust(trust, at.now));
  const dirty = await dirtyPaths(reader, head, {
    content,
    texts,
    committed: new Set(commits.flatMap((commit) => commit.paths)),
  });
  // What others committed and nobody changed since is as their records say, though the journal here may know the text too.
  const isMine = ({ authorEmail: by, committerEmail: committer }: ChangeCommit): boolean =>
    [by, committer].some((email) => email.toLowerCase() === author.toLowerCase());
  const touchedHere = new Set([...dirty, ...commits.filter(isMine).flatMap(({ paths }) => paths)]);
  const live = liveRecords(
    journal,
    files.filter(({ path }) => touchedHere.has(path)),
    author,
    trust.policy.repo,
  );
  return {
    base: start,
    head,
    ref: target.ref,
    files,
    commits: dirty.length === 0 ? commits : [...commits, workTreeCommit(author, dirty)],
    ...(await whereabouts(reader, start, { files, records: ownFiles.records, commits, steps, carried })),
    policy: trust.policy,
    policySha256: trust.policySha256,
    signers: trust.signers,
    revoked: trust.revoked,
    records: [...ownFiles.records, ...live],
    requests: ownFiles.requests,
    ...(await standingBeside(reader, start, [...ownFiles.signoffs, ...gone.signoffs])),
    ...(restored === undefined ? {} : { restored }),
    problems: [...problems, ...ownFiles.problems, ...gone.problems],
    now: at.now,
  };
}

/** What is not committed yet is taken as its author's, who has yet to sign the commit if the policy asks for that. */
function workTreeCommit(author: string, paths: readonly string[]): ChangeCommit {
  return { oid: 'work tree', authorEmail: author, committerEmail: author, signedBy: [author], paths };
}

/** The journal's claims about the work tree's files, in the form of records that nobody has committed yet. */
function liveRecords(
  journal: ReadonlyMap<string, readonly LiveFile[]>,
  files: GateInput['files'],
  author: string,
  repo: string,
): NamedRecord[] {
  return files.flatMap(({ path, after }) => {
    if (after.text === undefined) return [];
    return liveClaims(journal.get(path), after.text, author).map(({ hunks, sameContent }) => ({
      id: '',
      record: {
        repo,
        author,
        recorder: { id: 'journal', version: '' },
        base: null,
        files: [{ path, blob: sameContent ? after.oid : null, hunks }],
      },
    }));
  });
}

/** Policy and keys of the target; a repository that is only now adopting Countersign goes by its work tree. */
async function trustFor(
  repository: Repository,
  reader: Reader,
  commit: string,
): Promise<TrustAt & { readonly kind: 'found' }> {
  const base = await readTrust(reader, commit);
  const trust = base.kind === 'none' ? workTreeTrust(repository) : base;
  if (trust.kind === 'found') return trust;
  throw trust.kind === 'malformed' ? malformed(trust.problems) : noPolicy('the work tree');
}

export function workTreeTrust(repository: Repository): TrustAt {
  const read = (path: string): string | undefined => {
    try {
      return ownBytes(repository, path)?.toString('latin1');
    } catch {
      return undefined;
    }
  };
  return parseTrust(read(POLICY_PATH), read(SIGNERS_PATH), read(REVOKED_PATH));
}

async function requireHead(repository: Repository): Promise<string> {
  const head = await headCommit(repository);
  if (head !== undefined) return head;
  const message = 'expected a commit at HEAD, found an empty repository; commit something first';
  throw new CountersignError({ code: 'no-commit', field: 'HEAD', message }, 3);
}

function noPolicy(where: string): CountersignError {
  const message = `expected a policy in ${where}, found none; run: countersign init, commit what it wrote and merge it`;
  return new CountersignError({ code: 'no-policy', path: POLICY_PATH, message }, 3);
}

function malformed(problems: readonly Problem[]): CountersignError {
  const [first] = problems;
  const problem = first ?? { code: 'policy-invalid', path: POLICY_PATH, field: '', message: 'it can not be read' };
  return new CountersignError(problem, 2);
}
