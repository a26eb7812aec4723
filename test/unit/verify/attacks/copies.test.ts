/** Copies that nobody recorded of what a person typed: by deleting, linking and flooding, none of them becomes human. */
import assert from 'node:assert/strict';
import type { GateOutcome } from '../../../../src/node/gate';
import { AI, HUMAN } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import { commitRecorded, gate, plant, start } from './trial';

const TEXT = Array.from({ length: 8 }, (_, i) => `const setting${i} = readConfiguration('name-${i}');\n`).join('');

/** Added lines in one word each: path and origin. */
function told({ report }: GateOutcome): string[] {
  return (report?.hunks ?? []).flatMap(({ path, side, origin }) => (side === 'added' ? [`${path} ${origin}`] : []));
}

async function typed(repo = start()): Promise<TestRepository> {
  await repo.save('src/typed.js', TEXT, Array(8).fill(HUMAN));
  await commitRecorded(repo, 'Type it');
  return repo;
}

describe('attack 25: copies of a deleted file', function () {
  this.timeout(60_000);

  it('three of them, unrecorded: all unknown, as in one file', async () => {
    const repo = await typed();
    repo.git('rm', '-q', 'src/typed.js');
    for (const name of ['a', 'b', 'c']) repo.write(`deploy/${name}.js`, TEXT);
    repo.commit('Copy');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(told(outcome), ['deploy/a.js unknown', 'deploy/b.js unknown', 'deploy/c.js unknown']);
  });

  it('one, unrecorded, beside a rename on record: the copy is unknown', async () => {
    const repo = await typed();
    repo.git('mv', 'src/typed.js', 'src/moved.js');
    await commitRecorded(repo, 'Rename');
    assert.equal((await gate(repo)).exit, 0);
    repo.write('deploy/run.js', TEXT).commit('Copy');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(told(outcome), ['deploy/run.js unknown', 'src/moved.js human']);
  });

  it('a single rename that nobody recorded stays human', async () => {
    const repo = await typed();
    repo.git('mv', 'src/typed.js', 'src/moved.js');
    repo.commit('Rename');
    const outcome = await gate(repo);
    assert.deepEqual([outcome.exit, told(outcome)], [0, ['src/moved.js human']]);
  });

  it('an AI’s lines renamed, claimed as typed, and the AI’s record buried under 600 about nothing: no line is human', async () => {
    const repo = start();
    await repo.save('src/old.js', TEXT, Array(8).fill(AI));
    await commitRecorded(repo, 'Generate');
    repo.git('mv', 'src/old.js', 'src/new.js');
    repo.commit('Rename');
    const [head = '', , said = ''] = repo.read(repo.git('ls-files', '*.prov')).split('\n');
    const lines = (JSON.parse(said) as { lines: [string, string, unknown][] }).lines.map(([exact]) => [exact, '', 40]);
    const human = { added: 0, origin: 'human', via: 'typing', evidence: 'observed', lines, before: [], after: [] };
    const claim = (...files: unknown[]): void => {
      const every = files.flatMap((file) => [file, human]).map((each) => `${JSON.stringify(each)}\n`);
      plant(repo, 'provenance', `${head}\n${every.join('')}`);
    };
    claim({ file: 'src/new.js', blob: repo.git('rev-parse', 'HEAD:src/new.js') });
    repo.commit('Claim');
    assert.deepEqual(told(await gate(repo)), ['src/new.js ai']);
    for (let part = 0; part < 6; part++) {
      claim(...Array.from({ length: 100 }, (_, index) => ({ file: `x/${part}-${index}`, blob: null })));
    }
    repo.commit('Bury');
    const outcome = await gate(repo);
    assert.deepEqual([outcome.exit, told(outcome)], [1, ['src/new.js unknown']]);
  });
});
