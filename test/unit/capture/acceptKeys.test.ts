import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import { ACCEPTED_COMMAND, acceptedVia } from '../../../src/editor/capture/acceptance';

/** The editor's own command comes first: then no fault, delay or absence of ours can swallow the key. */
describe('The keys that accept completions', () => {
  const keys = manifest.contributes.keybindings.filter(({ when }) => when.startsWith('countersign.capturing'));

  it('run the editor’s command first and our note behind it', () => {
    assert.ok(keys.length >= 4);
    for (const { command, args } of keys) {
      assert.equal(command, 'runCommands');
      const [original, note] = args.commands;
      assert.match(
        typeof original === 'string' ? original : '',
        /^editor\.action\.inlineSuggest\.(?:commit|commitAlternativeAction|acceptNextWord)$/,
      );
      assert.ok(typeof note === 'object' && note.command === ACCEPTED_COMMAND);
      assert.notEqual(acceptedVia(note.args), undefined);
      assert.equal(args.commands.length, 2);
    }
  });

  it('are taken only while a completion shows', () => {
    for (const { when } of keys) {
      assert.match(when, /inlineSuggestionVisible|inlineEditIsVisible|inInlineEditsPreviewEditor/);
    }
  });

  it('note nothing that names no channel of theirs', () => {
    assert.equal(acceptedVia({ via: 'typing' }), undefined);
    assert.equal(acceptedVia(undefined), undefined);
    assert.equal(acceptedVia('completion'), undefined);
  });
});
