/**
 * Which signatures a hunk needs, demand by demand. Elsewhere the rules that match make one demand together. On the policy
 * and the files of keys each rule is met by itself, and may bend by itself, since a rule that nobody can meet could never be
 * corrected there: an owner who is the only one able to sign for a rule may sign their own change (design, "Policy"; the
 * report shows it as `self`). Bent together, one rule's teams would lower what another asks for.
 */
import { REVOKED_PATH } from '../sidecar/paths';
import type { Decision } from './decide';
import { needsSignature } from './decide';
import { eligibleSigners } from './people';
import { ALLOWED_SIGNERS_PATH, POLICY_PATH } from './policy';
import type { Policy, RuleRequirement } from './policy';

export interface Demand {
  /** The rule to name. */
  readonly rule: string;
  readonly requires: RuleRequirement;
  /** How many people's signatures it needs: at least one. */
  readonly needed: number;
  /** Whether an eligible signer's own lines are no hindrance. */
  readonly self: boolean;
}

const OWN_FILES: readonly (string | undefined)[] = [POLICY_PATH, ALLOWED_SIGNERS_PATH, REVOKED_PATH, undefined];

/**
 * The demands on a hunk of this file, the strictest rule's first; all have to be met. Empty when no signature is asked for.
 * `from` is the path before a rename: what comes from elsewhere is no policy, whatever it is called now.
 */
export function demandsOf(
  policy: Policy,
  decision: Decision,
  file: { readonly path: string; readonly from?: string | undefined },
): readonly Demand[] {
  const { rule, requires, matched } = decision;
  if (requires === null || !needsSignature(decision)) return [];
  const isOwn = [file.path, file.from].every((path) => OWN_FILES.includes(path));
  if (!isOwn) return [{ rule, requires, needed: requires.count, self: false }];
  return policy.rules
    .filter((each) => matched.includes(each.id) && each.require.tier === 'approve')
    .sort((a, b) => Number(b.id === rule) - Number(a.id === rule))
    .map((each) => bent(policy, each.id, each.require));
}

/** With fewer eligible signers other than the author than a rule asks for, as many as there are: at least one. */
function bent(policy: Policy, rule: string, requires: RuleRequirement): Demand {
  const able = eligibleSigners(policy, requires).length;
  const self = able > 0 && able - 1 < requires.count;
  return { rule, requires, needed: self ? Math.min(requires.count, able) : requires.count, self };
}
