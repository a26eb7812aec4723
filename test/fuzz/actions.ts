/** What a sequence of the fuzzer does: each action draws all that is random about it from a seed of its own. */
import { between, randomFrom } from '../accuracy/random';

export const KINDS = {
  edit: 30,
  commit: 16,
  commitOnly: 2,
  amend: 3,
  fixup: 2,
  branch: 4,
  switch: 6,
  merge: 6,
  squash: 3,
  forge: 5,
  rebase: 5,
  pick: 4,
  revert: 3,
  stash: 2,
  pop: 3,
  reset: 3,
  renameFile: 2,
  renameFolder: 1,
  newline: 1,
  fetch: 2,
  push: 6,
  prune: 0.4,
} as const;
export type Kind = keyof typeof KINDS;

export interface Action {
  readonly kind: Kind;
  /** Which clone, and everything else about it. */
  readonly seed: number;
}

/** The actions of a sequence. Left out ones change nothing about what the others draw. */
export function actionsOf(seed: number, steps: number): Action[] {
  const random = randomFrom(seed);
  const total = Object.values(KINDS).reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: steps }, (): Action => {
    let at = random() * total;
    let kind: Kind = 'edit';
    for (const [name, weight] of Object.entries(KINDS)) {
      at -= weight;
      if (at >= 0) continue;
      kind = name as Kind;
      break;
    }
    return { kind, seed: between(random, 1, 2 ** 31) };
  });
}
