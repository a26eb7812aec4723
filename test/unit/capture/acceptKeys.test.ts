import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import { ACCEPTED_COMMAND, acceptedSource } from '../../../src/editor/capture/acceptance';
import { DEED_COMMAND, deedOf } from '../../../src/editor/capture/deeds';

const keys = manifest.contributes.keybindings.filter(({ command }) => command === 'runCommands');
const noteOf = ({ args }: (typeof keys)[number]) => args.commands.find((each) => typeof each === 'object');
const accepting = keys.filter((key) => noteOf(key)?.command === ACCEPTED_COMMAND);
const doing = keys.filter((key) => noteOf(key)?.command === DEED_COMMAND);

/** The editor's own command comes first: then no fault, delay or absence of ours can swallow the key. */
describe('The keys that are watched', () => {
  it('run the editor’s command first and our note behind it, only while we are there to take it', () => {
    assert.equal(accepting.length + doing.length, keys.length);
    for (const key of keys) {
      const [original, note] = key.args.commands;
      assert.equal(key.args.commands.length, 2);
      assert.equal(typeof original, 'string');
      assert.equal(note, noteOf(key));
      assert.match(key.when, /^countersign\.capturing && /);
    }
  });

  it('that accept name a channel of an assistant, and are taken only while a completion shows', () => {
    assert.ok(accepting.length >= 4);
    for (const key of accepting) {
      assert.notEqual(acceptedSource(noteOf(key)?.args, undefined), undefined);
      if (!key.when.includes('countersign.has.')) {
        assert.match(key.when, /inlineSuggestionVisible|inlineEditIsVisible|inInlineEditsPreviewEditor/);
      }
    }
  });

  it('that edit name a deed, and have the same condition on every platform', () => {
    assert.ok(doing.length >= 15);
    for (const key of doing) assert.notEqual(deedOf(noteOf(key)?.args), undefined, JSON.stringify(key));
  });

  it('note nothing that names no channel and no deed of theirs', () => {
    for (const args of [{ via: 'typing' }, { via: 'paste' }, undefined, 'completion', {}]) {
      assert.equal(acceptedSource(args, undefined), undefined);
    }
    for (const args of [{ deed: 'typing' }, { deed: 7 }, undefined, 'format', {}])
      assert.equal(deedOf(args), undefined);
  });

  it('say whose the completion was where a key is an assistant’s own, or only one can have made it', () => {
    assert.deepEqual(acceptedSource({ via: 'completion', tool: 'acme.pilot' }, { tool: 'other.one' })?.actor, {
      tool: 'acme.pilot',
    });
    assert.deepEqual(acceptedSource({ via: 'completion' }, { tool: 'other.one' })?.actor, { tool: 'other.one' });
    assert.equal(acceptedSource({ via: 'completion' }, undefined)?.actor, undefined);
  });
});
