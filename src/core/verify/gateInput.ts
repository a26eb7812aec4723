/** What the gate's question is asked about. */
import type { ChangeCommit, ChangedFile } from '../model/change';
import type { Problem } from '../model/problem';
import type { NamedRecord } from '../model/record';
import type { RestoredState } from '../model/report';
import type { NamedRequest, VerifiedSignoff } from '../model/signoff';
import type { Policy } from '../policy/policy';
import type { AllowedSigner } from '../signing/allowedSigners';

/** All that the verdict rests on. Policy and keys come from the base, never from the change. */
export interface GateInput {
  readonly base: string;
  readonly head: string;
  /** Short name of the target branch. */
  readonly ref: string;
  /** What the change would land, without the sidecar's own records. */
  readonly files: readonly ChangedFile[];
  readonly commits: readonly ChangeCommit[];
  /**
   * Paths that the commits wrote to, or records name, and the target took away: git carried on what was written there,
   * under names that only it knows.
   */
  readonly carried?: ReadonlySet<string>;
  /**
   * Paths that the commits wrote to and a merge carried on, or that they made and neither base nor result has: whoever wrote
   * there may have written what stands in any file.
   */
  readonly moved?: ReadonlySet<string>;
  /** Paths that the base has by now as the commits left them: nothing went from there. */
  readonly landed?: ReadonlySet<string>;
  readonly policy: Policy;
  readonly policySha256: string;
  readonly signers: readonly AllowedSigner[];
  /** Blobs (base64) of the keys that count no longer. */
  readonly revoked: readonly string[];
  /** Records, requests and sign-offs that the change adds. */
  readonly records: readonly NamedRecord[];
  readonly requests: readonly NamedRequest[];
  readonly signoffs: readonly VerifiedSignoff[];
  readonly spent: ReadonlySet<string>;
  /** The earlier state of the base that the files are, all of them. It is shown, and decides nothing. */
  readonly restored?: RestoredState;
  /** Faults found while reading: they make the verdict negative whatever else holds. */
  readonly problems: readonly Problem[];
  readonly now: number;
}
