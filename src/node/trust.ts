/** What the gate trusts: the policy and the keys as they stand in one commit. */
import { CountersignError } from '../core/model/problem';
import type { Problem } from '../core/model/problem';
import { personOf } from '../core/policy/people';
import type { Policy } from '../core/policy/policy';
import { parsePolicy } from '../core/policy/policy';
import { POLICY_PATH, REVOKED_PATH, SIGNERS_PATH } from '../core/sidecar/paths';
import type { AllowedSigner } from '../core/signing/allowedSigners';
import { parseAllowedSigners } from '../core/signing/allowedSigners';
import { parseRevokedKeys } from '../core/signing/revokedKeys';
import { fromUtf8 } from '../core/text/bytes';
import type { CommitTrust } from '../core/verify/commitSignature';
import { nodeHash } from './hash';
import type { Reader } from './objects';

export type TrustAt =
  | { readonly kind: 'none' }
  | { readonly kind: 'malformed'; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'found';
      readonly policy: Policy;
      readonly policySha256: string;
      readonly signers: readonly AllowedSigner[];
      /** Blobs (base64) of the keys that count no longer. */
      readonly revoked: readonly string[];
    };

/** Reads policy and keys from a commit or tree. A missing key file means that nobody can sign. */
export async function readTrust(reader: Reader, treeish: string): Promise<TrustAt> {
  const policyName = `${treeish}:${POLICY_PATH}`;
  const signersName = `${treeish}:${SIGNERS_PATH}`;
  const revokedName = `${treeish}:${REVOKED_PATH}`;
  const blobs = await reader.blobs([policyName, signersName, revokedName]);
  const revoked = blobs.get(revokedName);
  if (blobs.has(policyName) && revoked === undefined) await requireNothing(reader, treeish, REVOKED_PATH);
  return parseTrust(blobs.get(policyName), blobs.get(signersName), revoked);
}

/** A folder of that name, or a file too large to read, must not read as "nothing is revoked". */
async function requireNothing(reader: Reader, treeish: string, path: string): Promise<void> {
  const entry = await reader.output(['ls-tree', '-z', '--full-tree', '--end-of-options', treeish, path]);
  if (entry === '') return;
  const message = 'expected a file of at most 1 MiB with one public key per line; put it right on the target branch';
  throw new CountersignError({ code: 'revoked-malformed', path, message }, 2);
}

/** The same from the bytes of the files. Without `revoked_keys` nothing is revoked. */
export function parseTrust(
  policyBytes: string | undefined,
  signersBytes: string | undefined,
  revokedBytes: string | undefined,
): TrustAt {
  if (policyBytes === undefined) return { kind: 'none' };
  const policy = parsePolicy(fromUtf8(policyBytes), POLICY_PATH);
  const signers = parseAllowedSigners(fromUtf8(signersBytes ?? ''), SIGNERS_PATH);
  const revoked = parseRevokedKeys(fromUtf8(revokedBytes ?? ''), REVOKED_PATH);
  if (!policy.ok || !signers.ok || !revoked.ok) {
    return {
      kind: 'malformed',
      problems: [policy, signers, revoked].flatMap((each) => (each.ok ? [] : each.problems)),
    };
  }
  return {
    kind: 'found',
    policy: policy.value,
    policySha256: nodeHash.sha256(policyBytes),
    signers: signers.value,
    revoked: revoked.value,
  };
}

/** What signatures of commits are checked with, and under which addresses whoever has this one may have signed. */
export interface NamingTrust extends CommitTrust {
  readonly addressesOf: (email: string) => readonly string[];
}

/** What signatures of commits are checked with, where the policy asks for them. */
export function commitTrust(
  { policy, signers, revoked }: TrustAt & { readonly kind: 'found' },
  now: number,
): NamingTrust | undefined {
  if (policy.identity !== 'signed') return undefined;
  const addressesOf = (email: string): readonly string[] => personOf(policy, email)?.emails ?? [email];
  return { keys: { signers, revoked }, now, addressesOf };
}
