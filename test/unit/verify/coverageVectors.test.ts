/** The vectors of signoff-format §3, Checking: made by another program from the text of that page, not by this code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Mode, Region } from '../../../src/core/model/change';
import type { VerifiedSignoff } from '../../../src/core/model/signoff';
import type { Subject } from '../../../src/core/model/span';
import { checkTextSubject, hashBudget } from '../../../src/core/signing/span';
import type { CutFile } from '../../../src/core/verify/blocks';
import { coverFile } from '../../../src/core/verify/coverage';
import { rawLines } from '../../../src/core/text/lines';
import { nodeHash } from '../../../src/node/hash';

interface Vector {
  readonly title: string;
  readonly repo: string;
  readonly path: string;
  readonly oldMode: Mode;
  readonly newMode: Mode;
  readonly before: string;
  readonly after: string;
  readonly difference: readonly Region[];
  readonly subjects: readonly Subject[];
  readonly found: readonly (Region | null)[];
  /** The step at which a subject fails, 1 to 4; null where its region is found. */
  readonly failsAt: readonly (number | null)[];
  readonly covered: { readonly removed: readonly number[]; readonly added: readonly number[] };
}

const STEPS: Readonly<Record<string, number>> = {
  'no-match-before': 1,
  'no-match-after': 1,
  ambiguous: 2,
  displaced: 3,
  digest: 4,
};

const { cases } = JSON.parse(readFileSync('test/fixtures/vectors/coverage.json', 'utf8')) as { cases: Vector[] };

describe('test vectors of coverage', () => {
  for (const vector of cases) {
    it(vector.title, () => {
      const { repo, path, oldMode, newMode, subjects, difference } = vector;
      const [beforeLines, afterLines] = [rawLines(vector.before), rawLines(vector.after)];
      const change = { repo, oldMode, newMode, beforeLines, afterLines, hints: difference };
      const checked = subjects.map((subject) => checkTextSubject(nodeHash, subject, change, hashBudget()));
      assert.deepEqual(
        checked.map((each) => (each.covered ? each.region : null)),
        vector.found,
      );
      assert.deepEqual(
        checked.map((each) => (each.covered ? null : STEPS[each.code])),
        vector.failsAt,
      );
      const side = (mode: Mode, text: string): CutFile['file']['before'] => ({ mode, oid: '0'.repeat(40), text });
      const cut: CutFile = {
        file: { path, before: side(oldMode, vector.before), after: side(newMode, vector.after) },
        beforeLines,
        afterLines,
        blocks: difference.map((region) => ({ kind: 'text', path, region })),
      };
      const [covered] = coverFile(nodeHash, repo, cut, [{ signoff: {} as VerifiedSignoff, subjects }]);
      const lines = (which: 'removed' | 'added'): number[] =>
        difference
          .flatMap((each) =>
            which === 'removed'
              ? Array.from({ length: each.beforeCount }, (_, at) => each.beforeStart + at)
              : Array.from({ length: each.afterCount }, (_, at) => each.afterStart + at),
          )
          .filter((line) => covered?.holds(which, line));
      assert.deepEqual({ removed: lines('removed'), added: lines('added') }, vector.covered);
    });
  }

  it('hold a subject that fails at each step, and one that is found and does not count', () => {
    assert.deepEqual(new Set(cases.flatMap(({ failsAt }) => failsAt)), new Set([null, 1, 2, 3, 4]));
    assert.ok(
      cases.some(({ found, covered }) => !found.includes(null) && covered.added.length + covered.removed.length === 0),
    );
  });
});
