/**
 * What an author says about lines whose origin nobody saw. A statement strengthens an origin or adds detail; it weakens
 * nothing, and its evidence is `declared`.
 */
import type { Actor, Counts, Origin, Source, Stated } from './origin';
import { originRank, sourceIn, weakerEvidence } from './origin';

export type Statement =
  /** It came out of an AI chat or another assistant. */
  | { readonly kind: 'assistant'; readonly actor?: Actor }
  /** An AI advised whoever wrote it. */
  | { readonly kind: 'advised'; readonly actor?: Actor }
  /** It came from somewhere else: the origin stays what it is. */
  | { readonly kind: 'from'; readonly from: Stated };

/** An origin that an AI has a part in: no statement can strengthen it further. */
export function hasAi(origin: Origin): boolean {
  return originRank(origin) <= originRank('mixed');
}

/**
 * A source as it stands once the statement is made about its line, whose origin is `line`; the very same source when the
 * statement has nothing to add. The channel stays: how text arrived was seen, whatever is said about where it is from.
 */
export function strengthened(source: Source | 'unknown', line: Origin, statement: Statement): Source | 'unknown' {
  if (statement.kind === 'from') {
    if (source === 'unknown' || source.from === statement.from) return source;
    return source.origin === 'paste' || source.origin === 'external' ? { ...source, from: statement.from } : source;
  }
  const { actor } = statement;
  if (!hasAi(line)) {
    const origin = statement.kind === 'assistant' ? 'ai' : 'mixed';
    const via = source === 'unknown' ? 'other' : source.via;
    return { origin, via, evidence: 'declared', ...(actor === undefined ? {} : { actor }) };
  }
  if (source === 'unknown' || !hasAi(source.origin) || source.actor !== undefined || actor === undefined) return source;
  // A name that was only said must not read as one that was seen.
  return { ...source, actor, evidence: weakerEvidence(source.evidence, 'declared') };
}

/** The least that counts can say of a line which an AI had a part in and a person wrote. */
export function advisedCounts(ink: number): Counts {
  return ink === 0 ? { human: 0 } : { ai: 1, human: Math.max(1, ink - 1) };
}

/** What is known of a line. */
interface KnownLine extends Omit<Source, 'origin'> {
  readonly origin: Origin;
  readonly counts: Counts;
}

/**
 * The claim that a statement makes about a line of so many characters (white space aside), given what is known of it;
 * undefined when the statement has nothing to add.
 */
export function statedClaim(
  known: KnownLine | undefined,
  ink: number,
  statement: Statement,
): { readonly source: Source; readonly counts: Counts } | undefined {
  const line = known?.origin ?? 'unknown';
  const source: Source | 'unknown' =
    known === undefined || line === 'unknown' ? 'unknown' : sourceIn({ ...known, origin: line });
  const said = strengthened(source, line, statement);
  if (said === source || said === 'unknown') return undefined;
  if (hasAi(line) || statement.kind === 'from') return { source: said, counts: known?.counts ?? {} };
  return { source: said, counts: said.origin === 'ai' ? { ai: ink } : advisedCounts(ink) };
}
