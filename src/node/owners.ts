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
import { splitNul } from './git';
import type { ObjectSession } from './objectSession';
import { readRecord } from './readRecord';
import type { Repository } from './repository';
import { tryInRepository, withoutTransport } from './repository';

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
  session: ObjectSession,
  commit: string,
  files: readonly OwnedFile[],
): Promise<Map<string, readonly (ClaimedOrigin | undefined)[]>> {
  const owners = new Map<string, readonly (ClaimedOrigin | undefined)[]>();
  if (files.length === 0) return owners;
  const records = await recordsOf(repository, session, commit, [...new Set(files.map(({ path }) => path))]);
  for (const { path, blob, text } of files) {
    const claims = records.flatMap(({ id, record }): FileClaims[] =>
      record.files.flatMap((file) =>
        file.path === path && file.hunks.length > 0
          ? [
              {
                record: id,
                author: record.author,
                sameContent: file.blob === blob,
                content: file.blob,
                hunks: file.hunks,
              },
            ]
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
async function recordsOf(
  whole: Repository,
  session: ObjectSession,
  commit: string,
  paths: readonly string[],
): Promise<NamedRecord[]> {
  const repository = withoutTransport(whole);
  const [end] = await session.info([`${commit}~${MOST_WALKED}`]);
  const walk = ['log', '-z', '-m', '--first-parent', `--max-count=${MOST_COMMITS}`, '--format=', '--name-only'];
  const records = ['--full-diff', '--diff-filter=A', '--no-renames', commit];
  const args = [
    '--literal-pathspecs',
    ...walk,
    ...records,
    ...(end === undefined ? [] : [`^${end.id}`]),
    '--',
    ...paths,
  ];
  const listed = await tryInRepository(repository, args);
  if (listed.code !== 0) return [];
  const names = splitNul(listed.stdout)
    .map((name) => name.trim())
    .filter((name) => parseStorePath(name)?.store === 'provenance');
  const wanted = [...new Set(names)].slice(0, MOST_RECORDS);
  const stored = await session.read(wanted.map((name) => `${commit}:${name}`));
  return wanted.flatMap((name, index) => {
    // Pruned since, or malformed: then it tells nothing.
    const bytes = stored[index]?.bytes;
    const read = bytes === undefined ? undefined : readRecord(name, bytes);
    return read?.ok === true ? [read.value] : [];
  });
}

/** The recorded files with whose their removed lines were, where `commit` holds what they stood in. */
export async function withOwners(
  repository: Repository,
  session: ObjectSession,
  commit: string,
  recorded: readonly { readonly file: RecordedFile; readonly before: OwnedFile | undefined }[],
): Promise<RecordedFile[]> {
  const isOpen = (hunk: RecordedHunk): boolean => hunk.side === 'removed' && hunk.whose === undefined;
  const asked = recorded.flatMap(({ file, before }) =>
    before !== undefined && file.hunks.some(isOpen) ? [before] : [],
  );
  const owners = await ownersAt(repository, session, commit, asked);
  return recorded.map(({ file, before }) => {
    const own = before === undefined ? undefined : owners.get(before.path);
    return own === undefined
      ? file
      : { ...file, hunks: file.hunks.flatMap((hunk) => ownedHunks(hunk, (line) => own[line])) };
  });
}
