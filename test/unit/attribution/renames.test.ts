/** Renames and copies: the origin follows, with real git, and whether or not anybody recorded the rename. */
import assert from 'node:assert/strict';
import { blameFile } from '../../../src/node/blame';
import { runGate } from '../../../src/node/gate';
import { stageRecord } from '../../../src/node/stage';
import { lineStory } from '../../../src/node/why';
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

describe('a copied file', function () {
  this.timeout(60_000);
  /** Copies what was recorded on the branch, without a record, in a commit. */
  async function copied(text = TEXT): Promise<TestRepository> {
    const repo = await recorded();
    repo.write('src/copy.ts', text).commit('Copy');
    return repo;
  }
  const landed = (repo: TestRepository): void => void repo.git('branch', '-f', 'main', 'HEAD');
  const OF_COPY = ['unknown', 'ai', 'ai', 'unknown'];

  it('has the AI’s lines, inferred, and none of the person’s, at any revision and in the gate', async () => {
    const repo = await copied();
    assert.deepEqual(await origins(repo, 'src/copy.ts', 'HEAD'), OF_COPY);
    assert.deepEqual(await origins(repo, 'src/copy.ts'), OF_COPY);
    const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    const hunks = (report?.hunks ?? []).filter(({ path }) => path === 'src/copy.ts');
    assert.deepEqual(
      hunks.map(({ start, end, origin, evidence }) => `${start}-${end} ${origin} ${evidence}`),
      ['1-1 unknown none', '2-3 ai inferred', '4-4 unknown none'],
    );
    const { line } = await lineStory(await repo.open(), repo.top, { file: 'src/copy.ts', line: 2 });
    assert.deepEqual([line.origin, line.evidence, line.tool], ['ai', 'inferred', 'assistant']);
  });

  it('has them before it is committed, staged on the branch', async () => {
    const repo = await recorded();
    repo.write('src/copy.ts', TEXT).git('add', '-A');
    assert.deepEqual(await origins(repo, 'src/copy.ts'), OF_COPY);
  });

  it('has them once the change has landed, and where the copy was renamed since or the source had another name', async () => {
    const repo = await copied();
    landed(repo);
    assert.deepEqual(await origins(repo, 'src/copy.ts', 'HEAD'), OF_COPY);
    repo.git('mv', 'src/copy.ts', 'src/again.ts');
    repo.commit('Rename the copy');
    repo.git('mv', 'src/discount.ts', 'src/rebate.ts');
    repo.commit('Rename');
    repo.write('src/third.ts', TEXT).commit('Copy again');
    landed(repo);
    assert.deepEqual(await origins(repo, 'src/again.ts'), OF_COPY);
    assert.deepEqual(await origins(repo, 'src/third.ts'), OF_COPY);
    assert.deepEqual(await origins(repo, 'src/rebate.ts'), ['human', 'ai', 'ai', 'human']);
  });

  it('has a part of them where a part was copied, as long as the change has not landed', async () => {
    const part = lines(
      'import { rates } from "./rates";',
      ...TEXT.split('\n').slice(1, 3),
      'const a = 1;',
      'const b = 2;',
    );
    const repo = await copied(part);
    assert.deepEqual(await origins(repo, 'src/copy.ts', 'HEAD'), ['unknown', 'ai', 'ai', 'unknown', 'unknown']);
  });

  it('keeps what is on record for it, and takes nothing from other paths than git says once it has landed', async () => {
    const repo = await recorded();
    await repo.save('src/copy.ts', TEXT, [HUMAN, HUMAN, undefined, undefined]);
    await commit(repo);
    repo.write(
      'src/other.ts',
      lines('const first = 1;', ...TEXT.split('\n').slice(1, 2), 'const last = 2;', 'last();', 'first();'),
    );
    repo.commit('Alike');
    landed(repo);
    assert.deepEqual(await origins(repo, 'src/copy.ts', 'HEAD'), ['human', 'human', 'ai', 'unknown']);
    assert.deepEqual(await origins(repo, 'src/other.ts', 'HEAD'), Array(5).fill('unknown'));
  });

  it('is nobody’s where a person typed the lines, also where the source was renamed before by nobody on record', async () => {
    const repo = new TestRepository().as(bo).adopt([ana]);
    repo.commit('Start');
    await repo.save('src/typed.ts', TEXT, Array(4).fill(HUMAN));
    await commit(repo);
    repo.git('mv', 'src/typed.ts', 'src/discount.ts');
    repo.commit('Rename');
    repo.write('src/copy.ts', TEXT).commit('Copy');
    assert.deepEqual(await origins(repo, 'src/copy.ts', 'HEAD'), Array(4).fill('unknown'));
    assert.deepEqual(await origins(repo, 'src/discount.ts', 'HEAD'), Array(4).fill('human'));
  });
});
