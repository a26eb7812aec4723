/**
 * What a document's tracker knows, as the claims that the journal and the record keep.
 */
import type { LiveFile } from '../model/live';
import { sameActor } from '../model/origin';
import type { ClaimedOrigin } from '../model/origin';
import type { LineHash, RecordedHunk, RecordedLine } from '../model/record';
import type { Hash } from '../ports';
import { contentDigest, hashLine } from '../sidecar/lineHash';
import { utf8 } from '../text/bytes';
import { contentLines, countInk } from '../text/lines';
import type { DocumentTracker } from './documentTracker';
import type { LineState } from './lineFold';

/** Lines of context on each side of a hunk. */
const CONTEXT = 3;

/** The claims about a document's present text, for the file at `path` (from the top of the repository, `/`). */
export function liveFile(tracker: DocumentTracker, path: string, hash: Hash): LiveFile {
  const lines = contentLines(utf8(tracker.text()));
  const exact = (line: number): LineHash => hash.hash96(lines[line] ?? '');
  const context = (from: number, to: number): LineHash[] => {
    const hashes: LineHash[] = [];
    for (let line = Math.max(from, 0); line < Math.min(to, lines.length); line++) hashes.push(exact(line));
    return hashes;
  };
  const added = runsOf(tracker.lineStates()).map((run): RecordedHunk => {
    const { line: start, origin, via, evidence, actor } = run.first;
    const claimed = run.states.map(({ line, counts }): RecordedLine => ({
      ...hashLine(hash, lines[line] ?? ''),
      counts,
    }));
    return {
      side: 'added',
      start,
      lines: claimed,
      before: context(start - CONTEXT, start),
      after: context(start + claimed.length, start + claimed.length + CONTEXT),
      origin,
      via,
      evidence,
      ...(actor === undefined ? {} : { actor }),
    };
  });
  const removed = tracker.removals().flatMap(({ line, source, lines: gone }): RecordedHunk[] => {
    if (source === 'unknown') return [];
    const key = source.origin === 'mixed' ? 'ai' : source.origin;
    const claimed = gone.map((text): RecordedLine => ({
      ...hashLine(hash, utf8(text)),
      counts: { [key]: countInk(text) },
    }));
    const start = Math.min(line, lines.length);
    const before = context(start - CONTEXT, start);
    return [{ side: 'removed', start, lines: claimed, before, after: context(start, start + CONTEXT), ...source }];
  });
  return { path, digest: contentDigest(hash, lines), hunks: [...added, ...removed] };
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
