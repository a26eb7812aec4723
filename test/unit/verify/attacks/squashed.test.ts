/** A rejection that was taken back has landed in a squash, and commits that brought it are in a change again. */
import assert from 'node:assert/strict';
import { parseStorePath } from '../../../../src/core/sidecar/paths';
import { workingReport } from '../../../../src/node/status';
import type { Person, TestRepository } from '../../../support/repository';
import { AI } from '../../../support/repository';
import {
  BASE,
  BLOCK,
  BY_AI,
  FILE,
  ana,
  bo,
  commitRecorded,
  cy,
  dan,
  forge,
  gate,
  hunk,
  sign,
  start,
  withBlock,
} from './trial';

const idOf = (path: string): string => parseStorePath(path)?.digest ?? '';
const NOTE = 'no discounts';

/** dan's veto on the AI's block. */
async function vetoed(): Promise<{ repo: TestRepository; veto: string }> {
  const repo = await withBlock(start({}, [ana, dan]));
  const veto = await forge(repo, dan, { predicate: { decision: 'reject', note: NOTE } });
  return { repo, veto };
}

async function withdraw(repo: TestRepository, who: Person, veto: string, more = {}): Promise<string> {
  const predicate = { decision: 'withdraw', withdraws: idOf(veto), note: 'settled', ...more } as const;
  return forge(repo, who, { predicate });
}

/** `main` takes these files, or all of `feature`, in one commit; this branch goes on from there with one line more. */
async function goOn(repo: TestRepository, branch: string, files: readonly string[] = []): Promise<void> {
  const texts = files.map((path) => [path, repo.read(path)] as const);
  repo.as(ana).git('switch', '-q', 'main');
  for (const [path, text] of texts) repo.write(path, text);
  if (files.length === 0) repo.git('merge', '-q', '--squash', 'feature');
  repo.commit('Land');
  repo.as(bo).git('switch', '-q', branch);
  repo.git('merge', '-q', '-m', 'Update', 'main');
  await repo.save(FILE, `${BASE}${BLOCK}// more\n`, [...BY_AI.map(() => undefined), AI]);
  await commitRecorded(repo, 'More');
}

const status = async (repo: TestRepository, now = Date.now()): Promise<string> =>
  hunk(await gate(repo, { now })).status;

describe('attack 23: a rejection after a squash', () => {
  it('that landed with its withdrawal is settled where the branch goes on', async () => {
    const { repo, veto } = await vetoed();
    await withdraw(repo, dan, veto);
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
    await goOn(repo, 'feature');
    assert.equal(await status(repo), 'missing');
    const { report } = await workingReport(await repo.open(), { base: 'main' });
    assert.equal(report.hunks.find(({ path, end }) => path === FILE && end === 9)?.status, 'missing');
    await sign(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('that landed with its withdrawal is settled for a branch that never had the withdrawal', async () => {
    const { repo, veto } = await vetoed();
    repo.git('branch', 'stacked');
    await withdraw(repo, dan, veto);
    await sign(repo, ana);
    await goOn(repo, 'stacked');
    assert.equal(await status(repo), 'missing');
    const { report } = await workingReport(await repo.open(), { base: 'main' });
    assert.equal(report.hunks.find(({ path, end }) => path === FILE && end === 9)?.status, 'missing');
  });

  it('that landed alone keeps counting', async () => {
    const { repo, veto } = await vetoed();
    await goOn(repo, 'feature', [veto]);
    assert.equal(await status(repo), 'rejected');
  });

  it('whose withdrawal alone has landed keeps counting', async () => {
    const { repo, veto } = await vetoed();
    const lift = await withdraw(repo, dan, veto);
    assert.equal(await status(repo), 'missing');
    await goOn(repo, 'feature', [lift]);
    assert.equal(await status(repo), 'rejected');
  });

  it('that landed with a withdrawal of somebody who may not keeps counting', async () => {
    for (const [who, more] of [
      [cy, {}],
      [ana, {}],
      [dan, { note: ' ' }],
      [dan, { repo: '7c0e1f6a-0000-4000-8000-000000000099' }],
      [dan, { withdraws: 'ab'.repeat(32) }],
    ] as const) {
      const { repo, veto } = await vetoed();
      const lift = await withdraw(repo, who, veto, more);
      await goOn(repo, 'feature', [veto, lift]);
      assert.equal(await status(repo), 'rejected', `${who.email} ${JSON.stringify(more)}`);
    }
  });

  it('that landed with its withdrawal under a signature that is none keeps counting', async () => {
    for (const isBroken of [false, true]) {
      const { repo, veto } = await vetoed();
      repo.git('branch', 'stacked');
      const lift = await withdraw(repo, dan, veto);
      const sig = /"sig":"[^"]{200}/;
      if (isBroken)
        repo.write(
          lift,
          repo.read(lift).replace(sig, (found) => `${found.slice(0, -20)}${'A'.repeat(20)}`),
        );
      if (isBroken) repo.commit('Break it');
      await goOn(repo, 'stacked', [veto, lift]);
      assert.equal(await status(repo), isBroken ? 'rejected' : 'missing');
    }
  });

  it('stands again when its withdrawal has expired', async () => {
    const { repo, veto } = await vetoed();
    await withdraw(repo, dan, veto);
    await goOn(repo, 'feature');
    assert.equal(await status(repo), 'missing');
    assert.equal(await status(repo, Date.now() + 2 * 86_400_000), 'rejected');
  });

  it('that is landed again after a revert stands again', async () => {
    const { repo, veto } = await vetoed();
    const lift = await withdraw(repo, dan, veto);
    await goOn(repo, 'feature');
    repo.as(ana).git('switch', '-q', 'main');
    repo.git('revert', '--no-edit', 'HEAD');
    repo.as(bo).git('switch', '-q', '-c', 'again');
    repo.git('revert', '--no-edit', 'HEAD');
    assert.deepEqual(
      [veto, lift].map((path) => repo.git('ls-files', path).trim()),
      [veto, lift],
    );
    assert.equal(await status(repo), 'rejected');
  });
});
