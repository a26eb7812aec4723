/** Commits that no hook saw and that were made anew on another base before anything was recorded: what waits goes along. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { waitingRecords } from '../../../src/node/unrecorded';
import type { TestRepository } from '../../support/repository';
import { ana, bo, commitBeside, hooked, origins, rebaseWith, records, save, text } from './hooked';

const UNSEEN = ['alpha', 'beta', 'gamma', 'one', 'two'] as const;

async function waiting(repo: TestRepository): Promise<string[]> {
  return (await waitingRecords(await repo.open())).map(({ file }) => file.path);
}

/** On `feature` a commit that no hook saw; on `moved` another line of ana's above, from a clone. */
async function unseen(): Promise<TestRepository> {
  const repo = await hooked();
  await save(repo, 'a.js', UNSEEN, '---AH');
  repo.git('commit', '-q', '-n', '-am', 'Unseen');
  const clone = repo.clone().as(ana);
  clone.git('switch', '-q', '-c', 'moved', 'origin/main');
  clone.write('a.js', text('zeta', 'alpha', 'beta', 'gamma')).git('commit', '-q', '-am', 'Moved');
  repo.git('fetch', '-q', clone.top, 'moved:moved');
  return repo;
}

/** Commits of ana's without content, later than any other, on the branch that is checked out. */
function fastForward(repo: TestRepository, count: number): void {
  const later = Math.floor(Date.now() / 1000);
  const head = repo.git('rev-parse', 'HEAD').trim();
  const commits = Array.from({ length: count }, (_, index) => {
    const from = index === 0 ? `from ${head}\n` : '';
    return `commit refs/heads/newer\ncommitter ana <${ana.email}> ${later + index} +0000\ndata 1\nx\n${from}`;
  });
  execFileSync('git', ['fast-import', '--quiet'], { cwd: repo.top, input: commits.join('') });
  repo.git('merge', '-q', '--ff-only', 'newer');
}

describe('commits without the hook that HEAD left', () => {
  it('a rebase: status says so, a commit that is given up loses nothing, and the next one carries it once', async () => {
    const repo = await unseen();
    repo.git('rebase', '-q', 'moved');
    assert.deepEqual(await waiting(repo), ['a.js']);
    assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q', '--allow-empty'));
    assert.deepEqual(await waiting(repo), ['a.js']);
    await commitBeside(repo, 'b.js');
    assert.equal(await origins(repo), '----AH');
    assert.deepEqual(await waiting(repo), []);
    const before = records(repo).length;
    repo.write('c.txt', 'c\n').git('add', '-A');
    repo.git('commit', '-q', '-m', 'Nothing more');
    assert.equal(records(repo).length, before);
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('a resolution that rebase --continue took, rebased again', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'ours', 'gamma'], '-A-');
    repo.git('commit', '-q', '-am', 'Ours');
    repo.git('switch', '-q', '-c', 'first', 'main');
    repo.write('a.js', text('alpha', 'theirs', 'gamma')).git('commit', '-q', '-n', '-am', 'Theirs');
    repo.git('switch', '-q', 'feature');
    assert.throws(() => repo.git('rebase', '-q', 'first'));
    await save(repo, 'a.js', ['alpha', 'theirs', 'ours', 'asked', 'gamma'], '--AA-');
    repo.git('add', 'a.js');
    repo.git('-c', 'core.editor=true', 'rebase', '--continue');
    repo.git('switch', '-q', '-c', 'second', 'first');
    repo.write('a.js', text('zeta', 'alpha', 'theirs', 'gamma')).git('commit', '-q', '-n', '-am', 'Zeta');
    repo.git('switch', '-q', 'feature');
    repo.git('rebase', '-q', 'second');
    await commitBeside(repo, 'b.js');
    assert.equal(await origins(repo), '---AA-');
  });

  for (const [what, bring] of [
    ['pick', ['cherry-pick', 'feature']],
    ['squash', ['merge', '-q', '--squash', 'feature']],
  ] as const) {
    it(`a ${what}, also after other commits there`, async () => {
      const repo = await unseen();
      repo.git('switch', '-q', 'moved');
      await commitBeside(repo, 'b.js');
      assert.doesNotMatch(repo.read(records(repo)[0] ?? ''), /a\.js/, 'nothing of it is here yet');
      assert.deepEqual(await waiting(repo), []);
      await commitBeside(repo, 'c.js');
      repo.git(...bring);
      await commitBeside(repo, 'd.js');
      assert.equal(await origins(repo), '----AH');
      assert.deepEqual(await waiting(repo), []);
    });
  }

  it('an amended commit of which a part was taken out', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', UNSEEN, '---AH');
    repo.git('commit', '-q', '-n', '-am', 'Unseen');
    repo.write('a.js', text('zeta', ...UNSEEN.slice(0, 4)));
    repo.git('commit', '-q', '-n', '-a', '--amend', '-m', 'Less');
    await commitBeside(repo, 'b.js');
    assert.equal(await origins(repo), '----A');
  });

  it('what was given up explains nothing that stands there again, also while the branch is left', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'one'], '---H');
    // Two commits of one second are not told apart.
    repo.git('commit', '-q', '-n', '-am', 'Unseen', '--date=2001-01-01T00:00:00');
    repo.git('reset', '-q', '--hard', 'HEAD^');
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'other'], '---H');
    repo.git('commit', '-q', '-am', 'Other');
    repo.write('a.js', text('alpha', 'beta', 'gamma', 'other', 'one'));
    repo.git('commit', '-q', '-am', 'Again, unseen');
    assert.deepEqual(await waiting(repo), []);
    await commitBeside(repo, 'b.js');
    assert.equal(await origins(repo), '---H-');
  });

  for (const [what, leave] of [
    ['a reset', (repo: TestRepository) => repo.git('reset', '-q', '--hard', 'HEAD~2')],
    ['a rebase that drops it', (repo: TestRepository) => rebaseWith(repo, '2d', 'HEAD~3')],
    ['another branch', (repo: TestRepository) => repo.git('switch', '-q', '-c', 'other', 'HEAD~2')],
  ] as const) {
    it(`what waits once more, as ${what} left the commit that carried it`, async () => {
      const repo = await hooked();
      await save(repo, 'a.js', UNSEEN, '---AH');
      repo.git('commit', '-q', '-n', '-am', 'Unseen');
      for (const name of ['b.js', 'c.js']) await commitBeside(repo, name);
      assert.equal(await origins(repo), '---AH');
      leave(repo);
      assert.deepEqual(await waiting(repo), ['a.js']);
      await commitBeside(repo, 'd.js');
      assert.equal(await origins(repo), '---AH');
    });
  }

  it('a file that was brought from a branch with its record, without the record', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', UNSEEN, '---AH');
    repo.git('commit', '-q', '-am', 'Recorded');
    repo.git('switch', '-q', '-c', 'clean', 'main');
    repo.git('checkout', '-q', 'feature', '--', 'a.js');
    repo.git('commit', '-q', '-n', '-m', 'Brought by hand');
    assert.deepEqual(await waiting(repo), ['a.js']);
    await commitBeside(repo, 'b.js');
    assert.equal(await origins(repo), '---AH');
  });

  for (const newer of [0, 1005]) {
    const others = newer === 0 ? 'a branch that was worked on later' : `${newer} commits of others`;
    it(`nothing of a revert that was looked at, though ${others} were merged since`, async () => {
      const repo = await hooked();
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
      repo.git('commit', '-q', '-am', 'By an AI');
      repo.git('revert', '--no-edit', 'HEAD');
      for (const name of ['b.js', 'c.js']) await commitBeside(repo, name);
      repo.git('switch', '-q', '-c', 'other', 'main');
      if (newer === 0) for (const name of ['d.js', 'e.js', 'f.js']) await commitBeside(repo, name);
      else fastForward(repo, newer);
      repo.git('switch', '-q', 'feature');
      repo.git('merge', '-q', '--no-edit', 'other');
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---H');
      repo.git('commit', '-q', '-am', 'Typed');
      assert.equal(await origins(repo), '---H');
    });
  }

  it('nothing of others’ commits, and nothing that the branch has as it was', async () => {
    const repo = await hooked();
    repo.write('c.js', text('hers'));
    repo.git('add', '-A');
    repo.as(ana).git('commit', '-q', '-n', '-m', 'Hers');
    await save(repo.as(bo), 'c.js', ['hers', 'his'], '-H');
    repo.git('commit', '-q', '-n', '-am', 'His');
    await commitBeside(repo, 'b.js');
    assert.equal(await origins(repo, 'c.js'), '-H');
    const before = records(repo);
    repo.git('commit', '-q', '--amend', '--no-edit', '--date=2001-01-01T00:00:00');
    repo.write('d.txt', 'd\n').git('add', '-A');
    repo.git('commit', '-q', '-m', 'Next');
    assert.deepEqual(records(repo), before);
  });
});
