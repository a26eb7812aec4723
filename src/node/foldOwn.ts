/**
 * Folding the author's own records of a branch that are not merged yet, so that a long branch leaves few. What is folded
 * is committed already; the new change keeps a record of its own.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProvenanceRecord } from '../core/model/record';
import { foldedRecord, mayFold } from '../core/sidecar/foldRecords';
import { SPLIT_BYTES } from '../core/sidecar/limits';
import { encodeRecord } from '../core/sidecar/recordFormat';
import { literalTargets } from '../core/verify/targets';
import { isQuiet } from './commitOnly';
import { stateFolder } from './journal';
import type { ObjectSession } from './objectSession';
import { readRecord } from './readRecord';
import { replaceBytes } from './ownedFile';
import { isPassing } from './passingIndex';
import { recordBytes } from './recordBytes';
import type { Repository } from './repository';
import { currentBranch, tryInRepository } from './repository';
import type { RecordSigner } from './recorderFile';
import type { StagePolicy } from './stagePolicy';
import { readState } from './stateFile';

/** Records from which on they are folded. */
const FEWEST = 2;

export interface Folding {
  /** The record that stands for the others. */
  readonly bytes: string;
  /** Paths of those that it stands for. */
  readonly folded: readonly string[];
}

/** What can be folded now; undefined where there is nothing to fold, or this is no moment for it. */
export async function foldOwn(
  repository: Repository,
  session: ObjectSession,
  head: string,
  about: {
    readonly author: string;
    readonly policy: StagePolicy;
    readonly own: readonly string[];
    readonly signer: RecordSigner | undefined;
  },
): Promise<Folding | undefined> {
  // The user's own index would keep what was folded.
  if (about.own.length < FEWEST || !isQuiet(repository) || isPassing(repository)) return undefined;
  const present = await here(session, head, about.own);
  if (present.length < FEWEST) return undefined;
  const merged = await mergedTrees(repository, session, head, about.policy);
  if (merged === undefined) return undefined;
  let open = present;
  for (const tree of merged) {
    const there = new Set(await here(session, tree, open));
    open = open.filter((path) => !there.has(path));
  }
  // Those that the index has still: one that was taken out was taken out on purpose, or is folded already.
  const staged = await session.info(open.map((path) => `:${path}`));
  open = open.filter((_, index) => staged[index] !== undefined);
  const stored = await session.read(open.map((path) => `${head}:${path}`));
  const found = open.flatMap((path, index): { path: string; record: ProvenanceRecord }[] => {
    const bytes = stored[index]?.bytes;
    const read = bytes === undefined ? undefined : readRecord(path, bytes);
    if (read?.ok !== true || bytes === undefined) return [];
    const { record } = read.value;
    const isOwn = record.author === about.author && record.repo === about.policy.repo;
    // Only what this very recorder signed is signed again, and what nobody signed stays so: folding vouches for nothing new.
    const isSigned = about.signer?.isOwn(bytes) ?? record.signature === undefined;
    return isOwn && isSigned && mayFold(bytes, record) ? [{ path, record }] : [];
  });
  const [first] = found;
  if (first === undefined || found.length < FEWEST) return undefined;
  // As their readers go through them: by name.
  const sorted = [...found].sort((a, b) => (a.path < b.path ? -1 : 1));
  const record = foldedRecord(
    sorted.map((each) => each.record),
    first.record,
  );
  if (encodeRecord(record).length > SPLIT_BYTES) return undefined;
  return { bytes: recordBytes(record, about.signer, true), folded: sorted.map(({ path }) => path) };
}

async function here(session: ObjectSession, tree: string, paths: readonly string[]): Promise<string[]> {
  const found = await session.info(paths.map((path) => `${tree}:${path}`));
  return paths.filter((_, index) => found[index] !== undefined);
}

/**
 * Trees whose records count as merged: the targets' tips, and where HEAD left them. Undefined where no target is known, or
 * HEAD is one itself without a remote's: then nothing tells what is merged.
 */
async function mergedTrees(
  repository: Repository,
  session: ObjectSession,
  head: string,
  policy: StagePolicy,
): Promise<string[] | undefined> {
  const own = await currentBranch(repository);
  const named = literalTargets(policy.targets);
  const names = [
    'refs/remotes/origin/HEAD',
    ...named.map((each) => `refs/remotes/origin/${each}`),
    ...named.map((each) => `refs/heads/${each}`).filter((each) => each !== own),
  ];
  const tips = new Set((await session.info(names)).flatMap((tip) => (tip?.type === 'commit' ? [tip.id] : [])));
  if (tips.size === 0) return undefined;
  const bases: string[] = [];
  for (const tip of tips) {
    const base = await tryInRepository(repository, ['merge-base', tip, head]);
    if (base.code === 0) bases.push(base.stdout.trim());
  }
  return [...tips, ...bases];
}

function listFile(gitDir: string): string {
  return join(stateFolder(gitDir), 'folded');
}

/**
 * Notes what is to leave the work tree once the commit is made, by the post-commit hook or by the next `stage`. A commit may
 * yet be given up, and then these are the records still. Replaced in one step; without the note they stay for longer.
 */
export function noteFolded({ gitDir }: Repository, paths: readonly string[]): void {
  if (paths.length === 0) return;
  try {
    replaceBytes(listFile(gitDir), `${paths.join('\n')}\n`);
  } catch {
    // Something else in its place, or a full disk.
  }
}

/** After the commit: takes out of the work tree what is no longer in the index. */
export async function clearCommitted(repository: Repository): Promise<void> {
  const file = listFile(repository.gitDir);
  let text: string | undefined;
  try {
    text = readState(file)?.toString('utf8');
  } catch {
    // Something else in its place.
  }
  if (text === undefined) return;
  const paths = text
    .split('\n')
    .filter((path) => /^\.countersign\/v1\/provenance\/[0-9a-f]{2}\/[0-9a-f]{64}\.prov$/.test(path));
  if (paths.length > 0) {
    const listed = await tryInRepository(repository, ['ls-files', '-z', '--', ...paths]);
    if (listed.code !== 0) return;
    const tracked = new Set(listed.stdout.split('\0'));
    for (const path of paths) if (!tracked.has(path)) rmSync(join(repository.top, path), { force: true });
  }
  rmSync(file, { force: true });
}
