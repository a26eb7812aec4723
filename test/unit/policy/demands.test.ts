import assert from 'node:assert/strict';
import { decide } from '../../../src/core/policy/decide';
import { demandsOf } from '../../../src/core/policy/demands';
import type { Policy } from '../../../src/core/policy/policy';
import { facts, policyWith } from './samples';

const PATH = '.countersign/policy.jsonc';
const ana = { id: 'ana', emails: ['ana@example.com'], level: 'senior', teams: ['owners'] };
const bo = { id: 'bo', emails: ['bo@example.com'], level: 'senior' };
const junior = { id: 'jo', emails: ['jo@example.com'], level: 'junior' };
const people = { ana, bo, jo: junior };

type Fields = Record<string, unknown>;
type Name = keyof typeof people;

/** A policy by these people, with a rule on every path per requirement. */
function policy(names: readonly Name[], ...requires: readonly Fields[]): Policy {
  const rules = requires.map((require, index) => ({
    id: `r${index}`,
    when: {},
    require: { tier: 'approve', count: 1, level: 'senior', ...require },
  }));
  return policyWith({ people: names.map((name) => people[name]), rules });
}

/** Each demand as rule and number, `self` where an owner's own signature counts. */
function demands(of: Policy, path = PATH, from?: string): readonly string[] {
  const decision = decide(of, facts({ path, from }));
  return demandsOf(of, decision, { path, from }).map(({ rule, needed, self }) => {
    return `${rule} ${needed}${self ? ' self' : ''}`;
  });
}

describe('what is demanded of a change of the policy', () => {
  it('an owner signs themselves, when nobody else listed could', () => {
    assert.deepEqual(demands(policy(['ana', 'jo'], {})), ['r0 1 self']);
    assert.deepEqual(demands(policy(['ana'], {}), '.countersign/allowed_signers'), ['r0 1 self']);
    assert.deepEqual(demands(policy(['ana'], { count: 3 }), '.countersign/revoked_keys'), ['r0 1 self']);
  });

  it('not when someone else could, nor when nobody is an owner', () => {
    assert.deepEqual(demands(policy(['ana', 'bo'], {})), ['r0 1']);
    assert.deepEqual(demands(policy(['jo'], {})), ['r0 1']);
  });

  it('both sign when two of two are asked for, the author as self', () => {
    assert.deepEqual(demands(policy(['ana', 'bo'], { count: 2 })), ['r0 2 self']);
  });

  it('is met rule by rule: what one asks for never bends another', () => {
    const two = policy(['ana', 'bo'], {}, { teams: ['owners'] });
    assert.deepEqual(demands(two), ['r1 1 self', 'r0 1']);
    assert.deepEqual(demands(policy(['ana', 'bo', 'jo'], { level: 'junior', count: 2 }, { teams: ['owners'] })), [
      'r1 1 self',
      'r0 2',
    ]);
  });

  it('a rule that asks for no signature demands none', () => {
    const notify = { tier: 'notify', level: undefined, count: undefined };
    assert.deepEqual(demands(policy(['ana'], notify)), []);
    assert.deepEqual(demands(policy(['ana'], {}, notify)), ['r0 1 self']);
  });
});

describe('what is demanded of any other file', () => {
  it('is the rules’ together, and nobody signs their own', () => {
    const two = policy(['ana', 'bo'], { count: 2 }, { teams: ['owners'] });
    for (const path of ['src/a.ts', 'x/.countersign/policy.jsonc', '.countersign/policy.jsonc2', '.gitattributes']) {
      const [demand, ...others] = demandsOf(two, decide(two, facts({ path })), { path });
      assert.deepEqual(others, []);
      assert.deepEqual({ ...demand?.requires }, { ...demand?.requires, count: 2, teams: ['owners'] });
      assert.equal(demand?.needed, 2);
      assert.equal(demand.self, false);
    }
  });

  it('also where it takes the place of a key file', () => {
    const alone = policy(['ana'], {});
    assert.deepEqual(demands(alone, '.countersign/revoked_keys', 'src/guards.conf'), ['r0 1']);
    assert.deepEqual(demands(alone, 'src/guards.conf', '.countersign/revoked_keys'), ['r0 1']);
    assert.deepEqual(demands(alone, '.countersign/revoked_keys', '.countersign/allowed_signers'), ['r0 1 self']);
  });
});
