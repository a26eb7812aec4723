import assert from 'node:assert/strict';
import { compileGlobs, globFault } from '../../../src/core/policy/glob';

const MATCHES: readonly (readonly [string, string, boolean])[] = [
  ['src/**', 'src/a.ts', true],
  ['src/**', 'src/a/.b/c.ts', true],
  ['src/**', 'srcs/a.ts', false],
  ['**/*.lock', 'yarn.lock', true],
  ['**/*.lock', 'a/b/Cargo.lock', true],
  ['*.lock', 'a/yarn.lock', false],
  ['*.lock', '.lock', true],
  ['**/package-lock.json', 'package-lock.json', true],
  ['a/**/b', 'a/b', true],
  ['a/**/b/**/c', 'a/x/b/b/y/c', true],
  ['a/**/b/**/c', 'a/x/c/b', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['{src,lib}/*.{ts,js}', 'lib/a.js', true],
  ['{src,lib}/*.{ts,js}', 'bin/a.js', false],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['app/[id]/page.ts', 'app/[id]/page.ts', true],
  ['app/[id]/page.ts', 'app/i/page.ts', true],
  ['app/[...rest]/page.ts', 'app/[...rest]/page.ts', true],
  ['app/(group)/page.ts', 'app/(group)/page.ts', true],
  ['.countersign/policy.jsonc', '.countersign/policy.jsonc', true],
  ['**', '.countersign/v1/provenance/aa/x.prov', true],
  ['*', '.gitattributes', true],
  ['Src/**', 'src/a', false],
  ['a+(b', 'a+(b', false],
  ['r\u00e9sum\u00e9.md', 're\u0301sume\u0301.md', true],
];

describe('policy globs', () => {
  for (const [pattern, path, expected] of MATCHES.filter(([pattern]) => globFault(pattern) === undefined)) {
    it(`${pattern} ${expected ? 'matches' : 'does not match'} ${path}`, () => {
      assert.equal(compileGlobs([pattern])(path), expected);
    });
  }

  const refused = [
    '',
    '!a',
    '/a',
    'a/',
    'a//b',
    './a',
    '../a',
    'a/../b',
    'a\\b',
    'a\nb',
    '@(a|b)',
    '+(a)',
    '!(a)',
    '{a',
    'a}',
  ];
  refused.push(
    'a/***/b',
    '**.ts',
    'src/**x',
    '{a}',
    '{a..z}',
    '{a,{b,c}}',
    '[a',
    '[]',
    '[a/b]',
    'x'.repeat(257),
    '{a,b}'.repeat(7),
  );
  for (const pattern of refused) {
    it(`refuses ${JSON.stringify(pattern.slice(0, 20))} with a remedy, and lets it match all paths where it got through`, () => {
      assert.match(globFault(pattern) ?? '', /^expected .+; .+/);
      assert.equal(compileGlobs([pattern])('whatever/path'), true);
    });
  }

  it('stays fast on patterns and paths chosen to hurt', () => {
    const patterns = [
      '*a'.repeat(120) + 'b',
      '**/a/'.repeat(40) + 'b',
      '**/*a*a*a*a*a*a*a*a*b',
      '{a,*c}'.repeat(6) + 'b',
    ];
    const paths = ['a'.repeat(4096), 'a/'.repeat(2048) + 'a', `${'a'.repeat(100)}/`.repeat(40) + 'a'];
    for (const pattern of patterns) {
      assert.equal(globFault(pattern), undefined);
      for (const path of paths) assert.equal(compileGlobs([pattern])(path), false);
    }
  });
});
