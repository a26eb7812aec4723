/** The one thing to do next. */
import assert from 'node:assert/strict';
import type { Situation } from '../../../src/panel/nextStep';
import { nextStep } from '../../../src/panel/nextStep';

const QUIET: Situation = {
  problems: 0,
  hookInstalled: true,
  toDecide: 0,
  viewed: 0,
  uncommitted: 0,
  unasked: 0,
  awaiting: 0,
  rejected: 0,
  unpushed: 0,
  hasRemote: true,
};

describe('the next step', () => {
  const cases: readonly (readonly [string, Partial<Situation>, string | undefined])[] = [
    ['nothing', {}, undefined],
    ['a broken file before all else', { problems: 1, toDecide: 2, unasked: 1 }, 'show-problems'],
    ['looking before signing', { toDecide: 2, viewed: 1 }, 'review'],
    ['signing what was looked at', { toDecide: 2, viewed: 2 }, 'sign'],
    ['a reviewer needs no hook to sign', { toDecide: 1, viewed: 1, hookInstalled: false }, 'sign'],
    ['the hook before a commit without a record', { hookInstalled: false, uncommitted: 1 }, 'install-hook'],
    ['a commit before a request that would miss it', { uncommitted: 1, unasked: 3 }, 'commit'],
    ['asking', { unasked: 1, awaiting: 2, unpushed: 1 }, 'request'],
    ['handing on what was asked', { awaiting: 2, unpushed: 1 }, 'push'],
    ['waiting, once it is handed on', { awaiting: 2 }, undefined],
    ['no push without a remote', { awaiting: 2, unpushed: 1, hasRemote: false }, undefined],
    ['settling a rejection', { rejected: 1 }, 'settle'],
  ];
  for (const [name, situation, expected] of cases) {
    it(name, () => assert.equal(nextStep({ ...QUIET, ...situation }), expected));
  }
});
