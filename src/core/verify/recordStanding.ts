/**
 * Whether a record counts where the policy asks for signed ones: signed by a recorder's key that a key of the base certified
 * for the person whom the record names. One that does not still strengthens an origin, and weakens none.
 */
import type { NamedRecord } from '../model/record';
import type { Doubt } from '../model/report';
import { personOf } from '../policy/people';
import type { Policy } from '../policy/policy';
import { RECORDER_NAMESPACE } from '../signing/recordSignature';
import type { SignerFault, TrustedKeys } from '../signing/signerAt';
import { signerAt } from '../signing/signerAt';
import { parseUtc } from '../signing/utcTime';

/** What records are judged by. */
export interface RecordTrust extends TrustedKeys {
  readonly policy: Policy;
  /** Epoch milliseconds by the gate's clock. */
  readonly now: number;
}

export type RecordStanding = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const OK: RecordStanding = { ok: true };

/** Whether a record counts, or why not. Without `requireSignedRecords` every one does. */
export function recordStanding(trust: RecordTrust, { id, record, signature }: NamedRecord): RecordStanding {
  const refuse = (reason: string): RecordStanding => ({ ok: false, reason });
  // Only what is not committed yet has no id: it is signed when it is.
  if (!trust.policy.requireSignedRecords || id === '') return OK;
  if (signature === undefined || signature.kind === 'none') return refuse('it is not signed');
  if (signature.kind === 'broken') return refuse(signature.reason);
  const { keyBlob, principal, until, certifier, userVerified } = signature;
  if (!isSamePerson(trust.policy, principal, record.author)) {
    return refuse(`it names ${record.author}, and ${principal}'s recorder signed it`);
  }
  if (trust.revoked.includes(keyBlob)) return refuse("its recorder's key is revoked by the base");
  const ends = parseUtc(until);
  if (ends === undefined || ends <= trust.now) return refuse(`its recorder's key was certified until ${until}`);
  const question = { keyBlob: certifier, principal, namespace: RECORDER_NAMESPACE, time: trust.now, userVerified };
  const signer = signerAt(trust, question);
  return signer.found ? OK : refuse(`the key that certified its recorder ${FAULTS[signer.code](principal)}`);
}

/** Why records do not count, by their ids; those that do are not among them. */
export function recordDoubts(trust: RecordTrust, records: readonly NamedRecord[]): ReadonlyMap<string, Doubt> {
  const doubts = new Map<string, Doubt>();
  for (const named of records) {
    const standing = recordStanding(trust, named);
    if (!standing.ok) doubts.set(named.id, { record: named.id, reason: standing.reason });
  }
  return doubts;
}

const FAULTS: Readonly<Record<SignerFault, (principal: string) => string>> = {
  'key-not-listed': () => "does not stand in the base's allowed_signers",
  'revoked-key': () => 'is revoked by the base',
  'other-principal': (principal) => `is not ${principal}'s in the base's allowed_signers`,
  namespace: () => `may not sign for ${RECORDER_NAMESPACE} by the base's allowed_signers`,
  'not-yet-valid': () => "is not valid yet by the base's allowed_signers or its certificate",
  'expired-key': () => "has expired by the base's allowed_signers or its certificate",
  'not-verified': () => 'has a certificate that asks for a hardware key that verified its user',
};

/** A listed person's addresses are one person's; anyone else is their address, letter case aside. */
function isSamePerson(policy: Policy, principal: string, author: string): boolean {
  if (principal.toLowerCase() === author.toLowerCase()) return true;
  const person = personOf(policy, principal);
  return person !== undefined && personOf(policy, author) === person;
}
