/**
 * What the lines of a text are when an editor opens it (design §2): neutral where they stand unchanged since the merge
 * base with the target; else what the journal or the change's own records claim; else unknown.
 */
import type { FileClaims, LineClaim } from '../core/attribution/attribute';
import { crossedLines } from '../core/attribution/crossedLines';
import type { FileLines } from '../core/attribution/fileLines';
import { fileLines } from '../core/attribution/fileLines';
import { DEFAULT_THRESHOLDS } from '../core/model/fold';
import { sourceIn } from '../core/model/origin';
import type { RecordedFile } from '../core/model/record';
import { contentDigest } from '../core/sidecar/lineHash';
import { utf8 } from '../core/text/bytes';
import { diffLines, linesAfter } from '../core/text/diff';
import type { InitialLine } from '../core/tracking/initialText';
import { blobId } from './blobId';
import type { KeptStates } from './bufferClaims';
import { bufferClaims } from './bufferClaims';
import type { ChangeStart } from './changeStart';
import { nodeHash } from './hash';
import { readJournal } from './journal';
import { formerPaths, readMoves } from './moves';
import type { Repository } from './repository';
import { versionsSince } from './versionsSince';

export interface InitialState {
  /** One entry per line of the text. */
  readonly lines: readonly InitialLine[];
  /** Whether the text is what HEAD holds: a change on disk that leads here came from git. */
  readonly committed: boolean;
}

/** The initial state of a file's text (editor text; `path` from the top of the repository). */
export async function initialLines(
  repository: Repository,
  start: ChangeStart,
  path: string,
  text: string,
  kept: KeptStates = savedStates(repository.gitDir, path),
): Promise<InitialState> {
  const bytes = utf8(text);
  const now = fileLines(nodeHash, bytes);
  const { head, base } = (await versionsSince(repository, start.base, [path])).get(path) ?? {};
  const digest = contentDigest(nodeHash, now.lines);
  const committed = head !== undefined && contentDigest(nodeHash, head.lines) === digest;
  return { lines: linesSince(repository, start, { path, base, now, bytes }, kept), committed };
}

/** A text whose lines are asked about, and the file's lines where the change starts. */
export interface TextSince {
  readonly path: string;
  readonly base: FileLines | undefined;
  readonly now: FileLines;
  /** The text itself. */
  readonly bytes: string;
}

/** The same without asking git. */
export function linesSince(
  { gitDir }: Pick<Repository, 'gitDir'>,
  start: ChangeStart,
  { path, base = fileLines(nodeHash, ''), now, bytes }: TextSince,
  kept: KeptStates,
): readonly InitialLine[] {
  const regions = diffLines(base.lines, now.lines);
  const neutral: InitialLine = { kind: 'neutral' };
  const result = now.lines.map((): InitialLine => neutral);
  if (regions.length === 0) return result;
  const former = formerPaths(readMoves(gitDir), path);
  const records = recordClaims(start, [path, ...former], bytes);
  const known = bufferClaims(now, path, kept, { ...start, records });
  const crossed = crossedLines(regions, base, now, known);
  // Which of two lines was moved over the other, claims say better than a difference.
  for (const [line, claim] of known.entries()) if (claim?.via === 'move') result[line] = initialLine(claim);
  for (const line of regions.flatMap(linesAfter)) result[line] = initialLine(known[line] ?? crossed.added.get(line));
  return result;
}

/** The same without git, which answers later: what is kept of this text in the repository's uncommitted state. */
export function keptLines(path: string, text: string, kept: KeptStates): readonly InitialLine[] {
  const lines = fileLines(nodeHash, utf8(text));
  const known = bufferClaims(lines, path, kept, { author: '', records: [], thresholds: DEFAULT_THRESHOLDS });
  return lines.lines.map((_, line) => initialLine(known[line]));
}

/** What the journal holds of a file that is saved. */
export function savedStates(gitDir: string, path: string): KeptStates {
  return { states: readJournal(gitDir, new Set([path])).get(path) ?? [], buffers: [], isUnsaved: false };
}

function initialLine(claim: LineClaim | undefined): InitialLine {
  if (claim === undefined || claim.origin === 'unknown') return { kind: 'unknown' };
  const { origin, counts } = claim;
  return { kind: 'claimed', source: sourceIn({ ...claim, origin }), counts };
}

/** What the change's records claim about a path, under its former names too. */
function recordClaims(
  { records, unsigned }: Pick<ChangeStart, 'records' | 'unsigned'>,
  known: readonly string[],
  bytes: string,
): FileClaims[] {
  const entries: { id: string; author: string; file: RecordedFile }[] = records.flatMap(({ id, record }) =>
    record.files.map((file) => ({ id, author: record.author, file })),
  );
  const paths = new Set(known);
  for (const each of paths) {
    for (const { file } of entries) if (file.path === each && file.was !== undefined) paths.add(file.was);
  }
  const ids = new Set(possibleIds(bytes, entries[0]?.file.blob?.length));
  return entries
    .filter(({ file }) => paths.has(file.path) && file.hunks.length > 0)
    .map(({ id, author, file }) => ({
      record: id,
      author,
      sameContent: file.blob !== null && ids.has(file.blob),
      content: file.blob,
      hunks: file.hunks,
      ...(unsigned.has(id) ? { unsigned: true as const } : {}),
    }));
}

/** Ids of the blobs that read as this text in an editor: with either kind of line end, with a byte order mark. */
function possibleIds(bytes: string, idLength = 40): string[] {
  const unix = bytes.replaceAll('\r\n', '\n');
  return [bytes, unix, `\xef\xbb\xbf${unix}`].map((each) => blobId(each, idLength));
}
