/** The beginning of `npm run test:differential`, which asks thousands. */
import assert from 'node:assert/strict';
import { compare } from '../../differential/compare';
import { DIFFERENCES } from '../../differential/differences';
import { temporaryFolder } from './sshTools';

describe('mutated signatures, sign-offs and key files', () => {
  const folder = temporaryFolder();
  after(folder.remove);

  it('are judged as ssh-keygen judges them, or the difference is listed; we accept more of CRLF armour only', async function () {
    this.timeout(60_000);
    const result = await compare({ folder: folder.path, seed: 20261122, count: 200, rsa: false });
    assert.deepEqual(
      result.unexplained.map(({ mutation, ours, theirs }) => [mutation.name, ours, theirs]),
      [],
    );
    assert.ok(result.bothAccept >= 5, 'or nothing would be compared but refusals');
    assert.ok(result.bothRefuse >= 100);
    assert.deepEqual(
      DIFFERENCES.filter(({ weAccept }) => weAccept).map(({ name }) => name),
      ['armour with CRLF'],
    );
  });
});
