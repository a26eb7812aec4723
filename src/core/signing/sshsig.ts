/**
 * SSH signatures as `ssh-keygen -Y sign` makes them (OpenSSH PROTOCOL.sshsig). Parsed and verified in process; the one
 * thing that needs a crypto library comes in through the VerifyRaw port.
 */
import { failure, success } from '../model/problem';
import type { Result } from '../model/problem';
import type { Hash, VerifyRaw } from '../ports';
import { lengthPrefixed, u32, utf8 } from '../text/bytes';
import { decodeBase64, encodeBase64 } from './base64';
import { KEY_ALGORITHMS, WireReader, parseSshKey, printable } from './sshWire';
import type { SshKey } from './sshWire';

const MAGIC = 'SSHSIG';
const MAX_SIGNATURE_BYTES = 16 * 1024;
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** A signature taken apart. All bytes are binary strings. */
export interface SshSignature {
  readonly keyBlob: string;
  readonly key: SshKey;
  readonly namespace: string;
  readonly hashAlgorithm: 'sha256' | 'sha512';
  /** Signature algorithm; one that the key's type allows. */
  readonly algorithm: string;
  readonly raw: string;
  /** Only of hardware keys: the authenticator's flags and counter, which are signed. */
  readonly flags?: number;
  readonly counter?: number;
}

/** What a valid signature tells: which key, and for hardware keys whether its user was present and verified. */
export interface SshSigner {
  readonly keyType: string;
  /** Public key blob in base64, as in `allowed_signers`. */
  readonly keyBlob: string;
  readonly userPresent: boolean;
  readonly userVerified: boolean;
}

/** Takes a raw SSHSIG blob (binary string, without armour) apart. Nothing is verified. */
export function parseSshSignature(blob: string): Result<SshSignature> {
  const refuse = (field: string, message: string): Result<SshSignature> =>
    failure({ code: 'signature-malformed', path: '', field, message });
  if (blob.length > MAX_SIGNATURE_BYTES) return refuse('', `expected at most ${MAX_SIGNATURE_BYTES} bytes`);
  const reader = new WireReader(blob);
  if (reader.take(MAGIC.length) !== MAGIC)
    return refuse('magic', 'expected an SSH signature, which begins with SSHSIG');
  const version = reader.u32();
  if (!reader.failed && version !== 1) return refuse('version', `expected version 1, found ${version}`);
  const keyBlob = reader.string();
  const namespace = reader.string();
  const reserved = reader.string();
  const hashAlgorithm = reader.string();
  const signature = new WireReader(reader.string());
  if (!reader.complete()) return refuse('', 'the signature is cut off or has bytes after its end');
  if (reserved !== '') return refuse('reserved', 'expected an empty reserved field');
  if (namespace === '') return refuse('namespace', 'expected a namespace');
  if (hashAlgorithm !== 'sha256' && hashAlgorithm !== 'sha512') {
    return refuse('hash', `expected sha256 or sha512, found ${printable(hashAlgorithm)}`);
  }
  const key = parseSshKey(keyBlob);
  if (typeof key === 'string') return refuse('key', key);
  const algorithm = signature.string();
  if (KEY_ALGORITHMS.get(key.type)?.includes(algorithm) !== true) {
    return refuse(
      'algorithm',
      `${printable(algorithm)} is no accepted signature algorithm for a key of type ${key.type}`,
    );
  }
  const raw = signature.string();
  const hardware = key.kind !== 'rsa' && key.application !== undefined;
  const authenticator = hardware ? { flags: signature.u8(), counter: signature.u32() } : {};
  if (!signature.complete()) return refuse('signature', 'the inner signature is cut off or has bytes after its end');
  return success({ keyBlob, key, namespace, hashAlgorithm, algorithm, raw, ...authenticator });
}

/** The bytes the key signed, given the digest of the message by the signature's hash algorithm. */
export function signedMessage(signature: SshSignature, messageHash: string): string {
  return (
    MAGIC +
    lengthPrefixed(signature.namespace) +
    lengthPrefixed('') +
    lengthPrefixed(signature.hashAlgorithm) +
    lengthPrefixed(messageHash)
  );
}

/**
 * Verifies a raw SSHSIG blob over a message (binary strings) for exactly this namespace. Whether the key may sign is
 * for the caller to judge. Codes: `signature-malformed`, `signature-namespace`, `signature-invalid`.
 */
export function verifySshSignature(
  ports: { readonly hash: Hash; readonly verifyRaw: VerifyRaw },
  blob: string,
  message: string,
  namespace: string,
): Result<SshSigner> {
  const parsed = parseSshSignature(blob);
  if (!parsed.ok) return parsed;
  const signature = parsed.value;
  if (signature.namespace !== utf8(namespace)) {
    const text = `expected a signature for ${namespace}, found one for ${printable(signature.namespace)}`;
    return failure({ code: 'signature-namespace', path: '', field: 'namespace', message: text });
  }
  const { hash } = ports;
  const digest = signature.hashAlgorithm === 'sha512' ? hash.sha512Bytes(message) : hash.sha256Bytes(message);
  const signed = authenticatorMessage(hash, signature, signedMessage(signature, digest));
  const { key, keyBlob, algorithm, raw } = signature;
  if (!ports.verifyRaw(key.type, keyBlob, algorithm, raw, signed)) {
    const text = 'the signature does not belong to these bytes: one of the two was changed after signing';
    return failure({ code: 'signature-invalid', path: '', field: '', message: text });
  }
  const flags = signature.flags ?? 0;
  return success({
    keyType: key.type,
    keyBlob: encodeBase64(keyBlob),
    userPresent: (flags & 1) !== 0,
    userVerified: (flags & 4) !== 0,
  });
}

/** A hardware key signs digests of its application and of the message, with flags and counter between. */
function authenticatorMessage(hash: Hash, signature: SshSignature, message: string): string {
  const { key, flags, counter } = signature;
  if (key.kind === 'rsa' || key.application === undefined || flags === undefined || counter === undefined) {
    return message;
  }
  return hash.sha256Bytes(key.application) + String.fromCharCode(flags) + u32(counter) + hash.sha256Bytes(message);
}

/** `SHA256:` and the unpadded base64 of a public key blob's digest, as ssh-keygen prints it. Takes base64. */
export function keyFingerprint(hash: Hash, keyBlob: string): string {
  return `SHA256:${encodeBase64(hash.sha256Bytes(decodeBase64(keyBlob) ?? '')).replace(/=+$/, '')}`;
}

/** The armoured form that ssh-keygen writes and reads. */
export function armourSignature(blob: string): string {
  const lines = encodeBase64(blob).match(/.{1,70}/g) ?? [];
  return [BEGIN, ...lines, END, ''].join('\n');
}

/** The raw blob of an armoured signature; lines may end in LF or CRLF. Undefined when it is anything else. */
export function unarmourSignature(text: string): string | undefined {
  if (text.length > 2 * MAX_SIGNATURE_BYTES) return undefined;
  const lines = text.replace(/\r\n/g, '\n').replace(/\n$/, '').split('\n');
  if (lines[0] !== BEGIN || lines[lines.length - 1] !== END) return undefined;
  return decodeBase64(lines.slice(1, -1).join(''));
}
