import assert from 'node:assert/strict';
import { DEEDS, howOf, tidied } from '../../../src/editor/capture/deeds';
import type { Deed, How } from '../../../src/editor/capture/deeds';
import { sessionOf } from '../../../src/editor/capture/chatEdits';
import type { Exchange } from '../../../src/editor/capture/shapes';

function said(how: How | undefined): string {
  if (how === undefined) return 'nothing';
  const by = how.kind === 'edit' ? how.source : how.kind === 'layout' || how.kind === 'copy' ? how.by : 'unknown';
  return by === 'unknown' ? how.kind : `${how.kind} ${by.origin} ${by.via}`;
}

const exchange = (removed: string | undefined, text: string): Exchange => ({ removed, text });

describe('What a key’s note is believed about', () => {
  const cases: readonly [Deed, string, readonly Exchange[], string][] = [
    ['suggest', 'a name for its beginning', [exchange('tot', 'totalAmount')], 'edit human suggest'],
    ['suggest', 'a name found by some of its letters', [exchange('tA', 'totalAmount')], 'edit human suggest'],
    ['suggest', 'a call', [exchange('', 'toString()')], 'edit human suggest'],
    ['suggest', 'a snippet', [exchange('for', 'for (const a of b) {\n}')], 'edit human snippet'],
    ['suggest', 'a name at every caret', [exchange('a', 'ab'), exchange('a', 'ab')], 'edit human suggest'],
    ['suggest', 'different texts', [exchange('a', 'ab'), exchange('', 'import x')], 'nothing'],
    ['suggest', 'text in the place of nobody knows what', [exchange(undefined, 'ab')], 'nothing'],
    ['format', 'white space', [exchange('\n\n', '\n'), exchange('', '  ')], 'layout tool format'],
    ['format', 'a semicolon and other quotes', [exchange("'a'", '"a";')], 'layout tool format'],
    ['format', 'a word', [exchange('', 'return')], 'nothing'],
    ['format', 'another word', [exchange('a', 'b')], 'nothing'],
    [
      'organize',
      'sorted and dropped imports',
      [exchange('import b\nimport a\n', 'import a\n')],
      'layout tool refactor',
    ],
    ['organize', 'an import more', [exchange('import a', 'import a\nimport c')], 'nothing'],
    [
      'organize',
      'merged imports',
      [exchange("import { b } from 'x';\nimport { a } from 'x';", "import { a, b } from 'x';")],
      'layout tool refactor',
    ],
    ['organize', 'lines that are no imports gone', [exchange('check(user);\npay(user);\n', 'pay(user);\n')], 'nothing'],
    ['rename', 'a name for a name', [exchange('total', 'sum'), exchange('total', 'sum')], 'layout tool refactor'],
    ['rename', 'what differs between two names', [exchange('kat', 'e'), exchange('so', 'net')], 'layout tool refactor'],
    ['rename', 'a name out of nothing', [exchange('', 'isAdmin')], 'nothing'],
    ['rename', 'a call', [exchange('total', 'sum()')], 'nothing'],
    ['move', 'a line elsewhere', [exchange('', 'b;\n'), exchange('b;\n', '')], 'layout human move'],
    ['move', 'a line that was nowhere', [exchange('', 'c;\n'), exchange('b;\n', '')], 'nothing'],
    ['move', 'fewer words of the same letters', [exchange('return total;\nsend(a);\n', 'return a;\n')], 'nothing'],
    ['copy', 'a line more', [exchange('', 'b;\n')], 'copy human move'],
    ['copy', 'a line in the place of another', [exchange('a;\n', 'b;\n')], 'nothing'],
    ['join', 'a space for a line break', [exchange('a\n  b', 'a b')], 'layout human move'],
    ['join', 'more than that', [exchange('a\n  b', 'a, b')], 'nothing'],
    ['delete', 'a line', [exchange('b;\n', '')], 'edit human typing'],
    ['delete', 'a line for another', [exchange('b;\n', 'c;')], 'nothing'],
    ['comment', 'marks', [exchange('', '// '), exchange('', '/* '), exchange(' */', '')], 'edit human typing'],
    ['comment', 'the word that comments', [exchange('', 'REM ')], 'edit human typing'],
    ['comment', 'a comment with words', [exchange('', '// done')], 'nothing'],
    ['replace', 'a short text', [exchange('price', 'amount'), exchange('price', 'amount')], 'edit human typing'],
    ['replace', 'what may have been pasted', [exchange('x', 'await retry(() => pay(1))')], 'nothing'],
  ];
  for (const [deed, what, exchanges, expected] of cases) {
    it(`${deed}, ${what}: ${expected}`, () => assert.equal(said(howOf(deed, exchanges, false)), expected));
  }

  it('suggest: a name alone where an assistant may have made the rest', () => {
    assert.equal(said(howOf('suggest', [exchange('tot', 'totalAmount')], true)), 'edit human suggest');
    assert.equal(said(howOf('suggest', [exchange('tot', 'total = sum(a, b)')], true)), 'nothing');
  });

  it('nothing makes text human that is long and comes from nowhere, but what was chosen among suggestions', () => {
    const generated = [exchange('', 'const retry = async (work) => { for (;;) await work(); };\n')];
    for (const deed of DEEDS) {
      if (deed === 'suggest' || deed === 'copy') continue;
      assert.equal(said(howOf(deed, generated, true)), 'nothing', deed);
    }
  });

  it('a save: layout, punctuation, and what it drops; a keystroke: white space alone', () => {
    const drops = [exchange('import a\nimport b\n', 'import b\n')];
    assert.equal(said(tidied(drops, 'saving')), 'layout tool format');
    assert.equal(said(tidied(drops, 'typing')), 'nothing');
    assert.equal(said(tidied([exchange('  ', '    ')], 'typing')), 'layout tool format');
    assert.equal(said(tidied([exchange('', ';')], 'typing')), 'nothing');
    assert.equal(said(tidied([exchange('', 'log()')], 'saving')), 'nothing');
  });

  it('a save: not closing brackets or quotes that come alone at one place, as a completion’s do', () => {
    const saved = (...exchanges: Exchange[]): string => said(tidied(exchanges, 'saving'));
    for (const text of ['});\n', '\n  }\n', '()', '""', ');', '];', ';;']) {
      assert.equal(saved(exchange('', text)), 'nothing', text);
      assert.equal(saved(exchange('\n\n', '\n'), exchange('', text)), 'nothing', `${text}, and white space`);
    }
    assert.equal(saved(exchange(')', '\n});')), 'nothing', 'around a bracket that the editor had closed');
    assert.equal(said(howOf('organize', [exchange('', '});\n')], true)), 'nothing');
    // What formatters do add: the end of a statement or an item, and pairs.
    for (const text of [';', ',', ',\n', ' ;\n']) assert.equal(saved(exchange('', text)), 'layout tool format', text);
    assert.equal(saved(exchange('', ';'), exchange('', ';')), 'layout tool format');
    assert.equal(saved(exchange('', '('), exchange('', ')')), 'layout tool format');
    assert.equal(saved(exchange('return x => x', 'return (x) => x')), 'layout tool format');
    assert.equal(saved(exchange('let a=1\n', 'let a = 1;\n')), 'layout tool format');
    assert.equal(saved(exchange("'", '"'), exchange("'", '"')), 'layout tool format');
    assert.equal(saved(exchange('(', ''), exchange(')', '')), 'layout tool format');
  });

  it('a save: not what an agent rewrote with the same letters, or deleted, right before it saved', () => {
    const before =
      'import a\nfunction total(items) {\n  let sum = 0;\n  for (const each of items) sum += each;\n  return sum;\n}\n';
    const shorter = 'import a\nfunction total(items) {\n  return fold(items);\n}\n';
    assert.equal(said(tidied([exchange(before, shorter)], 'saving')), 'nothing');
    assert.equal(said(tidied([exchange('  checkAccess(user);\n', '')], 'saving')), 'nothing');
    const go = 'import (\n\t"os"\n\t"fmt"\n)\n';
    assert.equal(said(tidied([exchange(go, 'import (\n\t"fmt"\n)\n')], 'saving')), 'layout tool format');
  });
});

describe('The session of a chat', () => {
  const query = (path: unknown): string => JSON.stringify({ kind: 'doc', chatSessionResource: { scheme: 's', path } });

  it('is read as the editor names it elsewhere', () => {
    const id = '59aa2661-3447-4cfe-8225-0b318ae84950';
    assert.equal(sessionOf(query(`/${Buffer.from(id).toString('base64')}`)), id);
    assert.equal(sessionOf(query('/plain_session')), 'plain_session');
  });

  it('is nothing where the query is no such thing', () => {
    for (const given of ['', '{', '[]', 'null', query(7), query('/a b'), 'x'.repeat(20_000)]) {
      assert.equal(sessionOf(given), undefined, given.slice(0, 20));
    }
  });
});
