/**
 * Paths: which ones a record may name, and where the sidecar's own files stand. Paths are keys into git's trees and are
 * never opened on the strength of a record.
 */

export const SIDECAR_ROOT = '.countersign';
export const POLICY_PATH = '.countersign/policy.jsonc';
export const SIGNERS_PATH = '.countersign/allowed_signers';
export const REVOKED_PATH = '.countersign/revoked_keys';

/** The three kinds of content-named file, their folder and extension. */
export const STORES = {
  provenance: { folder: '.countersign/v1/provenance', extension: 'prov' },
  request: { folder: '.countersign/v1/requests', extension: 'req' },
  signoff: { folder: '.countersign/v1/signoffs', extension: 'dsse' },
} as const;
export type Store = keyof typeof STORES;

/** Where the file with this digest (64 hex digits) stands. */
export function storePath(store: Store, digest: string): string {
  const { folder, extension } = STORES[store];
  return `${folder}/${digest.slice(0, 2)}/${digest}.${extension}`;
}

/** What a path under `.countersign/v1/` is, or undefined when its form is not one of ours. */
export function parseStorePath(path: string): { store: Store; digest: string } | undefined {
  const match =
    /^\.countersign\/v1\/(provenance|requests|signoffs)\/([0-9a-f]{2})\/([0-9a-f]{64})\.(prov|req|dsse)$/.exec(path);
  const [, folder, shard, digest, extension] = match ?? [];
  if (folder === undefined || shard === undefined || digest === undefined) return undefined;
  const store: Store = folder === 'provenance' ? 'provenance' : folder === 'requests' ? 'request' : 'signoff';
  if (STORES[store].extension !== extension || !digest.startsWith(shard)) return undefined;
  return { store, digest };
}

/** True for what lies where records and sign-offs do, whatever it is. */
export function isOwnPath(path: string): boolean {
  return path.startsWith('.countersign/v1/');
}

/** A shard's placeholder, which pruning leaves behind. */
export function isShardKeeper(path: string): boolean {
  return /^\.countersign\/v1\/(provenance|requests|signoffs)\/[0-9a-f]{2}\/\.keep$/.test(path);
}

/**
 * Why a record may not name this path, or undefined when it may. Refused: absolute paths, `..`, empty parts, `\`, `:`,
 * control characters, parts that end in a dot or a space, `.git` in any case, the sidecar's own records.
 */
export function pathFault(path: string): string | undefined {
  return formFault(path) ?? (isOwnPath(path) ? 'a record may not claim the sidecar itself' : undefined);
}

/** The same for a path that may lead into the sidecar. */
export function formFault(path: string): string | undefined {
  if (path === '' || path.length > 4096) return 'expected a path of 1 to 4096 characters';
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\x00-\x1f\x7f\\:]/.test(path)) return 'a path may not hold control characters, `\\` or `:`';
  for (const part of path.split('/')) {
    if (part === '') return 'a path may not begin or end with `/` or hold `//`';
    if (part === '.' || part === '..') return 'a path may not hold `.` or `..` as a part';
    if (/[. ]$/.test(part)) return 'no part of a path may end in a dot or a space';
    if (part.toLowerCase() === '.git') return 'a path may not lead into `.git`';
  }
  return undefined;
}
