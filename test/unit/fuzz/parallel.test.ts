/** Many branches that change the same files at once, merged in any order by a clone that knows nothing of Countersign. */
import assert from 'node:assert/strict';
import { pruneRecords } from '../../../src/node/prune';
import { randomFrom, shuffled } from '../../accuracy/random';
import { assertMarked, commitRecorded, marked, saveMarked } from '../../support/marked';
import { TestRepository, person } from '../../support/repository';

const ana = person('ana');
const bo = person('bo');
const BRANCHES = 20;
const FILES = ['src/shop.ts', 'src/tax.ts'];

function baseText(name: string): string {
  const functions = Array.from({ length: BRANCHES }, (_, index) =>
    [
      `function ${name}${index}(order) {`,
      `  const rate${index} = rates.get(order, ${index});`,
      `  return rate${index};`,
      '}',
      '',
    ].join('\n'),
  );
  return `${functions.join('\n')}\n`;
}

describe('20 branches that change the same files', function () {
  this.timeout(120_000);
  it('merge in random order, one after a prune, without a conflict in the sidecar, and every origin is right', async () => {
    const repo = new TestRepository().as(ana).adopt([ana]);
    for (const file of FILES) repo.write(file, baseText(file.slice(4, 7)));
    repo.commit('Start');
    for (let index = 0; index < BRANCHES; index++) {
      repo.as(index % 2 === 0 ? ana : bo).git('switch', '-q', '-c', `b${index}`, 'main');
      for (const file of FILES) {
        const after = `  const rate${index} = rates.get(order, ${index});`;
        const own = [
          marked('human', `${index}a`),
          marked('ai', `${index}b`),
          '  if (order) {',
          marked('ai', `${index}c`),
          '  }',
        ];
        await saveMarked(repo, file, repo.read(file).replace(after, [after, ...own].join('\n')));
      }
      await commitRecorded(repo, `Change ${index}`);
    }
    const order = shuffled(randomFrom(20), [...Array(BRANCHES).keys()]);
    repo.as(ana).git('switch', '-q', 'main');
    const pruned = new Set<string>();
    const isPruned = (line: string): boolean => pruned.has(/_line_(\d+)/.exec(line)?.[1] ?? '');
    for (const [position, index] of order.entries()) {
      if (position === BRANCHES - 1) {
        const result = await pruneRecords(await repo.open(), { dryRun: false });
        assert.equal(result.pruned.length, BRANCHES - 1);
        for (const each of order.slice(0, position)) pruned.add(String(each));
      }
      // Throws where there is a conflict.
      if (index % 3 === 0) {
        repo.git('merge', '-q', '--squash', `b${index}`);
        repo.git('commit', '-q', '-m', `Squash ${index}`);
      } else repo.git('merge', '-q', '--no-ff', '--no-edit', `b${index}`);
      if (position % 6 === 0 || position >= BRANCHES - 2) {
        const count = await assertMarked(repo, FILES, isPruned);
        assert.equal(count, pruned.size > 0 ? 6 : 6 * (position + 1));
      }
    }
    assert.equal(repo.git('status', '--porcelain'), '');
  });
});
