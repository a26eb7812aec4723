/**
 * A change as the gate, the panel and `status` see it: what lies between the tip of the target and the tree that would
 * land there. Text of blobs is a binary string: one character per byte.
 */

/** Git's file modes as they stand in trees; `000000` is "no such file". */
export type Mode = '000000' | '100644' | '100755' | '120000' | '160000';

/** One side of a changed path. */
export interface FileSide {
  readonly mode: Mode;
  /** Object id; all zeros when absent. */
  readonly oid: string;
  /** The blob's bytes as a binary string; undefined for what has no text (absent, submodule, over the size limit). */
  readonly text?: string;
}

/** A path whose entry differs between base and result. Exact renames are paired: `from` is the old path. */
export interface ChangedFile {
  readonly path: string;
  readonly from?: string;
  readonly before: FileSide;
  readonly after: FileSide;
}

/** A commit of `base..head`, reduced to who answers for which paths. */
export interface ChangeCommit {
  readonly oid: string;
  readonly authorEmail: string;
  readonly committerEmail: string;
  /** E-mails of its `Co-authored-by` trailers. */
  readonly coAuthors?: readonly string[];
  /** Principals of the base that its signature speaks for; only looked for where the policy asks for signed commits. */
  readonly signedBy?: readonly string[];
  /** Paths it touches; for a merge, only where it differs from the automatic merge. */
  readonly paths: readonly string[];
}

/** Why a line range is looked at as one: the region of the diff between base and result, lines from 0. */
export interface Region {
  readonly beforeStart: number;
  readonly beforeCount: number;
  readonly afterStart: number;
  readonly afterCount: number;
  /** Whether it holds equal lines too, which nobody looked for: there were more edits than are followed. */
  readonly cutOff?: true;
}
