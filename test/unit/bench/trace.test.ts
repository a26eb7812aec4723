import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { readTrace } from '../../bench/trace';
import { applied } from '../tracking/session';

const BENCH = join(__dirname, '../../../scripts/bench.js');

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function bench(...options: readonly string[]): Ended {
  const env = { ...process.env, INIT_CWD: process.cwd() };
  return spawnSync(process.execPath, [BENCH, ...options], { encoding: 'utf8', env });
}

describe('bench --trace', () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'countersign-trace-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  function file(name: string, content: string | Buffer): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  it('replays a trace as a person’s typing and says so in one JSON document', () => {
    const patches = [
      [1, 0, '🙂'],
      [2, 1, 'cd'],
      [0, 1, ''],
    ];
    const trace = { startContent: 'a漢b\n', endContent: '🙂cdb\n', txns: [{ time: 'x', patches }] };
    const { status, stdout } = bench('--json', '--trace', file('t.json.gz', gzipSync(JSON.stringify(trace))));
    assert.equal(status, 0);
    const found = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    assert.deepEqual([typeof found['milliseconds'], typeof found['baselineMilliseconds']], ['number', 'number']);
    assert.deepEqual([found['edits'], found['textMatches']], [3, true]);
    assert.deepEqual([found['humanCharacters'], found['neutralCharacters']], [4, 2]);
    assert.deepEqual(
      Object.entries(found).filter(([key]) => /^(ai|unknown|external|paste|tool)Characters$/.test(key)),
      ['ai', 'unknown', 'external', 'paste', 'tool'].map((origin) => [`${origin}Characters`, 0]),
    );
  });

  it('ends with 1 when the edits do not lead to the recorded text', () => {
    const path = file('other.json', JSON.stringify({ startContent: 'a', endContent: 'b', txns: [] }));
    const { status, stdout } = bench('--trace', path);
    assert.equal(status, 1);
    assert.match(stdout, /NOT AS RECORDED/);
  });

  it('ends with 2 and one sentence for a file that is no trace, and for options that do not exist', () => {
    const path = file(
      'bad.json',
      JSON.stringify({ startContent: '', endContent: '', txns: [{ patches: [[0, 5, '']] }] }),
    );
    const { status, stdout, stderr } = bench('--json', '--trace', path);
    assert.equal(status, 2);
    assert.equal(stdout, '');
    const problem = 'txns[0].patches[0]: reaches to 5 in a text of 0 code points';
    assert.equal(stderr, `${path}: ${problem}; give positions in the text that the patches before it left\n`);
    assert.equal(bench('--trace').status, 2);
    assert.equal(bench('--trce', path).status, 2);
  });

  it('names file, field and remedy for whatever is malformed', () => {
    const whole = { startContent: '', endContent: '', txns: [{ patches: [[0, 0, 'x']] }] };
    const patched = (...patch: unknown[]): string => JSON.stringify({ ...whole, txns: [{ patches: [patch] }] });
    const cases: readonly (readonly [content: string | Buffer, field: RegExp])[] = [
      ['', /: is not JSON in UTF-8; a trace is/],
      ['{', /: is not JSON in UTF-8; /],
      [Buffer.from([0x22, 0xff, 0x22]), /: is not JSON in UTF-8; /],
      ['[]', /: is not an object; a trace is/],
      ['null', /: is not an object; /],
      [JSON.stringify({ ...whole, startContent: 1 }), /: startContent: is not a string; /],
      [JSON.stringify({ ...whole, endContent: undefined }), /: endContent: is not a string; /],
      [JSON.stringify({ ...whole, txns: {} }), /: txns: is not a list; /],
      [JSON.stringify({ ...whole, txns: [null] }), /: txns\[0\]\.patches: is not a list; /],
      [JSON.stringify({ ...whole, txns: [{ patches: 'x' }] }), /: txns\[0\]\.patches: is not a list; /],
      [patched(0, 0), /: txns\[0\]\.patches\[0\]: is not a list of three; write/],
      [patched(-1, 0, ''), /: txns\[0\]\.patches\[0\]\[0\]: is not a whole number from 0; count/],
      [patched(0.5, 0, ''), /patches\[0\]\[0\]: is not a whole/],
      [patched(0, '1', ''), /patches\[0\]\[1\]: is not a whole/],
      [patched(0, 0, 7), /patches\[0\]\[2\]: is not a string/],
      [patched(1, 0, 'x'), /patches\[0\]: reaches to 1 in a text of 0 code points; give/],
      [patched(0, 0, '\ud83d'), /patches\[0\]\[2\]: holds half of a surrogate pair; write/],
      [Buffer.from([0x1f, 0x8b, 8]), /: can't be unpacked \(\w+\); give a whole gzip file/],
      [Buffer.alloc((64 << 20) + 1), /: has 67108865 bytes; cut it/],
    ];
    for (const [index, [content, message]] of cases.entries()) {
      const path = file(`case${index}.json`, content);
      assert.throws(() => readTrace(path), { name: 'TraceError', message });
      assert.throws(
        () => readTrace(path),
        (error) => error instanceof Error && error.message.startsWith(path),
      );
    }
    assert.throws(() => readTrace(join(folder, 'none.json')), /none\.json: can't be read \(ENOENT\); name a readable/);
  });

  it('turns positions in code points into UTF-16 offsets', () => {
    const text = fc.array(
      fc.constantFrom('a', '漢', '😀', '👩‍👩‍👧', 'e\u0301', '\n', 'long '.repeat(900), '🙂'.repeat(3000)),
      {
        maxLength: 5,
      },
    );
    const patch = fc.tuple(fc.nat(), fc.nat(), text);
    fc.assert(
      fc.property(text, fc.array(patch, { maxLength: 6 }), (start, drawn) => {
        let points = Array.from(start.join(''));
        const patches = drawn.map(([place, gone, parts]) => {
          const position = place % (points.length + 1);
          const removed = gone % (points.length - position + 1);
          points = points.toSpliced(position, removed, ...Array.from(parts.join('')));
          return [position, removed, parts.join('')];
        });
        const startContent = start.join('');
        const path = file('points.json', JSON.stringify({ startContent, endContent: '', txns: [{ patches }] }));
        const { edits } = readTrace(path);
        assert.equal(
          edits.reduce((now, edit) => applied(now, [edit]), startContent),
          points.join(''),
        );
      }),
      { numRuns: 60 },
    );
  });
});
