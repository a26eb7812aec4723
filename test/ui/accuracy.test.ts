import assert from 'node:assert/strict';
import { KINDS } from '../accuracy/kinds';
import { runSession } from '../accuracy/session';
import { mistakeText } from '../accuracy/tables';

/** A short run of what `npm run accuracy` does at length: each kind of edit about once. */
describe('Accuracy, each kind of edit about once', () => {
  it('calls nothing of an AI human and nothing of a person AI, and is right where there is a sign', async function () {
    this.timeout(300_000);
    const run = await runSession({ seed: 4, actions: 40, say: () => undefined });
    const wrong = run.mistakes
      .filter(({ kind, got }) => kind !== 'neutral text' && (got !== 'unknown' || KINDS[kind].signal))
      .map(mistakeText);
    assert.equal(run.characters.aiCalledHuman, 0, wrong.join('\n'));
    assert.equal(run.characters.humanCalledAi, 0, wrong.join('\n'));
    assert.equal(run.events.aiCalledHuman + run.events.humanCalledAi, 0, JSON.stringify(run.eventMatrix));
    assert.deepEqual(wrong, []);
    assert.deepEqual(run.abandoned, []);
    assert.ok(run.characters.characters > 300, `only ${run.characters.characters} characters were compared`);
    assert.ok((run.matrix['ai']?.['ai'] ?? 0) > 50, 'hardly any text of an AI was recognised');
  });
});
