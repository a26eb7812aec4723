/** Folding: an author's own records of a branch, made into one that claims the same. */
import type { ProvenanceRecord, RecordedFile } from '../model/record';
import { withoutPad } from './padRecord';
import { encodeRecord, unsignedBytes } from './recordFormat';

/** One record with the files of all, in order; entries that say the very same stand once. */
export function foldedRecord(records: readonly ProvenanceRecord[], first: ProvenanceRecord): ProvenanceRecord {
  const files = new Map<string, RecordedFile>();
  for (const file of records.flatMap((each) => each.files)) {
    const key = encodeRecord({ ...first, files: [file] });
    if (!files.has(key)) files.set(key, file);
  }
  return { ...first, files: [...files.values()] };
}

/** The part of a record that is pad, from which on it may be folded: the rest is short of half, by chance alike or not. */
const LEAST_PAD = 0.54;

/**
 * Whether these bytes may be folded away: they hold nothing besides the record, no field of a later writer, and are for the
 * greater part a pad, so that git pairs them with no other record.
 */
export function mayFold(bytes: string, record: ProvenanceRecord): boolean {
  const unsigned = record.signature === undefined ? bytes : unsignedBytes(bytes);
  const plain = withoutPad(unsigned);
  return unsigned.length - plain.length > bytes.length * LEAST_PAD && plain === encodeRecord(record);
}
