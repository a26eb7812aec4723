import assert from 'node:assert/strict';
import { storePath } from '../../../src/core/sidecar/paths';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';
import { aiChange, onlyDigest, recordAndCommit } from './aiChange';
import { cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];

type Story = Readonly<Record<string, unknown>> & {
  readonly review?: Readonly<Record<string, unknown>> & {
    readonly requests: readonly Record<string, unknown>[];
    readonly signoffs: readonly Record<string, unknown>[];
  };
};

async function why(repository: TestRepository, ...args: string[]): Promise<string> {
  const { stdout, stderr, exit } = await cli(repository.top, ['why', ...args]);
  assert.equal(exit, 0, stderr);
  return stdout;
}

async function story(repository: TestRepository, ...args: string[]): Promise<Story> {
  return JSON.parse(await why(repository, ...args, '--json')) as Story;
}

/** The change, asked about and signed with a note. */
async function signedChange(): Promise<TestRepository> {
  const repository = await aiChange(ana, bo);
  await cli(repository.top, ['request', '--to', 'ana', '--note', 'Look at the rounding']);
  repository.as(ana);
  const signed = await cli(repository.top, ['approve', '--yes', '--commit', '--key', ana.key, '--note', 'Checked it']);
  assert.equal(signed.exit, 0, signed.stderr);
  return repository;
}

describe('why', () => {
  it('tells of a line of an open change what is missing and how to get it', async () => {
    const repository = await aiChange(ana, bo);
    const told = await why(repository, 'a.js:2');
    assert.match(told, /^a\.js:2 {2}const added = byAnAssistant\(\);$/m);
    assert.match(told, /^origin +ai \(completion, observed\)$/m);
    assert.match(told, /^actor +assistant, model m-1$/m);
    assert.match(told, /^author +bo@example\.com$/m);
    const id = onlyDigest(repository, 'prov').slice(0, 12);
    assert.match(told, new RegExp(`^record +${id} \\(countersign show ${id}\\)$`, 'm'));
    const commit = repository.git('rev-parse', 'HEAD').slice(0, 12);
    assert.match(told, new RegExp(`^line +${commit} \\d{4}-\\d\\d-\\d\\d bo@example\\.com: Add$`, 'm'));
    assert.match(told, /^asks for +1 sign-off by senior or above, rule ai-needs-a-senior$/m);
    assert.match(told, /^review +missing/m);
    assert.match(told, /→ countersign request --to ana$/m);
  });

  it('tells of the commit that changed the line, whichever commits git is told to ignore', async () => {
    const repository = await aiChange(ana, bo);
    repository
      .write('a.js', repository.read('a.js').replace('byAnAssistant()', 'byAnAssistant(1)'))
      .commit('Once more');
    repository.write('.git-blame-ignore-revs', `${repository.git('rev-parse', 'HEAD')}\n`);
    repository.git('config', 'blame.ignoreRevsFile', '.git-blame-ignore-revs');
    assert.match(await why(repository, 'a.js:2'), /^line .* bo@example\.com: Once more$/m);
  });

  it('tells of requests, sign-offs and notes', async () => {
    const repository = await signedChange();
    const told = await why(repository, 'a.js:2');
    const request = onlyDigest(repository, 'req').slice(0, 12);
    const signoff = onlyDigest(repository, 'dsse').slice(0, 12);
    assert.match(
      told,
      new RegExp(`^request +${request} by bo@example\\.com to ana\n +note: Look at the rounding$`, 'm'),
    );
    assert.match(told, new RegExp(`^sign-off +${signoff} by ana, \\S+: valid\n +note: Checked it$`, 'm'));
    assert.match(told, /^review +signed: signed off by ana$/m);
    const { review, ...line } = await story(repository, 'a.js:2');
    assert.deepEqual(
      [line['origin'], line['evidence'], review?.['state'], review?.['status']],
      ['ai', 'observed', 'open', 'satisfied'],
    );
    assert.deepEqual(review?.signoffs[0]?.['note'], 'Checked it');
  });

  it('tells the same of a line that landed with a merge, and with a squash by somebody without Countersign', async () => {
    for (const how of ['merge', 'squash'] as const) {
      const repository = await signedChange();
      repository.git('switch', '-q', 'main');
      repository.write('b.js', 'other();\n').commit('Meanwhile');
      if (how === 'merge') repository.git('merge', '-q', '--no-ff', '-m', 'Land it', 'work');
      else {
        repository.git('merge', '-q', '--squash', 'work');
        repository.git('commit', '-q', '-m', 'Land it');
      }
      repository.write('a.js', `// first\n${repository.read('a.js')}`).commit('Later');
      const { review, ...line } = await story(repository, 'a.js:3');
      assert.deepEqual(
        [how, line['origin'], review?.['state'], review?.['status']],
        [how, 'ai', 'landed', 'satisfied'],
      );
      assert.equal(review?.requests[0]?.['note'], 'Look at the rounding');
      const told = await why(repository, 'a.js:3');
      assert.match(told, how === 'merge' ? /^landed .*: Land it$/m : /^line .*: Land it$/m);
      assert.match(told, /^review +signed when it landed: signed off by ana$/m);
    }
  });

  it('finds the sign-off of a branch that landed commit by commit', async () => {
    const repository = await signedChange();
    repository.git('switch', '-q', 'main');
    repository.git('merge', '-q', '--ff-only', 'work');
    const { review } = await story(repository, 'a.js:2');
    assert.deepEqual([review?.['state'], review?.['status']], ['landed', 'satisfied']);
  });

  it('finds in the history what was pruned since', async () => {
    const repository = await signedChange();
    repository.git('switch', '-q', 'main');
    repository.git('merge', '-q', '--no-ff', '-m', 'Land it', 'work');
    repository.git('rm', '-q', storePath('provenance', onlyDigest(repository, 'prov')));
    repository.git('commit', '-q', '-m', 'Prune');
    assert.match(await why(repository, 'a.js:2'), /^recorded +no record at hand: this work tree still knows$/m);
    const told = await why(repository.clone(), 'a.js:2');
    assert.match(told, /^origin +unknown: no record at hand explains it$/m);
    assert.match(told, /^then +ai \(assistant, observed\)$/m);
    assert.match(told, /^review +signed when it landed/m);
  });

  it('tells of lines that are not committed, not part of a change, and older than the policy', async () => {
    const repository = await aiChange(ana, bo);
    await repository.save('a.js', `${repository.read('a.js')}const more = byHand();\n`, [undefined, AI, HUMAN, HUMAN]);
    const fresh = await why(repository, 'a.js:4');
    assert.match(fresh, /^origin +human \(typing, observed\)$/m);
    assert.match(fresh, /^line +not committed yet$/m);
    assert.match(fresh, /^recorded +with the next commit$/m);
    assert.match(fresh, /^review +none needed/m);
    assert.match(await why(repository, 'a.js:1'), /^review +nothing to tell: it stands there since the first commit/m);
    repository.write('new.js', 'const nobody = knows();\n');
    assert.match(await why(repository, 'new.js:1'), /^origin +unknown/m);
  });

  it('answers at a revision, and from a folder below', async () => {
    const repository = await signedChange();
    await repository.save('sub/b.js', 'const below = byAnAssistant();\n', [AI]);
    await recordAndCommit(repository, 'Below');
    repository.write('a.js', 'one();\n');
    assert.equal((await story(repository, 'a.js:2', '--rev', 'HEAD'))['origin'], 'ai');
    assert.equal((await story(repository, 'a.js:2', '--rev', 'HEAD~3')).review?.['status'], 'missing');
    const below = await cli(`${repository.top}/sub`, ['why', 'b.js:1', '--json']);
    assert.equal((JSON.parse(below.stdout) as Story)['path'], 'sub/b.js');
  });

  it('refuses what is no line, and escapes what it tells', async () => {
    const repository = await aiChange(ana, bo);
    for (const bad of ['a.js', 'a.js:0', 'a.js:x', 'a.js:99', 'missing.js:1']) {
      const answer = await cli(repository.top, ['why', bad]);
      assert.deepEqual([bad, answer.exit, answer.stdout], [bad, 2, '']);
    }
    repository.write('a.js', 'one();\n\u001b[31m::error::\n').git('commit', '-qam', '\u001b[31mred');
    assert.ok(!(await why(repository, 'a.js:2')).includes('\u001b'));
  });

  it('says that a shallow clone cannot tell', async () => {
    const repository = await signedChange();
    repository.git('switch', '-q', 'main');
    repository.git('merge', '-q', '--no-ff', '-m', 'Land it', 'work');
    const shallow = new TestRepository().as(bo);
    shallow.git('fetch', '-q', '--depth=1', `file://${repository.top}`, 'main');
    shallow.git('reset', '-q', '--hard', 'FETCH_HEAD');
    const told = await why(shallow, 'a.js:2');
    assert.match(told, /^origin +ai/m);
    assert.match(told, /^review +nothing to tell: this clone is shallow[^;]*; run: git fetch --unshallow$/m);
    assert.doesNotMatch(told, /^(?:line|landed|recorded) /m, 'where the clone begins is not where the line does');
    assert.doesNotMatch(told, /first commit|ana@example|Land it|not committed/);
    const { shallow: isShallow, broughtBy, landedBy, recordedBy } = await story(shallow, 'a.js:2');
    assert.deepEqual([isShallow, broughtBy, landedBy, recordedBy], [true, undefined, undefined, undefined]);
    // Not even for a line that was there before Countersign was.
    assert.doesNotMatch(await why(shallow, 'a.js:1'), /^(?:line|landed) |first commit/m);
  });

  it('names the commit of a line that is newer than where a shallow clone begins', async () => {
    const repository = await aiChange(ana, bo);
    repository.git('switch', '-q', 'main');
    repository.write('c.js', 'other();\n').commit('Other');
    repository.write('b.js', 'two();\n').commit('Two');
    const shallow = new TestRepository().as(bo);
    shallow.git('fetch', '-q', '--depth=2', `file://${repository.top}`, 'main');
    shallow.git('reset', '-q', '--hard', 'FETCH_HEAD');
    assert.match(await why(shallow, 'b.js:1'), /^line .*: Two$/m);
    assert.match(await why(shallow, 'a.js:1'), /^review +nothing to tell: this clone is shallow/m);
    shallow.write('b.js', 'two();\nthree();\n');
    assert.match(await why(shallow, 'b.js:2'), /^line +not committed yet$/m);
    assert.equal((await story(shallow, 'b.js:2'))['shallow'], undefined);
  });
});
