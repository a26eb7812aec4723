import assert from 'node:assert/strict';
import { readJsonc } from '../../../src/core/policy/jsonc';

const BROKEN: readonly (readonly [string, string, RegExp])[] = [
  ['', '', /expected a value, found the end/],
  ['{', '', /field name in quotes/],
  ['{"a"', 'a', /expected ":"/],
  ['{"a":', 'a', /expected a value/],
  ['{"a":1', '', /"," or "}"/],
  ['{"a":1 "b":2}', '', /"," or "}", found "\\""/],
  ["{'a':1}", '', /field name in quotes/],
  ['{,}', '', /field name in quotes/],
  ['[,]', '0', /expected a value/],
  ['[1 2]', '', /"," or "\]"/],
  ['{} x', '', /end of the file/],
  ['/* x', '', /comment to end/],
  ['"a', '', /string to end/],
  ['"a\nb"', '', /string to end on its line/],
  ['"\\x41"', '', /escape/],
  ['"\\u12g4"', '', /escape/],
  ['"\\ud800"', '', /surrogate/],
  ['01', '', /expected/],
  ['1.', '', /expected a value/],
  ['+1', '', /expected a value/],
  ['1e999', '', /expected a value/],
  ['tru', '', /expected a value/],
  ['NaN', '', /expected a value/],
  ['\0', '', /expected a value/],
];

describe('readJsonc', () => {
  for (const [text, field, words] of BROKEN) {
    it(`says what is wrong with ${JSON.stringify(text)}`, () => {
      const { value, faults } = readJsonc(text, 16);
      assert.equal(value, undefined);
      assert.equal(faults.length, 1);
      assert.match(faults[0]?.message ?? '', words);
      assert.equal(faults[0]?.at.join('.'), field);
    });
  }

  it('reads every kind of value, comments and trailing commas', () => {
    const text = '/*a*/ { "s": "\\u00e9\\n\\"", "n": [-1.5e2, 0,], // c\r\n "t": true, "f": false, "z": null, }';
    const { value, faults, offsets } = readJsonc(text, 16);
    assert.deepEqual(faults, []);
    assert.equal(JSON.stringify(value), '{"s":"é\\n\\"","n":[-150,0],"t":true,"f":false,"z":null}');
    assert.equal(text.slice(offsets.get('n[0]')).slice(0, 6), '-1.5e2');
  });
});
