/** Countersign's answers beside the truth: by characters and by events. */
import type { ChangeEvent, RunTriple } from './events';
import type { Kind } from './kinds';
import { ALL_KINDS, KINDS } from './kinds';
import { isInk } from './inkAlignment';
import type { Cell, Effect } from './cells';
import { folded } from './cells';
import type { Oracle } from './oracle';
import type { TrueEvent } from './stage';

/** Rows are truths, columns are answers. */
export type Matrix = Record<string, Record<string, number>>;

export interface Tally {
  characters: number;
  correct: number;
  unknown: number;
  aiCalledHuman: number;
  humanCalledAi: number;
}

/** A group of characters that one event brought, with a wrong answer. */
export interface Mistake {
  readonly kind: Kind | 'neutral text';
  readonly expected: string;
  readonly got: string;
  readonly characters: number;
  readonly text: string;
  readonly event: unknown;
  readonly settled: unknown;
  readonly action: number | undefined;
  /** The checkpoint came after so many actions. */
  readonly seenAfter: number;
}

export function emptyTally(): Tally {
  return { characters: 0, correct: 0, unknown: 0, aiCalledHuman: 0, humanCalledAi: 0 };
}

interface Verdict {
  readonly cell: Cell;
  readonly said: string;
  readonly outcome: keyof Omit<Tally, 'characters'> | 'wrong';
  /** What it counts for, if not for what brought it. */
  readonly kind: Kind | undefined;
}

/** How bad an outcome is: the worst that was ever seen of a character stands. */
const SEVERITY = { correct: 0, unknown: 1, wrong: 2, humanCalledAi: 3, aiCalledHuman: 4 } as const;

/** Collects verdicts over the checkpoints of a run; a character counts once. */
export class Comparison {
  readonly #verdicts = new Map<Cell, Verdict[]>();
  readonly #mistakes = new Map<string, Mistake>();
  /** By file, as of its last checkpoint: text of the base that nobody touched, and what it was called. */
  readonly #neutral = new Map<string, Record<string, number>>();

  /** Compares a document at a checkpoint, which comes after so many actions. */
  compare(file: string, oracle: Oracle, runs: readonly RunTriple[], events: readonly TrueEvent[], after: number): void {
    const { text, cells } = oracle;
    const said = answers(runs, text.length);
    const lines = linesOf(
      text,
      cells,
      said,
      events.some(({ event, effect }) => isReload(event, effect, file)),
    );
    const seen = new Map<Cell, number>();
    const neutral: Record<string, number> = {};
    const mistakes = new Map<string, Mistake>();
    for (const [index, cell] of cells.entries()) {
      if (!isInk(text, index)) continue;
      const answer = said[index] ?? 'nothing';
      if (cell.origin === 'neutral') {
        neutral[answer] = (neutral[answer] ?? 0) + 1;
        if (answer === 'neutral') continue;
      }
      const outcome = outcomeOf(cell, answer, lines[index]);
      if (cell.origin !== 'neutral') {
        // Characters of one event share a cell: they are told apart by their order.
        const nth = seen.get(cell) ?? 0;
        seen.set(cell, nth + 1);
        const verdicts = this.#verdicts.get(cell) ?? [];
        const before = verdicts[nth];
        if (before === undefined || SEVERITY[outcome] > SEVERITY[before.outcome]) {
          verdicts[nth] = {
            cell,
            said: answer,
            outcome,
            kind: answer === 'unknown' ? lines[index]?.hidden : undefined,
          };
        }
        this.#verdicts.set(cell, verdicts);
      }
      if (outcome !== 'correct')
        note(mistakes, { file, cell, character: text.charAt(index), got: answer, events, after });
    }
    this.#neutral.set(file, neutral);
    for (const [key, mistake] of mistakes) {
      if (mistake.characters > (this.#mistakes.get(key)?.characters ?? 0)) this.#mistakes.set(key, mistake);
    }
  }

  /** Text of the base that nobody touched, and what of it is called anything else in the end. */
  neutral(): { readonly characters: number; readonly called: Readonly<Record<string, number>> } {
    const called: Record<string, number> = {};
    let characters = 0;
    for (const counts of this.#neutral.values()) {
      for (const [answer, count] of Object.entries(counts)) {
        characters += count;
        if (answer !== 'neutral') called[answer] = (called[answer] ?? 0) + count;
      }
    }
    return { characters, called };
  }

  get mistakes(): readonly Mistake[] {
    return [...this.#mistakes.values()];
  }

  tallies(): { readonly total: Tally; readonly kinds: Partial<Record<Kind, Tally>>; readonly matrix: Matrix } {
    const total = emptyTally();
    const kinds: Partial<Record<Kind, Tally>> = {};
    const matrix: Matrix = {};
    for (const { cell, said, outcome, kind } of [...this.#verdicts.values()].flat()) {
      const tally = (kinds[kind ?? kindOf(cell)] ??= emptyTally());
      for (const each of [total, tally]) {
        each.characters++;
        if (outcome !== 'wrong') each[outcome]++;
      }
      const row = (matrix[cell.origin] ??= {});
      row[said] = (row[said] ?? 0) + 1;
    }
    return { total, kinds, matrix };
  }
}

interface Wrong {
  readonly file: string;
  readonly cell: Cell;
  readonly character: string;
  readonly got: string;
  readonly events: readonly TrueEvent[];
  readonly after: number;
}

/** Adds a character to those of the same event with the same wrong answer. */
function note(mistakes: Map<string, Mistake>, { file, cell, character, got, events, after }: Wrong): void {
  const key = [file, cell.since, cell.wrote, cell.brought, cell.origin, got].join('|');
  const known = mistakes.get(key);
  const source = events.find(({ event }) => event.uri === file && event.version === cell.since);
  mistakes.set(key, {
    kind: cell.origin === 'neutral' ? 'neutral text' : kindOf(cell),
    expected: cell.origin,
    got,
    characters: (known?.characters ?? 0) + 1,
    text: `${known?.text ?? ''}${character}`.slice(0, 80),
    event: source?.event,
    settled: source?.settled,
    action: source?.action,
    seenAfter: known?.seenAfter ?? after,
  });
}

/** What a character counts for: what brought it, or what wrote it if that leaves no sign to know it by. */
export function kindOf({ wrote, brought }: Cell): Kind {
  const fallback = ALL_KINDS[0] ?? 'type a line';
  const written = wrote ?? fallback;
  return KINDS[written].signal ? (brought ?? written) : written;
}

function answers(runs: readonly RunTriple[], length: number): string[] {
  const said: string[] = Array.from({ length }, () => 'nothing');
  for (const [offset, count, origin] of runs) {
    said.fill(typeof origin === 'string' ? origin : origin.origin, offset, offset + count);
  }
  return said;
}

/** The line of a character, as far as it has a say in what is right. */
interface Line {
  /** Both an AI and a person wrote it: `mixed` is right. */
  readonly isMixed: boolean;
  /** What the whole line is called, where only lines are known any more. */
  readonly folded: ReadonlySet<string> | undefined;
  /** A kind that leaves no sign and brought some of the line, where only lines are known. */
  readonly hidden: Kind | undefined;
}

/** A file that was read again from disk: from then on Countersign knows its lines, as a record does. */
function isReload({ uri }: ChangeEvent, effect: Effect, file: string): boolean {
  return uri === file && effect.does === 'write' && effect.origin === 'external';
}

function linesOf(text: string, cells: readonly Cell[], said: readonly string[], isReloaded: boolean): Line[] {
  let start = 0;
  return text.split('\n').flatMap((line) => {
    const ink = Array.from({ length: line.length }, (_, index) => start + index).filter((index) => isInk(text, index));
    const own = ink.flatMap((index) => cells[index] ?? []);
    const isOne = new Set(ink.map((index) => said[index])).size === 1;
    start += line.length + 1;
    const origins = new Set(own.map(({ origin }) => origin));
    const isMixed = origins.has('ai') && (origins.has('human') || own.some(({ cut }) => cut === true));
    const hidden = isReloaded ? own.map(kindOf).find((kind) => !KINDS[kind].signal) : undefined;
    const one: Line = { isMixed, folded: isReloaded && isOne ? folded(own) : undefined, hidden };
    return Array.from({ length: line.length + 1 }, () => one);
  });
}

function outcomeOf({ origin: truth, line: known }: Cell, said: string, line: Line | undefined): Verdict['outcome'] {
  if (truth === said || (truth === 'foreign' && said === 'unknown')) return 'correct';
  if (said === 'mixed' && line?.isMixed === true && (truth === 'ai' || truth === 'human')) return 'correct';
  if (line?.folded?.has(said) === true || known?.has(said) === true) return 'correct';
  if (said === 'unknown') return 'unknown';
  if (truth === 'ai' && (said === 'human' || said === 'neutral')) return 'aiCalledHuman';
  return truth === 'human' && (said === 'ai' || said === 'mixed') ? 'humanCalledAi' : 'wrong';
}

/** What an event was in truth, in a word. */
function trueClass(effect: Effect): string {
  return effect.does === 'write' ? effect.origin : effect.does;
}

/** Answers that are right for an event, beside its own name. */
const ALSO_RIGHT: Readonly<Record<string, readonly string[]>> = {
  move: ['place', 'layout'],
  foreign: ['unknown'],
};

export interface EventTally {
  events: number;
  correct: number;
  unknown: number;
  aiCalledHuman: number;
  humanCalledAi: number;
}

export function emptyEventTally(): EventTally {
  return { events: 0, correct: 0, unknown: 0, aiCalledHuman: 0, humanCalledAi: 0 };
}

export interface EventComparison {
  readonly total: EventTally;
  readonly kinds: Partial<Record<Kind, EventTally>>;
  readonly matrix: Matrix;
}

export function compareEvents(events: readonly TrueEvent[]): EventComparison {
  const total = emptyEventTally();
  const kinds: Partial<Record<Kind, EventTally>> = {};
  const matrix: Matrix = {};
  for (const { effect, settled, kind } of events) {
    const truth = trueClass(effect);
    const said =
      settled === undefined ? 'nothing' : settled.kind === 'edit' ? (settled.origin ?? 'unknown') : settled.kind;
    const row = (matrix[truth] ??= {});
    row[said] = (row[said] ?? 0) + 1;
    for (const tally of [total, (kinds[kind] ??= emptyEventTally())]) {
      tally.events++;
      if (truth === said || ALSO_RIGHT[truth]?.includes(said) === true) tally.correct++;
      else if (said === 'unknown') tally.unknown++;
      else if (truth === 'ai' && said === 'human') tally.aiCalledHuman++;
      else if (truth === 'human' && said === 'ai') tally.humanCalledAi++;
    }
  }
  return { total, kinds, matrix };
}
