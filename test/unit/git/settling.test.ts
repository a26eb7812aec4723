/** `git commit PATH`, which leaves its record out of the index: what puts that right, whatever else the hook does. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hookUp, hooked, origins, records, save, text } from './hooked';

describe('after git commit PATH', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-settling-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('the record stays where the user’s own hook fails, in a shell that ends at the first failure', async () => {
    const repo = await hooked();
    const hook = join(repo.top, '.git/hooks/post-commit');
    writeFileSync(hook, '#!/bin/sh -e\nfalse\n');
    chmodSync(hook, 0o755);
    await hookUp(repo);
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
    repo.git('commit', '-q', '-m', 'Only this', 'a.js');
    assert.equal(repo.git('status', '--porcelain'), '');
    repo.git('commit', '-q', '--allow-empty', '-m', 'Next');
    assert.equal(await origins(repo), '---A');
  });

  it('the user’s refusal is kept in such a shell, and nothing is recorded', async () => {
    const repo = await hooked();
    const hook = join(repo.top, '.git/hooks/pre-commit');
    writeFileSync(hook, '#!/bin/sh -e\nfalse\n');
    chmodSync(hook, 0o755);
    await hookUp(repo);
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
    assert.throws(() => repo.git('commit', '-q', '-am', 'Refused'));
    assert.equal(repo.git('diff', '--cached', '--name-only'), '');
    assert.deepEqual(records(repo), []);
    writeFileSync(hook, readFileSync(hook, 'utf8').replace(/false\n$/, 'true\n'));
    repo.git('commit', '-q', '-am', 'Taken');
    assert.equal(await origins(repo), '---A');
  });

  it('the record stays where the work tree has no git directory in it', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
    const [inside, apart] = [join(repo.top, '.git'), join(folder, 'apart.git')];
    renameSync(inside, apart);
    const env = { ...process.env, GIT_DIR: apart, GIT_WORK_TREE: repo.top };
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', [...args], { cwd: repo.top, env, stdio: 'pipe' });
    git('commit', '-q', '-m', 'Only this', 'a.js');
    repo.write('b.js', text('bee'));
    git('add', 'b.js');
    git('commit', '-q', '-m', 'Next');
    symlinkSync(apart, inside);
    assert.equal(repo.git('status', '--porcelain', '--', '.countersign'), '');
    assert.equal(await origins(repo), '---A');
  });

  it('the next commit puts it right where no post-commit hook ran, unless it was taken out on purpose', async () => {
    for (const isMeant of [false, true]) {
      const repo = await hooked();
      rmSync(join(repo.top, '.git/hooks/post-commit'));
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
      repo.git('commit', '-q', '-m', 'Only this', 'a.js');
      const [record = ''] = records(repo);
      if (isMeant) rmSync(join(repo.top, record));
      await save(repo, 'b.js', ['bee'], 'H');
      repo.git('add', 'b.js');
      repo.git('commit', '-q', '-m', 'Next');
      assert.equal(await origins(repo), isMeant ? '----' : '---A');
    }
  });

  it('the record of a commit that was given up before it is in no later one', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'typed'], '---H');
    repo.git('add', '-A');
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q'));
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
    repo.git('commit', '-q', '-m', 'Only this', 'a.js');
    repo.write('b.js', text('bee')).git('add', 'b.js');
    repo.git('commit', '-q', '-m', 'Next');
    assert.equal(repo.git('status', '--porcelain'), '');
    assert.equal(records(repo).length, 1);
    assert.equal(await origins(repo), '---A');
  });
});
