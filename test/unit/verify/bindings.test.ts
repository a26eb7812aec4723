/** What a signature binds beyond its lines: the whole file, the whole tree; several signers; vetoes and withdrawals. */
import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { planSignoff, signPlan } from '../../../src/node/review';
import type { TestRepository } from '../../support/repository';
import type { Person } from '../../support/repository';
import { BASE, BLOCK, FILE, ana, bo, cy, dan, forge, gate, hunk, refusals, sign, start, text } from './attacks/trial';

const LONG = text(...Array.from({ length: 60 }, (_, index) => `line ${index}`));
const ruled = (...rules: readonly (readonly [path: string, require: Readonly<Record<string, unknown>>])[]): object => ({
  rules: rules.map(([path, require], index) => ({
    id: `rule-${index}`,
    when: { paths: [path] },
    require: { tier: 'approve', count: 1, level: 'senior', ...require },
  })),
});

/** Two blocks in `src/long.txt`, one in `src/total.js`, by bo, under these rules. */
function changed(rules: object, seniors: readonly Person[] = [ana]): TestRepository {
  const repo = start({ ...rules }, seniors);
  repo.git('switch', '-q', 'main');
  repo.as(ana).write('src/long.txt', LONG).commit('Long');
  repo.as(bo).git('switch', '-q', '-C', 'feature');
  repo.write('src/long.txt', LONG.replace('line 5\n', 'five\n').replace('line 50\n', 'fifty\n'));
  repo.write(FILE, BASE + BLOCK).commit('Change');
  return repo;
}

const onMain = (repo: TestRepository, path: string, content: string): void => {
  repo.git('switch', '-q', 'main');
  repo.as(ana).write(path, content).commit('Main moves');
  repo.as(bo).git('switch', '-q', 'feature');
};

describe('a rule that asks for the whole file', () => {
  const FILE_RULE = ruled(['src/**', { binding: 'file' }]);

  it('is met by approve, and no longer when anything of the file changes, in the result or in the base', async () => {
    const repo = changed(FILE_RULE);
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
    assert.equal(hunk(await gate(repo), 'src/long.txt').requires?.binding, 'file');
    const signed = repo.git('rev-parse', 'HEAD');
    repo.as(bo).write('src/long.txt', repo.read('src/long.txt').replace('line 30\n', 'thirty\n')).commit('Far away');
    const far = await gate(repo);
    assert.equal(far.exit, 1);
    assert.deepEqual([hunk(far, 'src/long.txt').status, hunk(far).status], ['stale', 'satisfied']);
    repo.git('reset', '-q', '--hard', signed);
    onMain(repo, 'src/long.txt', LONG.replace('line 30\n', 'thirty\n'));
    assert.equal((await gate(repo)).exit, 1, 'the base of the file moved');
  });

  it('is not met by a sign-off of the lines alone', async () => {
    const repo = changed(ruled(['src/**', {}]));
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
    repo.git('switch', '-q', 'main');
    const policy = repo.read('.countersign/policy.jsonc');
    repo.as(ana).write('.countersign/policy.jsonc', policy.replace('"count":1', '"count":1,"binding":"file"'));
    repo.commit('Ask for more');
    assert.deepEqual(refusals(await gate(repo, { head: 'feature' }), 'src/long.txt'), ['binding']);
  });

  it('is asked for per path: elsewhere the lines are enough', async () => {
    const repo = changed(ruled(['src/long.txt', { binding: 'file' }], ['src/**', {}]));
    await sign(repo, ana);
    repo.as(bo).write(FILE, `// far\n// away\n// above\n${BASE}${BLOCK}`);
    repo.write('src/long.txt', `${repo.read('src/long.txt')}more\n`).commit('More in both');
    const outcome = await gate(repo);
    assert.notEqual(hunk(outcome, 'src/long.txt').status, 'satisfied');
    assert.ok(outcome.report?.hunks.some(({ path, status }) => path === FILE && status === 'satisfied'));
  });
});

describe('a rule that asks for the whole tree', () => {
  const TREE_RULE = ruled(['src/total.js', { binding: 'tree' }]);
  const signTree = async (repo: TestRepository): Promise<void> => {
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${ana.key}.pub` });
    assert.deepEqual(plan.refusals, []);
    assert.deepEqual(
      plan.blocks.map(({ block }) => block.path),
      [FILE],
    );
    await signPlan(repository, plan, { note: '', viewed: 1, commit: true });
    repo.as(bo);
  };

  it('is met by approve, which signs for all other blocks too, and outlives an amended message', async () => {
    const repo = changed(TREE_RULE);
    await signTree(repo);
    assert.equal((await gate(repo)).exit, 0);
    repo.git('commit', '-q', '--amend', '-m', 'Other words');
    assert.equal((await gate(repo)).exit, 0);
  });

  it('is no longer met when any path changes, a mode, a base elsewhere', async () => {
    for (const work of [
      (repo: TestRepository) => repo.write('README.md', '# Our shop\n').commit('Elsewhere'),
      (repo: TestRepository) => repo.write('src/long.txt', LONG).commit('One change taken back'),
      (repo: TestRepository) => (chmodSync(join(repo.top, 'src/other.js'), 0o755), repo.commit('A mode')),
      (repo: TestRepository) => (repo.git('rm', '-q', 'src/other.js'), repo.commit('A deletion')),
      (repo: TestRepository) => onMain(repo, 'README.md', '# Our shop\n'),
    ]) {
      const repo = changed(TREE_RULE);
      await signTree(repo);
      work(repo);
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 1);
      assert.deepEqual(refusals(outcome), ['binding']);
    }
  });

  it('is not met by saying so: a forged "tree" over some of the blocks, or over lines only', async () => {
    const repo = changed(TREE_RULE);
    await forge(repo, ana, { predicate: { binding: 'tree' } });
    assert.deepEqual(refusals(await gate(repo)), ['binding']);
  });

  it('is not met unseen: nobody signs for some of what awaits them, or for hidden text elsewhere, without being told', async () => {
    const repo = changed(ruled(['src/**', { binding: 'tree' }]));
    repo.write('notes.md', 'safe \u202e elif\n').commit('Notes');
    const repository = await repo.as(ana).open();
    const plan = (paths: readonly string[]): ReturnType<typeof planSignoff> =>
      planSignoff(repository, { decision: 'approve', keyFile: `${ana.key}.pub`, paths });
    await assert.rejects(plan([FILE]), /a rule binds the whole tree here.*\(2 blocks more\)/);
    await assert.rejects(plan(['src/long.txt']), /\(1 block more\)/);
    const whole = await plan(['src']);
    assert.deepEqual([whole.binding, whole.blocks.length], ['tree', 3]);
    assert.deepEqual(
      whole.cautions.map(({ path, field }) => [path, field]),
      [['notes.md', 'line 1']],
    );
  });

  it('is no reason to veto more than what is named', async () => {
    const repo = changed(ruled(['src/**', { binding: 'tree' }]));
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, { decision: 'reject', keyFile: `${ana.key}.pub`, paths: [FILE] });
    await signPlan(repository, plan, { note: 'no', viewed: 1, commit: true });
    const { report } = await gate(repo);
    assert.deepEqual(
      report?.blocks.map(({ path, status }) => [path, status]),
      [
        ['src/long.txt', 'missing'],
        ['src/long.txt', 'missing'],
        [FILE, 'rejected'],
      ],
    );
  });
});

describe('several signers', () => {
  it('each line needs as many as asked for; two who hold different lines are not two for one', async () => {
    const repo = changed(ruled(['src/**', { count: 2 }]), [ana, dan]);
    const approve = async (who: Person, blocks: readonly number[]): Promise<void> => {
      const repository = await repo.as(who).open();
      const plan = await planSignoff(repository, { decision: 'approve', keyFile: `${who.key}.pub`, blocks });
      await signPlan(repository, plan, { note: '', viewed: 1, commit: true });
    };
    await approve(ana, [1]);
    await approve(dan, [2]);
    const split = await gate(repo);
    assert.ok(split.report?.blocks.every(({ status }) => status === 'missing'));
    await approve(ana, [2, 3]);
    await approve(dan, [1, 3]);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('from every team that the rules name together', async () => {
    const people = [
      { id: 'ana', emails: [ana.email], level: 'senior', teams: ['pay'] },
      { id: 'dan', emails: [dan.email], level: 'senior', teams: ['pay', 'web'] },
    ];
    const repo = changed({ ...ruled(['src/**', { teams: ['pay'] }], ['**', { teams: ['web'] }]), people }, [ana, dan]);
    await sign(repo, ana);
    assert.deepEqual([...new Set(refusals(await gate(repo)))], ['below-level']);
    await sign(repo, dan);
    assert.equal((await gate(repo)).exit, 0);
  });
});

describe('a veto', () => {
  async function rejected(work: (repo: TestRepository) => void): Promise<{ repo: TestRepository; veto: string }> {
    const repo = start({}, [ana, dan]);
    repo
      .write('src/draft.js', BASE + BLOCK)
      .write('README.md', '# Our shop\n')
      .commit('Draft');
    const repository = await repo.as(ana).open();
    const plan = await planSignoff(repository, {
      decision: 'reject',
      keyFile: `${ana.key}.pub`,
      paths: ['src/draft.js'],
    });
    const { ids } = await signPlan(repository, plan, { note: 'unsafe', viewed: 1, commit: true });
    work(repo.as(bo));
    return { repo, veto: ids[0] ?? '' };
  }
  const vetoed = async (repo: TestRepository): Promise<string[]> => {
    const { report } = await gate(repo);
    return (report?.blocks ?? []).filter(({ status }) => status === 'rejected').map(({ path }) => path);
  };

  it('goes with the file through an edit, a rename, a rename with an edit, and a squash of both', async () => {
    const edited = await rejected((repo) => void repo.write('src/draft.js', `${BASE}${BLOCK}more();\n`).commit('Edit'));
    assert.deepEqual(await vetoed(edited.repo), ['src/draft.js']);
    const renamed = await rejected((repo) => {
      repo.git('mv', 'src/draft.js', 'src/final.js');
      repo.commit('Rename');
    });
    assert.deepEqual(await vetoed(renamed.repo), ['README.md', 'src/final.js']);
    const both = await rejected((repo) => {
      repo.git('mv', 'src/draft.js', 'src/final.js');
      repo.write('src/final.js', `// all new\n${BLOCK}`).commit('Rename and edit');
    });
    assert.deepEqual(await vetoed(both.repo), ['README.md', 'src/final.js']);
    both.repo.git('reset', '-q', '--soft', 'main');
    both.repo.git('commit', '-q', '-m', 'Squash');
    assert.deepEqual(await vetoed(both.repo), ['README.md', 'src/final.js']);
  });

  it('of a file that is gone blocks all of the change, and is lifted by its withdrawal', async () => {
    const gone = await rejected((repo) => {
      repo.git('rm', '-q', 'src/draft.js');
      repo.commit('Given up');
    });
    assert.deepEqual(await vetoed(gone.repo), ['README.md']);
    const other = await rejected((repo) => {
      repo.git('mv', 'src/draft.js', 'src/final.js');
      repo.write('src/final.js', `${BLOCK}// edited\n`).commit('Elsewhere');
    });
    const { repo, veto } = other;
    const withdraw = async (who: Person, withdraws: string): Promise<void> => {
      const repository = await repo.as(who).open();
      const options = { decision: 'withdraw' as const, keyFile: `${who.key}.pub`, withdraws };
      const plan = await planSignoff(repository, options);
      await signPlan(repository, plan, { note: 'settled', viewed: 0, commit: true });
    };
    await withdraw(dan, veto);
    assert.deepEqual(await vetoed(repo), ['README.md', 'src/final.js'], 'dan is no higher than ana');
    await withdraw(ana, veto);
    assert.deepEqual(await vetoed(repo), []);
  });

  it('by somebody who may not sign counts for nothing', async () => {
    const repo = changed(ruled(['src/**', {}]));
    await forge(repo, cy, { predicate: { decision: 'reject', note: 'no' } });
    assert.deepEqual(await vetoed(repo), []);
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('a sign-off that its signer withdraws no longer counts', async () => {
    const repo = changed(ruled(['src/**', {}]));
    const path = await sign(repo, ana);
    const withdraws = /([0-9a-f]{64})\.dsse$/.exec(path)?.[1] ?? '';
    assert.equal((await gate(repo)).exit, 0);
    const repository = await repo.open();
    const options = { decision: 'withdraw' as const, keyFile: `${ana.key}.pub`, withdraws };
    const plan = await planSignoff(repository, options);
    await signPlan(repository, plan, { note: 'I misread it', viewed: 0, commit: true });
    assert.equal((await gate(repo)).exit, 1);
  });
});
