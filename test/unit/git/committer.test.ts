/** Whose the lines are that someone adds to another's commit: git keeps its author, and tells the hook nothing else. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { blameFile } from '../../../src/node/blame';
import { runGate } from '../../../src/node/gate';
import { authorEmail } from '../../../src/node/repository';
import type { TestRepository } from '../../support/repository';
import { ana, bo, hookUp, hooked, records, save } from './hooked';

/** `a.js` with a line that ana typed, in a commit of hers; from here on bo commits. */
async function hers(): Promise<TestRepository> {
  const repo = await hooked(ana);
  await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'hers'], '---H');
  repo.git('commit', '-q', '-am', 'Hers');
  await save(repo.as(bo), 'a.js', ['alpha', 'beta', 'gamma', 'hers', 'asked'], '---HA');
  repo.git('add', 'a.js');
  return repo;
}

/** The recorded author of each line. */
async function authors(repo: TestRepository, path = 'a.js'): Promise<(string | undefined)[]> {
  const { lines } = await blameFile(await repo.open(), repo.top, path, 'HEAD');
  return lines.map(({ author }) => author?.replace('@example.com', ''));
}

describe('commits that keep another’s name', () => {
  for (const args of [
    ['--amend', '--no-edit'],
    ['-C', 'HEAD'],
    ['-m', 'For her', '--author=ana <ana@example.com>'],
  ]) {
    it(`commit ${args.join(' ')}: the lines are whose journal knows them`, async () => {
      const repo = await hers();
      repo.git('commit', '-q', ...args);
      assert.equal(repo.git('show', '-s', '--format=%ae %ce'), 'ana@example.com bo@example.com');
      assert.deepEqual(await authors(repo), [undefined, undefined, undefined, 'ana', 'bo']);
    });
  }

  it('a senior’s squash of such a commit needs the sign-off that the lines needed', async () => {
    const repo = await hers();
    repo.git('commit', '-q', '--amend', '--no-edit');
    const clone = repo.clone().as(ana);
    await hookUp(clone);
    clone.git('switch', '-q', '-c', 'squashed', 'origin/main');
    clone.git('merge', '-q', '--squash', 'origin/feature');
    clone.git('commit', '-q', '-m', 'Squashed');
    const { report } = await runGate(await clone.open(), { base: 'origin/main', head: 'HEAD' });
    assert.deepEqual(
      report?.hunks.flatMap(({ path, origin, author, status }) => (path === 'a.js' ? [[origin, author, status]] : [])),
      [
        ['human', 'ana@example.com', 'not-required'],
        ['ai', 'bo@example.com', 'missing'],
      ],
    );
  });

  it('a pick of hers that is resolved here, and what is folded afterwards', async () => {
    const repo = await hooked(ana);
    await save(repo, 'a.js', ['alpha', 'hers', 'gamma'], '-H-');
    repo.git('commit', '-q', '-am', 'Hers');
    repo.as(bo).git('switch', '-q', '-c', 'other', 'main');
    await save(repo, 'a.js', ['alpha', 'his', 'gamma'], '-H-');
    repo.git('commit', '-q', '-am', 'His');
    assert.throws(() => repo.git('cherry-pick', 'feature'));
    await save(repo, 'a.js', ['alpha', 'his', 'asked', 'hers', 'gamma'], '-HA--');
    repo.git('add', 'a.js');
    repo.git('-c', 'core.editor=true', 'cherry-pick', '--continue');
    assert.deepEqual(await authors(repo), [undefined, 'bo', 'bo', 'ana', undefined]);
    for (const name of ['b.js', 'c.js', 'd.js']) {
      await save(repo, name, [`typed${name[0] ?? ''}`], 'H');
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', name);
    }
    assert.deepEqual(await authors(repo), [undefined, 'bo', 'bo', 'ana', undefined]);
    assert.equal(records(repo).length, 3, 'hers, what bo had, and the newest');
  });

  for (const [what, email] of [
    ['a program', 'helper[bot]@example.com'],
    ['a forge', 'noreply@github.com'],
  ] as const) {
    it(`where ${what} commits, the author answers for the lines`, async () => {
      const repo = await hooked();
      await save(repo, 'b.js', ['typed'], 'H');
      repo.git('add', '-A');
      const env = { ...process.env, GIT_COMMITTER_NAME: 'It', GIT_COMMITTER_EMAIL: email };
      execFileSync('git', ['commit', '-q', '-m', 'New'], { cwd: repo.top, env });
      assert.deepEqual(await authors(repo, 'b.js'), ['bo']);
    });
  }

  it('where git guesses the committer’s name, or has the address from EMAIL, it is the committer all the same', async () => {
    const repo = await hooked();
    for (const [unset, more] of [
      ['user.name', {}],
      ['user.email', { EMAIL: 'bo@example.com' }],
    ] as const) {
      repo.git('config', '--unset', unset);
      const repository = await repo.open();
      const kept = { GIT_AUTHOR_NAME: 'ana', GIT_AUTHOR_EMAIL: 'ana@example.com', GIT_CONFIG_GLOBAL: '/dev/null' };
      const env = {
        ...repository.env,
        ...kept,
        ...more,
        GIT_COMMITTER_NAME: undefined,
        GIT_COMMITTER_EMAIL: undefined,
      };
      assert.equal(await authorEmail({ ...repository, env }), 'bo@example.com', unset);
    }
  });

  it('where git knows the author alone, they answer for the lines', async () => {
    const repo = await hooked();
    await save(repo, 'b.js', ['typed'], 'H');
    repo.git('add', '-A');
    repo.git('config', '--unset', 'user.email');
    repo.git('config', 'author.email', 'bo@example.com');
    const env = { ...process.env, EMAIL: 'root@machine.example', GIT_CONFIG_GLOBAL: '/dev/null' };
    execFileSync('git', ['commit', '-q', '-m', 'New'], { cwd: repo.top, env });
    assert.deepEqual(await authors(repo, 'b.js'), ['bo']);
  });
});
