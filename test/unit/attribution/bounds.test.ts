/** Attribution on input that was made to be slow or to confuse it: it ends, and in doubt a line is nobody's. */
import assert from 'node:assert/strict';
import { attribute } from '../../../src/core/attribution/attribute';
import type { FileClaims } from '../../../src/core/attribution/attribute';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { recordChange } from '../../../src/core/attribution/recordFile';
import type { NamedRecord, RecordedHunk } from '../../../src/core/model/record';
import { DEFAULT_THRESHOLDS } from '../../../src/core/model/fold';
import { cutFile } from '../../../src/core/verify/blocks';
import { fileOrigins, indexClaims } from '../../../src/core/verify/origins';
import { nodeHash } from '../../../src/node/hash';

const LINE = 'const same = forAll(lines);';
const OTHER = 'const other = rarely(seen);';
const hash = (line: string): string => nodeHash.hash96(line);

function hunk(
  start: number,
  lines: readonly string[],
  origin: 'human' | 'ai',
  via: 'typing' | 'move' = 'typing',
): RecordedHunk {
  return {
    side: 'added',
    start,
    lines: lines.map((line) => ({ exact: hash(line), loose: hash(line), counts: { [origin]: 20 } })),
    before: [hash(LINE), hash(LINE), hash(LINE)],
    after: [hash(LINE), hash(LINE), hash(LINE)],
    origin,
    via,
    evidence: 'observed',
  };
}

function claims(hunks: readonly RecordedHunk[], sameContent = false): FileClaims {
  return { record: 'r', author: 'bo@example.com', sameContent, hunks };
}

const many = (line: string, count: number): string => `${line}\n`.repeat(count);

describe('attribution of hostile input', function () {
  this.timeout(60_000);

  it('20,000 equal lines and 5,000 claims about them: no line is a person’s', () => {
    const text = fileLines(nodeHash, many(LINE, 20_000));
    const hunks = Array.from({ length: 5_000 }, (_, index) => hunk(index, [LINE], 'human'));
    const told = attribute(text, 'a.ts', 'added', [claims(hunks)]);
    assert.equal(told.filter((claim) => claim !== undefined).length, 0);
  });

  it('equal lines just few enough to anchor a claim, in thousands of groups', () => {
    const groups = Array.from({ length: 300 }, (_, group) => many(`const group${group} = of(lines);`, 60)).join('');
    const text = fileLines(nodeHash, groups);
    const hunks = Array.from({ length: 3_000 }, (_, index) =>
      hunk(0, [`const group${index % 300} = of(lines);`], 'human'),
    );
    const told = attribute(text, 'a.ts', 'added', [claims(hunks)]);
    const human = told.filter((claim) => claim?.origin === 'human').length;
    assert.ok(human <= 3_000, 'one claim speaks for one line at most');
  });

  it('a change of 10,000 equal lines into 20,000, with claims of moves among them', () => {
    const [before, after] = [many(LINE, 10_000) + OTHER, `${OTHER}\n${many(LINE, 20_000)}`];
    const moves = Array.from({ length: 2_000 }, (_, index) => hunk(index * 3, [LINE], 'human', 'move'));
    for (const sameContent of [true, false]) {
      const change = recordChange('a.ts', [fileLines(nodeHash, before)], fileLines(nodeHash, after), [
        claims(moves, sameContent),
      ]);
      const lines = change.hunks.filter(({ side }) => side === 'added').flatMap((each) => each.lines);
      assert.ok(lines.length <= 2_001, `${lines.length} lines for 2,000 claims and the one that they went across`);
    }
  });

  it('thousands of records about files that are gone, all with the lines of a new one', () => {
    const records = Array.from({ length: 3_000 }, (_, index): NamedRecord => ({
      id: `${index}`.padStart(64, '0'),
      record: {
        repo: 'r',
        author: 'bo@example.com',
        recorder: { id: 't', version: '1' },
        base: null,
        files: [{ path: `gone/${index}.ts`, blob: null, hunks: [hunk(0, [OTHER, LINE], 'human')] }],
      },
    }));
    const bytes = many(LINE, 60) + many(OTHER, 60);
    const after = { mode: '100644', oid: 'f'.repeat(40), text: bytes } as const;
    const cut = cutFile({ path: 'new.ts', before: { mode: '000000', oid: '' }, after }, false);
    const index = indexClaims(nodeHash, records, [cut.file]);
    const { added } = fileOrigins(nodeHash, index, cut, DEFAULT_THRESHOLDS);
    assert.ok(added.every((claim) => claim === undefined || claim.author === 'bo@example.com'));
  });

  it('claims of a path about itself as its own former name end', () => {
    const file = (path: string, was: string): NamedRecord['record']['files'][number] => ({
      path,
      blob: null,
      was,
      hunks: [hunk(0, [OTHER], 'ai')],
    });
    const record = { repo: 'r', author: 'bo@example.com', recorder: { id: 't', version: '1' }, base: null };
    const records = [
      { id: '1', record: { ...record, files: [file('a.ts', 'b.ts'), file('b.ts', 'a.ts'), file('a.ts', 'a.ts')] } },
    ];
    const after = { mode: '100644', oid: 'f'.repeat(40), text: `${OTHER}\n` } as const;
    const cut = cutFile({ path: 'a.ts', before: { mode: '000000', oid: '' }, after }, false);
    const { added } = fileOrigins(
      nodeHash,
      indexClaims(nodeHash, records, [cut.file], undefined, undefined, () => true),
      cut,
      DEFAULT_THRESHOLDS,
    );
    assert.deepEqual(
      added.map((claim) => claim?.origin),
      ['ai'],
    );
  });
});
