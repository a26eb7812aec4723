/** Which of the journal's states speak for a content: the one made for exactly this content, else the newest. */
import type { FileClaims } from '../core/attribution/attribute';
import type { LiveFile } from '../core/model/live';
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

/** The same for a content that is known by its digest. */
export function claimsAbout(states: readonly LiveFile[], digest: string, author: string): FileClaims[] {
  const exact = states.findLast((state) => state.digest === digest);
  const state = exact ?? states.at(-1);
  return state === undefined ? [] : [{ record: '', author, sameContent: exact !== undefined, hunks: state.hunks }];
}
