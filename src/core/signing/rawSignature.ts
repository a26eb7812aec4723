/**
 * The signature inside: what a key makes of a message, in an SSHSIG blob as at the end of a certificate (RFC 4253 §6.6,
 * OpenSSH PROTOCOL.u2f).
 */
import type { Hash, VerifyRaw } from '../ports';
import { u32 } from '../text/bytes';
import { KEY_ALGORITHMS, WireReader, printable } from './sshWire';
import type { SshKey } from './sshWire';

/** Bytes are binary strings. Only hardware keys have the authenticator's flags and counter, which are signed. */
export interface RawSignature {
  /** Signature algorithm; one that the key's type allows. */
  readonly algorithm: string;
  readonly raw: string;
  readonly flags?: number;
  readonly counter?: number;
}

/** Why a signature can't be taken apart. */
export interface RawFault {
  readonly field: 'algorithm' | 'signature';
  readonly message: string;
}

/** Takes a key's signature apart. */
export function parseRawSignature(key: SshKey, bytes: string): RawSignature | RawFault {
  const reader = new WireReader(bytes);
  const algorithm = reader.string();
  if (KEY_ALGORITHMS.get(key.type)?.includes(algorithm) !== true) {
    const message = `${printable(algorithm)} is no accepted signature algorithm for a key of type ${key.type}`;
    return { field: 'algorithm', message };
  }
  const raw = reader.string();
  const authenticator = isHardware(key) ? { flags: reader.u8(), counter: reader.u32() } : {};
  if (!reader.complete()) {
    return { field: 'signature', message: 'the inner signature is cut off or has bytes after its end' };
  }
  return { algorithm, raw, ...authenticator };
}

/** Whether the key (blob as binary string) made this signature over these bytes. */
export function holds(
  ports: { readonly hash: Hash; readonly verifyRaw: VerifyRaw },
  key: SshKey,
  keyBlob: string,
  signature: RawSignature,
  message: string,
): boolean {
  const signed = authenticatorMessage(ports.hash, key, signature, message);
  return ports.verifyRaw(key.type, keyBlob, signature.algorithm, signature.raw, signed);
}

/** A hardware key signs digests of its application and of the message, with flags and counter between. */
function authenticatorMessage(hash: Hash, key: SshKey, signature: RawSignature, message: string): string {
  if (!isHardware(key)) return message;
  const { flags = 0, counter = 0 } = signature;
  return hash.sha256Bytes(key.application) + String.fromCharCode(flags) + u32(counter) + hash.sha256Bytes(message);
}

function isHardware(key: SshKey): key is SshKey & { readonly application: string } {
  return key.kind !== 'rsa' && key.application !== undefined;
}
