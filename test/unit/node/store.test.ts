/** The sidecar is written inside the repository and nowhere else. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageRecord } from '../../../src/node/stage';
import { HUMAN, TestRepository, person } from '../../support/repository';

const ana = person('ana');

describe('writing to the sidecar', () => {
  it('does not follow a link that the repository brings, at any level', async () => {
    for (const link of ['.countersign/v1', '.countersign/v1/provenance']) {
      const outside = mkdtempSync(join(tmpdir(), 'countersign-outside-'));
      try {
        const repo = new TestRepository().as(ana).adopt([ana]);
        if (link.endsWith('provenance')) repo.write('.countersign/v1/README', '\n');
        symlinkSync(outside, join(repo.top, link));
        repo.commit('Start');
        await repo.save('a.js', 'const typed = byThePerson();\n', [HUMAN]);
        repo.git('add', 'a.js');
        await assert.rejects(stageRecord(await repo.open(), { id: 'test', version: '1' }), {
          name: 'CountersignError',
          exit: 2,
        });
        assert.deepEqual(readdirSync(outside), []);
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
    }
  });
});
