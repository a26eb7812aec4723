/** Ten seeds of the fuzzer in memory; `npm run fuzz:model` plays many more. */
import assert from 'node:assert/strict';
import { fuzz, unknownShare } from '../../fuzz/main';
import { modelWorld } from '../../fuzz/modelWorld';

describe('random edits and merges, in memory', () => {
  for (const seed of [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]) {
    it(`seed ${seed}: no line has a wrong origin`, async () => {
      const { failed, tally } = await fuzz({ make: modelWorld, seed, sequences: 20, steps: 30 });
      assert.deepEqual(failed, []);
      assert.ok(tally.lines > 1000, `${tally.lines} lines were compared`);
      assert.ok(unknownShare(tally) <= 0.005, JSON.stringify(tally.unknown));
    });
  }
});
