import assert from 'node:assert/strict';
import type { HunkFacts } from '../../../src/core/policy/decide';
import { parsePolicy } from '../../../src/core/policy/policy';
import type { Policy, RuleRequirement } from '../../../src/core/policy/policy';

type Fields = Record<string, unknown>;

/** A valid policy file's value; tests change a copy. */
export function sample(changes: Fields = {}): Fields {
  return {
    version: 1,
    repo: 'repo-1',
    mode: 'enforce',
    targets: ['main', 'release/*'],
    levels: ['junior', 'mid', 'senior', 'principal'],
    others: 'junior',
    people: [
      { id: 'ana', emails: ['Ana@example.com', 'ana@home.example'], level: 'senior', teams: ['payments'] },
      { id: 'bo', emails: ['bo@example.com'], level: 'mid' },
      { id: 'cy', emails: ['cy@example.com'], level: 'principal', teams: ['payments', 'data'] },
    ],
    rules: [
      {
        id: 'ai',
        when: { origin: ['ai', 'mixed'], authorBelow: 'senior' },
        require: { tier: 'approve', count: 1, level: 'senior' },
      },
    ],
    ...changes,
  };
}

export function policyWith(changes: Fields = {}): Policy {
  const result = parsePolicy(JSON.stringify(sample(changes)));
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

/** A policy with one rule per `[when, require]`, named r0, r1, … */
export function policyOfRules(...rules: readonly (readonly [Fields, Fields])[]): Policy {
  return policyWith({ rules: rules.map(([when, require], index) => ({ id: `r${index}`, when, require })) });
}

export function requirement(changes: Partial<RuleRequirement> = {}): RuleRequirement {
  return {
    tier: 'approve',
    count: 1,
    level: 'senior',
    teams: [],
    separation: 'span',
    binding: 'window',
    presence: false,
    ...changes,
  };
}

export function facts(changes: Partial<HunkFacts> = {}): HunkFacts {
  return {
    path: 'src/pay.ts',
    side: 'added',
    origin: 'ai',
    evidence: 'reported',
    level: 'junior',
    lines: 5,
    ...changes,
  };
}
