/** The one thing to do next on a branch. */

/** What the panel's button may ask for. Each is a command of the editor; none signs without its own question. */
export const ACTIONS = [
  'show-problems',
  'install-hook',
  'review',
  'sign',
  'commit',
  'request',
  'push',
  'settle',
] as const;
export type Action = (typeof ACTIONS)[number];

export interface Situation {
  /** Files that can't be read as what they are. */
  readonly problems: number;
  readonly hookInstalled: boolean;
  /** Blocks that wait for the person at the screen, and how many of these were looked at. */
  readonly toDecide: number;
  readonly viewed: number;
  /** Blocks that need review and are not committed. */
  readonly uncommitted: number;
  /** Committed blocks that need review and that nobody was asked about. */
  readonly unasked: number;
  /** Blocks that someone was asked about. */
  readonly awaiting: number;
  readonly rejected: number;
  /** Commits of the panel or the person that the upstream branch lacks; undefined without an upstream. */
  readonly unpushed: number | undefined;
  /** Whether a remote is there to push to. */
  readonly hasRemote: boolean;
}

/** The next step, or undefined when there is none. */
export function nextStep(at: Situation): Action | undefined {
  if (at.problems > 0) return 'show-problems';
  if (at.toDecide > 0) return at.viewed < at.toDecide ? 'review' : 'sign';
  if (!at.hookInstalled) return 'install-hook';
  if (at.uncommitted > 0) return 'commit';
  if (at.unasked > 0) return 'request';
  if (at.hasRemote && at.unpushed !== 0 && at.unpushed !== undefined) return 'push';
  if (at.rejected > 0) return 'settle';
  return undefined;
}
