/** Renames and copies: the origin follows, with real git, and whether or not anybody recorded the rename. */
import assert from 'node:assert/strict';
import { blameFile } from '../../../src/node/blame';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';

const ana = person('ana');
const bo = person('bo');
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const TEXT = lines(
  'export function discount(order) {',
  '  const rate = rates.get(order.customer);',
  '  return order.total * rate;',
  '}',
);
const SOURCES = [HUMAN, AI, AI, HUMAN];

async function recorded(): Promise<TestRepository> {
  const repo = new TestRepository().as(ana).adopt([ana]).write('readme.md', '# Shop\n');
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'work');
  await repo.save('src/discount.ts', TEXT, SOURCES);
  await commit(repo);
  return repo;
}

async function commit(repo: TestRepository): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), { id: 'test', version: '1' });
  repo.git('commit', '-q', '-m', 'Change');
}

async function origins(repo: TestRepository, path: string, revision?: string): Promise<string[]> {
  return (await blameFile(await repo.open(), repo.top, path, revision)).lines.map(({ origin }) => origin);
}

describe('a renamed file', () => {
  it('keeps its origins, in the work tree and once it is committed (scenario 21)', async () => {
    const repo = await recorded();
    repo.git('mv', 'src/discount.ts', 'src/rebate.ts');
    assert.deepEqual(await origins(repo, 'src/rebate.ts'), ['human', 'ai', 'ai', 'human']);
    await commit(repo);
    assert.deepEqual(await origins(repo, 'src/rebate.ts', 'HEAD'), ['human', 'ai', 'ai', 'human']);
  });

  it('keeps them with an edited line, which has its own (scenario 21)', async () => {
    const repo = await recorded();
    repo.git('mv', 'src/discount.ts', 'src/rebate.ts');
    const text = TEXT.replace('(order)', '(order, day)');
    await repo.save('src/rebate.ts', text, [AI, undefined, undefined, undefined]);
    await commit(repo);
    assert.deepEqual(await origins(repo, 'src/rebate.ts', 'HEAD'), ['ai', 'ai', 'ai', 'human']);
  });

  it('keeps them where nobody recorded the rename, nor the edit', async () => {
    const repo = await recorded();
    repo.git('mv', 'src', 'lib');
    repo.write('lib/discount.ts', `// by whom?\n${TEXT}`).commit('Rename');
    assert.deepEqual(await origins(repo, 'lib/discount.ts', 'HEAD'), ['unknown', 'human', 'ai', 'ai', 'human']);
    assert.deepEqual(await origins(repo, 'lib/discount.ts'), ['unknown', 'human', 'ai', 'ai', 'human']);
  });
});
