import assert from 'node:assert/strict';
import { appendFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { blameFile } from '../../../src/node/blame';
import { initialLines } from '../../../src/node/initialLines';
import { changeStart } from '../../../src/node/changeStart';
import { readJournal } from '../../../src/node/journal';
import { formerPaths, noteMove, readMoves } from '../../../src/node/moves';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';

const RECORDER = { id: 'countersign', version: '0.0.0' };
const OLD = 'export const first = 1;\nexport const second = 2;\nexport const third = 3;\n';

describe('Files that the editor moved', function () {
  this.timeout(60_000);
  const ana = person('ana');

  const repositoryWith = (files: Readonly<Record<string, string>>): TestRepository => {
    const repository = new TestRepository().as(ana).adopt([ana]);
    for (const [path, text] of Object.entries(files)) repository.write(path, text);
    repository.commit('Base');
    repository.git('checkout', '-q', '-b', 'work');
    return repository;
  };
  const move = async (repository: TestRepository, from: string, to: string): Promise<void> => {
    renameSync(join(repository.top, from), join(repository.top, to));
    noteMove((await repository.open()).gitDir, { from, to });
  };
  const committed = async (repository: TestRepository, path: string): Promise<string[]> => {
    repository.git('add', '-A');
    const { unexplained } = await stageRecord(await repository.open(), RECORDER);
    repository.git('commit', '-qm', 'Change');
    const { lines } = await blameFile(await repository.open(), repository.top, path, 'HEAD');
    return [...lines.map(({ origin, via }) => (via === undefined ? origin : `${origin} ${via}`)), String(unexplained)];
  };

  it('take their origins and their neutral lines along, with an edited line too', async () => {
    const repository = repositoryWith({ 'a.ts': OLD });
    const text = `${OLD}export const made = compute(4);\n`;
    await repository.save('a.ts', text, [undefined, undefined, undefined, AI]);
    await move(repository, 'a.ts', 'b.ts');
    const opened = await repository.open();
    const asOpened = await initialLines(opened, await changeStart(opened), 'b.ts', text);
    assert.deepEqual(
      asOpened.lines.map((line) => (line.kind === 'claimed' ? line.source.origin : line.kind)),
      ['neutral', 'neutral', 'neutral', 'ai'],
    );
    const edited = text.replace('first = 1', 'first = 11');
    await repository.save('b.ts', edited, [HUMAN, undefined, undefined, AI]);
    assert.deepEqual(await committed(repository, 'b.ts'), [
      'human typing',
      'tool move',
      'tool move',
      'ai completion',
      '0',
    ]);
  });

  it('keep what was known when they are committed at once, as whole folders too', async () => {
    const repository = repositoryWith({ 'lib/a.ts': OLD, 'lib/deep/b.ts': OLD.replaceAll('export ', '') });
    const text = `${OLD}export const made = compute(4);\n`;
    await repository.save('lib/a.ts', text, [undefined, undefined, undefined, AI]);
    await move(repository, 'lib', 'libs');
    assert.deepEqual(await committed(repository, 'libs/a.ts'), [
      'tool move',
      'tool move',
      'tool move',
      'ai completion',
      '0',
    ]);
    const { gitDir } = await repository.open();
    assert.equal(readJournal(gitDir).get('libs/a.ts')?.at(-1)?.hunks.length, 1);
  });

  it('never make a line of a person’s that nobody knew', async () => {
    const repository = repositoryWith({ 'a.ts': OLD });
    await repository.save('a.ts', `${OLD}export const foreign = compute(5);\n`, []);
    repository.commit('Unexplained, and nothing recorded');
    await move(repository, 'a.ts', 'b.ts');
    repository.write('b.ts', `${repository.read('b.ts')}export const later = compute(6);\n`);
    const found = await committed(repository, 'b.ts');
    assert.deepEqual(found, ['tool move', 'tool move', 'tool move', 'unknown', 'unknown', '2']);
  });

  it('are known by their content when they were moved outside', async () => {
    const repository = repositoryWith({ 'a.ts': OLD });
    await repository.save('a.ts', `${OLD}export const made = compute(4);\n`, [undefined, undefined, undefined, AI]);
    renameSync(join(repository.top, 'a.ts'), join(repository.top, 'b.ts'));
    assert.deepEqual(await committed(repository, 'b.ts'), ['unknown', 'unknown', 'unknown', 'ai completion', '3']);
  });

  it('are followed over several moves, and bad notes are passed over', async () => {
    const repository = repositoryWith({ 'a.ts': OLD });
    const { gitDir } = await repository.open();
    await move(repository, 'a.ts', 'b.ts');
    appendFileSync(join(gitDir, 'countersign/moves'), '{"from":"../x","to":"b.ts"}\n[1]\n{"from":"b.ts"\nnull\n');
    await move(repository, 'b.ts', 'c.ts');
    assert.deepEqual(formerPaths(readMoves(gitDir), 'c.ts'), ['b.ts', 'a.ts']);
    await move(repository, 'c.ts', 'a.ts');
    assert.deepEqual(formerPaths(readMoves(gitDir), 'a.ts'), ['c.ts', 'b.ts']);
    assert.deepEqual(formerPaths(readMoves(gitDir), 'other.ts'), []);
  });
});
