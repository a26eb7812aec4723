/** Plays many sequences and says what came of them: `npm run fuzz:model` and `npm run fuzz:git`. */
import type { Action } from './actions';
import { addTally, emptyTally } from './compare';
import type { Fault, Tally } from './compare';
import type { MakeWorld, Played } from './play';
import { play, playSeed } from './play';

/** A sequence that went wrong. */
export interface Failed {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** The actions up to the fault. */
  readonly actions: readonly Action[];
  readonly story: readonly string[];
}

/** The least of a failed sequence that still fails in the same way. */
export async function shrink(make: MakeWorld, failed: Failed): Promise<Failed> {
  const [fault] = failed.faults;
  let best = failed;
  for (let size = Math.ceil(best.actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.actions.length;) {
      const fewer = [...best.actions.slice(0, at), ...best.actions.slice(at + size)];
      const played = await play(make, fewer);
      if (played.faults[0]?.kind === fault?.kind) best = failedOf(failed.seed, played);
      else at += size;
    }
  }
  return best;
}

function failedOf(seed: number, { faults, actions, story }: Played): Failed {
  return { seed, faults, actions: actions.slice(0, story.length), story };
}

export interface Summary {
  readonly seed: number;
  readonly sequences: number;
  readonly steps: number;
  readonly tally: Tally;
  readonly failed: readonly Failed[];
}

export interface FuzzOptions {
  readonly make: MakeWorld;
  readonly seed: number;
  readonly sequences: number;
  readonly steps: number;
  /** What an earlier run of the same seed did already. */
  readonly from?: number;
  readonly tally?: Tally | undefined;
  readonly failed?: readonly Failed[] | undefined;
  progress?(summary: Summary, done: number): void;
}

/** Failed sequences after which a run ends. */
const ENOUGH = 5;

export async function fuzz(options: FuzzOptions): Promise<Summary> {
  const { make, seed, sequences, steps, from = 0 } = options;
  const tally = emptyTally();
  if (options.tally !== undefined) addTally(tally, options.tally);
  const failed = [...(options.failed ?? [])];
  const summary: Summary = { seed, sequences, steps, tally, failed };
  for (let index = from; index < sequences && failed.length < ENOUGH; index++) {
    const own = seed * 100_000 + index;
    const played = await playSeed(make, own, steps);
    addTally(tally, played.tally);
    if (played.faults.length > 0) failed.push(failedOf(own, played));
    options.progress?.(summary, index + 1);
  }
  return summary;
}

/** Share of the lines that are `unknown` where the oracle knows better. */
export function unknownShare({ lines, unknown }: Tally): number {
  return total(unknown) / Math.max(1, lines);
}

function total(kinds: Readonly<Record<string, number>>): number {
  return Object.values(kinds).reduce((sum, count) => sum + count, 0);
}

export function report(kind: string, { seed, sequences, steps, tally, failed }: Summary, seconds: number): string {
  const rows = (kinds: Readonly<Record<string, number>>): string =>
    Object.entries(kinds)
      .sort((a, b) => b[1] - a[1])
      .slice(0, 12)
      .map(([name, count]) => `  ${String(count).padStart(8)}  ${name}\n`)
      .join('');
  const faults = failed.map(
    (each) => `  seed ${each.seed}: ${each.faults[0]?.kind ?? ''}: ${each.faults[0]?.detail ?? ''}\n`,
  );
  return `${kind}: seed ${seed}, ${sequences} sequences of ${steps} steps, ${Math.round(seconds)} s
${tally.lines} lines compared, ${tally.right} right, ${tally.open} of them with more than one right answer
${total(tally.unknown)} unknown where the oracle knows better (${(unknownShare(tally) * 100).toFixed(3)} %)
${rows(tally.unknown)}${failed.length} sequences with a wrong origin or a conflict in the sidecar
${faults.join('')}`;
}
