/** What a reviewer said against a change is taken out of the branch by whom it is about. */
import assert from 'node:assert/strict';
import { parseStorePath } from '../../../../src/core/sidecar/paths';
import { workingReport } from '../../../../src/node/status';
import type { TestRepository } from '../../../support/repository';
import { ana, bo, cy, forge, gate, hunk, sign, start, withBlock } from './trial';

const idOf = (path: string): string => parseStorePath(path)?.digest ?? '';

/** ana's approval, and cy's veto beside it. */
async function vetoed(): Promise<{ repo: TestRepository; veto: string }> {
  const repo = await withBlock(start({}, [ana, cy]));
  await sign(repo, ana);
  assert.equal((await gate(repo)).exit, 0);
  const veto = await forge(repo.as(cy), cy, { predicate: { decision: 'reject', note: 'no discounts' } });
  assert.equal(hunk(await gate(repo)).status, 'rejected');
  return { repo, veto };
}

describe('attack 23: a rejection or a withdrawal is taken out of the branch', () => {
  it('a rejection, in a commit of its own or under another change', async () => {
    const { repo, veto } = await vetoed();
    repo.as(bo).git('rm', '-q', veto);
    repo.commit('Tidy');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome).status, 'rejected');
    assert.match(JSON.stringify(outcome.report), /rejected by cy: no discounts/);
    // Whoever looks before pushing hears the same.
    const { report } = await workingReport(await repo.open(), { base: 'main' });
    assert.equal(report.hunks.find(({ status }) => status === 'rejected')?.path, hunk(outcome).path);
  });

  it('a rejection, in the merge that brings the branch up to date', async () => {
    const { repo, veto } = await vetoed();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('README.md', '# Our shop\n').commit('Say whose');
    repo.as(bo).git('switch', '-q', 'feature');
    repo.git('merge', '-q', '--no-commit', '--no-ff', 'main');
    repo.git('rm', '-q', '-f', veto);
    repo.commit('Merge main');
    assert.equal(hunk(await gate(repo)).status, 'rejected');
  });

  it('a rejection, whose file another change lands first', async () => {
    const { repo, veto } = await vetoed();
    const bytes = repo.read(veto);
    repo.git('switch', '-q', 'main');
    repo.as(bo).write(veto, bytes).commit('An odd file');
    repo.git('switch', '-q', 'feature');
    assert.equal(hunk(await gate(repo)).status, 'rejected');
  });

  it('the withdrawal of an approval', async () => {
    const repo = await withBlock(start({}, [ana, cy]));
    const approval = await sign(repo, ana);
    const withdraws = idOf(approval);
    const taken = await forge(repo, ana, { predicate: { decision: 'withdraw', withdraws, note: 'I was wrong' } });
    assert.equal((await gate(repo)).exit, 1);
    repo.as(bo).git('rm', '-q', taken);
    repo.commit('Tidy');
    assert.equal((await gate(repo)).exit, 1);
    // An approval that is taken out counts for nothing, and a new one does.
    repo.git('rm', '-q', approval);
    repo.commit('Tidy more');
    assert.equal((await gate(repo)).exit, 1);
    await sign(repo, cy);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('a rejection that was withdrawn stays lifted, with or without its files', async () => {
    const { repo, veto } = await vetoed();
    const withdraws = idOf(veto);
    const lift = await forge(repo.as(cy), cy, { predicate: { decision: 'withdraw', withdraws, note: 'settled' } });
    assert.equal((await gate(repo)).exit, 0);
    repo.as(bo).git('rm', '-q', veto, lift);
    repo.commit('Tidy');
    assert.equal((await gate(repo)).exit, 0);
  });

  it('a file that was no sign-off stands in nobody’s way once it is gone', async () => {
    const repo = await withBlock();
    await sign(repo, ana);
    const odd = `.countersign/v1/signoffs/ab/${'ab'.repeat(32)}.dsse`;
    repo.as(bo).write(odd, 'no sign-off').commit('Odd');
    assert.equal((await gate(repo)).exit, 2);
    repo.git('rm', '-q', odd);
    repo.commit('Tidy');
    assert.equal((await gate(repo)).exit, 0);
  });
});
