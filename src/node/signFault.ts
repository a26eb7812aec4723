/** Why ssh-keygen did not sign, in words that say what to do: it has one exit code for everything. */
import { agentKeys } from './sshAgent';

/**
 * Code and message for what ssh-keygen said; the message stands after the name of the key. Asks the agent for its keys
 * where the key should have been there.
 */
export async function signFault(
  stderr: string,
  keyFile: string,
  env: NodeJS.ProcessEnv,
  isInAgent = false,
): Promise<[code: string, message: string]> {
  const isCertificate = keyFile.endsWith('-cert.pub');
  if (/passphrase/i.test(stderr)) {
    const remedy = 'add it to an agent with ssh-add, or set SSH_ASKPASS to a program that asks';
    return ['key-passphrase', `the key asks for a passphrase and there is nowhere to ask; ${remedy}`];
  }
  if (/UNPROTECTED PRIVATE KEY/.test(stderr)) {
    return ['key-unusable', 'others may read the key, so ssh-keygen ignores it; run chmod 600 on it'];
  }
  if (/doesn't match private/.test(stderr)) {
    const remedy = 'write the public half anew with ssh-keygen -y -f KEY > KEY.pub, or name another key';
    return ['key-mismatch', `it is not the public half of the private key beside it; ${remedy}`];
  }
  if (/device not found/i.test(stderr)) {
    return ['key-device', 'the hardware key is not plugged in; plug it in and sign again'];
  }
  if (/agent refused/.test(stderr)) {
    const remedy = isCertificate
      ? 'it holds neither this certificate nor its bare key; run ssh-add with the private key'
      : 'was the question of the agent denied, the hardware key not touched? Sign again, or unlock the agent with ssh-add -X';
    return ['agent-refused', `the SSH agent refused to sign with it; ${remedy}`];
  }
  if (/No private key found/.test(stderr)) return missingHalf(isInAgent, env);
  const last = stderr.trim().split('\n').pop() ?? '';
  return ['key-unusable', `ssh-keygen could not sign with it: ${last === '' ? 'it gave no reason' : last}`];
}

/** A public key alone: is there an agent, and which keys does it hold instead? */
async function missingHalf(isInAgent: boolean, env: NodeJS.ProcessEnv): Promise<[code: string, message: string]> {
  const missing = isInAgent ? 'the key is in no file' : 'the private half is not beside it';
  const agent = await agentKeys(env);
  if (agent.kind === 'keys') {
    const others = agent.keys.slice(0, 5).map(({ fingerprint }) => fingerprint);
    const held =
      others.length === 0 ? 'holds no key that can sign, or is locked' : `holds ${others.join(', ')} instead`;
    return ['agent-without-key', `${missing}, and the SSH agent ${held}; run ssh-add with the private key`];
  }
  const socket = env['SSH_AUTH_SOCK'] ?? '';
  const state = socket === '' ? 'no SSH agent is running' : `no SSH agent answers at SSH_AUTH_SOCK (${socket})`;
  const remedy = 'start one and run ssh-add with the private key, or connect again with ssh -A to forward one';
  return ['no-agent', `${missing} and ${state}; ${remedy}`];
}
