/** A sign-off as `approve` makes it, with a key of the test's own. */
import type { SignoffPredicate } from '../../../src/core/model/signoff';
import { encodeEnvelope, pae } from '../../../src/core/signing/dsse';
import { buildStatement, encodeStatement, PAYLOAD_TYPE, SIGNOFF_NAMESPACE } from '../../../src/core/signing/statement';
import { sortSubjects } from '../../../src/core/signing/subjects';
import { storePath } from '../../../src/core/sidecar/paths';
import { nodeHash } from '../../../src/node/hash';
import { readPublicKey, signWithSshKeygen } from '../../../src/node/sshSign';
import { numbered, REPO, sign } from './change';
import { QUIET_ENV } from './sshTools';

const BEFORE = numbered('line', 30);
export const SUBJECTS = sortSubjects(
  sign(BEFORE, BEFORE.replace('line 5\n', 'five\n').replace('line 25\n', 'twenty-five\n')),
);

export function predicate(keyid: string, changed: Partial<SignoffPredicate> = {}): SignoffPredicate {
  return {
    decision: 'approve',
    repo: REPO,
    targetRefs: ['main'],
    policy: { version: 1, sha256: 'a'.repeat(64) },
    reviewer: { principal: 'ana@example.com', keyid },
    binding: 'window',
    observed: { base: 'b'.repeat(40), head: 'c'.repeat(40) },
    viewed: { total: 2, expanded: 1 },
    note: 'Read with Bo.\nGrüße',
    reviewedAt: '2026-11-20T09:30:00Z',
    expiresAt: '2027-02-18T09:30:00Z',
    ...changed,
  };
}

/** Signs a payload; gives the file's path and bytes. */
export async function signPayload(
  keyFile: string,
  payload: string,
  options: { readonly namespace?: string; readonly keyid?: string; readonly payloadType?: string } = {},
): Promise<{ path: string; bytes: string }> {
  const key = await readPublicKey(keyFile);
  if (!key.ok) throw new Error(key.problems[0]?.message);
  const { namespace = SIGNOFF_NAMESPACE, keyid = key.value.fingerprint, payloadType = PAYLOAD_TYPE } = options;
  const message = pae(payloadType, payload);
  const sig = await signWithSshKeygen({ keyFile, namespace, message, env: QUIET_ENV });
  if (!sig.ok) throw new Error(sig.problems[0]?.message);
  const bytes = encodeEnvelope({ payloadType, payload, sig: sig.value, keyid });
  return { path: storePath('signoff', nodeHash.sha256(payload)), bytes };
}

export async function signedPayload(keyFile: string, changed: Partial<SignoffPredicate> = {}): Promise<string> {
  const key = await readPublicKey(keyFile);
  if (!key.ok) throw new Error(key.problems[0]?.message);
  const statement = buildStatement(SUBJECTS, predicate(key.value.fingerprint, changed));
  if (!statement.ok) throw new Error(JSON.stringify(statement.problems));
  return encodeStatement(statement.value);
}
