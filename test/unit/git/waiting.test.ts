/** Commits that no hook sees: what is known of their lines waits, `status` says so, and the next commit carries it. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { checkpoint } from '../../../src/node/checkpoint';
import { runGate } from '../../../src/node/gate';
import { waitingRecords } from '../../../src/node/unrecorded';
import type { TestRepository } from '../../support/repository';
import { program } from '../cli/harness';
import { ana, bo, hookUp, hooked, origins, records, save, text } from './hooked';

async function waiting(repo: TestRepository): Promise<string[]> {
  return (await waitingRecords(await repo.open())).map(({ file }) => file.path);
}

describe('commits without the hook', () => {
  it('--no-verify: it waits, status says so, the next commit carries it, and then nothing waits', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'new', 'gamma'], '--A-');
    repo.git('commit', '-q', '--no-verify', '-am', 'Unseen');
    assert.equal(await origins(repo), '----');
    assert.deepEqual(await waiting(repo), ['a.js']);
    assert.match(program(repo.top, ['status']).stdout, /1 file of your commits waits to be recorded/);
    await save(repo, 'b.js', ['one'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Seen');
    assert.equal(await origins(repo), '--A-');
    assert.equal(await origins(repo, 'b.js'), 'H');
    assert.deepEqual(await waiting(repo), []);
    assert.doesNotMatch(program(repo.top, ['status']).stdout, /waits/);
    repo.write('c.txt', 'c\n').git('add', '-A');
    repo.git('commit', '-q', '-m', 'Nothing more');
    assert.equal(records(repo).length, 1);
  });

  it('several commits of one file, and one made with git’s plumbing', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one'], '---A');
    repo.git('commit', '-q', '-n', '-am', 'One');
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one', 'two'], '---AH');
    repo.git('add', '-A');
    const commit = repo.git('commit-tree', '-p', 'HEAD', '-m', 'Two', repo.git('write-tree'));
    repo.git('update-ref', 'HEAD', commit);
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one', 'two', 'three'], '---AHP');
    repo.git('commit', '-q', '-am', 'Three');
    assert.equal(await origins(repo), '---AHP');
  });

  it('merges: what was resolved by hand waits, and what either side brought does not', async () => {
    const repo = await hooked();
    repo.git('switch', '-q', '-c', 'other');
    repo.write('a.js', text('alpha', 'theirs', 'beta', 'gamma', 'far', 'away'));
    repo.git('commit', '-q', '-n', '-am', 'Theirs');
    repo.git('switch', '-q', 'feature');
    repo.write('a.js', text('alpha', 'ours', 'beta', 'gamma'));
    repo.git('commit', '-q', '-n', '-am', 'Ours');
    assert.throws(() => repo.git('merge', '-q', 'other'));
    await save(repo, 'a.js', ['alpha', 'ours', 'asked', 'theirs', 'beta', 'gamma', 'far', 'away'], '-HAHHHHH');
    repo.git('commit', '-q', '-n', '-am', 'Merge');
    assert.deepEqual(await waiting(repo), ['a.js']);
    await save(repo, 'b.js', ['one'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Next');
    assert.equal(await origins(repo), '--A-----');
    assert.deepEqual(await waiting(repo), []);
  });

  it('merges: what the author committed on the branch that was merged waits too, and nobody else’s', async () => {
    const repo = await hooked();
    repo.git('switch', '-q', '-c', 'other');
    await save(repo, 'b.js', ['one', 'two'], 'AH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-n', '-m', 'Mine');
    await save(repo, 'c.js', ['three', 'four'], 'AH');
    repo.git('add', '-A');
    repo.as(ana).git('commit', '-q', '-n', '-m', 'Hers');
    repo.as(bo).git('switch', '-q', 'feature');
    await save(repo, 'd.js', ['five'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Beside');
    repo.git('merge', '-q', '--no-ff', '--no-edit', 'other');
    assert.deepEqual(await waiting(repo), ['b.js']);
    await save(repo, 'd.js', ['five', 'six'], 'HH');
    repo.git('commit', '-q', '-am', 'Next');
    assert.equal(await origins(repo, 'b.js'), 'AH');
    assert.equal(await origins(repo, 'c.js'), '--');
    assert.deepEqual(await waiting(repo), []);
  });

  it('a merge that git made by itself leaves nothing waiting', async () => {
    const repo = await hooked();
    repo.git('switch', '-q', '-c', 'other');
    repo.write('a.js', text('first', 'alpha', 'beta', 'gamma'));
    repo.git('commit', '-q', '-n', '-am', 'Theirs');
    repo.git('switch', '-q', 'feature');
    repo.write('a.js', text('alpha', 'beta', 'gamma', 'last'));
    repo.git('commit', '-q', '-n', '-am', 'Ours');
    repo.git('merge', '-q', '--no-edit', 'other');
    assert.deepEqual(await waiting(repo), []);
  });

  it('deleted files and binaries wait too', async () => {
    const repo = await hooked();
    rmSync(join(repo.top, 'a.js'));
    const source = { origin: 'tool', via: 'other', evidence: 'declared' } as const;
    await checkpoint(await repo.open(), { source, files: ['a.js'], cwd: repo.top });
    repo.git('commit', '-q', '-n', '-am', 'Gone');
    repo.write('b.txt', 'b\n').git('add', '-A');
    repo.git('commit', '-q', '-m', 'Next');
    const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    assert.equal(report?.hunks.find(({ path }) => path === 'a.js')?.origin, 'tool');
  });

  it('an aborted commit in between loses nothing', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one'], '---A');
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q', '-a'));
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one', 'two'], '---AH');
    repo.git('commit', '-q', '-n', '-am', 'Unseen');
    repo.write('b.txt', 'b\n').git('add', '-A');
    repo.git('commit', '-q', '-m', 'Next');
    assert.equal(await origins(repo), '---AH');
  });

  it('nothing is claimed of commits that others made, however alike their lines are', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'shared'], '---H');
    repo.git('checkout', '-q', '--', 'a.js');
    const clone = repo.clone();
    clone.as(ana).git('switch', '-q', 'feature');
    clone.write('a.js', text('first', 'alpha', 'beta', 'gamma', 'shared'));
    clone.git('commit', '-q', '-am', 'By ana, unrecorded');
    repo.as(bo).git('pull', '-q', clone.top, 'feature');
    assert.deepEqual(await waiting(repo), []);
    repo.write('b.txt', 'b\n').git('add', '-A');
    repo.git('commit', '-q', '-m', 'Next');
    assert.equal(await origins(repo), '-----');
  });

  it('content that was not saved here is nobody’s, also in one’s own commit', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one'], '---H');
    repo.write('a.js', text('alpha', 'beta', 'gamma', 'one', 'unseen'));
    repo.git('commit', '-q', '-n', '-am', 'Unseen');
    assert.deepEqual(await waiting(repo), []);
  });

  it('a branch that is left and come back to', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one'], '---A');
    repo.git('commit', '-q', '-n', '-am', 'Unseen');
    repo.git('switch', '-q', '-c', 'other', 'main');
    await save(repo, 'b.js', ['two'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Elsewhere');
    assert.equal(records(repo).length, 1);
    assert.doesNotMatch(repo.read(records(repo)[0] ?? ''), /a\.js/, 'what waits on a branch goes with that branch');
    repo.git('switch', '-q', 'feature');
    repo.write('c.txt', 'c\n').git('add', '-A');
    repo.git('commit', '-q', '-m', 'Back');
    assert.equal(await origins(repo), '---A');
  });

  it('a revert of the commit that carried what waited takes nothing from the commit that it waited of', async () => {
    for (const between of [0, 1]) {
      const repo = await hooked();
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'unseen'], '---A');
      repo.git('commit', '-q', '-n', '-am', 'Unseen');
      await save(repo, 'b.js', ['carrying'], 'H');
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', 'Carrying');
      const [carried = ''] = records(repo);
      for (let at = 0; at < between; at++) {
        await save(repo, 'c.js', ['later'], 'H');
        repo.git('add', '-A');
        repo.git('commit', '-q', '-m', 'Later');
      }
      repo.git('revert', '--no-edit', between === 0 ? 'HEAD' : 'HEAD~1');
      assert.equal(await origins(repo), '----');
      const clone = repo.clone().as(bo);
      clone.git('switch', '-q', 'feature');
      await hookUp(clone);
      for (const place of [repo, clone]) {
        place.write('d.txt', 'd\n').git('add', '-A');
        assert.throws(() => place.git('-c', 'core.editor=false', 'commit', '-q'));
        place.git('reset', '-q');
        place.git('add', 'd.txt');
        place.git('commit', '-q', '-m', 'Next');
        assert.equal(await origins(place), '---A');
        assert.ok(records(place).includes(carried));
        assert.equal(place.git('status', '--porcelain'), '');
        place.git('revert', '--no-edit', 'HEAD~1');
        assert.equal(await origins(place, 'b.js'), 'H');
      }
    }
  });

  it('a revert of a commit that carried and folded brings back what it carried, and no fold twice', async () => {
    const repo = await hooked();
    for (const word of ['one', 'two']) {
      await save(repo, `${word}.js`, [word], 'H');
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', word);
    }
    const folded = records(repo);
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'unseen'], '---A');
    repo.git('commit', '-q', '-n', '-am', 'Unseen');
    await save(repo, 'three.js', ['three'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Carrying, and folding');
    assert.equal(folded.filter((path) => records(repo).includes(path)).length, 0);
    repo.git('revert', '--no-edit', 'HEAD');
    assert.equal(await origins(repo), '----');
    for (const name of ['d.txt', 'e.txt']) {
      repo.write(name, 'd\n').git('add', '-A');
      repo.git('commit', '-q', '-m', 'Next');
      // The note may go at any time.
      rmSync(join(repo.top, '.git', 'countersign', 'staged'));
    }
    assert.equal(await origins(repo), '---A');
    assert.equal(await origins(repo, 'one.js'), 'H');
    assert.deepEqual(
      folded.filter((path) => records(repo).includes(path)),
      [],
    );
    assert.ok(records(repo).length <= 2);
  });

  it('neither what was pruned comes back, nor what somebody else took out', async () => {
    for (const who of [bo, ana]) {
      const repo = await hooked();
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
      repo.git('commit', '-q', '-am', 'Asked');
      repo.as(who).git('rm', '-q', ...records(repo));
      if (who === ana) repo.write('c.txt', 'c\n').git('add', '-A');
      repo.git('commit', '-q', '-n', '-m', 'Out');
      rmSync(join(repo.top, '.git', 'countersign', 'staged'));
      repo.as(bo).write('b.txt', 'b\n').git('add', '-A');
      repo.git('commit', '-q', '-m', 'Next');
      assert.deepEqual(records(repo), []);
    }
  });
});
