/** Bounds on what is read from a repository. Beyond them a file is malformed, however well it is written. */

/** Bytes of one record, request or envelope. */
export const MAX_FILE_BYTES = 256 * 1024;
/** Bytes at which a writer starts another record. */
export const SPLIT_BYTES = 200 * 1024;
/** Characters of an author's e-mail address. */
export const MAX_AUTHOR = 320;
/** Nesting of JSON. */
export const MAX_DEPTH = 16;
/** New sidecar files in one change. */
export const MAX_NEW_FILES = 20_000;
