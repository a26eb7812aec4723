/** `init`: a repository's first policy, its owner's key, and the hooks. A fresh clone of one that has them gets the hooks. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { CountersignError } from '../core/model/problem';
import { initialPolicy, ownerId } from '../core/policy/initial';
import { parsePolicy } from '../core/policy/policy';
import { POLICY_PATH, SIGNERS_PATH } from '../core/sidecar/paths';
import { parseAllowedSigners } from '../core/signing/allowedSigners';
import { defaultTarget } from './defaultTarget';
import { readPolicyFile } from './policyFile';
import type { HookOutcome } from './hooks';
import { installHooks } from './hooks';
import { keepOut } from './keptOut';
import type { LauncherParts } from './launcher';
import { writeLauncher } from './launcher';
import { ownBytes } from './ownText';
import { recorderFile } from './recorderFile';
import type { Repository } from './repository';
import { authorEmail, configValue, currentBranch } from './repository';
import type { PublicKeyFile } from './sshKeys';
import { listSigningKeys, readPublicKey } from './sshKeys';

/** Every kind of thing a listed key may sign. */
const NAMESPACES = ['signoff', 'request', 'provenance', 'recorder', 'breakglass'].map(
  (kind) => `${kind}.v1@countersign.dev`,
);
export const ATTRIBUTES = '/.countersign/v1/** -text -filter -ident linguist-generated';

export interface InitOptions {
  /** E-mail of who owns the policy; by default the author git would name. */
  readonly owner?: string;
  /** The owner's public key file; by default git's signing key, else the first of `~/.ssh/id_*.pub`. */
  readonly key?: string;
  readonly enforce?: boolean;
  /** Signatures have to come from a hardware key that was touched. */
  readonly presence?: boolean;
  readonly home: string;
  /** What the launcher is made of; without it no launcher is written. */
  readonly launcher?: LauncherParts;
}

export interface InitResult {
  /** Files written, from the top of the repository: to be committed. Empty when a policy stood there already. */
  readonly written: readonly string[];
  readonly hooks: readonly HookOutcome[];
  readonly mode: 'observe' | 'enforce';
  /** Who was made owner, with which key; absent when a policy stood there already. */
  readonly owner?: { readonly email: string; readonly key: string; readonly fingerprint: string };
  /** The owner's key is a hardware key, and the policy does not ask for its touch yet. */
  readonly offersPresence?: true;
  /** The policy that stands asks for signed records, and there is no key that signs this author's. */
  readonly offersRecorder?: true;
}

/** Sets a repository up. Throws `no-key`, `no-author`, `policy-invalid`. Nothing is written before all is known. */
export async function initRepository(repository: Repository, options: InitOptions): Promise<InitResult> {
  // Of a sparse checkout, or of whoever deleted it, the policy is in the index alone: it is not ours to replace.
  const standing = readPolicyFile(repository, true);
  if (standing !== undefined) {
    const hooks = await hookUp(repository, options);
    const { mode, requireSignedRecords } = standing;
    const isOpen = requireSignedRecords && !existsSync(recorderFile(await authorEmail(repository)));
    return { written: [], hooks, mode, ...(isOpen ? { offersRecorder: true as const } : {}) };
  }
  const mode = options.enforce === true ? 'enforce' : 'observe';
  const email = options.owner ?? (await authorEmail(repository));
  const key = await ownersKey(repository, options, email);
  const hardware = key.keyType.startsWith('sk-');
  if (options.presence === true && !hardware) throw noHardware(key);
  const targets = [await targetBranch(repository)];
  const presence = options.presence === true;
  const owner = { id: ownerId(email), email };
  const policy = initialPolicy({ repo: randomUUID(), owner, mode, targets, presence });
  const signers = `${email} namespaces="${NAMESPACES.join(',')}" ${key.keyType} ${key.keyBlob}\n`;
  refuseMalformed(policy, signers);
  const written = [write(repository, POLICY_PATH, policy)];
  if (ownBytes(repository, SIGNERS_PATH, true) === undefined) written.push(write(repository, SIGNERS_PATH, signers));
  if (addAttributes(repository)) written.push('.gitattributes');
  written.push(...keepOut(repository));
  const hooks = await hookUp(repository, options);
  const offer = hardware && !presence ? { offersPresence: true as const } : {};
  return { written, hooks, mode, owner: { email, key: key.path, fingerprint: key.fingerprint }, ...offer };
}

function noHardware(key: PublicKeyFile): CountersignError {
  const message =
    `expected a hardware key, found ${key.path} of type ${key.keyType}, which nobody has to touch; ` +
    'make one with ssh-keygen -t ed25519-sk, or leave --presence out';
  return new CountersignError({ code: 'no-hardware-key', field: '--presence', message }, 2);
}

async function hookUp(repository: Repository, options: InitOptions): Promise<HookOutcome[]> {
  if (options.launcher !== undefined) writeLauncher(repository.commonDir, options.launcher);
  return installHooks(repository);
}

/** An e-mail address or branch that the formats can't hold is refused here, with the reason its reader would give. */
function refuseMalformed(policy: string, signers: string): void {
  for (const read of [parsePolicy(policy, POLICY_PATH), parseAllowedSigners(signers, SIGNERS_PATH)]) {
    const [first] = read.ok ? [] : read.problems;
    if (first !== undefined) throw new CountersignError(first, 2);
  }
}

async function ownersKey(repository: Repository, options: InitOptions, email: string): Promise<PublicKeyFile> {
  if (options.key !== undefined) {
    const read = await readPublicKey(options.key);
    if (read.ok) return read.value;
    const [first] = read.problems;
    if (first !== undefined) throw new CountersignError(first, 2);
  }
  const keys = await listSigningKeys(options.home, await configValue(repository, 'user.signingkey'));
  const first = keys.find(({ certificate }) => !certificate);
  if (first !== undefined) return first;
  const message =
    `expected an SSH key of the owner, found none in ${join(options.home, '.ssh')} or in git's user.signingkey; ` +
    `make one with: ssh-keygen -t ed25519 -C ${email}  or name one with: countersign init --key FILE.pub`;
  throw new CountersignError({ code: 'no-key', message }, 3);
}

/** The branch that changes land on: the remote's default, else main or master, else the one checked out. */
async function targetBranch(repository: Repository): Promise<string> {
  const current = (await currentBranch(repository))?.replace('refs/heads/', '');
  const known = await defaultTarget(repository);
  const remote = known !== undefined && known.revision.startsWith('origin/');
  if (!remote && (current === 'main' || current === 'master')) return current;
  return known?.ref ?? current ?? 'main';
}

function write(repository: Repository, path: string, text: string): string {
  const file = join(repository.top, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return path;
}

/** Appends the line that keeps git from rewriting our files. False when it is there. */
function addAttributes(repository: Repository): boolean {
  const file = join(repository.top, '.gitattributes');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (text.split(/\r?\n/).includes(ATTRIBUTES)) return false;
  appendFileSync(file, `${text === '' || text.endsWith('\n') ? '' : '\n'}${ATTRIBUTES}\n`);
  return true;
}
