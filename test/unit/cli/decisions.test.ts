/** Decisions beside those of others: what is taken back by whom, what is vetoed when, with real keys. */
import assert from 'node:assert/strict';
import type { TestRepository } from '../../support/repository';
import { HUMAN, person } from '../../support/repository';
import { aiChange, recordAndCommit } from './aiChange';
import type { Answer } from './harness';
import { cli } from './harness';

const [ana, bo, eve] = [person('ana'), person('bo'), person('eve')];
const GATE = ['verify', '--base', 'main'];

/** Bo's change, which an AI helped to write, in a repository where both ana and eve are seniors. */
async function change(): Promise<TestRepository> {
  return aiChange(ana, bo, [ana, eve]);
}

type Decider = typeof ana;

async function decide(repository: TestRepository, who: Decider, ...args: string[]): Promise<Answer> {
  const [command = '', ...rest] = args;
  return cli(repository.as(who).top, [command, '--yes', '--commit', '--key', who.key, ...rest]);
}

async function decided(repository: TestRepository, who: Decider, ...args: string[]): Promise<string> {
  const answer = await decide(repository, who, ...args);
  assert.equal(answer.exit, 0, answer.stderr);
  return /\(([0-9a-f]{12})\)/.exec(answer.stdout)?.[1] ?? '';
}

describe('a withdrawal', function () {
  this.timeout(60_000);

  async function refused(repository: TestRepository, id: string, reason: RegExp): Promise<void> {
    const head = repository.git('rev-parse', 'HEAD');
    const answer = await decide(repository, ana, 'withdraw', '--note', 'Wrong', id);
    assert.deepEqual([answer.exit, answer.stdout], [1, '']);
    assert.match(answer.stderr, reason);
    assert.deepEqual([repository.git('rev-parse', 'HEAD'), repository.git('status', '--porcelain')], [head, '']);
  }

  it("of another person's decision is refused before anything is signed", async () => {
    const repository = await change();
    const id = await decided(repository, eve, 'approve');
    const reason = /this would not count: only eve, or someone of a higher level who took no part, can withdraw it/;
    await refused(repository, id, reason);
    assert.equal((await cli(repository.top, GATE)).exit, 0);
  });

  it('of a withdrawal, or of what is withdrawn already, is refused too', async () => {
    const repository = await change();
    const id = await decided(repository, ana, 'approve');
    const withdrawal = await decided(repository, ana, 'withdraw', '--note', 'I misread it', id);
    await refused(repository, id, /this would not count: it is withdrawn already/);
    await refused(repository, withdrawal, /this would not count: a withdrawal stays; sign a new decision instead/);
  });
});

describe('a decision', function () {
  this.timeout(60_000);

  it('is not signed where the branch was changed for another while it was asked about', async () => {
    const repository = await change();
    const id = await decided(repository, ana, 'approve');
    const ask = async (): Promise<string> => {
      repository.git('switch', '-q', '--detach', 'HEAD~1');
      return 'y';
    };
    const args = ['withdraw', '--note', 'Wrong', '--commit', '--key', ana.key, id];
    const answer = await cli(repository.top, args, { interactive: true, ask });
    assert.deepEqual([answer.exit, answer.stdout], [3, '']);
    assert.match(answer.stderr, /the branch changed since the review began, and nothing was signed/);
    assert.equal(repository.git('rev-parse', 'HEAD'), repository.git('rev-parse', 'work~1'));
  });
});

describe('a rejection', function () {
  this.timeout(60_000);

  it('is possible of blocks that are signed for, or that need nobody, when their PATH is named', async () => {
    const repository = await change();
    await repository.save('typed.js', 'const mine = byThePerson();\n', [HUMAN]);
    await recordAndCommit(repository, 'Type');
    await decided(repository, ana, 'approve');
    assert.equal((await cli(repository.top, GATE)).exit, 0);
    const none = await decide(repository, eve, 'reject', '--note', 'No');
    assert.deepEqual([none.exit, none.stdout], [1, '']);
    assert.match(none.stderr, /no committed block awaits a sign-off here; name a PATH to reject/);
    const veto = await decide(repository, eve, 'reject', '--note', 'No retry', 'a.js');
    assert.match(veto.stdout, /^rejected 1 block/);
    assert.match(veto.stderr, /^ {2}a\.js:2/m);
    const gate = await cli(repository.top, GATE);
    assert.equal(gate.exit, 1);
    assert.match(gate.stdout, /rejected by eve: No retry/);
    await decided(repository, eve, 'reject', '--note', 'Nor this', 'typed.js');
    assert.match((await cli(repository.top, GATE)).stdout, /rejected by eve: Nor this/);
  });

  it('outlives an approval beside it, which says so', async () => {
    const repository = await change();
    const veto = await decided(repository, eve, 'reject', '--note', 'No');
    const { exit, stdout } = await decide(repository, ana, 'approve');
    assert.equal(exit, 0);
    const stays = `a\\.js:2-3 stays rejected by eve: No; settle it with eve, who then runs: countersign withdraw ${veto}`;
    assert.match(stdout, new RegExp(`^signed off 1 block .*\n${stays}\ncommitted as`));
    await decided(repository, eve, 'withdraw', '--note', 'Settled', veto);
    assert.equal((await cli(repository.top, GATE)).exit, 0);
    assert.doesNotMatch((await decide(repository, ana, 'approve')).stdout, /stays/);
  });
});
