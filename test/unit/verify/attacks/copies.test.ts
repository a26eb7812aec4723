/** Copies that nobody recorded of what a person typed: by deleting, moving, linking and flooding, none of them becomes human. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { GateOutcome } from '../../../../src/node/gate';
import { AI, HUMAN } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import { cli } from '../../cli/harness';
import { FILE, ana, bo, commitRecorded, gate, plant, start, text } from './trial';

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

const CHARGE = text('  charge(card, amount);', '  ok = 1;', '  audit(card, amount);');

/** A function with text at two places. */
function withBoth(first: string, second: string): string {
  const between = ['  prepareTheReceipt(items);', '  printTheReceipt(items);', '  logTheReceipt(items);'];
  return `${text('export function total(items) {', '  let sum = startOf(items);')}${first}${text(...between)}${second}${text('  return sumOf(items);', '}')}`;
}

/** Saves a text of which a person typed these lines. */
async function saveTyped(repo: TestRepository, saved: string, typed: string): Promise<void> {
  const own = typed.split('\n').filter((line) => line !== '');
  const lines = saved.split('\n').slice(0, -1);
  await repo.save(
    FILE,
    saved,
    lines.map((line) => (own.includes(line) ? HUMAN : undefined)),
  );
}

async function movedOnRecord(moved: string): Promise<TestRepository> {
  const repo = start();
  repo.git('switch', '-q', 'main');
  repo.as(ana).write(FILE, withBoth('', '')).commit('Base');
  repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
  await saveTyped(repo, withBoth(CHARGE, ''), CHARGE);
  await commitRecorded(repo, 'Charge');
  await saveTyped(repo, withBoth('', moved), moved);
  await commitRecorded(repo, 'Later');
  const outcome = await gate(repo);
  assert.deepEqual([outcome.exit, told(outcome)], [0, [`${FILE} human`]]);
  return repo;
}

describe('attack 25: lines that were typed here and moved there, each on record, and put back by nobody', function () {
  this.timeout(60_000);

  const indented = CHARGE.replaceAll('  ', '    ');
  for (const [how, moved] of [
    ['as they were', CHARGE],
    ['indented', indented],
  ] as const) {
    it(`moved ${how}: they are human once, lighter lines among them too, and \`blame\` says so`, async () => {
      const repo = await movedOnRecord(moved);
      repo.write(FILE, withBoth(CHARGE, moved)).git('commit', '-qam', 'Charge twice');
      // Neither the journal nor the work tree of whoever moved them is needed for it.
      rmSync(join(repo.top, '.git/countersign'), { recursive: true, force: true });
      const outcome = await gate(repo);
      assert.equal(outcome.exit, 1);
      assert.deepEqual(told(outcome).sort(), [`${FILE} human`, `${FILE} unknown`]);
      const { stdout } = await cli(repo.top, ['blame', FILE]);
      const blamed = stdout.split('\n').filter((line) => /charge|ok = 1|audit/.test(line));
      assert.deepEqual(blamed.map((line) => /human|unknown/.exec(line)?.[0] ?? '').sort(), [
        ...Array<string>(3).fill('human'),
        ...Array<string>(3).fill('unknown'),
      ]);
    });

    it(`typed a second time ${how} while the first ones stand: all of them are human, after an edit elsewhere too`, async () => {
      const repo = start();
      await saveTyped(repo, withBoth(CHARGE, ''), CHARGE);
      await commitRecorded(repo, 'Charge');
      await saveTyped(repo, withBoth(CHARGE, moved), CHARGE + moved);
      await commitRecorded(repo, 'Charge twice');
      repo.write(FILE, `// By whom?\n${withBoth(CHARGE, moved)}`).commit('Comment');
      const { stdout } = await cli(repo.top, ['blame', FILE]);
      const blamed = stdout.split('\n').filter((line) => /charge|audit/.test(line));
      assert.deepEqual(
        blamed.map((line) => /human|unknown/.exec(line)?.[0]),
        Array<string>(4).fill('human'),
      );
    });
  }
});
