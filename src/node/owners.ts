/**
 * Whose the lines of committed files are: by the records that came in with the newest commits that touched them. A look
 * at a bounded stretch of history, for what is nice to know and asks for nothing: what lies beyond stays open.
 */
import type { FileClaims } from '../core/attribution/attribute';
import { attribute } from '../core/attribution/attribute';
import { claimedOrigin } from '../core/attribution/buildHunks';
import { ownedHunks } from '../core/attribution/ownedHunks';
import type { FileLines } from '../core/attribution/fileLines';
import type { ClaimedOrigin } from '../core/model/origin';
import type { NamedRecord, RecordedFile, RecordedHunk } from '../core/model/record';
import { parseStorePath } from '../core/sidecar/paths';
import { readBlobs } from './blobs';
import { splitNul } from './git';
import { readRecord } from './ownFiles';
import type { Repository } from './repository';
import { tryInRepository } from './repository';

/** First-parent commits that are walked, those of them that are looked at, and records that are read. */
const MOST_WALKED = 100;
const MOST_COMMITS = 20;
const MOST_RECORDS = 100;

/** A file as a commit holds it. */
export interface OwnedFile {
  readonly path: string;
  readonly blob: string;
  readonly text: FileLines;
}

/** For each path the origins of its lines, undefined where that is not known. Paths of which nothing is known are left out. */
export async function ownersAt(
  repository: Repository,
  commit: string,
  files: readonly OwnedFile[],
): Promise<Map<string, readonly (ClaimedOrigin | undefined)[]>> {
  const owners = new Map<string, readonly (ClaimedOrigin | undefined)[]>();
  if (files.length === 0) return owners;
  const records = await recordsOf(repository, commit, [...new Set(files.map(({ path }) => path))]);
  for (const { path, blob, text } of files) {
    const claims = records.flatMap(({ id, record }): FileClaims[] =>
      record.files.flatMap((file) =>
        file.path === path && file.hunks.length > 0
          ? [{ record: id, author: record.author, sameContent: file.blob === blob, hunks: file.hunks }]
          : [],
      ),
    );
    if (claims.length === 0) continue;
    const known = attribute(text, path, 'added', claims);
    owners.set(
      path,
      known.map((claim) => (claim === undefined ? undefined : claimedOrigin(claim.origin))),
    );
  }
  return owners;
}

/** Records that the newest commits about these paths brought, merges as a whole. */
async function recordsOf(whole: Repository, commit: string, paths: readonly string[]): Promise<NamedRecord[]> {
  // In a partial clone git would fetch what is missing by itself.
  const repository = { ...whole, env: { ...whole.env, GIT_ALLOW_PROTOCOL: 'none', GIT_NO_LAZY_FETCH: '1' } };
  const end = await tryInRepository(repository, ['rev-parse', '-q', '--verify', `${commit}~${MOST_WALKED}`]);
  const walk = ['log', '-z', '-m', '--first-parent', `--max-count=${MOST_COMMITS}`, '--format=', '--name-only'];
  const records = ['--full-diff', '--diff-filter=A', '--no-renames', commit];
  const bound = end.code === 0 ? [`^${end.stdout.trim()}`] : [];
  const args = ['--literal-pathspecs', ...walk, ...records, ...bound, '--', ...paths];
  const listed = await tryInRepository(repository, args);
  if (listed.code !== 0) return [];
  const names = splitNul(listed.stdout)
    .map((name) => name.trim())
    .filter((name) => parseStorePath(name)?.store === 'provenance');
  const wanted = [...new Set(names)].slice(0, MOST_RECORDS);
  const blobs = await readBlobs(
    repository,
    wanted.map((name) => `${commit}:${name}`),
  );
  return wanted.flatMap((name) => {
    // Pruned since, or malformed: then it tells nothing.
    const bytes = blobs.get(`${commit}:${name}`);
    const read = bytes === undefined ? undefined : readRecord(name, bytes);
    return read?.ok === true ? [read.value] : [];
  });
}

/** The recorded files with whose their removed lines were, where `commit` holds what they stood in. */
export async function withOwners(
  repository: Repository,
  commit: string,
  recorded: readonly { readonly file: RecordedFile; readonly before: OwnedFile | undefined }[],
): Promise<RecordedFile[]> {
  const isOpen = (hunk: RecordedHunk): boolean => hunk.side === 'removed' && hunk.whose === undefined;
  const asked = recorded.flatMap(({ file, before }) =>
    before !== undefined && file.hunks.some(isOpen) ? [before] : [],
  );
  const owners = await ownersAt(repository, commit, asked);
  return recorded.map(({ file, before }) => {
    const own = before === undefined ? undefined : owners.get(before.path);
    return own === undefined
      ? file
      : { ...file, hunks: file.hunks.flatMap((hunk) => ownedHunks(hunk, (line) => own[line])) };
  });
}
