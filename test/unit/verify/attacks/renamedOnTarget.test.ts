/** The target renames a file that a branch works on, so that the merge carries the work to where nobody of it is known. */
import assert from 'node:assert/strict';
import type { Subject } from '../../../../src/core/model/span';
import { parseStorePath } from '../../../../src/core/sidecar/paths';
import { subjectsOfBlocks } from '../../../../src/core/verify/subjects';
import type { GateOutcome } from '../../../../src/node/gate';
import { nodeHash } from '../../../../src/node/hash';
import { branchReport, workingReport } from '../../../../src/node/status';
import type { Person, TestRepository } from '../../../support/repository';
import { AI } from '../../../support/repository';
import { BLOCK, ana, bo, commitRecorded, cy, dan, forge, gate, hunk, refusals, sign, start } from './trial';

const WHOEVER_WROTE_IT = {
  rules: [
    {
      id: 'unrecorded',
      when: { origin: ['ai', 'mixed', 'unknown'] },
      require: { tier: 'approve', count: 1, level: 'senior' },
    },
  ],
};
const LONG = Array.from({ length: 20 }, (_, i) => `const setting${i} = readConfiguration('name-${i}');\n`).join('');
const [OLD, NEW] = ['src/long.js', 'src/moved.js'];

/** dan's file on `main`, and an AI's block under it by this person on `feature`. */
async function withLong(who: Person, more: Readonly<Record<string, unknown>> = {}): Promise<TestRepository> {
  const repo = start(more, [ana, dan]);
  repo.as(dan).git('switch', '-q', 'main');
  repo.write(OLD, LONG).commit('Long');
  repo.as(who).git('switch', '-q', '-C', 'feature', 'main');
  await repo.save(OLD, LONG + BLOCK, [...Array.from({ length: 20 }, () => undefined), AI, AI, AI, AI]);
  await commitRecorded(repo, 'Add discounts');
  return repo;
}

/** `main` renames the file; the branch takes that in, or the gate merges. */
function rename(repo: TestRepository, taken: 'by a merge' | 'by a rebase' | 'by the gate'): void {
  repo.as(bo).git('switch', '-q', 'main');
  repo.git('mv', OLD, NEW);
  repo.commit('Move');
  repo.git('switch', '-q', 'feature');
  if (taken === 'by a merge') repo.git('merge', '-q', '-m', 'Update', 'main');
  if (taken === 'by a rebase') repo.git('rebase', '-q', 'main');
}

function edit(repo: TestRepository, who: Person, path = NEW): void {
  repo.as(who).write(path, repo.read(path).replace('setting0 ', 'first '));
  repo.commit('Say it shorter');
}

const blockOf = (outcome: GateOutcome): unknown[] =>
  (outcome.report?.hunks ?? []).flatMap(({ path, side, end, origin, author, level }) =>
    path === NEW && side === 'added' && end > 20 ? [[origin, author, level]] : [],
  );

describe('attack 24: the target renames a file that the branch works on', () => {
  it('and a senior’s small edit lifts a junior’s lines', async () => {
    const repo = await withLong(bo);
    rename(repo, 'by a merge');
    edit(repo, ana);
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(blockOf(outcome), [['ai', bo.email, 'junior']]);
    // Whoever looks before pushing hears the same.
    const { report } = await workingReport(await repo.open(), { base: 'main' });
    assert.equal(report.hunks.find(({ path, end }) => path === NEW && end > 20)?.level, 'junior');
  });

  it('and a senior’s small edit there lifts them where the branch has the old name again', async () => {
    const repo = await withLong(bo);
    rename(repo, 'by a merge');
    repo.as(ana).write(OLD, 'export {};\n').commit('Keep the old name');
    edit(repo, ana);
    assert.deepEqual(blockOf(await gate(repo)), [['ai', bo.email, 'junior']]);
  });

  it('and a senior’s small edit lifts them where the target has the old name again', async () => {
    const repo = await withLong(bo);
    rename(repo, 'by a merge');
    repo.as(ana).git('switch', '-q', 'main');
    repo.write(OLD, 'export {};\n').commit('Keep the old name');
    repo.git('switch', '-q', 'feature');
    edit(repo, ana);
    assert.deepEqual(blockOf(await gate(repo)), [['ai', bo.email, 'junior']]);
  });

  it('and a side branch of the change has deleted it', async () => {
    const repo = await withLong(bo);
    repo.as(ana).git('switch', '-q', '-c', 'side');
    repo.git('rm', '-q', OLD);
    repo.commit('Give up');
    rename(repo, 'by a merge');
    repo.as(ana).git('merge', '-q', '-s', 'ours', '-m', 'Keep', 'side');
    edit(repo, ana);
    assert.deepEqual(blockOf(await gate(repo)), [['ai', bo.email, 'junior']]);
  });

  it('and what an AI wrote in it is nobody’s, there and where it is copied to', async () => {
    const repo = await withLong(bo);
    rename(repo, 'by the gate');
    assert.deepEqual(blockOf(await gate(repo)), [['ai', bo.email, 'junior']]);
    repo.as(ana).write('src/other.js', BLOCK).commit('The same elsewhere');
    const outcome = await gate(repo);
    assert.deepEqual(
      outcome.report?.hunks.flatMap(({ path, side, origin }) => (side === 'added' ? [`${path} ${origin}`] : [])),
      [`${NEW} ai`, 'src/other.js ai'],
    );
  });

  for (const taken of ['by a merge', 'by the gate'] as const) {
    it(`and whoever wrote the lines signs for them, taken in ${taken}`, async () => {
      const repo = await withLong(ana, WHOEVER_WROTE_IT);
      rename(repo, taken);
      await sign(repo, ana);
      assert.deepEqual(refusals(await gate(repo), NEW), ['own-lines']);
      await sign(repo, dan);
      assert.equal((await gate(repo)).exit, 0);
    });
  }

  for (const taken of ['by a merge', 'by a rebase', 'by the gate'] as const) {
    it(`and a rejection of it is about nothing, taken in ${taken}`, async () => {
      const repo = await withLong(bo);
      const veto = await forge(repo, dan, { predicate: { decision: 'reject', note: 'no discounts' } });
      rename(repo, taken);
      const outcome = await gate(repo);
      assert.equal(hunk(outcome, NEW).status, 'rejected');
      assert.match(hunk(outcome, NEW).reason, /rejected by dan: no discounts \(it stood in src\/long\.js\)/);
      const withdraws = parseStorePath(veto)?.digest ?? '';
      await forge(repo, dan, { predicate: { decision: 'withdraw', withdraws, note: 'settled' } });
      await sign(repo, ana);
      assert.equal((await gate(repo)).exit, 0);
    });
  }

  it('and the rejected file comes back under its old name, as a stub', async () => {
    const repo = await withLong(bo);
    await forge(repo, dan, { predicate: { decision: 'reject', note: 'no discounts' } });
    rename(repo, 'by a rebase');
    repo.as(bo).write(OLD, 'export {};\n').commit('Keep the old name');
    assert.equal(hunk(await gate(repo), NEW).status, 'rejected');
  });

  it('or the branch renames what was rejected as a rename once more', async () => {
    const repo = await withLong(bo);
    repo.git('reset', '-q', '--hard', 'main');
    repo.as(bo).git('mv', OLD, NEW);
    repo.commit('Move');
    await forge(repo, dan, {
      predicate: { decision: 'reject', note: 'leave it' },
      subjects: [await renameSubject(repo)],
    });
    assert.equal(hunk(await gate(repo), NEW).status, 'rejected');
    repo.as(bo).git('mv', NEW, 'src/again.js');
    repo.commit('Move again');
    assert.equal(hunk(await gate(repo), 'src/again.js').status, 'rejected');
  });
});

describe('no attack: the target renames nothing', () => {
  it('a file that the target deleted makes nobody answer for others', async () => {
    const repo = await withLong(bo);
    repo.as(ana).write('README.md', '# Our shop\n').commit('Say whose');
    repo.git('switch', '-q', 'main');
    repo.git('rm', '-q', OLD);
    repo.commit('Drop');
    repo.git('switch', '-q', 'feature');
    assert.throws(() => repo.git('merge', '-q', 'main'));
    repo.as(ana).git('rm', '-q', OLD);
    repo.commit('Merge main');
    assert.deepEqual(await levels(repo), { 'README.md': ['senior'] });
  });

  it('a file that a side branch of the change edited and deleted makes nobody answer for others', async () => {
    const repo = await withLong(bo);
    repo.git('rm', '-q', OLD);
    repo.commit('Drop');
    repo.git('switch', '-q', '-c', 'side');
    repo.git('switch', '-q', '-C', 'feature', 'main');
    repo.as(ana).write('README.md', '# Our shop\n').commit('Say whose');
    repo.git('merge', '-q', '--no-ff', '-m', 'Merge side', 'side');
    assert.deepEqual((await levels(repo))['README.md'], ['senior']);
  });

  it('a file that the target added later makes nobody answer for others', async () => {
    const repo = start();
    repo.as(cy).write('README.md', '# Our shop\n').commit('Say whose');
    repo.as(ana).git('switch', '-q', 'main');
    repo.write(OLD, LONG).commit('Long');
    repo.git('switch', '-q', 'feature');
    repo.git('merge', '-q', '-m', 'Update', 'main');
    edit(repo, ana, OLD);
    assert.deepEqual(await levels(repo), { 'README.md': ['junior'], [OLD]: ['senior'] });
  });
});

/** What one signs who signs for the first block of the change, whether it has to be or not. */
async function renameSubject(repo: TestRepository): Promise<Subject> {
  const { input } = await branchReport(await repo.open(), { base: 'main' });
  const [subject] = subjectsOfBlocks(nodeHash, input.policy, input.files, new Set([1])).values();
  assert.ok(subject !== undefined && 'object' in subject.annotations && subject.annotations.object === 'rename');
  return subject;
}

/** The levels that answer for each file. */
async function levels(repo: TestRepository): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { path, level } of (await gate(repo)).report?.hunks ?? []) {
    found[path] = [...new Set([...(found[path] ?? []), level])];
  }
  return found;
}
