/** Putting together what git, the journal and the tracker each know about the lines a document starts with. */
import { originRank, sourceIn } from '../../core/model/origin';
import { hasAi } from '../../core/model/statement';
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

/** What the tracker knows of a text that was just read from disk again, until git and the journal speak. */
export function reloaded(tracked: readonly LineState[], lines: readonly string[]): readonly InitialLine[] {
  const known = new Map(tracked.map((each) => [each.line, each]));
  return lines.map((text, index): InitialLine => {
    const was = known.get(index);
    if (was === undefined) return { kind: 'neutral' };
    if (was.origin === 'external') return { kind: 'claimed', source: DISK, counts: { external: countInk(text) } };
    return initialOf(was);
  });
}

/** Whether nobody said so far whose a line is. */
export function isOpen(line: InitialLine): boolean {
  return line.kind === 'unknown' || (line.kind === 'claimed' && line.source.origin === 'external');
}

/** Whether an AI is known to have had a part in a line. */
export function isAi(line: InitialLine | undefined): boolean {
  return line?.kind === 'claimed' && hasAi(line.source.origin);
}

/** Takes that an AI had a part in lines which are held for weaker; undefined when there are none. */
export function strengthened(
  known: readonly InitialLine[],
  now: readonly InitialLine[],
): readonly InitialLine[] | undefined {
  const isStronger = (line: InitialLine, index: number): boolean =>
    line.kind !== 'neutral' && !isAi(line) && isAi(now[index]);
  return known.some(isStronger)
    ? known.map((line, index) => (isStronger(line, index) ? (now[index] ?? line) : line))
    : undefined;
}

/** After somebody spoke about lines that nobody had explained; undefined when they are as they were. */
export function explained(
  known: readonly InitialLine[],
  now: readonly InitialLine[],
): readonly InitialLine[] | undefined {
  const isNews = (line: InitialLine, index: number): boolean =>
    isOpen(line) && now[index] !== undefined && !isOpen(now[index]);
  return known.some(isNews)
    ? known.map((line, index) => (isNews(line, index) ? (now[index] ?? line) : line))
    : undefined;
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

/**
 * After git and the journal spoke about a text from disk: they come first. What they don't know keeps what was known
 * before, and so does what they make less of than that an AI had a part in it; unless git put it there, then nobody knows.
 */
export function afterReload(state: InitialState, known: readonly InitialLine[]): readonly InitialLine[] {
  if (state.committed) return state.lines;
  return state.lines.map((line, index) => {
    const was = known[index];
    if (was === undefined || was.kind === 'neutral') return line;
    return line.kind === 'unknown' || isWeakened(was, line) ? was : line;
  });
}

/** Whether somebody makes less of a line in which an AI had a part, though nothing in it came from elsewhere since. */
export function isWeakened(was: InitialLine, now: InitialLine | undefined): boolean {
  if (was.kind !== 'claimed' || now?.kind !== 'claimed' || !isAi(was)) return false;
  const { external = 0, unknown = 0 } = was.counts;
  return external + unknown === 0 && originRank(was.source.origin) < originRank(now.source.origin);
}
