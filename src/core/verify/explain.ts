/**
 * Reasons and next steps in a sentence. They stand in `verify --json` as they are; the shells add nothing to them.
 */
import { eligibleSigners } from '../policy/people';
import type { Policy, RuleRequirement } from '../policy/policy';
import type { HunkStatus, SignoffBearing } from '../model/report';

/** What a hunk's status rests on. */
export interface Standpoint {
  readonly status: HunkStatus;
  readonly rule: string;
  readonly requires: RuleRequirement | null;
  readonly needed: number;
  readonly bearings: readonly SignoffBearing[];
  /** Whether an open request of this change names the block. */
  readonly requested: boolean;
  /** E-mails of people who may not sign for it. */
  readonly contributors: ReadonlySet<string>;
}

/** Why the hunk has its status. */
export function reasonOf(at: Standpoint): string {
  const { requires, bearings } = at;
  switch (at.status) {
    case 'not-required':
      return at.rule === '' ? 'no rule asks for a sign-off' : `rule ${at.rule} asks for no signature`;
    case 'satisfied': {
      const names = [...new Set(bearings.filter((each) => each.counts).map((each) => each.reviewer))];
      const self = bearings.some((each) => each.counts && each.code === 'self') ? ' (self)' : '';
      return `signed off by ${names.join(', ')}${self}`;
    }
    case 'rejected': {
      const veto = bearings.find((each) => each.code === 'rejected');
      return veto?.reason ?? 'rejected';
    }
    case 'stale': {
      const stale = bearings.find((each) => each.code === 'stale');
      return stale?.reason ?? 'what was signed has changed since';
    }
    case 'missing': {
      const refused = bearings.filter((each) => !each.counts);
      if (refused.length > 0)
        return refused.map((each) => `sign-off by ${each.reviewer} does not count: ${each.reason}`).join('; ');
      return `rule ${at.rule} asks for ${people(at.needed, requires)}`;
    }
  }
}

function people(count: number, requires: RuleRequirement | null): string {
  const level = requires?.level ?? '';
  const teams = requires === null || requires.teams.length === 0 ? '' : ` in ${requires.teams.join(' and ')}`;
  return count === 1 ? `a sign-off by ${level} or above${teams}` : `${count} sign-offs by ${level} or above${teams}`;
}

/** What to do next; empty when nothing is to be done. */
export function nextOf(policy: Policy, at: Standpoint): string {
  if (at.status === 'not-required' || at.status === 'satisfied') return '';
  if (at.status === 'rejected') {
    const veto = at.bearings.find((each) => each.code === 'rejected');
    return `settle it with ${veto?.reviewer ?? 'the reviewer'}, who then runs: countersign withdraw ${veto?.id.slice(0, 12) ?? ''}`;
  }
  const able = at.requires === null ? [] : eligibleSigners(policy, at.requires);
  const free = able.filter((person) => !person.emails.some((email) => at.contributors.has(email.toLowerCase())));
  const [first] = free.length > 0 ? free : able;
  if (first === undefined) return 'nobody listed in the policy may sign for it; change .countersign/policy.jsonc';
  return at.requested ? `${first.id} signs with: countersign approve` : `countersign request --to ${first.id}`;
}
