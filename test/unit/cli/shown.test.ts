/** What is shown on the terminal that asks for a signature, and what the statement says was looked at. */
import assert from 'node:assert/strict';
import type { TestRepository } from '../../support/repository';
import { FILE, ana, start, statementOf, text } from '../verify/attacks/trial';
import type { Answer } from './harness';
import { cli } from './harness';

const LONG = `const table = "${'x'.repeat(500)}"; sendEverything();`;
const BEYOND = `const table = "${'x'.repeat(10_500)}"; sendEverything();`;

async function asked(repo: TestRepository): Promise<Answer> {
  const terminal = { interactive: true, ask: async () => 'y' };
  const args = ['approve', '--commit', '--base', 'main', '--key', `${ana.key}.pub`];
  const answer = await cli(repo.as(ana).top, args, terminal);
  assert.equal(answer.exit, 0, answer.stderr);
  return answer;
}

function viewed(repo: TestRepository): { readonly total: number; readonly expanded: number } {
  return statementOf(repo, repo.git('ls-files', '*.dsse')).predicate.viewed;
}

describe('the terminal that asks for a signature', () => {
  it('shows all lines of a block, and long lines whole', async () => {
    const repo = start();
    const lines = Array.from({ length: 300 }, (_, index) => `call(${index});`);
    repo.write(FILE, text(...lines, LONG)).commit('Change');
    const { stderr } = await asked(repo);
    for (const line of [...lines, LONG]) assert.ok(stderr.includes(`\n    + ${line}\n`), line);
    assert.doesNotMatch(stderr, /…|look closely/);
    assert.deepEqual(viewed(repo), { total: 1, expanded: 1 });
  });

  it('says what is too long to show, and does not count it as viewed', async () => {
    const repo = start();
    repo.write(FILE, text(BEYOND)).write('README.md', '# The shop\n').commit('Change');
    const { stderr } = await asked(repo);
    assert.match(stderr, /\n {4}\+ const table = "x+…\n/);
    assert.match(stderr, /\nlook closely: src\/total\.js:1: not all of it is shown here\n/);
    assert.deepEqual(viewed(repo), { total: 2, expanded: 1 });
  });

  it('names an object by all that is signed of it; its content is not shown', async () => {
    const repo = start({ atomic: ['*.lock'] });
    repo.write('deps.lock', 'a 1\n');
    repo.git('update-index', '--chmod=+x', 'README.md');
    repo.git('add', 'deps.lock');
    repo.git('commit', '-q', '-m', 'Change');
    const { stderr } = await asked(repo);
    const id = repo.git('rev-parse', 'HEAD:deps.lock');
    const same = repo.git('rev-parse', 'HEAD:README.md');
    assert.ok(stderr.includes(`\n    000000 ${'0'.repeat(40)} → 100644 ${id}\n`), stderr);
    assert.ok(stderr.includes(`\n    100644 ${same} → 100755 ${same}\n`), stderr);
    assert.match(stderr, /\nlook closely: deps\.lock \(the whole file\): not all of it is shown here\n/);
    assert.deepEqual(viewed(repo), { total: 2, expanded: 1 });
  });
});
