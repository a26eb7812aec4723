/**
 * The Hash port on Node's own crypto. `hash` in one call takes a fifth of the time of a `Hash` object, which counts for
 * the many short lines of a change.
 */
import { createHash, hash } from 'node:crypto';
import type { Hash } from '../core/ports';

function digest(algorithm: 'sha256' | 'sha512', bytes: string): string {
  return createHash(algorithm).update(bytes, 'latin1').digest().toString('latin1');
}

/**
 * A line, as `hash` takes it fastest: text of ASCII alone has the same bytes in UTF-8, which it takes strings for;
 * anything else goes in as bytes. For a whole file the test costs more than the copy.
 */
function lineInput(bytes: string): string | Buffer {
  // eslint-disable-next-line no-control-regex -- the range is the point
  return /^[\x00-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, 'latin1');
}

/** SHA-2 over binary strings: text has to go through `utf8` first. */
export const nodeHash: Hash = {
  sha256: (bytes) => hash('sha256', Buffer.from(bytes, 'latin1'), 'hex'),
  hash96: (bytes) => hash('sha256', lineInput(bytes), 'base64url').slice(0, 16),
  sha256Bytes: (bytes) => digest('sha256', bytes),
  sha512Bytes: (bytes) => digest('sha512', bytes),
};
