/** Asks both verifiers the same mutated questions (docs/signoff-format.md §9). */
import { ourAnswer, theirVerdict } from '../unit/signing/verdicts';
import { explain } from './differences';
import { makeMaterial } from './material';
import { mutate } from './mutations';
import type { Mutation } from './mutations';
import { seeded } from './random';

export interface Unexplained {
  /** Which mutation of the run it is. */
  readonly number: number;
  readonly mutation: Mutation;
  readonly ours: string;
  readonly theirs: string;
}

export interface Comparison {
  readonly total: number;
  readonly bothAccept: number;
  readonly bothRefuse: number;
  /** How often each difference of the list was met. */
  readonly differences: Readonly<Record<string, number>>;
  readonly unexplained: readonly Unexplained[];
}

export async function compare(
  options: { readonly folder: string; readonly seed: number; readonly count: number; readonly rsa: boolean },
  progress: (done: number) => void = () => undefined,
): Promise<Comparison> {
  const material = await makeMaterial(options.folder, options.rsa);
  const random = seeded(options.seed);
  const differences: Record<string, number> = {};
  const unexplained: Unexplained[] = [];
  let [bothAccept, bothRefuse] = [0, 0];
  for (let number = 0; number < options.count; number++) {
    const mutation = mutate(random, material);
    const answer = ourAnswer(mutation.question);
    const theirs = theirVerdict(options.folder, mutation.question);
    const ours = answer.code === 'ok';
    if (ours === theirs.ok) {
      if (ours) bothAccept++;
      else bothRefuse++;
    } else {
      const difference = explain(answer, theirs.ok, mutation.question);
      if (difference !== undefined) differences[difference.name] = (differences[difference.name] ?? 0) + 1;
      else unexplained.push({ number, mutation, ours: `${answer.code} ${answer.detail}`, theirs: theirs.said });
    }
    progress(number + 1);
  }
  return { total: options.count, bothAccept, bothRefuse, differences, unexplained };
}
