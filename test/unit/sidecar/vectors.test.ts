import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileLines } from '../../../src/core/attribution/fileLines';
import type { ProvenanceRecord } from '../../../src/core/model/record';
import { contentDigest, hashLine } from '../../../src/core/sidecar/lineHash';
import { storePath } from '../../../src/core/sidecar/paths';
import { encodeRecord, parseRecord } from '../../../src/core/sidecar/recordFormat';
import { utf8 } from '../../../src/core/text/bytes';
import { contentLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';

// The vectors were made by another program from the text of docs/sidecar-format.md, not by this code.
interface LineVector {
  readonly title: string;
  readonly bytesHex: string;
  readonly lines: readonly { readonly exact: string; readonly loose: string }[];
  readonly contentDigest: string;
}
interface RecordVector {
  readonly record: ProvenanceRecord;
  readonly text: string;
  readonly digest: string;
  readonly path: string;
}

function load(name: string): unknown {
  return JSON.parse(readFileSync(`test/fixtures/vectors/${name}.json`, 'utf8'));
}

describe('vectors of the sidecar format', () => {
  for (const { title, bytesHex, lines, contentDigest: digest } of load('record-lines') as LineVector[]) {
    it(`line hashes: ${title}`, () => {
      const bytes = Buffer.from(bytesHex, 'hex').toString('latin1');
      assert.deepEqual(
        contentLines(bytes).map((line) => hashLine(nodeHash, line)),
        lines,
      );
      const { exact, loose } = fileLines(nodeHash, bytes);
      assert.deepEqual(
        exact.map((each, index) => ({ exact: each, loose: loose[index] })),
        lines,
      );
      assert.equal(contentDigest(nodeHash, contentLines(bytes)), digest);
    });
  }

  it('a record with everything in it', () => {
    const { record, text, digest, path } = load('record') as RecordVector;
    assert.equal(encodeRecord(record), utf8(text));
    const read = parseRecord(utf8(text), path);
    assert.ok(read.ok, JSON.stringify(read));
    assert.deepEqual(read.value, record);
    assert.equal(nodeHash.sha256(utf8(text)), digest);
    assert.equal(storePath('provenance', digest), path);
  });

  it('stand in docs/sidecar-format.md as they are', () => {
    const page = readFileSync('docs/sidecar-format.md', 'utf8');
    const [, example = '', digest = ''] = /## 9\.[^]*?```\n([^]*?)```[^]*?\/([0-9a-f]{64})\.prov/.exec(page) ?? [];
    const read = parseRecord(utf8(example), 'example');
    assert.ok(read.ok, JSON.stringify(read));
    assert.equal(encodeRecord(read.value), utf8(example));
    assert.equal(nodeHash.sha256(utf8(example)), digest);
    const rows = [...page.matchAll(/^\| `(".*")` \| `([\w-]{16})` \| `([\w-]{16})` \|$/gm)];
    assert.equal(rows.length, 4);
    for (const [, line = '', exact, loose] of rows) {
      assert.deepEqual(hashLine(nodeHash, utf8(String(JSON.parse(line)))), { exact, loose });
    }
  });
});
