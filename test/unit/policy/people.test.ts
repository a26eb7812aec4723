import assert from 'node:assert/strict';
import {
  eligibleSigners,
  levelOf,
  levelRank,
  lowestLevel,
  personOf,
  satisfiable,
} from '../../../src/core/policy/people';
import { policyOfRules, policyWith, requirement } from './samples';

const policy = policyWith();
const ids = (people: readonly { readonly id: string }[]) => people.map((person) => person.id);

describe('people of a policy', () => {
  it('finds a person by any e-mail address, letter case aside', () => {
    assert.equal(personOf(policy, 'ANA@example.com')?.id, 'ana');
    assert.equal(personOf(policy, 'ana@home.example')?.id, 'ana');
    assert.equal(personOf(policy, 'ana@example.org'), undefined);
  });

  it('gives whoever is not listed the level of others', () => {
    assert.equal(levelOf(policy, 'cy@example.com'), 'principal');
    assert.equal(levelOf(policy, 'eve@example.com'), 'junior');
    assert.equal(levelOf(policyWith({ others: 'mid' }), ''), 'mid');
  });

  it('ranks levels lowest first and unknown ones below all', () => {
    assert.deepEqual(
      policy.levels.map((level) => levelRank(policy, level)),
      [0, 1, 2, 3],
    );
    assert.equal(levelRank(policy, 'chief'), -1);
  });

  it('takes the lowest of several levels, others of none', () => {
    assert.equal(lowestLevel(policy, ['senior', 'mid', 'principal']), 'mid');
    assert.equal(lowestLevel(policy, ['senior', 'chief']), 'chief');
    assert.equal(lowestLevel(policy, []), 'junior');
  });

  it('lets only people of the level, and in every team, sign', () => {
    assert.deepEqual(ids(eligibleSigners(policy, requirement({ level: 'junior' }))), ['ana', 'bo', 'cy']);
    assert.deepEqual(ids(eligibleSigners(policy, requirement())), ['ana', 'cy']);
    assert.deepEqual(ids(eligibleSigners(policy, requirement({ teams: ['payments'] }))), ['ana', 'cy']);
    assert.deepEqual(ids(eligibleSigners(policy, requirement({ teams: ['payments', 'data'] }))), ['cy']);
    assert.deepEqual(eligibleSigners(policy, requirement({ level: 'chief' })), []);
  });

  it('names rules that listed people cannot meet', () => {
    const hard = policyOfRules(
      [{}, { tier: 'approve', count: 2, level: 'senior' }],
      [{}, { tier: 'approve', count: 2, level: 'principal' }],
      [{}, { tier: 'approve', teams: ['legal'] }],
      [{}, { tier: 'notify' }],
    );
    const problems = satisfiable(hard, 'p');
    assert.deepEqual(
      problems.map((problem) => problem.field),
      ['rules[1].require', 'rules[2].require'],
    );
    assert.deepEqual(
      [...new Set(problems.map((problem) => `${problem.code} ${problem.path}`))],
      ['policy-unsatisfiable p'],
    );
    assert.match(
      problems[0]?.message ?? '',
      /at least 2 listed, of level principal or above, .* rule r1, found 1; add people/,
    );
    assert.match(problems[1]?.message ?? '', /in legal/);
    assert.deepEqual(satisfiable(policy), []);
  });
});
