/**
 * What another window, an agent or a checkpoint says of lines that this window holds for weaker: that an AI had a part in
 * them is taken over, for exactly the lines it is said of. Nothing is made weaker, and no line is found by its text alone.
 */
import { originRank, sourceIn } from '../model/origin';
import type { LiveFile } from '../model/live';
import type { LineHash } from '../model/record';
import { hasAi } from '../model/statement';
import { diffLines } from '../text/diff';
import type { InitialLine } from './initialText';

/** The text that a state was made for, as exact hashes of its lines. */
export interface TextThen {
  readonly exact: readonly LineHash[];
  /** Whether this window knew the line for an AI's then: what it says otherwise now is what became of the line since. */
  wasAi(line: number): boolean;
}

/** Adds to what is known of the lines of a text what the state says of them. Gives whether that was something new. */
export function hearLines(known: InitialLine[], exact: readonly LineHash[], state: LiveFile, then: TextThen): boolean {
  const claims = state.hunks.filter(({ side, origin }) => side === 'added' && hasAi(origin));
  if (claims.length === 0) return false;
  const places = unchangedLines(then.exact, exact);
  let isNews = false;
  for (const hunk of claims) {
    for (const [index, { exact: hash, counts }] of hunk.lines.entries()) {
      const line = places.get(hunk.start + index);
      const was = line === undefined ? undefined : known[line];
      if (line === undefined || was === undefined || exact[line] !== hash || then.wasAi(hunk.start + index)) continue;
      // What nobody changed needs no origin.
      if (was.kind === 'neutral') continue;
      if (originRank(was.kind === 'unknown' ? 'unknown' : was.source.origin) <= originRank(hunk.origin)) continue;
      known[line] = { kind: 'claimed', source: sourceIn(hunk), counts };
      isNews = true;
    }
  }
  return isNews;
}

/**
 * The text that a state was made for, as to the lines of an AI in it that have no place in the present one and were news: they
 * may come back. Undefined where there are none.
 */
export function withoutPlace(exact: readonly LineHash[], state: LiveFile, then: TextThen): TextThen | undefined {
  const places = unchangedLines(then.exact, exact);
  const wasAi = (line: number): boolean => places.has(line) || then.wasAi(line);
  const isAbsent = state.hunks.some(({ side, origin, start, lines }) => {
    return side === 'added' && hasAi(origin) && lines.some((_, index) => !wasAi(start + index));
  });
  return isAbsent ? { exact: then.exact, wasAi } : undefined;
}

/** From the lines of one text to those of another, where no difference lies between them. */
export function unchangedLines(before: readonly LineHash[], after: readonly LineHash[]): Map<number, number> {
  const places = new Map<number, number>();
  let [from, to] = [0, 0];
  const keep = (end: number): void => {
    for (; from < end; from++, to++) places.set(from, to);
  };
  for (const { beforeStart, beforeCount, afterCount } of diffLines(before, after)) {
    keep(beforeStart);
    from += beforeCount;
    to += afterCount;
  }
  keep(before.length);
  return places;
}
