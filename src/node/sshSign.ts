/**
 * Signing by ssh-keygen, so that agents, passphrases and hardware keys work and no private key is ever read by us. The
 * payload goes in by stdin: given a file name, ssh-keygen leaves an existing `.sig` as it is and still exits with 0.
 */
import { spawn } from 'node:child_process';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { failure, success } from '../core/model/problem';
import type { Result } from '../core/model/problem';
import { decodeBase64, encodeBase64 } from '../core/signing/base64';
import { parseSshCertificate } from '../core/signing/certificate';
import { unarmourSignature, withKey } from '../core/signing/sshsig';
import { signFault } from './signFault';
import { nameFault, parsePublicKey, readPublicKey } from './sshKeys';

export { listSigningKeys, readPublicKey } from './sshKeys';

/** What is to be signed, for what, and with which key. */
export interface SignRequest {
  /** A private key, or a public key (`.pub`) whose private half is beside it or in the agent. */
  readonly keyFile: string;
  /** A key that only the agent holds, `type base64`; `keyFile` is then its name in messages. */
  readonly publicKey?: string;
  readonly namespace: string;
  /** Bytes, or a binary string. */
  readonly message: Uint8Array | string;
  /** Program to run; `ssh-keygen` on the PATH by default. */
  readonly sshKeygen?: string;
  /** Let ssh-keygen ask for a passphrase or PIN on the terminal. Off by default: the editor has none. */
  readonly useTerminal?: boolean;
  /** Milliseconds to wait, for a touch or an askpass window; 60,000 by default. */
  readonly timeout?: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Signs; gives the raw SSHSIG blob as a binary string. Problems: `no-ssh-keygen`, `key-missing`, `key-unusable`,
 * `key-mismatch`, `key-passphrase`, `key-device`, `no-agent`, `agent-without-key`, `agent-refused`, `sign-timeout`; their
 * path is the key file, or the fingerprint of a key that is in none.
 */
export async function signWithSshKeygen(request: SignRequest): Promise<Result<string>> {
  const { keyFile, namespace, publicKey } = request;
  const held = publicKey === undefined ? '' : parsePublicKey(publicKey);
  const path = typeof held === 'string' ? keyFile : held.fingerprint;
  const refuse = (code: string, message: string): Result<string> => failure({ code, path, field: '', message });
  const fault = nameFault(keyFile);
  if (fault !== undefined) return refuse('key-unusable', fault);
  if (nameFault(namespace) !== undefined)
    throw new RangeError('a namespace may not begin with a dash or hold controls');
  if (publicKey !== undefined) return withKeyFile(publicKey, (file) => sign(request, file, refuse));
  if (!(await exists(keyFile)) && !(await exists(`${keyFile}.pub`))) {
    return refuse('key-missing', 'there is no such key file; make one with ssh-keygen -t ed25519, or name another');
  }
  return sign(request, keyFile, refuse);
}

/** ssh-keygen takes keys as files, also those that only an agent holds. */
async function withKeyFile<T>(publicKey: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-key-'));
  try {
    const file = join(folder, 'key.pub');
    await writeFile(file, `${publicKey}\n`, { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Refuse = (code: string, message: string) => Result<string>;

async function sign(request: SignRequest, file: string, refuse: Refuse): Promise<Result<string>> {
  const env = request.env ?? process.env;
  const outcome = await run(request, file, env);
  if (outcome.kind === 'missing') {
    return refuse('no-ssh-keygen', `${request.sshKeygen ?? 'ssh-keygen'} can not be run; install OpenSSH 8.2 or later`);
  }
  if (outcome.kind === 'timeout') {
    return refuse(
      'sign-timeout',
      'ssh-keygen did not answer in time; was the hardware key touched, the passphrase given?',
    );
  }
  const blob = outcome.exit === 0 ? unarmourSignature(outcome.stdout) : undefined;
  if (blob !== undefined) return success(blob);
  const [code, message] = await signFault(outcome.stderr, request.keyFile, env, request.publicKey !== undefined);
  if (code !== 'agent-refused') return refuse(code, message);
  return (await signUncertified(request, file)) ?? refuse(code, message);
}

/**
 * An agent that was given a key without its certificate refuses to sign with the certificate. What is signed does not
 * name the key, so that the bare key may sign, and the certificate takes its place in the signature.
 */
async function signUncertified(request: SignRequest, file: string): Promise<Result<string> | undefined> {
  const read = await readPublicKey(file);
  if (!read.ok || !read.value.certificate) return undefined;
  const blob = decodeBase64(read.value.keyBlob) ?? '';
  const certificate = parseSshCertificate(blob);
  if (typeof certificate === 'string') return undefined;
  const publicKey = `${certificate.key.type} ${encodeBase64(certificate.keyBlob)}`;
  const signed = await signWithSshKeygen({ ...request, publicKey });
  return signed.ok ? success(withKey(signed.value, certificate.keyBlob, blob)) : undefined;
}

type Outcome =
  | { readonly kind: 'done'; readonly exit: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout' };

function run(request: SignRequest, keyFile: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const { namespace, message, useTerminal = false, timeout = 60_000 } = request;
  // In a session of its own the child has no terminal to wait at; Windows would open a console window instead.
  const detached = !useTerminal && process.platform !== 'win32';
  const asks = env['SSH_ASKPASS'] !== undefined && env['SSH_ASKPASS'] !== '';
  return new Promise((resolve) => {
    const child = spawn(request.sshKeygen ?? 'ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', keyFile], {
      detached,
      env: { ...env, LC_ALL: 'C', ...(asks ? {} : { SSH_ASKPASS_REQUIRE: 'never' }) },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const timer = setTimeout(() => {
      // The whole session, so that an askpass window goes too.
      if (detached && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
      resolve({ kind: 'timeout' });
    }, timeout);
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.once('error', () => {
      clearTimeout(timer);
      resolve({ kind: 'missing' });
    });
    child.once('close', (exit) => {
      clearTimeout(timer);
      const [out, err] = [stdout, stderr].map((chunks) => Buffer.concat(chunks).toString('utf8'));
      resolve({ kind: 'done', exit, stdout: out ?? '', stderr: err ?? '' });
    });
    // A key that can't be loaded ends ssh-keygen before it reads: the exit says why, the broken pipe does not matter.
    child.stdin.on('error', () => undefined);
    child.stdin.end(typeof message === 'string' ? Buffer.from(message, 'latin1') : message);
  });
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
