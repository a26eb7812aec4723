/** Who counts for each line of a hunk, from what each sign-off holds of it. */
import assert from 'node:assert/strict';
import type { VerifiedSignoff } from '../../../src/core/model/signoff';
import type { Asked, Standing } from '../../../src/core/verify/authority';
import { bearingsOf } from '../../../src/core/verify/bearings';
import { cutFile } from '../../../src/core/verify/blocks';
import type { FileCoverage } from '../../../src/core/verify/coverage';
import type { Hunk } from '../../../src/core/verify/hunks';
import { requirement } from '../policy/samples';
import { file, lines, policy, signoff, subjectsOf } from './judged';

const changed = file('a.ts', lines(20), lines(20, { 10: 'one();\ntwo();\nthree();\n' }));
const cut = cutFile(changed, false);

/** How many people count for each of the three lines, given whose sign-off holds which of them. */
function counted(...held: readonly (readonly [who: string, ...lines: readonly number[]])[]): readonly number[] {
  const [block = assert.fail()] = cut.blocks;
  const hunk: Hunk = {
    block: 1,
    side: 'added',
    start: 10,
    end: 13,
    run: 3,
    origin: 'ai',
    evidence: 'reported',
    authors: ['bo@example.com'],
  };
  const names = new Map<VerifiedSignoff, string>();
  const coverage = held.map(([who, ...at]): FileCoverage => {
    const by = signoff(who, subjectsOf([changed]));
    names.set(by, who);
    return { signoff: by, subjects: [], holds: (_, line) => at.includes(line - 10) };
  });
  const standing = (by: VerifiedSignoff): Standing => {
    const id = names.get(by) ?? '';
    const person = { id, emails: [], level: 'senior', teams: [] };
    return { ok: true, person, principal: id, emails: new Set() };
  };
  const asked: Asked = { requires: requirement(), self: false, contributors: new Set(), bound: 'window' };
  return bearingsOf(standing, policy(), { cut, block, hunk }, coverage, () => asked).reviewersPerLine;
}

describe('those who count for a line', () => {
  it('are people, not sign-offs', () => {
    assert.deepEqual(counted(), [0, 0, 0]);
    assert.deepEqual(counted(['ana', 0, 1, 2], ['ana', 0, 1, 2]), [1, 1, 1]);
    assert.deepEqual(counted(['ana', 0, 1, 2], ['dan', 0, 1, 2], ['ana', 0, 1, 2]), [2, 2, 2]);
  });

  it('are those who signed that line, with whichever of their sign-offs', () => {
    assert.deepEqual(counted(['ana', 0], ['ana', 2]), [1, 0, 1]);
    assert.deepEqual(counted(['ana', 0, 1], ['dan', 1], ['ana', 2], ['eve', 1, 2]), [1, 3, 2]);
  });
});
