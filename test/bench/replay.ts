/** Replay of a recorded session through the tracker, as a person's typing, beside texts that track nothing. */
import { COUNTED } from '../../src/core/model/origin';
import type { Origin, Source } from '../../src/core/model/origin';
import { rawLines } from '../../src/core/text/lines';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import { GapBuffer, PlainRope } from './plainRope';
import { elapsed } from './timing';
import type { Trace } from './trace';

/** What a replay found. Milliseconds are the best of all runs; characters are UTF-16 units of the final text. */
export interface Replay {
  readonly edits: number;
  readonly runs: number;
  readonly milliseconds: number;
  /** The same edits on a plain rope. */
  readonly baselineMilliseconds: number;
  readonly gapBufferMilliseconds: number;
  readonly textMatches: boolean;
  readonly characters: Readonly<Record<Origin | 'neutral', number>>;
  /** Lines that somebody changed, by origin. */
  readonly lines: Readonly<Partial<Record<Origin, number>>>;
}

const TYPING: Source = { origin: 'human', via: 'typing', evidence: 'observed' };
const FEWEST_RUNS = 3;
const MOST_RUNS = 60;
const LONGEST = 20_000;

/**
 * Replays a session several times, the three texts in turn so that all meet the same machine. Positions are converted
 * beforehand; each run ends with reading the whole text, so that nothing is put off past its end.
 */
export function replay({ startContent, endContent, edits }: Trace): Replay {
  let tracker = new DocumentTracker(startContent);
  const tracked = (): string => {
    tracker = new DocumentTracker(startContent);
    for (const edit of edits) tracker.apply([edit], { kind: 'edit', source: TYPING });
    return tracker.text();
  };
  const plain = (document: PlainRope | GapBuffer): string => {
    for (const { offset, removed, text } of edits) document.replace(offset, removed, text);
    return document.text();
  };
  const works = [tracked, () => plain(new PlainRope(startContent)), () => plain(new GapBuffer(startContent))] as const;
  const best: [tracker: number, rope: number, gap: number] = [Infinity, Infinity, Infinity];
  let textMatches = true;
  let runs = 0;
  for (let total = 0; runs < FEWEST_RUNS || (runs < MOST_RUNS && total < LONGEST); runs++) {
    for (const [index, work] of works.entries()) {
      let text = '';
      const milliseconds = elapsed(() => (text = work()));
      textMatches &&= text === endContent;
      total += milliseconds;
      best[index] = Math.min(best[index] ?? Infinity, milliseconds);
    }
  }
  tracker.setInitial(rawLines(startContent).map(() => ({ kind: 'neutral' }) as const));
  return {
    edits: edits.length,
    runs,
    milliseconds: best[0],
    baselineMilliseconds: best[1],
    gapBufferMilliseconds: best[2],
    textMatches,
    characters: charactersOf(tracker),
    lines: linesOf(tracker),
  };
}

function charactersOf(tracker: DocumentTracker): Replay['characters'] {
  const characters = { neutral: 0, ai: 0, mixed: 0, unknown: 0, external: 0, paste: 0, tool: 0, human: 0 };
  for (const { length, origin } of tracker.runs()) {
    characters[typeof origin === 'string' ? origin : origin.origin] += length;
  }
  return characters;
}

function linesOf(tracker: DocumentTracker): Replay['lines'] {
  const lines: Partial<Record<Origin, number>> = {};
  for (const { origin } of tracker.lineStates()) lines[origin] = (lines[origin] ?? 0) + 1;
  return lines;
}

/** The replay as one JSON document. */
export function replayJson(file: string, found: Replay): Readonly<Record<string, unknown>> {
  const { characters } = found;
  const counted = Object.fromEntries(COUNTED.map((key) => [`${key}Characters`, characters[key]]));
  return {
    trace: file,
    node: process.version,
    edits: found.edits,
    runs: found.runs,
    milliseconds: rounded(found.milliseconds),
    baselineMilliseconds: rounded(found.baselineMilliseconds),
    gapBufferMilliseconds: rounded(found.gapBufferMilliseconds),
    ratio: rounded(found.milliseconds / found.baselineMilliseconds),
    textMatches: found.textMatches,
    ...counted,
    neutralCharacters: characters.neutral,
    lines: found.lines,
  };
}

/** The replay in a few lines. */
export function replayText(file: string, found: Replay): string {
  const told = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .filter(([key, count]) => count > 0 || key === 'ai')
      .map(([key, count]) => `${count} ${key}`)
      .join(', ');
  const ratio = found.milliseconds / found.baselineMilliseconds;
  return [
    `${file}: ${found.edits} edits, best of ${found.runs} runs`,
    `  tracker       ${found.milliseconds.toFixed(2)} ms`,
    `  plain rope    ${found.baselineMilliseconds.toFixed(2)} ms  (the tracker takes ${ratio.toFixed(2)} times as long; budget 2)`,
    `  gap buffer    ${found.gapBufferMilliseconds.toFixed(2)} ms`,
    `  final text    ${found.textMatches ? 'as recorded' : 'NOT AS RECORDED'}`,
    `  characters    ${told(found.characters)}`,
    `  lines         ${told({ ai: 0, ...found.lines })}`,
    '',
  ].join('\n');
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
