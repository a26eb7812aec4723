/** What a revision names: nobody can put another commit in the place of the target by giving it the target's name. */
import assert from 'node:assert/strict';
import { runGate } from '../../../src/node/gate';
import { commitOf } from '../../../src/node/repository';
import { TestRepository, person } from '../../support/repository';

const [ana, bo] = [person('ana'), person('bo')];

async function exit(repo: TestRepository, base: string, head: string): Promise<number> {
  return (await runGate(await repo.open(), { base, head })).exit;
}

describe('the target', () => {
  it('is the branch, not a tag of its name, nor a local branch with the name of a remote one', async () => {
    const repo = new TestRepository().as(ana).adopt([ana]).write('a.js', 'one();\n');
    const main = repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'work');
    repo.write('a.js', 'nobodyKnowsWhoWroteThis();\n').commit('Change');
    repo.git('tag', 'main');
    assert.equal(await exit(repo, 'main', 'work'), 1);
    repo.git('tag', 'origin/main');
    const clone = repo.clone();
    assert.equal(clone.git('tag'), 'main\norigin/main');
    assert.equal(await exit(clone, 'origin/main', 'HEAD'), 1);
    clone.git('tag', '-d', 'origin/main');
    clone.git('branch', 'origin/main', 'HEAD');
    assert.equal(await exit(clone, 'origin/main', 'HEAD'), 1);
    assert.equal(await commitOf(await clone.open(), 'origin/main'), main);
  });

  it('may still be named in every way that git knows', async () => {
    const repo = new TestRepository().as(ana).write('a', '1\n');
    const first = repo.commit('One');
    const second = repo.write('a', '2\n').commit('Two');
    repo.git('tag', 'v1', first);
    const repository = await repo.open();
    for (const name of ['HEAD', '@', 'main', 'refs/heads/main', second, second.slice(0, 12)]) {
      assert.equal(await commitOf(repository, name), second, name);
    }
    for (const name of ['HEAD~1', 'HEAD^', '@~1', 'main~1', 'main^', 'v1', 'refs/tags/v1', first]) {
      assert.equal(await commitOf(repository, name), first, name);
    }
    for (const name of ['', 'nothing', '--all', 'main\nHEAD', '@{upstream}']) {
      assert.equal(await commitOf(repository, name), undefined, JSON.stringify(name));
    }
  });
});
