/** What became of a block since somebody signed for it. It is shown, and decides nothing. */

/** A line of one time only: of the change as it was signed, or as it is now. */
export interface ChangedLine {
  readonly when: 'signed' | 'now';
  /** `- ` where the change removes it, `+ ` where it adds it, then the raw line as binary string; of an object its ids. */
  readonly text: string;
}

/** What one stale sign-off was given for, and what differs now. */
export interface SinceSigned {
  readonly id: string;
  readonly reviewer: string;
  /** The commit that the signer saw. */
  readonly head: string;
  /** Empty where only what stands around the lines changed; undefined where what was signed is not in this clone. */
  readonly lines: readonly ChangedLine[] | undefined;
}
