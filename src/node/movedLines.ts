/**
 * What `stage` can say of a file that is new to git and was moved from a path that is gone. Lines that stand as they stood
 * at the change's start are the move's (`tool`): the editor carried them along, and nobody wrote them anew.
 */
import type { FileClaims } from '../core/attribution/attribute';
import type { ClaimedLine } from '../core/attribution/buildHunks';
import { buildHunks } from '../core/attribution/buildHunks';
import { fileLines } from '../core/attribution/fileLines';
import { hashesOf } from '../core/attribution/recordFile';
import type { LiveFile } from '../core/model/live';
import type { Source } from '../core/model/origin';
import { contentDigest } from '../core/sidecar/lineHash';
import { changedLines } from '../core/text/diff';
import { contentLines, countInk, isBinary } from '../core/text/lines';
import { readBlobs } from './blobs';
import { nodeHash } from './hash';
import { changeStart } from './initialLines';
import { formerPaths, readMoves } from './moves';
import type { RawEntry } from './rawDiff';
import { isRegular } from './rawDiff';
import type { Repository } from './repository';

/** The editor moved text as a whole: a file, a cell of a notebook. */
export const MOVED: Source = { origin: 'tool', via: 'move', evidence: 'observed' };

/** Where each staged file that is new was before, by the editor's own word, if that path is gone with the same commit. */
export function movedFrom(repository: Pick<Repository, 'gitDir'>, staged: readonly RawEntry[]): Map<string, string> {
  const gone = new Set(staged.filter(isGone).map(({ path }) => path));
  const found = new Map<string, string>();
  const added = gone.size === 0 ? [] : staged.filter(isNew);
  const moves = added.length === 0 ? [] : readMoves(repository.gitDir);
  for (const { path } of moves.length === 0 ? [] : added) {
    const from = formerPaths(moves, path).find((each) => gone.has(each));
    if (from !== undefined) found.set(path, from);
  }
  return found;
}

/** The claims of the moves about these files' bytes: binary strings by path. */
export async function moveClaims(
  repository: Repository,
  from: ReadonlyMap<string, string>,
  bytesOf: ReadonlyMap<string, string>,
  author: string,
): Promise<Map<string, FileClaims>> {
  const claims = new Map<string, FileClaims>();
  if (from.size === 0) return claims;
  const { base } = await changeStart(repository);
  if (base === undefined) return claims;
  const blobs = await readBlobs(
    repository,
    [...from.values()].map((path) => `${base}:${path}`),
  );
  for (const [path, former] of from) {
    const old = blobs.get(`${base}:${former}`);
    const bytes = bytesOf.get(path);
    if (old === undefined || bytes === undefined || isBinary(old)) continue;
    claims.set(path, { record: '', author, sameContent: true, hunks: keptHunks(old, bytes) });
  }
  return claims;
}

function keptHunks(old: string, bytes: string): FileClaims['hunks'] {
  const now = fileLines(nodeHash, bytes);
  const changed = changedLines(contentLines(old), now.lines);
  const kept = [...now.lines.keys()].filter((line) => !changed.has(line));
  const claimed = kept.map((line): ClaimedLine => {
    return { line, source: MOVED, counts: { tool: countInk(now.lines[line] ?? '') } };
  });
  return buildHunks('added', claimed, hashesOf(now));
}

/**
 * The journal's states for a new file that has none of its own: those of a path gone with it that had this content, else
 * of the one whose newest state has most of its claimed lines here, if that is half of them.
 */
export function statesOfGone(
  staged: readonly RawEntry[],
  journal: ReadonlyMap<string, readonly LiveFile[]>,
  bytes: string,
): readonly LiveFile[] | undefined {
  const gone = staged.filter(isGone).flatMap(({ path }) => journal.get(path) ?? []);
  if (gone.length === 0) return undefined;
  const lines = contentLines(bytes);
  const digest = contentDigest(nodeHash, lines);
  const same = gone.find((state) => state.digest === digest);
  if (same !== undefined) return journal.get(same.path);
  const here = new Set(lines.map((line) => nodeHash.hash96(line)));
  let [closest, most] = [undefined as string | undefined, 0];
  for (const path of new Set(gone.map((state) => state.path))) {
    const newest = journal.get(path)?.at(-1);
    const claimed = newest?.hunks.flatMap((hunk) => (hunk.side === 'added' ? hunk.lines : [])) ?? [];
    const found = claimed.filter(({ exact }) => here.has(exact)).length;
    if (found > most && found * 2 >= claimed.length) [closest, most] = [path, found];
  }
  return closest === undefined ? undefined : journal.get(closest);
}

export function isNew({ oldMode, newMode }: RawEntry): boolean {
  return !isRegular(oldMode) && isRegular(newMode);
}

function isGone({ oldMode, newMode }: RawEntry): boolean {
  return isRegular(oldMode) && !isRegular(newMode);
}
