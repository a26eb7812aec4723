import { playKills } from './killRounds';

describe('An extension host that is killed', function () {
  this.timeout(600_000);

  it('has weakened no saved line and made none human, five times over (50 in `npm run test:kill`)', async () => {
    await playKills({ rounds: 5, seed: 30 }, () => undefined);
  });
});
