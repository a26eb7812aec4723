/** Seeded choices: one seed, one run. */
export interface Random {
  /** A whole number from 0 to below the bound. */
  below(bound: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** True once in so many times. */
  once(inTimes: number): boolean;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return { below, pick: (items) => items[below(items.length)] ?? items[0], once: (inTimes) => below(inTimes) === 0 };
}
