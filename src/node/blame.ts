/** `blame`: the origin of each line of a file, in the work tree or at a revision. */
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import type { FoldThresholds } from '../core/model/fold';
import type { LineClaim } from '../core/attribution/attribute';
import { COUNTED } from '../core/model/origin';
import type { Evidence, Origin, Stated, Via } from '../core/model/origin';
import { CountersignError } from '../core/model/problem';
import type { Problem } from '../core/model/problem';
import type { NamedRecord } from '../core/model/record';
import { STORES, parseStorePath } from '../core/sidecar/paths';
import { contentLines, isBinary } from '../core/text/lines';
import { cutFile } from '../core/verify/blocks';
import { fileOrigins, indexClaims } from '../core/verify/origins';
import { blobId } from './blobId';
import { nodeHash } from './hash';
import { readRecord } from './ownFiles';
import { mergeBase, thresholdsInForce } from './initialLines';
import { readJournal } from './journal';
import { liveClaims } from './liveClaims';
import { MAX_BLOB_BYTES, openReader } from './objects';
import type { Repository } from './repository';
import { authorEmail, commitOf, headCommit } from './repository';
import { splitNul } from './git';

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
  const index = indexClaims(at.records, () => true);
  const { added } = fileOrigins(nodeHash, index, cut, await folding);
  const text = contentLines(at.bytes);
  const lines = text.map((_, line) => blameLine(line + 1, added[line]));
  return { path, rev: at.rev, lines, text, problems: at.problems };
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
  readonly records: readonly NamedRecord[];
  readonly problems: readonly Problem[];
}

async function atRevision(repository: Repository, path: string, revision: string): Promise<At> {
  const rev = revision.startsWith('-') ? undefined : await commitOf(repository, revision);
  if (rev === undefined) {
    const message = `expected a commit, found nothing at ${JSON.stringify(revision)}`;
    throw new CountersignError({ code: 'no-commit', path: '', field: '--rev', message }, 3);
  }
  const reader = await openReader(repository);
  try {
    const tree = ['ls-tree', '-r', '-z', '--full-tree', '--name-only', '--end-of-options', rev];
    const paths = splitNul(await reader.output([...tree, STORES.provenance.folder])).filter(isRecordPath);
    const bytesOf = (each: string): string => `${rev}:${each}`;
    const own = `${rev}:${Buffer.from(path, 'utf8').toString('latin1')}`;
    const blobs = await reader.blobs([own, ...paths.map(bytesOf)]);
    const read = readRecords(paths.map((each) => [each, blobs.get(bytesOf(each)) ?? '']));
    return { bytes: blobs.get(own), rev, idLength: rev.length, ...read };
  } finally {
    reader.close();
  }
}

async function inWorkTree(repository: Repository, path: string): Promise<At> {
  const file = join(repository.top, path);
  const bytes = path.startsWith('..') ? undefined : textOf(file);
  const read = readRecords(workTreeRecords(repository));
  const author = await authorEmail(repository);
  const idLength = (await headCommit(repository))?.length ?? 40;
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
  return { bytes, rev: 'work tree', idLength, records: [...read.records, ...live], problems: read.problems };
}

/** A file's bytes; undefined when it is none, or too large to be text. Links are not followed. */
function textOf(file: string): string | undefined {
  const stat = lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size <= MAX_BLOB_BYTES ? readFileSync(file, 'latin1') : undefined;
}

function isRecordPath(path: string): boolean {
  return parseStorePath(path)?.store === 'provenance';
}

/** Records as they stand in the work tree, committed or not: path and bytes. */
export function workTreeRecords(repository: Pick<Repository, 'top'>): (readonly [string, string])[] {
  const folder = join(repository.top, STORES.provenance.folder);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((shard) => {
    if (!shard.isDirectory()) return [];
    return readdirSync(join(folder, shard.name)).flatMap((name) => {
      const path = `${STORES.provenance.folder}/${shard.name}/${name}`;
      const bytes = isRecordPath(path) ? textOf(join(folder, shard.name, name)) : undefined;
      return bytes === undefined ? [] : [[path, bytes] as const];
    });
  });
}

/** Parses records; one that is malformed, or whose bytes do not match its name, is a problem and claims nothing. */
export function readRecords(files: readonly (readonly [string, string])[]): {
  records: NamedRecord[];
  problems: Problem[];
} {
  const records: NamedRecord[] = [];
  const problems: Problem[] = [];
  for (const [path, bytes] of files) {
    const read = readRecord(path, bytes);
    if (read.ok) records.push(read.value);
    else problems.push(...read.problems);
  }
  return { records, problems };
}
