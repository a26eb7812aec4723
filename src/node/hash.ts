/**
 * The Hash port on Node's own crypto.
 */
import { createHash } from 'node:crypto';
import type { Hash } from '../core/ports';

function digest(algorithm: 'sha256' | 'sha512', bytes: string): Buffer {
  return createHash(algorithm).update(bytes, 'latin1').digest();
}

/** SHA-2 over binary strings: text has to go through `utf8` first. */
export const nodeHash: Hash = {
  sha256: (bytes) => createHash('sha256').update(bytes, 'latin1').digest('hex'),
  hash96: (bytes) => digest('sha256', bytes).toString('base64url', 0, 12),
  sha256Bytes: (bytes) => digest('sha256', bytes).toString('latin1'),
  sha512Bytes: (bytes) => digest('sha512', bytes).toString('latin1'),
};
