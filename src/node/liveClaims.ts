/** Which of the journal's states speak for a content: the one made for exactly this content, else the newest. */
import type { FileClaims } from '../core/attribution/attribute';
import type { LiveFile } from '../core/model/live';
import type { RecordedHunk } from '../core/model/record';
import { contentDigest } from '../core/sidecar/lineHash';
import { contentLines } from '../core/text/lines';
import { nodeHash } from './hash';

/** The newest state that was made for exactly this content. */
export function exactState(states: readonly LiveFile[], bytes: string): LiveFile | undefined {
  const digest = contentDigest(nodeHash, contentLines(bytes));
  return states.findLast((state) => state.digest === digest);
}

/**
 * Claims of the journal about a file's bytes. Older states with other content never speak: a line that the newest state
 * holds for unexplained must not be explained by what once stood there.
 */
export function liveClaims(states: readonly LiveFile[] | undefined, bytes: string, author: string): FileClaims[] {
  if (states === undefined || states.length === 0) return [];
  return claimsAbout(states, contentDigest(nodeHash, contentLines(bytes)), author);
}

/**
 * The same for a content that is known by its digest. An editor that saves before it heard of an agent's claim calls the
 * lines `external`, which means that nobody said whose they are: of the very same content what an AI had said still stands.
 */
export function claimsAbout(states: readonly LiveFile[], digest: string, author: string): FileClaims[] {
  const same = states.filter((state) => state.digest === digest);
  const exact = same.at(-1);
  const state = exact ?? states.at(-1);
  if (state === undefined) return [];
  const claims = { record: '', author, sameContent: exact !== undefined, hunks: state.hunks };
  const unsaid = exact === undefined || same.length === 1 ? new Set<number>() : externalLines(exact);
  const said = unsaid.size === 0 ? [] : same.slice(0, -1).flatMap(({ hunks }) => saidByAi(hunks, unsaid));
  return said.length === 0 ? [claims] : [claims, { ...claims, hunks: said }];
}

function externalLines({ hunks }: LiveFile): Set<number> {
  const own = hunks.filter(({ side, origin }) => side === 'added' && origin === 'external');
  return new Set(own.flatMap(({ start, lines }) => lines.map((_, index) => start + index)));
}

/** One hunk for each line: they apply at their own place alone. */
function saidByAi(hunks: readonly RecordedHunk[], wanted: ReadonlySet<number>): RecordedHunk[] {
  return hunks.flatMap((hunk): RecordedHunk[] => {
    if (hunk.side !== 'added' || (hunk.origin !== 'ai' && hunk.origin !== 'mixed')) return [];
    return hunk.lines.flatMap((line, index) => {
      const start = hunk.start + index;
      return wanted.has(start) ? [{ ...hunk, start, lines: [line], before: [], after: [] }] : [];
    });
  });
}
