/** What someone is told whose record is malformed: which file, which field. */
import assert from 'node:assert/strict';
import { MAX_FILE_BYTES } from '../../../src/core/sidecar/limits';
import { pathFault } from '../../../src/core/sidecar/paths';
import { parseRecord } from '../../../src/core/sidecar/recordFormat';
import { utf8 } from '../../../src/core/text/bytes';

const HASH = 'abcdefghijklmnop';
const OID = '1'.repeat(40);
const HEADER = {
  type: 'countersign/provenance',
  v: 1,
  repo: 'r',
  author: 'bo@example.com',
  recorder: { id: 'cli', version: '1' },
  base: null,
};
const FILE = { file: 'src/a.js', blob: OID };
const HUNK = {
  added: 0,
  origin: 'ai',
  via: 'completion',
  evidence: 'observed',
  lines: [[HASH, '', 7]],
  before: [],
  after: [],
};
const REMOVED = { ...HUNK, added: undefined, removed: 0 };
const OBJECT = { before: null, after: OID, origin: 'ai', via: 'agent', evidence: 'reported' };

function text(...lines: readonly unknown[]): string {
  return utf8(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
}

describe('a malformed record is refused with its file and field:', () => {
  const header = (change: object): string => text({ ...HEADER, ...change }, FILE, HUNK);
  const file = (change: object): string => text(HEADER, { ...FILE, ...change }, HUNK);
  const hunk = (change: object): string => text(HEADER, FILE, { ...HUNK, ...change });
  const object = (change: object): string => text(HEADER, { ...FILE, object: { ...OBJECT, ...change } });
  const cases: readonly (readonly [string, string, string])[] = [
    ['nothing at all', '', ''],
    ['no line break at the end', text(HEADER).slice(0, -1), ''],
    ['bytes that are not UTF-8', `${text(HEADER).slice(0, -1)}\xff\n`, ''],
    ['too many bytes', `${' '.repeat(MAX_FILE_BYTES)}\n`, ''],
    ['no JSON', text('{'), 'line 1'],
    ['an empty line', text(HEADER, '', FILE), 'line 2'],
    ['JSON that is not compact', text(JSON.stringify(HEADER, null, 1).replaceAll('\n', '')), 'line 1'],
    ['a key that stands twice', text(HEADER, '{"file":"a","blob":null,"file":"b"}'), 'line 2'],
    ['nesting without end', text(HEADER, '['.repeat(5000) + ']'.repeat(5000)), 'line 2'],
    ['a byte order mark', `\xef\xbb\xbf${text(HEADER)}`, 'line 1'],
    ['CRLF', text(HEADER, FILE).replaceAll('\n', '\r\n'), 'line 1'],
    ['another type', header({ type: 'x' }), 'line 1.type'],
    ['a later version', header({ v: 2 }), 'line 1.v'],
    ['no repository', header({ repo: '' }), 'line 1.repo'],
    ['no author', header({ author: 7 }), 'line 1.author'],
    ['a lone surrogate', text(JSON.stringify({ ...HEADER, author: '\ud800' })), 'line 1.author'],
    ['an endless author', header({ author: 'x'.repeat(321) }), 'line 1.author'],
    ['no recorder', header({ recorder: [] }), 'line 1.recorder'],
    ['a recorder without version', header({ recorder: { id: 'x' } }), 'line 1.recorder.version'],
    ['a base that is no object id', header({ base: 'HEAD' }), 'line 1.base'],
    ['a hunk before any file', text(HEADER, HUNK), 'line 2'],
    ['a line of no known kind', text(HEADER, { what: 1 }), 'line 2'],
    ['a list for a line', text(HEADER, []), 'line 2'],
    ['a signature that is not last', text(HEADER, { signature: {} }, FILE), 'line 2'],
    ['a path that climbs', file({ file: '../x' }), 'line 2.file'],
    ['an earlier path that climbs', file({ was: '/etc/passwd' }), 'line 2.was'],
    ['a blob that is no object id', file({ blob: 'x' }), 'line 2.blob'],
    ['no blob', text(HEADER, { file: 'a' }), 'line 2.blob'],
    ['an object without its ids', object({ before: undefined }), 'line 2.object.before'],
    ['an object of unknown origin', object({ origin: 'unknown' }), 'line 2.object.origin'],
    ['both sides at once', hunk({ removed: 1 }), 'line 3'],
    ['a start below 0', hunk({ added: -1 }), 'line 3.added'],
    ['a start that is no number', hunk({ added: '1' }), 'line 3.added'],
    ['a start between lines', hunk({ added: 1.5 }), 'line 3.added'],
    ['the origin unknown', hunk({ origin: 'unknown' }), 'line 3.origin'],
    ['an origin of its own', hunk({ origin: 'robot' }), 'line 3.origin'],
    ['a via of its own', hunk({ via: 'telepathy' }), 'line 3.via'],
    ['no evidence', hunk({ evidence: undefined }), 'line 3.evidence'],
    ['an actor that is text', hunk({ actor: 'x' }), 'line 3.actor'],
    ['an actor’s empty model', hunk({ actor: { model: '' } }), 'line 3.actor.model'],
    ['no lines', hunk({ lines: [] }), 'line 3.lines'],
    ['lines that are none', hunk({ lines: 'x' }), 'line 3.lines'],
    ['a hash of the wrong length', hunk({ lines: [['x', '', 1]] }), 'line 3.lines[0][0]'],
    ['a loose hash that is none', hunk({ lines: [[HASH, 5, 1]] }), 'line 3.lines[0][1]'],
    ['no counts', hunk({ lines: [[HASH, '']] }), 'line 3.lines[0][2]'],
    ['counts of no origin', hunk({ lines: [[HASH, '', { mixed: 1 }]] }), 'line 3.lines[0][2]."mixed"'],
    ['a negative count', hunk({ lines: [[HASH, '', { ai: -1 }]] }), 'line 3.lines[0][2].ai'],
    ['one number for a mixed line', hunk({ origin: 'mixed' }), 'line 3.lines[0][2]'],
    ['a fourth item', hunk({ lines: [[HASH, '', 1, 2]] }), 'line 3.lines[0]'],
    ['four lines of context', hunk({ before: [HASH, HASH, HASH, HASH] }), 'line 3.before'],
    ['an empty statement', hunk({ from: '' }), 'line 3.from'],
    ['an owner that is no text', text(HEADER, FILE, { ...REMOVED, whose: 1 }), 'line 3.whose'],
    ['context that is no hash', hunk({ after: [null] }), 'line 3.after[0]'],
  ];
  for (const [name, bytes, field] of cases) {
    it(name, () => {
      const read = parseRecord(bytes, '.countersign/v1/x.prov');
      assert.ok(!read.ok, 'it was read');
      const [problem] = read.problems;
      assert.equal(problem?.path, '.countersign/v1/x.prov');
      assert.equal(problem?.field, field);
      assert.match(problem?.message ?? '', /expected|may not/);
      assert.equal(problem?.code, field === 'line 1.v' ? 'record-version' : 'record-malformed');
    });
  }

  it('while one that is sound is read, with fields that a later version may add', () => {
    const read = parseRecord(
      text({ ...HEADER, later: 1 }, { ...FILE, later: 1 }, { ...HUNK, later: 1 }, { signature: {} }),
      'r',
    );
    assert.ok(read.ok);
    assert.deepEqual(read.value.files[0]?.hunks[0]?.lines, [{ exact: HASH, loose: HASH, counts: { ai: 7 } }]);
  });
});

describe('what is said of lines, and whose removed ones were', () => {
  const hunkOf = (line: object): unknown => {
    const read = parseRecord(text(HEADER, FILE, line), 'r');
    assert.ok(read.ok, JSON.stringify(read));
    const { from, whose } = read.value.files[0]?.hunks[0] ?? {};
    return { from, whose };
  };

  it('is read where this version knows the word, and passed over where it does not', () => {
    assert.deepEqual(hunkOf({ ...HUNK, from: 'own' }), { from: 'own', whose: undefined });
    assert.deepEqual(hunkOf({ ...HUNK, from: 'dream' }), { from: undefined, whose: undefined });
    assert.deepEqual(hunkOf({ ...REMOVED, whose: 'human' }), { from: undefined, whose: 'human' });
    assert.deepEqual(hunkOf({ ...REMOVED, whose: 'unknown' }), { from: undefined, whose: undefined });
    assert.deepEqual(hunkOf({ ...HUNK, whose: 'human' }), { from: undefined, whose: undefined });
  });
});

describe('a path that a record may not name', () => {
  const bad = [
    '',
    '/a',
    'a/',
    'a//b',
    '.',
    '..',
    'a/../b',
    './a',
    'a\\b',
    'c:a',
    'a\0b',
    'a\nb',
    '\x7f',
    'a.',
    'a ',
    'a /b',
    '.git/config',
    'a/.GIT/hooks',
    '.countersign/v1/provenance/aa/x.prov',
    'x'.repeat(4097),
  ];
  for (const path of bad) {
    it(JSON.stringify(path.slice(0, 40)), () => assert.equal(typeof pathFault(path), 'string'));
  }
  for (const path of [
    'a',
    '.gitattributes',
    'src/ä.js',
    '一/二',
    'a b',
    '-x',
    '.countersign/policy.jsonc',
    'git/x',
    '...a',
  ]) {
    it(`but it may name ${path}`, () => assert.equal(pathFault(path), undefined));
  }
});
