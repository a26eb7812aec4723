/** Reading a record: its name, then its content. */
import type { NamedRecord } from '../core/model/record';
import type { Result } from '../core/model/problem';
import { failure, success } from '../core/model/problem';
import { parseStorePath } from '../core/sidecar/paths';
import { parseRecord } from '../core/sidecar/recordFormat';
import { nodeHash } from './hash';

/** A record from its file (bytes as binary string), whose name must be the digest of its content. */
export function readRecord(path: string, bytes: string): Result<NamedRecord> {
  const id = nodeHash.sha256(bytes);
  if (parseStorePath(path)?.digest !== id) {
    const message = `expected content that matches the file's name, found ${id}; restore the file from git`;
    return failure({ code: 'record-name', path, field: '', message });
  }
  const parsed = parseRecord(bytes, path);
  return parsed.ok ? success({ id, record: parsed.value }) : parsed;
}
