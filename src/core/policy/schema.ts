/**
 * The shape of `.countersign/policy.jsonc`. What depends on several fields at once stands in `crossChecks`; what each
 * field means stands in `docs/policy.md` and, for editors, in `scripts/policyDescriptions.ts`.
 */
import * as z from 'zod/mini';
import { BINDINGS } from '../model/signoff';
import { EVIDENCE, ORIGINS } from '../model/origin';
import { globFault } from './glob';
import { found } from './faults';

/** How much of anything a policy may hold: a policy is written by people and read on every save. */
export const POLICY_LIMITS = {
  characters: 256 * 1024,
  depth: 16,
  people: 1000,
  emails: 20,
  teams: 50,
  levels: 20,
  targets: 100,
  globs: 200,
  rules: 200,
  count: 20,
  lines: 1_000_000,
} as const;

export const MODES = ['observe', 'enforce'] as const;
export const IDENTITIES = ['asserted', 'signed'] as const;
/** Weakest first. */
export const TIERS = ['autonomous', 'notify', 'approve'] as const;
/** Weakest first: a signer may not be an author of the span, of anything in the file, of anything in the change. */
export const SEPARATIONS = ['span', 'file', 'change'] as const;
export const SIDES = ['added', 'removed'] as const;

/** The schema and those of its objects. Made when a policy is first read: most commands read none. */
function makeSchemas() {
  /** Custom messages say what was expected; `policy.ts` adds what was found. */
  const text = (pattern: RegExp, expected: string) => z.string().check(z.regex(pattern, { error: expected }));

  const id = text(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'expected an id of letters, digits, ".", "_" and "-", at most 64, that begins with a letter or digit',
  );
  const name = text(
    /^[\p{L}\p{N}](?:[\p{L}\p{N} ._-]{0,38}[\p{L}\p{N}])?$/u,
    'expected a name of at most 40 letters and digits',
  );
  const email = text(
    /^[^\s@,;:!?*"'()<>[\]\\\p{C}-][^\s@,;:!?*"()<>[\]\\\p{C}]{0,127}@[^\s@,;:!?*"'()<>[\]\\\p{C}]{1,124}$/u,
    'expected one e-mail address without wildcards, such as "ana@example.com"',
  );
  /** Names of tools and models: `*` stands for any run of characters. */
  const wildcard = text(/^[^\p{C}]{1,128}$/u, 'expected a name of 1 to 128 printable characters, "*" for any run');

  const glob = z.string().check(
    z.check((context) => {
      const fault = globFault(context.value);
      if (fault === undefined) return;
      const [expected, remedy] = fault.split('; ');
      const message = `${expected}, found ${found(context.value)}; ${remedy}`;
      context.issues.push({ code: 'custom', input: context.value, message, params: { whole: true } });
    }),
  );

  const some = <T extends z.ZodMiniType>(item: T, most: number) =>
    z.array(item).check(z.minLength(1), z.maxLength(most));
  const whole = (least: number, most: number) => z.int().check(z.minimum(least), z.maximum(most));

  const personSchema = z.strictObject({
    id,
    emails: some(email, POLICY_LIMITS.emails),
    level: name,
    teams: z.optional(z.array(name).check(z.maxLength(POLICY_LIMITS.teams))),
  });

  const whenSchema = z.strictObject({
    origin: z.optional(some(z.enum(ORIGINS), ORIGINS.length)),
    evidence: z.optional(some(z.enum(EVIDENCE), EVIDENCE.length)),
    authorBelow: z.optional(name),
    paths: z.optional(some(glob, POLICY_LIMITS.globs)),
    tools: z.optional(some(wildcard, POLICY_LIMITS.globs)),
    models: z.optional(some(wildcard, POLICY_LIMITS.globs)),
    sides: z.optional(some(z.enum(SIDES), SIDES.length)),
    minLines: z.optional(whole(1, POLICY_LIMITS.lines)),
  });

  const requireSchema = z.strictObject({
    tier: z.enum(TIERS),
    count: z.optional(whole(1, POLICY_LIMITS.count)),
    level: z.optional(name),
    teams: z.optional(some(name, POLICY_LIMITS.teams)),
    separation: z.optional(z.enum(SEPARATIONS)),
    binding: z.optional(z.enum(BINDINGS)),
    presence: z.optional(z.boolean()),
    verified: z.optional(z.boolean()),
  });

  const ruleSchema = z.strictObject({ id, when: whenSchema, require: requireSchema });

  const pasteSchema = z.strictObject({
    characters: z.optional(whole(1, POLICY_LIMITS.lines)),
    share: z.optional(z.number().check(z.gt(0), z.maximum(1))),
  });

  const policySchema = z.strictObject({
    $schema: z.optional(z.string()),
    version: z.literal(1),
    repo: text(
      /^[!-~]{1,128}$/,
      'expected an id of 1 to 128 printable characters without spaces, as `countersign init` draws it',
    ),
    mode: z.enum(MODES),
    targets: some(glob, POLICY_LIMITS.targets),
    levels: some(name, POLICY_LIMITS.levels),
    others: name,
    people: z.array(personSchema).check(z.maxLength(POLICY_LIMITS.people)),
    identity: z.optional(z.enum(IDENTITIES)),
    requireSignedRecords: z.optional(z.boolean()),
    forges: z.optional(z.array(email).check(z.maxLength(POLICY_LIMITS.emails))),
    atomic: z.optional(z.array(glob).check(z.maxLength(POLICY_LIMITS.globs))),
    paste: z.optional(pasteSchema),
    rules: z.array(ruleSchema).check(z.maxLength(POLICY_LIMITS.rules)),
  });

  return { policySchema, personSchema, pasteSchema, ruleSchema, whenSchema, requireSchema };
}

let made: ReturnType<typeof makeSchemas> | undefined;

function schemas(): ReturnType<typeof makeSchemas> {
  return (made ??= makeSchemas());
}

export type PolicySchema = ReturnType<typeof makeSchemas>['policySchema'];

export function policySchema(): PolicySchema {
  return schemas().policySchema;
}

/** What a valid file holds, before defaults are filled in. */
export type PolicyInput = z.infer<PolicySchema>;

/** The fields that each object of the file knows, by its place with indices left out. */
export function knownFields(): Readonly<Record<string, readonly string[]>> {
  const { policySchema: top, personSchema, pasteSchema, ruleSchema, whenSchema, requireSchema } = schemas();
  return {
    '': Object.keys(top.shape),
    'people[]': Object.keys(personSchema.shape),
    paste: Object.keys(pasteSchema.shape),
    'rules[]': Object.keys(ruleSchema.shape),
    'rules[].when': Object.keys(whenSchema.shape),
    'rules[].require': Object.keys(requireSchema.shape),
  };
}

/** Fields of the format's design that this version does not enforce, so does not accept either. */
export const LATER_FIELDS: Readonly<Record<string, readonly string[]>> = {
  '': ['exemptions', 'waivers', 'breakGlass', 'agents'],
  'rules[].when': ['risk'],
  'rules[].require': ['owners'],
};
