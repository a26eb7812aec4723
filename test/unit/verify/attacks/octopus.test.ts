/** A merge of more than two parents: nobody’s work where git makes it by itself, and somebody’s where it holds more. */
import assert from 'node:assert/strict';
import type { TestRepository } from '../../../support/repository';
import { BASE, BLOCK, ana, bo, dan, gate, start } from './trial';

/** ana's and dan's files on branches of their own, and bo on `feature`, who merges both. */
function octopus(work: (repo: TestRepository) => void = () => undefined): TestRepository {
  const repo = start({}, [ana, dan]);
  for (const who of [ana, dan]) {
    repo.as(who).git('switch', '-q', '-c', who.id, 'main');
    repo.write(`src/${who.id}.js`, BASE).commit(`By ${who.id}`);
  }
  repo.as(bo).git('switch', '-q', 'feature');
  repo.write('README.md', '# Our shop\n').commit('By bo');
  work(repo);
  repo.git('merge', '-q', '--no-edit', 'ana', 'dan');
  return repo;
}

async function levels(repo: TestRepository): Promise<string[]> {
  const { report } = await gate(repo);
  return (report?.hunks ?? []).flatMap(({ path, side, author, level }) =>
    side === 'added' ? [`${path} ${author} ${level}`] : [],
  );
}

const OF_BO = `README.md ${bo.email} junior`;
const OF_OTHERS = [`src/ana.js ${ana.email} senior`, `src/dan.js ${dan.email} senior`];

describe('attack 19: a merge of three parents', () => {
  it('that git makes by itself is nobody’s work', async () => {
    assert.deepEqual(await levels(octopus()), [OF_BO, ...OF_OTHERS]);
  });

  it('is its author’s where it holds more, and there alone', async () => {
    const repo = octopus();
    repo.write('src/dan.js', BASE + BLOCK).git('commit', '-q', '-a', '--amend', '--no-edit');
    assert.deepEqual(await levels(repo), [OF_BO, OF_OTHERS[0], `src/dan.js ${bo.email} junior`]);
  });

  /** ana and dan have a file of one name, and bo puts both together in a merge of these parents. */
  function settled(...parents: readonly string[]): TestRepository {
    const repo = start({}, [ana, dan]);
    for (const [who, text] of [
      [ana, BASE],
      [dan, BLOCK],
    ] as const) {
      repo.as(who).git('switch', '-q', '-c', who.id, 'main');
      repo.write(`src/${who.id}.js`, BASE).write('src/both.js', text).commit(`By ${who.id}`);
    }
    repo.as(bo).git('switch', '-q', 'feature');
    repo.write('README.md', '# Our shop\n').commit('By bo');
    for (const id of ['ana', 'dan']) repo.git('checkout', id, '--', `src/${id}.js`);
    repo.write('src/both.js', BASE + BLOCK).git('add', '-A');
    const all = parents.flatMap((each) => ['-p', each]);
    repo.git('reset', '-q', '--hard', repo.git('commit-tree', repo.git('write-tree'), ...all, '-m', 'All'));
    return repo;
  }

  it('is its author’s where the last of them conflicts, and there alone', async () => {
    const expected = [OF_BO, OF_OTHERS[0], `src/both.js ${bo.email} junior`, OF_OTHERS[1]];
    assert.deepEqual(await levels(settled('feature', 'ana', 'dan')), expected);
  });

  it('is its author’s beside the first parent where git would not get so far', async () => {
    const expected = [OF_BO, OF_OTHERS[0], `src/both.js ${bo.email} junior`, `src/dan.js ${bo.email} junior`];
    assert.deepEqual(await levels(settled('ana', 'dan', 'feature')), expected);
  });
});
