/**
 * Signing by ssh-keygen, so that agents, passphrases and hardware keys work and no private key is ever read by us. The
 * payload goes in by stdin: given a file name, ssh-keygen leaves an existing `.sig` as it is and still exits with 0.
 */
import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { failure, success } from '../core/model/problem';
import type { Result } from '../core/model/problem';
import { unarmourSignature } from '../core/signing/sshsig';
import { nameFault } from './sshKeys';

export { listSigningKeys, readPublicKey } from './sshKeys';

/** What is to be signed, for what, and with which key. */
export interface SignRequest {
  /** A private key, or a public key (`.pub`) whose private half is beside it or in the agent. */
  readonly keyFile: string;
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
 * `key-passphrase`, `no-agent`, `sign-timeout`; their path is the key file.
 */
export async function signWithSshKeygen(request: SignRequest): Promise<Result<string>> {
  const { keyFile, namespace } = request;
  const refuse = (code: string, message: string): Result<string> =>
    failure({ code, path: keyFile, field: '', message });
  const fault = nameFault(keyFile);
  if (fault !== undefined) return refuse('key-unusable', fault);
  if (nameFault(namespace) !== undefined)
    throw new RangeError('a namespace may not begin with a dash or hold controls');
  if (!(await exists(keyFile)) && !(await exists(`${keyFile}.pub`))) {
    return refuse(
      'key-missing',
      `there is no key file ${keyFile}; make one with ssh-keygen -t ed25519, or name another`,
    );
  }
  const env = request.env ?? process.env;
  const outcome = await run(request, env);
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
  return refuse(...explain(outcome.stderr, keyFile, env));
}

type Outcome =
  | { readonly kind: 'done'; readonly exit: number | null; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout' };

function run(request: SignRequest, env: NodeJS.ProcessEnv): Promise<Outcome> {
  const { keyFile, namespace, message, useTerminal = false, timeout = 60_000 } = request;
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

function explain(stderr: string, keyFile: string, env: NodeJS.ProcessEnv): [code: string, message: string] {
  if (/passphrase/i.test(stderr)) {
    const remedy = `add it to an agent with ssh-add ${keyFile}, or set SSH_ASKPASS to a program that asks`;
    return ['key-passphrase', `the key ${keyFile} asks for a passphrase and there is nowhere to ask; ${remedy}`];
  }
  if (/UNPROTECTED PRIVATE KEY/.test(stderr)) {
    return ['key-unusable', `others may read ${keyFile}, so ssh-keygen ignores it; run chmod 600 on it`];
  }
  if (/No private key found/.test(stderr)) {
    const running = env['SSH_AUTH_SOCK'] !== undefined && env['SSH_AUTH_SOCK'] !== '';
    const state = running ? 'the SSH agent does not hold it' : 'no SSH agent is running';
    return [
      'no-agent',
      `the private half of ${keyFile} is not beside it and ${state}; run ssh-add with the private key`,
    ];
  }
  const last = stderr.trim().split('\n').pop() ?? '';
  return ['key-unusable', `ssh-keygen could not sign with ${keyFile}: ${last === '' ? 'it gave no reason' : last}`];
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
