/** Actors as they can be written down. */
import type { RecordedHunk } from '../model/record';

/** A hunk whose actor a record may hold. Tools name themselves; no name may keep a record from being written. */
export function nameableActor(hunk: RecordedHunk): RecordedHunk {
  if (hunk.actor === undefined) return hunk;
  const parts = Object.entries(hunk.actor).flatMap(([key, value]: [string, unknown]) => {
    const name = typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd').slice(0, 200) : '';
    return name === '' ? [] : [[key, name.replace(/\p{Surrogate}$/u, '')] as const];
  });
  return { ...hunk, actor: Object.fromEntries(parts) };
}
