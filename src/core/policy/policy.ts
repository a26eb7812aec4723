/**
 * The repository's rules, and how a policy file becomes them. The gate reads the file from the base only; a file with any
 * fault is no policy at all, since a rule with a typo would ask for less than its author thinks.
 */
import * as z from 'zod/mini';
import { DEFAULT_THRESHOLDS } from '../model/fold';
import type { FoldThresholds } from '../model/fold';
import type { Evidence, Origin } from '../model/origin';
import { failure, success } from '../model/problem';
import type { Result } from '../model/problem';
import type { Binding } from '../model/signoff';
import { crossChecks } from './crossChecks';
import { fieldName, found, listed, nearest, problemsOf } from './faults';
import type { Fault, FieldPath } from './faults';
import { readJsonc } from './jsonc';
import type { Json } from './jsonc';
import { LATER_FIELDS, POLICY_LIMITS, knownFields, policySchema } from './schema';
import type { IDENTITIES, MODES, PolicyInput, SEPARATIONS, SIDES, TIERS } from './schema';

/** Where the policy lives, from the top of the repository. */
export const POLICY_PATH = '.countersign/policy.jsonc';
/** Where the reviewers' public keys live. */
export const ALLOWED_SIGNERS_PATH = '.countersign/allowed_signers';

export type Mode = (typeof MODES)[number];
export type Identity = (typeof IDENTITIES)[number];
export type Tier = (typeof TIERS)[number];
export type Separation = (typeof SEPARATIONS)[number];

/** Someone who may sign. `emails` keep the letter case of the file; they are compared without it. */
export interface Person {
  readonly id: string;
  readonly emails: readonly string[];
  readonly level: string;
  readonly teams: readonly string[];
}

/** Which hunks a rule is about: every field that is there must hold, any entry of a list is enough. */
export interface RuleWhen {
  readonly origin?: readonly Origin[];
  readonly evidence?: readonly Evidence[];
  readonly authorBelow?: string;
  readonly paths?: readonly string[];
  readonly tools?: readonly string[];
  readonly models?: readonly string[];
  readonly sides?: readonly (typeof SIDES)[number][];
  readonly minLines?: number;
}

/**
 * What a rule asks for. Only tier `approve` asks for signatures: `count` of them, each by a listed person of at least
 * `level` who is in **every** team of `teams`. With the other tiers `count` is 0 and the rest at its weakest.
 */
export interface RuleRequirement {
  readonly tier: Tier;
  readonly count: number;
  readonly level: string;
  readonly teams: readonly string[];
  readonly separation: Separation;
  readonly binding: Binding;
  readonly presence: boolean;
  /** The hardware key has to verify its user; left out where it need not. */
  readonly verified?: true;
}

export interface Rule {
  readonly id: string;
  readonly when: RuleWhen;
  readonly require: RuleRequirement;
}

/** A checked policy, defaults filled in. */
export interface Policy {
  readonly version: 1;
  readonly repo: string;
  readonly mode: Mode;
  /** Globs over branch names without `refs/heads/`. */
  readonly targets: readonly string[];
  /** Lowest first. */
  readonly levels: readonly string[];
  /** The level of whoever is not listed. */
  readonly others: string;
  readonly people: readonly Person[];
  readonly identity: Identity;
  /** A record that nobody who counts has signed makes no line weaker than `unknown`. */
  readonly requireSignedRecords: boolean;
  /** E-mails that forges put as committer on what others commit through them. */
  readonly forges: readonly string[];
  readonly atomic: readonly string[];
  readonly paste?: { readonly characters: number; readonly share: number };
  readonly rules: readonly Rule[];
}

/** The thresholds with which a line's counts are folded under this policy. */
export function foldThresholds(policy: Policy): FoldThresholds {
  if (policy.paste === undefined) return DEFAULT_THRESHOLDS;
  return { pasteCharacters: policy.paste.characters, pasteShare: policy.paste.share };
}

/**
 * Reads a policy file. Takes its text (decoded from UTF-8) and the path for messages; gives the policy, or every fault
 * found as a `policy-invalid` problem that names the field and, where known, line and column. Never throws; bounded by
 * `POLICY_LIMITS`.
 */
export function parsePolicy(text: string, path: string = POLICY_PATH): Result<Policy> {
  if (text.length > POLICY_LIMITS.characters) {
    const message = `expected at most ${POLICY_LIMITS.characters} characters, found ${text.length}; shorten the policy`;
    return failure(...problemsOf([{ at: [], message }], text, path));
  }
  const document = readJsonc(text, POLICY_LIMITS.depth);
  if (document.value === undefined) return failure(...problemsOf(document.faults, text, path));
  // `jitless`: zod would otherwise build its checks with `new Function`.
  const parsed = z.safeParse(policySchema(), document.value, { jitless: true });
  const shape = parsed.success ? [] : parsed.error.issues.flatMap((issue) => shapeFaults(issue, document.value));
  const reported = new Set(shape.map((fault) => fieldName(fault.at)));
  const cross = crossChecks(document.value).filter((fault) => !reported.has(fieldName(fault.at)));
  const faults = [...document.faults, ...[...shape, ...cross].map((fault) => located(fault, document.offsets))];
  if (faults.length > 0 || !parsed.success) return failure(...problemsOf(faults, text, path));
  return success(policyOf(parsed.data));
}

/** The fault with the place of its field, or of the nearest object around it. */
function located(fault: Fault, offsets: ReadonlyMap<string, number>): Fault {
  for (let length = fault.at.length; length >= 0; length -= 1) {
    const offset = offsets.get(fieldName(fault.at.slice(0, length)));
    if (offset !== undefined) return { ...fault, offset };
  }
  return fault;
}

function shapeFaults(issue: z.core.$ZodIssue, root: Json | undefined): readonly Fault[] {
  const at = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownField(at, key));
  const value = valueAt(root, at);
  if (value === undefined) {
    return [{ at, message: `expected ${expectation(issue)}, found nothing; add \`${String(at.at(-1) ?? '')}\`` }];
  }
  if (issue.code === 'custom') return [{ at, message: issue.message }];
  if (issue.code === 'invalid_format') return [{ at, message: `${issue.message}, found ${found(value)}; correct it` }];
  if (issue.code === 'invalid_value' && fieldName(at) === 'version') {
    const message = `expected version 1, found ${found(value)}; install the version of Countersign that this policy was written for`;
    return [{ at, message }];
  }
  const amount = sizeOf(value);
  return [{ at, message: `expected ${expectation(issue)}, found ${amount ?? found(value)}; ${remedy(issue, value)}` }];
}

function sizeOf(value: Json): string | undefined {
  return Array.isArray(value) && value.length > 0 ? `${value.length} of them` : undefined;
}

function remedy(issue: z.core.$ZodIssue, value: Json): string {
  if (issue.code === 'invalid_value' && typeof value === 'string') {
    const guess = nearest(value, issue.values.map(String));
    return guess === undefined ? 'use one of these' : `did you mean ${found(guess)}?`;
  }
  if (issue.code === 'too_small' && issue.origin === 'array')
    return 'add an entry, or remove the field where it is optional';
  if (issue.code === 'too_big' && issue.origin === 'array') return 'shorten the list';
  return 'correct the value';
}

function unknownField(container: FieldPath, key: string): Fault {
  const at = [...container, key];
  const place = fieldName(container).replace(/\[\d+\]/g, '[]');
  if (LATER_FIELDS[place]?.includes(key) === true) {
    const message = `expected a field that this version enforces, found ${found(key)}, which it does not know yet; remove it`;
    return { at, message };
  }
  const known = knownFields()[place] ?? [];
  const guess = nearest(key, known);
  const advice = guess === undefined ? 'remove it' : `did you mean ${found(guess)}?`;
  return { at, message: `expected one of the fields ${listed(known)}, found ${found(key)}; ${advice}` };
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1 ? found(issue.values[0]) : `one of ${listed(issue.values.map(String))}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `at least ${issue.minimum} entry`
        : `a number ${issue.inclusive === false ? 'above' : 'of at least'} ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array' ? `at most ${issue.maximum} entries` : `a number of at most ${issue.maximum}`;
    default:
      return 'a valid value';
  }
}

function valueAt(root: Json | undefined, path: FieldPath): Json | undefined {
  let value = root;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, Json>>)[part];
  }
  return value;
}

function policyOf(input: PolicyInput): Policy {
  const lowest = input.levels[0] ?? '';
  const paste = input.paste && {
    characters: input.paste.characters ?? DEFAULT_THRESHOLDS.pasteCharacters,
    share: input.paste.share ?? DEFAULT_THRESHOLDS.pasteShare,
  };
  return {
    version: 1,
    repo: input.repo,
    mode: input.mode,
    targets: input.targets,
    levels: input.levels,
    others: input.others,
    people: input.people.map((person) => ({ ...person, teams: person.teams ?? [] })),
    identity: input.identity ?? 'asserted',
    requireSignedRecords: input.requireSignedRecords ?? false,
    forges: input.forges ?? [],
    atomic: input.atomic ?? [],
    ...(paste === undefined ? {} : { paste }),
    rules: input.rules.map((rule) => ({
      id: rule.id,
      when: whenOf(rule.when),
      require: requirementOf(rule.require, lowest),
    })),
  };
}

/** The conditions that are there; zod's type allows an explicit `undefined`, ours does not. */
function whenOf(when: PolicyInput['rules'][number]['when']): RuleWhen {
  return Object.fromEntries(Object.entries(when).filter(([, value]) => value !== undefined));
}

function requirementOf(require: PolicyInput['rules'][number]['require'], lowest: string): RuleRequirement {
  return {
    tier: require.tier,
    count: require.tier === 'approve' ? (require.count ?? 1) : 0,
    level: require.level ?? lowest,
    teams: require.teams ?? [],
    separation: require.separation ?? 'span',
    binding: require.binding ?? 'window',
    presence: require.presence ?? false,
    ...(require.verified === true ? { verified: true } : {}),
  };
}
