/** Changes of the policy that two rules ask about, with real git and real keys: each reviewer signs once and is told the truth. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { TestRepository, person, policyText } from '../../support/repository';
import type { Person } from '../../support/repository';
import type { Answer } from '../cli/harness';
import { cli } from '../cli/harness';
import { dan, forge, gate } from './attacks/trial';

const [ana, bo, cy] = [person('ana'), person('bo'), person('cy')];
const POLICY = '.countersign/policy.jsonc';

/** Bo's change of the policy where two rules ask for signatures of the files under `.countersign/`. */
function asked(
  rules: readonly Readonly<Record<string, unknown>>[],
  more: readonly Readonly<Record<string, unknown>>[] = [],
): TestRepository {
  const listed = [
    { id: ana.id, emails: [ana.email], level: 'senior', teams: ['pay'] },
    { id: cy.id, emails: [cy.email], level: 'senior', teams: ['security'] },
    { id: dan.id, emails: [dan.email], level: 'senior', teams: ['pay'] },
  ];
  const policy = {
    people: listed,
    rules: [
      ...rules.map((require, index) => ({
        id: `r${index}`,
        when: { paths: ['.countersign/*'] },
        require: { tier: 'approve', count: 1, level: 'senior', ...require },
      })),
      ...more,
    ],
  };
  const repo = new TestRepository().as(ana).adopt([ana, cy, dan], policy);
  repo.write('a.js', 'x\n').commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  repo.write(POLICY, policyText([ana, cy, dan], { ...policy, atomic: ['**/yarn.lock'] })).commit('Settings');
  return repo;
}

function approve(repo: TestRepository, who: Person, ...more: readonly string[]): Promise<Answer> {
  return cli(repo.as(who).top, ['approve', '--yes', '--key', `${who.key}.pub`, ...more]);
}

async function exitOf(repo: TestRepository): Promise<number> {
  return (await gate(repo)).exit;
}

describe('a reviewer of a change that two rules ask about', () => {
  for (const binding of ['file', 'tree']) {
    it(`signs once where only the less strict rule wants the ${binding} bound`, async () => {
      const repo = asked([{}, { level: 'mid', binding }]);
      const { exit, stderr } = await approve(repo, ana, '--commit');
      assert.equal(exit, 0);
      assert.doesNotMatch(stderr, /would not count/);
      assert.equal(await exitOf(repo), 0);
    });
  }

  it('is not told that a signature would not count which one of them needs, and is told when it does nothing more', async () => {
    const repo = asked([{ teams: ['pay'] }, { teams: ['security'] }]);
    const first = await approve(repo, ana, '--commit');
    assert.doesNotMatch(first.stderr, /would not count/);
    assert.equal(await exitOf(repo), 1);
    const verify = await cli(repo.top, ['verify', '--base', 'main']);
    assert.match(
      verify.stdout,
      /sign-off \w+ by ana counts for rule r0 only: ana is senior; the rule asks for senior in security/,
    );
    const again = await approve(repo, ana);
    assert.match(again.stderr, /this would not count: .* asks for senior in security/);
    repo.git('clean', '-qfd', '.countersign');
    const second = await approve(repo, cy, '--commit');
    assert.doesNotMatch(second.stderr, /would not count/);
    assert.equal(await exitOf(repo), 0);
  });

  it('is told of a sign-off that is brought in for how many blocks it counts, though another rule still waits', async () => {
    const repo = asked([{ teams: ['pay'] }, { teams: ['security'] }]);
    const file = join(repo.top, '..', 'ana.dsse');
    assert.equal((await approve(repo, ana, '--export', file)).exit, 0);
    const { exit, stdout } = await cli(repo.as(bo).top, ['import', '--commit', file]);
    assert.equal(exit, 0);
    assert.match(stdout, /counts for 1 block/);
    await approve(repo, cy, '--commit');
    assert.equal(await exitOf(repo), 0);
  });

  it('binds no more than the rules want that still wait', async () => {
    const code = { tier: 'approve', count: 1, level: 'senior', teams: ['security'] };
    const others = [{ id: 'code', when: { paths: ['*.js'] }, require: code }];
    const repo = asked([{ teams: ['pay'] }, { teams: ['security'], binding: 'tree' }], others);
    // Cy can't sign for this part, and it waits for somebody else.
    repo.as(cy).write('a.js', 'x\ny\n').commit('Code');
    assert.equal((await approve(repo, cy, '--commit')).exit, 0);
    const { exit, stderr } = await approve(repo, ana, '--commit', POLICY);
    assert.equal(exit, 0, stderr);
  });

  it('is told that a signature does nothing where the rule that it would count for is met already', async () => {
    const repo = asked([{ teams: ['security'] }, {}]);
    assert.equal((await approve(repo, dan, '--commit')).exit, 0);
    assert.match((await approve(repo, ana)).stderr, /this would not count: .* asks for senior in security/);
  });

  it('is told so of a second one of theirs where a rule wants two people, and the other one is not', async () => {
    const repo = asked([
      { teams: ['security'], count: 2 },
      { teams: ['pay'], count: 2 },
    ]);
    assert.doesNotMatch((await approve(repo, ana, '--commit')).stderr, /would not count/);
    assert.match((await approve(repo, ana)).stderr, /this would not count/);
    repo.git('clean', '-qfd', '.countersign');
    assert.doesNotMatch((await approve(repo, dan)).stderr, /would not count/);
  });

  it('is not told so of one that a third rule needs, which an earlier one of theirs is too weak for', async () => {
    const repo = asked([
      { teams: ['security'], binding: 'file' },
      { teams: ['pay'] },
      { teams: ['pay'], binding: 'file' },
    ]);
    await forge(repo, ana);
    assert.doesNotMatch((await approve(repo, ana, '--commit')).stderr, /would not count/);
    assert.equal((await approve(repo, cy, '--commit')).exit, 0);
    assert.equal(await exitOf(repo), 0);
  });
});
