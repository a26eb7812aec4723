import assert from 'node:assert/strict';
import { mayOwnerSignSelf, signaturesNeeded } from '../../../src/core/policy/singleOwner';
import { policyWith, requirement } from './samples';

const PATH = '.countersign/policy.jsonc';
const ana = { id: 'ana', emails: ['ana@example.com'], level: 'senior' };
const bo = { id: 'bo', emails: ['bo@example.com'], level: 'senior' };
const junior = { id: 'jo', emails: ['jo@example.com'], level: 'junior' };

describe('an owner signs their own policy change', () => {
  it('when nobody else listed could', () => {
    const policy = policyWith({ people: [ana, junior] });
    assert.equal(mayOwnerSignSelf(policy, requirement(), PATH), true);
    assert.equal(mayOwnerSignSelf(policy, requirement(), '.countersign/allowed_signers'), true);
    assert.equal(signaturesNeeded(policy, requirement({ count: 3 }), PATH), 1);
  });

  it('not when someone else could, nor when nobody is an owner', () => {
    assert.equal(mayOwnerSignSelf(policyWith({ people: [ana, bo] }), requirement(), PATH), false);
    assert.equal(mayOwnerSignSelf(policyWith({ people: [junior] }), requirement(), PATH), false);
    assert.equal(signaturesNeeded(policyWith({ people: [junior] }), requirement(), PATH), 1);
  });

  it('when two of two are asked for: both sign, the author as self', () => {
    const policy = policyWith({ people: [ana, bo] });
    assert.equal(mayOwnerSignSelf(policy, requirement({ count: 2 }), PATH), true);
    assert.equal(signaturesNeeded(policy, requirement({ count: 2 }), PATH), 2);
  });

  it('not for any other file', () => {
    const policy = policyWith({ people: [ana] });
    for (const path of ['src/a.ts', 'x/.countersign/policy.jsonc', '.countersign/policy.jsonc2', '.gitattributes']) {
      assert.equal(mayOwnerSignSelf(policy, requirement(), path), false);
      assert.equal(signaturesNeeded(policy, requirement({ count: 3 }), path), 3);
    }
  });

  it('needs none where no signature is asked for', () => {
    const notify = requirement({ tier: 'notify', count: 0 });
    assert.equal(mayOwnerSignSelf(policyWith({ people: [ana] }), notify, PATH), false);
    assert.equal(signaturesNeeded(policyWith({ people: [ana] }), notify, PATH), 0);
  });
});
