/** Records that tell of removed lines and of items alone: they are staged again as those of added lines are. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runGate } from '../../../src/node/gate';
import type { TestRepository } from '../../support/repository';
import { cli } from '../cli/harness';
import { ana, bo, commitBeside, hookUp, hooked, origins, save, text } from './hooked';

/** The origins of what the branch removes from a file, or of the file as one item. */
async function removed(repo: TestRepository, path = 'a.js', base = 'origin/main'): Promise<string[]> {
  const { report } = await runGate(await repo.open(), { base, head: 'HEAD' });
  return (report?.hunks ?? []).flatMap((hunk) => (hunk.path === path && hunk.side !== 'added' ? [hunk.origin] : []));
}

/** An AI gives a file this text, as its hook says. */
async function byAi(repo: TestRepository, path: string, content: string): Promise<void> {
  await cli(repo.top, ['record', '--origin', 'external', path]);
  repo.write(path, content);
  await cli(repo.top, ['record', '--origin', 'ai', path]);
}

/** Bo's clone with the hooks, on `feature`: a work tree whose journal knows nothing. */
async function cloned(repo: TestRepository): Promise<TestRepository> {
  const clone = repo.clone().as(bo);
  await hookUp(clone);
  clone.git('switch', '-q', 'feature');
  return clone;
}

/** An AI has taken a line out of `a.js`. */
async function without(): Promise<TestRepository> {
  const repo = await hooked();
  repo.git('update-ref', 'refs/remotes/origin/main', 'main');
  await byAi(repo, 'a.js', text('alpha', 'gamma'));
  return repo;
}

describe('the record of a removed line', () => {
  it('comes along where the commit is taken back and made again in a clone', async () => {
    const repo = await without();
    repo.git('commit', '-q', '-am', 'Less');
    assert.deepEqual(await removed(repo), ['ai']);
    const clone = await cloned(repo);
    clone.git('reset', '-q', 'HEAD^');
    clone.git('commit', '-q', '-am', 'Again');
    assert.deepEqual(await removed(clone), ['ai']);
  });

  it('stays where the commit that carried it for another one is reverted', async () => {
    const repo = await without();
    repo.git('commit', '-q', '-n', '-am', 'Less');
    await commitBeside(repo, 'b.js');
    assert.deepEqual(await removed(repo), ['ai']);
    repo.git('revert', '--no-edit', 'HEAD');
    await commitBeside(repo, 'c.js');
    assert.deepEqual(await removed(repo), ['ai']);
  });

  it('stays where no post-commit hook ran after git commit PATH', async () => {
    const repo = await without();
    rmSync(join(repo.top, '.git/hooks/post-commit'));
    repo.git('commit', '-q', '-m', 'Less', 'a.js');
    await commitBeside(repo, 'b.js');
    assert.deepEqual(await removed(repo), ['ai']);
  });

  describe('that the default branch never had, and another target has', () => {
    const target = 'origin/release/1';

    /** Bo's branch off a release branch with a line of its own, which an AI has taken out. */
    async function ofRelease(): Promise<TestRepository> {
      const repo = await hooked();
      repo.git('update-ref', 'refs/remotes/origin/main', 'main');
      repo.as(ana).write('a.js', text('alpha', 'xylo', 'beta', 'gamma'));
      repo.git('commit', '-q', '-n', '-am', 'Release');
      repo.as(bo).git('update-ref', `refs/remotes/${target}`, 'HEAD');
      await byAi(repo, 'a.js', text('alpha', 'beta', 'gamma'));
      return repo;
    }

    it('stays where the commit that carried it for another one is reverted', async () => {
      const repo = await ofRelease();
      repo.git('commit', '-q', '-n', '-am', 'Less');
      await commitBeside(repo, 'b.js');
      repo.git('revert', '--no-edit', 'HEAD');
      await commitBeside(repo, 'c.js');
      assert.deepEqual(await removed(repo, 'a.js', target), ['ai']);
    });

    it('stays where no post-commit hook ran after git commit PATH', async () => {
      const repo = await ofRelease();
      rmSync(join(repo.top, '.git/hooks/post-commit'));
      repo.git('commit', '-q', '-m', 'Less', 'a.js');
      await commitBeside(repo, 'b.js');
      assert.deepEqual(await removed(repo, 'a.js', target), ['ai']);
    });
  });

  it('comes along where it is of marks alone, which turn what they enclosed into code', async () => {
    const repo = await hooked();
    repo.git('switch', '-q', 'main');
    repo.write('a.js', `${text('alpha')}/*\n${text('danger')}*/\n${text('gamma')}`).commit('Marked');
    repo.git('update-ref', 'refs/remotes/origin/main', 'main');
    repo.git('switch', '-q', '-C', 'feature');
    await byAi(repo, 'a.js', text('alpha', 'danger', 'gamma'));
    repo.git('commit', '-q', '-am', 'Live');
    const clone = await cloned(repo);
    clone.git('reset', '-q', 'HEAD^');
    clone.git('commit', '-q', '-am', 'Again');
    assert.deepEqual(await removed(clone), ['ai', 'ai']);
  });

  it('goes with a revert that puts the line back', async () => {
    const repo = await without();
    repo.git('commit', '-q', '-am', 'Less');
    repo.git('revert', '--no-edit', 'HEAD');
    await commitBeside(repo, 'b.js');
    assert.deepEqual(await removed(repo), []);
    assert.equal(repo.git('ls-files', '.countersign/v1').split('\n').filter(Boolean).length, 1);
  });
});

/** The origins of what the branch adds to a file, in the gate's eyes. */
async function added(repo: TestRepository, path: string): Promise<string[]> {
  const { report } = await runGate(await repo.open(), { base: 'origin/main', head: 'HEAD' });
  return (report?.hunks ?? []).flatMap((hunk) => (hunk.path === path && hunk.side === 'added' ? [hunk.origin] : []));
}

describe('the record of what an AI removed of a file that the branch brought', () => {
  /** A branch with a file of its own, in which an AI rewrote a line. */
  async function rewritten(): Promise<TestRepository> {
    const repo = await hooked();
    repo.git('update-ref', 'refs/remotes/origin/main', 'main');
    await save(repo, 'n.js', ['first', 'second', 'third'], 'HHH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'New');
    await byAi(repo, 'n.js', text('first', 'asked', 'third'));
    repo.git('commit', '-q', '-am', 'Rewritten');
    return repo;
  }

  /** Takes the last commit back, commits something else on a branch of its own, and makes the last commit again. */
  async function interrupted(repo: TestRepository): Promise<void> {
    repo.git('reset', '-q', 'HEAD^');
    repo.git('stash', '-q');
    repo.git('switch', '-q', '--no-track', '-c', 'hotfix', 'origin/main');
    await commitBeside(repo, 'fix.js');
    assert.equal(repo.git('show', '--name-only', '--format=', 'HEAD').split('\n').filter(Boolean).length, 2);
    repo.git('switch', '-q', 'feature');
    repo.git('stash', 'pop', '-q');
    repo.git('commit', '-q', '-am', 'Again');
  }

  it('stays out of a commit on a branch that never had the line, and is there for the next one that has', async () => {
    const clone = await cloned(await rewritten());
    await interrupted(clone);
    assert.equal(await origins(clone, 'n.js'), 'HAH');
  });

  it('explains the line at the gate when that other branch has landed', async () => {
    const repo = await rewritten();
    await interrupted(repo);
    repo.git('update-ref', 'refs/remotes/origin/main', 'hotfix');
    assert.deepEqual(await added(repo, 'n.js'), ['human', 'ai', 'human']);
  });

  it('stays out of a commit beside where all of the branch was taken back', async () => {
    const clone = await cloned(await rewritten());
    clone.git('reset', '-q', 'origin/main');
    await commitBeside(clone, 'fix.js');
    assert.equal(clone.git('show', '--name-only', '--format=', 'HEAD').split('\n').filter(Boolean).length, 2);
  });

  it('stays out of a commit where the whole file was deleted', async () => {
    const repo = await hooked();
    await save(repo, 'n.js', ['first', 'second'], 'HH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'New');
    await cli(repo.top, ['record', '--origin', 'external', 'n.js']);
    repo.git('rm', '-q', 'n.js');
    await cli(repo.top, ['record', '--origin', 'ai', 'n.js']);
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
    repo.git('commit', '-q', '-am', 'Deleted');
    const clone = await cloned(repo);
    await interrupted(clone);
    assert.equal(await origins(clone), '---A');
  });

  it('stays away with a revert that took it out, also where the line was rewritten twice, and comes with the next', async () => {
    const repo = await hooked();
    await cli(repo.top, ['record', '--origin', 'external', 'a.js']);
    for (const word of ['xone', 'xtwo']) {
      repo.write('a.js', text('alpha', word, 'gamma'));
      await cli(repo.top, ['record', '--origin', 'ai', 'a.js']);
      repo.git('commit', '-q', '-am', word);
    }
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', '--no-ff', '--no-edit', 'feature');
    const clone = repo.clone().as(bo);
    await hookUp(clone);
    clone.git('switch', '-q', '--no-track', '-c', 'back', 'origin/main');
    clone.git('revert', '--no-edit', '-m', '1', 'HEAD');
    await commitBeside(clone, 'fix.js');
    clone.git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    clone.git('switch', '-q', '--no-track', '-c', 'again', 'origin/main');
    clone.git('revert', '--no-edit', 'HEAD^');
    assert.deepEqual(await added(clone, 'a.js'), ['ai']);
  });
});

describe('the record of one of two equal lines', () => {
  it('comes along where the commit is taken back and made again in a clone', async () => {
    const repo = await hooked();
    repo.git('switch', '-q', 'main');
    repo.write('d.js', text('alpha', 'check', 'gamma', 'delta', 'check', 'omega')).commit('Twice');
    repo.git('update-ref', 'refs/remotes/origin/main', 'main');
    repo.git('switch', '-q', '-C', 'feature');
    await byAi(repo, 'd.js', text('alpha', 'check', 'gamma', 'delta', 'omega'));
    repo.git('commit', '-q', '-am', 'Less');
    const clone = await cloned(repo);
    clone.git('reset', '-q', 'HEAD^');
    clone.git('commit', '-q', '-am', 'Again');
    assert.deepEqual(await removed(clone, 'd.js'), ['ai']);
  });
});

describe('the record of a deleted file', () => {
  it('stays where the commit that carried it for another one is reverted', async () => {
    const repo = await hooked();
    repo.git('update-ref', 'refs/remotes/origin/main', 'main');
    await cli(repo.top, ['record', '--origin', 'external', 'a.js']);
    rmSync(join(repo.top, 'a.js'));
    await cli(repo.top, ['record', '--origin', 'ai', 'a.js']);
    repo.git('commit', '-q', '-n', '-am', 'Gone');
    await commitBeside(repo, 'b.js');
    assert.deepEqual(await removed(repo), ['ai']);
    repo.git('revert', '--no-edit', 'HEAD');
    await commitBeside(repo, 'c.js');
    assert.deepEqual(await removed(repo), ['ai']);
  });
});
