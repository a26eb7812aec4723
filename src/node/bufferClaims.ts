/**
 * What speaks for the lines of a text in an editor: the journal for what was saved, and for text that an editor brought
 * back without its being saved (hot exit, a crash) what was noted of that buffer.
 */
import type { FileClaims, LineClaim } from '../core/attribution/attribute';
import { attribute } from '../core/attribution/attribute';
import type { FileLines } from '../core/attribution/fileLines';
import type { FoldThresholds } from '../core/model/fold';
import type { LiveFile, SaidOf } from '../core/model/live';
import { contentDigest } from '../core/sidecar/lineHash';
import { nodeHash } from './hash';
import { claimsAbout, exactState } from './liveClaims';
import type { UnsavedBuffer } from './unsaved';

/** What is on disk about a path besides its text. */
export interface KeptStates {
  /** The journal's states, oldest first. */
  readonly states: readonly LiveFile[];
  /** Buffers that were noted and are not saved as far as anyone knows, newest first. */
  readonly buffers: readonly UnsavedBuffer[];
  /** Whether the text is unsaved itself. */
  readonly isUnsaved: boolean;
}

/** What else bears on the lines. */
export interface Around {
  readonly author: string;
  /** Claims of the change's records. */
  readonly records: readonly FileClaims[];
  readonly thresholds: FoldThresholds;
}

/** What the author said of lines of exactly this text. */
export function saidOfText({ states, buffers }: KeptStates, bytes: string): readonly SaidOf[] {
  return exactState([...states, ...buffers.toReversed()], bytes)?.said ?? [];
}

/** The claim of each line; undefined where nothing explains it. */
export function bufferClaims(
  text: FileLines,
  path: string,
  kept: KeptStates,
  around: Around,
): readonly (LineClaim | undefined)[] {
  const { states, buffers, isUnsaved } = kept;
  const { author, records, thresholds } = around;
  const digest = contentDigest(nodeHash, text.lines);
  const claimed = (claims: readonly FileClaims[]): (LineClaim | undefined)[] => {
    return claims.length + records.length === 0
      ? []
      : attribute(text, path, 'added', [...claims, ...records], thresholds);
  };
  const of = ({ hunks }: LiveFile, sameContent: boolean): FileClaims => ({ record: '', author, sameContent, hunks });
  const buffer = buffers.find((each) => each.digest === digest);
  const isKnown = states.some((state) => state.digest === digest);
  if (buffer !== undefined && (isUnsaved || !isKnown)) return claimed([of(buffer, true)]);
  const [newest] = buffers;
  const saved = claimsAbout(states, digest, author);
  if (!isUnsaved || isKnown || newest === undefined) return claimed(saved);
  // Carried from the last that was noted of it. What that buffer held and could not explain, no older state explains.
  const noted = claimed([of(newest, false)]);
  if (newest.lines === undefined) return noted;
  const held = new Set(newest.lines);
  const before = claimed(saved);
  return text.lines.map((_, line) => noted[line] ?? (held.has(text.exactAt(line)) ? undefined : before[line]));
}
