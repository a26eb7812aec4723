/** Paths that a file system takes for others come by the ways that no added file takes. */
import assert from 'node:assert/strict';
import { POLICY_PATH } from '../../../../src/core/sidecar/paths';
import { ana, bo, code, gate, start } from './trial';

describe('attack 12: paths that collide come by renames, or in letters that only some fold', () => {
  it('a file that the base has becomes another policy by an exact rename', async () => {
    const repo = start();
    repo.as(ana).git('switch', '-q', 'main');
    repo.write('docs/sample.jsonc', '{ "version": 1, "mode": "observe" }\n').commit('Sample');
    repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
    repo.git('mv', 'docs/sample.jsonc', '.countersign/Policy.jsonc');
    repo.commit('Move');
    const outcome = await gate(repo);
    assert.deepEqual(
      outcome.problems.map((each) => [each.code, each.path]),
      [['path-collision', '.countersign/Policy.jsonc']],
    );
    assert.match(outcome.problems[0]?.message ?? '', new RegExp(POLICY_PATH));
    assert.equal(outcome.exit, 2);
  });

  it('a folder that differs from another in letter case, by an exact rename', async () => {
    const repo = start();
    const id = repo.git('rev-parse', 'HEAD:src/other.js');
    repo.git('rm', '-q', '--cached', 'src/other.js');
    repo.git('update-index', '--add', '--cacheinfo', `100644,${id},SRC/other.js`);
    repo.git('commit', '-q', '-m', 'Move');
    assert.match(code(await gate(repo)), /^2 path-collision/);
  });

  it('a rename that changes a letter’s case, and leaves nothing beside it, stays allowed', async () => {
    const repo = start();
    repo.git('mv', 'src/other.js', 'src/Other.js');
    repo.commit('Spell it');
    assert.equal(code(await gate(repo)), '0');
  });

  it('letters whose two cases are not each other’s: ẞ and ß, K and k', async () => {
    for (const [first, second] of [
      ['src/stra\u1e9ee.js', 'src/stra\u00dfe.js'],
      ['src/stra\u1e9ee.js', 'src/strasse.js'],
      ['src/STRASSE.js', 'src/stra\u00dfe.js'],
      ['src/\u212aey.js', 'src/key.js'],
      ['src/\u017fum.js', 'src/Sum.js'],
      ['src/\u0131f.js', 'src/If.js'],
    ] as const) {
      const repo = start();
      const id = repo.git('rev-parse', 'HEAD:README.md');
      for (const path of [first, second]) repo.git('update-index', '--add', '--cacheinfo', `100644,${id},${path}`);
      repo.git('commit', '-q', '-m', 'Two of a kind');
      assert.match(code(await gate(repo)), /^2 path-collision/, `${first} ${second}`);
    }
  });
});
