/**
 * A policy that one person owns must stay changeable: design, "Policy". An owner who is the only one able to sign for a
 * change of the rules may sign their own; the report shows such a sign-off as `self`.
 */
import { REVOKED_PATH } from '../sidecar/paths';
import { eligibleSigners } from './people';
import { ALLOWED_SIGNERS_PATH, POLICY_PATH } from './policy';
import type { Policy, RuleRequirement } from './policy';

/**
 * Whether an eligible signer may sign a change of their own to `path`. Takes the base's policy and the requirement that
 * it decides for that path. True only for the policy and the files of keys, and only when the eligible signers other than the
 * author are fewer than asked for; with nobody eligible there is no owner, and it is false.
 */
export function mayOwnerSignSelf(policy: Policy, require: RuleRequirement, path: string): boolean {
  if (![POLICY_PATH, ALLOWED_SIGNERS_PATH, REVOKED_PATH].includes(path)) return false;
  if (require.tier !== 'approve') return false;
  const able = eligibleSigners(policy, require).length;
  return able > 0 && able - 1 < require.count;
}

/**
 * How many signatures a change to `path` needs: what the requirement asks for, but on the policy and the key file no more
 * than there are people to give them (at least one), else a rule that nobody can meet could never be corrected.
 */
export function signaturesNeeded(policy: Policy, require: RuleRequirement, path: string): number {
  if (require.tier !== 'approve') return 0;
  if (!mayOwnerSignSelf(policy, require, path)) return require.count;
  return Math.min(require.count, eligibleSigners(policy, require).length);
}
