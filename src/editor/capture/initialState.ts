/** Putting together what git, the journal and the tracker each know about the lines a document starts with. */
import { sourceIn } from '../../core/model/origin';
import type { InitialLine } from '../../core/tracking/initialText';
import type { LineState } from '../../core/tracking/lineFold';
import { countInk } from '../../core/text/lines';
import type { InitialState } from '../../node/initialLines';
import { DISK } from './classify';

/**
 * After HEAD or a ref moved. Only git's part may change: a line becomes neutral, or is no longer. What a line was
 * claimed to be stays, since later claims speak about later text.
 */
export function afterMove(before: readonly InitialLine[], now: readonly InitialLine[]): readonly InitialLine[] {
  return now.map((line, index) => {
    const old = before[index];
    return line.kind === 'neutral' || old === undefined || old.kind === 'neutral' ? line : old;
  });
}

/**
 * After the text was read from disk again. Git and claims speak first. What they don't know keeps what the tracker
 * knew, or came from outside; unless git put it there, then nobody knows.
 */
export function afterReload(
  state: InitialState,
  tracked: readonly LineState[],
  lines: readonly string[],
): readonly InitialLine[] {
  const known = new Map(tracked.map((each) => [each.line, each]));
  return state.lines.map((line, index) => {
    const was = line.kind === 'unknown' && !state.committed ? known.get(index) : undefined;
    if (was === undefined || was.origin === 'unknown') return line;
    const { origin, counts } = was;
    if (origin === 'external') {
      return { kind: 'claimed', source: DISK, counts: { external: countInk(lines[index] ?? '') } };
    }
    return { kind: 'claimed', source: sourceIn({ ...was, origin }), counts };
  });
}

/** What a tracker knows about the lines of its text, as initial lines of that text. */
export function asInitial(tracked: readonly LineState[], count: number): InitialLine[] {
  const lines = Array.from({ length: count }, (): InitialLine => ({ kind: 'neutral' }));
  for (const state of tracked) lines[state.line] = initialOf(state);
  return lines;
}

function initialOf(state: LineState): InitialLine {
  const { origin, counts } = state;
  return origin === 'unknown'
    ? { kind: 'unknown' }
    : { kind: 'claimed', source: sourceIn({ ...state, origin }), counts };
}
