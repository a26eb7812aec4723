/**
 * DSSE envelopes (github.com/secure-systems-lab/dsse): one payload, one signature. Ours have one written form, canonical
 * JSON and a line feed, so that no two readers can see different things in one file.
 */
import { failure, success } from '../model/problem';
import type { Result } from '../model/problem';
import { MAX_FILE_BYTES } from '../sidecar/limits';
import { utf8 } from '../text/bytes';
import { decodeBase64, encodeBase64 } from './base64';
import { canonicalBytes, parseCanonical } from './canonical';
import { fieldFaults, readList, readObject, readText } from './fields';

/** A DSSE envelope with its parts decoded. */
export interface Envelope {
  readonly payloadType: string;
  /** Bytes of the payload (binary string), exactly as signed. */
  readonly payload: string;
  /** The raw signature (binary string). */
  readonly sig: string;
  readonly keyid: string;
}

/** The bytes that are signed: DSSE's pre-authentication encoding of type and payload (binary string). */
export function pae(payloadType: string, payload: string): string {
  const type = utf8(payloadType);
  return `DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`;
}

/** The envelope's file content, as bytes (binary string). */
export function encodeEnvelope(envelope: Envelope): string {
  const { payloadType, payload, sig, keyid } = envelope;
  const json = {
    payload: encodeBase64(payload),
    payloadType,
    signatures: [{ keyid, sig: encodeBase64(sig) }],
  };
  return `${canonicalBytes(json)}\n`;
}

/** Reads an envelope's bytes. Refuses whatever `encodeEnvelope` would not have written; nothing is verified here. */
export function parseEnvelope(bytes: string, path: string): Result<Envelope> {
  const code = 'signoff-malformed';
  if (bytes.length > MAX_FILE_BYTES) {
    const message = `expected at most ${MAX_FILE_BYTES} bytes, found ${bytes.length}`;
    return failure({ code, path, field: '', message });
  }
  if (!bytes.endsWith('\n')) {
    const message = 'expected one line that ends in a line feed; was the file cut off?';
    return failure({ code, path, field: '', message });
  }
  const parsed = parseCanonical(bytes.slice(0, -1), { code, path, field: '' });
  if (!parsed.ok) return parsed;
  const faults = fieldFaults(code, path);
  const json = readObject(faults, parsed.value, '', ['payload', 'payloadType', 'signatures']);
  const payloadType = readText(faults, json['payloadType'], 'payloadType', { least: 1, most: 128 });
  const signatures = readList(faults, json['signatures'], 'signatures', 1, 1);
  const signature = readObject(faults, signatures[0] ?? {}, 'signatures[0]', ['keyid', 'sig']);
  const keyid = readText(faults, signature['keyid'], 'signatures[0].keyid', { least: 1, most: 128 });
  const base64 = (value: unknown, field: string): string => {
    const decoded = typeof value === 'string' ? decodeBase64(value) : undefined;
    if (decoded === undefined && value !== undefined) faults.add(field, 'expected padded base64 without white space');
    return decoded ?? '';
  };
  const payload = base64(json['payload'], 'payload');
  const sig = base64(signature['sig'], 'signatures[0].sig');
  if (signatures.length !== 1) {
    // Of no signature, or of two, the parts say nothing more than the list did.
    return failure(...faults.problems.filter(({ field }) => !field.startsWith('signatures[')));
  }
  if (faults.problems.length > 0) return failure(...faults.problems);
  return success({ payloadType, payload, sig, keyid });
}
