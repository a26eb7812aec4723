/** What people do to commits, with real git and the installed hook: every line keeps its origin. */
import assert from 'node:assert/strict';
import type { TestRepository } from '../../support/repository';
import { BASE, gitWith, hooked, origins, rebaseWith, records, save, text } from './hooked';

/** Three commits on `feature`: an AI's line on top, a person's in the middle, a paste at the end. */
async function three(): Promise<TestRepository> {
  const repo = await hooked();
  await save(repo, 'a.js', ['top', 'alpha', 'beta', 'gamma'], 'A---');
  repo.git('commit', '-q', '-am', 'Top');
  await save(repo, 'a.js', ['top', 'alpha', 'beta', 'gamma', 'end1', 'end2', 'end3'], 'A---PPP');
  repo.git('commit', '-q', '-am', 'End');
  await save(repo, 'b.js', ['one', 'two'], 'HA');
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'Beside');
  return repo;
}

/** `main` gets a commit of somebody whose lines nobody recorded. */
function mainMoves(repo: TestRepository): void {
  repo.git('switch', '-q', 'main');
  repo.write('a.js', text('alpha', 'beta', 'elsewhere', 'gamma'));
  repo.git('commit', '-q', '--no-verify', '-am', 'Elsewhere');
  repo.git('switch', '-q', 'feature');
}

describe('history, with the hook', () => {
  it('rebase onto a base that moved', async () => {
    const repo = await three();
    mainMoves(repo);
    repo.git('rebase', '-q', 'main');
    assert.equal(await origins(repo), 'A----PPP');
    assert.equal(await origins(repo, 'b.js'), 'HA');
  });

  it('rebase --onto, which drops a commit', async () => {
    const repo = await three();
    mainMoves(repo);
    repo.git('rebase', '-q', '--onto', 'main', 'feature~2');
    assert.equal(await origins(repo), '----PPP');
    assert.equal(await origins(repo, 'b.js'), 'HA');
  });

  it('rebase -i that reorders, squashes and rewords', async () => {
    const repo = await three();
    rebaseWith(repo, '1{h;d};2{p;x}', 'main');
    assert.equal(repo.git('log', '-1', '--format=%s'), 'Beside');
    assert.equal(await origins(repo), 'A---PPP');
    rebaseWith(repo, '2s/^pick/squash/;3s/^pick/fixup/', 'main');
    assert.equal(repo.git('rev-list', '--count', 'main..HEAD'), '1');
    assert.equal(await origins(repo), 'A---PPP');
    assert.equal(await origins(repo, 'b.js'), 'HA');
    rebaseWith(repo, '1s/^pick/reword/', 'main');
    assert.equal(await origins(repo), 'A---PPP');
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('fixup commits with --autosquash', async () => {
    const repo = await three();
    await save(repo, 'a.js', ['top', 'below', 'alpha', 'beta', 'gamma', 'end1', 'end2', 'end3'], 'AH---PPP');
    repo.git('commit', '-q', '-a', '--fixup=HEAD~2');
    repo.git('-c', 'sequence.editor=true', 'rebase', '-q', '-i', '--autosquash', 'main');
    assert.equal(repo.git('rev-list', '--count', 'main..HEAD'), '3');
    assert.equal(await origins(repo), 'AH---PPP');
  });

  it('rebase with a conflict: what is typed to resolve it waits, and the next commit carries it', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'mine', 'gamma'], '-A-');
    repo.git('commit', '-q', '-am', 'Mine');
    repo.git('switch', '-q', 'main');
    repo.write('a.js', text('alpha', 'yours', 'gamma'));
    repo.git('commit', '-q', '--no-verify', '-am', 'Yours');
    repo.git('switch', '-q', 'feature');
    assert.throws(() => repo.git('rebase', '-q', 'main'));
    await save(repo, 'a.js', ['alpha', 'yours', 'mine', 'resolved', 'gamma'], '--AH-');
    repo.git('add', 'a.js');
    repo.git('-c', 'core.editor=true', 'rebase', '--continue');
    assert.equal(await origins(repo), '--A--');
    await save(repo, 'b.js', ['next'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Next');
    assert.equal(await origins(repo), '--AH-');
  });

  it('cherry-pick, alone and through a conflict', async () => {
    const repo = await three();
    repo.git('switch', '-q', '-c', 'other', 'main');
    repo.git('cherry-pick', 'feature~1');
    assert.equal(await origins(repo), '---PPP');
    repo.git('switch', '-q', '-c', 'third', 'main');
    repo.write('a.js', text('first', 'alpha', 'beta', 'gamma'));
    repo.git('commit', '-q', '-am', 'In the way');
    assert.throws(() => repo.git('cherry-pick', 'feature~2'));
    await save(repo, 'a.js', ['first', 'top', 'both', 'alpha', 'beta', 'gamma'], '-AH---');
    repo.git('add', 'a.js');
    repo.git('-c', 'core.editor=true', 'cherry-pick', '--continue');
    assert.equal(await origins(repo), '-AH---');
  });

  it('a revert that git was told to forget takes no record of the lines that stay', async () => {
    for (const other of ['a.js', 'c.js']) {
      const repo = await hooked();
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
      await save(repo, 'b.js', ['typed', 'pasted'], 'HP');
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', 'Both');
      repo.git('revert', '--no-commit', 'HEAD');
      repo.git('revert', '--quit');
      repo.git('checkout', 'HEAD', '--', 'b.js');
      if (other === 'c.js') repo.git('checkout', 'HEAD', '--', 'a.js');
      else await save(repo, 'a.js', [...BASE], '---');
      await save(repo, 'c.js', ['beside'], 'H');
      repo.git('add', '-A', '*.js');
      assert.throws(() => repo.git('-c', 'core.editor=false', 'commit', '-q'));
      repo.git('commit', '-q', '-m', 'Half');
      assert.equal(await origins(repo, 'b.js'), 'HP');
      assert.equal(await origins(repo), other === 'a.js' ? '---' : '---A');
      assert.equal(repo.git('status', '--porcelain'), '');
      const before = records(repo);
      repo.write('d.txt', 'd\n').git('add', '-A');
      repo.git('commit', '-q', '-m', 'Next');
      assert.ok(records(repo).length <= before.length);
    }
  });

  it('what a revert takes as a whole stays out, with its record', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'asked'], '---A');
    repo.git('commit', '-q', '-am', 'Asked');
    repo.git('revert', '--no-commit', 'HEAD');
    repo.git('revert', '--quit');
    repo.git('commit', '-q', '-m', 'All of it');
    assert.deepEqual(records(repo), []);
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('revert, and landing again', async () => {
    const repo = await three();
    repo.git('revert', '--no-edit', 'HEAD~1');
    assert.equal(await origins(repo), 'A---');
    repo.git('revert', '--no-edit', 'HEAD');
    assert.equal(await origins(repo), 'A---PPP');
    assert.equal(await origins(repo, 'b.js'), 'HA');
  });

  it('reset --soft, --mixed and --keep, and committing again', async () => {
    const repo = await three();
    for (const mode of ['--soft', '--mixed']) {
      repo.git('reset', '-q', mode, 'main');
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', `After ${mode}`);
      assert.equal(await origins(repo), 'A---PPP', mode);
      assert.equal(await origins(repo, 'b.js'), 'HA', mode);
    }
    await save(repo, 'c.js', ['kept'], 'H');
    repo.git('reset', '-q', '--keep', 'main');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Only this');
    assert.equal(await origins(repo, 'c.js'), 'H');
    assert.equal(await origins(repo), '---');
  });

  it('reset --hard and --merge: what is thrown away explains nothing that somebody else brings', async () => {
    const repo = await three();
    repo.git('reset', '-q', '--hard', 'main');
    repo.write('a.js', text('alpha', 'beta', 'gamma', 'unseen'));
    repo.git('commit', '-q', '-am', 'By nobody on record');
    assert.equal(await origins(repo), '----');
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'unseen', 'seen'], '----H');
    repo.git('add', 'a.js');
    repo.git('reset', '-q', '--merge', 'HEAD');
    assert.equal(repo.git('status', '--porcelain'), '');
    repo.git('reset', '-q', '--hard', 'ORIG_HEAD');
    assert.equal(await origins(repo), '----');
  });

  it('stash, stash -u and stash -p, and pop on another branch', async () => {
    const repo = await hooked();
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'stashed'], '---A');
    await save(repo, 'new.js', ['untracked'], 'H');
    repo.git('stash', 'push', '-q', '-u');
    repo.git('switch', '-q', '-c', 'other', 'main');
    await save(repo, 'a.js', ['first', 'alpha', 'beta', 'gamma'], 'P---');
    repo.git('commit', '-q', '-am', 'First');
    repo.git('stash', 'pop', '-q');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Popped');
    assert.equal(await origins(repo, 'new.js'), 'H');
    // The editor saw neither the merge of both texts nor who made it: its older states speak where they are carried.
    assert.match(await origins(repo), /^P---[A-]$/);
    await save(repo, 'a.js', ['up', 'first', 'alpha', 'beta', 'gamma', 'stashed', 'more'], 'A-----H');
    gitWith(repo, 's\ny\nn\n', 'stash', 'push', '-q', '-p');
    repo.git('commit', '-q', '-am', 'Without the first');
    repo.git('stash', 'pop', '-q');
    repo.git('commit', '-q', '-am', 'With it');
    assert.match(await origins(repo), /^AP---[A-]H$/);
  });
});
