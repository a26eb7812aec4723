/** Records that a reset, a stash or a commit that was given up leaves in the work tree. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestRepository } from '../../support/repository';
import { ana, bo, hookUp, hooked, origins, rebaseWith, records, save } from './hooked';

function untracked(repo: TestRepository): string {
  return repo.git('status', '--porcelain', '-uall', '--', '.countersign/v1');
}

/** `a.js` and `b.js` in one commit on `feature`. */
async function one(): Promise<TestRepository> {
  const repo = await hooked();
  await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
  await save(repo, 'b.js', ['typed', 'pasted'], 'HP');
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'Both');
  return repo;
}

describe('records that are left in the work tree', () => {
  it('a commit that is split where nobody saved its lines keeps every origin: in a clone, and in a work tree of its own', async () => {
    const repo = await one();
    const clone = repo.clone().as(bo);
    clone.git('switch', '-q', 'feature');
    await hookUp(clone);
    const folder = mkdtempSync(join(tmpdir(), 'countersign-tree-'));
    try {
      repo.git('switch', '-q', 'main');
      repo.git('worktree', 'add', '-q', join(folder, 'tree'), 'feature');
      for (const place of [clone, new TestRepository(join(folder, 'tree'))]) {
        place.git('reset', '-q', 'HEAD^');
        place.git('add', 'b.js');
        place.git('commit', '-q', '-m', 'Beside');
        assert.equal(await origins(place, 'b.js'), 'HP');
        place.git('commit', '-q', '-am', 'Rest');
        assert.equal(await origins(place), '---A');
        assert.equal(place.git('status', '--porcelain'), '');
        assert.equal(records(place).length, 1);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('a squash or a pick that is unstaged and committed in parts keeps every origin', async () => {
    const repo = await one();
    for (const unstage of [
      ['reset', '-q'],
      ['restore', '--staged', '.'],
      ['reset', '-q', '--', '.'],
    ]) {
      const clone = repo.clone().as(bo);
      await hookUp(clone);
      for (const bring of [
        ['merge', '-q', '--squash', 'origin/feature'],
        ['cherry-pick', '-n', 'origin/feature'],
      ]) {
        clone.git('switch', '-q', '--no-track', '-c', bring[0] ?? '', 'origin/main');
        clone.git(...bring);
        clone.git(...unstage);
        clone.git('commit', '-q', '-am', 'Asked');
        assert.equal(await origins(clone), '---A');
        clone.git('add', 'b.js');
        clone.git('commit', '-q', '-m', 'Beside');
        assert.equal(await origins(clone, 'b.js'), 'HP');
        assert.equal(clone.git('status', '--porcelain'), '');
      }
    }
  });

  for (const rest of [
    ['-q', '-m', 'Rest'],
    ['-q', '-am', 'Rest'],
  ]) {
    it(`a commit that folded is split within a rebase, which goes on: commit ${rest.join(' ')}`, async () => {
      const repo = await hooked();
      const words = ['alpha', 'beta', 'gamma'];
      let by = '---';
      for (const index of [1, 2, 3, 4, 5]) {
        words.push(`word${index}`);
        by += 'A';
        await save(repo, 'a.js', words, by);
        await save(repo, `f${index}.js`, [`other${index}`], 'H');
        repo.git('add', '-A');
        repo.git('commit', '-q', '-m', `Commit ${index}`);
      }
      const clone = repo.clone().as(ana);
      clone.git('switch', '-q', 'feature');
      await hookUp(clone);
      for (const place of [repo, clone]) {
        rebaseWith(place, '1s/pick/edit/', 'HEAD~2');
        place.git('reset', '-q', 'HEAD^');
        place.git('add', 'f4.js');
        place.git('commit', '-q', '-m', 'Beside');
        if (!rest.includes('-am')) place.git('add', 'a.js');
        place.git('commit', ...rest);
        assert.equal(place.git('status', '--porcelain'), '');
        place.git('-c', 'core.editor=true', 'rebase', '--continue');
        assert.equal(await origins(place), '---AAAAA');
        assert.equal(await origins(place, 'f2.js'), 'H');
        assert.equal(await origins(place, 'f4.js'), 'H');
        assert.equal(place.git('status', '--porcelain'), '');
      }
    });
  }

  it('what was taken out of the index on purpose stays out, whatever else is unexplained', async () => {
    const repo = await one();
    const [record = ''] = records(repo);
    repo.git('rm', '-q', '--cached', record);
    repo.write('c.js', 'export const unexplained = 1;\n').git('add', 'c.js');
    repo.git('commit', '-q', '-m', 'Without');
    assert.deepEqual(records(repo), []);
  });

  it('of several commits that are taken back each record comes with its lines, and waits until then', async () => {
    const repo = await one();
    await save(repo, 'c.js', ['later'], 'A');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Later');
    await save(repo, 'd.js', ['last'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Last');
    const clone = repo.clone().as(bo);
    clone.git('switch', '-q', 'feature');
    await hookUp(clone);
    clone.git('reset', '-q', 'HEAD~3');
    for (const [path, expected] of [
      ['d.js', 'H'],
      ['a.js', '---A'],
      ['c.js', 'A'],
    ] as const) {
      clone.git('add', path);
      // One that is given up in between takes nothing away.
      assert.throws(() => clone.git('-c', 'core.editor=false', 'commit', '-q'));
      clone.git('reset', '-q');
      clone.git('add', path);
      clone.git('commit', '-q', '-m', path);
      assert.equal(await origins(clone, path), expected, path);
    }
    clone.git('add', '-A');
    clone.git('commit', '-q', '-m', 'b.js');
    assert.equal(await origins(clone, 'b.js'), 'HP');
    assert.equal(clone.git('status', '--porcelain'), '');
  });

  it('a record that comes back is not folded away into itself', async () => {
    const repo = await hooked();
    await save(repo.as(ana), 'c.js', ['theirs'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Theirs');
    // Written as beside a fold, and then folded with a record that says a part of the same.
    repo.as(bo).git('rm', '-q', ...records(repo));
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
    await save(repo, 'b.js', ['typed', 'pasted'], 'HP');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Both');
    repo.git('reset', '-q', 'HEAD^');
    repo.git('restore', '.countersign');
    repo.git('add', 'a.js');
    repo.git('commit', '-q', '-m', 'Part');
    repo.git('add', 'b.js');
    repo.git('commit', '-q', '-m', 'Rest');
    assert.equal(await origins(repo), '---A');
    assert.equal(await origins(repo, 'b.js'), 'HP');
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('what is not a record under its own name, and what speaks of nothing that is staged, stays where it is', async () => {
    const repo = await one();
    const [path = ''] = records(repo);
    const clone = repo.clone().as(bo);
    clone.git('switch', '-q', 'feature');
    await hookUp(clone);
    clone.git('reset', '-q', 'HEAD^');
    clone.write('c.js', 'export const other = 1;\n').git('add', 'c.js');
    clone.git('commit', '-q', '-m', 'Something else');
    assert.deepEqual(records(clone), []);
    clone.write(path, 'forged\n').git('add', 'b.js');
    clone.git('commit', '-q', '-m', 'Beside');
    assert.deepEqual(records(clone), []);
    assert.equal(untracked(clone), `?? ${path}`);
  });

  it('what a commit that was given up wrote goes, also after a reset, a stash or another branch', async () => {
    for (const away of [
      ['reset', '-q', '--keep', 'HEAD'],
      ['stash', '-q'],
      ['switch', '-q', '-c', 'other'],
    ]) {
      const repo = await one();
      const before = records(repo);
      await save(repo, 'b.js', ['typed', 'pasted', 'given'], 'HPA');
      assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q', '-a'));
      assert.notEqual(untracked(repo), '');
      repo.git(...away);
      repo.git('checkout', '-q', '--', 'b.js');
      repo.write('c.txt', 'c\n').git('add', 'c.txt');
      repo.git('commit', '-q', '-m', 'Other');
      assert.equal(untracked(repo), '', away.join(' '));
      assert.deepEqual(records(repo), before);
    }
  });

  it('what a stash brings back into the index, or a branch that was left has, stays', async () => {
    const repo = await one();
    await save(repo, 'b.js', ['typed', 'pasted', 'given'], 'HPA');
    repo.git('add', '-A');
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q'));
    repo.git('stash', '-q');
    repo.git('switch', '-q', '-c', 'other');
    repo.git('stash', 'pop', '-q', '--index');
    repo.git('commit', '-q', '-m', 'Elsewhere');
    assert.equal(await origins(repo, 'b.js'), 'HPA');
    assert.equal(repo.git('status', '--porcelain'), '');
    repo.git('switch', '-q', 'feature');
    repo.git('cherry-pick', '-n', 'other');
    repo.git('commit', '-q', '-m', 'Picked');
    assert.equal(await origins(repo, 'b.js'), 'HPA');
    assert.equal(repo.git('status', '--porcelain'), '');
  });
});
