/**
 * Whether a sign-off counts (signoff-format §4, step 7): first what holds for the sign-off as a whole, then what depends
 * on the lines it is asked about. Each refusal has a code and a reason.
 */
import type { Binding, VerifiedSignoff } from '../model/signoff';
import { BINDINGS } from '../model/signoff';
import { isEligible, personOf } from '../policy/people';
import type { Person, Policy, RuleRequirement } from '../policy/policy';
import { signerAt } from '../signing/signerAt';
import type { TrustedKeys } from '../signing/signerAt';
import { SIGNOFF_NAMESPACE } from '../signing/statement';
import { parseUtc } from '../signing/utcTime';
import { targetMatches } from './targets';

export interface Refusal {
  readonly code: string;
  readonly reason: string;
}

export type Standing =
  | {
      readonly ok: true;
      readonly person: Person;
      readonly principal: string;
      /** Every e-mail that is known to be this person, lower case: listed ones and the key's principals. */
      readonly emails: ReadonlySet<string>;
    }
  | { readonly ok: false; readonly principal: string; readonly refusal: Refusal };

/** What the gate trusts, and the change at hand. */
export interface Trust extends TrustedKeys {
  readonly policy: Policy;
  /** Short name of the target branch. */
  readonly ref: string;
  /** Epoch milliseconds by the gate's clock. */
  readonly now: number;
  /** Paths of sign-off files that the base's history has already seen. */
  readonly spent: ReadonlySet<string>;
  /** All decisions of the change. */
  readonly signoffs: readonly VerifiedSignoff[];
}

/** Whether a sign-off is by a listed person with a key of the base, for this repository and target, and still valid. */
export function standingOf(trust: Trust, signoff: VerifiedSignoff): Standing {
  const { predicate } = signoff.statement;
  const { principal } = predicate.reviewer;
  const refuse = (code: string, reason: string): Standing => ({ ok: false, principal, refusal: { code, reason } });
  const { keyBlob, userVerified } = signoff;
  const { decision, withdraws } = predicate;
  // Waiting must not lift what says no: a veto, or what takes an approval back. Only what lets pass must be given anew.
  const lapses =
    decision === 'approve' ||
    (decision === 'withdraw' &&
      trust.signoffs.every(({ id, statement }) => id !== withdraws || statement.predicate.decision !== 'approve'));
  const question = { keyBlob, principal, namespace: SIGNOFF_NAMESPACE, time: trust.now, userVerified };
  let signer = signerAt(trust, question);
  const time = parseUtc(predicate.reviewedAt);
  if (!signer.found && !lapses && time !== undefined) signer = signerAt(trust, { ...question, time });
  if (!signer.found) return refuse(signer.code, signer.reason);
  const person = personOf(trust.policy, principal);
  if (person === undefined) return refuse('not-listed', `${principal} is not among the base policy's people`);
  if (predicate.repo !== trust.policy.repo) return refuse('other-repo', 'it was signed for another repository');
  if (!predicate.targetRefs.some((target) => targetMatches(target, trust.ref))) {
    return refuse('other-target', `it was signed for ${predicate.targetRefs.join(', ')}, not for ${trust.ref}`);
  }
  const expires = parseUtc(predicate.expiresAt);
  if (lapses && (expires === undefined || expires <= trust.now))
    return refuse('expired', `it expired on ${predicate.expiresAt}`);
  if (lapses && trust.spent.has(signoff.path)) {
    return refuse('spent', 'it has landed on the target before; what landed again needs a new sign-off');
  }
  const emails = new Set([...person.emails, ...signer.principals].map((email) => email.toLowerCase()));
  return { ok: true, person, principal, emails };
}

/** The lines or the object that a sign-off is asked about. */
export interface Asked {
  readonly requires: RuleRequirement;
  /** Whether what they contributed to may be signed for by an owner all the same. */
  readonly self: boolean;
  /** E-mails, lower case, of whoever may not sign under the requirement's separation. */
  readonly contributors: ReadonlySet<string>;
  /** What the sign-off binds of it. */
  readonly bound: Binding;
}

/** Why a sign-off in good standing does not count for these lines; undefined when it does. */
export function refusalFor(
  policy: Policy,
  signoff: VerifiedSignoff,
  standing: Standing & { readonly ok: true },
  asked: Asked,
): Refusal | undefined {
  const { person } = standing;
  const { requires } = asked;
  if (isOwn(standing, asked) && !asked.self) {
    return { code: 'own-lines', reason: `${person.id} contributed to these lines and can't sign for them` };
  }
  if (!isEligible(policy, requires, person)) {
    const teams = requires.teams.length === 0 ? '' : ` in ${requires.teams.join(', ')}`;
    return {
      code: 'below-level',
      reason: `${person.id} is ${person.level}; the rule asks for ${requires.level}${teams}`,
    };
  }
  if (requires.presence && !signoff.userPresent) {
    return { code: 'no-presence', reason: 'the rule asks for a hardware key that was touched' };
  }
  if (requires.verified === true && !signoff.userVerified) {
    const reason = 'the rule asks for a hardware key that verified its user, by PIN or finger';
    return { code: 'not-verified', reason };
  }
  if (BINDINGS.indexOf(asked.bound) < BINDINGS.indexOf(requires.binding)) {
    return { code: 'binding', reason: `the rule asks for a sign-off bound to the whole ${requires.binding}` };
  }
  return undefined;
}

/** Whether the signer contributed to what is asked about; what counts all the same is shown as `self`. */
export function isOwn(standing: Standing & { readonly ok: true }, asked: Asked): boolean {
  return [...standing.emails].some((email) => asked.contributors.has(email));
}
