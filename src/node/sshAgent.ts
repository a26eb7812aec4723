/**
 * The keys of the SSH agent: a local one, or one that was forwarded to this machine, where no key file is. Only public
 * halves are asked for.
 */
import { spawn } from 'node:child_process';
import { inAgent, parsePublicKey } from './sshKeys';
import type { PublicKeyFile } from './sshKeys';

/** What the agent holds; `unreachable` when none is set up or nothing answers. */
export type AgentState =
  { readonly kind: 'keys'; readonly keys: readonly PublicKeyFile[] } | { readonly kind: 'unreachable' };

/** A forwarded agent is on the other side of a network. */
const TIMEOUT = 5000;

/** Asks the agent for its keys and certificates. Those of kinds that can't sign here are left out. */
export async function agentKeys(env: NodeJS.ProcessEnv = process.env): Promise<AgentState> {
  const { exit, stdout } = await sshAdd(env);
  // 1 says that the agent holds nothing, or is locked.
  if (exit !== 0 && exit !== 1) return { kind: 'unreachable' };
  const keys: PublicKeyFile[] = [];
  for (const line of exit === 0 ? stdout.split('\n') : []) {
    const key = parsePublicKey(line);
    if (typeof key !== 'string') keys.push(inAgent(key));
  }
  return { kind: 'keys', keys };
}

function sshAdd(env: NodeJS.ProcessEnv): Promise<{ readonly exit: number | null; readonly stdout: string }> {
  return new Promise((resolve) => {
    const options = { env: { ...env, LC_ALL: 'C' }, timeout: TIMEOUT, windowsHide: true };
    const child = spawn('ssh-add', ['-L'], { ...options, stdio: ['ignore', 'pipe', 'ignore'] });
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.once('error', () => resolve({ exit: null, stdout: '' }));
    child.once('close', (exit) => resolve({ exit, stdout: Buffer.concat(parts).toString('utf8') }));
  });
}
