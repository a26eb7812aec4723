import assert from 'node:assert/strict';
import { DEFAULT_THRESHOLDS } from '../../../src/core/model/fold';
import { foldThresholds, parsePolicy } from '../../../src/core/policy/policy';
import { policyWith, sample } from './samples';

type Path = readonly (string | number)[];

/** The sample with the value at a path replaced; `undefined` removes the field. */
function changed(path: Path, value: unknown): string {
  const root = structuredClone(sample({ paste: { characters: 30 }, atomic: ['*.lock'], identity: 'asserted' }));
  let at: Record<string | number, unknown> = root;
  for (const part of path.slice(0, -1)) at = at[part] as Record<string | number, unknown>;
  const last = path.at(-1) ?? '';
  if (value === undefined) delete at[last];
  else at[last] = value;
  return JSON.stringify(root);
}

const rule = (when: unknown, require: unknown) => ({ id: 'x', when, require });
const approve = { tier: 'approve' };

/** Path of the change, new value, field reported (when it is another), words that the message must hold. */
const FAULTS: readonly (readonly [Path, unknown, string | undefined, ...RegExp[]])[] = [
  [['version'], 2, undefined, /expected version 1, found 2; install the version/],
  [['version'], '1', undefined, /expected version 1, found "1"/],
  [['version'], undefined, undefined, /expected 1, found nothing; add `version`/],
  [['repo'], '', undefined, /printable characters/],
  [['repo'], 'a b', undefined, /found "a b"/],
  [['mode'], 'enforced', undefined, /"observe", "enforce", found "enforced"; did you mean "enforce"\?/],
  [['mode'], undefined, undefined, /add `mode`/],
  [['targets'], [], undefined, /at least 1 entry, found an empty list/],
  [['targets'], 'main', undefined, /expected a list, found "main"/],
  [['targets', 0], '!main', undefined, /no leading "!"/],
  [['levels'], [], undefined, /at least 1 entry/],
  [['levels', 1], 'junior', undefined, /stands nowhere else here, found "junior" again/],
  [['levels', 1], 'Junior', undefined, /found "Junior" again/],
  [['levels', 1], '-x', undefined, /expected a name/],
  [['others'], 'junor', undefined, /found "junor"; did you mean "junior"\?/],
  [['others'], undefined, undefined, /add `others`/],
  [['people'], undefined, undefined, /add `people`/],
  [['people', 0, 'id'], '-ana', undefined, /begins with a letter or digit/],
  [['people', 1, 'id'], 'ANA', undefined, /found "ANA" again/],
  [['people', 0, 'emails'], [], undefined, /at least 1 entry/],
  [['people', 0, 'emails', 0], '*@example.com', undefined, /without wildcards/],
  [['people', 0, 'emails', 0], 'a@b\nc@d', undefined, /one e-mail address/],
  [['people', 0, 'emails', 0], '-oProxy@x', undefined, /one e-mail address/],
  [['people', 1, 'emails', 0], 'ANA@EXAMPLE.com', undefined, /belongs to one person/],
  [['people', 1, 'level'], 'senoir', undefined, /did you mean "senior"\?/],
  [['people', 1, 'level'], undefined, undefined, /add `level`/],
  [['people', 1, 'team'], ['x'], undefined, /found "team"; did you mean "teams"\?/],
  [['identity'], 'sign', undefined, /did you mean "signed"\?/],
  [['atomic', 0], 'dist/', undefined, /for a whole folder write "dist\/\*\*"/],
  [['atomic', 0], '/dist', undefined, /drop the leading "\/"/],
  [['atomic', 0], 'a\\b', undefined, /backslashes/],
  [['paste'], 3, undefined, /expected an object, found 3/],
  [['paste', 'characters'], 0, undefined, /at least 1, found 0/],
  [['paste', 'characters'], 1.5, undefined, /whole number/],
  [['paste', 'share'], 0, undefined, /above 0/],
  [['paste', 'share'], 2, undefined, /at most 1/],
  [['paste', 'shares'], 1, undefined, /did you mean "share"\?/],
  [['rules'], undefined, undefined, /add `rules`/],
  [['rules', 0], 3, undefined, /expected an object/],
  [['rules', 1], rule({}, approve), undefined],
  [['rules', 0, 'id'], 'a b', undefined, /expected an id/],
  [['rules', 0, 'when'], undefined, undefined, /add `when`/],
  [['rules', 0, 'require'], undefined, undefined, /add `require`/],
  [['rules', 0, 'requires'], approve, undefined, /did you mean "require"\?/],
  [['rules', 0, 'when', 'orgin'], ['ai'], undefined, /did you mean "origin"\?/],
  [['rules', 0, 'when', 'origin'], [], undefined, /at least 1 entry/],
  [['rules', 0, 'when', 'origin'], 'ai', undefined, /expected a list, found "ai"/],
  [['rules', 0, 'when', 'origin', 0], 'hooman', undefined, /did you mean "human"\?/],
  [['rules', 0, 'when', 'evidence'], ['declaired'], 'rules[0].when.evidence[0]', /did you mean "declared"\?/],
  [['rules', 0, 'when', 'authorBelow'], 'chief', undefined, /one of the levels "junior", .* found "chief"/],
  [['rules', 0, 'when', 'authorBelow'], 'junior', undefined, /above the lowest/],
  [['rules', 0, 'when', 'paths'], ['src//x'], 'rules[0].when.paths[0]', /doubled/],
  [['rules', 0, 'when', 'tools'], [''], 'rules[0].when.tools[0]', /printable/],
  [['rules', 0, 'when', 'models'], 'm', undefined, /expected a list/],
  [['rules', 0, 'when', 'sides'], ['add'], 'rules[0].when.sides[0]', /did you mean "added"\?/],
  [['rules', 0, 'when', 'minLines'], 0, undefined, /at least 1/],
  [['rules', 0, 'when', 'risk'], 'high', undefined, /does not know yet; remove it/],
  [['rules', 0, 'require', 'tier'], undefined, undefined, /add `tier`/],
  [['rules', 0, 'require', 'tier'], 'aprove', undefined, /did you mean "approve"\?/],
  [['rules', 0, 'require', 'count'], 0, undefined, /at least 1, found 0/],
  [['rules', 0, 'require', 'count'], 1.5, undefined, /whole number/],
  [['rules', 0, 'require', 'count'], 21, undefined, /at most 20/],
  [['rules', 0, 'require', 'level'], 'snior', undefined, /did you mean "senior"\?/],
  [['rules', 0, 'require', 'teams'], [], undefined, /at least 1 entry/],
  [['rules', 0, 'require', 'separation'], 'hunk', undefined, /"span", "file", "change"/],
  [['rules', 0, 'require', 'binding'], 'windows', undefined, /did you mean "window"\?/],
  [['rules', 0, 'require', 'verified'], 1, undefined, /expected true or false, found 1/],
  [['rules', 0, 'require', 'presence'], 'yes', undefined, /expected true or false, found "yes"/],
  [['rules', 0, 'require', 'owners'], ['x'], undefined, /does not know yet/],
  [['rules', 0, 'require'], { tier: 'notify', level: 'senior' }, 'rules[0].require.level', /only with tier "approve"/],
  [['waivers'], [], undefined, /does not know yet/],
  [['exemptions'], [], undefined, /does not know yet/],
  [['breakGlass'], {}, undefined, /does not know yet/],
  [['agents'], {}, undefined, /does not know yet/],
  [['constructor'], {}, undefined, /expected one of the fields/],
];

function fieldOf(path: Path): string {
  return path.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? part : `${name}.${part}`;
  }, '');
}

describe('parsePolicy', () => {
  for (const [path, value, field, ...words] of FAULTS) {
    if (words.length === 0) continue;
    const name = field ?? fieldOf(path);
    it(`refuses ${fieldOf(path)} = ${JSON.stringify(value)} and names ${name}`, () => {
      const result = parsePolicy(changed(path, value), 'p.jsonc');
      assert.ok(!result.ok);
      const problem = result.problems.find((each) => each.field === name);
      assert.ok(problem, JSON.stringify(result.problems, null, 1));
      assert.equal(problem.code, 'policy-invalid');
      assert.equal(problem.path, 'p.jsonc');
      for (const word of words) assert.match(problem.message, word);
      assert.match(problem.message, /^expected .+, found .+; .+ \(line 1, column \d+\)$/);
    });
  }

  it('reads the file and fills in defaults', () => {
    const policy = policyWith({ rules: [rule({}, approve), { ...rule({}, { tier: 'notify' }), id: 'y' }] });
    assert.equal(policy.identity, 'asserted');
    assert.deepEqual(policy.atomic, []);
    assert.deepEqual(policy.people[1]?.teams, []);
    assert.deepEqual(policy.rules[0]?.require, {
      tier: 'approve',
      count: 1,
      level: 'junior',
      teams: [],
      separation: 'span',
      binding: 'window',
      presence: false,
    });
    assert.equal(policy.rules[1]?.require.count, 0);
  });

  it('maps paste thresholds, each with its default', () => {
    assert.deepEqual(foldThresholds(policyWith()), DEFAULT_THRESHOLDS);
    assert.deepEqual(foldThresholds(policyWith({ paste: { share: 0.25 } })), { pasteCharacters: 20, pasteShare: 0.25 });
    assert.deepEqual(foldThresholds(policyWith({ paste: { characters: 7 } })), { pasteCharacters: 7, pasteShare: 0.5 });
  });

  it('accepts comments, trailing commas, a byte order mark and $schema', () => {
    const text = `\uFEFF// rules\n${JSON.stringify(sample({ $schema: 'x' })).replace(/\}$/, ', /* end */ }')}\n// done`;
    assert.ok(parsePolicy(text).ok);
  });

  it('says line and column of a fault', () => {
    const text = JSON.stringify(sample({ mode: 'off' }), null, 2);
    const result = parsePolicy(text);
    assert.ok(!result.ok);
    assert.match(result.problems[0]?.message ?? '', /\(line 4, column 11\)$/);
  });

  it('collects faults of shape, faults between fields and double fields in one go', () => {
    const text = JSON.stringify(sample({ mode: 'off', others: 'chief', wat: 1 })).replace('{', '{"repo":"first",');
    const result = parsePolicy(text);
    assert.ok(!result.ok);
    assert.deepEqual(result.problems.map((problem) => problem.field).sort(), ['mode', 'others', 'repo', 'wat']);
  });

  it('refuses a field that stands twice, wherever it is', () => {
    const result = parsePolicy(JSON.stringify(sample()).replace('"level":"mid"', '"level":"mid","level":"principal"'));
    assert.ok(!result.ok);
    assert.equal(result.problems[0]?.field, 'people[1].level');
    assert.match(result.problems[0]?.message ?? '', /each field once/);
  });

  it('refuses __proto__, also spelled with escapes, and takes nothing from it', () => {
    for (const key of ['__proto__', '\\u005f_proto__']) {
      const text = JSON.stringify(sample({ mode: undefined })).replace('{', `{"${key}":{"mode":"observe"},`);
      const result = parsePolicy(text);
      assert.ok(!result.ok);
      assert.deepEqual(result.problems.map((problem) => problem.field).sort(), ['__proto__', 'mode']);
    }
    assert.equal(({} as Record<string, unknown>)['mode'], undefined);
  });

  it('shows hostile names and values escaped and shortened', () => {
    const result = parsePolicy(JSON.stringify(sample({ '\u001b[31m\n::error': 1, mode: `\u202e${'x'.repeat(999)}` })));
    assert.ok(!result.ok);
    for (const problem of result.problems) {
      assert.doesNotMatch(problem.message + problem.field, /\p{C}/u);
      assert.ok(problem.message.length < 400);
    }
  });

  it('refuses what is too long, too deep or too much, quickly', () => {
    const tooMuch: readonly (readonly [string, RegExp])[] = [
      [`"${' '.repeat(256 * 1024)}"`, /at most 262144 characters/],
      ['['.repeat(200_000), /at most 16 levels/],
      ['{"a":'.repeat(17), /at most 16 levels/],
      [JSON.stringify(sample({ levels: Array.from({ length: 21 }, (_, index) => `l${index}`) })), /at most 20 entries/],
      [JSON.stringify(sample({ targets: Array(101).fill('main') })), /at most 100 entries/],
      [JSON.stringify(sample({ atomic: Array(201).fill('x') })), /at most 200 entries/],
      [JSON.stringify(sample({ rules: Array(201).fill(3) })), /at most 200 entries/],
      [JSON.stringify(sample({ people: Array(1001).fill(3) })), /at most 1000 entries/],
      [`{${'"a":1,'.repeat(40_000)}}`, /more faults/],
      [`[${'1,'.repeat(120_000)}]`, /expected an object/],
    ];
    for (const [text, words] of tooMuch) {
      const result = parsePolicy(text);
      assert.ok(!result.ok);
      assert.ok(result.problems.length <= 101);
      assert.ok(
        result.problems.some((problem) => words.test(problem.message)),
        JSON.stringify(result.problems[0]),
      );
    }
  });

  it('accepts a policy that nobody can satisfy: that is for satisfiable() to say', () => {
    assert.ok(parsePolicy(changed(['rules', 0, 'require'], { tier: 'approve', count: 9, level: 'principal' })).ok);
  });
});
