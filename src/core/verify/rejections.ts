/**
 * Rejections are vetoes: they stand against a file, whatever becomes of its text, until someone entitled withdraws them
 * with a reason.
 */
import type { SignoffBearing } from '../model/report';
import type { VerifiedSignoff } from '../model/signoff';
import { levelRank } from '../policy/people';
import type { Person, Policy } from '../policy/policy';
import type { Standing } from './authority';

/** Ids of sign-offs and rejections that someone entitled has withdrawn. */
export function withdrawnIds(policy: Policy, standings: ReadonlyMap<VerifiedSignoff, Standing>): Set<string> {
  const givers = new Map([...standings].map(([signoff, standing]) => [signoff.id, standing] as const));
  const withdrawn = new Set<string>();
  for (const { signoff, person } of decisions(standings, 'withdraw')) {
    const id = signoff.statement.predicate.withdraws;
    const giver = id === undefined ? undefined : givers.get(id);
    if (id !== undefined && giver?.ok === true && mayWithdraw(policy, person, giver.person)) withdrawn.add(id);
  }
  return withdrawn;
}

/** The veto that stands against each path. Counts only by a listed person with a key of the base. */
export function rejectionsOf(
  standings: ReadonlyMap<VerifiedSignoff, Standing>,
  withdrawn: ReadonlySet<string>,
): Map<string, SignoffBearing> {
  const vetoes = new Map<string, SignoffBearing>();
  for (const { signoff, person } of decisions(standings, 'reject')) {
    if (withdrawn.has(signoff.id)) continue;
    const note = signoff.statement.predicate.note;
    const reason = `rejected by ${person.id}${note === '' ? '' : `: ${note}`}`;
    const bearing = { id: signoff.id, reviewer: person.id, counts: false, code: 'rejected', reason };
    for (const subject of signoff.statement.subject) vetoes.set(subject.name, bearing);
  }
  return vetoes;
}

/** The one who decided, or someone of a higher level. */
function mayWithdraw(policy: Policy, by: Person, giver: Person): boolean {
  return by.id === giver.id || levelRank(policy, by.level) > levelRank(policy, giver.level);
}

function decisions(
  standings: ReadonlyMap<VerifiedSignoff, Standing>,
  decision: 'reject' | 'withdraw',
): { signoff: VerifiedSignoff; person: Person }[] {
  return [...standings].flatMap(([signoff, standing]) =>
    standing.ok && signoff.statement.predicate.decision === decision ? [{ signoff, person: standing.person }] : [],
  );
}
