/** Copies that nobody recorded of what a person typed: by deleting, linking and flooding, none of them becomes human. */
import assert from 'node:assert/strict';
import type { GateOutcome } from '../../../../src/node/gate';
import { HUMAN } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import { commitRecorded, gate, start } from './trial';

const TEXT = Array.from({ length: 8 }, (_, i) => `const setting${i} = readConfiguration('name-${i}');\n`).join('');

/** Added lines in one word each: path and origin. */
function told({ report }: GateOutcome): string[] {
  return (report?.hunks ?? []).flatMap(({ path, side, origin }) => (side === 'added' ? [`${path} ${origin}`] : []));
}

async function typed(repo = start()): Promise<TestRepository> {
  await repo.save('src/typed.js', TEXT, Array(8).fill(HUMAN));
  await commitRecorded(repo, 'Type it');
  return repo;
}

describe('attack: copies of a deleted file', function () {
  this.timeout(60_000);

  it('three of them, unrecorded: all unknown, as in one file', async () => {
    const repo = await typed();
    repo.git('rm', '-q', 'src/typed.js');
    for (const name of ['a', 'b', 'c']) repo.write(`deploy/${name}.js`, TEXT);
    repo.commit('Copy');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(told(outcome), ['deploy/a.js unknown', 'deploy/b.js unknown', 'deploy/c.js unknown']);
  });

  it('one, unrecorded, beside a rename on record: the copy is unknown', async () => {
    const repo = await typed();
    repo.git('mv', 'src/typed.js', 'src/moved.js');
    await commitRecorded(repo, 'Rename');
    assert.equal((await gate(repo)).exit, 0);
    repo.write('deploy/run.js', TEXT).commit('Copy');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(told(outcome), ['deploy/run.js unknown', 'src/moved.js human']);
  });

  it('a single rename that nobody recorded stays human', async () => {
    const repo = await typed();
    repo.git('mv', 'src/typed.js', 'src/moved.js');
    repo.commit('Rename');
    const outcome = await gate(repo);
    assert.deepEqual([outcome.exit, told(outcome)], [0, ['src/moved.js human']]);
  });
});
