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

  it('a fold that a commit staged before it was given up stands for what it folds', async () => {
    const repo = await hooked();
    for (const name of ['one', 'two']) {
      await save(repo, `${name}.js`, [name], 'A');
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', name);
    }
    await save(repo, 'three.js', ['three'], 'A');
    repo.git('add', 'three.js');
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q'));
    assert.match(repo.git('status', '--porcelain', '--', '.countersign'), /^D {2}/m, 'it was folded');
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---H');
    repo.git('commit', '-q', '-m', 'Only this', 'a.js');
    repo.git('commit', '-q', '-m', 'Taken up');
    assert.equal(repo.git('status', '--porcelain'), '');
    for (const name of ['one', 'two', 'three']) assert.equal(await origins(repo, `${name}.js`), 'A', name);
    assert.equal(await origins(repo), '---H');
  });

  it('the next commit puts all of them right that no post-commit hook did, also behind one that was given up', async () => {
    for (const next of ['as it is', 'behind one of a path', 'behind one of all'] as const) {
      const repo = await hooked();
      rmSync(join(repo.top, '.git/hooks/post-commit'));
      for (const name of ['one', 'two', 'three']) await save(repo, `${name}.js`, [name], 'A');
      repo.git('add', '-N', '.');
      for (const name of ['one', 'two']) repo.git('commit', '-q', '-m', name, `${name}.js`);
      const giveUp = (...args: readonly string[]): void =>
        assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q', ...args));
      if (next === 'behind one of a path') giveUp('three.js');
      if (next === 'behind one of all') giveUp('-a');
      await save(repo, 'four.js', ['four'], 'H');
      repo.git('add', 'three.js', 'four.js');
      repo.git('commit', '-q', '-m', 'Next');
      assert.equal(repo.git('status', '--porcelain'), '', next);
      for (const name of ['one', 'two', 'three'])
        assert.equal(await origins(repo, `${name}.js`), 'A', `${next}: ${name}`);
      assert.equal(await origins(repo, 'four.js'), 'H');
    }
  });

  it('what was put right and then taken out on purpose stays out', async () => {
    const repo = await hooked();
    for (const name of ['one', 'two']) await save(repo, `${name}.js`, [name], 'A');
    repo.git('add', '-N', '.');
    repo.git('commit', '-q', '-m', 'One', 'one.js');
    const [record = ''] = records(repo);
    repo.git('commit', '-q', '-m', 'Two', 'two.js');
    repo.git('commit', '-q', '--allow-empty', '-m', 'Next');
    repo.git('rm', '-q', '--cached', record);
    repo.git('commit', '-q', '-m', 'Without');
    assert.equal(await origins(repo, 'one.js'), '-');
    assert.equal(await origins(repo, 'two.js'), 'A');
  });

  it('the record stays where another command held the index meanwhile', async () => {
    const repo = await hooked();
    const lock = '.git/index.lock';
    const hook = join(repo.top, '.git/hooks/post-commit');
    writeFileSync(hook, `#!/bin/sh\n: > ${lock}\n[ -z "$BRIEF" ] || (sleep 0.2; rm ${lock}) >/dev/null 2>&1 &\n`, {
      mode: 0o755,
    });
    await hookUp(repo);
    for (const name of ['one', 'two', 'three']) await save(repo, `${name}.js`, [name], 'A');
    repo.git('add', '-N', '.');
    const commit = (name: string, env: NodeJS.ProcessEnv = {}): unknown =>
      execFileSync('git', ['commit', '-q', '-m', name, `${name}.js`], {
        cwd: repo.top,
        env: { ...process.env, ...env },
        stdio: 'pipe',
      });
    commit('one');
    rmSync(join(repo.top, lock));
    commit('two', { BRIEF: '1' });
    assert.equal(repo.git('status', '--porcelain', '-uno', '--', '.countersign'), '');
    commit('three', { BRIEF: '1' });
    repo.git('commit', '-q', '-n', '--allow-empty', '-m', 'Next');
    for (const name of ['one', 'two', 'three']) assert.equal(await origins(repo, `${name}.js`), 'A', name);
  });

  it('every record stays of commits that are made at once', async () => {
    const repo = await hooked();
    const names = ['one', 'two', 'three', 'four'];
    for (const name of names) await save(repo, `${name}.js`, [name], 'A');
    repo.git('add', '-N', '.');
    const tries = names
      .map((name) => `(for i in $(seq 60); do git commit -qm ${name} ${name}.js && break; sleep 0.3; done) &`)
      .join(' ');
    execFileSync('sh', ['-c', `${tries} wait`], { cwd: repo.top, stdio: 'pipe' });
    await save(repo, 'five.js', ['five'], 'H');
    repo.git('add', 'five.js');
    repo.git('commit', '-q', '-m', 'Next');
    for (const name of names) assert.equal(await origins(repo, `${name}.js`), 'A', name);
    assert.equal(repo.git('status', '--porcelain'), '');
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
