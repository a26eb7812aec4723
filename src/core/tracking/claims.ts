/**
 * What a document's tracker knows, as the claims that the journal and the record keep.
 */
import { CONTEXT_LINES } from '../attribution/buildHunks';
import type { LiveFile } from '../model/live';
import { sameSource, sourceIn } from '../model/origin';
import type { ClaimedOrigin, Counts, Source } from '../model/origin';
import type { LineHash, RecordedHunk, RecordedLine } from '../model/record';
import type { Hash } from '../ports';
import { textDigest } from '../sidecar/lineHash';
import { utf8 } from '../text/bytes';
import { contentLines, countInk } from '../text/lines';
import type { DocumentTracker } from './documentTracker';
import type { LineState } from './lineFold';
import { LineHashes } from './lineHashes';

/** The claims about a document's present text, for the file at `path` (from the top of the repository, `/`). */
export function liveFile(tracker: DocumentTracker, path: string, hash: Hash): LiveFile {
  const text = utf8(tracker.text());
  const lines = contentLines(text);
  const hashes = hashesOf(tracker, lines, hash);
  const context = (from: number, to: number): LineHash[] => {
    const found: LineHash[] = [];
    for (let line = Math.max(from, 0); line < Math.min(to, lines.length); line++) found.push(hashes.exact(line));
    return found;
  };
  const added = runsOf(tracker.lineStates()).map((run): RecordedHunk => {
    const { line: start } = run.first;
    const end = start + run.states.length;
    return {
      side: 'added',
      start,
      lines: run.states.map(({ line, counts }) => recorded(hashes, line, counts)),
      before: context(start - CONTEXT_LINES, start),
      after: context(end, end + CONTEXT_LINES),
      ...sourceIn(run.first),
    };
  });
  const removed = tracker.removals().flatMap(({ line, source, lines: gone, whose }): RecordedHunk[] => {
    if (source === 'unknown') return [];
    const start = Math.min(line, lines.length);
    const goneHashes = hashesOf(gone, gone.map(utf8), hash);
    const claimed = gone.map((text, index) => recorded(goneHashes, index, removalCounts(source, countInk(text))));
    const before = context(start - CONTEXT_LINES, start);
    const after = context(start, start + CONTEXT_LINES);
    return ownedRuns(whose).map(({ from, to, owner }) => ({
      side: 'removed',
      start,
      lines: claimed.slice(from, to),
      before: [...before, ...claimed.slice(0, from).map(({ exact }) => exact)].slice(-CONTEXT_LINES),
      after: [...claimed.slice(to).map(({ exact }) => exact), ...after].slice(0, CONTEXT_LINES),
      ...source,
      ...(owner === undefined ? {} : { whose: owner }),
    }));
  });
  return { path, digest: textDigest(hash, text), hunks: [...added, ...removed] };
}

/** Who removed a line of so many characters. For `mixed` the least that says so of both. */
function removalCounts({ origin }: Source, ink: number): Counts {
  return origin === 'mixed' ? { ai: 1, human: Math.max(1, ink - 1) } : { [origin]: ink };
}

/** Runs of lines that were one owner's. */
function ownedRuns(
  whose: readonly (ClaimedOrigin | undefined)[],
): { from: number; to: number; owner: ClaimedOrigin | undefined }[] {
  const runs: { from: number; to: number; owner: ClaimedOrigin | undefined }[] = [];
  for (const [index, owner] of whose.entries()) {
    const run = runs.at(-1);
    if (run?.owner === owner && run !== undefined) run.to = index + 1;
    else runs.push({ from: index, to: index + 1, owner });
  }
  return runs;
}

function recorded(hashes: LineHashes, line: number, counts: Counts): RecordedLine {
  const { exact, loose } = hashes.both(line);
  return { exact, loose, counts };
}

/** Hashes of the last call: of a document's lines by its tracker, of removed lines by their list. */
const KNOWN = new WeakMap<object, LineHashes>();

function hashesOf(owner: object, lines: readonly string[], hash: Hash): LineHashes {
  const hashes = new LineHashes(hash, lines, KNOWN.get(owner));
  KNOWN.set(owner, hashes);
  return hashes;
}

interface Run {
  readonly first: LineState & { readonly origin: ClaimedOrigin };
  readonly states: LineState[];
}

/** Runs of adjacent lines with the same origin, via, evidence and actor; lines of unknown origin make no claim. */
function runsOf(states: Iterable<LineState>): Run[] {
  const runs: Run[] = [];
  for (const state of states) {
    const { origin } = state;
    if (origin === 'unknown') continue;
    const run = runs.at(-1);
    if (run !== undefined && run.first.line + run.states.length === state.line && sameSource(run.first, state)) {
      run.states.push(state);
    } else {
      runs.push({ first: { ...state, origin }, states: [state] });
    }
  }
  return runs;
}
