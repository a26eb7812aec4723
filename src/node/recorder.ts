/** The recorder's key of whoever commits here: making it, and what the target's keys say of it. */
import { statSync } from 'node:fs';
import { CountersignError } from '../core/model/problem';
import { personOf } from '../core/policy/people';
import { RECORDER_NAMESPACE } from '../core/signing/recordSignature';
import { KEY_ALGORITHMS, WireReader } from '../core/signing/sshWire';
import type { TrustedKeys } from '../core/signing/signerAt';
import { keyFingerprint, parseSshSignature } from '../core/signing/sshsig';
import { decodeBase64, encodeBase64 } from '../core/signing/base64';
import { recordStanding } from '../core/verify/recordStanding';
import { chooseKey } from './chooseKey';
import { defaultTarget } from './defaultTarget';
import { nodeHash } from './hash';
import { openReader } from './objects';
import { certifyRecorder } from './recorderKey';
import type { RecorderKeyFile } from './recorderFile';
import { readRecorder, recorderFile } from './recorderFile';
import type { Repository } from './repository';
import { authorEmail } from './repository';
import { firstFault } from './reviewFault';
import type { PublicKeyFile } from './sshKeys';
import { workTreeTrust } from './status';
import type { TrustAt } from './trust';
import { readTrust } from './trust';

/** Days for which a certification holds. */
export const CERTIFIED_DAYS = 365;
const DAY = 24 * 60 * 60 * 1000;

/** What there is of a recorder's key for the author of commits here. */
export interface RecorderState {
  readonly email: string;
  readonly file: string;
  /** Undefined where there is none. */
  readonly key?: {
    readonly principal: string;
    readonly until: string;
    /** As a line of a key file: `revoked_keys` takes it. */
    readonly publicKey: string;
    readonly fingerprint: string;
    /** Fingerprint of the SSH key that certified it. */
    readonly certifiedBy: string;
  };
  /** Whether the target's policy asks for signed records. */
  readonly required: boolean;
  /** Why its records would not count at the gate; undefined when they would, or where no policy asks. */
  readonly refusal?: string;
  /** A line for `allowed_signers`, where what is missing is that the base knows the certifying key. */
  readonly line?: string;
  /** Others may read the file. */
  readonly exposed?: true;
}

type Found = TrustAt & { readonly kind: 'found' };

/** Policy and keys of the target, as the gate will read them; where it has none, those of the work tree. */
async function baseTrust(repository: Repository): Promise<Found | undefined> {
  const here = workTreeTrust(repository);
  const target = await defaultTarget(repository);
  const there = target === undefined ? undefined : await trustAt(repository, target.commit);
  const trust = there === undefined || there.kind === 'none' ? here : there;
  if (trust.kind === 'malformed') throw firstFault(trust.problems);
  return trust.kind === 'found' ? trust : undefined;
}

async function trustAt(repository: Repository, commit: string): Promise<TrustAt> {
  const reader = await openReader(repository);
  try {
    return await readTrust(reader, commit);
  } finally {
    reader.close();
  }
}

/** What there is, and whether its records would count now. */
export async function recorderState(repository: Repository, now = Date.now()): Promise<RecorderState> {
  return stateOf(await authorEmail(repository), await baseTrust(repository), now);
}

function stateOf(email: string, trust: Found | undefined, now: number): RecorderState {
  const file = recorderFile(email);
  const found = readRecorder(email);
  const required = trust?.policy.requireSignedRecords ?? false;
  const state = { email, file, required };
  if (found === undefined) return required ? { ...state, refusal: 'there is no key that signs them' } : state;
  const certifier = certifierOf(found);
  const { principal, until, keyBlob } = found;
  const key = {
    principal,
    until,
    publicKey: `ssh-ed25519 ${keyBlob} countersign recorder of ${principal}`,
    fingerprint: keyFingerprint(nodeHash, keyBlob),
    certifiedBy: keyFingerprint(nodeHash, certifier),
  };
  const exposed = isExposed(file) ? { exposed: true as const } : {};
  if (trust === undefined) return { ...state, ...exposed, key };
  const record = { repo: trust.policy.repo, author: email, recorder: { id: '', version: '' }, base: null, files: [] };
  const signature = { kind: 'holds' as const, keyBlob, principal, until, certifier, userVerified: true };
  // Asked as if the policy asked, so that it can be put right before it does.
  const policy = { ...trust.policy, requireSignedRecords: true };
  const standing = recordStanding({ ...trust, policy, now }, { id: 'next', record, signature });
  if (standing.ok) return { ...state, ...exposed, key };
  const line = missingLine(trust, principal, certifier);
  return { ...state, ...exposed, key, refusal: standing.reason, ...(line === undefined ? {} : { line }) };
}

/** The line that would let the base know the certifying key. What stands there already, in whatever form, is for a person to change. */
function missingLine({ signers, revoked }: TrustedKeys, principal: string, certifier: string): string | undefined {
  const type = new WireReader(decodeBase64(certifier) ?? '').string();
  const isKnown = signers.some(
    ({ keyBlob, principals, namespaces }) =>
      keyBlob === certifier && principals.includes(principal) && namespaces?.includes(RECORDER_NAMESPACE) !== false,
  );
  if (isKnown || revoked.includes(certifier) || !KEY_ALGORITHMS.has(type)) return undefined;
  return `${principal} namespaces="${RECORDER_NAMESPACE}" ${type} ${certifier}`;
}

/** Blob (base64) of the key that certified, as the certification names it. */
function certifierOf({ certificate }: RecorderKeyFile): string {
  const parsed = parseSshSignature(decodeBase64(certificate) ?? '');
  return parsed.ok ? encodeBase64(parsed.value.keyBlob) : '';
}

function isExposed(file: string): boolean {
  return process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0;
}

export interface RecorderOptions {
  /** The SSH key that certifies, or its `.pub`; by default the one that the target lists for the author. */
  readonly keyFile?: string;
  readonly days?: number;
  /** Let ssh-keygen ask on the terminal. */
  readonly interactive?: boolean;
  readonly now?: number;
}

/** Makes the key of whoever commits here, or takes the one there is, and has it certified by their SSH key. */
export async function setUpRecorder(repository: Repository, options: RecorderOptions = {}): Promise<RecorderState> {
  const now = options.now ?? Date.now();
  const email = await authorEmail(repository);
  const trust = await baseTrust(repository);
  const base: TrustedKeys & { readonly now: number } = { signers: [], revoked: [], ...trust, now };
  const principal = principalFor(email, trust);
  const key = await chooseKey(repository, base, principal, options.keyFile, RECORDER_NAMESPACE);
  const present = readRecorder(email);
  const isRevoked = present !== undefined && base.revoked.includes(present.keyBlob);
  const made = await certifyRecorder({
    ...signingWith(key),
    principal,
    email,
    until: now + (options.days ?? CERTIFIED_DAYS) * DAY,
    present: isRevoked ? undefined : present,
    useTerminal: options.interactive === true,
  });
  if (!made.ok) throw firstFault(made.problems, 3);
  return stateOf(email, trust, now);
}

function signingWith({ path, agent, keyType, keyBlob }: PublicKeyFile): { keyFile: string; publicKey?: string } {
  return agent === true ? { keyFile: path, publicKey: `${keyType} ${keyBlob}` } : { keyFile: path };
}

/** The name that the keys' file has for the author: their address as it spells it, or another address of theirs. */
function principalFor(email: string, trust: Found | undefined): string {
  if (trust === undefined) return email;
  const names = trust.signers.flatMap(({ principals }) => principals);
  const person = personOf(trust.policy, email);
  const own = new Set([email, ...(person?.emails ?? [])].map((each) => each.toLowerCase()));
  const found = names.filter((name) => own.has(name.toLowerCase()));
  return found.find((name) => name.toLowerCase() === email.toLowerCase()) ?? found[0] ?? email;
}

/** Throws when the number of days is none that a certification can hold for. */
export function requireDays(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const days = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= 3650) return days;
  const message = `expected a number of days from 1 to 3650, found ${JSON.stringify(text)}`;
  throw new CountersignError({ code: 'usage', field: '--days', message }, 2);
}
