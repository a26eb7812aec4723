/** Windows against a plain reading of their definition: their bytes, their sizes, and whether they stand once. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { ObjectAnnotations, Subject, TextAnnotations } from '../../../src/core/model/span';
import { parseAllowedSigners } from '../../../src/core/signing/allowedSigners';
import { encodeRequest, parseRequestFile } from '../../../src/core/signing/request';
import { signerAt } from '../../../src/core/signing/signerAt';
import { checkObjectSubject, checkTextSubject, hashBudget, makeObjectSubject } from '../../../src/core/signing/span';
import { WHOLE_FILE_K, isWindowUnique, viewOf, windowBytes, windowSize } from '../../../src/core/signing/window';
import { storePath } from '../../../src/core/sidecar/paths';
import { lengthPrefixed, u32 } from '../../../src/core/text/bytes';
import { diffLines } from '../../../src/core/text/diff';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';
import { REPO, numbered, signOne, verdict } from './change';

interface Plain {
  readonly from: number;
  readonly run: readonly string[];
  readonly flags: number;
}

/** §3 of the specification, word by word. */
function plain(lines: readonly string[], start: number, count: number, k: number): Plain {
  if (k === WHOLE_FILE_K) return { from: 0, run: lines, flags: 6 };
  const from = Math.max(0, start - k);
  const run = lines.slice(from, start + count + k);
  const flags = (start < k ? 2 : 0) + (lines.length - start - count < k ? 4 : 0);
  return { from, run, flags };
}

function standsOnce(lines: readonly string[], { run, flags }: Plain): boolean {
  if (flags !== 0) return true;
  const places = lines.filter((_, at) => run.every((line, index) => lines[at + index] === line));
  return places.length === 1;
}

/** Every window of a text with these k, against the plain reading. */
function compareAll(lines: readonly string[], ks: readonly number[], counts: readonly number[]): void {
  const view = viewOf(lines);
  for (const k of ks)
    for (const count of counts)
      for (let start = 0; start + count <= lines.length; start++) {
        const expected = plain(lines, start, count, k);
        const told = `${start}+${count} k=${k} of ${lines.join('').replaceAll('\n', '')}`;
        assert.equal(isWindowUnique(view, start, count, k), standsOnce(lines, expected), told);
        const bytes =
          String.fromCharCode(expected.flags) +
          u32(k) +
          u32(start - expected.from) +
          u32(count) +
          expected.run.map((line) => lengthPrefixed(line)).join('');
        assert.equal(windowBytes(view, start, count, k), bytes, told);
        assert.equal(windowSize(view, start, count, k), bytes.length, told);
      }
}

describe('windows', () => {
  it('are what their definition says, in texts whose lines repeat', () => {
    const text = fc.array(fc.constantFrom('a\n', 'b\n', 'cc\n', '\n'), { maxLength: 28 });
    fc.assert(
      fc.property(text, (lines) => compareAll(lines, [3, 4, 5, WHOLE_FILE_K], [0, 1, 2])),
      { numRuns: 60 },
    );
  });

  it('are so in long texts too, where the questions add up', () => {
    const lines = Array.from({ length: 300 }, (_, index) => (index % 7 < 3 || index === 150 ? 'a\n' : 'b\n'));
    compareAll(lines, [3, 20], [1]);
    compareAll(
      Array.from({ length: 200 }, () => 'x\n'),
      [3, 64],
      [0, 5],
    );
  });

  it('of nothing are one byte and three numbers', () => {
    assert.equal(windowBytes(undefined, 0, 0, 3), `\x01${u32(3)}${u32(0)}${u32(0)}`);
    assert.equal(windowSize(undefined, 0, 0, 3), 13);
    assert.equal(isWindowUnique(undefined, 0, 0, 3), true);
  });

  it('with just k lines to an end of the file do not hold the end: a line may be added there', () => {
    const before = numbered('line', 20);
    for (const [line, more] of [
      [4, (text: string): string => `new\n${text}`],
      [17, (text: string): string => `${text}new\n`],
    ] as const) {
      const change = (text: string): string => text.replace(`line ${line}\n`, 'changed\n');
      const subject = signOne(before, change(before));
      assert.equal(verdict(subject, more(before), more(change(before))), 'covered');
      const nearer = line === 4 ? 3 : 18;
      const closer = (text: string): string => text.replace(`line ${nearer}\n`, 'changed\n');
      assert.equal(verdict(signOne(before, closer(before)), more(before), more(closer(before))), 'no-match-before');
    }
  });
});

describe('a subject that has moved', () => {
  it('is found at a block of its size before the whole file is searched', () => {
    const before = numbered('line', 4000);
    const after = before.replace('line 2000\n', 'two thousand\n');
    const subject = signOne(before, after);
    const moved = (text: string): string => `one\ntwo\n${text}`;
    for (const [from, to] of [
      [moved(before), moved(after)],
      [before, moved(after)],
      [moved(before), after],
    ] as const) {
      const [beforeLines, afterLines] = [rawLines(from), rawLines(to)];
      const hints = diffLines(beforeLines, afterLines);
      const file = { repo: REPO, oldMode: '100644', newMode: '100644', beforeLines, afterLines, hints } as const;
      assert.equal(checkTextSubject(nodeHash, subject, file, hashBudget(20_000)).covered, true);
    }
  });

  it('says on which side it was not found, or stood more than once', () => {
    const before = numbered('line', 30);
    const after = before.replace('line 15\n', 'fifteen\n');
    const subject = signOne(before, after);
    const check = (from: string, to: string): unknown => {
      const [beforeLines, afterLines] = [rawLines(from), rawLines(to)];
      const file = { repo: REPO, oldMode: '100644', newMode: '100644', beforeLines, afterLines, hints: [] } as const;
      return checkTextSubject(nodeHash, subject, file, hashBudget());
    };
    assert.deepEqual(check(after, after), { covered: false, code: 'no-match-before', side: 'before' });
    assert.deepEqual(check(before, before), { covered: false, code: 'no-match-after', side: 'after' });
    assert.deepEqual(check(before + before, after + before), { covered: false, code: 'ambiguous', side: 'before' });
    assert.deepEqual(check(before, after + after), { covered: false, code: 'ambiguous', side: 'after' });
  });
});

describe('an object subject', () => {
  const annotations: ObjectAnnotations = {
    object: 'rename',
    from: 'old',
    oldMode: '100644',
    newMode: '100755',
    oldId: '1'.repeat(40),
    newId: '2'.repeat(40),
  };
  const subject = makeObjectSubject(nodeHash, { repo: REPO, path: 'new', annotations });

  it('is about exactly what it says, and says so before anything is hashed', () => {
    const check = (signed: Subject, path: string, found: ObjectAnnotations): unknown =>
      checkObjectSubject(nodeHash, signed, { repo: REPO, path, annotations: found });
    assert.deepEqual(check(subject, 'new', annotations), { covered: true });
    const refused = { covered: false, code: 'annotations' };
    assert.deepEqual(check(subject, 'other', annotations), refused);
    const { from: _, ...withoutFrom } = annotations;
    for (const other of [
      { ...annotations, object: 'mode' as const },
      { ...annotations, from: 'older' },
      withoutFrom,
      { ...annotations, oldMode: '100755' },
      { ...annotations, newMode: '100644' },
      { ...annotations, oldId: '3'.repeat(40) },
      { ...annotations, newId: '3'.repeat(40) },
    ])
      assert.deepEqual(check(subject, 'new', other), refused);
    const text = signOne('a\n', 'b\n');
    assert.deepEqual(check({ ...text, name: 'new' }, 'new', annotations), refused);
    assert.deepEqual(check({ ...subject, digest: { sha256: '0'.repeat(64) } }, 'new', annotations), {
      covered: false,
      code: 'digest',
    });
  });
});

describe('a key', () => {
  const blob = Buffer.from(lengthPrefixed('ssh-ed25519') + lengthPrefixed('k'.repeat(32)), 'latin1').toString('base64');
  const at = (options: string, time: number): string => {
    const parsed = parseAllowedSigners(`ana ${options} ssh-ed25519 ${blob}\n`, 'f');
    if (!parsed.ok) return 'malformed';
    const question = { keyBlob: blob, principal: 'ana', namespace: 'n', time, userVerified: false };
    const found = signerAt({ signers: parsed.value, revoked: [] }, question);
    return found.found ? 'found' : found.code;
  };
  const noon = Date.UTC(2026, 10, 22, 12);

  it('is valid from the first second of its line to the last, both included', () => {
    const after = 'valid-after="20261122120000Z"';
    assert.deepEqual(
      [at(after, noon - 1), at(after, noon), at(after, noon + 999)],
      ['not-yet-valid', 'found', 'found'],
    );
    const before = 'valid-before="20261122120000Z"';
    assert.deepEqual(
      [at(before, noon - 1), at(before, noon), at(before, noon + 999), at(before, noon + 1000)],
      ['found', 'found', 'found', 'expired-key'],
    );
  });

  it('signs in the namespaces of its line only', () => {
    assert.deepEqual(
      [at('namespaces="n"', noon), at('namespaces="m,n"', noon), at('namespaces="m"', noon)],
      ['found', 'found', 'namespace'],
    );
  });
});

describe('a request’s file', () => {
  const marks: TextAnnotations['pre'] = { start: 1, count: 1, window: 'a'.repeat(64) };
  const bytes = encodeRequest({
    type: 'countersign/request',
    v: 1,
    repo: 'r',
    author: 'bo@example.com',
    to: ['ana'],
    note: '',
    observed: { base: 'b'.repeat(40), head: 'c'.repeat(40) },
    subject: [{ name: 'a', digest: { sha256: 'a'.repeat(64) }, annotations: { k: 3, pre: marks, post: marks } }],
  });
  const read = (content: string, path = storePath('request', nodeHash.sha256(content))): unknown => {
    const parsed = parseRequestFile(content, path, nodeHash);
    return parsed.ok
      ? 'ok'
      : parsed.problems.map(({ code, path: where, field }) => [code, where === path, field].join(' '));
  };

  it('names each fault by its code, its file and its field', () => {
    assert.equal(read(bytes), 'ok');
    assert.deepEqual(read(bytes, storePath('request', '0'.repeat(64))), ['request-name true ']);
    assert.deepEqual(read(bytes, storePath('signoff', nodeHash.sha256(bytes))), ['request-name true ']);
    assert.deepEqual(read(bytes.slice(0, -1)), ['request-malformed true ']);
    assert.deepEqual(read(`${bytes}\n`), ['request-malformed true ']);
    assert.deepEqual(read('x'.repeat(262_145)), ['request-malformed true ']);
    assert.deepEqual(read(bytes.replace('"v":1', '"v":2')), ['request-malformed true v']);
    assert.deepEqual(read(bytes.replace('"name":"a"', '"name":""')), ['request-malformed true subject[0].name']);
    assert.deepEqual(read(bytes.replace('"to":["ana"]', '"to":["ana",""]')), ['request-malformed true to[1]']);
  });
});
