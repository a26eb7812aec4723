/**
 * Review records: requests and decisions.
 */
import type { Subject } from './span';

export const DECISIONS = ['approve', 'reject', 'withdraw'] as const;
export type Decision = (typeof DECISIONS)[number];

export const BINDINGS = ['window', 'file', 'tree'] as const;
export type Binding = (typeof BINDINGS)[number];

/** The predicate of a sign-off, https://countersign.dev/signoff/v1. */
export interface SignoffPredicate {
  readonly decision: Decision;
  readonly repo: string;
  readonly targetRefs: readonly string[];
  /** The policy that the reviewer saw; informational. */
  readonly policy: { readonly version: number; readonly sha256: string };
  readonly reviewer: { readonly principal: string; readonly keyid: string };
  readonly binding: Binding;
  readonly observed: { readonly base: string; readonly head: string };
  readonly request?: string;
  /** For `withdraw`: the digest of the sign-off or rejection that it takes back. */
  readonly withdraws?: string;
  readonly viewed: { readonly total: number; readonly expanded: number };
  readonly note: string;
  /** RFC 3339 in UTC. */
  readonly reviewedAt: string;
  readonly expiresAt: string;
}

/** The payload of the envelope: an in-toto Statement v1 about the signed spans. */
export interface SignoffStatement {
  readonly _type: 'https://in-toto.io/Statement/v1';
  readonly subject: readonly Subject[];
  readonly predicateType: 'https://countersign.dev/signoff/v1';
  readonly predicate: SignoffPredicate;
}

/** A sign-off whose envelope was well-formed and whose signature holds for `keyBlob`; authority is judged elsewhere. */
export interface VerifiedSignoff {
  /** SHA-256 (hex) of the payload: its name. */
  readonly id: string;
  /** Path of its file in the repository. */
  readonly path: string;
  readonly statement: SignoffStatement;
  /** The signing public key's blob, base64, as in `allowed_signers`; a certificate's where one was signed with. */
  readonly keyBlob: string;
  readonly keyType: string;
  /** For hardware keys: was the user present, was the user verified; both false for others. */
  readonly userPresent: boolean;
  readonly userVerified: boolean;
}

/** A review request, the content of a `.req` file. */
export interface ReviewRequest {
  readonly type: 'countersign/request';
  readonly v: 1;
  readonly repo: string;
  /** E-mail of who asks. */
  readonly author: string;
  /** Ids or e-mails of who is asked; empty: anyone with the level. */
  readonly to: readonly string[];
  readonly note: string;
  readonly observed: { readonly base: string; readonly head: string };
  readonly subject: readonly Subject[];
}

/** A request and its id: the SHA-256 (hex) of its bytes. */
export interface NamedRequest {
  readonly id: string;
  readonly path: string;
  readonly request: ReviewRequest;
}
