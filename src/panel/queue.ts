/** Which requests wait for one reviewer, and which of their blocks are still undecided. */
import type { Report, Requirement, RestoredState } from '../core/model/report';
import type { NamedRequest } from '../core/model/signoff';
import type { BlockView } from './blocks';
import { blockViews, byRisk, needsAction } from './blocks';
import { restoredOf } from './items';

/** Who looks at the queue. */
export interface Reviewer {
  /** Id in the policy; empty when nobody listed. */
  readonly id: string;
  /** All e-mails that are known to be this person, lower case. */
  readonly emails: ReadonlySet<string>;
  /** Whether this person's level and teams meet a requirement. */
  readonly meets: (requirement: Requirement) => boolean;
}

export interface QueueEntry {
  /** Id of the request. */
  readonly id: string;
  readonly author: string;
  readonly note: string;
  /** Asked by name, or as anyone with the level. */
  readonly addressed: 'me' | 'anyone';
  /** Undecided blocks, risky ones first; never empty. */
  readonly blocks: readonly BlockView[];
  /** The earlier state of the base that the change brings back. */
  readonly restored?: RestoredState;
}

/** The requests of a change that wait for this reviewer, in the order of the files. */
export function queueOf(report: Report, requests: readonly NamedRequest[], reviewer: Reviewer): QueueEntry[] {
  const open = blockViews(report).filter((block) => needsAction(block) && !hasDecided(block, reviewer));
  const restored = restoredOf(report);
  const about = restored === undefined ? {} : { restored };
  return requests.flatMap(({ id, request }): QueueEntry[] => {
    if (isMine(request.author, reviewer)) return [];
    const blocks = open.filter((block) => block.requests.includes(id)).toSorted(byRisk);
    if (blocks.length === 0) return [];
    const named = request.to.some((name) => name === reviewer.id || isMine(name, reviewer));
    const anyone =
      request.to.length === 0 && blocks.some(({ requires }) => requires !== null && reviewer.meets(requires));
    if (!named && !anyone) return [];
    return [{ id, author: request.author, note: request.note, addressed: named ? 'me' : 'anyone', blocks, ...about }];
  });
}

function isMine(email: string, reviewer: Reviewer): boolean {
  return reviewer.emails.has(email.toLowerCase());
}

/** Signed already, and waiting for somebody else only. */
function hasDecided(block: BlockView, reviewer: Reviewer): boolean {
  const asked = block.hunks.filter((hunk) => hunk.status === 'missing');
  const mine = (name: string): boolean => name === reviewer.id || isMine(name, reviewer);
  return (
    asked.length > 0 &&
    asked.every(({ signoffs, requires }) => {
      // What counts for another rule may have been too weak for this one, as a key without presence is.
      const isOpen = requires !== null && reviewer.meets(requires);
      return signoffs.some(
        ({ counts, countsFor, reviewer: name }) => mine(name) && (counts || (countsFor !== undefined && !isOpen)),
      );
    })
  );
}

/** The blocks of several entries, each once. */
export function blocksOf(entries: readonly QueueEntry[]): BlockView[] {
  const all = new Map(entries.flatMap((entry) => entry.blocks.map((block) => [block.key, block] as const)));
  return [...all.values()].toSorted(byRisk);
}
