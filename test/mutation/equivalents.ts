/**
 * Mutants that change nothing that anybody could notice, each with the reason. They are left out of the score; one that is
 * named here and that there is no more is a fault of this list.
 */
import type { Mutant } from './bundles';

export interface Equivalent {
  readonly file: string;
  /** Part of the line of the source, and the change as it is reported. All mutants that fit are meant. */
  readonly line: string;
  readonly change: string;
  readonly reason: string;
}

const VERIFY = 'src/core/verify';

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'if (first === -1) return own;',
    change: '1 → 2',
    reason: 'where all lines are blank none is nearest, and each keeps its own claim',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'for (let index = own.length - 1;',
    change: 'own.length - 1 → own.length + 1',
    reason: 'what is noted beyond the last line is never read',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'for (let index = own.length - 1;',
    change: '1 → 2',
    reason: 'of a last line that is blank only its own claim and what is before it are looked at',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'for (let index = own.length - 1;',
    change: 'index >= 0 → index > 0',
    reason: 'of a first line that is blank the nearest is the same before and after',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'for (let index = own.length - 1;',
    change: '0 → 1',
    reason: 'of a first line that is blank the nearest is the same before and after',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'if (inked[index] === true || (claim',
    change:
      'inked[index] === true || (claim !== undefined && (index < first || index > last)) → (inked[index] === true) && ((claim !== undefined && (index < first || index > last)))',
    reason: 'a line that is not blank is nearest to itself',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'if (inked[index] === true || (claim',
    change: 'index < first → index <= first',
    reason: 'the first line that is not blank is not blank',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'if (inked[index] === true || (claim',
    change: 'index > last → index >= last',
    reason: 'the last line that is not blank is not blank',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'for (let from = 0; from < hunks.length;)',
    change: 'from < hunks.length → from <= hunks.length',
    reason: 'nothing is left to be added at the end',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'while (to < hunks.length && hunks[to]',
    change: 'to < hunks.length → to <= hunks.length',
    reason: 'no hunk of lines is without an origin, as what is beyond the last would be',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'while (to < hunks.length && hunks[to]',
    change: 'hunks[to]?.origin → hunks[to].origin',
    reason: 'the index was compared with the length; the type checker does not know',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'while (to < hunks.length && hunks[to]',
    change: 'hunks[from]?.origin → hunks[from].origin',
    reason: 'the index was compared with the length; the type checker does not know',
  },
  {
    file: `${VERIFY}/hunks.ts`,
    line: "const whose = ORIGINS.filter((each) => each !== 'unknown')",
    change: "'unknown' → ''",
    reason: 'no claim says so: it is left out for its type',
  },
  {
    file: `${VERIFY}/worstStatus.ts`,
    line: 'const WORST_FIRST',
    change: "'rejected' → ''",
    reason: 'what the list lacks comes before its first, and that is where it stood',
  },
  {
    file: `${VERIFY}/worstStatus.ts`,
    line: 'rank(each) < rank(worst)',
    change: 'rank(each) < rank(worst) → rank(each) <= rank(worst)',
    reason: 'of two that are equal either is the worst',
  },
  {
    file: `${VERIFY}/bearings.ts`,
    line: 'const stale = subjects.filter(',
    change:
      'each.region === undefined && each.object === undefined → (each.region === undefined) || (each.object === undefined)',
    reason: 'what still holds a block is nearest to that one, and so about no other',
  },
  {
    file: `${VERIFY}/bearings.ts`,
    line: "return hunk.side !== 'object' &&",
    change: "'object' → ''",
    reason: 'no hunk of a text block is an object: it is asked for its type',
  },
  {
    file: `${VERIFY}/coverage.ts`,
    line: "if (object?.kind !== 'object') return { subject, wholeFile: true };",
    change: 'true → false',
    reason: 'what holds nothing is asked about nowhere',
  },
  {
    file: `${VERIFY}/rejections.ts`,
    line: 'return annotations.object !==',
    change: "'rename' → ''",
    reason: 'what a rename was before is never nothing',
  },
];

/** Which mutants are known to change nothing; throws when an entry fits none. `lineOf` gives the line of a mutant's source. */
export function knownEquivalents(mutants: readonly Mutant[], lineOf: (mutant: Mutant) => string): ReadonlySet<number> {
  const known = new Set<number>();
  for (const { file, line, change } of EQUIVALENTS) {
    const fitting = mutants.filter((each) => each.file === file && each.change === shortened(change));
    const found = fitting.filter((each) => lineOf(each).includes(line));
    if (found.length === 0) throw new Error(`no mutant of ${file} is: ${change}, at: ${line}`);
    for (const { id } of found) known.add(id);
  }
  return known;
}

/** As a long change is reported: each side is cut. */
function shortened(change: string): string {
  return change
    .split(' → ')
    .map((side) => (side.length > 100 ? `${side.slice(0, 99)}…` : side))
    .join(' → ');
}
