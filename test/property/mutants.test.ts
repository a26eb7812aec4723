/** No record that is malformed, cut off, oversized, hostile or of a later version does any harm. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FileClaims, LineClaim } from '../../src/core/attribution/attribute';
import { attribute } from '../../src/core/attribution/attribute';
import { fileLines } from '../../src/core/attribution/fileLines';
import { ORIGINS, originRank } from '../../src/core/model/origin';
import type { ProvenanceRecord } from '../../src/core/model/record';
import { pathFault, storePath } from '../../src/core/sidecar/paths';
import { encodeRecord } from '../../src/core/sidecar/recordFormat';
import { recordPaths } from '../../src/core/sidecar/recordPaths';
import { blameFile } from '../../src/node/blame';
import { runGate } from '../../src/node/gate';
import { nodeHash } from '../../src/node/hash';
import { readRecord } from '../../src/node/readRecord';
import { stageRecord } from '../../src/node/stage';
import type { Mutant } from '../support/mutations';
import { TEXT, TEXT_PATH, mutants, soundRecord } from '../support/mutations';
import { AI, TestRepository, person } from '../support/repository';

const CODES = new Set(['record-malformed', 'record-version']);
const COUNT = 5000;
const text = fileLines(nodeHash, TEXT);
const sound = soundRecord();
const all = mutants(COUNT, 20_261_122);

function claimsOf(id: string, { author, files }: ProvenanceRecord, sameContent: boolean): FileClaims[] {
  const own = files.filter(({ path }) => path === TEXT_PATH);
  return own.map(({ hunks }) => ({ record: id, author, sameContent, hunks }));
}

function origins(claims: readonly FileClaims[]): readonly (LineClaim | undefined)[] {
  return attribute(text, TEXT_PATH, 'added', claims);
}

describe('mutated records', () => {
  const read = new Map<Mutant, ProvenanceRecord>();

  it('are many, of every kind, and most are refused', () => {
    assert.ok(all.length >= COUNT);
    assert.ok(new Set(all.map(({ bytes }) => bytes)).size > 0.8 * all.length);
    for (const kind of ['malformed', 'truncated', 'oversized', 'hostile', 'future'] as const) {
      assert.ok(all.filter((each) => each.kind === kind).length >= 12, kind);
    }
    assert.ok(readRecord(storePath('provenance', nodeHash.sha256(encodeRecord(sound))), encodeRecord(sound)).ok);
  });

  it('are refused with file and field, or say only what a record may say', () => {
    for (const mutant of all) {
      const { kind, what, bytes, refused } = mutant;
      const about = `${kind}: ${what}`;
      const path = storePath('provenance', nodeHash.sha256(bytes));
      const result = readRecord(path, bytes);
      if (!result.ok) {
        assert.ok(result.problems.length > 0, about);
        for (const problem of result.problems) {
          assert.ok(CODES.has(problem.code), about);
          assert.equal(problem.path, path, about);
          assert.match(problem.field, /^$|^line \d+/, about);
          assert.ok(problem.message.length > 10 && problem.message.length < 400, about);
        }
        continue;
      }
      assert.ok(!refused, `${about} was taken`);
      const { record } = result.value;
      read.set(mutant, record);
      for (const file of record.files) {
        assert.equal(pathFault(file.path), undefined, about);
        assert.ok(file.was === undefined || pathFault(file.was) === undefined, about);
        assert.ok(
          file.hunks.every(({ origin }) => ORIGINS.includes(origin)),
          about,
        );
      }
    }
    assert.ok(read.size < all.length / 2, `${read.size} of ${all.length} were taken`);
    assert.ok(read.size > 50, 'some say something, or nothing is tried below');
  });

  it('under the name of the record that they were are refused, whatever they say', () => {
    const path = storePath('provenance', nodeHash.sha256(encodeRecord(sound)));
    for (const { bytes, what } of all.filter((each) => each.bytes !== encodeRecord(sound))) {
      const result = readRecord(path, bytes);
      assert.ok(!result.ok, what);
      assert.deepEqual([result.problems[0]?.code, result.problems[0]?.path], ['record-name', path]);
    }
  });

  it('weaken no origin that the sound record gives, beside it, before it and behind it', () => {
    for (const sameContent of [true, false]) {
      const own = claimsOf('sound', sound, sameContent);
      const alone = origins(own);
      assert.ok(alone.filter((claim) => claim !== undefined).length > 30);
      for (const [{ what }, record] of read) {
        const others = claimsOf('mutant', record, sameContent);
        for (const claims of [
          [...own, ...others],
          [...others, ...own],
        ]) {
          for (const [line, claim] of origins(claims).entries()) {
            const was = originRank(alone[line]?.origin ?? 'human');
            assert.ok(originRank(claim?.origin ?? 'unknown') <= was, `${what}: line ${line}`);
          }
        }
      }
    }
  });

  it('are told by the index by the very paths that they are about, or not at all', () => {
    for (const { bytes } of all) recordPaths(bytes);
    for (const [{ bytes, what }, record] of read) {
      assert.deepEqual(recordPaths(bytes)?.sort(), [...new Set(record.files.map(({ path }) => path))].sort(), what);
    }
  });
});

describe('mutated records in a repository', () => {
  it('stop the gate with a problem that names each, and let blame go on without them', async function () {
    this.timeout(60_000);
    const [ana, bo] = [person('ana'), person('bo')];
    const repository = new TestRepository().as(ana).adopt([ana]).write('a.js', 'one();\n');
    repository.commit('Start');
    repository.as(bo).git('switch', '-q', '-c', 'work');
    await repository.save('a.js', 'one();\nconst added = byAnAssistant();\n', [undefined, AI]);
    repository.git('add', '-A');
    await stageRecord(await repository.open(), { id: 'test', version: '1' });
    const bad = all.filter(({ refused, kind, bytes }) => refused && kind !== 'truncated' && bytes.length < 262_144);
    const paths = bad.map(({ bytes }) => storePath('provenance', nodeHash.sha256(bytes)));
    const around = readdirSync(dirname(repository.top)).sort();
    for (const [index, { bytes }] of bad.entries()) {
      repository.write(paths[index] ?? '', '');
      writeFileSync(join(repository.top, paths[index] ?? ''), Buffer.from(bytes, 'latin1'));
    }
    repository.commit('Work, and much else');
    const gate = await runGate(await repository.open(), { base: 'main', head: 'HEAD' });
    assert.equal(gate.exit, 2);
    const told = new Set(gate.problems.map(({ path }) => path));
    assert.deepEqual(
      paths.filter((path) => !told.has(path)),
      [],
    );
    for (const revision of [undefined, 'HEAD']) {
      const { lines } = await blameFile(await repository.open(), repository.top, 'a.js', revision);
      assert.deepEqual(
        lines.map(({ origin }) => origin),
        ['unknown', 'ai'],
      );
    }
    assert.deepEqual(readdirSync(dirname(repository.top)).sort(), around, 'nothing was written outside');
    assert.ok(!existsSync(join(repository.top, '.git', 'hooks', 'pre-commit')));
    assert.equal(repository.git('status', '--porcelain'), '');
  });
});
