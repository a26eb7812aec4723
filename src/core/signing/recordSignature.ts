/**
 * Signed records (sidecar-format §2.4): the last line holds a signature over the bytes before it by a recorder's key, and
 * the certification of that key by its author's SSH key. Both are SSH signatures, so that ssh-keygen can check them too.
 */
import type { ProvenanceRecord, RecordSignature } from '../model/record';
import type { Hash, VerifyRaw } from '../ports';
import { lengthPrefixed, utf8 } from '../text/bytes';
import { unsignedBytes } from '../sidecar/recordFormat';
import { decodeBase64 } from './base64';
import { canonicalBytes } from './canonical';
import { signedMessage, verifySshSignature } from './sshsig';
import { parseUtc } from './utcTime';

/** What a recorder's key signs for: records, and nothing else. */
export const RECORD_NAMESPACE = 'provenance.v1@countersign.dev';
/** What an author's SSH key signs for when it certifies a recorder's key. */
export const RECORDER_NAMESPACE = 'recorder.v1@countersign.dev';

const KEY_TYPE = 'ssh-ed25519';

/** What an author says of a recorder's key: it writes records for this person until then. */
export interface Certification {
  /** Blob (base64) of the recorder's key. */
  readonly key: string;
  readonly principal: string;
  readonly until: string;
}

/** The bytes that the author's SSH key signs, in the namespace of recorders. */
export function certifiedBytes({ key, principal, until }: Certification): string {
  return canonicalBytes({ type: 'countersign/recorder', v: 1, key, principal, until });
}

/** The public key blob (binary string) of an Ed25519 key of 32 bytes. */
export function recorderKeyBlob(point: string): string {
  return lengthPrefixed(KEY_TYPE) + lengthPrefixed(point);
}

/** What a recorder's key has to sign for a record: SSH's framing of the digest of its bytes. */
export function recordMessage(hash: Hash, bytes: string): string {
  return signedMessage({ namespace: RECORD_NAMESPACE, hashAlgorithm: 'sha512' }, hash.sha512Bytes(bytes));
}

/** The SSH signature (binary string) of an Ed25519 key in the namespace of records, given the 64 bytes that it made. */
export function recordSignatureBlob(keyBlob: string, raw: string): string {
  const signature = lengthPrefixed(KEY_TYPE) + lengthPrefixed(raw);
  const parts = [keyBlob, RECORD_NAMESPACE, '', 'sha512', signature];
  return `SSHSIG\0\0\0\x01${parts.map(lengthPrefixed).join('')}`;
}

/** The parts of a signature line. */
export interface SignatureLine {
  readonly principal: string;
  readonly until: string;
  /** Signature by the author's SSH key over the certification, raw, base64. */
  readonly certificate: string;
  /** Signature by the recorder's key over the bytes before the line, raw, base64. */
  readonly sig: string;
}

/** A record's bytes with its signature line. */
export function withSignature(bytes: string, { principal, until, certificate, sig }: SignatureLine): string {
  return `${bytes}${utf8(JSON.stringify({ signature: { principal, until, certificate, sig } }))}\n`;
}

/**
 * Checks the signatures of a record that was read from these bytes (binary string). Whether the certifying key may speak
 * for the author is for the caller to judge. Never throws.
 */
export function checkRecordSignature(
  ports: { readonly hash: Hash; readonly verifyRaw: VerifyRaw },
  { signature }: ProvenanceRecord,
  bytes: string,
): RecordSignature {
  if (signature === undefined) return { kind: 'none' };
  const broken = (reason: string): RecordSignature => ({ kind: 'broken', reason });
  const { principal, until } = signature;
  const sig = blobIn(signature['sig']);
  const certificate = blobIn(signature['certificate']);
  if (typeof principal !== 'string' || typeof until !== 'string' || sig === undefined || certificate === undefined) {
    return broken('its signature line is not of the form that this version knows');
  }
  if (!isPrincipal(principal) || parseUtc(until) === undefined) {
    return broken('its signature line names no person, or no time in UTC');
  }
  const signed = verifySshSignature(ports, sig, unsignedBytes(bytes), RECORD_NAMESPACE);
  if (!signed.ok) return broken('its signature does not belong to it: one of the two was changed');
  const { keyType, keyBlob } = signed.value;
  if (keyType !== KEY_TYPE) return broken(`expected a recorder's key of type ${KEY_TYPE}`);
  const certified = certifiedBytes({ key: keyBlob, principal, until });
  const certifier = verifySshSignature(ports, certificate, certified, RECORDER_NAMESPACE);
  if (!certifier.ok) return broken("the certification of its recorder's key does not belong to that key");
  const { userVerified } = certifier.value;
  return { kind: 'holds', keyBlob, principal, until, certifier: certifier.value.keyBlob, userVerified };
}

/** What a recorder's key may be certified for: no control characters, no lone surrogates, one line. */
export function isPrincipal(text: string): boolean {
  return text.length > 0 && text.length <= 320 && !/[\s\p{C}]/u.test(text);
}

function blobIn(value: unknown): string | undefined {
  return typeof value === 'string' ? decodeBase64(value) : undefined;
}
