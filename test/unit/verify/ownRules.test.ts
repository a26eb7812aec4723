/** Changes of the policy and the key files: each rule is met by itself, and an owner's own signature bends no other rule. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Report } from '../../../src/core/model/report';
import { bearings, commit, file, judged, people, policy, signerLine, signersFile, signoff, subjectsOf } from './judged';

const PATH = '.countersign/policy.jsonc';
const OWNED = file(PATH, 'one\n', 'two\n');

interface Asks {
  readonly count?: number;
  readonly level?: string;
  readonly teams?: readonly string[];
  readonly binding?: string;
}

function rules(asks: readonly Asks[]): unknown[] {
  return asks.map((require, index) => ({
    id: `r${index}`,
    when: {},
    require: { tier: 'approve', count: 1, level: 'senior', ...require },
  }));
}

/** The verdict on ana's change of a file, under these rules, with signatures by these people. */
function signed(by: readonly string[], asks: readonly Asks[], changed = OWNED): Report {
  const listed = people(['ana', 'senior', 'owners'], ['bo', 'senior'], ['cy', 'senior'], ['jo', 'junior']);
  return judged([changed], {
    policy: policy({ rules: rules(asks), people: listed }),
    signers: signersFile(...['ana', 'bo', 'cy', 'jo'].map((id) => signerLine(id))),
    commits: [commit('ana', [changed.path])],
    signoffs: by.map((id) => signoff(id, subjectsOf([changed]))),
  });
}

const statuses = (report: Report): string => [...new Set(report.blocks.map(({ status }) => status))].join(' ');
const OWNERS: Asks = { teams: ['owners'] };

describe('a change of the policy under several rules', () => {
  it('is not signed for by its author alone because one of them asks for their team', () => {
    assert.equal(statuses(signed(['ana'], [{}])), 'missing');
    const report = signed(['ana'], [{}, OWNERS]);
    assert.equal(statuses(report), 'missing');
    assert.deepEqual([...new Set(report.hunks.map(({ rule }) => rule))], ['r0']);
    assert.deepEqual([...new Set(bearings(report))], ['ana own-lines']);
    assert.deepEqual([...new Set(report.hunks.map(({ next }) => next))], ['countersign request --to bo']);
  });

  it('needs as many signatures as the rule that asks for the most', () => {
    assert.equal(statuses(signed(['ana', 'bo'], [{ count: 2 }, OWNERS])), 'missing');
    const report = signed(['ana', 'bo', 'cy'], [{ count: 2 }, OWNERS]);
    assert.equal(statuses(report), 'satisfied');
    assert.deepEqual([...new Set(bearings(report))], ['+ana self, +bo counts, +cy counts']);
    assert.deepEqual([...new Set(report.hunks.map(({ reason }) => reason))], ['signed off by ana, bo, cy (self)']);
  });

  it('says which signatures wait for which rule', () => {
    const [hunk] = signed(['bo'], [{}, OWNERS]).hunks;
    assert.equal(hunk?.rule, 'r1');
    assert.deepEqual(hunk.requires?.teams, ['owners']);
    assert.equal(
      hunk.reason,
      'sign-off by bo counts for rule r0 only: bo is senior; the rule asks for senior in owners',
    );
    assert.deepEqual(
      hunk.signoffs.map(({ counts, code, countsFor }) => [counts, code, countsFor]),
      [[false, 'below-level', 'r0']],
    );
  });

  it('says of a signature that counts for no rule only why', () => {
    const [hunk] = signed(['jo'], [{}, OWNERS]).hunks;
    assert.deepEqual(
      hunk?.signoffs.map(({ counts, countsFor }) => [counts, countsFor]),
      [[false, undefined]],
    );
  });

  it('asks for signatures that bind what any of the rules wants bound, whichever is told first', () => {
    const asks: readonly Asks[] = [{ count: 2 }, { level: 'mid', binding: 'file' }];
    const [hunk] = signed([], asks).hunks;
    assert.deepEqual([hunk?.rule, hunk?.requires?.binding], ['r0', 'file']);
    const [plain] = signed([], [{ count: 2 }, OWNERS]).hunks;
    assert.equal(plain?.requires?.binding, undefined);
  });

  it('is asked for no less by a rule more', () => {
    const asks = fc.record({
      count: fc.integer({ min: 1, max: 4 }),
      level: fc.constantFrom('junior', 'senior'),
      teams: fc.constantFrom([], ['owners'], ['nobody']).filter((teams) => teams.length > 0),
    });
    const plain = fc.record({ count: fc.integer({ min: 1, max: 4 }), level: fc.constantFrom('junior', 'senior') });
    fc.assert(
      fc.property(
        fc.array(fc.oneof(asks, plain), { minLength: 1, maxLength: 3 }),
        fc.oneof(asks, plain),
        fc.subarray(['ana', 'bo', 'cy', 'jo']),
        (before, more, by) => {
          const passed = statuses(signed(by, [...before, more])) === 'satisfied';
          assert.ok(!passed || statuses(signed(by, before)) === 'satisfied');
        },
      ),
    );
  });
});

describe('another file that is renamed to a key file', () => {
  const from = 'src/guards.conf';
  const moved = file('.countersign/revoked_keys', '# one\n', '# one\n', { from });
  const guarded = [{ id: 'guards', when: { paths: [from] }, require: { tier: 'approve', count: 1, level: 'senior' } }];

  it('is still nothing that its author signs for', () => {
    const report = judged([moved], {
      policy: policy({ rules: guarded, people: people(['ana', 'senior']) }),
      commits: [commit('ana', [moved.path, from])],
      signoffs: [signoff('ana', subjectsOf([moved]))],
    });
    assert.equal(statuses(report), 'missing');
    assert.deepEqual([...new Set(bearings(report))], ['ana own-lines']);
  });
});
