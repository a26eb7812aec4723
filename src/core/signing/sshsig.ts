/**
 * SSH signatures as `ssh-keygen -Y sign` makes them (OpenSSH PROTOCOL.sshsig). Parsed and verified in process; the one
 * thing that needs a crypto library comes in through the VerifyRaw port.
 */
import { failure, success } from '../model/problem';
import type { Result } from '../model/problem';
import type { Hash, VerifyRaw } from '../ports';
import { lengthPrefixed, utf8 } from '../text/bytes';
import { decodeBase64, encodeBase64 } from './base64';
import { isCertificate, isSignedByAuthority, parseSshCertificate } from './certificate';
import type { SshCertificate } from './certificate';
import { holds, parseRawSignature } from './rawSignature';
import type { RawSignature } from './rawSignature';
import { WireReader, parseSshKey, printable } from './sshWire';
import type { SshKey } from './sshWire';

const MAGIC = 'SSHSIG';
const MAX_SIGNATURE_BYTES = 16 * 1024;
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** A signature taken apart. All bytes are binary strings. */
export interface SshSignature extends RawSignature {
  /** The public key as the signature names it: a certificate when it was made with one. */
  readonly keyBlob: string;
  /** The key that signed, out of the certificate where there is one. */
  readonly key: SshKey;
  readonly certificate?: SshCertificate;
  readonly namespace: string;
  readonly hashAlgorithm: 'sha256' | 'sha512';
}

/** What a valid signature tells: which key, and for hardware keys whether its user was present and verified. */
export interface SshSigner {
  readonly keyType: string;
  /** Public key blob in base64, as in `allowed_signers`; of a signature with a certificate, the whole certificate. */
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
  const signature = reader.string();
  if (!reader.complete()) return refuse('', 'the signature is cut off or has bytes after its end');
  if (reserved !== '') return refuse('reserved', 'expected an empty reserved field');
  if (namespace === '') return refuse('namespace', 'expected a namespace');
  if (hashAlgorithm !== 'sha256' && hashAlgorithm !== 'sha512') {
    return refuse('hash', `expected sha256 or sha512, found ${printable(hashAlgorithm)}`);
  }
  const certificate = isCertificate(keyBlob) ? parseSshCertificate(keyBlob) : undefined;
  if (typeof certificate === 'string') return refuse('certificate', certificate);
  const key = certificate?.key ?? parseSshKey(keyBlob);
  if (typeof key === 'string') return refuse('key', key);
  const raw = parseRawSignature(key, signature);
  if ('message' in raw) return refuse(raw.field, raw.message);
  const certified = certificate === undefined ? {} : { certificate };
  return success({ keyBlob, key, ...certified, namespace, hashAlgorithm, ...raw });
}

/** A blob that names another form of its key: the certificate in place of the bare key. */
export function withKey(blob: string, keyBlob: string, other: string): string {
  return blob.replace(lengthPrefixed(keyBlob), () => lengthPrefixed(other));
}

/** The bytes the key signed, given the digest of the message by the signature's hash algorithm. */
export function signedMessage(
  signature: Pick<SshSignature, 'namespace' | 'hashAlgorithm'>,
  messageHash: string,
): string {
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
  const { key, keyBlob, certificate } = signature;
  if (certificate !== undefined && !isSignedByAuthority(ports, certificate)) {
    const text = 'the certificate does not belong to the authority that it names: it was changed after it was signed';
    return failure({ code: 'signature-invalid', path: '', field: 'certificate', message: text });
  }
  const { hash } = ports;
  const digest = signature.hashAlgorithm === 'sha512' ? hash.sha512Bytes(message) : hash.sha256Bytes(message);
  if (!holds(ports, key, certificate?.keyBlob ?? keyBlob, signature, signedMessage(signature, digest))) {
    const text = 'the signature does not belong to these bytes: one of the two was changed after signing';
    return failure({ code: 'signature-invalid', path: '', field: '', message: text });
  }
  const { flags = 0 } = signature;
  return success({
    keyType: new WireReader(keyBlob).string(),
    keyBlob: encodeBase64(keyBlob),
    userPresent: (flags & 1) !== 0,
    userVerified: (flags & 4) !== 0,
  });
}

/**
 * `SHA256:` and the unpadded base64 of a public key blob's digest, as ssh-keygen prints it: of a certificate, that of the
 * key in it. Takes base64.
 */
export function keyFingerprint(hash: Hash, keyBlob: string): string {
  const blob = decodeBase64(keyBlob) ?? '';
  const certificate = isCertificate(blob) ? parseSshCertificate(blob) : undefined;
  const plain = typeof certificate === 'object' ? certificate.keyBlob : blob;
  return `SHA256:${encodeBase64(hash.sha256Bytes(plain)).replace(/=+$/, '')}`;
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
