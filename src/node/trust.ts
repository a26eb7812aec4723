/** What the gate trusts: the policy and the keys as they stand in one commit. */
import type { Problem } from '../core/model/problem';
import type { Policy } from '../core/policy/policy';
import { parsePolicy } from '../core/policy/policy';
import { POLICY_PATH, SIGNERS_PATH } from '../core/sidecar/paths';
import type { AllowedSigner } from '../core/signing/allowedSigners';
import { parseAllowedSigners } from '../core/signing/allowedSigners';
import { fromUtf8 } from '../core/text/bytes';
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
    };

/** Reads policy and keys from a commit or tree. A missing key file means that nobody can sign. */
export async function readTrust(reader: Reader, treeish: string): Promise<TrustAt> {
  const policyName = `${treeish}:${POLICY_PATH}`;
  const signersName = `${treeish}:${SIGNERS_PATH}`;
  const blobs = await reader.blobs([policyName, signersName]);
  return parseTrust(blobs.get(policyName), blobs.get(signersName));
}

/** The same from the bytes of both files. */
export function parseTrust(policyBytes: string | undefined, signersBytes: string | undefined): TrustAt {
  if (policyBytes === undefined) return { kind: 'none' };
  const policy = parsePolicy(fromUtf8(policyBytes), POLICY_PATH);
  const signers = parseAllowedSigners(fromUtf8(signersBytes ?? ''), SIGNERS_PATH);
  if (!policy.ok || !signers.ok) {
    const problems = [...(policy.ok ? [] : policy.problems), ...(signers.ok ? [] : signers.problems)];
    return { kind: 'malformed', problems };
  }
  return {
    kind: 'found',
    policy: policy.value,
    policySha256: nodeHash.sha256(policyBytes),
    signers: signers.value,
  };
}
