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
 * The same for a content that is known by its digest. An editor that saves before it heard of an agent's claim, or that
 * can't tell whose an undo's text is, leaves lines `external` or unclaimed: nobody said whose they are, and of the very
 * same content what an AI had said still stands, if that was said last. Nothing weaker comes back so: who put the text
 * there again may be somebody else.
 */
export function claimsAbout(states: readonly LiveFile[], digest: string, author: string): FileClaims[] {
  const [exact, ...earlier] = states.filter((state) => state.digest === digest).reverse();
  const state = exact ?? states.at(-1);
  if (state === undefined) return [];
  const claims = { record: '', author, sameContent: exact !== undefined, hunks: state.hunks };
  const explained = new Set<number>();
  if (earlier.length > 0) addExplained(state, explained);
  const said = earlier.flatMap((each) => {
    const hunks = saidByAi(each.hunks, explained);
    addExplained(each, explained);
    return hunks;
  });
  return said.length === 0 ? [claims] : [claims, { ...claims, hunks: said }];
}

/** Adds the lines of which a state knows where they are from. */
function addExplained({ hunks }: LiveFile, explained: Set<number>): void {
  for (const { side, origin, start, lines } of hunks) {
    if (side === 'removed' || origin === 'external') continue;
    for (const index of lines.keys()) explained.add(start + index);
  }
}

/** One hunk for each line: they apply at their own place alone. */
function saidByAi(hunks: readonly RecordedHunk[], explained: ReadonlySet<number>): RecordedHunk[] {
  return hunks.flatMap((hunk): RecordedHunk[] => {
    if (hunk.side !== 'added' || (hunk.origin !== 'ai' && hunk.origin !== 'mixed')) return [];
    return hunk.lines.flatMap((line, index) => {
      const start = hunk.start + index;
      return explained.has(start) ? [] : [{ ...hunk, start, lines: [line], before: [], after: [] }];
    });
  });
}
