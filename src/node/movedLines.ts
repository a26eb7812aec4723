/**
 * What `stage` can say of a file that is new to git and was moved from a path that is gone. Lines that stand as they stood
 * at the change's start are the move's (`tool`): the editor carried them along, and nobody wrote them anew.
 */
import type { FileClaims } from '../core/attribution/attribute';
import type { ClaimedLine } from '../core/attribution/buildHunks';
import { buildHunks } from '../core/attribution/buildHunks';
import { isWeak } from '../core/attribution/carry';
import { fileLines } from '../core/attribution/fileLines';
import { hashesOf } from '../core/attribution/recordFile';
import type { LiveFile } from '../core/model/live';
import type { Source } from '../core/model/origin';
import { contentDigest } from '../core/sidecar/lineHash';
import { changedLines } from '../core/text/diff';
import { contentLines, countInk, isBinary } from '../core/text/lines';
import { readBlobs } from './blobs';
import { nodeHash } from './hash';
import { changeStart } from './changeStart';
import { exactState } from './liveClaims';
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
 * The journal's states for new files that have none of their own: those of a path gone with them that had this content, else
 * of the one whose newest state has most of its claimed lines here, if that is half of them. Of several files that a path
 * could have gone on as only the closest has what a person or a tool wrote: the others are copies that nobody recorded.
 *
 * A file that comes back to a path that it had has states there, of before it left: then that of the very content counts.
 */
export function statesOfGone(
  staged: readonly RawEntry[],
  journal: ReadonlyMap<string, readonly LiveFile[]>,
  textOf: (entry: RawEntry) => string | undefined,
): Map<string, readonly LiveFile[]> {
  const found = new Map<string, readonly LiveFile[]>();
  const gone = staged.filter(isGone).flatMap(({ path }) => journal.get(path) ?? []);
  if (gone.length === 0) return found;
  const heirs = new Map<string, { readonly path: string; readonly shared: number }[]>();
  for (const entry of staged) {
    const bytes = isNew(entry) ? textOf(entry) : undefined;
    const own = journal.get(entry.path);
    if (bytes === undefined || (own !== undefined && exactState(own, bytes) !== undefined)) continue;
    const closest = sameAs(bytes, gone) ?? (own === undefined ? closestTo(bytes, gone, journal) : undefined);
    if (closest === undefined) continue;
    const { former, shared } = closest;
    heirs.set(former, [...(heirs.get(former) ?? []), { path: entry.path, shared }]);
  }
  for (const [former, all] of heirs) {
    const states = journal.get(former) ?? [];
    const most = Math.max(...all.map(({ shared }) => shared));
    const isOnlyOne = all.filter(({ shared }) => shared === most).length === 1;
    for (const { path, shared } of all) found.set(path, isOnlyOne && shared === most ? states : states.map(strongOf));
  }
  return found;
}

/** The path that a text was at before, and how many of its lines say so. */
interface Former {
  readonly former: string;
  readonly shared: number;
}

function sameAs(bytes: string, gone: readonly LiveFile[]): Former | undefined {
  const digest = contentDigest(nodeHash, contentLines(bytes));
  const same = gone.find((state) => state.digest === digest);
  return same === undefined ? undefined : { former: same.path, shared: Infinity };
}

function closestTo(
  bytes: string,
  gone: readonly LiveFile[],
  journal: ReadonlyMap<string, readonly LiveFile[]>,
): Former | undefined {
  const here = new Set(contentLines(bytes).map((line) => nodeHash.hash96(line)));
  let [closest, most] = [undefined as string | undefined, 0];
  for (const path of new Set(gone.map((state) => state.path))) {
    const newest = journal.get(path)?.at(-1);
    const claimed = newest?.hunks.flatMap((hunk) => (hunk.side === 'added' ? hunk.lines : [])) ?? [];
    const shared = claimed.filter(({ exact }) => here.has(exact)).length;
    if (shared > most && shared * 2 >= claimed.length) [closest, most] = [path, shared];
  }
  return closest === undefined ? undefined : { former: closest, shared: most };
}

function strongOf(state: LiveFile): LiveFile {
  return { ...state, hunks: state.hunks.filter(({ origin }) => !isWeak(origin)) };
}

export function isNew({ oldMode, newMode }: RawEntry): boolean {
  return !isRegular(oldMode) && isRegular(newMode);
}

function isGone({ oldMode, newMode }: RawEntry): boolean {
  return isRegular(oldMode) && !isRegular(newMode);
}
