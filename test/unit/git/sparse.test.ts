/** A sparse checkout that leaves the policy out, as git's own default does: what stands in the index is in force. */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { TestRepository, person } from '../../support/repository';
import { Agent, letters, lines } from '../agents/session';
import { cli } from '../cli/harness';

const POLICY = '.countersign/policy.jsonc';
const bo = person('bo');
const ana = person('ana');

describe('a sparse checkout without the sidecar', () => {
  function sparse(...more: readonly string[]): TestRepository {
    const repo = new TestRepository().as(bo).adopt([ana]);
    repo.write('in/a.js', lines('const base = true;')).write('out/b.js', lines('const other = true;'));
    repo.commit('Start');
    repo.git('switch', '-q', '-c', 'feature');
    repo.git('sparse-checkout', 'set', ...more, 'in');
    assert.equal(existsSync(join(repo.top, POLICY)), false);
    return repo;
  }

  for (const more of [[], ['--no-cone'], ['--sparse-index']]) {
    it(`init installs the hook and changes nothing else ${more.join()}`, async () => {
      const repo = sparse(...more);
      const done = await cli(repo.top, ['init', '--owner', bo.email, '--key', `${bo.key}.pub`, '--enforce']);
      assert.equal(done.exit, 0, done.stderr);
      assert.match(done.stdout, /A policy stands here already: nothing but the hooks was touched/);
      assert.match(done.stdout, /installed the pre-commit hook/);
      assert.equal(existsSync(join(repo.top, '.countersign/allowed_signers')), false);
      assert.equal(repo.git('status', '--porcelain'), '');
    });
  }

  it('init does not replace a policy that was deleted from the work tree alone', async () => {
    const repo = new TestRepository().as(bo).adopt([ana]);
    repo.commit('Start');
    rmSync(join(repo.top, POLICY));
    const done = await cli(repo.top, ['init', '--owner', bo.email, '--key', `${bo.key}.pub`]);
    assert.match(done.stdout, /nothing but the hooks was touched/);
    assert.equal(repo.git('status', '--porcelain'), ` D ${POLICY}`);
  });

  it('what an agent’s hooks report is recorded', async () => {
    const repo = sparse();
    await new Agent(repo).write('in/c.js', lines('const generated = robot();'));
    assert.equal(await letters(repo, 'in/c.js'), 'A');
  });

  it('the policy is checked, explained, found by prune and looked at by doctor', async () => {
    const repo = sparse();
    const checked = await cli(repo.top, ['policy', 'check']);
    assert.equal(checked.exit, 0, checked.stderr);
    assert.match(checked.stdout, /holds: mode enforce, 4 rules, 1 listed/);
    const explained = await cli(repo.top, ['policy', 'explain', 'in/a.js']);
    assert.match(explained.stdout, /1 sign-off by senior or above {2}rule ai-needs-a-senior/);
    repo.git('switch', '-q', 'main');
    const pruned = await cli(repo.top, ['prune', '--dry-run']);
    assert.match(pruned.stdout, /would prune 0 merged records from main/);
    const { stdout } = await cli(repo.top, ['doctor']);
    assert.match(stdout, /the policy is valid and enforced/);
    assert.match(stdout, /1 key is listed/);
  });

  it('a policy that the index can’t be asked for is not taken for none', async () => {
    const repo = sparse();
    repo.write('.git/index', 'damaged');
    for (const args of [['policy', 'check'], ['init']]) {
      const { exit, stderr } = await cli(repo.top, args);
      assert.equal(exit, 3);
      assert.match(stderr, /git cat-file --batch failed: .*index/);
    }
    assert.equal(existsSync(join(repo.top, '.countersign')), false);
  });
});
