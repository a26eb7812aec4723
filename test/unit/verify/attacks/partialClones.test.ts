/** What is not here of a partial clone must not make the gate ask for less than a full one. */
import assert from 'node:assert/strict';
import { AI } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import { BLOCK, ana, bo, cloneOf, code, commitRecorded, dan, gate, hunk, start, withBlock } from './trial';

const LONG = Array.from({ length: 20 }, (_, i) => `const setting${i} = readConfiguration('name-${i}');\n`).join('');
const [OLD, NEW] = ['src/long.js', 'src/moved.js'];

/** A clone whose blobs are those of both tips. */
function partial(repo: TestRepository): TestRepository {
  repo.git('config', 'uploadpack.allowFilter', 'true');
  repo.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  const clone = cloneOf(repo, '--filter=blob:none', '-b', 'main');
  clone.git('switch', '-q', 'feature');
  return clone;
}

/** bo's block under a file of `main`, which renames it and edits it above; the branch has not taken that in yet. */
async function renamedOnMain(): Promise<TestRepository> {
  const repo = start({}, [ana, dan]);
  repo.as(dan).git('switch', '-q', 'main');
  repo.write(OLD, LONG).commit('Long');
  repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
  await repo.save(OLD, LONG + BLOCK, [...Array.from({ length: 20 }, () => undefined), AI, AI, AI, AI]);
  await commitRecorded(repo, 'Add discounts');
  repo.git('switch', '-q', 'main');
  repo.git('mv', OLD, NEW);
  repo.write(NEW, repo.read(NEW).replace('setting15 ', 'fifteen ')).commit('Move');
  repo.git('switch', '-q', 'feature');
  return repo;
}

describe('attack 19: a partial clone that lacks what a merge was made of', () => {
  it('a junior’s lines are not the senior’s who merged and edited', async () => {
    const repo = await renamedOnMain();
    repo.as(ana).git('merge', '-q', '-m', 'Update', 'main');
    repo.as(ana).write(NEW, repo.read(NEW).replace('setting0 ', 'first ')).commit('Say it shorter');
    assert.equal(hunk(await gate(repo), NEW).level, 'junior');
    const clone = partial(repo);
    const lacking = await gate(clone, { base: 'origin/main' });
    assert.equal(code(lacking), '3 missing-objects');
    assert.match(lacking.problems[0]?.message ?? '', /git fetch --refetch --no-filter/);
    clone.git('fetch', '-q', '--refetch', '--no-filter');
    assert.equal(hunk(await gate(clone, { base: 'origin/main' }), NEW).level, 'junior');
  });

  it('nor is the merge that the gate would make guessed', async () => {
    const clone = partial(await renamedOnMain());
    assert.equal(code(await gate(clone, { base: 'origin/main' })), '3 missing-objects');
  });

  it('a merge of a history of its own has no objects that could be missing', async () => {
    const repo = await withBlock();
    repo.as(bo).git('switch', '-q', '--orphan', 'other');
    repo.write('src/theirs.js', BLOCK).commit('Theirs');
    repo.git('switch', '-q', 'feature');
    repo.as(ana).git('merge', '-q', '--allow-unrelated-histories', '-m', 'Take in', 'other');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome, 'src/theirs.js').level, 'junior');
  });
});
