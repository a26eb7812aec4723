/**
 * Reasons and next steps in a sentence. They stand in `verify --json` as they are; the shells add nothing to them.
 */
import { eligibleSigners, personOf } from '../policy/people';
import type { Policy, RuleRequirement } from '../policy/policy';
import { isOwnPath } from '../sidecar/paths';
import type { Doubt, SignoffBearing } from '../model/report';
import type { NamedRequest } from '../model/signoff';

/** A hunk's status, with what it rests on. */
export type Verdict =
  | { readonly status: 'not-required' | 'satisfied' }
  | { readonly status: 'rejected'; readonly veto: SignoffBearing }
  | { readonly status: 'missing'; readonly requires: RuleRequirement }
  | { readonly status: 'stale'; readonly requires: RuleRequirement; readonly stale: SignoffBearing };

/** What reason and next step are told from. */
export interface Standpoint {
  readonly path: string;
  readonly verdict: Verdict;
  readonly rule: string;
  readonly needed: number;
  readonly bearings: readonly SignoffBearing[];
  /** Requests of this change that name the block. */
  readonly requests: readonly NamedRequest[];
  /** E-mails of people who may not sign for it. */
  readonly contributors: ReadonlySet<string>;
  /** A record that speaks for it and does not count, and why. */
  readonly doubt: Doubt | undefined;
}

/** Why the hunk has its status. */
export function reasonOf(standpoint: Standpoint): string {
  const { verdict, doubt } = standpoint;
  const reason = statusReason(standpoint);
  const isOpen = verdict.status === 'missing' || verdict.status === 'stale';
  return isOpen && doubt !== undefined ? `${reason}; ${doubtText(doubt)}` : reason;
}

/** What a record that does not count is told by, and how the next one will. */
export function doubtText({ record, reason }: Doubt): string {
  return `record ${record.slice(0, 12)} makes no line weaker than unknown, since ${reason} (countersign recorder tells of this machine's key)`;
}

function statusReason({ verdict, rule, needed, bearings }: Standpoint): string {
  switch (verdict.status) {
    case 'not-required':
      return rule === '' ? 'no rule asks for a sign-off' : `rule ${rule} asks for no signature`;
    case 'satisfied': {
      const names = [...new Set(bearings.filter((each) => each.counts).map((each) => each.reviewer))];
      const self = bearings.some((each) => each.counts && each.code === 'self') ? ' (self)' : '';
      return `signed off by ${names.join(', ')}${self}`;
    }
    case 'rejected':
      return verdict.veto.reason;
    case 'stale':
      return verdict.stale.reason;
    case 'missing': {
      const refused = bearings.filter((each) => !each.counts);
      if (refused.length > 0)
        return refused.map((each) => `sign-off by ${each.reviewer} ${refusalText(each)}`).join('; ');
      return `rule ${rule} asks for ${people(needed, verdict.requires)}`;
    }
  }
}

/** Why a sign-off does not count, or not for all that is asked. */
export function refusalText({ reason, countsFor }: Pick<SignoffBearing, 'reason' | 'countsFor'>): string {
  return countsFor === undefined ? `does not count: ${reason}` : `counts for rule ${countsFor} only: ${reason}`;
}

function people(count: number, { level, teams }: RuleRequirement): string {
  const within = teams.length === 0 ? '' : ` in ${teams.join(' and ')}`;
  return count === 1 ? `a sign-off by ${level} or above${within}` : `${count} sign-offs by ${level} or above${within}`;
}

/** What to do next; empty when nothing is to be done. */
export function nextOf(policy: Policy, { path, verdict, contributors, requests }: Standpoint): string {
  switch (verdict.status) {
    case 'not-required':
    case 'satisfied':
      return '';
    case 'rejected': {
      const { reviewer, id } = verdict.veto;
      return `settle it with ${reviewer}, who then runs: countersign withdraw ${id.slice(0, 12)}`;
    }
    case 'missing':
    case 'stale': {
      if (isOwnPath(path)) return 'nobody can sign for what is or was under .countersign/v1/; move it out instead';
      const able = eligibleSigners(policy, verdict.requires);
      const free = able.filter((person) => !person.emails.some((email) => contributors.has(email.toLowerCase())));
      const may = free.length > 0 ? free : able;
      const asked = requests.flatMap(({ request }) => request.to);
      const named = may.find((person) => asked.some((name) => name === person.id || personOf(policy, name) === person));
      const first = named ?? may[0];
      if (first === undefined) return 'nobody listed in the policy may sign for it; change .countersign/policy.jsonc';
      return requests.length > 0
        ? `${first.id} signs with: countersign approve`
        : `countersign request --to ${first.id}`;
    }
  }
}
