/** Lines that nobody signed ride on a sign-off: like lines slide along a signed block, so that the difference shows others. */
import assert from 'node:assert/strict';
import { encodeEnvelope, pae, parseEnvelope } from '../../../../src/core/signing/dsse';
import { PAYLOAD_TYPE, SIGNOFF_NAMESPACE } from '../../../../src/core/signing/statement';
import { storePath } from '../../../../src/core/sidecar/paths';
import { nodeHash } from '../../../../src/node/hash';
import { signWithSshKeygen } from '../../../../src/node/sshSign';
import { AI } from '../../../support/repository';
import type { TestRepository } from '../../../support/repository';
import { ana, bo, code, commitRecorded, dan, forge, gate, refusals, sign, start, text } from './trial';

const PAY = 'src/pay.js';
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

/** A function of so many charges, with an audit between them. */
const settle = (before: number, audit: number, after: number): string =>
  text(
    'function settle(card, amount) {',
    ...times(before, '  charge(card, amount);'),
    ...times(audit, '  audit(card);'),
    ...times(after, '  charge(card, amount);'),
    '  return receipt(card);',
    '}',
  );

function withBase(content: string): TestRepository {
  const repo = start();
  repo.git('switch', '-q', 'main');
  repo.as(ana).write(PAY, content).commit('Pay');
  repo.as(bo).git('switch', '-q', '-C', 'feature', 'main');
  return repo;
}

/** An AI puts an audit between seven charges. */
async function withAudit(): Promise<TestRepository> {
  const repo = withBase(settle(7, 0, 0));
  await repo.save(PAY, settle(5, 1, 2), [...times(6, undefined), AI, ...times(4, undefined)]);
  await commitRecorded(repo, 'Audit');
  return repo;
}

const checks = (count: number): string => text('setup(card);', 'prepare(card);', ...times(count, 'verify(card);'));

/** Five checks more than the four of the base. */
function withMoreChecks(): TestRepository {
  const repo = withBase(checks(4));
  repo.write(PAY, checks(9)).commit('Verify five times more');
  return repo;
}

/** An AI charges so many times more, before the audit. */
async function chargeMore(repo: TestRepository, more: number): Promise<void> {
  const sources = [undefined, ...times(more, AI), ...times(5, undefined), AI, ...times(4, undefined)];
  await repo.as(bo).save(PAY, settle(5 + more, 1, 2), sources);
  await commitRecorded(repo, 'Charge more');
}

describe('attack 22: riding on a sign-off', () => {
  for (const more of [1, 2]) {
    it(`${more} more of the lines before what was signed: not covered`, async () => {
      const repo = await withAudit();
      assert.equal(code(await gate(repo)), '1');
      await sign(repo, ana);
      assert.equal(code(await gate(repo)), '0');
      await chargeMore(repo, more);
      const outcome = await gate(repo);
      assert.equal(code(outcome), '1');
      assert.deepEqual(refusals(outcome, PAY), ['stale']);
      await sign(repo, ana);
      assert.equal(code(await gate(repo)), '0', 'signed again as it is now');
    });
  }

  it('fewer of the lines that were signed: not covered', async () => {
    const repo = withMoreChecks();
    await sign(repo, ana);
    assert.equal(code(await gate(repo)), '0');
    for (const count of [8, 7, 6, 5]) {
      repo.as(bo).write(PAY, checks(count)).commit('Verify less');
      assert.equal(code(await gate(repo)), '1', `${count - 4} instead of 5`);
    }
  });

  it('nor behind fifty approvals by a key that nobody knows', async () => {
    const repo = withMoreChecks();
    const good = await sign(repo, ana);
    // Sign-offs are read in the order of their names; only notes tell these apart.
    const first = await forge(repo, dan);
    const envelope = parseEnvelope(Buffer.from(repo.read(first), 'utf8').toString('latin1'), first);
    assert.ok(envelope.ok);
    const { keyid, payload: model } = envelope.value;
    for (let junk = 0, tried = 0; junk < 50; tried++) {
      const payload = model.replace('"note":""', `"note":"${tried}"`);
      const path = storePath('signoff', nodeHash.sha256(payload));
      if (path >= good) continue;
      const message = pae(PAYLOAD_TYPE, payload);
      const sig = await signWithSshKeygen({ keyFile: `${dan.key}.pub`, namespace: SIGNOFF_NAMESPACE, message });
      assert.ok(sig.ok);
      repo.write(path, encodeEnvelope({ payloadType: PAYLOAD_TYPE, payload, sig: sig.value, keyid }));
      junk++;
    }
    repo.commit('Approve');
    assert.equal(code(await gate(repo)), '0', 'they take nothing from the one that counts');
    repo.as(bo).write(PAY, checks(8)).commit('Verify less');
    assert.equal(code(await gate(repo)), '1');
  });
});
