/**
 * Mutants that change nothing that anybody could notice, each with the reason. They are left out of the score; a run names the
 * entries that fit no mutant any more.
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
const SIGNING = 'src/core/signing';

export const EQUIVALENTS: readonly Equivalent[] = [
  {
    file: `${VERIFY}/hunks.ts`,
    line: 'if (first === -1 ||',
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
    file: `${SIGNING}/window.ts`,
    line: 'view.digests.set(key, digest);',
    change: 'view.digests.set(key, digest); left out',
    reason: 'it decides how long the answer takes, and what is remembered, not what it is',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'return view !== undefined && view.digests.has',
    change: 'view !== undefined && view.digests.has(digestKey(start, count, k)) → undefined',
    reason: 'it decides how long the answer takes, and what is remembered, not what it is',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'occurrences[id] = at(occurrences, id) + 1',
    change: 'at(occurrences, id) + 1 → at(occurrences, id) - 1',
    reason: 'at worst no line is taken for the only one of its kind, and the places are compared',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'occurrences[id] = at(occurrences, id) + 1',
    change: 'occurrences[id] = at(occurrences, id) + 1; left out',
    reason: 'at worst no line is taken for the only one of its kind, and the places are compared',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'occurrences[id] = at(occurrences, id) + 1',
    change: '1 → 2',
    reason: 'at worst no line is taken for the only one of its kind, and the places are compared',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (times < rare)',
    change: 'times < rare → times <= rare',
    reason: 'which line of the window is looked for decides how long it takes, not what is found',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (times < rare)',
    change: 'times < rare → times >= rare',
    reason: 'which line of the window is looked for decides how long it takes, not what is found',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (times < rare)',
    change: '[rarest, rare] = [i, times]; left out',
    reason: 'which line of the window is looked for decides how long it takes, not what is found',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'repeats.spent += ids.length + rare * size',
    change: 'repeats.spent += ids.length + rare * size; left out',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'repeats.spent += ids.length + rare * size',
    change: 'repeats.spent += ids.length + rare * size → repeats.spent -= ids.length + rare * size',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'repeats.spent += ids.length + rare * size',
    change: 'ids.length + rare * size → ids.length - rare * size',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'repeats.spent += ids.length + rare * size',
    change: 'rare * size → rare / size',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (repeats.spent <= 16 * ids.length + 4096)',
    change: 'repeats.spent <= 16 * ids.length + 4096 → repeats.spent < 16 * ids.length + 4096',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (repeats.spent <= 16 * ids.length + 4096)',
    change: 'repeats.spent <= 16 * ids.length + 4096 → repeats.spent > 16 * ids.length + 4096',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (repeats.spent <= 16 * ids.length + 4096)',
    change: '16 * ids.length + 4096 → 16 * ids.length - 4096',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (repeats.spent <= 16 * ids.length + 4096)',
    change: '16 * ids.length → 16 / ids.length',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (repeats.spent <= 16 * ids.length + 4096)',
    change: '16 → 17',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (repeats.spent <= 16 * ids.length + 4096)',
    change: '4096 → 4097',
    reason: 'when the table is made decides how long it takes; it says what comparing says',
  },
  {
    file: `${SIGNING}/window.ts`,
    line: 'if (start === from || start + size > ids.length)',
    change: 'start + size → start - size',
    reason: 'what stands beyond the end is like no line',
  },
  {
    file: `${SIGNING}/repeats.ts`,
    line: 'for (let i = 0; i < n; i++) {',
    change: 'i < n → i <= n',
    reason: 'a place beyond the end of an array is neither read nor written',
  },
  {
    file: `${SIGNING}/repeats.ts`,
    line: 'if (common > at(repeats, i))',
    change: 'common > at(repeats, i) → common >= at(repeats, i)',
    reason: 'of two that are equal either may stay',
  },
  {
    file: `${SIGNING}/repeats.ts`,
    line: 'if (common > at(repeats, j))',
    change: 'common > at(repeats, j) → common >= at(repeats, j)',
    reason: 'of two that are equal either may stay',
  },
  {
    file: `${SIGNING}/repeats.ts`,
    line: 'while (i + common < n && j + common < n',
    change: 'i + common < n → i + common <= n',
    reason: 'what stands beyond the end is like no symbol',
  },
  {
    file: `${SIGNING}/repeats.ts`,
    line: 'while (i + common < n && j + common < n',
    change: 'j + common < n → j + common <= n',
    reason: 'what stands beyond the end is like no symbol',
  },
  {
    file: `${SIGNING}/spanCheck.ts`,
    line: 'tables.set(key, table);',
    change: 'tables.set(key, table); left out',
    reason: 'it decides how long the answer takes, and what is remembered, not what it is',
  },
  {
    file: `${SIGNING}/spanCheck.ts`,
    line: 'const regions = file.hints.length > 0',
    change: '0 → 1',
    reason: 'the caller’s difference is the one that would be made',
  },
  {
    file: `${SIGNING}/spanCheck.ts`,
    line: "const post = locate(search, after, marks.post, 'after');",
    change: "'after' → ''",
    reason: 'only the other word is asked for',
  },
  {
    file: `${SIGNING}/spanCheck.ts`,
    line: 'if (k === WHOLE_FILE_K || mark.start < k) return',
    change: 'k === WHOLE_FILE_K || mark.start < k → (k === WHOLE_FILE_K) && (mark.start < k)',
    reason: 'the search that is then made finds nothing: its windows have other offsets',
  },
  {
    file: `${SIGNING}/subjects.ts`,
    line: 'if (a.name !== b.name) return a.name < b.name',
    change: 'a.name < b.name → a.name <= b.name',
    reason: 'they were found to differ',
  },
  {
    file: `${SIGNING}/subjects.ts`,
    line: 'return left === right ? 0 : left < right',
    change: 'left < right → left <= right',
    reason: 'they were found to differ',
  },
  {
    file: `${SIGNING}/subjects.ts`,
    line: 'const last = sorted[index - 1];',
    change: 'index - 1 → index + 1',
    reason: 'of two that are the same either may stay',
  },
  {
    file: `${SIGNING}/utcTime.ts`,
    line: 'const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0]',
    change: '0 → 1',
    reason: 'all parts are there: the defaults are for the type checker',
  },
  {
    file: `${SIGNING}/keyLine.ts`,
    line: 'while (start < end && isBlank(text.charAt(start)))',
    change: 'start < end → start <= end',
    reason: 'what stands at the end of the text is no blank, and an empty piece is empty wherever it begins',
  },
  {
    file: `${SIGNING}/keyLine.ts`,
    line: 'while (start < end && isBlank(text.charAt(end - 1)))',
    change: 'start < end → start <= end',
    reason: 'a piece that ends before it begins is empty',
  },
  {
    file: `${SIGNING}/rawSignature.ts`,
    line: "return key.kind !== 'rsa' &&",
    change: "'rsa' → ''",
    reason: 'such a key has no application: the kind is asked for its type',
  },
  {
    file: `${SIGNING}/rawSignature.ts`,
    line: 'const { flags = 0, counter = 0 } = signature;',
    change: '0 → 1',
    reason: 'the signature of a hardware key has both: the defaults are for the type checker',
  },
  {
    file: `${SIGNING}/allowedSigners.ts`,
    line: 'if (validAfter !== undefined && validBefore !== undefined',
    change:
      'validAfter !== undefined && validBefore !== undefined → (validAfter !== undefined) || (validBefore !== undefined)',
    reason: 'a time is neither before nor at what is not there',
  },
  {
    file: `${SIGNING}/allowedSigners.ts`,
    line: 'for (let i = 0; i < text.length; i++)',
    change: 'i < text.length → i <= text.length',
    reason: 'what stands beyond the end is no character',
  },
  {
    file: `${SIGNING}/sshsig.ts`,
    line: '.replace(/=+$/',
    change: '/=+$/ → /=+/',
    reason: 'base64 has the sign at its end alone',
  },
];

export interface Known {
  readonly ids: ReadonlySet<number>;
  /** Entries that fit no mutant any more. */
  readonly outdated: readonly Equivalent[];
}

/** Which mutants are known to change nothing. `lineOf` gives the line of a mutant's source. */
export function knownEquivalents(
  mutants: readonly Mutant[],
  lineOf: (mutant: Mutant) => string,
  list: readonly Equivalent[] = EQUIVALENTS,
): Known {
  const ids = new Set<number>();
  const outdated = list.filter(({ file, line, change }) => {
    const fitting = mutants.filter((each) => each.file === file && each.change === shortened(change));
    const found = fitting.filter((each) => lineOf(each).includes(line));
    for (const { id } of found) ids.add(id);
    return found.length === 0;
  });
  return { ids, outdated };
}

/** As a long change is reported: each side is cut. */
function shortened(change: string): string {
  return change
    .split(' → ')
    .map((side) => (side.length > 100 ? `${side.slice(0, 99)}…` : side))
    .join(' → ');
}
