/** An exec bit that comes with a rename: it can be signed, and the signature holds for that content at that path alone. */
import assert from 'node:assert/strict';
import type { GateOutcome } from '../../../../src/node/gate';
import type { TestRepository } from '../../../support/repository';
import { cli } from '../../cli/harness';
import { BASE, ana, bo, gate, refusals, sign, start, text } from './trial';

const RUN = text('#!/bin/sh', 'exec node lib/main.js "$@"');
const VAULT = { id: 'vault', when: { paths: ['vault/**'] }, require: { tier: 'approve', count: 1, level: 'senior' } };
const UNEXPLAINED = {
  id: 'unexplained',
  when: { origin: ['unknown'] },
  require: { tier: 'approve', count: 1, level: 'senior' },
};

/** The base with the same script at two paths, one of which has an owner. */
function scripts(): TestRepository {
  const repo = start({ rules: [VAULT, UNEXPLAINED] });
  repo.as(ana).git('switch', '-q', 'main');
  repo.write('lib/run.sh', RUN).write('vault/run.sh', RUN).commit('Scripts');
  repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
  return repo;
}

function moved(repo: TestRepository, from: string, to: string, message = 'Move'): void {
  repo.as(bo).git('rm', '-q', from);
  repo.write(to, RUN).git('add', to);
  repo.git('update-index', '--chmod=+x', to);
  repo.git('commit', '-q', '-m', message);
  repo.git('checkout', '-q', '-f', 'HEAD', '--', to);
}

/** Status of each hunk, with the old path of its block. */
function told({ report }: GateOutcome): string[] {
  const from = new Map(report?.blocks.map((block) => [block.block, block.from]));
  return (report?.hunks ?? []).map(({ block, path, status }) => `${from.get(block) ?? ''}>${path} ${status}`);
}

describe('an exec bit set with a rename', function () {
  this.timeout(60_000);

  it('is asked for, requested and signed', async () => {
    const repo = scripts();
    moved(repo, 'lib/run.sh', 'bin/run.sh');
    const before = await gate(repo);
    assert.equal(before.exit, 1);
    assert.deepEqual(told(before), ['lib/run.sh>bin/run.sh not-required', 'lib/run.sh>bin/run.sh missing']);
    const asked = await cli(repo.top, ['request']);
    assert.equal(asked.exit, 0, asked.stderr);
    await sign(repo, ana);
    const after = await gate(repo);
    assert.deepEqual([after.exit, told(after).at(-1)], [0, 'lib/run.sh>bin/run.sh satisfied']);
  });

  it('is not signed for another path or content', async () => {
    const repo = scripts();
    moved(repo, 'lib/run.sh', 'bin/run.sh');
    await sign(repo, ana);
    repo.as(bo).git('mv', 'bin/run.sh', 'bin/start.sh');
    repo.commit('Elsewhere');
    assert.deepEqual([(await gate(repo)).exit, refusals(await gate(repo), 'bin/start.sh')], [1, []]);
    repo.git('mv', 'bin/start.sh', 'bin/run.sh');
    repo.commit('Back');
    assert.equal((await gate(repo)).exit, 0);
    repo.write('bin/run.sh', `${RUN}${BASE}`).commit('More');
    assert.equal((await gate(repo)).exit, 1);
  });

  it('does not bring along a file whose old path has an owner: that is its rename’s to say', async () => {
    const repo = scripts();
    moved(repo, 'lib/run.sh', 'bin/run.sh');
    await sign(repo, ana);
    repo.as(bo).git('rm', '-q', 'vault/run.sh');
    repo.git('checkout', '-q', 'main', '--', 'lib/run.sh');
    repo.commit('Take the other one');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(told(outcome), ['vault/run.sh>bin/run.sh missing', 'vault/run.sh>bin/run.sh satisfied']);
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
  });
});
