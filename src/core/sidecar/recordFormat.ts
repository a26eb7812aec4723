/**
 * The text form of a provenance record (docs/sidecar-format.md): lines of JSON, one header, then per file a line and its
 * hunks. Writing and reading are exact inverses; reading is total and bounded.
 */
import { COUNTED, EVIDENCE, ORIGINS, STATED, VIAS } from '../model/origin';
import type { Actor, ClaimedOrigin, Counted, Counts, Evidence, Stated, Via, Source } from '../model/origin';
import type { Problem, Result } from '../model/problem';
import { failure, success } from '../model/problem';
import type { ProvenanceRecord, RecordedFile, RecordedHunk, RecordedLine } from '../model/record';
import { fromUtf8, utf8 } from '../text/bytes';
import type { Fields } from '../text/fields';
import { isFields } from '../text/fields';
import { jsonDepth } from '../text/jsonDepth';
import { MAX_AUTHOR, MAX_DEPTH, MAX_FILE_BYTES } from './limits';
import { pathFault } from './paths';

export const RECORD_TYPE = 'countersign/provenance';
export const RECORD_VERSION = 1;

/** The bytes (binary string) of a record, without a signature. The same record always gives the same bytes. */
export function encodeRecord(record: ProvenanceRecord): string {
  const known = encoded.get(record);
  if (known !== undefined) return known;
  const lines: unknown[] = [headerLine(record)];
  for (const file of record.files) {
    lines.push(fileLine(file));
    for (const hunk of file.hunks) lines.push(hunkForm(hunk));
  }
  const bytes = utf8(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  encoded.set(record, bytes);
  return bytes;
}

// A memo, not state: to split a record is to encode it once to see how long it is, and then its writer does it again.
const encoded = new WeakMap<ProvenanceRecord, string>();

/** What a signature line speaks for, of the bytes of a record that has one: all before it. */
export function unsignedBytes(bytes: string): string {
  return bytes.slice(0, bytes.lastIndexOf('\n', bytes.length - 2) + 1);
}

function headerLine(record: ProvenanceRecord): unknown {
  const { repo, author, recorder, base } = record;
  const { id, version } = recorder;
  return { type: RECORD_TYPE, v: RECORD_VERSION, repo, author, recorder: { id, version }, base };
}

function fileLine(file: RecordedFile): unknown {
  return {
    file: file.path,
    blob: file.blob,
    ...(file.was === undefined ? {} : { was: file.was }),
    ...(file.object === undefined
      ? {}
      : { object: { before: file.object.before, after: file.object.after, ...sourceFields(file.object) } }),
  };
}

/** A hunk as it is written in records and in the journal. */
export function hunkForm(hunk: RecordedHunk): object {
  return {
    [hunk.side]: hunk.start,
    ...sourceFields(hunk),
    ...(hunk.from === undefined ? {} : { from: hunk.from }),
    ...(hunk.whose === undefined ? {} : { whose: hunk.whose }),
    lines: hunk.lines.map((line) => [
      line.exact,
      line.loose === line.exact ? '' : line.loose,
      countsForm(hunk.origin, line.counts),
    ]),
    before: hunk.before,
    after: hunk.after,
  };
}

function sourceFields(source: Source): object {
  const { origin, via, evidence, actor } = source;
  return { origin, via, evidence, ...(actor === undefined ? {} : { actor: actorForm(actor) }) };
}

function actorForm(actor: Actor): object {
  const { tool, version, model, session } = actor;
  return {
    ...(tool === undefined ? {} : { tool }),
    ...(version === undefined ? {} : { version }),
    ...(model === undefined ? {} : { model }),
    ...(session === undefined ? {} : { session }),
  };
}

/** A line to which only the hunk's own origin contributed is written as one number. */
function countsForm(origin: ClaimedOrigin, counts: Counts): number | object {
  const keys = COUNTED.filter((key) => counts[key] !== undefined);
  const [only] = keys;
  if (keys.length === 1 && only === origin) return counts[only] ?? 0;
  return Object.fromEntries(keys.map((key) => [key, counts[key]]));
}

class Fault extends Error {
  readonly field: string;
  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** Reads a record's bytes (binary string). `path` only names the file in problems. Never throws. */
export function parseRecord(bytes: string, path: string): Result<ProvenanceRecord> {
  const problem = (field: string, message: string, code = 'record-malformed'): Problem => ({
    code,
    path,
    field,
    message,
  });
  if (bytes.length > MAX_FILE_BYTES) {
    return failure(
      problem('', `expected at most ${MAX_FILE_BYTES} bytes, found ${bytes.length}; record the change again`),
    );
  }
  if (!bytes.endsWith('\n')) {
    return failure(
      problem('', 'expected a line break at the end, found none: the file is cut off; restore it from git'),
    );
  }
  const text = fromUtf8(bytes);
  if (text.includes('\ufffd') && utf8(text) !== bytes) return failure(problem('', 'expected UTF-8 text'));
  try {
    return success(readLines(text.slice(0, -1).split('\n')));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const code = error.field === 'line 1.v' ? 'record-version' : 'record-malformed';
    return failure(problem(error.field, error.message, code));
  }
}

function readLines(lines: readonly string[]): ProvenanceRecord {
  const header = object(readJson(lines[0] ?? '', 'line 1'), 'line 1');
  if (header['type'] !== RECORD_TYPE) throw new Fault('line 1.type', `expected "${RECORD_TYPE}"`);
  if (header['v'] !== RECORD_VERSION) {
    throw new Fault('line 1.v', `expected version ${RECORD_VERSION}, found ${show(header['v'])}; update Countersign`);
  }
  const recorder = object(header['recorder'], 'line 1.recorder');
  const files: RecordedFile[] = [];
  let hunks: RecordedHunk[] = [];
  let signature: Fields | undefined;
  for (let index = 1; index < lines.length; index++) {
    const at = `line ${index + 1}`;
    const line = object(readJson(lines[index] ?? '', at), at);
    if ('file' in line) {
      hunks = [];
      files.push(readFile(line, at, hunks));
    } else if ('added' in line || 'removed' in line) {
      if (files.length === 0) throw new Fault(at, 'expected a file line before the first hunk');
      hunks.push(readHunk(line, at));
    } else if ('signature' in line && index === lines.length - 1) {
      // Looked into where the policy asks who signed: one that does not hold is none, and makes nothing malformed.
      signature = object(line['signature'], `${at}.signature`);
    } else {
      throw new Fault(at, 'expected a line with "file", "added" or "removed"');
    }
  }
  return {
    repo: string(header['repo'], 'line 1.repo', 200),
    author: string(header['author'], 'line 1.author', MAX_AUTHOR),
    recorder: {
      id: string(recorder['id'], 'line 1.recorder.id', 200),
      version: string(recorder['version'], 'line 1.recorder.version', 100),
    },
    base: header['base'] === null ? null : objectId(header['base'], 'line 1.base'),
    files,
    ...(signature === undefined ? {} : { signature }),
  };
}

function readFile(line: Fields, at: string, hunks: RecordedHunk[]): RecordedFile {
  const path = filePath(line['file'], `${at}.file`);
  const blob = line['blob'] === null ? null : objectId(line['blob'], `${at}.blob`);
  const was = line['was'] === undefined ? {} : { was: filePath(line['was'], `${at}.was`) };
  if (line['object'] === undefined) return { path, blob, ...was, hunks };
  const field = `${at}.object`;
  const item = object(line['object'], field);
  const before = item['before'] === null ? null : objectId(item['before'], `${field}.before`);
  const after = item['after'] === null ? null : objectId(item['after'], `${field}.after`);
  return { path, blob, ...was, hunks, object: { before, after, ...readSource(item, field) } };
}

function readHunk(line: Fields, at: string): RecordedHunk {
  if ('added' in line && 'removed' in line) throw new Fault(at, 'expected "added" or "removed", found both');
  const side = 'added' in line ? 'added' : 'removed';
  const source = readSource(line, at);
  const lines = array(line['lines'], `${at}.lines`).map((item, index) =>
    readLine(item, `${at}.lines[${index}]`, source.origin),
  );
  if (lines.length === 0) throw new Fault(`${at}.lines`, 'expected at least one line');
  return {
    side,
    start: count(line[side], `${at}.${side}`),
    lines,
    before: context(line['before'], `${at}.before`),
    after: context(line['after'], `${at}.after`),
    ...source,
    ...readStated(line['from'], `${at}.from`),
    ...(side === 'removed' ? readWhose(line['whose'], `${at}.whose`) : {}),
  };
}

/** Additions to version 1: a word that a later writer knows and this reader does not is passed over. */
function readStated(value: unknown, at: string): { from?: Stated } {
  const word = value === undefined ? undefined : string(value, at, 100);
  const from = STATED.find((each) => each === word);
  return from === undefined ? {} : { from };
}

function readWhose(value: unknown, at: string): { whose?: ClaimedOrigin } {
  const word = value === undefined ? undefined : string(value, at, 100);
  const whose = ORIGINS.find((each) => each === word);
  return whose === undefined || whose === 'unknown' ? {} : { whose };
}

function readLine(value: unknown, at: string, origin: ClaimedOrigin): RecordedLine {
  const [exactValue, looseValue, countsValue, ...rest] = array(value, at);
  if (rest.length > 0) throw new Fault(at, 'expected three items');
  const exact = lineHash(exactValue, `${at}[0]`);
  const loose = looseValue === '' ? exact : lineHash(looseValue, `${at}[1]`);
  return { exact, loose, counts: readCounts(countsValue, `${at}[2]`, origin) };
}

function readCounts(value: unknown, at: string, origin: ClaimedOrigin): Counts {
  if (typeof value === 'number') {
    if (origin === 'mixed') throw new Fault(at, 'expected counts per origin for a mixed line');
    return { [origin]: count(value, at) };
  }
  const fields = object(value, at);
  const counts: Partial<Record<Counted, number>> = {};
  for (const key of Object.keys(fields)) {
    const known = COUNTED.find((counted) => counted === key);
    if (known === undefined) throw new Fault(`${at}.${show(key)}`, `expected one of ${COUNTED.join(', ')}`);
    counts[known] = count(fields[key], `${at}.${known}`);
  }
  return counts;
}

function readSource(line: Fields, at: string): { origin: ClaimedOrigin; via: Via; evidence: Evidence; actor?: Actor } {
  const origin = oneOf(line['origin'], ORIGINS, `${at}.origin`);
  if (origin === 'unknown') throw new Fault(`${at}.origin`, 'a record may not say "unknown": leave the lines out');
  const via = oneOf(line['via'], VIAS, `${at}.via`);
  const evidence = oneOf(line['evidence'], EVIDENCE, `${at}.evidence`);
  if (line['actor'] === undefined) return { origin, via, evidence };
  const fields = object(line['actor'], `${at}.actor`);
  const actor: { tool?: string; version?: string; model?: string; session?: string } = {};
  for (const key of ['tool', 'version', 'model', 'session'] as const) {
    if (fields[key] !== undefined) actor[key] = string(fields[key], `${at}.actor.${key}`, 200);
  }
  return { origin, via, evidence, actor };
}

/** The hunk that `hunkForm` wrote, or undefined when the value is none. */
export function parseHunkForm(value: unknown): RecordedHunk | undefined {
  try {
    return readHunk(object(value, 'hunk'), 'hunk');
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** A source as it is written in records. */
export function sourceForm(source: Source): object {
  return sourceFields(source);
}

/** The source that `sourceForm` wrote, or undefined when the value is none. */
export function parseSourceForm(value: unknown): Source | undefined {
  try {
    return readSource(object(value, 'source'), 'source');
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}

/** Parses one line and insists on its compact form, which leaves no room for a key that stands twice. */
function readJson(line: string, at: string): unknown {
  let value: unknown;
  if (jsonDepth(line) > MAX_DEPTH) throw new Fault(at, `expected at most ${MAX_DEPTH} levels of nesting`);
  try {
    value = JSON.parse(line);
  } catch {
    throw new Fault(at, 'expected one line of JSON; restore the file from git, records are never edited');
  }
  if (JSON.stringify(value) !== line) throw new Fault(at, 'expected compact JSON without repeated keys');
  return value;
}

function object(value: unknown, at: string): Fields {
  if (!isFields(value)) throw new Fault(at, 'expected an object');
  return value;
}

function array(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Fault(at, 'expected a list');
  return value;
}

function string(value: unknown, at: string, max: number): string {
  if (typeof value !== 'string' || value === '' || value.length > max) {
    throw new Fault(at, `expected text of 1 to ${max} characters, found ${show(value)}`);
  }
  if (/\p{Surrogate}/u.test(value)) throw new Fault(at, `expected text in Unicode, found ${show(value)}`);
  return value;
}

function count(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > 0xffffffff) {
    throw new Fault(at, `expected a whole number from 0, found ${show(value)}`);
  }
  return value;
}

function oneOf<T extends string>(value: unknown, known: readonly T[], at: string): T {
  const found = known.find((item) => item === value);
  if (found === undefined) throw new Fault(at, `expected one of ${known.join(', ')}, found ${show(value)}`);
  return found;
}

function objectId(value: unknown, at: string): string {
  if (typeof value !== 'string' || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value)) {
    throw new Fault(at, `expected a git object id, found ${show(value)}`);
  }
  return value;
}

function lineHash(value: unknown, at: string): string {
  if (typeof value !== 'string' || !/^[\w-]{16}$/.test(value)) {
    throw new Fault(at, `expected a line hash of 16 characters, found ${show(value)}`);
  }
  return value;
}

function context(value: unknown, at: string): string[] {
  const list = array(value, at);
  if (list.length > 3) throw new Fault(at, 'expected at most three context hashes');
  return list.map((item, index) => lineHash(item, `${at}[${index}]`));
}

function filePath(value: unknown, at: string): string {
  const path = string(value, at, 4096);
  const fault = pathFault(path);
  if (fault !== undefined) throw new Fault(at, `${fault}, found ${show(path)}`);
  return path;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
