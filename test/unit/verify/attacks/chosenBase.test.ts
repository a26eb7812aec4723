/** A branch that chooses what it is reviewed against: the base, the targets and the repository of the signature. */
import assert from 'node:assert/strict';
import type { SignoffPredicate } from '../../../../src/core/model/signoff';
import { planSignoff } from '../../../../src/node/review';
import { branchReport } from '../../../../src/node/status';
import { policyText } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import type { Answer } from '../../cli/harness';
import { cli } from '../../cli/harness';
import { BASE, BLOCK, FILE, ana, bo, cy, gate, start, statementOf } from './trial';

const POLICY = '.countersign/policy.jsonc';
const OTHER_ID = '00000000-0000-4000-8000-00000000beef';

/** A project whose author pushed a base of their own, and a branch that names it as the target; a reviewer's clone. */
function chosen(policyOfBase: Readonly<Record<string, unknown>>, pushedAs = 'bo/base'): TestRepository {
  const repo = start({}, [ana, cy]);
  repo.git('switch', '-q', '-c', pushedAs);
  repo.write(POLICY, policyText([ana, cy], policyOfBase)).commit('Base');
  repo.git('switch', '-q', '-C', 'feature');
  repo.write(POLICY, policyText([ana, cy], { targets: [pushedAs] })).commit('Settings');
  repo.write(FILE, BASE + BLOCK).commit('Change');
  repo.git('switch', '-q', 'main');
  const clone = repo.clone().as(ana);
  clone.git('switch', '-q', 'feature');
  return clone;
}

function decide(repo: TestRepository, command: string, ...more: readonly string[]): Promise<Answer> {
  return cli(repo.top, [command, '--yes', '--commit', '--note', 'never', '--key', `${ana.key}.pub`, ...more, FILE]);
}

function predicateOf(repo: TestRepository): SignoffPredicate {
  const [path = ''] = repo.git('ls-files', '*.dsse').split('\n');
  return statementOf(repo, path).predicate;
}

/** The branch as its author goes on with it: the policy as it was, and somebody else's yes. */
async function goneOn(repo: TestRepository): Promise<TestRepository> {
  repo.as(bo).git('checkout', '-q', 'origin/main', '--', POLICY);
  repo.commit('Policy as it was');
  const yes = ['approve', '--yes', '--commit', '--base', 'origin/main', '--key', `${cy.key}.pub`, FILE];
  await cli(repo.as(cy).top, yes);
  return repo;
}

describe('attack 26: the branch under review chooses the base, the targets and the repository of the signature', () => {
  it('a veto that is asked for without --base stands at the gate', async () => {
    for (const policy of [{ targets: ['bo/*'] }, { targets: ['bo/*'], repo: OTHER_ID }]) {
      const repo = chosen(policy);
      const { exit, stderr } = await decide(repo, 'reject');
      assert.equal(exit, 0, stderr);
      assert.match(stderr, /\n {2}against origin\/main, for main\n/);
      const outcome = await gate(await goneOn(repo), { base: 'origin/main' });
      assert.equal(outcome.exit, 1);
      assert.ok(outcome.report?.hunks.some(({ path, status }) => path === FILE && status === 'rejected'));
    }
  });

  it('an approval is for the targets of the remote’s default branch, whatever the change calls its targets', async () => {
    const repo = chosen({ targets: ['**'], repo: OTHER_ID });
    assert.equal((await decide(repo, 'approve')).exit, 0);
    const { targetRefs, repo: id, observed } = predicateOf(repo);
    assert.deepEqual(targetRefs, ['main']);
    assert.notEqual(id, OTHER_ID);
    assert.equal(observed.base, repo.git('rev-parse', 'origin/main'));
  });

  it('so it is where git does not know the remote’s default branch, and a tag has its name', async () => {
    const repo = chosen({ targets: ['**'] });
    repo.git('remote', 'set-head', 'origin', '--delete');
    repo.git('tag', 'origin/main', 'origin/bo/base');
    assert.equal((await decide(repo, 'approve')).exit, 0);
    assert.deepEqual(predicateOf(repo).targetRefs, ['main']);
  });

  it('a target that the change alone names is shown, and nothing is signed against it', async () => {
    const repo = chosen({ targets: ['**'] });
    repo.git('remote', 'set-head', 'origin', '--delete');
    repo.git('update-ref', '-d', 'refs/remotes/origin/main');
    repo.git('branch', '-q', '-D', 'main');
    assert.equal((await branchReport(await repo.open())).target.revision, 'origin/bo/base');
    for (const command of ['approve', 'reject']) {
      const { exit, stderr } = await decide(repo, command);
      assert.equal(exit, 3);
      assert.match(stderr, /only this branch's own policy calls origin\/bo\/base a target; .*--base/);
    }
    assert.equal(repo.git('ls-files', '*.dsse'), '');
    await assert.rejects(planSignoff(await repo.open(), { decision: 'withdraw', withdraws: 'aaaa' }), /own policy/);
    const { exit, stderr } = await decide(repo, 'approve', '--base', 'origin/bo/base');
    assert.equal(exit, 0, stderr);
    assert.match(stderr, /against origin\/bo\/base, for \*\*\n/);
  });

  it('a name that the remote’s default branch had before it was renamed is asked about, and --yes does not choose', async () => {
    const repo = chosen({ targets: ['master'] }, 'master');
    repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master');
    for (const command of ['approve', 'reject']) {
      const { exit, stderr } = await decide(repo, command);
      assert.equal(exit, 2);
      assert.match(stderr, /--yes does not choose the target \(origin\/main is a target too, .* --base/);
    }
    assert.equal(repo.git('ls-files', '*.dsse'), '');
    const asked = await cli(repo.top, ['reject', '--note', 'never', '--key', `${ana.key}.pub`, FILE], {
      interactive: true,
      ask: async () => 'n',
    });
    assert.match(
      asked.stderr,
      /look closely: origin\/main is a target too, .*; run: git remote set-head origin --auto, or/,
    );
    assert.doesNotMatch(asked.stderr, /would not count/);
    assert.equal((await decide(repo, 'reject', '--base', 'origin/main')).exit, 0);
    const outcome = await gate(await goneOn(repo), { base: 'origin/main' });
    assert.ok(outcome.report?.hunks.some(({ path, status }) => path === FILE && status === 'rejected'));
  });

  it('whatever that branch says: that another one is the target, or origin/main is one of another repository', async () => {
    for (const policy of [
      { targets: ['bo/base'], repo: OTHER_ID },
      { targets: ['master', 'main'], repo: OTHER_ID },
      { targets: ['nowhere'] },
    ]) {
      const repo = chosen(policy, 'master');
      repo.git('update-ref', 'refs/remotes/origin/bo/base', 'refs/remotes/origin/master');
      repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master');
      const { exit, stderr } = await decide(repo, 'reject');
      assert.equal(exit, 2, stderr);
      assert.match(stderr, /--yes does not choose the target/);
    }
  });

  it('a branch that stands for the remote’s default since that is gone is asked about', async () => {
    const repo = chosen({ targets: ['main'], repo: OTHER_ID });
    repo.git('update-ref', 'refs/remotes/origin/trunk', 'refs/remotes/origin/main');
    repo.git('update-ref', 'refs/remotes/origin/main', 'refs/remotes/origin/bo/base');
    repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master');
    // Git takes a tag of this name for the branch that is gone.
    repo.git('tag', 'refs/remotes/origin/master', 'origin/bo/base');
    const { exit, stderr } = await decide(repo, 'reject');
    assert.equal(exit, 2, stderr);
    assert.match(
      stderr,
      /\(origin\/HEAD leads to origin\/master, which is gone; run: git remote set-head origin --auto\)/,
    );
  });

  it('a withdrawal is asked about in the same way, and is not said to count for nothing', async () => {
    const repo = chosen({ targets: ['master'] }, 'master');
    const rejected = await decide(repo, 'reject', '--base', 'origin/master');
    const id = /\(([0-9a-f]{12})/.exec(rejected.stdout)?.[1] ?? '';
    repo.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/master');
    const args = ['withdraw', '--note', 'settled', '--key', `${ana.key}.pub`, id];
    const asked = await cli(repo.top, args, { interactive: true, ask: async () => 'n' });
    assert.equal(asked.exit, 0, asked.stderr);
    assert.match(asked.stderr, /look closely: origin\/main is a target too/);
    const { exit, stderr } = await cli(repo.top, [...args, '--yes']);
    assert.equal(exit, 2);
    assert.match(stderr, /--yes does not choose the target/);
    assert.equal((await cli(repo.top, [...args, '--yes', '--base', 'origin/master'])).exit, 0);
  });

  it('nor where the remote’s default branch has no policy, and the change’s base has', async () => {
    const repo = chosen({ targets: ['**'] });
    repo.git('switch', '-q', '--orphan', 'bare');
    repo.write('README.md', '# Shop\n').commit('Nothing yet');
    repo.git('update-ref', 'refs/remotes/origin/main', 'bare');
    repo.git('switch', '-q', 'feature');
    assert.equal((await decide(repo, 'reject')).exit, 3);
    assert.equal(repo.git('ls-files', '*.dsse'), '');
  });
});
