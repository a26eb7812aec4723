/** Sign-offs that no longer cover what they were made for: which block they were about, and how to say so. */
import type { VerifiedSignoff } from '../model/signoff';
import type { Subject } from '../model/span';
import { isTextAnnotations } from '../signing/span';
import type { Block, CutFile } from './blocks';

/** Lines that a signed region may have moved and still be taken for the same place. Only the wording depends on it. */
const NEARBY = 30;

/**
 * Whether a stale subject was about this block, as far as one can tell: it overlaps or adjoins where the text stood, or it
 * is the nearest block of the file.
 */
export function touchesBlock(subject: Subject, cut: CutFile, block: Block): boolean {
  const { annotations } = subject;
  if (!isTextAnnotations(annotations)) return block.kind === 'object' && block.object.object === annotations.object;
  if (block.kind === 'object') return cut.blocks.length === 1;
  const { start, count } = annotations.post;
  const distance = (other: Block): number => {
    if (other.kind === 'object') return Number.POSITIVE_INFINITY;
    const { afterStart, afterCount } = other.region;
    return Math.max(0, afterStart - (start + count), start - (afterStart + afterCount));
  };
  const own = distance(block);
  return own <= NEARBY && cut.blocks.every((other) => distance(other) >= own);
}

/** Names the sign-off that went stale: who gave it and the head of its id. */
export function staleReason(signoff: VerifiedSignoff, who: string): string {
  return `sign-off ${signoff.id.slice(0, 12)} by ${who} went stale: what was signed has changed since`;
}
