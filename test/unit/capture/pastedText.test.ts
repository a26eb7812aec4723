import assert from 'node:assert/strict';
import type { Source } from '../../../src/core/model/origin';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import type { Fragment } from '../../../src/core/tracking/fragment';
import { CopiedText, copiedRanges, isPasteOf, pasteKind } from '../../../src/editor/capture/pastedText';
import { selection } from './edits';

const AI: Source = { origin: 'ai', via: 'completion', evidence: 'observed' };
const HUMAN: Source = { origin: 'human', via: 'typing', evidence: 'observed' };

const inserted = (...texts: string[]) => texts.map((text, index) => ({ offset: index, removed: 0, text }));

/** Text of these sources, copied. */
function copied(...parts: readonly (readonly [string, Source])[]): Fragment {
  const tracker = new DocumentTracker('');
  for (const [text, source] of parts) {
    tracker.apply([{ offset: tracker.length, removed: 0, text }], { kind: 'edit', source });
  }
  return tracker.fragment(0, tracker.length);
}

/** Origins by line after pasting a text into an empty document. */
function pasted(text: string, fragment: Fragment | undefined): string[] {
  const tracker = new DocumentTracker('');
  tracker.apply(inserted(text), pasteKind(inserted(text), fragment));
  return [...tracker.lineStates()].map(({ origin, via }) => `${origin} ${via}`);
}

describe('Recognising a paste', () => {
  it('knows the text as it is, laid out anew, or spread over several carets', () => {
    assert.equal(isPasteOf(inserted('a();\nb();\n'), 'a();\nb();\n'), true);
    assert.equal(isPasteOf(inserted('a();\n    b();\n'), '  a();\r\n  b();'), true);
    assert.equal(isPasteOf(inserted('a();', 'b();'), 'a();\nb();'), true);
    assert.equal(isPasteOf(inserted('a();', 'a();'), 'a();'), true);
    assert.equal(isPasteOf(inserted('  '), '  '), true);
  });

  it('takes nothing else for it', () => {
    assert.equal(isPasteOf(inserted('a();\nc();'), 'a();\nb();'), false);
    assert.equal(isPasteOf(inserted('a();'), 'a();\nb();'), false);
    assert.equal(isPasteOf(inserted('x'), '  '), false);
    assert.equal(isPasteOf([], 'a'), false);
  });
});

describe('Pasting', () => {
  it('makes no AI line human where several carets get lines that read alike', () => {
    const fragment = copied(['retry();\n', HUMAN], ['retry();', AI]);
    const changes = [
      { offset: 0, removed: 0, text: 'retry();' },
      { offset: 1, removed: 0, text: 'retry();' },
    ];
    const tracker = new DocumentTracker('\n');
    tracker.apply(changes, pasteKind(changes, fragment));
    assert.deepEqual(
      [...tracker.lineStates()].map(({ origin }) => origin),
      ['unknown', 'unknown'],
    );
    const typed = copied(['retry();\n', HUMAN], ['retry();', HUMAN]);
    const again = new DocumentTracker('\n');
    again.apply(changes, pasteKind(changes, typed));
    assert.deepEqual(
      [...again.lineStates()].map(({ origin }) => origin),
      ['human', 'human'],
    );
  });

  const mixed = copied(['typed();\n', HUMAN], ['  generated();\n', AI]);

  it('is a paste when the text comes from elsewhere', () => {
    assert.deepEqual(pasted('generated();\n', undefined), ['paste paste']);
  });

  it('brings the origins along when the text was copied here', () => {
    assert.deepEqual(pasted('typed();\n  generated();\n', mixed), ['human typing', 'ai completion']);
  });

  it('brings them along when the editor indents the text anew', () => {
    assert.deepEqual(pasted('    typed();\n      generated();\n', mixed), ['human typing', 'ai completion']);
  });

  it('never makes generated text a mere paste when it can not be followed', () => {
    assert.deepEqual(pasted('typed(); generated();', mixed), ['unknown other']);
    assert.deepEqual(pasted('typed( );', copied(['typed();', HUMAN])), ['paste paste']);
  });

  it('is remembered in the order of the text, whichever selection came first, with the lines of carets beside', () => {
    const text = 'typed();\ngenerated();\nlast();\n';
    const lengthOf = (line: number): number => text.split('\n')[line]?.length ?? 0;
    const below = selection(text, 9, 18);
    const above = selection(text, 0, 5);
    assert.deepEqual(copiedRanges([below, above], lengthOf), [above, below]);
    assert.deepEqual(copiedRanges([below, selection(text, 3)], lengthOf), [selection(text, 0, 8), below]);
    assert.deepEqual(copiedRanges([below, selection(text, 19)], lengthOf), [below]);
    assert.deepEqual(copiedRanges([selection(text, 3)], lengthOf), [selection(text, 3)]);
  });

  it('finds what was copied by its text, whatever the line ends, and forgets the oldest', () => {
    const memory = new CopiedText();
    memory.remember(copied(['a();', AI]));
    assert.equal(memory.find('a();\r\n')?.text, 'a();');
    assert.equal(memory.find('b();'), undefined);
    for (let number = 0; number < 30; number++) memory.remember(copied([`n${number}`, HUMAN]));
    assert.equal(memory.find('a();'), undefined);
    assert.equal(memory.find('n29')?.text, 'n29');
  });
});
