/** Which branch a change is compared with when nobody names one. */
import assert from 'node:assert/strict';
import { defaultTarget } from '../../../src/node/repository';
import { cli } from '../cli/harness';
import { TestRepository, person } from '../../support/repository';

describe('the default target', () => {
  const bo = person('bo');

  async function found(repository: TestRepository, targets: readonly string[]): Promise<string | undefined> {
    return (await defaultTarget(await repository.open(), targets))?.revision;
  }

  function cloned(): TestRepository {
    const origin = new TestRepository().as(bo).write('a.txt', 'a\n');
    origin.commit('Start');
    origin.git('branch', 'release');
    origin.git('branch', 'trunk');
    return origin.clone();
  }

  it('is the remote’s default branch when the policy calls it a target', async () => {
    assert.equal(await found(cloned(), ['release', 'ma*']), 'origin/main');
    assert.equal(await found(cloned(), []), 'origin/main');
  });

  it('is the policy’s own branch when the remote’s default is none of its targets', async () => {
    assert.equal(await found(cloned(), ['release']), 'origin/release');
  });

  it('is a local branch where there is no remote, and never the branch that is checked out', async () => {
    const local = new TestRepository().as(bo).write('a.txt', 'a\n');
    local.commit('Start');
    assert.equal(await found(local, ['main']), undefined);
    local.git('switch', '-q', '-c', 'feature');
    assert.equal(await found(local, ['main']), 'main');
  });

  it('whoever is on it is told so, and in an empty repository that there is no commit', async () => {
    const local = new TestRepository().as(bo).adopt([bo], { targets: ['main', 'release/*'] });
    assert.match((await cli(local.top, ['status'])).stderr, /expected a commit at HEAD, found an empty repository/);
    local.commit('Start');
    for (const command of ['status', 'request']) {
      const { exit, stderr } = await cli(local.top, [command]);
      assert.equal(exit, 3);
      assert.match(stderr, /main is checked out, the target itself: switch to a branch, or name a commit with --base/);
    }
    local.git('branch', '-q', '-m', 'release/1');
    assert.match((await cli(local.top, ['status'])).stderr, /release\/1 is checked out, the target itself/);
    for (const args of [
      ['branch', '-q', '-m', 'topic'],
      ['checkout', '-q', '--detach'],
    ]) {
      local.git(...args);
      assert.match((await cli(local.top, ['status'])).stderr, /no target branch was found: there is no origin\/HEAD/);
    }
  });
});
