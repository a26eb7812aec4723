/** Which key signs: the named one, else git's, else one of `~/.ssh` or of the agent that the base lists for the signer. */
import { homedir } from 'node:os';
import { CountersignError } from '../core/model/problem';
import { signerAt } from '../core/signing/signerAt';
import { SIGNOFF_NAMESPACE } from '../core/signing/statement';
import type { GateInput } from '../core/verify/gateInput';
import type { Repository } from './repository';
import { configValue } from './repository';
import { agentKeys } from './sshAgent';
import type { AgentState } from './sshAgent';
import type { PublicKeyFile } from './sshKeys';
import { listSigningKeys, readPublicKey } from './sshKeys';

type Base = Pick<GateInput, 'signers' | 'revoked' | 'now'>;

/** The key for a principal. Throws `key-missing`, `key-unusable`, `no-key` (exit 3). */
export async function chooseKey(
  repository: Repository,
  base: Base,
  principal: string,
  keyFile: string | undefined,
  namespace: string = SIGNOFF_NAMESPACE,
): Promise<PublicKeyFile> {
  if (keyFile !== undefined) {
    const named = await readPublicKey(keyFile);
    if (named.ok) return named.value;
    const [first] = named.problems;
    if (first !== undefined) throw new CountersignError(first, 3);
  }
  const { listed, others, agent } = await candidates(repository, base, principal, namespace);
  const chosen = listed ?? others[0];
  if (chosen !== undefined) return chosen;
  const state = agent === 'keys' ? 'the SSH agent holds none' : 'no SSH agent answers';
  const message =
    `no SSH key was found to sign with: none in ${home()}/.ssh, and ${state}; make one with ssh-keygen -t ed25519, ` +
    'connect with ssh -A to use the agent of another machine, or name one with --key FILE.pub';
  throw new CountersignError({ code: 'no-key', field: '--key', message }, 3);
}

/** Whether there is nothing to ask: git names a key, or one that the base lists is here, or there is no choice. */
export async function isKeyClear(repository: Repository, base: Base, email: string): Promise<boolean> {
  if ((await signingKeySetting(repository)) !== undefined) return true;
  const { listed, others } = await candidates(repository, base, asListed(base, email), SIGNOFF_NAMESPACE);
  return listed !== undefined || others.length < 2;
}

/** An e-mail address as the keys' file spells it: letter case does not tell people apart, but ssh-keygen looks at it. */
export function asListed(base: Pick<Base, 'signers'>, email: string): string {
  const names = base.signers.flatMap(({ principals }) => principals);
  if (names.includes(email)) return email;
  return names.find((each) => each.toLowerCase() === email.toLowerCase()) ?? email;
}

interface Candidates {
  /** The first key whose signature could count. */
  readonly listed: PublicKeyFile | undefined;
  readonly others: readonly PublicKeyFile[];
  readonly agent: AgentState['kind'];
}

/** Keys of files first, then those of the agent, which is asked only if no key of a file counts. */
async function candidates(
  repository: Repository,
  base: Base,
  principal: string,
  namespace: string,
): Promise<Candidates> {
  const isListed = ({ keyBlob }: PublicKeyFile): boolean => mayCount(base, principal, keyBlob, namespace);
  const files = await listSigningKeys(home(), await signingKeySetting(repository));
  const inFile = files.find(isListed);
  if (inFile !== undefined) return { listed: inFile, others: [], agent: 'unreachable' };
  const agent = await agentKeys();
  const held = agent.kind === 'keys' ? agent.keys : [];
  const known = new Set(files.map(({ keyBlob }) => keyBlob));
  const others = [...files, ...held.filter(({ keyBlob }) => !known.has(keyBlob))];
  return { listed: held.find(isListed), others, agent: agent.kind };
}

/** Git's own signing key, when it is an SSH key: its file, or the key itself (`key::…`). */
export async function signingKeySetting(repository: Repository): Promise<string | undefined> {
  const value = await configValue(repository, 'user.signingkey');
  const format = await configValue(repository, 'gpg.format');
  if (value === undefined || format !== 'ssh') return undefined;
  return value.startsWith('~/') ? `${home()}${value.slice(1)}` : value;
}

/** What a person whose key is not listed is told of the keys that are. */
export function listedKeys(base: Base, principal: string, fingerprintOf: (keyBlob: string) => string): string {
  const own = base.signers.filter(({ principals }) => principals.includes(principal));
  const named = own.map(({ authority, keyBlob, line }) => {
    const kind = authority === true ? 'certificates by ' : '';
    return `${kind}${fingerprintOf(keyBlob)} (line ${line})`;
  });
  if (named.length === 0) return `the base lists no key for ${principal}; have yours added in a change of its own`;
  return `for ${principal} the base lists ${named.join(', ')}; sign with that one, or have yours added in a change of its own`;
}

/** Whether a signature by this key could count by the base's keys; whether a PIN is given shows only when it signs. */
function mayCount(base: Base, principal: string, keyBlob: string, namespace: string): boolean {
  const question = { keyBlob, principal, namespace, time: base.now, userVerified: true };
  return signerAt(base, question).found;
}

function home(): string {
  return process.env['HOME'] ?? homedir();
}
