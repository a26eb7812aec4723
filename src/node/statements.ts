/**
 * What an author says about lines that no open editor follows: those that are committed on the branch get a later, stronger
 * claim in a record of its own, which is committed alone; those of the work tree get it in the journal.
 */
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import type { LineClaim } from '../core/attribution/attribute';
import type { ClaimedLine } from '../core/attribution/buildHunks';
import { buildHunks, claimedOrigin } from '../core/attribution/buildHunks';
import { hashesOf } from '../core/attribution/recordFile';
import type { Pointed } from '../core/attribution/statedLines';
import { pointedIn, statedLines } from '../core/attribution/statedLines';
import { sourceIn } from '../core/model/origin';
import type { RecordedFile, RecordedHunk, RecordedObject } from '../core/model/record';
import type { Statement } from '../core/model/statement';
import { statedClaim } from '../core/model/statement';
import { foldThresholds } from '../core/policy/policy';
import { isAtomic } from '../core/policy/decide';
import { contentDigest } from '../core/sidecar/lineHash';
import { nameableActor } from '../core/sidecar/nameableActor';
import { pathFault } from '../core/sidecar/paths';
import { splitRecord } from '../core/sidecar/split';
import type { CutFile } from '../core/verify/blocks';
import { cutFile } from '../core/verify/blocks';
import type { ClaimIndex, FileOrigins } from '../core/verify/origins';
import { fileOrigins, indexClaims, objectClaim, removedLines } from '../core/verify/origins';
import { recordDoubts } from '../core/verify/recordStanding';
import type { GateInput } from '../core/verify/gateInput';
import { commitOnly, isQuiet } from './commitOnly';
import { nodeHash } from './hash';
import { appendLive } from './journal';
import { recordBytes } from './recordBytes';
import { recordSigner } from './recorderKey';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import { withLock } from './stateLock';
import { branchReport, workingReport } from './status';
import { writeToStore } from './store';

/** Lines of a file, as they stand in some text of it. */
export interface About extends Pointed {
  readonly path: string;
}

export interface StatedOnBranch {
  /** Committed lines and items without lines to which the statement added something. */
  readonly lines: number;
  /** The commit that holds it; undefined when there was nothing to say, or git was in the middle of something. */
  readonly commit?: string;
  /** Paths of the records; they stand in the index when there is no commit. */
  readonly records: readonly string[];
}

/**
 * States something about what the branch has committed, all of it or the lines pointed at, in a record that is committed
 * alone. Throws as the gate does when the branch can't be judged.
 */
export async function stateOnBranch(
  repository: Repository,
  recorder: { readonly id: string; readonly version: string },
  statement: Statement,
  about?: About,
): Promise<StatedOnBranch> {
  const { input } = await branchReport(repository);
  const files = statedFiles(input, statement, about);
  const lines = files.reduce((sum, file) => sum + linesIn(file.hunks) + (file.object === undefined ? 0 : 1), 0);
  if (files.length === 0) return { lines, records: [] };
  const author = await authorEmail(repository);
  const record = { repo: input.policy.repo, author, recorder, base: input.head, files };
  const records: string[] = [];
  const signer = recordSigner(author);
  for (const part of splitRecord(record)) {
    records.push(await writeToStore(repository, 'provenance', recordBytes(part, signer)));
  }
  if (!isQuiet(repository)) return { lines, records };
  const subject = statement.kind === 'advised' ? 'Say that AI advised this change' : 'Say where lines come from';
  return { lines, records, commit: await commitOnly(repository, records, subject) };
}

interface Among {
  readonly about?: About;
  readonly except?: ReadonlySet<string>;
}

/** States something about files of the work tree that have uncommitted changes. Gives the number of lines. */
export async function stateInWorkTree(
  repository: Repository,
  statement: Statement,
  among: Among = {},
): Promise<number> {
  return withLock(repository.gitDir, () => stateNow(repository, statement, among));
}

async function stateNow(repository: Repository, statement: Statement, { about, except }: Among): Promise<number> {
  const { input } = await workingReport(repository);
  const dirty = new Set(input.commits.filter(({ oid }) => oid === 'work tree').flatMap(({ paths }) => paths));
  let lines = 0;
  for (const { cut, origins } of filesOf(input, about)) {
    const { path, after } = cut.file;
    if (path.startsWith('.countersign/') || !dirty.has(path) || except?.has(path) === true || after.text === undefined)
      continue;
    const text = fileLines(nodeHash, after.text);
    const added = statedLines(text, origins.added, changedLines(cut, text, about), statement);
    const removed = about === undefined ? statedRemovals(cut, origins, statement) : [];
    if (added.length + removed.length === 0) continue;
    lines += added.length + linesIn(removed);
    const claimed = new Map(keptLines(origins.added).map((each) => [each.line, each] as const));
    for (const each of added) claimed.set(each.line, each);
    const hunks = [
      ...removedInPlace(cut, [...keptRemovals(cut, origins), ...removed]),
      ...buildHunks(
        'added',
        [...claimed.values()].sort((a, b) => a.line - b.line),
        hashesOf(text),
      ),
    ];
    appendLive(repository.gitDir, { path, digest: contentDigest(nodeHash, text.lines), hunks });
  }
  return lines;
}

/** The entries of a record that makes the statement about the committed change. */
function statedFiles(input: GateInput, statement: Statement, about: About | undefined): RecordedFile[] {
  return filesOf(input, about).flatMap(({ cut, origins, index }): RecordedFile[] => {
    const { path, after } = cut.file;
    if (path.startsWith('.countersign/') || pathFault(path) !== undefined) return [];
    const text = fileLines(nodeHash, after.text ?? '');
    const added = statedLines(text, origins.added, changedLines(cut, text, about), statement);
    const removed = about === undefined ? statedRemovals(cut, origins, statement) : [];
    const hunks = [...removed, ...buildHunks('added', added, hashesOf(text))].map(nameableActor);
    const object = about === undefined ? statedObject(index, cut, statement) : undefined;
    if (hunks.length === 0 && object === undefined) return [];
    const blob = /^0+$/.test(after.oid) ? null : after.oid;
    return [{ path, blob, hunks, ...(object === undefined ? {} : { object }) }];
  });
}

/** The changed files that a statement is about, cut, with what the records know of their lines. */
function filesOf(
  input: GateInput,
  about: About | undefined,
): { readonly cut: CutFile; readonly origins: FileOrigins; readonly index: ClaimIndex }[] {
  const records = input.records.filter(({ record }) => record.repo === input.policy.repo);
  const doubts = recordDoubts(input, records);
  const index = indexClaims(nodeHash, records, input.files, ({ id }) => doubts.has(id));
  const files = about === undefined ? input.files : input.files.filter(({ path }) => path === about.path);
  return files.map((file) => {
    const cut = cutFile(file, isAtomic(input.policy, file.path));
    const hasText = cut.blocks.some(({ kind }) => kind === 'text');
    const none: FileOrigins = { added: [], removed: [] };
    return { cut, index, origins: hasText ? fileOrigins(nodeHash, index, cut, foldThresholds(input.policy)) : none };
  });
}

/** Lines of the result that the change added, those pointed at if somebody pointed. */
function changedLines(cut: CutFile, text: FileLines, about: About | undefined): number[] {
  const lines = cut.blocks.flatMap((block) =>
    block.kind === 'text' ? span(block.region.afterStart, block.region.afterCount) : [],
  );
  if (about === undefined) return lines;
  const pointed = pointedIn(nodeHash, text, cut.file.path, about);
  return lines.filter((line) => pointed.has(line));
}

function span(start: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => start + index);
}

function statedRemovals(cut: CutFile, { removed }: FileOrigins, statement: Statement): RecordedHunk[] {
  const before = fileLines(nodeHash, cut.file.before.text ?? '');
  return buildHunks('removed', statedLines(before, removed, removedLines(cut), statement), hashesOf(before));
}

/** What is claimed of removed lines already. */
function keptRemovals(cut: CutFile, { removed }: FileOrigins): RecordedHunk[] {
  return buildHunks('removed', keptLines(removed), hashesOf(fileLines(nodeHash, cut.file.before.text ?? '')));
}

function keptLines(claims: readonly (LineClaim | undefined)[]): ClaimedLine[] {
  return claims.flatMap((claim, line): ClaimedLine[] => {
    const origin = claim === undefined ? undefined : claimedOrigin(claim.origin);
    if (claim === undefined || origin === undefined) return [];
    const { counts, whose } = claim;
    return [{ line, source: sourceIn({ ...claim, origin }), counts, ...(whose === undefined ? {} : { whose }) }];
  });
}

/** A saved state's removed hunks stand at the line of the present content before which they stood. */
function removedInPlace(cut: CutFile, hunks: readonly RecordedHunk[]): RecordedHunk[] {
  return hunks.map((hunk) => {
    const block = cut.blocks.find(
      (each) =>
        each.kind === 'text' &&
        hunk.start >= each.region.beforeStart &&
        hunk.start < each.region.beforeStart + each.region.beforeCount,
    );
    return { ...hunk, start: block?.kind === 'text' ? block.region.afterStart : 0 };
  });
}

/** The same about something that has no lines. A renamed file is neutral. */
function statedObject(index: ClaimIndex, cut: CutFile, statement: Statement): RecordedObject | undefined {
  const { before, after, from } = cut.file;
  if (from !== undefined || !cut.blocks.some(({ kind }) => kind === 'object')) return undefined;
  const known = objectClaim(index, cut)?.claim;
  const claim = statedClaim(known === undefined ? undefined : { ...known, counts: {} }, 0, statement);
  const id = (oid: string): string | null => (/^0+$/.test(oid) ? null : oid);
  return claim === undefined ? undefined : { before: id(before.oid), after: id(after.oid), ...claim.source };
}

function linesIn(hunks: readonly RecordedHunk[]): number {
  return hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
}
