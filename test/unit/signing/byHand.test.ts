/** The commands of docs/signoff-format.md §7, as they stand there, on an exported sign-off: an auditor has no more. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { signedPayload, signPayload } from './signoff';
import { certify, makeKey, publicLine, QUIET_ENV, temporaryFolder } from './sshTools';

describe('an exported sign-off, checked by hand', () => {
  const folder = temporaryFolder();
  after(folder.remove);
  const key = makeKey(folder.path, 'ana', ['ed25519']);
  const authority = makeKey(folder.path, 'authority', ['ed25519']);

  /** Runs the commands on a file in a folder with nothing else but the key files. Gives what they print. */
  function audit(file: string, signers: string, revoked?: string): { readonly ok: boolean; readonly said: string } {
    const cwd = mkdtempSync(join(folder.path, 'audit-'));
    mkdirSync(join(cwd, '.countersign'));
    writeFileSync(join(cwd, '.countersign', 'allowed_signers'), signers);
    if (revoked !== undefined) writeFileSync(join(cwd, '.countersign', 'revoked_keys'), revoked);
    writeFileSync(join(cwd, 'signoff.dsse'), Buffer.from(file, 'latin1'));
    const docs = readFileSync('docs/signoff-format.md', 'utf8');
    const [, commands = ''] = /^## 7[^]*?```sh\n([^]*?)```/m.exec(docs) ?? [];
    const verify = 'ssh-keygen -Y verify';
    assert.ok(commands.startsWith('f=') && commands.includes(verify));
    const script = commands
      .replace(/^f=.*$/m, 'f=signoff.dsse')
      .replace(verify, revoked === undefined ? verify : `${verify} -r .countersign/revoked_keys`);
    const { status, stdout, stderr } = spawnSync('sh', ['-e'], {
      cwd,
      input: script,
      env: QUIET_ENV,
      encoding: 'utf8',
    });
    return { ok: status === 0, said: `${stdout}${stderr}` };
  }

  it('is good, and prints the name of the file', async () => {
    const { path, bytes } = await signPayload(key, await signedPayload(key));
    const { ok, said } = audit(bytes, `ana@example.com ${publicLine(key)}\n`);
    assert.ok(ok, said);
    assert.match(said, /Good "signoff.v1@countersign.dev" signature for ana@example.com/);
    assert.ok(said.includes(path.replace(/.*\/|\.dsse/g, '')), said);
  });

  it('is not, once a byte of it has changed, or its key is revoked', async () => {
    const { bytes } = await signPayload(key, await signedPayload(key));
    const signers = `ana@example.com ${publicLine(key)}\n`;
    const [, payload = ''] = /"payload":"([^"]*)"/.exec(bytes) ?? [];
    const changed = Buffer.from(payload, 'base64').toString('latin1').replace('"approve"', '"reject"');
    const forged = bytes.replace(payload, Buffer.from(changed, 'latin1').toString('base64'));
    assert.equal(audit(forged, signers).ok, false);
    assert.equal(audit(bytes, signers, `${publicLine(authority)}\n`).ok, true);
    assert.equal(audit(bytes, signers, `${publicLine(key)}\n`).ok, false);
  });

  it('is good with a certificate of a listed authority', async () => {
    const certificate = certify(authority, `${key}.pub`, 'ana@example.com');
    const { bytes } = await signPayload(certificate, await signedPayload(certificate));
    const { ok, said } = audit(bytes, `ana@example.com cert-authority ${publicLine(authority)}\n`);
    assert.ok(ok, said);
    assert.match(said, /Good/);
  });
});
