/** Actors as they can be written down. */
import type { Actor } from '../model/origin';

/** A claim whose actor a record may hold. Tools name themselves; no name may keep a record from being written. */
export function nameableActor<T extends { readonly actor?: Actor }>(claim: T): T {
  if (claim.actor === undefined) return claim;
  const parts = Object.entries(claim.actor).flatMap(([key, value]: [string, unknown]) => {
    const name = typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd').slice(0, 200) : '';
    return name === '' ? [] : [[key, name.replace(/\p{Surrogate}$/u, '')] as const];
  });
  return { ...claim, actor: Object.fromEntries(parts) };
}
