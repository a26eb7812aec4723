/**
 * What a document's tracker knows, as the claims that the journal and the record keep.
 */
import { CONTEXT_LINES } from '../attribution/buildHunks';
import type { LiveFile } from '../model/live';
import { sameActor } from '../model/origin';
import type { ClaimedOrigin, Counts } from '../model/origin';
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
    const { line: start, origin, via, evidence, actor } = run.first;
    const end = start + run.states.length;
    return {
      side: 'added',
      start,
      lines: run.states.map(({ line, counts }) => recorded(hashes, line, counts)),
      before: context(start - CONTEXT_LINES, start),
      after: context(end, end + CONTEXT_LINES),
      origin,
      via,
      evidence,
      ...(actor === undefined ? {} : { actor }),
    };
  });
  const removed = tracker.removals().flatMap(({ line, source, lines: gone }): RecordedHunk[] => {
    if (source === 'unknown') return [];
    const key = source.origin === 'mixed' ? 'ai' : source.origin;
    const start = Math.min(line, lines.length);
    const goneHashes = hashesOf(gone, gone.map(utf8), hash);
    const claimed = gone.map((text, index) => recorded(goneHashes, index, { [key]: countInk(text) }));
    const before = context(start - CONTEXT_LINES, start);
    return [
      { side: 'removed', start, lines: claimed, before, after: context(start, start + CONTEXT_LINES), ...source },
    ];
  });
  return { path, digest: textDigest(hash, text), hunks: [...added, ...removed] };
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
    if (run !== undefined && run.first.line + run.states.length === state.line && agrees(run.first, state)) {
      run.states.push(state);
    } else {
      runs.push({ first: { ...state, origin }, states: [state] });
    }
  }
  return runs;
}

function agrees(a: LineState, b: LineState): boolean {
  return a.origin === b.origin && a.via === b.via && a.evidence === b.evidence && sameActor(a.actor, b.actor);
}
