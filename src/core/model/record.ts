/**
 * The provenance record: the claims about one change. Lines count from 0 here and in the file format.
 */
import type { Actor, ClaimedOrigin, Counts, Evidence, Stated, Via } from './origin';

/** 96 bits of SHA-256 as 16 base64url characters; see core/sidecar/lineHash. */
export type LineHash = string;

/** One recorded line: hash of its exact text, hash of its text with white space normalised, counts per origin. */
export interface RecordedLine {
  readonly exact: LineHash;
  readonly loose: LineHash;
  readonly counts: Counts;
}

/** A maximal run of adjacent lines with one origin, via, evidence and actor, added or removed by the change. */
export interface RecordedHunk {
  readonly side: 'added' | 'removed';
  /** First line, from 0: in the recorded content when added, in the content before the change when removed. */
  readonly start: number;
  readonly lines: readonly RecordedLine[];
  /** Exact hashes of up to three lines just before and just after, nearest last and nearest first respectively. */
  readonly before: readonly LineHash[];
  readonly after: readonly LineHash[];
  readonly origin: ClaimedOrigin;
  readonly via: Via;
  readonly evidence: Evidence;
  readonly actor?: Actor;
  /** Where the author says that it is from; see `Source`. */
  readonly from?: Stated;
  /** For removed lines: whose they were, where that is known. Nothing that is asked for depends on it. */
  readonly whose?: ClaimedOrigin;
}

/** A claim about something that has no lines: a binary, a deleted file, a generated file, bound to object ids. */
export interface RecordedObject {
  readonly before: string | null;
  readonly after: string | null;
  readonly origin: ClaimedOrigin;
  readonly via: Via;
  readonly evidence: Evidence;
  readonly actor?: Actor;
}

/** The claims about one file. */
export interface RecordedFile {
  /** Path from the top of the repository, `/` between parts. */
  readonly path: string;
  /** Git object id of the recorded content; null when the change deletes the file. */
  readonly blob: string | null;
  /** Path before a rename. */
  readonly was?: string;
  readonly hunks: readonly RecordedHunk[];
  readonly object?: RecordedObject;
}

/** One immutable file of the sidecar. */
export interface ProvenanceRecord {
  readonly repo: string;
  /** E-mail of the person answerable for the lines. */
  readonly author: string;
  readonly recorder: { readonly id: string; readonly version: string };
  /** Object id of the commit that the recorded change was made on; null on a repository's first commit. */
  readonly base: string | null;
  readonly files: readonly RecordedFile[];
  /** What the signature line holds, as it was read. Nothing rests on it before it is checked. */
  readonly signature?: Readonly<Record<string, unknown>>;
}

/** What a record's signature line is worth: nothing there, something that does not hold, or a signature that does. */
export type RecordSignature =
  | { readonly kind: 'none' }
  | { readonly kind: 'broken'; readonly reason: string }
  | {
      readonly kind: 'holds';
      /** Blob (base64) of the recorder's key. */
      readonly keyBlob: string;
      /** Whom the certifying key says the recorder writes for, as in `allowed_signers`. */
      readonly principal: string;
      /** `2026-11-20T09:30:00Z`: when the certification ends. */
      readonly until: string;
      /** Blob (base64) of the SSH key, or certificate, that certified the recorder. */
      readonly certifier: string;
      readonly userVerified: boolean;
    };

/** A record together with its id: the SHA-256 of its bytes, 64 hex digits. */
export interface NamedRecord {
  readonly id: string;
  readonly record: ProvenanceRecord;
  /** Checked where somebody asks who signed: then it is there, whatever it is worth. */
  readonly signature?: RecordSignature;
}
