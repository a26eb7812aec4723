/** Looks for one text in another within a bound: the engine's own search may take the product of both lengths. */

/** Characters that may still be looked at. */
export interface Effort {
  left: number;
}

/** As much of a text as the engine looks for in time that grows with what it looks through. */
export const PROBE = 250;

/** Where a text that is not empty stands first, from a place on; -1 also where the effort is spent. */
export function findText(text: string, wanted: string, from: number, effort: Effort): number {
  const probe = wanted.slice(0, PROBE);
  for (let at = text.indexOf(probe, from); at !== -1 && effort.left >= 0; at = text.indexOf(probe, at + 1)) {
    let same = probe.length;
    while (same < wanted.length && text.startsWith(wanted.slice(same, same + PROBE), at + same)) same += PROBE;
    effort.left -= same;
    if (same >= wanted.length) return at;
  }
  return -1;
}
