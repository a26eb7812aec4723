/** The flags of hardware keys, from the policy to the gate: presence (touch) and verification (PIN or finger). */
import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeBase64 } from '../../../src/core/signing/base64';
import { encodeEnvelope, pae, parseEnvelope } from '../../../src/core/signing/dsse';
import { keyFingerprint } from '../../../src/core/signing/sshsig';
import { PAYLOAD_TYPE, SIGNOFF_NAMESPACE } from '../../../src/core/signing/statement';
import { storePath } from '../../../src/core/sidecar/paths';
import { runGate } from '../../../src/node/gate';
import { nodeHash } from '../../../src/node/hash';
import { planSignoff, signPlan } from '../../../src/node/review';
import { AI, TestRepository, person } from '../../support/repository';
import { softwareKey } from './softwareKeys';
import { certify, makeKey, publicLine, temporaryFolder } from './sshTools';

const ana = person('ana');
const bo = person('bo');
const SENIOR = { tier: 'approve', count: 1, level: 'senior' };

describe('hardware keys at the gate', () => {
  const folder = temporaryFolder();
  after(folder.remove);
  const authority = makeKey(folder.path, 'authority', ['ed25519']);

  /** A change that waits for ana, and a way to sign it by a token under whatever flags, perhaps with a certificate. */
  async function waiting(kind: 'ed25519' | 'ecdsa', asks: object, options?: readonly string[]) {
    const token = softwareKey(kind);
    const file = join(mkdtempSync(join(folder.path, 'token-')), 'token.pub');
    writeFileSync(file, `${token.line}\n`);
    const certificate =
      options === undefined ? token.line : publicLine(certify(authority, file, ana.email, ...options).slice(0, -4));
    const named = options === undefined ? token.line : `cert-authority ${publicLine(authority)}`;
    const rules = [{ id: 'hardware', when: { paths: ['a.js'] }, require: { ...SENIOR, ...asks } }];
    const repo = new TestRepository().as(ana).adopt([ana], { rules }).write('a.js', 'one();\n');
    const listed = `${repo.read('.countersign/allowed_signers')}${ana.email} ${named}\n`;
    repo.write('.countersign/allowed_signers', listed).commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    await repo.save('a.js', 'one();\ntwo();\n', [undefined, AI]);
    repo.commit('Add two');
    const plan = await planSignoff(await repo.as(ana).open(), { decision: 'approve', keyFile: ana.key });
    const { paths } = await signPlan(await repo.open(), plan, { note: '', viewed: 1, commit: false });
    const [path = ''] = paths;
    const envelope = parseEnvelope(Buffer.from(repo.read(path), 'utf8').toString('latin1'), path);
    assert.ok(envelope.ok);
    repo.git('rm', '-q', '-f', path);
    const blob = certificate.split(' ')[1] ?? '';
    const keyid = keyFingerprint(nodeHash, blob);
    const payload = envelope.value.payload.replace(/"keyid":"[^"]*"/, `"keyid":"${keyid}"`);
    const place = storePath('signoff', nodeHash.sha256(payload));
    /** `counts`, or why the sign-off under these flags does not. */
    return async (flags: number): Promise<string> => {
      const sig = token.sign(pae(PAYLOAD_TYPE, payload), SIGNOFF_NAMESPACE, flags, decodeBase64(blob));
      repo.write(join(dirname(place), '.keep'), '');
      writeFileSync(
        join(repo.top, place),
        encodeEnvelope({ payloadType: PAYLOAD_TYPE, payload, sig, keyid }),
        'latin1',
      );
      repo.git('add', '-f', place);
      repo.git('commit', '-q', '-m', 'Sign');
      const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
      repo.git('reset', '-q', '--hard', 'HEAD~');
      return report?.hunks.flatMap((hunk) => hunk.signoffs.map(({ code }) => code)).join() ?? 'no report';
    };
  }

  const rows = [
    ['a touch', 'ed25519', { presence: true }, ['no-presence', 'counts', 'no-presence', 'counts']],
    ['a touch', 'ecdsa', { presence: true }, ['no-presence', 'counts', 'no-presence', 'counts']],
    ['verification', 'ecdsa', { verified: true }, ['not-verified', 'not-verified', 'counts', 'counts']],
    ['both', 'ed25519', { presence: true, verified: true }, ['no-presence', 'not-verified', 'no-presence', 'counts']],
    ['no hardware', 'ed25519', {}, ['counts', 'counts', 'counts', 'counts']],
  ] as const;
  for (const [name, kind, asks, expected] of rows) {
    it(`asked for ${name}, sk-${kind}: flags none, touch, PIN, both`, async () => {
      const by = await waiting(kind, asks);
      assert.deepEqual([await by(0), await by(1), await by(4), await by(5)], expected);
    });
  }

  it('with a certificate that asks for verification: whatever the rule asks', async () => {
    const by = await waiting('ed25519', {}, ['-O', 'verify-required']);
    assert.deepEqual([await by(0), await by(1), await by(5)], ['not-verified', 'not-verified', 'counts']);
  });

  it('are no key in software, which is neither touched nor verified', async () => {
    for (const [asks, code] of [
      [{ presence: true }, 'no-presence'],
      [{ verified: true }, 'not-verified'],
    ] as const) {
      const rules = [{ id: 'hardware', when: { paths: ['a.js'] }, require: { ...SENIOR, ...asks } }];
      const repo = new TestRepository().as(ana).adopt([ana], { rules }).write('a.js', 'one();\n');
      repo.commit('Start');
      repo.as(bo).git('switch', '-q', '-c', 'feature');
      await repo.save('a.js', 'one();\ntwo();\n', [undefined, AI]);
      repo.commit('Add two');
      const plan = await planSignoff(await repo.as(ana).open(), { decision: 'approve', keyFile: ana.key });
      assert.deepEqual(
        plan.refusals.map((refusal) => refusal.code),
        [code],
        'said before anything is signed',
      );
    }
  });
});
