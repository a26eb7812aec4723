/**
 * The words for who wrote a line and how we know (design: "Words"). Every other folder of core speaks in these.
 */

/** Strongest first: where two claims about the same line disagree, the one that stands earlier here wins. */
export const ORIGINS = ['ai', 'mixed', 'unknown', 'external', 'paste', 'tool', 'human'] as const;

/** Who produced a line. */
export type Origin = (typeof ORIGINS)[number];

/** An origin that a record may carry: `unknown` is what no claim explains, so no claim may say it. */
export type ClaimedOrigin = Exclude<Origin, 'unknown'>;

/** The channel by which text arrived. */
export const VIAS = [
  'typing',
  'completion',
  'partial-completion',
  'next-edit',
  'inline-chat',
  'chat-edit',
  'agent',
  'paste',
  'move',
  'drop',
  'suggest',
  'snippet',
  'format',
  'refactor',
  'generator',
  'undo',
  'disk',
  'git',
  'other',
] as const;
export type Via = (typeof VIAS)[number];

/** How we know, best first. */
export const EVIDENCE = ['reported', 'observed', 'declared', 'inferred', 'imported', 'none'] as const;
export type Evidence = (typeof EVIDENCE)[number];

/** The program that produced text: ids and versions as it names itself; the session id is opaque. */
export interface Actor {
  readonly tool?: string;
  readonly version?: string;
  readonly model?: string;
  readonly session?: string;
}

/**
 * What the author says of text that came from outside: code of their own, documentation. It is only ever said: it changes
 * neither the origin nor what is asked for it.
 */
export const STATED = ['own', 'documentation'] as const;
export type Stated = (typeof STATED)[number];

/** Where a piece of text comes from. Two sources are the same when all parts are equal. */
export interface Source {
  readonly origin: ClaimedOrigin;
  readonly via: Via;
  readonly evidence: Evidence;
  readonly actor?: Actor;
  /** For `paste` and `external`: where the author says it is from. */
  readonly from?: Stated;
}

/** Kinds of character that counts distinguish; `mixed` is a line's fold of two of them, never a character's. */
export const COUNTED = ['ai', 'unknown', 'external', 'paste', 'tool', 'human'] as const;
export type Counted = (typeof COUNTED)[number];

/**
 * Non-white-space characters (UTF-16 units) that each origin inserted into or deleted from a line since the base.
 * A key with value 0 says that the origin touched the line without such a character (it joined two lines, say).
 */
export type Counts = Readonly<Partial<Record<Counted, number>>>;

/** Rank of an origin: 0 is the strongest. */
export function originRank(origin: Origin): number {
  return ORIGINS.indexOf(origin);
}

/** The weaker of two grades of evidence: a line is known only as well as its least known part. */
export function weakerEvidence(a: Evidence, b: Evidence): Evidence {
  return EVIDENCE.indexOf(a) >= EVIDENCE.indexOf(b) ? a : b;
}

/** Same tool, version, model and session. */
export function sameActor(a: Actor | undefined, b: Actor | undefined): boolean {
  if (a === b) return true;
  return a?.tool === b?.tool && a?.version === b?.version && a?.model === b?.model && a?.session === b?.session;
}

/** Same origin, via, evidence, actor and statement. */
export function sameSource(a: Omit<Source, 'origin'> & { readonly origin: Origin }, b: typeof a): boolean {
  const sameWay = a.origin === b.origin && a.via === b.via && a.evidence === b.evidence && a.from === b.from;
  return sameWay && sameActor(a.actor, b.actor);
}

/** The source in what holds one among other things, as a plain object without empty fields. */
export function sourceIn<T extends Origin>(
  holder: Omit<Source, 'origin'> & { readonly origin: T },
): Omit<Source, 'origin'> & { readonly origin: T } {
  const { origin, via, evidence, actor, from } = holder;
  return {
    origin,
    via,
    evidence,
    ...(actor === undefined ? {} : { actor }),
    ...(from === undefined ? {} : { from }),
  };
}
