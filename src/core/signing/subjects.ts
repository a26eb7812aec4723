/**
 * Lists of subjects, as sign-offs and requests carry them: sorted, unique, bounded.
 */
import { OBJECT_KINDS } from '../model/span';
import type { Annotations, Subject, WindowMark } from '../model/span';
import { pathFault } from '../sidecar/paths';
import { canonicalBytes } from './canonical';
import { readInteger, readList, readMatching, readObject, readText, readWord } from './fields';
import type { FieldFaults } from './fields';
import { MAX_K, MIN_K, WHOLE_FILE_K } from './window';

/** Subjects of one sign-off or request; more are several files. */
export const MAX_SUBJECTS = 200;
/** Bytes of subjects of one file: with the rest, and in base64, it stays below 256 KiB. */
const MAX_SUBJECT_BYTES = 160 * 1024;
const MAX_LINE = WHOLE_FILE_K - 1;

export const HEX64 = /^[0-9a-f]{64}$/;
/** A git object id, SHA-1 or SHA-256. */
export const OBJECT_ID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const MODE = /^(?:000000|100644|100755|120000|160000)$/;

/** By name, then digest, in UTF-16 order. */
export function compareSubjects(a: Subject, b: Subject): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [left, right] = [a.digest.sha256, b.digest.sha256];
  return left === right ? 0 : left < right ? -1 : 1;
}

/** Sorted, each once. */
export function sortSubjects(subjects: readonly Subject[]): Subject[] {
  const sorted = subjects.slice().sort(compareSubjects);
  return sorted.filter((subject, index) => {
    const last = sorted[index - 1];
    return last === undefined || compareSubjects(last, subject) !== 0;
  });
}

/** Sorted subjects in portions that fit one sign-off or request each. */
export function portionSubjects(subjects: readonly Subject[]): Subject[][] {
  const portions: Subject[][] = [];
  let open: Subject[] = [];
  let bytes = 0;
  for (const subject of sortSubjects(subjects)) {
    const size = canonicalBytes(subject).length + 1;
    if (open.length === MAX_SUBJECTS || (open.length > 0 && bytes + size > MAX_SUBJECT_BYTES)) {
      portions.push(open);
      open = [];
      bytes = 0;
    }
    open.push(subject);
    bytes += size;
  }
  if (open.length > 0) portions.push(open);
  return portions;
}

/** Reads a list of 1 to 200 subjects and checks each field, the order, and that none stands twice. */
export function readSubjects(faults: FieldFaults, value: unknown, field: string): Subject[] {
  const subjects = readList(faults, value, field, 1, MAX_SUBJECTS).map((item, index) =>
    readSubject(faults, item, `${field}[${index}]`),
  );
  subjects.forEach((subject, index) => {
    const last = subjects[index - 1];
    if (last !== undefined && compareSubjects(last, subject) >= 0) {
      faults.add(`${field}[${index}]`, 'expected subjects sorted by name, then digest, each once');
    }
  });
  return subjects;
}

function readSubject(faults: FieldFaults, value: unknown, field: string): Subject {
  const json = readObject(faults, value, field, ['annotations', 'digest', 'name']);
  const digest = readObject(faults, json['digest'], `${field}.digest`, ['sha256']);
  return {
    name: readPath(faults, json['name'], `${field}.name`),
    digest: { sha256: readDigest(faults, digest['sha256'], `${field}.digest.sha256`) },
    annotations: readAnnotations(faults, json['annotations'], `${field}.annotations`),
  };
}

function readAnnotations(faults: FieldFaults, value: unknown, field: string): Annotations {
  if (typeof value === 'object' && value !== null && 'object' in value)
    return readObjectAnnotations(faults, value, field);
  const json = readObject(faults, value, field, ['k', 'post', 'pre']);
  const k = json['k'] === WHOLE_FILE_K ? WHOLE_FILE_K : readInteger(faults, json['k'], `${field}.k`, MIN_K, MAX_K);
  return {
    k,
    pre: readMark(faults, json['pre'], `${field}.pre`),
    post: readMark(faults, json['post'], `${field}.post`),
  };
}

function readMark(faults: FieldFaults, value: unknown, field: string): WindowMark {
  const json = readObject(faults, value, field, ['count', 'start', 'window']);
  return {
    start: readInteger(faults, json['start'], `${field}.start`, 0, MAX_LINE),
    count: readInteger(faults, json['count'], `${field}.count`, 0, MAX_LINE),
    window: readDigest(faults, json['window'], `${field}.window`),
  };
}

function readObjectAnnotations(faults: FieldFaults, value: object, field: string): Annotations {
  const json = readObject(faults, value, field, ['newId', 'newMode', 'object', 'oldId', 'oldMode'], ['from']);
  const object = readWord(faults, json['object'], `${field}.object`, OBJECT_KINDS);
  const from = json['from'] === undefined ? undefined : readPath(faults, json['from'], `${field}.from`);
  if ((object === 'rename') !== (from !== undefined))
    faults.add(`${field}.from`, 'a rename, and only a rename, names the old path');
  const mode = (key: string): string =>
    readMatching(faults, json[key], `${field}.${key}`, MODE, 'a mode of git, such as 100644');
  const id = (key: string): string => readMatching(faults, json[key], `${field}.${key}`, OBJECT_ID, 'an object id');
  return {
    object,
    ...(from === undefined ? {} : { from }),
    oldMode: mode('oldMode'),
    newMode: mode('newMode'),
    oldId: id('oldId'),
    newId: id('newId'),
  };
}

function readPath(faults: FieldFaults, value: unknown, field: string): string {
  const path = readText(faults, value, field, { least: 1, most: 4096 });
  const fault = path === '' ? undefined : pathFault(path);
  if (fault !== undefined) faults.add(field, fault);
  return path;
}

/** A SHA-256 in lower-case hex. */
export function readDigest(faults: FieldFaults, value: unknown, field: string): string {
  return readMatching(faults, value, field, HEX64, '64 hex digits in lower case');
}

/** The commits that a request or a decision was made on. */
export function readObserved(faults: FieldFaults, value: unknown, field: string): { base: string; head: string } {
  const json = readObject(faults, value, field, ['base', 'head']);
  const id = (key: string): string =>
    readMatching(faults, json[key], `${field}.${key}`, OBJECT_ID, 'a full commit id (40 or 64 hex digits)');
  return { base: id('base'), head: id('head') };
}
