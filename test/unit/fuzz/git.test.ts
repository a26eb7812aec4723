/** Ten seeds of the fuzzer with real git, shorter than those of `npm run fuzz:git`. */
import assert from 'node:assert/strict';
import { gitWorlds } from '../../fuzz/gitWorld';
import { fuzz } from '../../fuzz/main';

const worlds = gitWorlds();
after(() => worlds.close());

describe('random edits and git operations, with real git', function () {
  this.timeout(120_000);
  for (const seed of [21, 22, 23, 24, 25, 26, 27, 28, 29, 30]) {
    it(`seed ${seed}: no line has a wrong origin`, async () => {
      const { failed } = await fuzz({ make: worlds.make, seed, sequences: 1, steps: 10 });
      assert.deepEqual(failed, []);
    });
  }
});
