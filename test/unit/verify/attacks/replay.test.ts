/** Signed once, used elsewhere or again. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { workingReport } from '../../../../src/node/status';
import type { TestRepository } from '../../../support/repository';
import { BASE, BLOCK, FILE, ana, bo, forge, gate, hunk, refusals, sign, start, text, withBlock } from './trial';

describe('attack 1: a sign-off is replayed to another block, file, repository or branch', () => {
  it('another block: the same lines once more in the same file', async () => {
    const repo = await withBlock();
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
    repo
      .as(bo)
      .write(FILE, BASE + BLOCK + BLOCK)
      .commit('Twice');
    assert.equal((await gate(repo)).exit, 1);
  });

  it('another block: the signed lines moved below a twin of the function above them', async () => {
    const twins = (first: string, second: string): string =>
      text('function a() {', '  begin();', ...(first === '' ? [] : [first]), '  end();', '}', '', '') +
      text('function b() {', '  begin();', ...(second === '' ? [] : [second]), '  end();', '}');
    const repo = start();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write(FILE, twins('', '')).commit('Twins');
    repo.as(bo).git('switch', '-q', '-C', 'feature');
    repo.write(FILE, twins('  drop(everything);', '')).commit('In a');
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
    repo.as(bo).write(FILE, twins('', '  drop(everything);')).commit('In b instead');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.notEqual(hunk(outcome).status, 'satisfied');
  });

  it('another file with the same text before and after', async () => {
    const repo = await withBlock();
    await sign(repo, ana);
    repo
      .as(bo)
      .write('src/other.js', BASE + BLOCK)
      .commit('The same elsewhere');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome, 'src/other.js').status, 'missing');
  });

  it('another file: the subject’s path is rewritten, and signed with a key of the forger’s', async () => {
    const repo = await withBlock();
    const path = await sign(repo, ana);
    const envelope = JSON.parse(repo.read(path)) as { payload: string; signatures: unknown };
    const payload = Buffer.from(envelope.payload, 'base64').toString('utf8').replaceAll('src/total.js', 'src/other.js');
    repo.write(path, `${JSON.stringify({ ...envelope, payload: Buffer.from(payload).toString('base64') })}\n`);
    repo.as(bo).commit('Another path');
    assert.equal((await gate(repo)).exit, 2);
  });

  it('another repository with the same files', async () => {
    const from = await withBlock();
    const path = await sign(from, ana);
    const repo = await withBlock(start({ repo: '7c0e1f6a-0000-4000-8000-00000000ffff' }));
    carry(from, repo, path);
    assert.deepEqual(refusals(await gate(repo)), ['other-repo']);
  });

  it('another branch that the policy protects too', async () => {
    const repo = start({ targets: ['main', 'release'] });
    repo.git('branch', 'release', 'main');
    await withBlock(repo);
    await forge(repo, ana, { predicate: { targetRefs: ['main'] } });
    assert.equal((await gate(repo)).exit, 0);
    const outcome = await gate(repo, { base: 'release' });
    assert.equal(outcome.exit, 1);
    assert.deepEqual(refusals(outcome), ['other-target']);
  });

  it('a pattern for every branch that is no pattern', async () => {
    const repo = await withBlock();
    await forge(repo, ana, { predicate: { targetRefs: ['**/[main', '!main', '@(main)'] } });
    assert.deepEqual(refusals(await gate(repo)), ['other-target']);
  });
});

describe('attack 2: a landing is reverted and landed again with its old sign-off; the file comes back after pruning', () => {
  async function landed(): Promise<{ repo: TestRepository; path: string }> {
    const repo = await withBlock();
    const path = await sign(repo, ana);
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', '--no-ff', '-m', 'Land', 'feature');
    return { repo, path };
  }

  it('reverted as a merge and landed again by reverting the revert', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'HEAD');
    repo.as(bo).git('switch', '-q', '-c', 'again');
    repo.git('revert', '--no-edit', 'main');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(refusals(outcome), ['spent']);
  });

  it('pruned, the lines taken out, and file and lines added anew', async () => {
    const { repo, path } = await landed();
    const bytes = repo.read(path);
    repo.git('rm', '-q', '-r', '.countersign/v1');
    repo.as(ana).commit('Prune');
    repo.write(FILE, BASE).commit('Take discounts out');
    repo.as(bo).git('switch', '-q', '-c', 'again');
    repo
      .write(FILE, BASE + BLOCK)
      .write(path, bytes)
      .commit('Discounts, as approved');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(refusals(outcome), ['spent']);
  });

  it('says so to whoever looks at the work tree, before the gate does', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'HEAD');
    repo.as(bo).git('switch', '-q', '-c', 'again');
    repo.git('revert', '--no-edit', 'main');
    const { report } = await workingReport(await repo.open(), { base: 'main' });
    assert.deepEqual(
      [report.ok, report.hunks.flatMap((each) => each.signoffs.map((one) => one.code))],
      [false, ['spent']],
    );
    await sign(repo, ana);
    assert.equal((await workingReport(await repo.as(bo).open(), { base: 'main' })).report.ok, true);
  });

  it('the old sign-off says that it saw a base which is not here', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'HEAD');
    repo.as(bo).git('switch', '-q', '-c', 'again');
    repo.git('revert', '--no-edit', 'main');
    await forge(repo, bo, { predicate: { observed: { base: '1'.repeat(40), head: '2'.repeat(40) } } });
    assert.ok(refusals(await gate(repo)).includes('spent'));
  });

  it('landed inside another branch’s merge, reverted, and landed again', async () => {
    const repo = await withBlock();
    const path = await sign(repo, ana);
    repo.git('switch', '-q', '-c', 'train', 'main');
    repo.write('README.md', '# Our shop\n').commit('Readme');
    repo.git('merge', '-q', '--no-ff', '-m', 'Take feature', 'feature');
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', '--no-ff', '-m', 'Land the train', 'train');
    repo.write(FILE, BASE).git('rm', '-q', path);
    repo.commit('Take it out by hand');
    repo.as(bo).git('switch', '-q', '-c', 'again');
    repo.git('checkout', '-q', 'feature', '--', path, FILE);
    repo.commit('Again');
    assert.deepEqual(refusals(await gate(repo)), ['spent']);
  });

  it('a branch made before the landing, with the same commits, is not let through twice', async () => {
    const { repo } = await landed();
    repo.git('revert', '--no-edit', '-m', '1', 'HEAD');
    repo.as(bo).git('switch', '-q', '-c', 'again', 'main~2');
    // With another message: the very same commits would be merged already, and nothing of them would land.
    repo.git('cherry-pick', '-x', 'main~2..feature');
    assert.deepEqual(refusals(await gate(repo)), ['spent']);
  });
});

function carry(from: TestRepository, to: TestRepository, path: string): void {
  mkdirSync(dirname(join(to.top, path)), { recursive: true });
  cpSync(join(from.top, path), join(to.top, path));
  to.commit('A sign-off of another repository');
}
