/** Submodules have no object in the repository, and stand in its trees all the same. */
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestRepository } from '../../../support/repository';
import { BLOCK, ana, bo, code, dan, forge, gate, hunk, start } from './trial';

const LIB = 'vendor/lib';
const set = (repo: TestRepository, digit: string): void => {
  repo.git('update-index', '--add', '--cacheinfo', `160000,${digit.repeat(40)},${LIB}`);
};

describe('attack 23: a rejected bump of a submodule', () => {
  async function rejected(): Promise<TestRepository> {
    const repo = start({}, [ana, dan]);
    repo.git('switch', '-q', 'main');
    set(repo, '1');
    repo.as(ana).git('commit', '-q', '-m', 'Library');
    repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
    set(repo, '2');
    repo.git('commit', '-q', '-m', 'Bump');
    // An empty folder is a submodule that is not checked out.
    mkdirSync(join(repo.top, LIB), { recursive: true });
    await forge(repo, dan, { predicate: { decision: 'reject', note: 'not this version' } });
    assert.equal(hunk(await gate(repo), LIB).status, 'rejected');
    return repo;
  }

  it('that was taken back stands against the rest of the change until it is withdrawn', async () => {
    const repo = await rejected();
    set(repo, '1');
    repo.git('commit', '-q', '-m', 'Take it back');
    repo.write('src/new.js', BLOCK).git('add', 'src');
    repo.git('commit', '-q', '-m', 'Another');
    const veto = hunk(await gate(repo), 'src/new.js');
    assert.equal(veto.status, 'rejected');
    const withdraws = veto.signoffs.find((each) => each.code === 'rejected')?.id ?? '';
    await forge(repo, dan, { predicate: { decision: 'withdraw', withdraws, note: 'settled' } });
    const outcome = await gate(repo);
    assert.equal(code(outcome), '1');
    assert.equal(hunk(outcome, 'src/new.js').status, 'missing');
  });

  it('that the target took out stands against the rest of the change', async () => {
    const repo = await rejected();
    repo.git('switch', '-q', 'main');
    repo.as(ana).git('rm', '-q', '--cached', LIB);
    repo.git('commit', '-q', '-m', 'Do without');
    repo.as(bo).git('switch', '-q', 'feature');
    set(repo, '1');
    repo.git('commit', '-q', '-m', 'Take it back');
    repo.git('merge', '-q', '-m', 'Update', 'main');
    repo.write('src/new.js', BLOCK).git('add', 'src');
    repo.git('commit', '-q', '-m', 'Another');
    assert.equal(hunk(await gate(repo), 'src/new.js').status, 'rejected');
  });
});
