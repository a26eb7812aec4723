/**
 * Splitting: a record that would exceed the size at which writers start another is cut by file, then by hunk.
 */
import type { ProvenanceRecord, RecordedFile, RecordedHunk } from '../model/record';
import { SPLIT_BYTES } from './limits';
import { encodeRecord } from './recordFormat';

/** Lines of one hunk beyond which it is cut: a hunk of this size stays far below the split size. */
const MAX_HUNK_LINES = 2000;

/** Records that together make the same claims, each at most `SPLIT_BYTES` long. */
export function splitRecord(record: ProvenanceRecord): ProvenanceRecord[] {
  if (encodeRecord(record).length <= SPLIT_BYTES) return [record];
  const empty = { ...record, files: [] };
  const headerSize = encodeRecord(empty).length;
  const parts: RecordedFile[][] = [];
  let files: RecordedFile[] = [];
  let size = headerSize;
  const sizeOf = (file: RecordedFile): number => encodeRecord({ ...empty, files: [file] }).length - headerSize;
  for (const file of record.files.flatMap((each) => pieces(each, sizeOf))) {
    const more = sizeOf(file);
    if (files.length > 0 && size + more > SPLIT_BYTES) {
      parts.push(files);
      files = [];
      size = headerSize;
    }
    files.push(file);
    size += more;
  }
  if (files.length > 0) parts.push(files);
  return parts.map((each) => ({ ...record, files: each }));
}

/** A file as one or more file entries of bounded size. */
function pieces(file: RecordedFile, sizeOf: (file: RecordedFile) => number): RecordedFile[] {
  if (sizeOf(file) <= SPLIT_BYTES / 2) return [file];
  const result: RecordedFile[] = [];
  let hunks: RecordedHunk[] = [];
  let size = 0;
  for (const hunk of file.hunks.flatMap(cutHunk)) {
    const more = sizeOf({ ...file, hunks: [hunk] });
    if (hunks.length > 0 && size + more > SPLIT_BYTES / 2) {
      result.push({ ...file, hunks });
      hunks = [];
      size = 0;
    }
    hunks.push(hunk);
    size += more;
  }
  result.push({ ...file, hunks });
  return result;
}

function cutHunk(hunk: RecordedHunk): RecordedHunk[] {
  const result: RecordedHunk[] = [];
  for (let from = 0; from < hunk.lines.length; from += MAX_HUNK_LINES) {
    const to = Math.min(from + MAX_HUNK_LINES, hunk.lines.length);
    const before = [...hunk.before, ...hunk.lines.slice(0, from).map((line) => line.exact)].slice(-3);
    const after = [...hunk.lines.slice(to).map((line) => line.exact), ...hunk.after].slice(0, 3);
    result.push({ ...hunk, start: hunk.start + from, lines: hunk.lines.slice(from, to), before, after });
  }
  return result;
}
