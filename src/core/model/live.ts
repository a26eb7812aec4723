/**
 * Origins of a file's uncommitted or just saved content, as the journal keeps them until a record is written.
 */
import type { Stated } from './origin';
import type { RecordedHunk } from './record';

/**
 * The claims about one content of one file. Neutral and unknown lines have none: absence is `unknown` wherever the line
 * turns out to be part of a change. Removed hunks stand at the line of the present content before which they stood.
 */
export interface LiveFile {
  /** Path from the top of the repository, `/` between parts. */
  readonly path: string;
  /** `contentDigest` of the text these claims were made for. */
  readonly digest: string;
  readonly hunks: readonly RecordedHunk[];
  /** What the author says of lines that stay unknown: no record may hold it, but whoever reviews them may read it. */
  readonly said?: readonly SaidOf[];
}

/** Where the author says that lines of unknown origin are from. */
export interface SaidOf {
  /** First line, from 0. */
  readonly start: number;
  readonly count: number;
  readonly from: Stated;
}
