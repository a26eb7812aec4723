import assert from 'node:assert/strict';
import { assert as check, property, string } from 'fast-check';
import { escapeShort, escapeText } from '../../../src/cli/reporters/escape';
import { jsonText } from '../../../src/cli/reporters/problems';
import { palette, wantsColour } from '../../../src/cli/reporters/colour';

describe('escaping text of a repository', () => {
  it('shows what steers a terminal, a log or a reader', () => {
    assert.equal(escapeText('a\u001b[31mb'), 'a\\u{1b}[31mb');
    assert.equal(escapeText('a\r\nb\tc'), 'a\\r\\nb\\tc');
    assert.equal(escapeText('\u009bm'), '\\u{9b}m');
    assert.equal(escapeText('if (x\u202e\u2066) {'), 'if (x\\u{202e}\\u{2066}) {');
    assert.equal(escapeText('a\ufe00b\u{e0100}c\u180b'), 'a\\u{fe00}b\\u{e0100}c\\u{180b}');
    assert.equal(escapeText('pa\u200by\ufeff\u00ad'), 'pa\\u{200b}y\\u{feff}\\u{ad}');
    assert.equal(escapeText('\u2028\u2029'), '\\u{2028}\\u{2029}');
    assert.equal(escapeText('::error::no'), '\\u{3a}:error::no');
    assert.equal(escapeText(' ::set-env name=x::y'), ' \\u{3a}:set-env name=x::y');
    assert.equal(escapeText('##[error]no'), '\\u{23}#[error]no');
    assert.equal(escapeText('a##vso[task.setvariable]b'), 'a\\u{23}#vso[task.setvariable]b');
    assert.equal(escapeText('a###[group]b'), 'a#\\u{23}#[group]b');
  });

  it('leaves ordinary text of any language alone', () => {
    for (const text of ['src/pay.ts:40-52', 'Zoë Müller', '支払い.ts', 'שלום', 'a :: b', '# heading', '👍🏽']) {
      assert.equal(escapeText(text), text);
    }
  });

  it('never lets a control character or a command through, whatever the text', () => {
    check(
      property(string({ unit: 'binary' }), (text) => {
        for (const safe of [escapeText(text), escapeShort(text, 10)]) {
          assert.doesNotMatch(safe, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
          assert.doesNotMatch(safe, /^\s*::|##\w*\[/);
        }
      }),
    );
  });

  it('keeps JSON the same value, without raw terminal sequences or invisible characters', () => {
    const value = { path: '##[error]##vso[x]\u001b\u009b\u202e\u200b\u2028\u{e0001}b' };
    const text = jsonText(value);
    assert.deepEqual(JSON.parse(text), value);
    assert.doesNotMatch(text, /##\w*\[/);
    assert.doesNotMatch(text.trimEnd().replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('colours only terminals that want it', () => {
    assert.equal(palette(false).bad('x'), 'x');
    assert.ok(palette(true).bad('x').startsWith('\u001b[31mx'));
    assert.equal(wantsColour(true, {}), true);
    assert.equal(wantsColour(false, {}), false);
    assert.equal(wantsColour(true, { NO_COLOR: '1' }), false);
    assert.equal(wantsColour(true, { NO_COLOR: '' }), true);
    assert.equal(wantsColour(true, { TERM: 'dumb' }), false);
  });
});
