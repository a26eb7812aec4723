/** What one tool call may claim of one file, and its entry in the journal. */
import { attribute } from '../../core/attribution/attribute';
import { isWeak } from '../../core/attribution/carry';
import type { FileLines } from '../../core/attribution/fileLines';
import type { LiveFile } from '../../core/model/live';
import type { Source } from '../../core/model/origin';
import type { LineHash } from '../../core/model/record';
import { contentDigest } from '../../core/sidecar/lineHash';
import type { LastState } from '../declaredClaims';
import { checkpointClaims } from '../declaredClaims';
import { lastState } from '../fileVersions';
import { nodeHash } from '../hash';
import { appendLive } from '../journal';
import { writeKnownLines } from '../knownLines';
import type { Repository } from '../repository';
import { standingLines, unsavedLines } from '../standing';
import { readUnsaved } from '../unsaved';
import type { Explanation } from './announcement';

export interface CallClaim {
  readonly repository: Repository;
  readonly source: Source;
  readonly path: string;
  /** The path before a rename. */
  readonly from?: string;
  readonly now: FileLines;
  readonly head: FileLines | undefined;
  /** Further versions that others put there: the index's, an earlier HEAD's. */
  readonly others: readonly FileLines[];
  /** Versions that stood just before the call. */
  readonly before: readonly (readonly LineHash[])[];
  /** What the call's payload accounts for; undefined where it says nothing: then all that changed since `before`. */
  readonly explained: Explanation | undefined;
  /** Lines that other calls account for. */
  readonly ofOthers: ReadonlySet<number>;
  /** The journal's states, oldest first. */
  readonly states: readonly LiveFile[];
  /** Whether the file's newest state in the journal is younger than the call's beginning, or may be. */
  readonly savedMeanwhile: boolean;
}

/** Writes the claims to the journal, if there are any, and gives the number of lines. */
export function claimCall(claim: CallClaim): number {
  const { repository, source, path, now, head, others, explained, states, savedMeanwhile } = claim;
  const { gitDir } = repository;
  const digest = contentDigest(nodeHash, now.lines);
  const newest = states.at(-1);
  const known = states.findLast((state) => state.digest === digest);
  if (explained === undefined && !savedMeanwhile && known !== undefined) {
    // A command brought back what stood here before: its origins come back with it.
    if (known !== newest) appendLive(gitDir, known);
    writeKnownLines(gitDir, { path, digest, lines: now.exact, loose: now.loose });
    return 0;
  }
  const last = lastState(gitDir, path, newest, '', [head, others[0]]);
  const standing = last?.lines === undefined ? new Set<number>() : standingLines(now, last.lines, last.claims.hunks);
  const taken = unsavedLines(now, readUnsaved(gitDir, path));
  for (const line of claim.ofOthers) taken.add(line);
  const typed = exactlyClaimed(now, path, last);
  const doubtful = new Set<number>();
  if (savedMeanwhile) {
    for (const line of typed) taken.add(line);
    // A command does not say what it wrote, and an editor that saved meanwhile saw more than the disk.
    if (explained === undefined) for (const line of standing) taken.add(line);
  }
  if (explained === undefined && !savedMeanwhile) {
    const stored = [head, ...others].flatMap((version) => (version === undefined ? [] : [version.exact]));
    const stood = [...claim.before, ...stored].map((lines) => standingLines(now, lines, []));
    for (const line of typed) if (!stood.some((each) => each.has(line))) doubtful.add(line);
  }
  const kept = new Set(last?.lines);
  const claims = checkpointClaims({
    path,
    source,
    now,
    head,
    others,
    last,
    taken,
    call: {
      before: claim.before,
      doubtful,
      explains: (line) => explained === undefined || explained.lines.has(line),
      removes: (hash) => (explained === undefined ? !savedMeanwhile || kept.has(hash) : explained.removed.has(hash)),
    },
  });
  const moved = claim.from !== undefined && claims.hunks.length > 0;
  if (claims.added + claims.removed === 0 && !moved) return 0;
  appendLive(gitDir, { path, digest, hunks: claims.hunks });
  writeKnownLines(gitDir, { path, digest, lines: now.exact, loose: now.loose });
  return claims.added + claims.removed;
}

/** Lines that the last state holds for a person's, a paste or a tool's, as they stand. */
function exactlyClaimed(now: FileLines, path: string, last: LastState | undefined): Set<number> {
  const found = new Set<number>();
  const hunks = (last?.claims.hunks ?? []).filter(({ side, origin }) => side === 'added' && isPersonal(origin));
  if (last === undefined || hunks.length === 0) return found;
  const exact = new Set(hunks.flatMap((hunk) => hunk.lines.map((line) => line.exact)));
  for (const [line, claim] of attribute(now, path, 'added', [{ ...last.claims, hunks }]).entries()) {
    if (claim !== undefined && exact.has(now.exactAt(line))) found.add(line);
  }
  return found;
}

/** Weaker than unknown, and not merely seen to come from disk. */
function isPersonal(origin: Source['origin']): boolean {
  return isWeak(origin) && origin !== 'external';
}
