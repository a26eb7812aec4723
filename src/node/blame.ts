/** `blame`: the origin of each line of a file, in the work tree or at a revision. */
import { relative, resolve, sep } from 'node:path';
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
import { contentLines, isBinary } from '../core/text/lines';
import { cutFile } from '../core/verify/blocks';
import type { Entry } from '../core/verify/adrift';
import type { CopySources } from '../core/verify/copies';
import { indexCopies } from '../core/verify/copies';
import { fileOrigins, indexClaims } from '../core/verify/origins';
import { blobId } from './blobId';
import type { AskedEarly, BlamedFile } from './blamedFile';
import { WORK_TREE, fileAtRevision, fileInWorkTree } from './blamedFile';
import { nodeHash } from './hash';
import { mergeBase, thresholdsInForce } from './changeStart';
import { readJournal } from './journal';
import { liveClaims } from './liveClaims';
import { openObjects } from './objectSession';
import { ownBytes } from './ownText';
import { pathFromTop } from './pathFromTop';
import { readRecord } from './readRecord';
import type { Repository } from './repository';
import { authorEmail, headCommit } from './repository';

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

/**
 * Takes a path relative to `cwd`, in a bare repository to the top, and what git was asked about it early, if it was.
 * Throws `no-file` (exit 2) when there is no such text file.
 */
export async function blameFile(
  repository: Repository,
  cwd: string,
  file: string,
  revision?: string,
  early?: AskedEarly,
): Promise<BlameResult> {
  const { top, gitDir } = repository;
  // Below a bare repository's folder stands nothing that has a path.
  const from = top === gitDir ? top : cwd;
  const plain = relative(top, resolve(from, file)).split(sep).join('/');
  // What seems to lie outside may have been named by way of a link, and then git was asked early about something else.
  const isPlain = !plain.startsWith('../');
  const path = isPlain ? plain : pathFromTop(repository, resolve(from, file));
  const session = early?.session ?? openObjects(repository);
  const { repo, targets } = policySays(repository);
  let at: BlamedFile;
  try {
    at =
      revision === undefined
        ? await fileInWorkTree(repository, session, path, targets, isPlain ? early?.former : undefined)
        : await fileAtRevision(repository, session, path, targets, revision);
  } finally {
    session.close();
  }
  if (at.bytes === undefined || isBinary(at.bytes)) {
    const message = `expected a text file${revision === undefined ? '' : ` at ${revision}`}, found none`;
    throw new CountersignError({ code: 'no-file', path, message }, 2);
  }
  // A record of another repository speaks of other files under the same names.
  const isOwn: IsOwn = ({ record }) => repo === undefined || record.repo === repo;
  const recorded = at.records.filter(isOwn);
  const oid = blobId(at.bytes, idLengthIn(recorded));
  const records = [...recorded, ...(await liveRecords(repository, at, path, oid))];
  const cut = cutFile(
    { path, before: { mode: '000000', oid: '' }, after: { mode: '100644', oid, text: at.bytes } },
    false,
  );
  const former = new Set(at.former);
  const index = indexClaims(
    nodeHash,
    records,
    [cut.file, ...at.beside],
    undefined,
    undefined,
    (each) => !former.has(each),
  );
  const copies = (): CopySources => indexCopies(copySources(at, isOwn, recorded));
  // Each git process costs its start: the policy is asked only where the answer hangs on it.
  const folding = records.some(hasPasteAmong) ? await thresholds(repository) : DEFAULT_THRESHOLDS;
  const { added } = fileOrigins(nodeHash, { ...index, copies }, cut, folding);
  const text = contentLines(at.bytes);
  const lines = text.map((_, line) => blameLine(line + 1, added[line]));
  return { path, rev: at.rev, lines, text, problems: at.problems };
}

/**
 * What follows copies: the claims of the records that the change brings, if the file came with it, as the gate takes them; and
 * those about paths that it was copied from by git's word. All others would be too many, and read alike by chance.
 */
function copySources({ brought, copied }: BlamedFile, isOwn: IsOwn, records: readonly NamedRecord[]): Entry[] {
  const named = brought.flatMap(([path, bytes]) => {
    const read = /"origin":"(?:ai|mixed)"/.test(bytes) ? readRecord(path, bytes) : undefined;
    return read?.ok === true && isOwn(read.value) ? [read.value] : [];
  });
  return [...named, ...records].flatMap(({ id, record: { author, files } }, index) =>
    files.filter(({ path }) => index < named.length || copied.includes(path)).map((file) => ({ id, author, file })),
  );
}

type IsOwn = (record: NamedRecord) => boolean;

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
async function liveRecords(repository: Repository, at: BlamedFile, path: string, oid: string): Promise<NamedRecord[]> {
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

/** The id and the targets in the work tree's policy, valid or not, as far as there are any to read. */
function policySays(repository: Repository): { readonly repo?: string; readonly targets: readonly string[] } {
  try {
    const { value } = readJsonc(String(ownBytes(repository, POLICY_PATH)), MAX_DEPTH);
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    const { repo, targets } = Object.fromEntries<unknown>(entries);
    return {
      ...(typeof repo === 'string' ? { repo } : {}),
      targets: Array.isArray(targets) ? targets.filter((each) => typeof each === 'string') : [],
    };
  } catch {
    return { targets: [] };
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
