/** Records: writing and reading are exact inverses, and no bytes make the reader throw or claim what was not written. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { COUNTED, EVIDENCE, ORIGINS, STATED, VIAS } from '../../src/core/model/origin';
import type { ClaimedOrigin, Counted, Counts } from '../../src/core/model/origin';
import type { ProvenanceRecord, RecordedHunk } from '../../src/core/model/record';
import { SPLIT_BYTES } from '../../src/core/sidecar/limits';
import { parseStorePath, pathFault, storePath } from '../../src/core/sidecar/paths';
import { encodeRecord, parseRecord } from '../../src/core/sidecar/recordFormat';
import { splitRecord } from '../../src/core/sidecar/split';

const lineHash = fc.stringMatching(/^[A-Za-z0-9_-]{16}$/);
const objectId = fc.stringMatching(/^[0-9a-f]{40}$/);
const word = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' });
const path = fc
  .array(fc.stringMatching(/^[a-zäß一 ]{0,5}[a-z]$/u), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'));
const origin = fc.constantFrom(...ORIGINS.filter((each): each is ClaimedOrigin => each !== 'unknown'));
const optional = { requiredKeys: [] };
const actor = fc.record({ tool: word, version: word, model: word, session: word }, optional);
const count = fc.nat(10_000);
const counts: fc.Arbitrary<Counts> = fc
  .dictionary(fc.constantFrom(...COUNTED), count, { noNullPrototype: true })
  .map((each) =>
    Object.fromEntries(COUNTED.flatMap((key: Counted) => (each[key] === undefined ? [] : [[key, each[key]]]))),
  );
const hunk: fc.Arbitrary<RecordedHunk> = fc
  .record({
    side: fc.constantFrom('added' as const, 'removed' as const),
    start: fc.nat(100_000),
    lines: fc.array(fc.record({ exact: lineHash, loose: lineHash, counts }), { minLength: 1, maxLength: 5 }),
    before: fc.array(lineHash, { maxLength: 3 }),
    after: fc.array(lineHash, { maxLength: 3 }),
    origin,
    via: fc.constantFrom(...VIAS),
    evidence: fc.constantFrom(...EVIDENCE),
    actor: fc.option(actor, { nil: undefined }),
    from: fc.option(fc.constantFrom(...STATED), { nil: undefined }),
    whose: fc.option(origin, { nil: undefined }),
  })
  .map(({ actor: who, from, whose, ...rest }) => ({
    ...rest,
    ...(who === undefined ? {} : { actor: who }),
    ...(from === undefined ? {} : { from }),
    ...(whose === undefined || rest.side === 'added' ? {} : { whose }),
  }));
const id = fc.option(objectId, { nil: null });
const file = fc
  .record({
    path,
    blob: id,
    was: fc.option(path, { nil: undefined }),
    hunks: fc.array(hunk, { maxLength: 4 }),
    object: fc.option(
      fc.record({
        before: id,
        after: id,
        origin,
        via: fc.constantFrom(...VIAS),
        evidence: fc.constantFrom(...EVIDENCE),
      }),
      { nil: undefined },
    ),
  })
  .map(({ was, object, ...rest }) => ({
    ...rest,
    ...(was === undefined ? {} : { was }),
    ...(object === undefined ? {} : { object }),
  }));
const record: fc.Arbitrary<ProvenanceRecord> = fc.record({
  repo: word,
  author: word,
  recorder: fc.record({ id: word, version: word }),
  base: id,
  files: fc.array(file, { maxLength: 4 }),
});

describe('records, as properties', () => {
  it('what is written is read back, and the same record always gives the same bytes', () => {
    fc.assert(
      fc.property(record, (value) => {
        const bytes = encodeRecord(value);
        const read = parseRecord(bytes, 'r');
        assert.ok(read.ok, JSON.stringify(read));
        assert.deepEqual(read.value, structuredClone(value));
        assert.equal(encodeRecord(read.value), bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('no changed byte makes the reader throw or name a path that it may not', () => {
    let refused = 0;
    fc.assert(
      fc.property(
        record,
        fc.nat(),
        fc.nat(255),
        fc.constantFrom('set', 'insert', 'delete', 'cut', 'repeat'),
        (value, at, byte, how) => {
          const bytes = encodeRecord(value);
          const place = at % bytes.length;
          const put = String.fromCharCode(byte);
          const changed = {
            set: bytes.slice(0, place) + put + bytes.slice(place + 1),
            insert: bytes.slice(0, place) + put + bytes.slice(place),
            delete: bytes.slice(0, place) + bytes.slice(place + 1),
            cut: bytes.slice(0, place),
            repeat: bytes.slice(0, place) + bytes,
          }[how];
          const read = parseRecord(changed, 'dir/r.prov');
          if (read.ok) {
            assert.ok(read.value.files.every((each) => pathFault(each.path) === undefined));
            return;
          }
          refused++;
          for (const problem of read.problems) {
            assert.equal(problem.path, 'dir/r.prov');
            assert.ok(problem.message.length > 10 && problem.message.length < 400, problem.message);
          }
        },
      ),
      { numRuns: 2000, seed: 20261121 },
    );
    assert.ok(refused > 1000, `${refused} of 2000 were refused`);
  });

  it('arbitrary bytes and arbitrary JSON lines never make the reader throw', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void parseRecord(`${text}\n`, 'r')));
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (lines) => {
        const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
        assert.equal(parseRecord(Buffer.from(text, 'utf8').toString('latin1'), 'r').ok, false);
      }),
    );
  });

  it('split records make the same claims together, and each fits', () => {
    const long = fc.record({
      head: record,
      lines: fc.integer({ min: 1, max: 9000 }),
      files: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(long, hunk, ({ head, lines, files }, one) => {
        const numbered = (index: number): string => `L${index}`.padEnd(16, '0');
        const all = Array.from({ length: lines }, (_, index) => ({
          exact: numbered(index),
          loose: numbered(index),
          counts: { human: 1 },
        }));
        const big = { ...one, origin: 'human' as const, lines: all };
        const value = {
          ...head,
          files: Array.from({ length: files }, (_, index) => ({ path: `f${index}`, blob: null, hunks: [big] })),
        };
        const parts = splitRecord(value);
        const claims = new Map<string, string>();
        for (const part of parts) {
          const bytes = encodeRecord(part);
          assert.ok(bytes.length <= SPLIT_BYTES, `${bytes.length} bytes`);
          assert.ok(parseRecord(bytes, 'r').ok);
          for (const each of part.files)
            for (const piece of each.hunks)
              for (const [index, line] of piece.lines.entries()) {
                const place = `${each.path} ${piece.start + index}`;
                assert.ok(!claims.has(place), `${place} stands twice`);
                claims.set(place, line.exact);
              }
        }
        assert.equal(claims.size, lines * files);
        for (const [place, exact] of claims) assert.equal(exact, numbered(Number(place.split(' ')[1]) - big.start));
      }),
      { numRuns: 20 },
    );
  });

  it('the place of a record tells its digest, and nothing else does', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('provenance' as const, 'request' as const, 'signoff' as const),
        fc.stringMatching(/^[0-9a-f]{64}$/),
        (store, digest) => {
          const place = storePath(store, digest);
          assert.deepEqual(parseStorePath(place), { store, digest });
          for (const other of [
            `${place}x`,
            `x${place}`,
            place.toUpperCase(),
            `${place}\n`,
            place.replace('/v1/', '/v2/'),
          ])
            assert.equal(parseStorePath(other), undefined, other);
        },
      ),
    );
  });
});
