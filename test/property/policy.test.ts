import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseTree, getNodeValue } from 'jsonc-parser';
import type { ParseError } from 'jsonc-parser';
import picomatch from 'picomatch';
import { EVIDENCE, ORIGINS } from '../../src/core/model/origin';
import { BINDINGS } from '../../src/core/model/signoff';
import { decide } from '../../src/core/policy/decide';
import type { Decision, HunkFacts } from '../../src/core/policy/decide';
import { compileGlobs, globFault } from '../../src/core/policy/glob';
import { readJsonc } from '../../src/core/policy/jsonc';
import { eligibleSigners, levelRank } from '../../src/core/policy/people';
import { parsePolicy } from '../../src/core/policy/policy';
import type { Policy } from '../../src/core/policy/policy';
import { SEPARATIONS, SIDES, TIERS } from '../../src/core/policy/schema';
import { policyWith, sample } from '../unit/policy/samples';

const LEVELS = ['junior', 'mid', 'senior', 'principal'] as const;
const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1 });
const PATHS = ['src/**', '**/*.ts', '.countersign/*', 'docs/*', '**'] as const;

const when = fc.record(
  {
    origin: some(ORIGINS),
    evidence: some(EVIDENCE),
    authorBelow: fc.constantFrom(...LEVELS.slice(1)),
    paths: some(PATHS),
    tools: some(['claude*', 'copilot', '*']),
    models: some(['big-*', 'small']),
    sides: some(SIDES),
    minLines: fc.integer({ min: 1, max: 20 }),
  },
  { requiredKeys: [] },
);
const approve = fc.record(
  {
    tier: fc.constant('approve'),
    count: fc.integer({ min: 1, max: 4 }),
    level: fc.constantFrom(...LEVELS),
    teams: some(['payments', 'data']),
    separation: fc.constantFrom(...SEPARATIONS),
    binding: fc.constantFrom(...BINDINGS),
    presence: fc.boolean(),
    verified: fc.boolean(),
  },
  { requiredKeys: ['tier'] },
);
const require = fc.oneof(
  { weight: 4, arbitrary: approve },
  { weight: 1, arbitrary: fc.record({ tier: fc.constantFrom('autonomous', 'notify') }) },
);
const rules = fc
  .array(fc.record({ when, require }), { maxLength: 6 })
  .map((list) => list.map((rule, index) => ({ id: `r${index}`, ...rule })));

const facts: fc.Arbitrary<HunkFacts> = fc.record(
  {
    path: fc.constantFrom('src/a.ts', 'docs/a.md', '.countersign/policy.jsonc', 'x'),
    from: fc.constantFrom('src/b.ts', 'docs/b.md'),
    side: fc.constantFrom('added', 'removed', 'object'),
    origin: fc.constantFrom(...ORIGINS),
    evidence: fc.constantFrom(...EVIDENCE),
    level: fc.constantFrom(...LEVELS, 'unheard-of'),
    tool: fc.constantFrom('claude-code', 'copilot', 'other'),
    model: fc.constantFrom('big-1', 'small'),
    lines: fc.integer({ min: 0, max: 25 }),
  },
  { requiredKeys: ['path', 'side', 'origin', 'evidence', 'level', 'lines'] },
);

/** Does meeting `strict` always meet `loose`? */
function assertCovers(policy: Policy, strict: Decision, loose: Decision): void {
  if (loose.requires === null) return;
  const { requires } = strict;
  assert.ok(requires);
  assert.ok(TIERS.indexOf(requires.tier) >= TIERS.indexOf(loose.requires.tier));
  assert.ok(requires.count >= loose.requires.count);
  assert.ok(levelRank(policy, requires.level) >= levelRank(policy, loose.requires.level));
  assert.ok(SEPARATIONS.indexOf(requires.separation) >= SEPARATIONS.indexOf(loose.requires.separation));
  assert.ok(BINDINGS.indexOf(requires.binding) >= BINDINGS.indexOf(loose.requires.binding));
  assert.ok(requires.presence || !loose.requires.presence);
  assert.ok(requires.verified === true || loose.requires.verified !== true);
  const able = new Set(eligibleSigners(policy, loose.requires));
  assert.ok(eligibleSigners(policy, requires).every((person) => able.has(person)));
}

function assertTotal(text: string): void {
  const result = parsePolicy(text);
  if (result.ok) return;
  assert.ok(result.problems.length > 0 && result.problems.length <= 101);
  for (const problem of result.problems) {
    assert.equal(problem.code, 'policy-invalid');
    assert.match(problem.message, /^expected [^]+, found [^]+; [^]+/);
    assert.doesNotMatch(problem.message + problem.field, /\p{Cc}/u);
  }
}

describe('policy, as properties', () => {
  it('parsePolicy answers for every text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), assertTotal));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...'{}[]",:/*\\ \n1ae-.u0'.split('')), maxLength: 60 }),
        assertTotal,
      ),
      { numRuns: 2000 },
    );
    fc.assert(fc.property(fc.json(), assertTotal));
  });

  it('parsePolicy answers for a valid policy with any one value or field replaced', () => {
    const replace = (value: unknown, picks: readonly number[], replacement: unknown): unknown => {
      const [pick, ...rest] = picks;
      if (pick === undefined || typeof value !== 'object' || value === null) return replacement;
      const keys = Object.keys(value);
      const key = keys[pick % (keys.length + 1)];
      if (Array.isArray(value)) {
        if (key === undefined) return [...value, replacement];
        return value.map((item: unknown, index) => (String(index) === key ? replace(item, rest, replacement) : item));
      }
      if (key === undefined) return { ...value, [String(replacement).slice(0, 20)]: replacement };
      return { ...value, [key]: replace((value as Record<string, unknown>)[key], rest, replacement) };
    };
    fc.assert(
      fc.property(fc.array(fc.nat(12), { maxLength: 5 }), fc.jsonValue({ maxDepth: 2 }), (picks, value) =>
        assertTotal(JSON.stringify(replace(sample(), picks, value))),
      ),
      { numRuns: 1000 },
    );
  });

  it('parsePolicy answers for a valid policy with characters lost, doubled or swapped', () => {
    const text = JSON.stringify(sample(), null, 1);
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(3), fc.string({ maxLength: 3 }), (at, lost, put) =>
        assertTotal(text.slice(0, at) + put + text.slice(at + lost)),
      ),
      { numRuns: 500 },
    );
  });

  it('a name with a typo in it is never accepted', () => {
    const fields = [
      'origin',
      'evidence',
      'authorBelow',
      'paths',
      'require',
      'when',
      'tier',
      'count',
      'level',
      'rules',
      'others',
    ];
    const text = JSON.stringify(
      sample({
        rules: [
          {
            id: 'r',
            when: { origin: ['ai'], evidence: ['none'], authorBelow: 'mid', paths: ['x'] },
            require: { tier: 'approve', count: 1, level: 'mid' },
          },
        ],
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...fields),
        fc.nat(20),
        fc.constantFrom(...'aeioxS_'.split('')),
        (field, at, letter) => {
          const index = at % (field.length + 1);
          const typo = field.slice(0, index) + letter + field.slice(index);
          const result = parsePolicy(text.replace(`"${field}":`, `"${typo}":`));
          assert.ok(!result.ok);
          const problem = result.problems.find((each) => each.field.endsWith(typo));
          assert.match(problem?.message ?? '', new RegExp(`did you mean "${field}"\\?`));
        },
      ),
    );
  });

  it('adding a rule never loosens a decision', () => {
    fc.assert(
      fc.property(rules, fc.record({ when, require }), fc.nat(6), facts, (list, extra, at, hunk) => {
        const fewer = policyWith({ rules: list });
        const more = policyWith({ rules: [...list.slice(0, at), { id: 'extra', ...extra }, ...list.slice(at)] });
        assertCovers(more, decide(more, hunk), decide(fewer, hunk));
      }),
      { numRuns: 500 },
    );
  });

  it('every rule that matches is met by meeting the decision, in whatever order rules stand', () => {
    fc.assert(
      fc.property(rules, facts, (list, hunk) => {
        const policy = policyWith({ rules: list });
        const decision = decide(policy, hunk);
        assert.equal(decision.matched.length === 0, decision.requires === null);
        assert.ok(decision.rule === '' ? decision.matched.length === 0 : decision.matched.includes(decision.rule));
        for (const rule of policy.rules.filter((each) => decision.matched.includes(each.id))) {
          assertCovers(policy, decision, { rule: rule.id, requires: rule.require, matched: [] });
        }
        const turned = decide(policyWith({ rules: [...list].reverse() }), hunk);
        assertCovers(policy, turned, decision);
        assertCovers(policy, decision, turned);
      }),
      { numRuns: 500 },
    );
  });

  it('a lower author, a longer hunk or a forgotten tool, model or side never asks for less', () => {
    fc.assert(
      fc.property(rules, facts, fc.constantFrom(...LEVELS), fc.nat(30), (list, hunk, level, longer) => {
        const policy = policyWith({ rules: list });
        const decision = decide(policy, hunk);
        const lower = levelRank(policy, level) <= levelRank(policy, hunk.level) ? level : hunk.level;
        assertCovers(policy, decide(policy, { ...hunk, level: lower }), decision);
        assertCovers(policy, decide(policy, { ...hunk, lines: hunk.lines + longer }), decision);
        assertCovers(policy, decide(policy, { ...hunk, side: 'object' }), decision);
        assertCovers(policy, decide(policy, { ...hunk, from: hunk.from ?? 'docs/b.md' }), decision);
        if (hunk.origin !== 'human') {
          assertCovers(policy, decide(policy, { ...hunk, tool: undefined, model: undefined }), decision);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('globs match what picomatch matches', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '.',
      '*',
      '?',
      '/',
      '**',
      '/**/',
      '{a,b}',
      '{a,*.b}',
      'ab',
      '[a-b]',
      '[!a]',
    );
    const path = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '.', 'c'), minLength: 1, maxLength: 4 }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), path, (pieces, parts) => {
        const pattern = pieces.join('');
        const name = parts.join('/');
        fc.pre(
          globFault(pattern) === undefined &&
            !/\*\*\/\*\*|\*\/\*\*$/.test(pattern) &&
            parts.every((part) => part !== '.' && part !== '..'),
        );
        assert.equal(
          compileGlobs([pattern])(name),
          // Its shortcuts for patterns such as `*.*` differ from its own rules: they want a character behind the dot.
          picomatch.isMatch(name, pattern, { dot: true, posixSlashes: true, posix: true, fastpaths: false }),
          `${pattern} ${name}`,
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('readJsonc reads what jsonc-parser reads', () => {
    const text = fc.oneof(
      fc.json(),
      fc
        .array(
          fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"b"', '1', 'true', 'null', '//x\n', '/*y*/', ' '),
          { maxLength: 9 },
        )
        .map((tokens) => tokens.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        const errors: ParseError[] = [];
        const tree = parseTree(input, errors, { allowTrailingComma: true });
        const { value, faults } = readJsonc(input, 16);
        const isDouble = faults.length > 0 && value !== undefined;
        fc.pre(!isDouble && !input.includes('__proto__'));
        assert.equal(faults.length === 0, errors.length === 0 && tree !== undefined, input);
        if (tree !== undefined && faults.length === 0)
          assert.equal(JSON.stringify(value), JSON.stringify(getNodeValue(tree)));
      }),
      { numRuns: 3000 },
    );
  });
});
