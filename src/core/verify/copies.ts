/**
 * Copies to another path that nobody recorded: lines of an added file that no claim explains, and that read like what is
 * claimed for `ai` or `mixed` elsewhere. Such a claim follows them, `inferred`. A weaker one never does: a copy must not
 * become human by looking like what a person wrote. What has a claim keeps it, whatever reads alike in another file.
 */
import type { FileClaims, LineClaim } from '../attribution/attribute';
import { attribute } from '../attribution/attribute';
import { isWeak } from '../attribution/carry';
import type { FileLines } from '../attribution/fileLines';
import { anchoredAt } from '../attribution/fileLines';
import type { FoldThresholds } from '../model/fold';
import { weakerEvidence } from '../model/origin';
import type { LineHash } from '../model/record';
import type { Entry } from './adrift';
import { closest, listAt, sharing } from './adrift';

/** What an entry claims for `ai` or `mixed`, by its labels: counts that contradict one say nothing of a copy. */
interface CopySource extends Entry, FileClaims {}

/** Entries that are remembered of one line, the first ones: more of them say the same, and each is tried on every copy. */
const MOST_ALIKE = 4;

/** By the loose hashes of the lines that are claimed. */
export type CopySources = ReadonlyMap<LineHash, readonly CopySource[]>;

export function indexCopies(entries: Iterable<Entry>): CopySources {
  const sources = new Map<LineHash, CopySource[]>();
  for (const entry of entries) {
    const hunks = entry.file.hunks.filter(({ side, origin }) => side === 'added' && !isWeak(origin));
    const source = { ...entry, record: entry.id, sameContent: false, hunks };
    const lines = new Set(hunks.flatMap((hunk) => hunk.lines.map(({ loose }) => loose)));
    for (const loose of lines) {
      const alike = listAt(sources, loose);
      if (alike.length < MOST_ALIKE) alike.push(source);
    }
  }
  return sources;
}

/**
 * The claims that follow lines (`open`, ascending) of a text from other paths than those that were `heard`, by line. They are
 * carried: a run has to weigh as much as any, and the work is bounded likewise.
 */
export function copiedClaims(
  sources: CopySources,
  text: FileLines,
  path: string,
  open: readonly number[],
  heard: ReadonlySet<string>,
  thresholds: FoldThresholds,
): (LineClaim | undefined)[] {
  const lines = new Set(open.map(text.looseAt));
  const claims = closest(sharing(sources, lines, ({ file }) => heard.has(file.path)));
  return attribute(anchoredAt(text, open), path, 'added', [...claims], thresholds).map(
    (claim) => claim && { ...claim, evidence: weakerEvidence(claim.evidence, 'inferred'), copied: true },
  );
}
