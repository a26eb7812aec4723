/** Decisions beside those of others: what is taken back by whom, what is vetoed when, with real keys. */
import assert from 'node:assert/strict';
import type { TestRepository } from '../../support/repository';
import { person } from '../../support/repository';
import { aiChange } from './aiChange';
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
