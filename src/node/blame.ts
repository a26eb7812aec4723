/** `blame`: the origin of each line of a file, in the work tree or at a revision. */
import { lstatSync, readFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { LineClaim } from '../core/attribution/attribute';
import type { FoldThresholds } from '../core/model/fold';
import { COUNTED } from '../core/model/origin';
import type { Evidence, Origin, Stated, Via } from '../core/model/origin';
import { CountersignError } from '../core/model/problem';
import type { Problem } from '../core/model/problem';
import type { NamedRecord } from '../core/model/record';
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
import { readPolicyFile } from './policyFile';
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
  // Meanwhile: each git process costs its start.
  const folding = thresholds(repository);
  folding.catch(() => undefined);
  const at = revision === undefined ? await inWorkTree(repository, path) : await atRevision(repository, path, revision);
  if (at.bytes === undefined || isBinary(at.bytes)) {
    const message = `expected a text file${revision === undefined ? '' : ` at ${revision}`}, found none`;
    throw new CountersignError({ code: 'no-file', path, field: '', message }, 2);
  }
  const oid = blobId(at.bytes, at.idLength);
  const cut = cutFile(
    { path, before: { mode: '000000', oid: '' }, after: { mode: '100644', oid, text: at.bytes } },
    false,
  );
  const repo = policyRepo(repository);
  // A record of another repository speaks of other files under the same names.
  const records = at.records.filter(({ id, record }) => id === '' || repo === undefined || record.repo === repo);
  const former = new Set(at.former);
  const index = indexClaims(records, (each) => !former.has(each));
  const { added } = fileOrigins(nodeHash, index, cut, await folding);
  const text = contentLines(at.bytes);
  const lines = text.map((_, line) => blameLine(line + 1, added[line]));
  return { path, rev: at.rev, lines, text, problems: at.problems };
}

/** The id in the work tree's policy; undefined where there is none to read. */
function policyRepo(repository: Repository): string | undefined {
  try {
    return readPolicyFile(repository)?.repo;
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
  /** Hex digits of the repository's object ids. */
  readonly idLength: number;
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
  return { bytes: textIn(blobs.get(own)), rev, idLength: rev.length, former: await former, ...found };
}

async function inWorkTree(whole: Repository, path: string): Promise<At> {
  const repository = offline(whole);
  const file = join(repository.top, path);
  const bytes = path.startsWith('..') ? undefined : textOf(file);
  const naming = authorEmail(repository);
  naming.catch(() => undefined);
  const head = await headCommit(repository);
  const moved = formerPaths(readMoves(repository.gitDir), path);
  const former =
    head === undefined
      ? Promise.resolve(moved)
      : namesBefore(repository, head, path).then((names) => [...new Set([...moved, ...names])]);
  const found = await recordsAbout(repository, { commit: head, workTree: true }, withFormer(path, former));
  const author = await naming;
  const idLength = head?.length ?? 40;
  const live = liveClaims(readJournal(repository.gitDir, new Set([path])).get(path), bytes ?? '', author).map(
    ({ hunks, sameContent }): NamedRecord => ({
      id: '',
      record: {
        repo: '',
        author,
        recorder: { id: 'journal', version: '' },
        base: null,
        files: [{ path, blob: sameContent ? blobId(bytes ?? '', idLength) : null, hunks }],
      },
    }),
  );
  const { records, problems } = found;
  return { bytes, rev: 'work tree', idLength, former: await former, records: [...records, ...live], problems };
}

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
async function namesBefore(repository: Repository, head: string, path: string): Promise<readonly string[]> {
  const names = await formerNames(repository, head, path);
  if (names.length > 0) return names;
  const args = ['diff-index', '--cached', '-M', '--diff-filter=R', '--name-status', '-z', head];
  const { code, stdout } = await tryInRepository(repository, args);
  const items = code === 0 ? splitNul(stdout) : [];
  const at = items.findIndex((item, index) => index % 3 === 2 && fromUtf8(item) === path);
  const from = at < 1 ? undefined : fromUtf8(items[at - 1] ?? '');
  return from === undefined ? [] : [from, ...(await formerNames(repository, head, from))].slice(0, MOST_FORMER);
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
