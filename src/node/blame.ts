/** `blame`: the origin of each line of a file, in the work tree or at a revision. */
import { lstatSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { LineClaim } from '../core/attribution/attribute';
import type { FoldThresholds } from '../core/model/fold';
import { DEFAULT_THRESHOLDS } from '../core/model/fold';
import { COUNTED } from '../core/model/origin';
import type { Evidence, Origin, Stated, Via } from '../core/model/origin';
import { CountersignError } from '../core/model/problem';
import type { Problem } from '../core/model/problem';
import type { NamedRecord } from '../core/model/record';
import { readJsonc } from '../core/policy/jsonc';
import { MAX_DEPTH } from '../core/sidecar/limits';
import { POLICY_PATH } from '../core/sidecar/paths';
import { fromUtf8 } from '../core/text/bytes';
import { contentLines, isBinary } from '../core/text/lines';
import { cutFile } from '../core/verify/blocks';
import { fileOrigins, indexClaims } from '../core/verify/origins';
import { blobId } from './blobId';
import { readBlobs } from './blobs';
import { splitNul } from './git';
import { nodeHash } from './hash';
import { mergeBase, thresholdsInForce } from './initialLines';
import { readJournal } from './journal';
import { liveClaims } from './liveClaims';
import { formerPaths, readMoves } from './moves';
import { MAX_BLOB_BYTES } from './objects';
import { recordsAbout } from './recordsAbout';
import type { Repository } from './repository';
import { authorEmail, commitOf, headCommit, tryInRepository } from './repository';

/** One line; unknown fields are left out, `origin` never is. Lines count from 1. */
export interface BlameLine {
  readonly line: number;
  readonly origin: Origin;
  readonly via?: Via;
  readonly evidence?: Evidence;
  readonly tool?: string;
  readonly model?: string;
  readonly author?: string;
  /** Where the author says that it is from. */
  readonly from?: Stated;
  /** Share of AI characters (0–1) of a mixed line. */
  readonly ai?: number;
  /** Id of the record that speaks for the line; left out for what is not committed yet. */
  readonly record?: string;
}

export interface BlameResult {
  readonly path: string;
  /** Commit id, or `work tree`. */
  readonly rev: string;
  readonly lines: readonly BlameLine[];
  /** The lines' text (binary strings), for the text form. */
  readonly text: readonly string[];
  /** Records that could not be read: their claims are missing. */
  readonly problems: readonly Problem[];
}

/** Takes a path relative to `cwd`. Throws `no-file` (exit 2) when there is no such text file. */
export async function blameFile(
  repository: Repository,
  cwd: string,
  file: string,
  revision?: string,
): Promise<BlameResult> {
  const path = relative(repository.top, resolve(cwd, file)).split(sep).join('/');
  const at = revision === undefined ? await inWorkTree(repository, path) : await atRevision(repository, path, revision);
  if (at.bytes === undefined || isBinary(at.bytes)) {
    const message = `expected a text file${revision === undefined ? '' : ` at ${revision}`}, found none`;
    throw new CountersignError({ code: 'no-file', path, field: '', message }, 2);
  }
  const repo = policyRepo(repository);
  // A record of another repository speaks of other files under the same names.
  const recorded = at.records.filter(({ record }) => repo === undefined || record.repo === repo);
  const oid = blobId(at.bytes, idLengthIn(recorded));
  const records = [...recorded, ...(await liveRecords(repository, at, path, oid))];
  const cut = cutFile(
    { path, before: { mode: '000000', oid: '' }, after: { mode: '100644', oid, text: at.bytes } },
    false,
  );
  const former = new Set(at.former);
  const index = indexClaims(records, (each) => !former.has(each));
  // Each git process costs its start: the policy is asked only where the answer hangs on it.
  const folding = records.some(hasPasteAmong) ? await thresholds(repository) : DEFAULT_THRESHOLDS;
  const { added } = fileOrigins(nodeHash, index, cut, folding);
  const text = contentLines(at.bytes);
  const lines = text.map((_, line) => blameLine(line + 1, added[line]));
  return { path, rev: at.rev, lines, text, problems: at.problems };
}

/** Whether a record has a line that was pasted in part: thresholds say how much makes it `paste`. */
function hasPasteAmong({ record }: NamedRecord): boolean {
  return record.files.some(({ hunks }) =>
    hunks.some(({ lines }) => lines.some(({ counts }) => counts.paste !== undefined && Object.keys(counts).length > 1)),
  );
}

/** Hex digits of object ids here, as records name them. */
function idLengthIn(records: readonly NamedRecord[]): number {
  for (const { record } of records) for (const { blob } of record.files) if (blob !== null) return blob.length;
  return 40;
}

/** What the journal says of the work tree's file, in the form of a record that nobody has committed yet. */
async function liveRecords(repository: Repository, at: At, path: string, oid: string): Promise<NamedRecord[]> {
  const states = at.rev === WORK_TREE ? readJournal(repository.gitDir, new Set([path])).get(path) : undefined;
  if (states === undefined) return [];
  const author = await authorEmail(repository);
  return liveClaims(states, at.bytes ?? '', author).map(({ hunks, sameContent }) => ({
    id: '',
    record: {
      repo: '',
      author,
      recorder: { id: 'journal', version: '' },
      base: null,
      files: [{ path, blob: sameContent ? oid : null, hunks }],
    },
  }));
}

/** The id in the work tree's policy, valid or not; undefined where there is none to read. */
function policyRepo(repository: Repository): string | undefined {
  try {
    const { value } = readJsonc(readFileSync(join(repository.top, POLICY_PATH), 'utf8'), MAX_DEPTH);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const [, repo] = entries.find(([key]) => key === 'repo') ?? [];
    return typeof repo === 'string' ? repo : undefined;
  } catch {
    return undefined;
  }
}

/** Those of the policy in force for the present branch, whichever revision is looked at. */
async function thresholds(repository: Repository): Promise<FoldThresholds> {
  const head = await headCommit(repository);
  return thresholdsInForce(repository, head === undefined ? undefined : await mergeBase(repository, head));
}

function blameLine(line: number, claim: LineClaim | undefined): BlameLine {
  if (claim === undefined || claim.origin === 'unknown') return { line, origin: 'unknown' };
  const { origin, via, evidence, actor, author, from, counts, record } = claim;
  const total = COUNTED.reduce((sum, key) => sum + (counts[key] ?? 0), 0);
  return {
    line,
    origin,
    via,
    evidence,
    ...(actor?.tool === undefined ? {} : { tool: actor.tool }),
    ...(actor?.model === undefined ? {} : { model: actor.model }),
    author,
    ...(from === undefined ? {} : { from }),
    ...(origin === 'mixed' && total > 0 ? { ai: Math.round(((counts.ai ?? 0) / total) * 100) / 100 } : {}),
    ...(record === '' ? {} : { record }),
  };
}

interface At {
  readonly bytes: string | undefined;
  readonly rev: string;
  /** Paths that the file had before, by git's word. */
  readonly former: readonly string[];
  readonly records: readonly NamedRecord[];
  readonly problems: readonly Problem[];
}

async function atRevision(whole: Repository, path: string, revision: string): Promise<At> {
  const rev = revision.startsWith('-') ? undefined : await commitOf(whole, revision);
  if (rev === undefined) {
    const message = `expected a commit, found nothing at ${JSON.stringify(revision)}`;
    throw new CountersignError({ code: 'no-commit', path: '', field: '--rev', message }, 3);
  }
  const repository = offline(whole);
  const own = `${rev}:${path}`;
  const former = formerNames(repository, rev, path);
  const [blobs, found] = await Promise.all([
    readBlobs(repository, [own]),
    recordsAbout(repository, { commit: rev, workTree: false }, withFormer(path, former)),
  ]);
  return { bytes: textIn(blobs.get(own)), rev, former: await former, ...found };
}

async function inWorkTree(whole: Repository, path: string): Promise<At> {
  const repository = offline(whole);
  const bytes = path.startsWith('..') ? undefined : textOf(join(repository.top, path));
  const moved = formerPaths(readMoves(repository.gitDir), path);
  const former = namesBefore(repository, path).then((names) => [...new Set([...moved, ...names])]);
  const found = await recordsAbout(repository, { commit: 'HEAD', workTree: true }, withFormer(path, former));
  return { bytes, rev: WORK_TREE, former: await former, ...found };
}

const WORK_TREE = 'work tree';

/** In a partial clone git would fetch what is missing by itself. */
function offline(repository: Repository): Repository {
  return { ...repository, env: { ...repository.env, GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' } };
}

async function withFormer(path: string, former: Promise<readonly string[]>): Promise<readonly string[]> {
  return [path, ...(await former)];
}

/** Names that git finds for a file before it was renamed, newest first. */
async function formerNames(repository: Repository, commit: string, path: string): Promise<readonly string[]> {
  const args = ['log', '--follow', '-M', '--diff-filter=R', '--name-status', '-z', '--format=', commit, '--', path];
  const { code, stdout } = await tryInRepository(repository, ['--literal-pathspecs', ...args]);
  if (code !== 0) return [];
  // Each rename is its mark, the old path, the new one.
  const items = splitNul(stdout).map((item) => item.replace(/^\n/, ''));
  const names = items.flatMap((item, at) => (/^R\d{3}$/.test(item) ? [fromUtf8(items[at + 1] ?? '')] : []));
  return [...new Set(names)].filter((name) => name !== path && name !== '').slice(0, MOST_FORMER);
}

/** The same for a file of the work tree, which may have been renamed since HEAD. */
async function namesBefore(repository: Repository, path: string): Promise<readonly string[]> {
  const [names, standing] = await Promise.all([
    formerNames(repository, 'HEAD', path),
    tryInRepository(repository, ['rev-parse', '--quiet', '--verify', `HEAD:${path}`]),
  ]);
  // The whole index is compared only for a file that HEAD does not have.
  if (names.length > 0 || standing.code === 0) return names;
  const args = ['diff-index', '--cached', '-M', '--diff-filter=R', '--name-status', '-z', 'HEAD'];
  const { code, stdout } = await tryInRepository(repository, args);
  const items = code === 0 ? splitNul(stdout) : [];
  const at = items.findIndex((item, index) => index % 3 === 2 && fromUtf8(item) === path);
  const from = at < 1 ? undefined : fromUtf8(items[at - 1] ?? '');
  return from === undefined ? [] : [from, ...(await formerNames(repository, 'HEAD', from))].slice(0, MOST_FORMER);
}

/** Former names that are asked for claims. */
const MOST_FORMER = 50;

/** A file's bytes; undefined when it is none, or too large to be text. Links are not followed. */
function textOf(file: string): string | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= MAX_BLOB_BYTES ? readFileSync(file, 'latin1') : undefined;
}

/** A blob's bytes unless it is too large to be text. */
function textIn(bytes: string | undefined): string | undefined {
  return bytes === undefined || bytes.length > MAX_BLOB_BYTES ? undefined : bytes;
}
