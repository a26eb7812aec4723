/**
 * What the policy requires for a hunk. Every rule that matches applies and the stricter wins, field by field: the highest
 * tier, count and level, all teams together, the widest separation and binding, presence and verification if any asks for it. So adding a
 * rule can only ask for more.
 */
import type { Evidence, Origin } from '../model/origin';
import { BINDINGS } from '../model/signoff';
import { compileGlobs } from './glob';
import type { PathMatcher } from './glob';
import { levelRank } from './people';
import type { Policy, Rule, RuleRequirement, RuleWhen } from './policy';
import { SEPARATIONS, TIERS } from './schema';

/** What is known of a hunk. Paths are text (decoded from UTF-8) with `/` between parts. */
export interface HunkFacts {
  readonly path: string;
  /** The path before a rename: rules about either path apply. */
  readonly from?: string | undefined;
  readonly side: 'added' | 'removed' | 'object';
  /** Undefined for what is neutral, a file that only changed its name: rules about origins have nothing to say on it. */
  readonly origin: Origin | undefined;
  readonly evidence: Evidence;
  /** The author's level. */
  readonly level: string;
  readonly tool?: string | undefined;
  readonly model?: string | undefined;
  /** Lines of the hunk; not looked at for an object, which has none. */
  readonly lines: number;
}

/** `requires` is null when no rule matched; a signature is needed when its tier is `approve`, and only then. */
export interface Decision {
  /** Id of the strictest rule that matched, the first of equals; empty when none did. */
  readonly rule: string;
  readonly requires: RuleRequirement | null;
  /** Ids of all rules that matched, in the policy's order. */
  readonly matched: readonly string[];
}

interface Compiled {
  readonly rules: readonly { readonly rule: Rule; readonly matches: (facts: HunkFacts) => boolean }[];
  readonly atomic: PathMatcher;
  readonly targets: PathMatcher;
  /** The merged requirement of each combination of rules that was met, by their indices. */
  readonly decisions: Map<string, Decision>;
}

const compiledPolicies = new WeakMap<Policy, Compiled>();

/** Patterns are compiled once per policy object; policies are never changed after `parsePolicy`. */
function compiled(policy: Policy): Compiled {
  const known = compiledPolicies.get(policy);
  if (known !== undefined) return known;
  const built: Compiled = {
    rules: policy.rules.map((rule) => ({ rule, matches: compileWhen(policy, rule.when) })),
    atomic: compileGlobs(policy.atomic),
    targets: compileGlobs(policy.targets.map(branchName)),
    decisions: new Map(),
  };
  compiledPolicies.set(policy, built);
  return built;
}

/** What the policy requires for a hunk. Total; the time is that of the rules' path patterns. */
export function decide(policy: Policy, facts: HunkFacts): Decision {
  const { rules, decisions } = compiled(policy);
  let key = '';
  const matched: Rule[] = [];
  for (const [index, { rule, matches }] of rules.entries()) {
    if (!matches(facts)) continue;
    key += `${index} `;
    matched.push(rule);
  }
  const known = decisions.get(key);
  if (known !== undefined) return known;
  const decision = merge(policy, matched);
  decisions.set(key, decision);
  return decision;
}

/** Whether a decision asks for a signature. */
export function needsSignature(decision: Decision): boolean {
  return decision.requires?.tier === 'approve';
}

/** Whether the policy treats a file as one item instead of line by line. */
export function isAtomic(policy: Policy, path: string): boolean {
  return compiled(policy).atomic(path);
}

/** Whether a branch is one of the policy's targets. Takes `main`, `refs/heads/main` or `refs/remotes/origin/main`. */
export function matchesTarget(policy: Policy, ref: string): boolean {
  return compiled(policy).targets(branchName(ref));
}

function branchName(ref: string): string {
  return ref.replace(/^refs\/(?:heads\/|remotes\/[^/]+\/)/, '');
}

/**
 * Missing data never lets a hunk slip past a rule: an object has no side and no number of lines, so it meets conditions
 * on them; so does a hunk whose tool or model is not known, unless a person wrote it.
 */
function compileWhen(policy: Policy, when: RuleWhen): (facts: HunkFacts) => boolean {
  const paths = when.paths && compileGlobs(when.paths);
  const tools = when.tools && compileNames(when.tools);
  const models = when.models && compileNames(when.models);
  const below = when.authorBelow === undefined ? undefined : levelRank(policy, when.authorBelow);
  const aboutOrigin = [when.origin, when.evidence, when.tools, when.models].some((each) => each !== undefined);
  const isNamed = (matches: PathMatcher, name: string | undefined, origin: Origin): boolean =>
    name === undefined || name === '' ? origin !== 'human' : matches(name);
  const meetsOrigin = (origin: Origin, facts: HunkFacts): boolean => {
    if (when.origin && !when.origin.includes(origin)) return false;
    if (when.evidence && !when.evidence.includes(facts.evidence)) return false;
    if (tools && !isNamed(tools, facts.tool, origin)) return false;
    return !models || isNamed(models, facts.model, origin);
  };
  return (facts) => {
    const { side, origin } = facts;
    if (aboutOrigin && (origin === undefined || !meetsOrigin(origin, facts))) return false;
    if (below !== undefined && below >= 0 && levelRank(policy, facts.level) >= below) return false;
    if (when.sides && side !== 'object' && !when.sides.includes(side)) return false;
    if (when.minLines !== undefined && side !== 'object' && facts.lines < when.minLines) return false;
    return !paths || paths(facts.path) || (facts.from !== undefined && paths(facts.from));
  };
}

/** Matches names against patterns in which `*` stands for any run of characters; letter case is ignored. */
function compileNames(patterns: readonly string[]): PathMatcher {
  const compiledPatterns = patterns.map((pattern) => pattern.toLowerCase().split('*'));
  return (name) => compiledPatterns.some((pieces) => matchPieces(pieces, name.toLowerCase()));
}

/** `pieces` in order, the first at the start and the last at the end; each as early as possible, which is enough. */
function matchPieces(pieces: readonly string[], name: string): boolean {
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (pieces.length === 1) return name === first;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  const end = name.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const index = name.indexOf(piece, at);
    if (index < 0 || index + piece.length > end) return false;
    at = index + piece.length;
  }
  return true;
}

function merge(policy: Policy, rules: readonly Rule[]): Decision {
  let requires: RuleRequirement | null = null;
  let strictest: Rule | undefined;
  for (const rule of rules) {
    requires = requires === null ? rule.require : stricter(policy, requires, rule.require);
    if (strictest === undefined || isStricter(policy, rule.require, strictest.require)) strictest = rule;
  }
  return { rule: strictest?.id ?? '', requires, matched: rules.map((rule) => rule.id) };
}

/** Both requirements in one: meeting it meets each. Only tier `approve` has anything to add but its tier. */
export function stricter(policy: Policy, a: RuleRequirement, b: RuleRequirement): RuleRequirement {
  return {
    tier: later(TIERS, a.tier, b.tier),
    count: Math.max(a.count, b.count),
    level: levelRank(policy, a.level) >= levelRank(policy, b.level) ? a.level : b.level,
    teams: [...new Set([...a.teams, ...b.teams])],
    separation: later(SEPARATIONS, a.separation, b.separation),
    binding: later(BINDINGS, a.binding, b.binding),
    presence: a.presence || b.presence,
    ...(a.verified === true || b.verified === true ? { verified: true } : {}),
  };
}

function later<T>(order: readonly T[], a: T, b: T): T {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

/** Which of two rules to name: by tier, then level, count, presence, teams, separation, binding. */
function isStricter(policy: Policy, a: RuleRequirement, b: RuleRequirement): boolean {
  const grades = (require: RuleRequirement): readonly number[] => [
    TIERS.indexOf(require.tier),
    levelRank(policy, require.level),
    require.count,
    Number(require.presence) + Number(require.verified === true),
    require.teams.length,
    SEPARATIONS.indexOf(require.separation),
    BINDINGS.indexOf(require.binding),
  ];
  const other = grades(b);
  for (const [index, grade] of grades(a).entries()) {
    const difference = grade - (other[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
