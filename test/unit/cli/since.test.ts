/** A sign-off that went stale is shown beside what it was given for. */
import assert from 'node:assert/strict';
import { TestRepository, person } from '../../support/repository';
import { cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];
const numbered = (name: string): string => Array.from({ length: 12 }, (_, at) => `${name}(${at + 1});\n`).join('');
const BASE = `${numbered('head')}old();\n${numbered('foot')}`;
const CHANGE = 'first(one);\nsecond(two);\nthird(three);\n';

/** A branch of bo's that ana signed for: three lines for an old one, and a binary. */
async function signed(): Promise<TestRepository> {
  const repository = new TestRepository().as(ana).adopt([ana]).write('a.js', BASE).write('logo.bin', 'a\0b');
  repository.commit('Start');
  repository.as(bo).git('switch', '-q', '-c', 'work');
  repository.write('a.js', BASE.replace('old();\n', CHANGE)).write('logo.bin', 'a\0c').commit('Change');
  const { exit, stderr } = await cli(repository.as(ana).top, ['approve', '--yes', '--commit', '--key', ana.key]);
  assert.equal(exit, 0, stderr);
  return repository.as(bo);
}

/** The lines beneath the block of a file in `status`, without the sign-off's id. */
async function beneath(repository: TestRepository, path: string): Promise<string[]> {
  const { stdout } = await cli(repository.top, ['status', '--committed']);
  const blocks = stdout.split(/^(?=[✗✓·])/mu);
  const block = blocks.find((each) => each.startsWith(`✗ ${path}`)) ?? '';
  const lines = block
    .replaceAll(/\b[0-9a-f]{12}\b/g, 'ID')
    .split('\n')
    .slice(1);
  return lines.filter((line) => line.startsWith('  ') && !line.startsWith('  →'));
}

const STALE = '  sign-off ID by ana went stale: what was signed has changed since';

describe('what changed since a sign-off', () => {
  it('is shown by status: lines of then and of now, and no others', async () => {
    const repository = await signed();
    repository.write(
      'a.js',
      repository.read('a.js').replace('second(two)', 'second(2)').replace('third(three);\n', ''),
    );
    repository.commit('Tidy');
    assert.deepEqual(await beneath(repository, 'a.js'), [
      STALE,
      '  since ana signed (ID):',
      '    signed + second(two);',
      '    signed + third(three);',
      '    now    + second(2);',
    ]);
  });

  it('is found at another place, and after a rebase, while the signed commit is here', async () => {
    const repository = await signed();
    repository.git('switch', '-q', 'main');
    repository.write('a.js', `${numbered('new')}${BASE}`).commit('More above');
    repository.git('switch', '-q', 'work');
    repository.git('rebase', '-q', 'main');
    repository.write('a.js', repository.read('a.js').replace('first(one)', 'first(1)')).commit('Tidy');
    assert.deepEqual((await beneath(repository, 'a.js')).slice(2), [
      '    signed + first(one);',
      '    now    + first(1);',
    ]);
  });

  it('tells line ends, the missing last one too, and objects by their ids', async () => {
    const repository = await signed();
    const text = repository.read('a.js').replace('first(one);\n', 'first(one);\r\n');
    repository.write('a.js', text).write('logo.bin', 'a\0d').commit('Tidy');
    const [, , before, now] = await beneath(repository, 'a.js');
    assert.equal(before, '    signed + first(one);');
    assert.match(now ?? '', /^ {4}now {4}\+ first\(one\);\S+$/u);
    const [, , was, is] = await beneath(repository, 'logo.bin');
    assert.deepEqual([was, is], ['    signed ID -> ID', '    now    ID -> ID']);
    repository.write('a.js', 'first(one);').commit('Shorter');
    assert.equal((await beneath(repository, 'a.js')).at(-1), '    now    + first(one); (no line break at its end)');
  });

  it('says when only what stands around the lines changed', async () => {
    const repository = await signed();
    repository.git('switch', '-q', 'main');
    repository.write('a.js', BASE.replace('head(12)', 'head(0)')).commit('Beside it');
    repository.git('switch', '-q', 'work');
    const onto = repository.git('rev-parse', 'main');
    const merged = repository.read('a.js').replace('head(12)', 'head(0)');
    repository.git('merge', '-q', '-s', 'ours', '--no-commit', onto);
    repository.write('a.js', merged).commit('Update');
    assert.deepEqual(await beneath(repository, 'a.js'), [
      STALE,
      '  the lines are those that ana signed (ID); what stands around them changed',
    ]);
  });

  it('says so where the commit that was signed is not here', async () => {
    const repository = await signed();
    repository.write('a.js', repository.read('a.js').replace('second(two)', 'second(2)')).commit('Tidy');
    repository.git('reset', '-q', '--soft', 'main');
    repository.git('commit', '-q', '-m', 'All in one');
    repository.git('reflog', 'expire', '--expire=now', '--all');
    repository.git('update-ref', '-d', 'ORIG_HEAD');
    repository.git('gc', '-q', '--prune=now');
    assert.deepEqual(await beneath(repository, 'a.js'), [
      STALE,
      '  what ana signed (ID) is not at hand: it stood at commit ID',
    ]);
  });

  it('is shown to whoever is asked to sign once more', async () => {
    const repository = await signed();
    repository.write('a.js', repository.read('a.js').replace('second(two)', 'second(2)')).commit('Tidy');
    const terminal = { interactive: true, ask: async () => 'n' };
    const { stderr } = await cli(repository.as(ana).top, ['approve', '--key', ana.key], terminal);
    assert.match(
      stderr,
      /since ana signed \([0-9a-f]{12}\):\n {4}signed \+ second\(two\);\n {4}now {4}\+ second\(2\);/,
    );
  });
});
