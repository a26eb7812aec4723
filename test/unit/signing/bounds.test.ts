/** Every bound of what is signed, from both sides: the last value that is taken and the first that is not. */
import assert from 'node:assert/strict';
import type { Result } from '../../../src/core/model/problem';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { decodeBase64 } from '../../../src/core/signing/base64';
import { canonicalBytes, parseCanonical } from '../../../src/core/signing/canonical';
import { parseEnvelope } from '../../../src/core/signing/dsse';
import {
  fieldFaults,
  join,
  readInteger,
  readList,
  readMatching,
  readObject,
  readText,
  readWord,
} from '../../../src/core/signing/fields';
import { encodeRequest, parseRequestFile } from '../../../src/core/signing/request';
import { WireReader, parseSshKey, printable } from '../../../src/core/signing/sshWire';
import { parseStatement } from '../../../src/core/signing/statement';
import { compareSubjects, portionSubjects, sortSubjects } from '../../../src/core/signing/subjects';
import { parseCompactUtc, parseUtc } from '../../../src/core/signing/utcTime';
import type { ReviewRequest } from '../../../src/core/model/signoff';
import type { Subject } from '../../../src/core/model/span';
import { storePath } from '../../../src/core/sidecar/paths';
import { lengthPrefixed, u32 } from '../../../src/core/text/bytes';
import { nodeHash } from '../../../src/node/hash';

type Tree = Record<string, unknown>;

const digest = 'a'.repeat(64);
const id = 'b'.repeat(40);
const mark = (start: number, count: number): Tree => ({ start, count, window: digest });
const textSubject = (name: string, sha256 = digest): Tree => ({
  name,
  digest: { sha256 },
  annotations: { k: 3, pre: mark(1, 1), post: mark(1, 1) },
});
const objectSubject = (more: Tree = {}): Tree => ({
  name: 'a',
  digest: { sha256: digest },
  annotations: { object: 'content', oldMode: '100644', newMode: '100644', oldId: id, newId: id, ...more },
});

function statement(): Tree {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    predicateType: 'https://countersign.dev/signoff/v1',
    subject: [textSubject('a')],
    predicate: {
      decision: 'approve',
      repo: 'r',
      targetRefs: ['main'],
      policy: { version: 1, sha256: digest },
      reviewer: { principal: 'ana@example.com', keyid: `SHA256:${'A'.repeat(43)}` },
      binding: 'window',
      observed: { base: id, head: id },
      viewed: { total: 2, expanded: 1 },
      note: '',
      reviewedAt: '2026-11-20T00:00:00Z',
      expiresAt: '2026-11-20T00:00:01Z',
    },
  };
}

function request(): Tree {
  return {
    type: 'countersign/request',
    v: 1,
    repo: 'r',
    author: 'bo@example.com',
    to: [],
    note: '',
    observed: { base: id, head: id },
    subject: [textSubject('a')],
  };
}

/** The tree with one field set; undefined takes it away. */
function withField(tree: Tree, path: string, value: unknown): Tree {
  const copy = structuredClone(tree);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at: Tree = copy;
  for (const key of keys) at = at[key] as Tree;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

function faultOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.problems.map(({ field }) => field).join(' ');
}

function read(path: string, value: unknown): string {
  return faultOf(parseStatement(canonicalBytes(withField(statement(), path, value)), 'f'));
}

function readRequest(path: string, value: unknown): string {
  const bytes = encodeRequest(withField(request(), path, value) as unknown as ReviewRequest);
  return faultOf(parseRequestFile(bytes, storePath('request', nodeHash.sha256(bytes)), nodeHash));
}

const long = (count: number): string => 'x'.repeat(count);
const many = (count: number): string[] => Array.from({ length: count }, () => 'main');
const manySubjects = (count: number): Tree[] =>
  Array.from({ length: count }, (_, index) => textSubject(`f${String(index).padStart(4, '0')}`));

describe('a statement takes', () => {
  const fields: readonly [path: string, taken: readonly unknown[], refused: readonly unknown[]][] = [
    ['_type', [], ['https://in-toto.io/Statement/v0', 1]],
    ['predicateType', [], ['https://countersign.dev/signoff/v2']],
    ['predicate.decision', ['approve', 'reject'], ['Approve', '', 1, 'withdraw']],
    ['predicate.repo', ['r', long(128)], ['', long(129), 1, 'a\nb', 'a\u007fb', 'a\tb']],
    ['predicate.targetRefs', [['m'], many(64)], [[], many(65), 'main', [''], [long(257)], [1]]],
    ['predicate.targetRefs.0', [long(256)], []],
    ['predicate.policy.version', [1, 1_000_000], [0, 1_000_001, 1.5, '1']],
    [
      'predicate.policy.sha256',
      [digest],
      ['a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64), ` ${digest}`],
    ],
    [
      'predicate.reviewer.principal',
      ['a', 'ana@example.com', `a${long(319)}`, "a'b-c"],
      ['', `a${long(320)}`, '-ana', 'a b', 'a,b', 'a*', 'a?', '!a', 'a!', 'a"', 'a\n', ' a'],
    ],
    [
      'predicate.reviewer.keyid',
      [`SHA256:${'+/09azAZ'.repeat(5)}abc`],
      [
        `SHA256:${'A'.repeat(42)}`,
        `SHA256:${'A'.repeat(44)}`,
        `sha256:${'A'.repeat(43)}`,
        `SHA256:${'-'.repeat(43)}`,
        `xSHA256:${'A'.repeat(43)}`,
      ],
    ],
    ['predicate.binding', ['window', 'file', 'tree'], ['line', '']],
    [
      'predicate.observed.base',
      ['0'.repeat(40), 'f'.repeat(64)],
      ['f'.repeat(39), 'f'.repeat(41), 'f'.repeat(63), 'f'.repeat(65), 'F'.repeat(40)],
    ],
    ['predicate.observed.head', ['0'.repeat(40), 'f'.repeat(64)], [`x${id}`, `${id}x`, 'main']],
    ['predicate.request', [digest], ['', 'a'.repeat(63), null]],
    ['predicate.viewed.total', [1, 1_000_000], [0, 1_000_001, -1]],
    ['predicate.viewed.expanded', [0, 2], [3, -1, 0.5]],
    ['predicate.note', [long(4000), 'a\n\tb'], [long(4001), 'a\rb', 'a\u0000b', 'a\u000bb', 'a\u007fb', 1]],
    ['predicate.reviewedAt', ['2026-11-20T00:00:00.999Z'], ['2026-11-20T00:00:01Z', '2026-11-20', '', 1]],
    [
      'predicate.expiresAt',
      ['2026-11-20T00:00:00.001Z'],
      ['2026-11-20T00:00:00Z', '2026-11-20T00:00:01', '2026-13-01T00:00:00Z'],
    ],
    ['predicate.more', [], ['x', {}]],
    ['subject', [manySubjects(1), manySubjects(200)], [[], manySubjects(201), {}]],
    ['subject.0.name', ['a', long(4096)], ['', long(4097), '/a', 'a/../b', 'a\\b', '.git/x', 'a ']],
    ['subject.0.digest.sha256', [digest], ['a'.repeat(63), 'A'.repeat(64)]],
    ['subject.0.annotations.k', [3, 64, 4294967295], [2, 65, 4294967294, 4294967296, 3.5, '3']],
    ['subject.0.annotations.pre.start', [0, 4294967294], [-1, 4294967295, 0.5]],
    ['subject.0.annotations.post.count', [0, 4294967294], [-1, 4294967295]],
    ['subject.0.annotations.pre.window', [digest], ['a'.repeat(63)]],
    ['subject.0.annotations.post', [], [null, [], 'x', {}]],
  ];
  for (const [path, taken, refused] of fields) {
    it(`${path} within its bounds, and names it when it is not`, () => {
      for (const value of taken) assert.equal(read(path, value), 'ok', JSON.stringify(value)?.slice(0, 80));
      const field = `payload.${path.replace(/\.(\d+)/g, '[$1]')}`;
      for (const value of refused.filter((each) => each !== undefined)) {
        const found = read(path, value);
        assert.notEqual(found, 'ok', `${path} ${JSON.stringify(value).slice(0, 80)}`);
        const near =
          field === 'payload.predicate.reviewedAt' ? 'payload.predicate.' : field.replace(/\.decision$|\.total$/, '');
        assert.ok(found.startsWith(near) || found.includes(near), `${found} for ${field}`);
      }
    });
  }

  it('every field once, and no field less', () => {
    assert.equal(read('predicate.note', ''), 'ok');
    for (const path of fields.map(([name]) => name)) {
      if (/request$|more$|\.0$/.test(path)) continue;
      assert.notEqual(read(path, undefined), 'ok', path);
    }
  });

  it('a withdrawal that names what it takes back, and of no other decision', () => {
    const withdrawal = (decision: string, withdraws: unknown): string =>
      faultOf(
        parseStatement(
          canonicalBytes(
            withField(withField(statement(), 'predicate.decision', decision), 'predicate.withdraws', withdraws),
          ),
          'f',
        ),
      );
    assert.equal(withdrawal('withdraw', digest), 'ok');
    assert.equal(withdrawal('withdraw', undefined), 'payload.predicate.withdraws');
    assert.equal(withdrawal('approve', digest), 'payload.predicate.withdraws');
    assert.equal(withdrawal('reject', digest), 'payload.predicate.withdraws');
    assert.equal(withdrawal('withdraw', 'x'), 'payload.predicate.withdraws');
  });

  it('objects with every mode of git, and a rename with its old path, and no other with one', () => {
    const as = (more: Tree): string => read('subject', [objectSubject(more)]);
    for (const mode of ['000000', '100644', '100755', '120000', '160000']) {
      assert.equal(as({ oldMode: mode }), 'ok');
      assert.equal(as({ newMode: mode }), 'ok');
    }
    for (const mode of ['040000', '100600', '1100644', '', 1]) {
      assert.equal(as({ oldMode: mode }), 'payload.subject[0].annotations.oldMode');
      assert.equal(as({ newMode: mode }), 'payload.subject[0].annotations.newMode');
    }
    for (const bad of ['x', 'a'.repeat(41)]) {
      assert.equal(as({ oldId: bad }), 'payload.subject[0].annotations.oldId');
      assert.equal(as({ newId: bad }), 'payload.subject[0].annotations.newId');
    }
    for (const object of ['content', 'mode', 'delete']) {
      assert.equal(as({ object }), 'ok');
      assert.equal(as({ object, from: 'b' }), 'payload.subject[0].annotations.from');
    }
    assert.equal(as({ object: 'rename', from: 'b' }), 'ok');
    assert.equal(as({ object: 'rename' }), 'payload.subject[0].annotations.from');
    assert.equal(as({ object: 'rename', from: '../b' }), 'payload.subject[0].annotations.from');
    assert.equal(as({ object: 'copy' }), 'payload.subject[0].annotations.object');
    assert.equal(as({ more: 1 }), 'payload.subject[0].annotations.more');
  });

  it('subjects in their order, each once', () => {
    const of = (...list: readonly Tree[]): string => read('subject', list);
    const [low, high] = ['a'.repeat(64), 'b'.repeat(64)];
    assert.equal(of(textSubject('a', low), textSubject('a', high), textSubject('b', low)), 'ok');
    assert.equal(of(textSubject('a', high), textSubject('a', low)), 'payload.subject[1]');
    assert.equal(of(textSubject('b'), textSubject('a')), 'payload.subject[1]');
    assert.equal(of(textSubject('a'), textSubject('a')), 'payload.subject[1]');
    assert.equal(of(textSubject('a'), textSubject('c'), textSubject('b')), 'payload.subject[2]');
  });
});

describe('a request takes', () => {
  const fields: readonly [path: string, taken: readonly unknown[], refused: readonly unknown[]][] = [
    ['type', [], ['countersign/other']],
    ['v', [1], [0, 2, '1']],
    ['repo', [long(128)], ['', long(129)]],
    ['author', [long(320)], ['', long(321), 'a\nb']],
    [
      'to',
      [Array.from({ length: 64 }, () => 'ana'), [long(320)]],
      [Array.from({ length: 65 }, () => 'ana'), [''], [long(321)]],
    ],
    ['note', [long(4000), 'a\nb'], [long(4001), 'a\rb']],
    ['observed.base', ['f'.repeat(64)], ['main']],
    ['more', [], [1]],
  ];
  for (const [path, taken, refused] of fields) {
    it(`${path} within its bounds`, () => {
      for (const value of taken) assert.equal(readRequest(path, value), 'ok');
      for (const value of refused)
        assert.ok(readRequest(path, value).startsWith(path), JSON.stringify(value).slice(0, 60));
    });
  }
});

describe('lists of subjects', () => {
  const subject = (name: string, sha256 = digest): Subject => textSubject(name, sha256) as unknown as Subject;

  it('are compared by name, then digest', () => {
    const [low, high] = ['a'.repeat(64), 'b'.repeat(64)];
    assert.deepEqual(
      [
        compareSubjects(subject('a'), subject('b')),
        compareSubjects(subject('b'), subject('a')),
        compareSubjects(subject('a', low), subject('a', high)),
        compareSubjects(subject('a', high), subject('a', low)),
        compareSubjects(subject('a'), subject('a')),
        compareSubjects(subject('b', low), subject('a', high)),
      ],
      [-1, 1, -1, 1, 0, 1],
    );
  });

  it('are sorted into a new list, without repetitions', () => {
    const given = [subject('b'), subject('a'), subject('b'), subject('a', 'b'.repeat(64))];
    const sorted = sortSubjects(given);
    assert.deepEqual(
      sorted.map(({ name }) => name),
      ['a', 'a', 'b'],
    );
    assert.deepEqual(
      given.map(({ name }) => name),
      ['b', 'a', 'b', 'a'],
    );
  });

  it('are portioned by number, and by bytes so that each file stays below 256 KiB', () => {
    const some = (count: number, width = 4): Subject[] =>
      Array.from({ length: count }, (_, index) => subject(String(index).padStart(width, '0')));
    assert.deepEqual(portionSubjects([]), []);
    assert.deepEqual(
      portionSubjects(some(200)).map((each) => each.length),
      [200],
    );
    assert.deepEqual(
      portionSubjects(some(401)).map((each) => each.length),
      [200, 200, 1],
    );
    const size = canonicalBytes(some(1, 4000)[0]).length + 1;
    const fit = Math.floor((160 * 1024) / size);
    assert.deepEqual(
      portionSubjects(some(2 * fit + 1, 4000)).map((each) => each.length),
      [fit, fit, 1],
    );
  });
});

describe('reading fields', () => {
  const told = (work: (faults: ReturnType<typeof fieldFaults>) => unknown): [unknown, ...string[]] => {
    const faults = fieldFaults('c', 'p');
    const value = work(faults);
    return [value, ...faults.problems.map(({ code, path, field, message }) => `${code} ${path} ${field}: ${message}`)];
  };

  it('says what was expected, what was found, and where', () => {
    assert.deepEqual(
      told((f) => readObject(f, null, 'x', [])),
      [{}, 'c p x: expected an object, found null'],
    );
    assert.deepEqual(
      told((f) => readObject(f, [], 'x', [])),
      [{}, 'c p x: expected an object, found a list'],
    );
    assert.deepEqual(
      told((f) => readObject(f, 'y', 'x', [])),
      [{}, 'c p x: expected an object, found a string'],
    );
    assert.deepEqual(
      told((f) => readObject(f, undefined, 'x', [])),
      [{}, 'c p x: expected an object, found nothing'],
    );
    assert.deepEqual(
      told((f) => readObject(f, { b: 1, c: 2 }, '', ['a', 'b'], ['c', 'd'])),
      [{ b: 1, c: 2 }, 'c p a: this field is missing'],
    );
    const unknown = 'this field is not known to this version; update Countersign if the file is newer';
    assert.deepEqual(
      told((f) => readObject(f, { e: 1 }, 'x', [], ['c'])),
      [{ e: 1 }, `c p x.e: ${unknown}`],
    );
    assert.deepEqual(told((f) => readObject(f, { [long(70)]: 1 }, 'x', [])).slice(1), [
      `c p x.${long(64)}: ${unknown}`,
    ]);
    // A name that every object inherits is no field of this one.
    assert.deepEqual(told((f) => readObject(f, {}, 'x', ['toString'])).slice(1), [
      'c p x.toString: this field is missing',
    ]);
    assert.deepEqual(
      told((f) => readList(f, {}, 'x', 0, 1)),
      [[], 'c p x: expected a list, found a object'],
    );
    assert.deepEqual(
      told((f) => readList(f, [1, 2], 'x', 0, 1)),
      [[], 'c p x: expected 0 to 1 items, found 2'],
    );
    assert.deepEqual(
      told((f) => readList(f, [], 'x', 1, 2)),
      [[], 'c p x: expected 1 to 2 items, found 0'],
    );
    assert.deepEqual(
      told((f) => readList(f, undefined, 'x', 1, 2)),
      [[]],
    );
    assert.deepEqual(
      told((f) => readText(f, 3, 'x', { least: 0, most: 9 })),
      ['', 'c p x: expected a string, found a number'],
    );
    assert.deepEqual(
      told((f) => readText(f, 'abc', 'x', { least: 0, most: 2 })),
      ['abc', 'c p x: expected 0 to 2 characters, found 3'],
    );
    assert.deepEqual(
      told((f) => readText(f, undefined, 'x', { least: 1, most: 2 })),
      [''],
    );
    assert.deepEqual(
      told((f) => readMatching(f, 'abc', 'x', /^b/, 'a b')),
      ['', 'c p x: expected a b, found "abc"'],
    );
    assert.deepEqual(
      told((f) => readMatching(f, undefined, 'x', /^b/, 'a b')),
      [''],
    );
    const cut = `"${long(80)}…"`;
    assert.deepEqual(
      told((f) => readMatching(f, long(81), 'x', /^b/, 'a b')),
      ['', `c p x: expected a b, found ${cut}`],
    );
    assert.deepEqual(
      told((f) => readMatching(f, long(80), 'x', /^b/, 'a b')),
      ['', `c p x: expected a b, found "${long(80)}"`],
    );
    assert.deepEqual(told((f) => readMatching(f, `b${long(8191)}`, 'x', /^b/, 'a b')).length, 1);
    assert.deepEqual(told((f) => readMatching(f, `b${long(8192)}`, 'x', /^b/, 'a b')).length, 2);
    assert.deepEqual(
      told((f) => readWord(f, 'z', 'x', ['a', 'b'])),
      ['a', 'c p x: expected a, b; found "z"'],
    );
    assert.deepEqual(
      told((f) => readWord(f, 7, 'x', ['a', 'b'])),
      ['a', 'c p x: expected a, b; found 7'],
    );
    assert.deepEqual(
      told((f) => readWord(f, undefined, 'x', ['a', 'b'])),
      ['a'],
    );
    assert.deepEqual(
      told((f) => readInteger(f, 'z', 'x', 1, 2)),
      [1, 'c p x: expected a whole number from 1 to 2, found "z"'],
    );
    assert.deepEqual(
      told((f) => readInteger(f, true, 'x', 1, 2)),
      [1, 'c p x: expected a whole number from 1 to 2, found a boolean'],
    );
    assert.deepEqual(
      told((f) => readInteger(f, undefined, 'x', 1, 2)),
      [1],
    );
    assert.deepEqual([join('', 'a'), join('x', 'a')], ['a', 'x.a']);
  });

  it('stops at 20 faults', () => {
    const faults = fieldFaults('c', 'p');
    for (let i = 0; i < 30; i++) faults.add(String(i), '');
    assert.equal(faults.problems.length, 20);
  });
});

describe('canonical JSON', () => {
  it('is bounded at 256 KiB and 16 levels, and says which bound', () => {
    const message = (bytes: string): string => {
      const result = parseCanonical(bytes);
      return result.ok ? 'ok' : (result.problems[0]?.message ?? '');
    };
    assert.equal(message(`"${long(262_142)}"`), 'ok');
    assert.match(message(`"${long(262_143)}"`), /expected at most 262144 bytes, found 262145/);
    assert.match(message('['.repeat(17) + ']'.repeat(17)), /at most 16 levels/);
    assert.match(message('{'), /can not be parsed/);
    assert.match(message('{"a":{"__proto__":1}}'), /__proto__/);
    assert.match(message('"\\ud800"'), /lone surrogate/);
    assert.match(message('{"b":1,"a":1}'), /sorted keys/);
    assert.deepEqual(parseCanonical('{'), {
      ok: false,
      problems: [
        {
          code: 'json-malformed',
          path: '',
          field: '',
          message: 'expected JSON; the text can not be parsed. Was the file cut off or edited?',
        },
      ],
    });
  });
});

describe('base64', () => {
  it('has one text for one sequence of bytes', () => {
    for (const good of ['', 'QQ==', 'QUI=', 'QUJD', '+/+/']) assert.notEqual(decodeBase64(good), undefined, good);
    for (const bad of [
      'Q',
      'QQ',
      'QQ=',
      'QR==',
      'QUJ=',
      'Q=Q=',
      'QQ==QQ==',
      'QUJD\n',
      ' QUJD',
      'QUJ-',
      'Q===',
      '====',
      'xQQ==',
      'QUJDé',
    ])
      assert.equal(decodeBase64(bad), undefined, bad);
    assert.equal(decodeBase64('QUJD'), 'ABC');
  });
});

describe('an envelope', () => {
  const good = { payload: 'QUJD', payloadType: 't', signatures: [{ keyid: 'k', sig: 'QUJD' }] };
  const envelope = (value: unknown): string => faultOf(parseEnvelope(`${canonicalBytes(value)}\n`, 'f'));

  it('has exactly one signature, no other fields, and bounded names', () => {
    assert.equal(envelope(good), 'ok');
    assert.equal(envelope({ ...good, payloadType: long(128), signatures: [{ keyid: long(128), sig: '' }] }), 'ok');
    assert.equal(envelope({ ...good, payloadType: long(129) }), 'payloadType');
    assert.equal(envelope({ ...good, payloadType: '' }), 'payloadType');
    assert.equal(envelope({ ...good, signatures: [{ keyid: long(129), sig: '' }] }), 'signatures[0].keyid');
    assert.equal(envelope({ ...good, signatures: [{ keyid: '', sig: '' }] }), 'signatures[0].keyid');
    assert.equal(envelope({ ...good, signatures: [{ keyid: 'k', sig: 'Q' }] }), 'signatures[0].sig');
    assert.equal(envelope({ ...good, signatures: [{ keyid: 'k' }] }), 'signatures[0].sig');
    assert.equal(envelope({ ...good, payload: 1 }), 'payload');
    assert.equal(envelope({ ...good, signatures: [] }), 'signatures');
    assert.equal(envelope({ ...good, signatures: [...good.signatures, ...good.signatures] }), 'signatures');
    assert.equal(envelope({ ...good, more: 1 }), 'more');
    assert.equal(envelope([]).split(' ')[0], '');
  });

  it('ends in one line feed, within 256 KiB', () => {
    const text = canonicalBytes(good);
    const message = (bytes: string): string => {
      const result = parseEnvelope(bytes, 'f');
      return result.ok ? 'ok' : (result.problems[0]?.message ?? '');
    };
    assert.match(message(text), /ends in a line feed/);
    assert.notEqual(message(`${text}\n\n`), 'ok');
    const filled = (bytes: number): string => {
      const empty = `${canonicalBytes({ ...good, payload: '' })}\n`;
      return `${canonicalBytes({ ...good, payload: 'QUJD'.repeat(Math.floor((bytes - empty.length) / 4)) })}\n`;
    };
    assert.equal(message(filled(262_144)), 'ok');
    assert.match(message(filled(262_149)), /expected at most 262144 bytes/);
  });
});

describe('SSH wire values', () => {
  it('are read one after the other, and a fault is one for ever', () => {
    const reader = new WireReader(
      `\x07${u32(258)}${u32(1)}${u32(2)}${lengthPrefixed('abc')}${lengthPrefixed('\0\0\x7f')}`,
    );
    assert.deepEqual(
      [reader.u8(), reader.u32(), reader.u64(), reader.string(), reader.at],
      [7, 258, 2 ** 32 + 2, 'abc', 20],
    );
    assert.equal(reader.complete(), false);
    assert.equal(reader.positive(), '\x7f');
    assert.equal(reader.complete(), true);
    assert.deepEqual([reader.u8(), reader.failed, reader.complete()], [0, true, false]);
    assert.deepEqual([reader.take(0), reader.string(), reader.u32()], ['', '', 0]);
    const short = new WireReader(`${u32(4)}abc`);
    assert.deepEqual([short.string(), short.failed], ['', true]);
    assert.deepEqual([new WireReader('').u8(), new WireReader('\xff\xff\xff\xff').u32()], [0, 4294967295]);
  });

  it('hold positive numbers of at most 16384 bits', () => {
    const positive = (bytes: string): [string, boolean] => {
      const reader = new WireReader(lengthPrefixed(bytes));
      return [reader.positive(), reader.failed];
    };
    assert.deepEqual(positive('\x7f'), ['\x7f', false]);
    assert.equal(positive('\x80')[1], true);
    assert.deepEqual(positive('\0\x80'), ['\x80', false]);
    assert.equal(positive(`\0${'\x01'.repeat(2048)}`)[1], false);
    assert.equal(positive(`\0${'\x01'.repeat(2049)}`)[1], true);
  });

  it('are shown printable and cut', () => {
    assert.equal(printable('a\n\x1b~ \x7f'), '"a??~ ?"');
    assert.equal(printable(long(65)), `"${long(64)}"`);
  });
});

describe('a public key', () => {
  const said = (blob: string): string => {
    const key = parseSshKey(blob);
    return typeof key === 'string' ? key : `${key.type} ${key.kind}`;
  };
  const rsa = (exponent: string, modulus: string, rest = ''): string =>
    said(lengthPrefixed('ssh-rsa') + lengthPrefixed(exponent) + lengthPrefixed(modulus) + rest);
  const modulus = (bytes: number, first = '\x80'): string => `\0${first}${'\x01'.repeat(bytes - 1)}`;

  it('of RSA has 3072 to 16384 bits and a sound exponent', () => {
    const e = '\x01\0\x01';
    assert.equal(rsa(e, modulus(384)), 'ssh-rsa rsa');
    assert.equal(rsa(e, modulus(384, '\x7f')), 'RSA keys need 3072 to 16384 bits, this one has 3071');
    assert.equal(rsa(e, modulus(2048)), 'ssh-rsa rsa');
    assert.equal(rsa(e, modulus(2049)), 'RSA keys need 3072 to 16384 bits, this one has 16392');
    assert.equal(rsa(e, ''), 'RSA keys need 3072 to 16384 bits, this one has 0');
    assert.equal(rsa('\x03', modulus(384)), 'ssh-rsa rsa');
    assert.equal(rsa(`\x01${'\0'.repeat(6)}\x01`, modulus(384)), 'ssh-rsa rsa');
    for (const bad of ['\x01', '\x02', '', `\x01${'\0'.repeat(7)}\x01`])
      assert.equal(rsa(bad, modulus(384)), 'the exponent of the RSA key is not acceptable');
    assert.equal(rsa(e, modulus(384), 'x'), 'the ssh-rsa key is cut off or has bytes after its end');
  });

  it('of Ed25519 has 32 bytes, and that of a hardware key its application', () => {
    const ed = (type: string, bytes: number, rest = ''): string =>
      said(lengthPrefixed(type) + lengthPrefixed(long(bytes)) + rest);
    assert.equal(ed('ssh-ed25519', 32), 'ssh-ed25519 ed25519');
    for (const bytes of [31, 33]) assert.equal(ed('ssh-ed25519', bytes), 'an Ed25519 key has 32 bytes');
    assert.equal(ed('sk-ssh-ed25519@openssh.com', 32, lengthPrefixed('ssh:')), 'sk-ssh-ed25519@openssh.com ed25519');
    assert.match(ed('sk-ssh-ed25519@openssh.com', 32), /cut off/);
    assert.match(ed('ssh-ed25519', 32, lengthPrefixed('ssh:')), /bytes after its end/);
  });

  it('on a curve is an uncompressed point of that curve', () => {
    const point = (type: string, curve: string, bytes: number, first = '\x04', rest = ''): string =>
      said(lengthPrefixed(type) + lengthPrefixed(curve) + lengthPrefixed(first + long(bytes - 1)) + rest);
    for (const [curve, bytes] of [
      ['nistp256', 65],
      ['nistp384', 97],
      ['nistp521', 133],
    ] as const) {
      const type = `ecdsa-sha2-${curve}`;
      assert.equal(point(type, curve, bytes), `${type} ecdsa`);
      for (const bad of [bytes - 1, bytes + 1]) assert.match(point(type, curve, bad), /holds no uncompressed point/);
      assert.match(point(type, curve, bytes, '\x02'), /holds no uncompressed point/);
    }
    assert.match(point('ecdsa-sha2-nistp256', 'nistp384', 97), /holds no uncompressed point/);
    assert.match(point('ecdsa-sha2-nistp256', '', 65), /holds no uncompressed point/);
    const hardware = 'sk-ecdsa-sha2-nistp256@openssh.com';
    assert.equal(point(hardware, 'nistp256', 65, '\x04', lengthPrefixed('ssh:')), `${hardware} ecdsa`);
  });

  it('of another type, or larger than 4096 bytes, is refused', () => {
    assert.equal(said(lengthPrefixed('ssh-dss')), 'keys of type "ssh-dss" are not supported');
    assert.equal(said('x'.repeat(4097)), 'the key is larger than 4096 bytes');
    assert.notEqual(said('x'.repeat(4096)), 'the key is larger than 4096 bytes');
  });
});

describe('a moment', () => {
  it('exists or does not, to the millisecond', () => {
    const utc = (text: string): string => {
      const moment = parseUtc(text);
      return moment === undefined ? 'none' : new Date(moment).toISOString();
    };
    for (const text of [
      '1970-01-01T00:00:00.000Z',
      '2000-02-29T23:59:59.999Z',
      '2024-02-29T00:00:00.001Z',
      '9999-12-31T23:59:59.999Z',
    ])
      assert.equal(utc(text), text);
    for (const text of [
      '1969-12-31T23:59:59Z',
      '1900-02-29T00:00:00Z',
      '2100-02-29T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-04-00T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:60:00Z',
      '2026-01-01T00:00:60Z',
      '2026-01-01T00:00:00',
      '2026-01-01T00:00:00.1Z',
      ' 2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00Zx',
      '2026-01-01 00:00:00Z',
    ])
      assert.equal(utc(text), 'none', text);
    const at = Date.UTC(2026, 10, 20);
    assert.deepEqual(
      [
        '20261120',
        '20261120Z',
        '202611200130',
        '20261120013002Z',
        '2026112001',
        '20261120013',
        'x20261120',
        '20261120x',
      ].map(parseCompactUtc),
      [at, at, at + 5_400_000, at + 5_402_000, undefined, undefined, undefined, undefined],
    );
  });
});

describe('allowed_signers', () => {
  const key = `ssh-ed25519 ${Buffer.from(lengthPrefixed('ssh-ed25519') + long(0) + lengthPrefixed(long(32)), 'latin1').toString('base64')}`;
  const said = (text: string): string => {
    const parsed = parseAllowedSigners(text, 'f');
    return parsed.ok
      ? `${parsed.value.length}`
      : parsed.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  };

  it('is bounded at 1 MiB, names of 320 characters and 20 faults', () => {
    assert.equal(said(`#${long(1024 * 1024 - 1)}`), '0');
    assert.match(said(`#${long(1024 * 1024)}`), /expected at most 1048576 characters/);
    assert.equal(said(`${long(320)} ${key}`), '1');
    assert.match(said(`${long(321)} ${key}`), /^line 1: a principal is longer than 320 characters$/);
    assert.equal(said('x\n'.repeat(30)).split('; ').length, 20);
    assert.match(said(`ana ${key}\n\n# a comment\n\nbad`), /^line 5: expected principals/);
  });

  it('takes options in any form of OpenSSH’s, once each', () => {
    for (const options of [
      '',
      'namespaces="a,b" ',
      'NAMESPACES="a",Valid-After="20260101" ',
      'valid-before="20260101Z" ',
      'cert-authority ',
    ])
      assert.equal(said(`ana ${options}${key}`), '1', options);
    for (const [options, message] of [
      ['namespaces="a",namespaces="b"', 'the option namespaces is given twice'],
      ['namespaces', 'needs a value'],
      ['namespaces=""', 'exact namespaces'],
      ['namespaces="a*"', 'exact namespaces'],
      [`namespaces="${long(256)}"`, 'exact namespaces'],
      ['namespaces="a b"', 'exact namespaces'],
      ['cert-authority="x"', 'has no value'],
      ['valid-after="2026"', 'needs a time'],
      ['valid-after="19700101"', 'needs a time'],
      ['valid-after="20260101",valid-before="20260101"', 'later than valid-after'],
      ['no-touch-required', 'is not known'],
      ['namespaces="a"x', 'expected options'],
      ['namespaces="a",', 'expected options'],
      [',namespaces="a"', 'expected options'],
      ['namespaces="a', 'not closed'],
    ] as const)
      assert.ok(said(`ana ${options} ${key}`).includes(message), `${options}: ${said(`ana ${options} ${key}`)}`);
    assert.equal(said(`ana namespaces="${long(255)}" ${key}`), '1');
    assert.equal(said(`ana valid-after="20260101",valid-before="20260102" ${key}`), '1');
  });

  it('refuses principals that nobody could tell from others', () => {
    for (const bad of ['', ',a', 'a,', 'a*', 'a?', '!a', 'a"b', "a'b", 'a\\b', 'a\u200bb', 'a\ufffdb', '-a'])
      assert.match(said(`${bad} ${key}`), /^line 1: /, bad);
    assert.equal(said(`a,b-c,d@e ${key}`), '1');
  });
});
