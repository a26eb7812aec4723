/** What a run found, summed over its seeds, and whether that is good enough. */
import type { EventTally, Matrix, Mistake, Tally } from './compare';
import { emptyEventTally, emptyTally } from './compare';
import type { Kind } from './kinds';
import { ALL_KINDS, KINDS } from './kinds';
import type { Abandoned, SessionResult } from './session';
import type { SimulatedResult } from './simulated';

/** Share of a kind's characters that must be right where the kind leaves a sign. */
export const WANTED = 0.99;
/** Share of actions that may be given up because the window did not follow, in a run on a busy machine. */
const MOST_ABANDONED = 0.02;

export interface KindReport extends Tally {
  readonly weight: number;
  readonly signal: boolean;
  readonly driven: number;
  readonly events: EventTally;
}

export interface Report extends Tally {
  readonly ok: boolean;
  readonly problems: readonly string[];
  /** Of a run with one seed; null for several. */
  readonly seed: number | null;
  readonly seeds: readonly number[];
  readonly actions: number;
  readonly weights: Readonly<Record<Kind, number>>;
  readonly kinds: Readonly<Record<string, KindReport>>;
  readonly matrix: Matrix;
  readonly neutral: { readonly characters: number; readonly called: Readonly<Record<string, number>> };
  readonly events: EventTally & { readonly matrix: Matrix };
  readonly runs: readonly SessionResult[];
  readonly mistakes: readonly Mistake[];
  readonly abandoned: readonly Abandoned[];
  readonly simulated: SimulatedResult;
}

export function reportOf(runs: readonly SessionResult[], simulated: SimulatedResult): Report {
  const total = emptyTally();
  const events = { events: 0, correct: 0, unknown: 0, aiCalledHuman: 0, humanCalledAi: 0, matrix: {} as Matrix };
  const kinds = Object.fromEntries(
    ALL_KINDS.map((kind) => {
      const tally = emptyTally();
      const own = emptyEventTally();
      for (const run of runs) {
        add(tally, run.kinds[kind] ?? emptyTally());
        addEvents(own, run.eventKinds[kind] ?? emptyEventTally());
      }
      const driven = runs.reduce((sum, run) => sum + (run.driven[kind] ?? 0), 0);
      return [kind, { weight: KINDS[kind].weight, signal: KINDS[kind].signal, driven, ...tally, events: own }];
    }),
  );
  const matrix: Matrix = {};
  const called: Record<string, number> = {};
  for (const run of runs) {
    add(total, run.characters);
    addMatrix(matrix, run.matrix);
    addMatrix(events.matrix, run.eventMatrix);
    addEvents(events, run.events);
    for (const [origin, count] of Object.entries(run.neutral.called)) called[origin] = (called[origin] ?? 0) + count;
  }
  const report = {
    ...total,
    seed: runs.length === 1 ? (runs[0]?.seed ?? null) : null,
    seeds: runs.map(({ seed }) => seed),
    actions: runs.reduce((sum, run) => sum + run.actions, 0),
    weights: Object.fromEntries(ALL_KINDS.map((kind) => [kind, KINDS[kind].weight])) as Record<Kind, number>,
    kinds,
    matrix,
    neutral: { characters: runs.reduce((sum, run) => sum + run.neutral.characters, 0), called },
    events,
    runs,
    mistakes: runs.flatMap((run) => run.mistakes),
    abandoned: runs.flatMap((run) => run.abandoned),
    simulated,
  };
  const problems = problemsOf(report);
  return { ok: problems.length === 0, problems, ...report };
}

function problemsOf(report: Omit<Report, 'ok' | 'problems'>): string[] {
  const problems: string[] = [];
  const { aiCalledHuman, humanCalledAi, events, simulated } = report;
  if (aiCalledHuman > 0) problems.push(`${aiCalledHuman} characters of an AI are called human`);
  if (humanCalledAi > 0) problems.push(`${humanCalledAi} characters of a person are called AI`);
  if (events.aiCalledHuman > 0) problems.push(`${events.aiCalledHuman} edits of an AI are called human`);
  if (events.humanCalledAi > 0) problems.push(`${events.humanCalledAi} edits of a person are called AI`);
  for (const [kind, { signal, characters, correct, events: own }] of Object.entries(report.kinds)) {
    // What only deletes, or moves white space, shows in its events.
    if (signal && characters === 0 && own.correct < own.events * WANTED) {
      problems.push(`${kind}: ${own.correct} of ${own.events} edit events are right`);
    }
    if (!signal || characters === 0 || correct / characters >= WANTED) continue;
    problems.push(`${kind}: ${percent(correct, characters)} of the characters are right, ${WANTED * 100} % are wanted`);
  }
  if (report.abandoned.length > report.actions * MOST_ABANDONED) {
    problems.push(`${report.abandoned.length} of ${report.actions} actions could not be played`);
  }
  const shares = { acceptances: simulated.acceptances, copies: simulated.copies, neighbours: simulated.neighbours };
  for (const [what, { of, right }] of Object.entries(shares)) {
    const wanted = what === 'acceptances' ? WANTED : 1;
    if (right < of * wanted) problems.push(`simulated ${what}: ${right} of ${of} are right`);
  }
  if (simulated.human.calledAi > 0) problems.push(`${simulated.human.calledAi} human insertions are called AI`);
  return problems;
}

function add(sum: Tally, more: Tally): void {
  for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += more[key];
}

function addEvents(sum: EventTally, more: EventTally): void {
  for (const key of ['events', 'correct', 'unknown', 'aiCalledHuman', 'humanCalledAi'] as const) sum[key] += more[key];
}

function addMatrix(sum: Matrix, more: Matrix): void {
  for (const [truth, row] of Object.entries(more)) {
    const into = (sum[truth] ??= {});
    for (const [said, count] of Object.entries(row)) into[said] = (into[said] ?? 0) + count;
  }
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(part === whole ? 0 : 2)} %`;
}
