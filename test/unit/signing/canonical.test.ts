import assert from 'node:assert/strict';
import { canonicalBytes, parseCanonical } from '../../../src/core/signing/canonical';
import { utf8 } from '../../../src/core/text/bytes';

describe('canonical JSON', () => {
  it('is that of RFC 8785', () => {
    // The example of §3.2.2 and the sorting example of §3.2.3.
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\nA\'B"\\\\"/',
      literals: [null, true, false],
    };
    const expected =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    assert.equal(canonicalBytes(value), utf8(expected));
    const keys = { '€': 1, '\r': 2, '\ufb33': 3, '1': 4, '😀': 5, '\u0080': 6, ö: 7 };
    assert.equal(canonicalBytes(keys), utf8('{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'));
  });

  it('can not say lone surrogates or numbers that are none', () => {
    for (const bad of ['\ud800', 'a\udc00b', { '\ud83d': 1 }, Number.NaN, Infinity, [() => 1]]) {
      assert.throws(() => canonicalBytes(bad), TypeError);
    }
    assert.equal(canonicalBytes({ a: undefined, b: -0 }), '{"b":0}');
  });

  it('is refused in any other form, when hostile, too large or too deep', () => {
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    assert.equal(parseCanonical(deep(16)).ok, true);
    // Brackets in a text are none, whatever stands before the quote that ends it.
    assert.equal(parseCanonical(`["\\"${'['.repeat(20)}"]`).ok, true);
    assert.equal(parseCanonical(`["${'['.repeat(20)}\\\\"]`).ok, true);
    assert.equal(parseCanonical(`["\\\\",${deep(16)}]`).ok, false);
    const rows = [
      '',
      '{',
      '{"a":1 }',
      '{"b":1,"a":2}',
      '[{"a":[{"b":1,"a":2}]}]',
      '{"2":1,"10":1}',
      '{"a":1,"b":{"d":1,"c":2}}',
      '{"a":"\\\\","b":"\\ud800"}',
      '{"a":1,"a":1}',
      '{"a":1,"a":2}',
      '{"__proto__":{}}',
      '[{"__proto__":1}]',
      '1.0',
      '1e400',
      '-0',
      '9007199254740993',
      '"\\u0041"',
      '"\\/"',
      '"\\ud800"',
      '"\xff"',
      '\xef\xbb\xbf1',
      '1\n',
      '01',
      'NaN',
      deep(17),
      deep(100_000),
      `"${'x'.repeat(262_144)}"`,
    ];
    for (const bytes of rows) assert.equal(parseCanonical(bytes).ok, false, bytes.slice(0, 40));
    assert.equal(parseCanonical('{"10":1,"2":[{"a":"\\\\ud800","b":{}}]}').ok, true);
    const parsed = parseCanonical(utf8('{"a":"€","b":[1,2.5,null]}'));
    assert.deepEqual(parsed, { ok: true, value: { a: '€', b: [1, 2.5, null] } });
  });

  it('says where the fault is, in the words of whoever reads', () => {
    const result = parseCanonical('{', { code: 'signoff-malformed', path: 'f.dsse', field: 'payload' });
    assert.ok(!result.ok);
    assert.deepEqual(
      { ...result.problems[0], message: '' },
      { code: 'signoff-malformed', path: 'f.dsse', field: 'payload', message: '' },
    );
  });
});
