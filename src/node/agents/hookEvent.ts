/** What every agent's payload comes down to. */
import type { Actor, Via } from '../../core/model/origin';

export const AGENTS = ['claude-code', 'copilot', 'cursor'] as const;
export type AgentName = (typeof AGENTS)[number];

/** One replacement; binary strings with LF between lines. */
export interface Edit {
  readonly old: string;
  readonly new: string;
  /** Every occurrence, not one. */
  readonly all: boolean;
  /** Line (from 0) near which it was made, where the agent says so. */
  readonly line?: number;
}

/** What a tool call says that it writes into a file. */
export type Announced =
  | { readonly kind: 'write'; readonly content: string }
  | { readonly kind: 'edits'; readonly edits: readonly Edit[] }
  /** Lines that it puts in, without saying where. */
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  /** That it changes the file, and not how. */
  | { readonly kind: 'unsaid' }
  | { readonly kind: 'delete' };

export interface FileChange {
  /** As the payload has it. */
  readonly path: string;
  readonly announced: Announced;
  /** The whole content before, where the payload holds it (binary string). */
  readonly original?: string;
  /** The path before a rename. */
  readonly from?: string;
}

/** A hook's payload, normalised. */
export interface HookEvent {
  readonly phase: 'before' | 'after' | 'end';
  readonly kind: 'edit' | 'shell' | 'none';
  readonly agent: AgentName;
  readonly actor: Actor;
  readonly via: Via;
  /** Session, as the agent names it; empty when it does not. */
  readonly session: string;
  /** What a call's before- and after-hook have in common. */
  readonly call: string;
  readonly cwd: string | undefined;
  readonly roots: readonly string[];
  /** The tool reports that it did nothing. */
  readonly failed: boolean;
  readonly changes: readonly FileChange[];
  /** Milliseconds that the announced content may take to arrive on disk. */
  readonly patience: number;
}
