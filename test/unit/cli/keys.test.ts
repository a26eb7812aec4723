/** What the commands say of keys that are in force no longer, and of hardware keys. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { softwareKey } from '../signing/softwareKeys';
import { TestRepository, person } from '../../support/repository';
import { cli } from './harness';

const ana = person('ana');
const REVOKED = '.countersign/revoked_keys';

describe('keys, as the commands see them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('policy check and doctor name a revoked list that can not be read, and a person whose only key is in it', async () => {
    const repository = new TestRepository().as(ana).adopt([ana]);
    const check = async (): Promise<string> => {
      const { exit, stderr } = await cli(repository.top, ['policy', 'check']);
      return `${exit} ${stderr}`;
    };
    repository.write(REVOKED, `# nobody yet\n${softwareKey('ed25519').line}\n`);
    assert.match(await check(), /^0 /);
    repository.write(REVOKED, 'the one of ana\n');
    assert.match(await check(), /^2 .*revoked_keys: line 1: expected a key type/);
    assert.match((await cli(repository.top, ['doctor'])).stdout, /revoked_keys: line 1: expected a key type/);
    repository.write(REVOKED, `${ana.publicKey} stolen\n`);
    assert.match(await check(), /^1 .*needs 1 signer with a key, found 0; add the key of ana/);
    assert.match((await cli(repository.top, ['doctor'])).stdout, /lists no key that is not revoked/);
  });

  it('a key that can not be used is named once, by init, approve and recorder', async () => {
    const weak = join(folder, 'weak.pub');
    execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-b', '2048', '-N', '', '-f', join(folder, 'weak')]);
    const repository = new TestRepository().as(ana);
    const refused = async (...args: readonly string[]): Promise<void> => {
      const { stderr } = await cli(repository.top, [...args, '--key', weak]);
      assert.ok(stderr.startsWith(`countersign: ${weak}: RSA keys need 3072`), stderr);
      const missing = await cli(repository.top, [...args, '--key', join(folder, 'none.pub')]);
      assert.ok(missing.stderr.startsWith(`countersign: ${folder}/none.pub: the public key can`), missing.stderr);
    };
    await refused('init');
    repository.adopt([ana]).commit('Adopt');
    await refused('recorder', 'init');
    repository.git('switch', '-q', '-c', 'work');
    await refused('approve', '--yes');
  });

  it('policy check names a rule that asks for hardware keys where nobody has one', async () => {
    const require = { tier: 'approve', count: 1, level: 'senior', presence: true };
    const repository = new TestRepository().as(ana).adopt([ana], { rules: [{ id: 'touch', when: {}, require }] });
    const { exit, stderr } = await cli(repository.top, ['policy', 'check']);
    assert.equal(exit, 1);
    assert.match(stderr, /rule touch needs 1 signer with a hardware key, found 0/);
    repository.write('.countersign/allowed_signers', `${ana.email} ${softwareKey('ecdsa').line}\n`);
    assert.equal((await cli(repository.top, ['policy', 'check'])).exit, 0);
  });

  it('init offers to ask for the touch of a hardware key, asks for it, and refuses to ask it of another', async () => {
    const token = join(folder, 'id_ed25519_sk.pub');
    writeFileSync(token, `${softwareKey('ed25519').line} ana's token\n`);
    const offered = new TestRepository().as(ana);
    const { exit, stdout } = await cli(offered.top, ['init', '--key', token]);
    assert.equal(exit, 0);
    assert.match(stdout, /Yours is a hardware key: "presence": true .*init --presence/);
    assert.ok(!offered.read('.countersign/policy.jsonc').includes('presence'));
    const asked = new TestRepository().as(ana);
    assert.equal((await cli(asked.top, ['init', '--key', token, '--presence'])).exit, 0);
    const rules = asked.read('.countersign/policy.jsonc').match(/"level": "senior", "presence": true/g);
    assert.equal(rules?.length, 4);
    assert.equal((await cli(asked.top, ['policy', 'check'])).exit, 0);
    const refused = await cli(new TestRepository().as(ana).top, ['init', '--key', `${ana.key}.pub`, '--presence']);
    assert.equal(refused.exit, 2);
    assert.match(refused.stderr, /expected a hardware key, found .*id_ed25519.pub of type ssh-ed25519/);
  });
});
