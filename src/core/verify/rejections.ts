/**
 * Rejections are vetoes: they stand against a file, whatever becomes of its text, until someone entitled withdraws them
 * with a reason.
 */
import type { SignoffBearing } from '../model/report';
import type { VerifiedSignoff } from '../model/signoff';
import { levelRank } from '../policy/people';
import type { Person, Policy } from '../policy/policy';
import type { Standing } from './authority';

/**
 * Ids of sign-offs and rejections that someone entitled has withdrawn, with a reason. `everyone` are the
 * e-mails (lower case) of whoever took part in the change: they can't lift another's veto on it, whatever their level.
 */
export function withdrawnIds(
  policy: Policy,
  standings: ReadonlyMap<VerifiedSignoff, Standing>,
  everyone: ReadonlySet<string>,
): Set<string> {
  const given = new Map([...standings].map(([signoff, standing]) => [signoff.id, { signoff, standing }] as const));
  const withdrawn = new Set<string>();
  for (const { signoff, person, emails } of decisions(standings, 'withdraw')) {
    const { withdraws, note } = signoff.statement.predicate;
    const taken = withdraws === undefined ? undefined : given.get(withdraws);
    if (taken === undefined || !taken.standing.ok || note.trim() === '') continue;
    const isOwnDecision = person.id === taken.standing.person.id;
    const isHigher = levelRank(policy, person.level) > levelRank(policy, taken.standing.person.level);
    const tookPart = [...emails].some((email) => everyone.has(email));
    if (isOwnDecision || (isHigher && !tookPart)) withdrawn.add(taken.signoff.id);
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

function decisions(
  standings: ReadonlyMap<VerifiedSignoff, Standing>,
  decision: 'reject' | 'withdraw',
): { signoff: VerifiedSignoff; person: Person; emails: ReadonlySet<string> }[] {
  return [...standings].flatMap(([signoff, standing]) =>
    standing.ok && signoff.statement.predicate.decision === decision
      ? [{ signoff, person: standing.person, emails: standing.emails }]
      : [],
  );
}
