/** Whoever waits long enough, or lands the right files first, is rid of what a reviewer said against a change. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseStorePath } from '../../../../src/core/sidecar/paths';
import type { Person, TestRepository } from '../../../support/repository';
import { person } from '../../../support/repository';
import { ana, bo, cy, dan, forge, gate, hunk, start, withBlock } from './trial';

const DAY = 86_400_000;
const at = (days: number): string => new Date(Date.now() + days * DAY).toISOString();
const idOf = (path: string): string => parseStorePath(path)?.digest ?? '';

/** ana's approval for 90 days, and who takes it back, for one. */
async function takenBack(repo: TestRepository, who: Person): Promise<string> {
  const approval = await forge(repo, ana, { predicate: { expiresAt: at(90) } });
  assert.equal((await gate(repo)).exit, 0);
  const predicate = { decision: 'withdraw', withdraws: idOf(approval), note: 'I was wrong', expiresAt: at(1) } as const;
  const path = await forge(repo.as(who), who, { predicate });
  assert.equal((await gate(repo)).exit, 1);
  return path;
}

describe('attack 23: waiting', () => {
  it('for the day on which the withdrawal of an approval expires', async () => {
    const repo = await withBlock();
    await takenBack(repo, ana);
    assert.equal((await gate(repo, { now: Date.now() + 2 * DAY })).exit, 1);
  });

  it('for another change that lands the withdrawal of an approval, so that it is spent', async () => {
    const repo = await withBlock();
    const path = await takenBack(repo, ana);
    const bytes = repo.read(path);
    repo.as(bo).git('switch', '-q', 'main');
    repo.write(path, bytes).commit('An odd file');
    repo.git('switch', '-q', 'feature');
    assert.equal((await gate(repo)).exit, 1);
    repo.git('merge', '-q', '-m', 'Update', 'main');
    assert.equal((await gate(repo)).exit, 1);
  });

  it('for the day on which the withdrawal of a rejection expires lifts nothing', async () => {
    const repo = await withBlock(start({}, [ana, cy]));
    await forge(repo, ana, { predicate: { expiresAt: at(90) } });
    const veto = await forge(repo.as(cy), cy, { predicate: { decision: 'reject', note: 'no discounts' } });
    const predicate = { decision: 'withdraw', withdraws: idOf(veto), note: 'settled', expiresAt: at(1) } as const;
    await forge(repo, cy, { predicate });
    assert.equal((await gate(repo)).exit, 0);
    assert.equal(hunk(await gate(repo, { now: Date.now() + 2 * DAY })).status, 'rejected');
  });

  for (const decision of ['reject', 'withdraw'] as const) {
    it(`for the day on which the certificate ends that signed a ${decision}`, async () => {
      const [authority, zoe] = [person('authority'), person('zoe')];
      const folder = mkdtempSync(join(tmpdir(), 'countersign-waiting-'));
      const [key, line] = [
        join(folder, 'id_ed25519'),
        `${zoe.email} cert-authority,namespaces="signoff.v1@countersign.dev"`,
      ];
      copyFileSync(zoe.key, key);
      copyFileSync(`${zoe.key}.pub`, `${key}.pub`);
      const sign = ['-q', '-s', authority.key, '-I', 'zoe', '-n', zoe.email, '-V', '-1h:+4h', `${key}.pub`];
      execFileSync('ssh-keygen', sign, { stdio: 'ignore' });
      copyFileSync(`${key}-cert.pub`, `${key}.pub`);
      const people = [
        { id: 'ana', emails: [ana.email], level: 'senior', teams: [] },
        { id: 'zoe', emails: [zoe.email], level: 'principal', teams: [] },
      ];
      const repo = await withBlock(start({ people }, [ana, dan]));
      repo.as(ana).git('switch', '-q', 'main');
      const signers = '.countersign/allowed_signers';
      writeFileSync(join(repo.top, signers), `${repo.read(signers)}${line} ${authority.publicKey}\n`);
      repo.commit('Trust the authority');
      repo.git('switch', '-q', 'feature');
      const approval = await forge(repo, ana, { predicate: { expiresAt: at(90) } });
      assert.equal((await gate(repo)).exit, 0);
      const more = decision === 'reject' ? {} : { withdraws: idOf(approval) };
      await forge(repo, { ...zoe, key }, { predicate: { decision, note: 'no discounts', ...more } });
      assert.equal((await gate(repo)).exit, 1);
      assert.equal((await gate(repo, { now: Date.now() + 2 * DAY })).exit, 1);
    });
  }
});
