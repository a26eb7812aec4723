/** Which files a record is about, without a look at its claims: for an index over many records. */
import { fromUtf8 } from '../text/bytes';
import { MAX_FILE_BYTES } from './limits';

/**
 * The paths of a record's file lines (bytes as binary string); undefined when they can't be told, and then the record is
 * malformed. Records for which they can be told may be malformed elsewhere.
 */
export function recordPaths(bytes: string): string[] | undefined {
  if (bytes.length > MAX_FILE_BYTES || !bytes.endsWith('\n')) return undefined;
  const paths = new Set<string>();
  let start = 0;
  while (start < bytes.length) {
    const end = bytes.indexOf('\n', start);
    const at = bytes.indexOf('"file":', start);
    if (at === -1) break;
    // Hunks are passed over without being cut out.
    if (at > end) {
      start = bytes.lastIndexOf('\n', at) + 1;
      continue;
    }
    const line = bytes.slice(start, end);
    start = end + 1;
    try {
      const value: unknown = JSON.parse(fromUtf8(line));
      if (typeof value === 'object' && value !== null && 'file' in value) {
        if (typeof value.file !== 'string') return undefined;
        paths.add(value.file);
      }
    } catch {
      return undefined;
    }
  }
  return bytes.startsWith('{') ? [...paths] : undefined;
}
