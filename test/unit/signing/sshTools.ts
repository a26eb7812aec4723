/** Real keys by ssh-keygen in a folder of their own, and ssh-keygen as the second, independent verifier. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armourSignature } from '../../../src/core/signing/sshsig';

/** The environment without agent and askpass, so that a test never depends on the person who runs it. */
export const QUIET_ENV: NodeJS.ProcessEnv = { ...process.env, TZ: 'UTC' };
for (const name of ['SSH_AUTH_SOCK', 'SSH_ASKPASS', 'SSH_ASKPASS_REQUIRE', 'DISPLAY']) delete QUIET_ENV[name];

export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'countersign-keys-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Makes a key pair; gives the private key's file. */
export function makeKey(folder: string, name: string, type: readonly string[], passphrase = ''): string {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', ...type, '-N', passphrase, '-C', `${name}@example.com`, '-f', file]);
  return file;
}

/** What stock ssh-keygen says of a raw signature blob by anyone in these allowed signers. */
export function keygenAccepts(
  folder: string,
  signers: string,
  principal: string,
  namespace: string,
  blob: string,
  message: string,
): boolean {
  const signersFile = join(folder, 'allowed_signers');
  const signatureFile = join(folder, 'message.sig');
  writeFileSync(signersFile, signers);
  writeFileSync(signatureFile, armourSignature(blob));
  const arguments_ = ['-Y', 'verify', '-f', signersFile, '-I', principal, '-n', namespace, '-s', signatureFile];
  const { status } = spawnSync('ssh-keygen', arguments_, { input: Buffer.from(message, 'latin1'), env: QUIET_ENV });
  return status === 0;
}

/**
 * Certifies a public key file (`.pub`) for these principals; gives the certificate's file, which stands beside the key.
 * `options` are ssh-keygen's: `-h`, `-V`, `-O`.
 */
export function certify(authority: string, publicFile: string, principals: string, ...options: string[]): string {
  const named = principals === '' ? [] : ['-n', principals];
  execFileSync('ssh-keygen', ['-q', '-s', authority, '-I', 'a test', ...named, ...options, publicFile], {
    env: QUIET_ENV,
    stdio: 'pipe',
  });
  return publicFile.replace(/\.pub$/, '-cert.pub');
}

export function publicLine(keyFile: string): string {
  return readFileSync(`${keyFile}.pub`, 'utf8').trim();
}
