import assert from 'node:assert/strict';
import type { TestRepository } from '../../support/repository';
import { AI, person } from '../../support/repository';
import { aiChange, recordAndCommit } from './aiChange';
import { cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];

/** On main, with the change of branch `work` merged. */
async function merged(format: 'sha1' | 'sha256' = 'sha1'): Promise<TestRepository> {
  const repository = await aiChange(ana, bo, [ana], format);
  repository.git('switch', '-q', 'main');
  repository.git('merge', '-q', '--no-ff', '-m', 'Land it', 'work');
  return repository;
}

function records(repository: TestRepository, revision = 'HEAD'): string[] {
  const listed = repository.git('ls-tree', '-r', '--name-only', revision, '.countersign/v1/provenance');
  return listed.split('\n').filter((path) => path.endsWith('.prov'));
}

async function prune(repository: TestRepository, ...args: string[]): Promise<string> {
  const { stdout, stderr, exit } = await cli(repository.top, ['prune', ...args]);
  assert.equal(exit, 0, stderr);
  return stdout;
}

describe('prune', () => {
  it('deletes merged records in a commit that only deletes, and leaves a placeholder where nothing is left', async () => {
    const repository = await merged();
    const [path = ''] = records(repository);
    repository.write('a.js', 'staged();\n').git('add', 'a.js');
    repository.write('b.js', 'dirty();\n');
    const before = repository.git('status', '--porcelain');
    assert.match(await prune(repository, '--dry-run'), /^would prune 1 merged record from main$/m);
    assert.deepEqual(records(repository), [path]);
    assert.match(await prune(repository), /^pruned 1 merged record in [0-9a-f]{12}; push it to main$/m);
    const keeper = path.replace(/[^/]+$/, '.keep');
    assert.deepEqual(repository.git('show', '--format=%s', '--no-renames', '--name-status', 'HEAD').split('\n'), [
      'Prune 1 merged record',
      '',
      ...[`A\t${keeper}`, `D\t${path}`].sort((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1)),
    ]);
    assert.equal(repository.git('status', '--porcelain'), before, 'staged and dirty work stays as it is');
    assert.equal(await prune(repository), 'nothing to prune\n');
  });

  for (const format of ['sha1', 'sha256'] as const) {
    it(`may itself be a change, which asks for nobody's sign-off (${format})`, async () => {
      const repository = await merged(format);
      await prune(repository);
      repository.git('branch', 'target', 'HEAD~1');
      const gate = ['verify', '--base', 'target'];
      const { exit, stdout } = await cli(repository.top, gate);
      assert.deepEqual([exit, stdout.includes('.keep')], [0, false], stdout);
      // Whatever else a placeholder is, it is ordinary content.
      const [keeper = ''] = repository.git('ls-files', '*.keep').split('\n');
      repository.write(keeper, 'hidden\n').commit('Fill it');
      const filled = await cli(repository.top, gate);
      assert.deepEqual([filled.exit, filled.stdout.includes(keeper)], [1, true], filled.stdout);
      repository.git('reset', '-q', '--hard', 'HEAD~1');
      repository.git('rm', '-q', keeper);
      repository.git('commit', '-q', '-m', 'Take it away');
      const removed = await cli(repository.top, [...gate, '--base', 'HEAD~1', '--ref', 'target']);
      assert.deepEqual([removed.exit, removed.stdout.includes(keeper)], [1, true], removed.stderr);
    });
  }

  it('takes nothing from branches that are open: they merge without conflict, with all their origins', async () => {
    const repository = await merged();
    repository.git('switch', '-q', '-c', 'open', 'work');
    await repository.save('c.js', 'const later = byAnAssistant();\n', [AI]);
    await recordAndCommit(repository, 'Later');
    repository.git('switch', '-q', 'main');
    await prune(repository);
    repository.git('merge', '-q', '--no-ff', '-m', 'Land that too', 'open');
    const clone = repository.clone();
    const blamed = await cli(clone.top, ['blame', 'c.js', '--json']);
    assert.match(blamed.stdout, /"origin": "ai"/);
    // What was pruned stays so, and blame says what it can't know.
    const gone = await cli(clone.top, ['blame', 'a.js']);
    assert.match(gone.stdout, /^2 {2}unknown/m);
    assert.equal(records(repository).length, 1);
  });

  it('says what it costs: of lines that are reverted and land again the gate knows no more', async () => {
    const repository = await merged();
    assert.match(
      await prune(repository),
      /^what of them is reverted and lands again later is unknown to the gate too$/m,
    );
    repository.git('revert', '--no-edit', '-m', '1', 'HEAD~1');
    repository.git('switch', '-q', '-c', 'again');
    repository.git('revert', '--no-edit', 'HEAD');
    const { exit, stdout } = await cli(repository.top, ['verify', '--base', 'main', '--json']);
    assert.equal(exit, 1);
    assert.match(stdout, /"byOrigin": ?\{\s*"unknown": ?\d+\s*\}/);
  });

  it('says in blame that records were pruned, where a line is unknown', async () => {
    const repository = await merged();
    await prune(repository);
    const clone = repository.clone();
    const told = await cli(clone.top, ['blame', 'a.js']);
    assert.match(told.stdout, /^2 {2}unknown/m);
    assert.match(told.stderr, /records were pruned here; countersign why FILE:LINE asks the history/);
  });

  it('is refused elsewhere, and in the middle of something, with the reason', async () => {
    const repository = await merged();
    const refused = async (exit: number, reason: RegExp): Promise<void> => {
      const answer = await cli(repository.top, ['prune']);
      assert.deepEqual([answer.exit, answer.stdout], [exit, '']);
      assert.match(answer.stderr, reason);
      assert.equal(repository.git('log', '-1', '--format=%s').includes('Prune'), false);
    };
    repository.git('switch', '-q', 'work');
    await refused(2, /expected the default branch main, but this is work; .*git switch main/);
    repository.git('switch', '-q', '--detach', 'main');
    await refused(2, /no branch is checked out/);
    repository.git('switch', '-q', 'main');
    repository.write('.git/MERGE_HEAD', `${repository.git('rev-parse', 'work')}\n`);
    await refused(3, /in the middle of something/);
  });

  it('keeps what is not merged, what another target still lacks, and what is newer than asked for', async () => {
    const origin = await merged();
    const repository = origin.clone();
    await repository.save('d.js', 'const mine = byAnAssistant();\n', [AI]);
    await recordAndCommit(repository, 'Not pushed');
    assert.match(
      await prune(repository, '--dry-run'),
      /^would prune 1 .*\nkept 1 record: origin\/main does not have them/,
    );
    const other = await merged();
    other.adopt([ana], { targets: ['main', 'release/*'] });
    other.git('branch', 'release/1', 'main~1');
    const held = await prune(other, '--dry-run');
    assert.match(held, /^would prune 0 merged records from main\nkept 1 record: release\/1 does not have them/);
    const old = await merged();
    assert.match(
      await prune(old, '--before', 'main~1'),
      /^nothing to prune\nkept 1 record: they are newer than main~1$/m,
    );
    assert.equal((await cli(old.top, ['prune', '--before', 'nowhere'])).exit, 3);
  });
});
