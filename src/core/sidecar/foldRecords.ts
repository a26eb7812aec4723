/**
 * Folding: an author's own records of a branch, made into one that claims the same. Git must not take it for one of the
 * records that it stands for, renamed and edited: picked onto another branch, such a "rename" would be a conflict. So each
 * line after the header begins with a pad of another length, and has no 64 bytes in common with what it was (git compares
 * files by such pieces).
 */
import type { ProvenanceRecord, RecordedFile } from '../model/record';
import { encodeRecord } from './recordFormat';

const MOST_PAD = 63;

/** One record with the files of all, in order; entries that say the very same stand once. */
export function foldedRecord(records: readonly ProvenanceRecord[], first: ProvenanceRecord): ProvenanceRecord {
  const files = new Map<string, RecordedFile>();
  for (const file of records.flatMap((each) => each.files)) {
    const key = encodeRecord({ ...first, files: [file] });
    if (!files.has(key)) files.set(key, file);
  }
  return { ...first, files: [...files.values()] };
}

/** The bytes of a folded record. The seed (hex) decides the pads: the same seed gives the same bytes. */
export function encodeFolded(record: ProvenanceRecord, seed: string): string {
  let state = Number.parseInt(seed.slice(0, 8), 16) >>> 0;
  const lines = encodeRecord(record).slice(0, -1).split('\n');
  const padded = lines.map((line, index) => {
    if (index === 0) return line;
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return `{"pad":"${'0'.repeat(1 + (state % MOST_PAD))}",${line.slice(1)}`;
  });
  return `${padded.join('\n')}\n`;
}

/** Whether these bytes, less a signature line, hold nothing besides the record: no field of a later writer. Such a one may be folded. */
export function isPlain(bytes: string, record: ProvenanceRecord): boolean {
  return bytes.replace(/^\{"pad":"0{1,63}",/gm, '{') === encodeRecord(record);
}
