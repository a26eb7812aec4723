/**
 * Who people are under a policy: their level, and who may sign for what.
 */
import type { Problem } from '../model/problem';
import { POLICY_PATH } from './policy';
import type { Person, Policy, RuleRequirement } from './policy';

/** Answers depend on the policy alone, and a gate asks for each commit and hunk: built once per policy object. */
const directories = new WeakMap<Policy, ReadonlyMap<string, Person>>();

function directory(policy: Policy): ReadonlyMap<string, Person> {
  const known = directories.get(policy);
  if (known !== undefined) return known;
  const built = new Map(
    policy.people.flatMap((person) => person.emails.map((email) => [email.toLowerCase(), person] as const)),
  );
  directories.set(policy, built);
  return built;
}

/** The listed person with this e-mail address, letter case aside. */
export function personOf(policy: Policy, email: string): Person | undefined {
  return directory(policy).get(email.toLowerCase());
}

/** The level of whoever has this e-mail address: that of `others` when nobody listed has it. */
export function levelOf(policy: Policy, email: string): string {
  return personOf(policy, email)?.level ?? policy.others;
}

/** Rank of a level: 0 is the lowest; -1, so below all, for a name that the policy does not know. */
export function levelRank(policy: Policy, level: string): number {
  return policy.levels.indexOf(level);
}

/** The lowest of some levels: `others` when there are none. An unknown name is lower than all known ones. */
export function lowestLevel(policy: Policy, levels: readonly string[]): string {
  let lowest: string | undefined;
  for (const level of levels) {
    if (lowest === undefined || levelRank(policy, level) < levelRank(policy, lowest)) lowest = level;
  }
  return lowest ?? policy.others;
}

/**
 * What may be said of an author: that they are below what is asked for, or the level that the policy lists for them.
 * Undefined for whoever it does not list: nobody is labelled. `level` is what governs the lines, `wanted` what they need.
 */
export function levelShown(
  policy: Policy,
  author: string,
  level: string,
  wanted: string | undefined,
): { readonly below: string } | { readonly level: string } | undefined {
  if (wanted !== undefined && levelRank(policy, level) < levelRank(policy, wanted)) return { below: wanted };
  return personOf(policy, author)?.level === level ? { level } : undefined;
}

/**
 * Whether a person's signature may count for a requirement, as far as level and teams go: at least the level, and in
 * every team named. Authorship, keys and presence are the gate's to judge. A level that the policy does not know is met
 * by nobody.
 */
export function isEligible(policy: Policy, require: RuleRequirement, person: Person): boolean {
  const rank = levelRank(policy, require.level);
  if (rank < 0 || levelRank(policy, person.level) < rank) return false;
  return require.teams.every((team) => person.teams.includes(team));
}

/** The listed people whose signature may count for a requirement, in the policy's order. */
export function eligibleSigners(policy: Policy, require: RuleRequirement): readonly Person[] {
  return policy.people.filter((person) => isEligible(policy, require, person));
}

/**
 * Rules that ask for more signatures than listed people can give, as `policy-unsatisfiable` problems; empty when all can
 * be met. Whoever wrote a hunk can't sign for it, so a rule that just so many people can meet may still wait for one of
 * them.
 */
export function satisfiable(policy: Policy, path: string = POLICY_PATH): readonly Problem[] {
  return policy.rules.flatMap((rule, index): readonly Problem[] => {
    const { require } = rule;
    if (require.tier !== 'approve') return [];
    const able = eligibleSigners(policy, require).length;
    if (able >= require.count) return [];
    const teams = require.teams.length === 0 ? '' : ` in ${require.teams.join(' and ')}`;
    const message =
      `expected at least ${require.count} listed, of level ${require.level} or above${teams}, who can sign for rule ` +
      `${rule.id}, found ${able}; add people or lower what the rule asks for`;
    return [{ code: 'policy-unsatisfiable', path, field: `rules[${index}].require`, message }];
  });
}
