/**
 * What sign-offs cover and what is asked about make up the whole change: where lines repeat, a difference can be cut in
 * many ways, and no line may slip in between what was signed and what is judged. The oracle puts the result together by
 * hand, from the base, some of the signed regions, and the judged lines that nobody covers.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Region } from '../../src/core/model/change';
import type { CutFile } from '../../src/core/verify/blocks';
import { cutFile } from '../../src/core/verify/blocks';
import { coverFile } from '../../src/core/verify/coverage';
import type { FileCoverage } from '../../src/core/verify/coverage';
import { nodeHash } from '../../src/node/hash';
import { REPO_ID } from '../support/repository';
import { file, signoff, subjectsOf } from '../unit/verify/judged';

/** An edit: where, what, how much and from where, all drawn alike. */
type Edit = readonly [kind: number, at: number, size: number, from: number];
type Side = 'added' | 'removed';

// Few different lines, and edits that repeat, drop, move and copy them.
const letters = ['a\n', 'b\n', 'c\n', 'd\n', 'e\n'];
const edits = fc.array(fc.tuple(fc.nat(3), fc.nat(30), fc.nat(3), fc.nat(30)), { minLength: 1, maxLength: 4 });
const bases = fc
  .integer({ min: 2, max: 5 })
  .chain((kinds) => fc.array(fc.constantFrom(...letters.slice(0, kinds)), { minLength: 6, maxLength: 24 }));

function edited(lines: readonly string[], list: readonly Edit[]): string[] {
  const result = [...lines];
  for (const [kind, where, size, source] of list) {
    const [at, from] = [where % (result.length + 1), source % (result.length + 1)];
    if (kind === 0) result.splice(at, 0, letters[source % 2] ?? '');
    else if (kind === 1) result.splice(at, 1 + size);
    else if (kind === 2) result.splice(from, 0, ...result.splice(at, 1 + size));
    else result.splice(from, 0, ...result.slice(at, at + 1 + size));
  }
  return result;
}

const changed = (before: readonly string[], after: readonly string[]): CutFile =>
  cutFile(file('pay.js', before.join(''), after.join('')), false);

const regionsOf = (cut: CutFile): Region[] =>
  cut.blocks.flatMap((block) => (block.kind === 'text' ? [block.region] : []));

/** What sign-offs of these changes say of that one. */
function coverages(cut: CutFile, signed: readonly CutFile[]): FileCoverage[] {
  const signoffs = signed.map((each) => {
    const subjects = subjectsOf([each.file]);
    return { signoff: signoff('ana', subjects), subjects };
  });
  return coverFile(nodeHash, REPO_ID, cut, signoffs);
}

/** Judged lines of one side that none of the sign-offs holds. */
function asked(cut: CutFile, covered: readonly FileCoverage[], side: Side): Set<number> {
  const lines = regionsOf(cut).flatMap(({ beforeStart, beforeCount, afterStart, afterCount }) => {
    const [start, count] = side === 'added' ? [afterStart, afterCount] : [beforeStart, beforeCount];
    return Array.from({ length: count }, (_, index) => start + index);
  });
  return new Set(lines.filter((line) => !covered.some(({ holds }) => holds(side, line))));
}

interface Replacement {
  readonly start: number;
  readonly count: number;
  readonly by: readonly string[];
}

/** Whether the base, with some of these replacements and then without the lines at `without`, is this text. */
function isMadeOf(
  base: readonly string[],
  replacements: readonly Replacement[],
  without: ReadonlySet<number>,
  text: string,
): boolean {
  const sorted = replacements.toSorted((a, b) => a.start - b.start || a.count - b.count);
  const from = (at: number, next: number, made: string): boolean => {
    if (!text.startsWith(made)) return false;
    const until = (end: number): string =>
      base
        .slice(at, end)
        .filter((_, index) => !without.has(at + index))
        .join('');
    const chosen = sorted[next];
    if (chosen === undefined) return made + until(base.length) === text;
    const { start, count, by } = chosen;
    if (start >= at && from(start + count, next + 1, made + until(start) + by.join(''))) return true;
    return from(at, next + 1, made);
  };
  return from(0, 0, '');
}

function replacementsOf(
  { beforeLines, afterLines, ...cut }: CutFile,
  regions = regionsOf({ beforeLines, afterLines, ...cut }),
): Replacement[] {
  return regions.map(({ beforeStart, beforeCount, afterStart, afterCount }) => ({
    start: beforeStart,
    count: beforeCount,
    by: afterLines.slice(afterStart, afterStart + afterCount),
  }));
}

/** The result without the added lines that are asked about. */
function rest(cut: CutFile, covered: readonly FileCoverage[]): string {
  const added = asked(cut, covered, 'added');
  return cut.afterLines.filter((_, line) => !added.has(line)).join('');
}

/** How often everything, and how often a part was covered: a property that never met either would say nothing. */
function tally(): { count: (cut: CutFile, covered: readonly FileCoverage[]) => void; all: number; some: number } {
  const counts = {
    all: 0,
    some: 0,
    count: (cut: CutFile, covered: readonly FileCoverage[]): void => {
      const open = asked(cut, covered, 'added').size + asked(cut, covered, 'removed').size;
      const total = regionsOf(cut).reduce((sum, region) => sum + region.beforeCount + region.afterCount, 0);
      if (open === 0) counts.all++;
      else if (open < total) counts.some++;
    },
  };
  return counts;
}

describe('coverage, as a property', () => {
  it('what one sign-off covers, and the judged lines that it does not, are the whole change', () => {
    const met = tally();
    fc.assert(
      fc.property(bases, edits, fc.boolean(), edits, (base, signedEdits, onTop, laterEdits) => {
        const head = edited(base, signedEdits);
        const later = edited(onTop ? head : base, laterEdits);
        const [signed, cut] = [changed(base, head), changed(base, later)];
        if (regionsOf(cut).length === 0) return;
        const covered = coverages(cut, [signed]);
        met.count(cut, covered);
        const without = asked(cut, covered, 'removed');
        assert.ok(isMadeOf(base, replacementsOf(signed), without, rest(cut, covered)));
      }),
      { numRuns: 2000 },
    );
    assert.ok(met.all > 20 && met.some > 100, JSON.stringify(met));
  });

  it('so are those of two', () => {
    const met = tally();
    const on = fc.constantFrom('base', 'one', 'two', 'both');
    fc.assert(
      fc.property(bases, edits, edits, on, edits, (base, oneEdits, twoEdits, start, laterEdits) => {
        const [one, two] = [edited(base, oneEdits), edited(base, twoEdits)];
        const both = edited(one, twoEdits);
        const later = start === 'both' ? both : edited({ base, one, two }[start], laterEdits);
        const cut = changed(base, later);
        const signed = [changed(base, one), changed(base, two)];
        if (regionsOf(cut).length === 0) return;
        const covered = coverages(cut, signed);
        met.count(cut, covered);
        const without = asked(cut, covered, 'removed');
        assert.ok(
          isMadeOf(
            base,
            signed.flatMap((each) => replacementsOf(each)),
            without,
            rest(cut, covered),
          ),
        );
      }),
      { numRuns: 1500 },
    );
    assert.ok(met.all > 20 && met.some > 100, JSON.stringify(met));
  });

  it('nor does a base that moved on let a line in between', () => {
    const met = tally();
    const more = fc.array(fc.constantFrom(...letters), { maxLength: 4 });
    fc.assert(
      fc.property(bases, edits, more, edits, (base, signedEdits, above, laterEdits) => {
        const head = edited(base, signedEdits);
        const cut = changed([...above, ...base], [...above, ...edited(head, laterEdits)]);
        if (regionsOf(cut).length === 0) return;
        const covered = coverages(cut, [changed(base, head)]);
        met.count(cut, covered);
        const found = covered.flatMap(({ subjects }) => subjects.flatMap(({ region }) => region ?? []));
        const without = asked(cut, covered, 'removed');
        assert.ok(isMadeOf(cut.beforeLines, replacementsOf(cut, found), without, rest(cut, covered)));
      }),
      { numRuns: 1000 },
    );
    assert.ok(met.all > 10 && met.some > 50, JSON.stringify(met));
  });

  it('what lands as it was signed is covered, however far its base moved', () => {
    fc.assert(
      fc.property(bases, edits, (base, signedEdits) => {
        const far = Array.from({ length: 70 }, (_, index) => `far ${index}\n`);
        const head = edited(base, signedEdits);
        const signed = changed([...far, ...base, ...far], [...far, ...head, ...far]);
        const cut = changed(['new\n', ...far, ...base, ...far, 'new\n'], ['new\n', ...far, ...head, ...far, 'new\n']);
        const covered = coverages(cut, [signed]);
        assert.deepEqual([asked(cut, covered, 'added').size, asked(cut, covered, 'removed').size], [0, 0]);
      }),
      { numRuns: 200 },
    );
  });
});
