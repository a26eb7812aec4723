/** What came of the mutants, for people and for machines. */
import type { Mutant } from './bundles';

export type Verdict = 'killed' | 'timeout' | 'survived' | 'unreached';

export interface Outcome {
  readonly mutant: Mutant;
  readonly verdict: Verdict;
  /** The test that noticed. */
  readonly by?: string;
}

export interface Summary {
  /** Mutants that there are, and those that were tried. */
  readonly mutants: number;
  readonly tried: number;
  readonly killed: number;
  readonly timeouts: number;
  readonly survived: number;
  readonly unreached: number;
  /** Per cent of those tried that a test noticed. */
  readonly score: number;
  readonly seconds: number;
}

export function summaryOf(mutants: number, outcomes: readonly Outcome[], seconds: number): Summary {
  const number = (verdict: Verdict): number => outcomes.filter((each) => each.verdict === verdict).length;
  const [killed, timeouts] = [number('killed'), number('timeout')];
  const score = outcomes.length === 0 ? 0 : (100 * (killed + timeouts)) / outcomes.length;
  return {
    mutants,
    tried: outcomes.length,
    killed,
    timeouts,
    survived: number('survived'),
    unreached: number('unreached'),
    score: Math.round(score * 100) / 100,
    seconds: Math.round(seconds),
  };
}

/** Survivors with file and line, then what came of each file, then of all. */
export function report(summary: Summary, outcomes: readonly Outcome[]): string {
  const left = outcomes.filter(({ verdict }) => verdict === 'survived' || verdict === 'unreached');
  const lines = left.map(({ mutant, verdict }) => {
    const { file, line, operator, change } = mutant;
    return `${file}:${line}  ${verdict === 'unreached' ? 'no test' : 'survived'}  ${operator}: ${change}`;
  });
  const byFile = new Map<string, Outcome[]>();
  for (const each of outcomes) {
    const list = byFile.get(each.mutant.file);
    if (list === undefined) byFile.set(each.mutant.file, [each]);
    else list.push(each);
  }
  const files = [...byFile].map(([file, own]) => {
    const { tried, killed, timeouts, survived, unreached, score } = summaryOf(own.length, own, 0);
    const counts = `${killed + timeouts} of ${tried} noticed, ${survived} survived, ${unreached} without a test`;
    return `${score.toFixed(1).padStart(6)} %  ${file}: ${counts}`;
  });
  const { mutants, tried, killed, timeouts, survived, unreached, score, seconds } = summary;
  const all =
    `${tried} of ${mutants} mutants in ${seconds} s: ${killed} killed, ${timeouts} timeouts, ${survived} survived, ` +
    `${unreached} without a test; score ${score.toFixed(2)} %`;
  return `${[...lines, '', ...files, '', all].join('\n')}\n`;
}
