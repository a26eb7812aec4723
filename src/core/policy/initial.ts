/**
 * The policy that `countersign init` writes: design, "Policy".
 */
import type { Mode } from './policy';

/** What `init` knows: the drawn repository id, who owns the policy, and where changes land. */
export interface InitialPolicy {
  readonly repo: string;
  readonly owner: { readonly id: string; readonly email: string };
  readonly mode: Mode;
  readonly targets: readonly string[];
  /** Signatures have to come from a hardware key that was touched. */
  readonly presence?: boolean;
}

/** The text of a first policy: commented, ends in a line feed, accepted by `parsePolicy` when its parts are. */
export function initialPolicy({ repo, owner, mode, targets, presence }: InitialPolicy): string {
  const list = (values: readonly string[]): string => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;
  const senior = `{ "tier": "approve", "count": 1, "level": "senior"${presence === true ? ', "presence": true' : ''} }`;
  return `// Countersign's rules for this repository. The gate reads them from the branch that a change is merged into, so a
// change to this file is itself judged by the rules before it. Check it with: countersign policy check
{
  "version": 1,
  // Drawn once; every signature is bound to it. Keep it.
  "repo": ${JSON.stringify(repo)},
  // "observe" reports and lets everything pass; "enforce" makes the gate fail.
  "mode": ${JSON.stringify(mode)},
  // Branches that the rules protect.
  "targets": ${list(targets)},
  // Any names; lowest first.
  "levels": ["junior", "mid", "senior", "principal"],
  // The level of everyone who is not listed below.
  "others": "junior",
  // Who may sign. Their public keys stand in .countersign/allowed_signers under one of these e-mail addresses.
  "people": [{ "id": ${JSON.stringify(owner.id)}, "emails": ${list([owner.email])}, "level": "senior" }],
  // "signed": only signed commits count as a listed person's.
  "identity": "asserted",
  // Files that are reviewed as one item instead of line by line.
  "atomic": ["**/package-lock.json", "**/*.lock"],
  // Every rule that matches applies; the stricter wins.
  "rules": [
    {
      "id": "ai-needs-a-senior",
      "when": { "origin": ["ai", "mixed"], "authorBelow": "senior" },
      "require": ${senior},
    },
    {
      "id": "unexplained-needs-a-senior",
      "when": { "origin": ["paste", "external", "unknown"], "authorBelow": "senior" },
      "require": ${senior},
    },
    // Lines that only a statement calls human: nobody saw them being typed.
    {
      "id": "said-not-seen",
      "when": {
        "origin": ["human", "tool"],
        "evidence": ["declared", "inferred", "imported", "none"],
        "authorBelow": "senior",
      },
      "require": ${senior},
    },
    // Whoever could change these files unseen could change every rule above.
    {
      "id": "rules-need-an-owner",
      "when": { "paths": [".countersign/policy.jsonc", ".countersign/allowed_signers", ".countersign/revoked_keys"] },
      "require": ${senior},
    },
  ],
}
`;
}

/** An id for a person from their e-mail address: its local part, what ids can't hold replaced by "-". */
export function ownerId(email: string): string {
  const local = (email.split('@')[0] ?? '').replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return local.slice(0, 64) || 'owner';
}
