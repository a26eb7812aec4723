import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { liveFile } from '../../../src/core/tracking/claims';
import { nodeHash } from '../../../src/node/hash';
import { contentDigest, hashLine, textDigest } from '../../../src/core/sidecar/lineHash';
import { utf8 } from '../../../src/core/text/bytes';
import { contentLines } from '../../../src/core/text/lines';
import { AI, H, Session, U } from './session';

const exact = (line: string): string => hashLine(nodeHash, utf8(line)).exact;

describe('claims of a document', () => {
  it('are hunks of adjacent lines with one origin, with hashes over UTF-8 and context', () => {
    const s = new Session('one\ntwo\nthree\nfour\n').after(AI, 'four\n', 'a = "é"\n  b\n').append(H, 'c\n');
    const file = liveFile(s.tracker, 'src/a.ts', nodeHash);
    assert.equal(file.path, 'src/a.ts');
    assert.equal(file.digest, contentDigest(nodeHash, contentLines(utf8(s.text))));
    assert.deepEqual(file.hunks, [
      {
        side: 'added',
        start: 4,
        lines: [
          { ...hashLine(nodeHash, utf8('a = "é"')), counts: { ai: 5 } },
          { ...hashLine(nodeHash, '  b'), counts: { ai: 1 } },
        ],
        before: [exact('two'), exact('three'), exact('four')],
        after: [exact('c')],
        ...AI,
      },
      {
        side: 'added',
        start: 6,
        lines: [{ ...hashLine(nodeHash, 'c'), counts: { human: 1 } }],
        before: [exact('four'), exact('a = "é"'), exact('  b')],
        after: [],
        ...H,
      },
    ]);
  });

  it('leave out unknown lines, and say who removed which lines', () => {
    const s = new Session('one\ntwo\nthree\n').append(U, 'x\n').replace(AI, 'two\n', '').replace(U, 'three\n', '');
    assert.deepEqual(liveFile(s.tracker, 'a', nodeHash).hunks, [
      {
        side: 'removed',
        start: 1,
        lines: [{ ...hashLine(nodeHash, 'two'), counts: { ai: 3 } }],
        before: [exact('one')],
        after: [exact('x')],
        ...AI,
      },
    ]);
  });

  it('are the same for CRLF and LF, and the same when asked again', () => {
    const make = (end: string): unknown => {
      const s = new Session(`a${end}b${end}`).append(AI, `c${end}d${end}`);
      const first = liveFile(s.tracker, 'a', nodeHash);
      assert.deepEqual(liveFile(s.tracker, 'a', nodeHash), first);
      return first;
    };
    assert.deepEqual(make('\r\n'), make('\n'));
  });

  it('digest the text as its content lines, whatever its line ends and byte order mark', () => {
    const part = fc.constantFrom('a', 'é', '\n', '\r', '\r\n', '\ufeff', ' ');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = utf8(parts.join(''));
        assert.equal(textDigest(nodeHash, text), contentDigest(nodeHash, contentLines(text)));
      }),
      { numRuns: 500 },
    );
  });

  it('hash lines that moved or changed since the last call as if there had been none', () => {
    const s = new Session(Array.from({ length: 200 }, (_, i) => `line ${i % 7}\n`).join('')).append(
      AI,
      'x = 1\ny = 2\n',
    );
    const edits: (() => unknown)[] = [
      () => s.replace(H, 'x = 1', 'x  =  1'),
      () => s.type(H, 300, Array.from({ length: 60 }, (_, i) => `new ${i}\n`).join('')),
      () => s.replace(AI, 'line 3\nline 4\n', ''),
      () => s.type(AI, 0, 'top\n'),
    ];
    for (const edit of edits) {
      const before = liveFile(s.tracker, 'a', nodeHash);
      edit();
      const after = liveFile(s.tracker, 'a', nodeHash);
      assert.notEqual(after.digest, before.digest);
      // Another hash object knows nothing of the last call.
      assert.deepEqual(after, liveFile(s.tracker, 'a', { ...nodeHash }));
    }
  });
});
