/**
 * The VerifyRaw port on Node's own crypto: 0.1 ms instead of a process per signature, and no ssh-keygen needed in CI.
 */
import { createPublicKey, verify } from 'node:crypto';
import type { JsonWebKey, KeyObject } from 'node:crypto';
import { WireReader, parseSshKey } from '../core/signing/sshWire';
import type { SshKey } from '../core/signing/sshWire';
import type { VerifyRaw } from '../core/ports';

const CURVES: ReadonlyMap<string, { readonly jwk: string; readonly hash: string; readonly bytes: number }> = new Map([
  ['nistp256', { jwk: 'P-256', hash: 'sha256', bytes: 32 }],
  ['nistp384', { jwk: 'P-384', hash: 'sha384', bytes: 48 }],
  ['nistp521', { jwk: 'P-521', hash: 'sha512', bytes: 66 }],
]);

/** Verifies a raw SSH signature; false for anything that is not a valid one, whatever the reason. Never throws. */
export const verifyRaw: VerifyRaw = (...parts) => {
  try {
    const question = questionOf(...parts);
    return question !== undefined && verify(question.hash, question.message, question.key, question.signature);
  } catch {
    // A point off the curve, say: the library throws where we only need a no.
    return false;
  }
};

let last: Promise<unknown> = Promise.resolve();

/** The same on another thread, one at a time: a key that is in use there would make this thread wait. Never rejects. */
export async function verifyRawLater(...parts: Parameters<VerifyRaw>): Promise<boolean> {
  const answer = last.then(() => verifyElsewhere(...parts)).catch(() => false);
  last = answer;
  return answer;
}

async function verifyElsewhere(...parts: Parameters<VerifyRaw>): Promise<boolean> {
  const question = questionOf(...parts);
  if (question === undefined) return false;
  const { hash, message, key, signature } = question;
  return new Promise((resolve) => {
    verify(hash, message, key, signature, (fault, holds) => resolve(fault === null && holds));
  });
}

/** What Node's crypto is asked. */
interface Question {
  readonly hash: string | null;
  readonly message: Buffer;
  readonly key: KeyObject | { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' };
  readonly signature: Buffer;
}

/** Undefined where the answer is no. Throws where a key is none. */
function questionOf(...[keyType, keyBlob, algorithm, signature, text]: Parameters<VerifyRaw>): Question | undefined {
  const key = parseSshKey(keyBlob);
  if (typeof key === 'string' || key.type !== keyType) return undefined;
  const handle = keyHandle(key);
  if (handle === undefined) return undefined;
  const message = Buffer.from(text, 'latin1');
  if (key.kind === 'ed25519') {
    if (signature.length !== 64) return undefined;
    return { hash: null, message, key: handle, signature: Buffer.from(signature, 'latin1') };
  }
  if (key.kind === 'ecdsa') {
    const curve = CURVES.get(key.curve);
    const pair = curve === undefined ? undefined : ecdsaPair(signature, curve.bytes);
    if (curve === undefined || pair === undefined) return undefined;
    return { hash: curve.hash, message, key: { key: handle, dsaEncoding: 'ieee-p1363' }, signature: pair };
  }
  const hash = algorithm === 'rsa-sha2-512' ? 'sha512' : algorithm === 'rsa-sha2-256' ? 'sha256' : undefined;
  if (hash === undefined || signature.length > key.modulus.length) return undefined;
  // Some signers drop leading zeros; OpenSSH puts them back, and so do we.
  const padded = signature.padStart(key.modulus.length, '\0');
  return { hash, message, key: handle, signature: Buffer.from(padded, 'latin1') };
}

/** r and s, each as `bytes` bytes. */
function ecdsaPair(signature: string, bytes: number): Buffer | undefined {
  const reader = new WireReader(signature);
  const [r, s] = [reader.positive(), reader.positive()];
  if (!reader.complete() || r.length > bytes || s.length > bytes) return undefined;
  return Buffer.from(r.padStart(bytes, '\0') + s.padStart(bytes, '\0'), 'latin1');
}

// Making a key handle costs more than a verification, and a change is signed by few keys.
const handles = new Map<string, KeyObject>();

function keyHandle(key: SshKey): KeyObject | undefined {
  const jwk = toJwk(key);
  if (jwk === undefined) return undefined;
  const name = JSON.stringify(jwk);
  const known = handles.get(name);
  if (known !== undefined) return known;
  const handle = createPublicKey({ key: jwk, format: 'jwk' });
  if (handles.size >= 256) handles.clear();
  handles.set(name, handle);
  return handle;
}

function toJwk(key: SshKey): JsonWebKey | undefined {
  const url = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('base64url');
  if (key.kind === 'ed25519') return { kty: 'OKP', crv: 'Ed25519', x: url(key.point) };
  if (key.kind === 'rsa') return { kty: 'RSA', n: url(key.modulus), e: url(key.exponent) };
  const curve = CURVES.get(key.curve);
  if (curve === undefined) return undefined;
  const half = 1 + curve.bytes;
  return { kty: 'EC', crv: curve.jwk, x: url(key.point.slice(1, half)), y: url(key.point.slice(half)) };
}
