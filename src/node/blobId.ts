/** The object id that git gives to a blob's bytes (binary string); `idLength` is 40 for SHA-1, 64 for SHA-256. */
import { createHash } from 'node:crypto';

export function blobId(bytes: string, idLength = 40): string {
  const hash = createHash(idLength === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${bytes.length}\0`, 'latin1').update(bytes, 'latin1').digest('hex');
}
