import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifySshSignature } from '../../../src/core/signing/sshsig';
import { nodeHash } from '../../../src/node/hash';
import { readPublicKey, signWithSshKeygen } from '../../../src/node/sshSign';
import { verifyRaw } from '../../../src/node/sshVerify';
import { makeKey, QUIET_ENV, temporaryFolder } from './sshTools';

const NAMESPACE = 'signoff.v1@countersign.dev';
const MESSAGE = 'what is signed\n';

describe('signing through ssh-keygen', () => {
  const folder = temporaryFolder();
  after(folder.remove);
  const plain = makeKey(folder.path, 'plain', ['ed25519']);
  const secret = makeKey(folder.path, 'secret', ['ed25519'], 'correct horse');

  async function codeOf(
    keyFile: string,
    options: Partial<Parameters<typeof signWithSshKeygen>[0]> = {},
  ): Promise<string> {
    const result = await signWithSshKeygen({
      keyFile,
      namespace: NAMESPACE,
      message: MESSAGE,
      env: QUIET_ENV,
      ...options,
    });
    if (result.ok)
      return verifySshSignature({ hash: nodeHash, verifyRaw }, result.value, MESSAGE, NAMESPACE).ok ? 'signed' : 'bad';
    assert.equal(result.problems[0]?.path, keyFile);
    return result.problems[0].code;
  }

  it('signs with a private key, and with its public key when both stand together', async () => {
    assert.equal(await codeOf(plain), 'signed');
    assert.equal(await codeOf(`${plain}.pub`), 'signed');
  });

  it('a key with a passphrase and nowhere to ask is told apart at once, with a remedy', async () => {
    assert.equal(await codeOf(secret), 'key-passphrase');
    const result = await signWithSshKeygen({ keyFile: secret, namespace: NAMESPACE, message: MESSAGE, env: QUIET_ENV });
    assert.match(JSON.stringify(result), /ssh-add/);
  });

  it('names what is wrong with a key', async () => {
    assert.equal(await codeOf(join(folder.path, 'none')), 'key-missing');
    const junk = join(folder.path, 'junk');
    writeFileSync(junk, 'junk\n', { mode: 0o600 });
    assert.equal(await codeOf(junk), 'key-unusable');
    const open = join(folder.path, 'open');
    copyFileSync(plain, open);
    copyFileSync(`${plain}.pub`, `${open}.pub`);
    chmodSync(open, 0o644);
    assert.equal(await codeOf(open), 'key-unusable');
    for (const name of ['-Oforce', 'a\nb', '']) assert.equal(await codeOf(name), 'key-unusable', JSON.stringify(name));
    assert.equal(await codeOf(plain, { sshKeygen: join(folder.path, 'no-such-program') }), 'no-ssh-keygen');
  });

  it('does not wait for ever', async () => {
    const slow = join(folder.path, 'slow');
    writeFileSync(slow, '#!/bin/sh\nsleep 30\n', { mode: 0o755 });
    assert.equal(await codeOf(plain, { sshKeygen: slow, timeout: 200 }), 'sign-timeout');
  });

  it('without its private half, a public key needs an agent that holds it', async () => {
    const alone = join(folder.path, 'alone');
    mkdirSync(alone);
    const publicOnly = join(alone, 'secret.pub');
    copyFileSync(`${secret}.pub`, publicOnly);
    assert.equal(await codeOf(publicOnly), 'no-agent');
    const output = execFileSync('ssh-agent', ['-s'], { encoding: 'utf8' });
    const socket = /SSH_AUTH_SOCK=([^;]+)/.exec(output)?.[1] ?? '';
    const agent = Number(/SSH_AGENT_PID=(\d+)/.exec(output)?.[1]);
    try {
      const env = { ...QUIET_ENV, SSH_AUTH_SOCK: socket };
      assert.equal(await codeOf(publicOnly, { env }), 'agent-without-key');
      const ask = join(folder.path, 'ask');
      writeFileSync(ask, '#!/bin/sh\necho correct horse\n', { mode: 0o755 });
      const asking = { ...env, SSH_ASKPASS: ask, SSH_ASKPASS_REQUIRE: 'force' };
      execFileSync('ssh-add', ['-q', secret], { env: asking, stdio: 'ignore' });
      assert.equal(await codeOf(publicOnly, { env }), 'signed');
      assert.equal(await codeOf(secret, { env }), 'signed', 'the agent is asked before the passphrase');
      assert.equal(
        await codeOf(secret, { env: { ...asking, SSH_AUTH_SOCK: '' } }),
        'signed',
        'an askpass program answers',
      );
    } finally {
      process.kill(agent);
    }
  });

  it('reads a public key beside its private key, and says how to make a missing one', async () => {
    const key = await readPublicKey(secret);
    assert.ok(key.ok);
    assert.equal(key.value.path, `${secret}.pub`);
    const missing = await readPublicKey(join(folder.path, 'slow'));
    assert.ok(!missing.ok);
    assert.equal(missing.problems[0]?.code, 'key-missing');
    assert.match(missing.problems[0].message, /ssh-keygen -y/);
  });
});
