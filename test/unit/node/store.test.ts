/** The sidecar is written inside the repository and nowhere else, and whole or not at all. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageRecord } from '../../../src/node/stage';
import { HUMAN, TestRepository, person } from '../../support/repository';
import { bundle } from '../cli/harness';

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

  it('leaves no half of a record where the disk is full', async () => {
    const repo = new TestRepository().as(ana).adopt([ana]);
    repo.commit('Start');
    const lines = Array.from({ length: 200 }, (_, line) => `const typed${line} = byThePerson(${line});\n`);
    await repo.save(
      'a.js',
      lines.join(''),
      lines.map(() => HUMAN),
    );
    repo.git('add', 'a.js');
    // No file may grow beyond eight blocks of 1,024 bytes.
    const script = `ulimit -f 8; trap '' XFSZ; exec "$0" "$1" stage --hook`;
    const { status, stderr } = spawnSync('bash', ['-c', script, process.execPath, bundle()], {
      cwd: repo.top,
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.match(stderr, /goes unrecorded/);
    assert.equal(repo.git('status', '--porcelain', '-uall'), 'A  a.js');
  });
});
