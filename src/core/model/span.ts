/**
 * What a sign-off binds (signoff-format §2–§3). Shared by requests and sign-offs; digests are made in core/signing.
 */

/** Where a window stood when it was signed, and the SHA-256 (hex) of its canonical bytes. Lines from 0. */
export interface WindowMark {
  readonly start: number;
  readonly count: number;
  readonly window: string;
}

/** A region of text: `k` lines of context, or 4294967295 when the whole file is the context. */
export interface TextAnnotations {
  readonly k: number;
  readonly pre: WindowMark;
  readonly post: WindowMark;
}

/** Kinds of thing that are signed as a whole, by object id. */
export const OBJECT_KINDS = ['content', 'mode', 'rename', 'delete'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** An atomic object: binary, symlink, submodule, exec bit, deleted file, exact rename, what the policy calls atomic. */
export interface ObjectAnnotations {
  readonly object: ObjectKind;
  readonly from?: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldId: string;
  readonly newId: string;
}

export type Annotations = TextAnnotations | ObjectAnnotations;

/** One signed thing: in-toto's resource descriptor. `name` is the path in the result (in the base for a deletion). */
export interface Subject {
  readonly name: string;
  readonly digest: { readonly sha256: string };
  readonly annotations: Annotations;
}
