/**
 * What the gate answers. `verify --json` prints it as it is; the panel shows the same object. Here, as on the command
 * line, lines count from 1, both ends included.
 */
import type { Actor, ClaimedOrigin, Counts, Evidence, Origin, Stated, Via } from './origin';
import type { Problem } from './problem';
import type { Binding } from './signoff';

export type HunkStatus = 'not-required' | 'satisfied' | 'missing' | 'rejected' | 'stale';

/** What a rule asks of a hunk. */
export interface Requirement {
  readonly tier: 'autonomous' | 'notify' | 'approve';
  readonly count: number;
  readonly level: string;
  readonly teams: readonly string[];
  readonly presence: boolean;
  /** The hardware key has to verify its user, by PIN or finger. */
  readonly verified?: true;
  /** What the signature has to bind, where that is more than the lines with their surroundings. */
  readonly binding?: Binding;
}

/** How one sign-off bears on a hunk: it counts, or why it does not. */
export interface SignoffBearing {
  readonly id: string;
  readonly reviewer: string;
  readonly counts: boolean;
  /** Stable code: `counts`, `own-lines`, `below-level`, `key-not-in-base`, `expired`, `stale`, `spent`, `other-repo`, … */
  readonly code: string;
  readonly reason: string;
  /** It does not count for the rule that the hunk names, and does for this one, which has to be met as well. */
  readonly countsFor?: string;
}

/** A reason or a next step as data: the shells make sentences of it. */
export interface ReportHunk {
  /** Which block it belongs to: the same for all hunks that are looked at and signed together. */
  readonly block: number;
  readonly path: string;
  readonly side: 'added' | 'removed' | 'object';
  /** Lines from 1, both included, in the result (added) or the base (removed); 0 for an atomic object. */
  readonly start: number;
  readonly end: number;
  readonly origin: Origin;
  readonly via?: Via;
  readonly evidence: Evidence;
  readonly actor?: Actor;
  readonly counts?: Counts;
  /** Where the author says that some of the lines are from. Said only: nothing that is asked for depends on it. */
  readonly from?: readonly Stated[];
  /** For removed lines: whose they were as far as that is known, the strongest first. Nothing depends on it either. */
  readonly whose?: readonly ClaimedOrigin[];
  /** E-mail of the author; `unknown` when neither record nor commit names one. */
  readonly author: string;
  /** The author's level by the base's policy. */
  readonly level: string;
  /** Id of the strictest rule that matched; empty when none did. */
  readonly rule: string;
  readonly requires: Requirement | null;
  readonly signoffs: readonly SignoffBearing[];
  readonly status: HunkStatus;
  readonly reason: string;
  /** Where the policy asks for signed records: one that speaks for it, does not count, and why. */
  readonly doubt?: Doubt;
  readonly next: string;
}

/** A record that does not count, by its id, and why. */
export interface Doubt {
  readonly record: string;
  readonly reason: string;
}

/** One region of the diff with the hunks inside: what people look at, count and sign. */
export interface ReportBlock {
  readonly block: number;
  readonly path: string;
  readonly from?: string;
  /** Lines from 1 in the result; `afterEnd < afterStart` when the block only removes. 0 for an atomic object. */
  readonly afterStart: number;
  readonly afterEnd: number;
  readonly beforeStart: number;
  readonly beforeEnd: number;
  readonly object?: string;
  /** The span's digest (hex): what a request names and a sign-off signs. */
  readonly span: string;
  /** Worst of its hunks: rejected, stale, missing, satisfied, not-required. */
  readonly status: HunkStatus;
  /** Ids of open requests of this change that name this very span. */
  readonly requests: readonly string[];
}

/** A commit of the base's own line whose state a change brings back, byte for byte, in all that it touches. */
export interface RestoredState {
  readonly commit: string;
  /** The day of the commit in UTC: `2026-11-22`. */
  readonly date: string;
}

/** What kind of thing an item is: a block, a renamed folder, or an earlier state of the base. */
export type ItemKind =
  | { readonly kind: 'block' }
  | { readonly kind: 'folder'; readonly from: string; readonly to: string }
  | ({ readonly kind: 'restored' } & RestoredState);

/** What people look at as one thing. Each block is in exactly one item; what stands for it is judged block by block. */
export type ReportItem = ItemKind & {
  /** Numbers of the blocks, in the report's order. */
  readonly blocks: readonly number[];
  /** The worst of its blocks. */
  readonly status: HunkStatus;
};

export interface Report {
  readonly ok: boolean;
  readonly base: string;
  readonly head: string;
  readonly ref: string;
  readonly policy: { readonly sha256: string; readonly mode: 'observe' | 'enforce' };
  readonly summary: {
    readonly blocks: number;
    readonly hunks: number;
    readonly lines: number;
    readonly byOrigin: Readonly<Partial<Record<Origin, number>>>;
    readonly required: number;
    readonly satisfied: number;
  };
  readonly items: readonly ReportItem[];
  readonly blocks: readonly ReportBlock[];
  readonly hunks: readonly ReportHunk[];
  readonly problems: readonly Problem[];
}
