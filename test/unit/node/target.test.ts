/** Which branch a change is compared with when nobody names one. */
import assert from 'node:assert/strict';
import { defaultTarget } from '../../../src/node/defaultTarget';
import { cli } from '../cli/harness';
import { TestRepository, person } from '../../support/repository';

describe('the default target', () => {
  const bo = person('bo');
  const OTHER_ID = '00000000-0000-4000-8000-00000000beef';

  async function found(repository: TestRepository): Promise<string | undefined> {
    return (await defaultTarget(await repository.open()))?.revision;
  }

  /** A clone of a project whose default branch has a policy with these targets, or none; its work tree may name others. */
  function cloned(targets?: readonly string[], inWorkTree?: readonly string[]): TestRepository {
    const origin = new TestRepository().as(bo).write('a.txt', 'a\n');
    if (targets !== undefined) origin.adopt([bo], { targets });
    origin.commit('Start');
    origin.git('branch', 'release');
    origin.git('branch', 'trunk');
    const clone = origin.clone();
    return inWorkTree === undefined ? clone : clone.adopt([bo], { targets: inWorkTree });
  }

  it('is the remote’s default branch when its policy calls it a target, whatever the work tree’s says', async () => {
    assert.equal(await found(cloned(['release', 'ma*'])), 'origin/main');
    assert.equal(await found(cloned(['main'], ['trunk'])), 'origin/main');
    assert.equal(await found(cloned(['main/*'], ['trunk'])), 'origin/main');
    assert.equal(await found(cloned()), 'origin/main');
  });

  it('is the branch that the policy there names when the remote’s default is none of its targets', async () => {
    assert.equal(await found(cloned(['refs/heads/release'])), 'origin/release');
    assert.equal(await found(cloned(['gone', 'release'], ['trunk'])), 'origin/release');
  });

  it('is the one that the work tree’s policy names only where there is none to go by, and is marked as such', async () => {
    for (const [targets, revision, unvouched] of [
      [['ma*', 'trunk'], 'origin/main', undefined],
      [['trunk'], 'origin/trunk', true],
      [['gone'], 'origin/main', undefined],
    ] as const) {
      const target = await defaultTarget(await cloned(undefined, targets).open());
      assert.deepEqual([target?.revision, target?.unvouched], [revision, unvouched]);
    }
    const malformed = cloned(['main'], ['trunk']);
    malformed.git('stash', '-q');
    malformed.write('.countersign/policy.jsonc', '{').commit('Malformed');
    malformed.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    malformed.git('stash', 'drop', '-q');
    assert.equal(await found(malformed.adopt([bo], { targets: ['trunk'] })), 'origin/main');
  });

  it('is origin/main where git does not know the remote’s default branch', async () => {
    const clone = cloned(['main'], ['trunk']);
    clone.git('remote', 'set-head', 'origin', '--delete');
    assert.equal(await found(clone), 'origin/main');
  });

  it('is origin/main too where the branch that git knows as the remote’s default is gone, not a local one of old', async () => {
    const clone = cloned(['main', 'master']);
    clone.git('branch', 'master');
    clone.git('switch', '-q', '-c', 'feature');
    clone.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master');
    assert.equal(await found(clone), 'origin/main');
  });

  describe('is doubtful', () => {
    /** A clone that takes `trunk` for the remote's default branch, with this policy, beside `main`. */
    async function doubt(
      ofTrunk: Readonly<Record<string, unknown>>,
      ofMain?: readonly string[],
    ): Promise<string | undefined> {
      const clone = cloned(ofMain);
      clone.git('switch', '-q', '-c', 'renamed');
      clone.adopt([bo], ofTrunk).commit('Settings');
      clone.git('update-ref', 'refs/remotes/origin/trunk', 'HEAD');
      clone.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
      return (await defaultTarget(await clone.open()))?.doubt;
    }

    it('where origin/main calls itself a target, and the policy of the default branch does not', async () => {
      const asked = /^origin\/main is a target too, .*; run: git remote set-head origin --auto$/;
      assert.match((await doubt({ targets: ['trunk'] }, ['main'])) ?? '', asked);
      assert.match((await doubt({ targets: ['trunk', 'release/*'] }, ['m*', 'trunk'])) ?? '', asked);
      assert.match((await doubt({ targets: ['nowhere'] }, ['main'])) ?? '', asked);
      assert.match((await doubt({ targets: ['trunk', 'main'], repo: OTHER_ID }, ['main'])) ?? '', asked);
    });

    it('not where one signature is for both, or origin/main is no target', async () => {
      assert.equal(await doubt({ targets: ['trunk', 'ma*'] }, ['main']), undefined);
      assert.equal(await doubt({ targets: ['release'] }, ['main']), undefined);
      assert.equal(await doubt({ targets: ['trunk'] }, ['trunk']), undefined);
      assert.equal(await doubt({ targets: ['trunk'] }), undefined);
    });

    it('where the branch that git knows as the remote’s default is gone', async () => {
      const clone = cloned(['main']);
      clone.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master');
      clone.git('tag', 'origin/master', 'origin/trunk');
      const target = await defaultTarget(await clone.open());
      assert.equal(target?.revision, 'origin/main');
      assert.equal(
        target.doubt,
        'origin/HEAD leads to origin/master, which is gone; run: git remote set-head origin --auto',
      );
    });
  });

  it('is a local branch where there is no remote, and never the branch that is checked out', async () => {
    const local = new TestRepository().as(bo).write('a.txt', 'a\n');
    local.commit('Start');
    assert.equal(await found(local), undefined);
    local.git('switch', '-q', '-c', 'feature');
    assert.equal(await found(local), 'main');
    local.git('branch', '-q', '-m', 'main', 'trunk');
    assert.equal(await found(local), undefined);
    assert.equal(await found(local.adopt([bo], { targets: ['trunk'] })), 'trunk');
    assert.equal((await defaultTarget(await local.open()))?.unvouched, undefined);
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
