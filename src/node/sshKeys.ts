/**
 * Public key files: which keys a person has, and what is in them. Private keys are never opened.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { failure, success } from '../core/model/problem';
import type { Result } from '../core/model/problem';
import { readKeyText } from '../core/signing/keyLine';
import { keyFingerprint } from '../core/signing/sshsig';
import { nodeHash } from './hash';

/** A public key. `path` is the `.pub` file, which `signWithSshKeygen` takes. */
export interface PublicKeyFile {
  readonly path: string;
  /** The key is in no file: the agent holds it, and `path` says so in words. */
  readonly agent?: true;
  readonly keyType: string;
  /** Public key blob in base64, as in `allowed_signers`; of a certificate (`KEY-cert.pub`), all of it. */
  readonly keyBlob: string;
  readonly certificate: boolean;
  readonly comment: string;
  /** `SHA256:…` as ssh-keygen prints it. */
  readonly fingerprint: string;
}

/**
 * The public key of a key file: the file itself when it ends in `.pub`, else the `.pub` beside it. Problems:
 * `key-missing`, `key-unusable`.
 */
export async function readPublicKey(file: string): Promise<Result<PublicKeyFile>> {
  const path = file.endsWith('.pub') ? file : `${file}.pub`;
  const refuse = (code: string, message: string): Result<PublicKeyFile> => failure({ code, path, field: '', message });
  const fault = nameFault(file);
  if (fault !== undefined) return refuse('key-unusable', fault);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    return refuse('key-missing', 'the public key can not be read; make it with ssh-keygen -y -f KEY > KEY.pub');
  }
  const key = parsePublicKey(text);
  return typeof key === 'string' ? refuse('key-unusable', key) : success({ path, ...key });
}

/**
 * The keys a person may sign with: the one configured for git (`user.signingkey` with `gpg.format=ssh`; a path, or the
 * key itself, which an agent may hold) first, then `~/.ssh/id_*.pub`. Files that are missing or not understood are left
 * out; each key once.
 */
export async function listSigningKeys(home: string, configured?: string): Promise<PublicKeyFile[]> {
  const folder = join(home, '.ssh');
  const names = await readdir(folder).catch((): string[] => []);
  const publicFiles = names.filter((name) => /^id_.*\.pub$/.test(name)).sort();
  const isCertified = (name: string): boolean => name.endsWith('-cert.pub');
  // A key before the certificates of it: most teams list keys.
  const files = [...publicFiles.filter((name) => !isCertified(name)), ...publicFiles.filter(isCertified)];
  const found: PublicKeyFile[] = [];
  const add = async (file: string): Promise<void> => {
    const key = await readPublicKey(file);
    if (key.ok && !found.some(({ keyBlob }) => keyBlob === key.value.keyBlob)) found.push(key.value);
  };
  const literal =
    configured === undefined ? undefined : /^(?:key::)?((?:sk-)?(?:ssh|ecdsa)-\S+ .*)$/.exec(configured)?.[1];
  if (configured !== undefined && literal === undefined) await add(configured.replace(/^~(?=\/)/, home));
  for (const name of files) await add(join(folder, name));
  const preferred = literal === undefined ? undefined : parsePublicKey(literal);
  if (preferred === undefined || typeof preferred === 'string') return found;
  const isPreferred = (key: PublicKeyFile): boolean => key.keyBlob === preferred.keyBlob;
  const inFile = found.find(isPreferred);
  return [inFile ?? inAgent(preferred), ...found.filter((key) => !isPreferred(key))];
}

/** A key that is in no file, and what to call it. */
export function inAgent(key: Omit<PublicKeyFile, 'path'>): PublicKeyFile {
  return { ...key, path: key.comment === '' ? 'the SSH agent' : `the SSH agent (${key.comment})`, agent: true };
}

/** The key in a line `type base64 comment`, or why it is none. */
export function parsePublicKey(text: string): Omit<PublicKeyFile, 'path'> | string {
  if (text.length > 16 * 1024) return 'the file is too large for a public key';
  const line = text.replace(/\r?\n$/, '');
  if (/[\r\n]/.test(line)) return 'expected one line: type, key, comment';
  const key = readKeyText(line.trim());
  if (typeof key === 'string') return key;
  const { keyType, keyBlob, certificate, comment } = key;
  return { keyType, keyBlob, certificate, comment, fingerprint: keyFingerprint(nodeHash, keyBlob) };
}

/** Why a name may not be passed to ssh-keygen, or undefined. */
export function nameFault(name: string): string | undefined {
  if (name === '') return 'the name of the key file is empty';
  if (name.startsWith('-')) return 'the name of a key file may not begin with a dash; write ./ before it';
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return /[\x00-\x1f\x7f]/.test(name)
    ? 'the name of a key file may not hold line breaks or control characters'
    : undefined;
}
