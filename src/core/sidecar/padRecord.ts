/**
 * The pad of a record. Git takes a deleted file and an added one for the same, renamed, where they share half of the
 * larger one's bytes (it compares lines, cut into pieces of 64), and a record that is folded away on one side of a merge
 * and "renamed" on the other is a conflict. So more than half of each record is text that no other record has: then no two
 * can share as much, whatever they say and however git was told to cut.
 */
import { SPLIT_BYTES } from './limits';

/**
 * Times the size that a record has without a pad. Two records of which one is padded so share at most 1/2.3 of the larger,
 * and what git's short hashes find alike by chance: hardly ever more than 1/43 of a pad.
 */
const TIMES = 2.3;
/** In a commit that folds: what it adds shares at most 1/3.6, and such chance, with what it deletes. */
const TIMES_FOLDING = 3.6;

/** The pad is the last field of the last line before the signature's. */
const PAD = /,"pad":"(?:[0-9a-f]{43})*[0-9a-f]{0,42}"\}\n$/;

/** A record to be padded. */
export interface Unpadded {
  /** Without a signature line. */
  readonly bytes: string;
  /** Length with the signature line that it gets. */
  readonly size: number;
  /** SHA-256, in hex, of all that tells this record from others: the same one gets the same pad, and no two others do. */
  readonly digest: string;
  /** Whether the commit that adds it folds others. */
  readonly isFolding: boolean;
}

/** The bytes of a record with its pad. One that is near the size at which writers start another gets less, or none. */
export function padRecord({ bytes, size, digest, isFolding }: Unpadded): string {
  const most = Math.min(size * (isFolding ? TIMES_FOLDING : TIMES), SPLIT_BYTES);
  const length = Math.floor(most) - size - ',"pad":""'.length;
  if (length <= 0) return bytes;
  // Of 43 characters, which 64 is no multiple of: its pieces differ among themselves too, and git's hashes of them are few bits.
  const pad = digest
    .slice(0, 43)
    .repeat(length / 43 + 1)
    .slice(0, length);
  return `${bytes.slice(0, -2)},"pad":"${pad}"}\n`;
}

/** The bytes without the pad. */
export function withoutPad(bytes: string): string {
  return bytes.replace(PAD, '}\n');
}
