/** A file that was renamed with more changes than git follows: blame and why say of it what the gate says. */
import assert from 'node:assert/strict';
import { runGate } from '../../../src/node/gate';
import { blameFile } from '../../../src/node/blame';
import type { TestRepository } from '../../support/repository';
import { hooked, save, text } from '../git/hooked';
import { cli } from './harness';

const OLD = ['one', 'two'];

describe('a file renamed with most of its lines new', () => {
  async function renamed(): Promise<TestRepository> {
    const repo = await hooked();
    await save(repo, 'foo.js', OLD, 'AA');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Made');
    repo.git('mv', 'foo.js', 'bar.js');
    await save(repo, 'bar.js', [...OLD, 'personally', 'penultimate', 'handwritten'], '--HHH');
    return repo;
  }

  async function blamed(repo: TestRepository, rev?: string, path = 'bar.js'): Promise<string> {
    const { lines } = await blameFile(await repo.open(), repo.top, path, rev);
    return lines.map(({ origin }) => origin).join(' ');
  }

  const SAID = 'ai ai human human human';

  it('keeps the origins of the old name, before the commit and after it', async () => {
    const repo = await renamed();
    assert.equal(await blamed(repo), SAID);
    repo.git('commit', '-qam', 'Rename');
    assert.equal(await blamed(repo), SAID);
    assert.equal(await blamed(repo, 'HEAD'), SAID);
    assert.doesNotMatch(repo.git('log', '-1', '-M', '--name-status'), /^R/m);
    const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    assert.deepEqual(
      report?.hunks.map(({ origin }) => origin),
      ['ai', 'human'],
    );
    const why = await cli(repo.top, ['why', 'bar.js:1']);
    assert.match(why.stdout, /origin +ai/);
  });

  it('keeps them through a further rename that git follows', async () => {
    const repo = await renamed();
    repo.git('commit', '-qam', 'Rename');
    repo.git('mv', 'bar.js', 'baz.js');
    repo.git('commit', '-qam', 'Again');
    assert.equal(await blamed(repo, 'HEAD', 'baz.js'), SAID);
    assert.equal(await blamed(repo, undefined, 'baz.js'), SAID);
  });

  it('makes nobody’s lines human in a copy beside it, as the gate does not', async () => {
    const repo = await hooked();
    await save(repo, 'foo.js', OLD, 'HH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Made');
    repo.git('rm', '-q', 'foo.js');
    const more = (name: string): string => text(...OLD, ...Array.from({ length: 5 }, (_, at) => `${name}${at}`));
    repo.write('bar.js', more('personally')).write('baz.js', more('penultimate'));
    repo.git('add', '-A');
    repo.git('commit', '-q', '--no-verify', '-m', 'Two');
    const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    assert.deepEqual(new Set(report?.hunks.map(({ origin }) => origin)), new Set(['unknown']));
    for (const path of ['bar.js', 'baz.js']) {
      assert.equal(await blamed(repo, 'HEAD', path), Array(7).fill('unknown').join(' '));
      assert.equal(await blamed(repo, undefined, path), Array(7).fill('unknown').join(' '));
    }
  });

  for (const [who, said] of [
    ['H', 'unknown unknown'],
    ['A', 'ai ai'],
  ] as const) {
    it(`takes nothing from the record of a file that still stands but that an AI made it: ${said}`, async () => {
      const repo = await hooked();
      await save(repo, 'foo.js', OLD, who.repeat(2));
      repo.write('bar.js', text(...OLD));
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', 'Both');
      assert.equal(await blamed(repo, 'HEAD'), said);
      assert.equal(await blamed(repo), said);
    });

    it(`nor from that of one that a sparse checkout leaves out: ${said}`, async () => {
      const repo = await hooked();
      await save(repo, 'out/foo.js', OLD, who.repeat(2));
      repo.write('in/bar.js', text(...OLD));
      repo.git('add', '-A');
      repo.git('commit', '-q', '-m', 'Both');
      repo.git('sparse-checkout', 'set', 'in');
      assert.equal(await blamed(repo, undefined, 'in/bar.js'), said);
      repo.git('sparse-checkout', 'disable');
      assert.equal(await blamed(repo, undefined, 'in/bar.js'), said);
    });
  }

  it('asks the branch that the policy names, and git alone where there is none', async () => {
    const repo = await renamed();
    repo.git('commit', '-qam', 'Rename');
    repo.git('branch', '-q', '-m', 'main', 'trunk');
    assert.equal(await blamed(repo, 'HEAD'), 'unknown unknown human human human');
    repo.write(
      '.countersign/policy.jsonc',
      repo.read('.countersign/policy.jsonc').replace('"main"', '"trunk", 7, "a b*"'),
    );
    assert.equal(await blamed(repo, 'HEAD'), SAID);
  });
});
