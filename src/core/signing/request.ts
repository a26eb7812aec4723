/**
 * Review requests: one line of canonical JSON, named by the SHA-256 of its bytes. They ask and grant nothing, so they
 * carry no signature.
 */
import { failure, success } from '../model/problem';
import type { Result } from '../model/problem';
import type { NamedRequest, ReviewRequest } from '../model/signoff';
import type { Hash } from '../ports';
import { MAX_FILE_BYTES } from '../sidecar/limits';
import { parseStorePath } from '../sidecar/paths';
import { canonicalBytes, parseCanonical } from './canonical';
import { fieldFaults, readList, readObject, readText, readWord } from './fields';
import { readObserved, readSubjects, sortSubjects } from './subjects';

const CODE = 'request-malformed';

/** The request's file content, as bytes (binary string). Subjects are sorted. */
export function encodeRequest(request: ReviewRequest): string {
  return `${canonicalBytes({ ...request, subject: sortSubjects(request.subject) })}\n`;
}

/** Reads a request's file (bytes as binary string). Codes: `request-malformed`, `request-name`. */
export function parseRequestFile(bytes: string, path: string, hash: Hash): Result<NamedRequest> {
  if (bytes.length > MAX_FILE_BYTES) {
    return failure({
      code: CODE,
      path,
      field: '',
      message: `expected at most ${MAX_FILE_BYTES} bytes, found ${bytes.length}`,
    });
  }
  const id = hash.sha256(bytes);
  const place = parseStorePath(path);
  if (place?.store !== 'request' || place.digest !== id) {
    const message = `expected the file name to be the SHA-256 of the content, ${id.slice(0, 2)}/${id}.req`;
    return failure({ code: 'request-name', path, field: '', message });
  }
  if (!bytes.endsWith('\n')) {
    return failure({
      code: CODE,
      path,
      field: '',
      message: 'expected one line that ends in a line feed; was the file cut off?',
    });
  }
  const parsed = parseCanonical(bytes.slice(0, -1), { code: CODE, path, field: '' });
  if (!parsed.ok) return parsed;
  const faults = fieldFaults(CODE, path);
  const json = readObject(faults, parsed.value, '', [
    'author',
    'note',
    'observed',
    'repo',
    'subject',
    'to',
    'type',
    'v',
  ]);
  const type = readWord(faults, json['type'], 'type', ['countersign/request']);
  if (json['v'] !== 1) faults.add('v', 'expected version 1; update Countersign if the file is newer');
  const request: ReviewRequest = {
    type,
    v: 1,
    repo: readText(faults, json['repo'], 'repo', { least: 1, most: 128 }),
    author: readText(faults, json['author'], 'author', { least: 1, most: 320 }),
    to: readList(faults, json['to'], 'to', 0, 64).map((who, index) =>
      readText(faults, who, `to[${index}]`, { least: 1, most: 320 }),
    ),
    note: readText(faults, json['note'], 'note', { least: 0, most: 4000, lines: true }),
    observed: readObserved(faults, json['observed'], 'observed'),
    subject: readSubjects(faults, json['subject'], 'subject'),
  };
  return faults.problems.length > 0 ? failure(...faults.problems) : success({ id, path, request });
}
