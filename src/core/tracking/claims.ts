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
  const hashes = lineHashes(tracker, hash);
  const context = (from: number, to: number): LineHash[] =>
    lines.slice(Math.max(from, 0), Math.max(to, 0)).map((line) => hashes.exact(line));
  const added = runsOf(tracker.lineStates()).map((run): RecordedHunk => {
    const { line: start, origin, via, evidence, actor } = run.first;
    const end = start + run.states.length;
    return {
      side: 'added',
      start,
      lines: run.states.map(({ line, counts }) => ({ ...hashes.both(lines[line] ?? ''), counts })),
      before: context(start - CONTEXT, start),
      after: context(end, end + CONTEXT),
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
    const claimed = gone.map((text): RecordedLine => ({
      ...hashes.both(utf8(text)),
      counts: { [key]: countInk(text) },
    }));
    const before = context(start - CONTEXT, start);
    return [{ side: 'removed', start, lines: claimed, before, after: context(start, start + CONTEXT), ...source }];
  });
  hashes.keep();
  return { path, digest: contentDigest(hash, lines), hunks: [...added, ...removed] };
}

interface BothHashes {
  readonly exact: LineHash;
  readonly loose: LineHash;
}

interface HashCache {
  readonly hash: Hash;
  readonly exact: ReadonlyMap<string, LineHash>;
  readonly both: ReadonlyMap<string, BothHashes>;
}

/** Hashes of the last call by line, since from one save to the next few lines change. */
const CACHES = new WeakMap<DocumentTracker, HashCache>();

function lineHashes(tracker: DocumentTracker, hash: Hash) {
  const cached = CACHES.get(tracker);
  const old = cached?.hash === hash ? cached : undefined;
  // Only what this call asks for is kept: a line is part of its whole text's memory, so old lines would hold old texts.
  const exact = new Map<string, LineHash>();
  const both = new Map<string, BothHashes>();
  return {
    exact(line: string): LineHash {
      let known = exact.get(line);
      if (known === undefined) {
        known = old?.exact.get(line) ?? both.get(line)?.exact ?? hash.hash96(line);
        exact.set(line, known);
      }
      return known;
    },
    both(line: string): BothHashes {
      let known = both.get(line);
      if (known === undefined) {
        known = old?.both.get(line) ?? hashLine(hash, line);
        both.set(line, known);
      }
      return known;
    },
    keep(): void {
      CACHES.set(tracker, { hash, exact, both });
    },
  };
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
