import assert from 'node:assert/strict';
import { decide, isAtomic, matchesTarget, needsSignature } from '../../../src/core/policy/decide';
import type { HunkFacts } from '../../../src/core/policy/decide';
import { facts, policyOfRules, policyWith, requirement } from './samples';

const approve = { tier: 'approve', level: 'senior' };

/** `when`, facts that differ from a reported AI hunk of 5 added lines by a junior, does the rule match? */
const CASES: readonly (readonly [Record<string, unknown>, Partial<HunkFacts>, boolean])[] = [
  [{}, {}, true],
  [{ origin: ['ai', 'mixed'] }, { origin: 'mixed' }, true],
  [{ origin: ['ai', 'mixed'] }, { origin: 'unknown' }, false],
  [{ evidence: ['declared'] }, { evidence: 'declared' }, true],
  [{ evidence: ['declared'] }, { evidence: 'observed' }, false],
  [{ authorBelow: 'senior' }, { level: 'mid' }, true],
  [{ authorBelow: 'senior' }, { level: 'senior' }, false],
  [{ authorBelow: 'senior' }, { level: 'principal' }, false],
  [{ authorBelow: 'senior' }, { level: 'no such level' }, true],
  [{ paths: ['src/pay/**'] }, { path: 'src/pay/x.ts' }, true],
  [{ paths: ['src/pay/**'] }, { path: 'src/x.ts', from: 'src/pay/x.ts' }, true],
  [{ paths: ['src/pay/**'] }, { path: 'src/x.ts', from: undefined }, false],
  [{ paths: ['.countersign/*'] }, { path: '.countersign/policy.jsonc' }, true],
  [{ tools: ['claude*'] }, { tool: 'Claude-Code' }, true],
  [{ tools: ['claude*'] }, { tool: 'copilot' }, false],
  [{ tools: ['claude*'] }, {}, true],
  [{ tools: ['claude*'] }, { origin: 'human' }, false],
  [{ models: ['*/big-*-x'] }, { model: 'acme/big-1/2-x' }, true],
  [{ models: ['a*a'] }, { model: 'a' }, false],
  [{ models: ['big'] }, { model: 'bigger' }, false],
  [{ models: ['big'] }, { model: '' }, true],
  [{ sides: ['removed'] }, { side: 'removed' }, true],
  [{ sides: ['removed'] }, { side: 'added' }, false],
  [{ sides: ['removed'] }, { side: 'object' }, true],
  [{ minLines: 6 }, { lines: 5 }, false],
  [{ minLines: 5 }, { lines: 5 }, true],
  [{ minLines: 5 }, { lines: 0, side: 'object' }, true],
  [{ origin: ['ai'], authorBelow: 'senior', paths: ['src/**'] }, { level: 'senior' }, false],
];

describe('decide', () => {
  for (const [when, changes, expected] of CASES) {
    it(`${JSON.stringify(when)} ${expected ? 'is about' : 'is not about'} ${JSON.stringify(changes)}`, () => {
      const decision = decide(policyOfRules([when, approve]), facts(changes));
      assert.deepEqual(decision.matched, expected ? ['r0'] : []);
      assert.equal(decision.rule, expected ? 'r0' : '');
      assert.equal(needsSignature(decision), expected);
      if (!expected) assert.equal(decision.requires, null);
    });
  }

  it('merges all rules that match, the stricter field by field, and names the strictest', () => {
    const policy = policyOfRules(
      [{}, { tier: 'notify' }],
      [{}, { tier: 'approve', count: 2, level: 'mid', teams: ['payments'], separation: 'change' }],
      [{}, { tier: 'approve', level: 'principal', teams: ['data'], binding: 'file', presence: true }],
      [{}, { tier: 'approve', verified: true }],
      [{}, { tier: 'autonomous' }],
      [{ origin: ['human'] }, { tier: 'approve', count: 9 }],
    );
    assert.deepEqual(decide(policy, facts()), {
      rule: 'r2',
      matched: ['r0', 'r1', 'r2', 'r3', 'r4'],
      requires: requirement({
        count: 2,
        level: 'principal',
        teams: ['payments', 'data'],
        separation: 'change',
        binding: 'file',
        presence: true,
        verified: true,
      }),
    });
  });

  it('asks for no signature with autonomous and notify', () => {
    const decision = decide(policyOfRules([{}, { tier: 'autonomous' }], [{}, { tier: 'notify' }]), facts());
    assert.equal(decision.rule, 'r1');
    assert.equal(decision.requires?.tier, 'notify');
    assert.equal(decision.requires?.count, 0);
    assert.equal(needsSignature(decision), false);
  });

  it('does not let autonomous take back what another rule asks for', () => {
    const policy = policyOfRules([{}, approve], [{ paths: ['src/**'] }, { tier: 'autonomous' }]);
    assert.equal(needsSignature(decide(policy, facts())), true);
  });

  it('names the first of equally strict rules', () => {
    assert.equal(decide(policyOfRules([{}, approve], [{}, approve]), facts()).rule, 'r0');
  });

  it('knows atomic files', () => {
    const policy = policyWith({ atomic: ['**/*.lock', 'gen/**'] });
    assert.ok(isAtomic(policy, 'a/yarn.lock'));
    assert.ok(isAtomic(policy, 'gen/.x'));
    assert.ok(!isAtomic(policy, 'src/lock.ts'));
    assert.ok(!isAtomic(policyWith(), 'yarn.lock'));
  });

  it('knows targets by short and full names', () => {
    const policy = policyWith({ targets: ['main', 'refs/heads/release/*'] });
    for (const ref of [
      'main',
      'refs/heads/main',
      'refs/remotes/origin/main',
      'release/1.2',
      'refs/heads/release/1.2',
    ]) {
      assert.ok(matchesTarget(policy, ref), ref);
    }
    for (const ref of ['mainly', 'origin/main', 'refs/tags/main', 'release', 'release/1/2', '']) {
      assert.ok(!matchesTarget(policy, ref), ref);
    }
  });
});
