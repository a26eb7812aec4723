/** Records that tell of removed lines and of items alone: they are staged again as those of added lines are. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runGate } from '../../../src/node/gate';
import type { TestRepository } from '../../support/repository';
import { cli } from '../cli/harness';
import { bo, hookUp, hooked, save, text } from './hooked';

/** The origins of what the branch removes from a file, or of the file as one item. */
async function removed(repo: TestRepository, path = 'a.js'): Promise<string[]> {
  const { report } = await runGate(await repo.open(), { base: 'origin/main', head: 'HEAD' });
  return (report?.hunks ?? []).flatMap((hunk) => (hunk.path === path && hunk.side !== 'added' ? [hunk.origin] : []));
}

/** An AI has taken a line out of `a.js`, as its hook says. */
async function without(): Promise<TestRepository> {
  const repo = await hooked();
  repo.git('update-ref', 'refs/remotes/origin/main', 'main');
  await cli(repo.top, ['record', '--origin', 'external', 'a.js']);
  repo.write('a.js', text('alpha', 'gamma'));
  await cli(repo.top, ['record', '--origin', 'ai', 'a.js']);
  return repo;
}

async function commitBeside(repo: TestRepository, name: string): Promise<void> {
  await save(repo, name, [`beside${name[0] ?? ''}`], 'H');
  repo.git('add', name);
  repo.git('commit', '-q', '-m', name);
}

describe('the record of a removed line', () => {
  it('comes along where the commit is taken back and made again in a clone', async () => {
    const repo = await without();
    repo.git('commit', '-q', '-am', 'Less');
    assert.deepEqual(await removed(repo), ['ai']);
    const clone = repo.clone().as(bo);
    await hookUp(clone);
    clone.git('switch', '-q', 'feature');
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

  it('goes with a revert that puts the line back', async () => {
    const repo = await without();
    repo.git('commit', '-q', '-am', 'Less');
    repo.git('revert', '--no-edit', 'HEAD');
    await commitBeside(repo, 'b.js');
    assert.deepEqual(await removed(repo), []);
    assert.equal(repo.git('ls-files', '.countersign/v1').split('\n').filter(Boolean).length, 1);
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
