import assert from 'node:assert/strict';
import { decide, needsSignature } from '../../../src/core/policy/decide';
import { initialPolicy, ownerId } from '../../../src/core/policy/initial';
import { satisfiable } from '../../../src/core/policy/people';
import { parsePolicy } from '../../../src/core/policy/policy';
import type { Policy } from '../../../src/core/policy/policy';
import { facts } from './samples';

function initial(): Policy {
  const result = parsePolicy(
    initialPolicy({
      repo: '7c0e1f6a',
      owner: { id: 'ana', email: 'ana@example.com' },
      mode: 'observe',
      targets: ['main', 'release/*'],
    }),
  );
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

describe('the policy that init writes', () => {
  it('parses, can be met by its single owner, and holds the four rules', () => {
    const policy = initial();
    assert.deepEqual(satisfiable(policy), []);
    assert.deepEqual(policy.people, [{ id: 'ana', emails: ['ana@example.com'], level: 'senior', teams: [] }]);
    assert.deepEqual(policy.targets, ['main', 'release/*']);
    assert.deepEqual(
      policy.rules.map((rule) => rule.id),
      ['ai-needs-a-senior', 'unexplained-needs-a-senior', 'said-not-seen', 'rules-need-an-owner'],
    );
  });

  it("asks for a senior where an author below one has AI, unexplained or unseen lines, and for everybody's rules", () => {
    const policy = initial();
    const rule = (changes: Parameters<typeof facts>[0]) => decide(policy, facts(changes)).rule;
    assert.equal(rule({}), 'ai-needs-a-senior');
    assert.equal(rule({ side: 'removed' }), 'ai-needs-a-senior');
    assert.equal(rule({ level: 'senior' }), '');
    for (const origin of ['paste', 'external', 'unknown'] as const) {
      assert.equal(rule({ origin, evidence: 'none' }), 'unexplained-needs-a-senior');
    }
    assert.equal(rule({ origin: 'human', evidence: 'observed' }), '');
    for (const evidence of ['declared', 'inferred', 'imported', 'none'] as const) {
      assert.equal(rule({ origin: 'human', evidence }), 'said-not-seen');
    }
    const own = facts({ path: '.countersign/policy.jsonc', origin: 'human', evidence: 'observed', level: 'principal' });
    assert.equal(decide(policy, own).rule, 'rules-need-an-owner');
    assert.ok(needsSignature(decide(policy, own)));
  });

  it('makes an id of an e-mail address', () => {
    assert.equal(ownerId('ana.b+x@example.com'), 'ana.b-x');
    assert.equal(ownerId('-é@example.com'), 'owner');
  });
});
