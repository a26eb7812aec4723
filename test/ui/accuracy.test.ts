import assert from 'node:assert/strict';
import { ALL_KINDS, KINDS } from '../accuracy/kinds';
import { runSession } from '../accuracy/session';
import { mistakeText } from '../accuracy/tables';

/** A short run of what `npm run accuracy` does at length: each kind of edit about once. */
describe('Accuracy, each kind of edit about once', () => {
  it('calls nothing of an AI human and nothing of a person AI, and is right where there is a sign', async function () {
    this.timeout(300_000);
    const run = await runSession({ seed: 4, actions: 40, say: () => undefined });
    const wrong = run.mistakes.map(mistakeText);
    assert.equal(run.characters.aiCalledHuman, 0, wrong.join('\n'));
    assert.equal(run.characters.humanCalledAi, 0, wrong.join('\n'));
    assert.equal(run.events.aiCalledHuman + run.events.humanCalledAi, 0, JSON.stringify(run.eventMatrix));
    const seen = { characters: 0, correct: 0 };
    for (const kind of ALL_KINDS) {
      const tally = KINDS[kind].signal ? run.kinds[kind] : undefined;
      seen.characters += tally?.characters ?? 0;
      seen.correct += tally?.correct ?? 0;
    }
    // By kind and to 99 % only in the long run: here a kind has a few characters.
    assert.ok(seen.correct >= seen.characters * 0.95, `${seen.correct} of ${seen.characters}:\n${wrong.join('\n')}`);
    assert.deepEqual(run.abandoned, []);
    assert.ok(run.characters.characters > 300, `only ${run.characters.characters} characters were compared`);
    assert.ok((run.matrix['ai']?.['ai'] ?? 0) > 50, 'hardly any text of an AI was recognised');
  });
});
