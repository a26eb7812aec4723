/**
 * The bytes that are hashed into a span, and into the digest of an atomic object (signoff-format §3).
 */
import type { Mode, Region } from '../model/change';
import type { ObjectAnnotations, Subject, TextAnnotations } from '../model/span';
import type { Hash } from '../ports';
import { lengthPrefixed, utf8 } from '../text/bytes';
import { viewOf, windowBytes } from './window';
import type { FileView } from './window';

/** Do these annotations belong to a text subject? */
export function isTextAnnotations(annotations: Subject['annotations']): annotations is TextAnnotations {
  return 'k' in annotations;
}

/** The view of one side; a mode of zeros is a side without the file, whatever lines were passed. */
export function sideView(mode: Mode, lines: readonly string[]): FileView | undefined {
  return mode === '000000' ? undefined : viewOf(lines);
}

/** What a span is computed from, once k is known. */
export interface SpanParts {
  readonly repo: string;
  readonly path: string;
  readonly oldMode: Mode;
  readonly newMode: Mode;
  readonly before: FileView | undefined;
  readonly after: FileView | undefined;
  readonly region: Region;
  readonly k: number;
}

/** SHA-256 (hex) of "countersign/span/v1\0", repository, path, types and both windows. */
export function spanDigest(hash: Hash, parts: SpanParts): string {
  const { region, k } = parts;
  return hash.sha256(
    'countersign/span/v1\0' +
      lengthPrefixed(utf8(parts.repo)) +
      lengthPrefixed(utf8(parts.path)) +
      lengthPrefixed(fileType(parts.oldMode)) +
      lengthPrefixed(fileType(parts.newMode)) +
      windowBytes(parts.before, region.beforeStart, region.beforeCount, k) +
      windowBytes(parts.after, region.afterStart, region.afterCount, k),
  );
}

/** The exec bit is an object of its own, so both modes of a regular file are one type. */
function fileType(mode: Mode): string {
  return mode === '100644' || mode === '100755' ? '100000' : mode;
}

/** The subject of an atomic object: modes and object ids, and for a rename the old path. */
export function makeObjectSubject(
  hash: Hash,
  input: { readonly repo: string; readonly path: string; readonly annotations: ObjectAnnotations },
): Subject {
  const { repo, path, annotations: object } = input;
  const fields = [
    repo,
    object.object,
    path,
    object.from ?? '',
    object.oldMode,
    object.newMode,
    object.oldId,
    object.newId,
  ];
  const bytes = `countersign/object/v1\0${fields.map((field) => lengthPrefixed(utf8(field))).join('')}`;
  return { name: path, digest: { sha256: hash.sha256(bytes) }, annotations: object };
}
