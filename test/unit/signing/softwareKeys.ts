/** Hardware (`sk-`) keys made of software: no authenticator can be part of a test. What they sign, ssh-keygen reads too. */
import { generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { encodeBase64 } from '../../../src/core/signing/base64';
import { WireReader } from '../../../src/core/signing/sshWire';
import { lengthPrefixed, u32 } from '../../../src/core/text/bytes';
import { nodeHash } from '../../../src/node/hash';

export const APPLICATION = 'ssh:';
/** The flags of an authenticator, and the two bits of it that nobody reads. */
export const FLAGS = { none: 0, present: 1, verified: 4, both: 5, reserved: 0xc2 } as const;

export interface SoftwareKey {
  readonly type: string;
  readonly keyBlob: string;
  /** Type and key as in a `.pub` file. */
  readonly line: string;
  /** An SSHSIG blob by this key, or by a certificate of it. */
  sign(message: string, namespace: string, flags: number, certificateBlob?: string): string;
}

export function softwareKey(kind: 'ed25519' | 'ecdsa'): SoftwareKey {
  return kind === 'ed25519' ? ed25519() : ecdsa();
}

function ed25519(): SoftwareKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const point = binary(publicKey.export({ format: 'jwk' }).x);
  const type = 'sk-ssh-ed25519@openssh.com';
  const keyBlob = lengthPrefixed(type) + lengthPrefixed(point) + lengthPrefixed(APPLICATION);
  return hardware(type, keyBlob, (message) => sign(null, Buffer.from(message, 'latin1'), privateKey));
}

function ecdsa(): SoftwareKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x, y } = publicKey.export({ format: 'jwk' });
  const type = 'sk-ecdsa-sha2-nistp256@openssh.com';
  const point = `\x04${binary(x)}${binary(y)}`;
  const keyBlob =
    lengthPrefixed(type) + lengthPrefixed('nistp256') + lengthPrefixed(point) + lengthPrefixed(APPLICATION);
  return hardware(type, keyBlob, (message) => ecdsaSignature(message, privateKey));
}

/** r and s as SSH writes them. */
function ecdsaSignature(message: string, key: KeyObject): Buffer {
  const pair = sign('sha256', Buffer.from(message, 'latin1'), { key, dsaEncoding: 'ieee-p1363' }).toString('latin1');
  return Buffer.from(
    [pair.slice(0, 32), pair.slice(32)].map((part) => lengthPrefixed(positive(part))).join(''),
    'latin1',
  );
}

function positive(bytes: string): string {
  const short = bytes.replace(/^\0+/, '');
  return short.charCodeAt(0) >= 128 ? `\0${short}` : short;
}

function hardware(type: string, keyBlob: string, signRaw: (message: string) => Buffer): SoftwareKey {
  return {
    type,
    keyBlob,
    line: `${type} ${encodeBase64(keyBlob)}`,
    sign: (message, namespace, flags, certificateBlob) => {
      const head = lengthPrefixed(namespace) + lengthPrefixed('') + lengthPrefixed('sha512');
      const inner = `SSHSIG${head}${lengthPrefixed(nodeHash.sha512Bytes(message))}`;
      const said = String.fromCharCode(flags) + u32(7);
      const raw = signRaw(nodeHash.sha256Bytes(APPLICATION) + said + nodeHash.sha256Bytes(inner)).toString('latin1');
      const signature = lengthPrefixed(type) + lengthPrefixed(raw) + said;
      return `SSHSIG${u32(1)}${lengthPrefixed(certificateBlob ?? keyBlob)}${head}${lengthPrefixed(signature)}`;
    },
  };
}

/** The blob with the flags of its (hardware) signature set anew, as somebody without the key would do it. */
export function withFlags(blob: string, flags: number): string {
  return `${blob.slice(0, -5)}${String.fromCharCode(flags)}${blob.slice(-4)}`;
}

/** The key or certificate that an SSHSIG blob names. */
export function namedKey(blob: string): string {
  const reader = new WireReader(blob.slice(10));
  return reader.string();
}

function binary(base64url: string | undefined): string {
  return Buffer.from(base64url ?? '', 'base64url').toString('latin1');
}
