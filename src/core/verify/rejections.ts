/**
 * Rejections are vetoes: they stand against a file, whatever becomes of its text, until someone entitled withdraws them
 * with a reason.
 */
import type { SignoffBearing } from '../model/report';
import type { VerifiedSignoff } from '../model/signoff';
import type { Subject } from '../model/span';
import { levelRank } from '../policy/people';
import type { Person, Policy } from '../policy/policy';
import type { Hash } from '../ports';
import { isTextAnnotations } from '../signing/span';
import { windowDigest } from '../signing/window';
import type { Standing } from './authority';
import type { GateInput } from './gateInput';

/**
 * Ids of sign-offs and rejections that someone entitled has withdrawn, with a reason. `everyone` are the
 * e-mails (lower case) of whoever took part in the change: they can't lift another's veto on it, whatever their level.
 */
export function withdrawnIds(
  policy: Policy,
  standings: ReadonlyMap<VerifiedSignoff, Standing>,
  everyone: ReadonlySet<string>,
): Set<string> {
  // Two files may hold one statement, of which one alone is signed as it has to be.
  const byStanding = [...standings].sort(([, a], [, b]) => Number(a.ok) - Number(b.ok));
  const given = new Map(byStanding.map(([signoff, standing]) => [signoff.id, { signoff, standing }] as const));
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

/**
 * The veto that stands against each path. Counts only by a listed person with a key of the base. What was rejected in a
 * file that the change no longer touches may stand in any other, edited, and a squash leaves no trace of it: the veto
 * stands against all of the change, until it is withdrawn.
 */
export function rejectionsOf(
  hash: Hash,
  { files, carried }: Pick<GateInput, 'files' | 'carried'>,
  standings: ReadonlyMap<VerifiedSignoff, Standing>,
  withdrawn: ReadonlySet<string>,
): Map<string, SignoffBearing> {
  const vetoes = new Map<string, SignoffBearing>();
  const held = new Set(files.flatMap(({ path, from }) => (from === undefined ? [path] : [path, from])));
  const isNew = new Set(
    files.flatMap(({ path, from, before }) => (before.mode === '000000' || from !== undefined ? [path] : [])),
  );
  for (const { signoff, person } of decisions(standings, 'reject')) {
    if (withdrawn.has(signoff.id)) continue;
    const note = signoff.statement.predicate.note;
    const reason = `rejected by ${person.id}${note === '' ? '' : `: ${note}`}`;
    const bearing = { id: signoff.id, reviewer: person.id, counts: false, code: 'rejected', reason };
    for (const subject of signoff.statement.subject) {
      const { name } = subject;
      vetoes.set(name, bearing);
      const isAnew = isNew.has(name) && hadFile(hash, subject);
      const isGone = !held.has(name) || carried?.has(name) === true || isAnew;
      const moved = { ...bearing, reason: `${reason} (it stood in ${name})` };
      for (const { path } of isGone ? files : []) if (!vetoes.has(path)) vetoes.set(path, moved);
    }
  }
  return vetoes;
}

/** Whether the base had the file that a subject is about, under its name. */
function hadFile(hash: Hash, { annotations }: Subject): boolean {
  if (isTextAnnotations(annotations))
    return annotations.pre.window !== windowDigest(hash, undefined, 0, 0, annotations.k);
  return annotations.object !== 'rename' && annotations.oldMode !== '000000';
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
