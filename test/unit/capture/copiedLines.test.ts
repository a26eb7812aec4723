import assert from 'node:assert/strict';
import type { Source } from '../../../src/core/model/origin';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { copiedBeside } from '../../../src/editor/capture/copiedLines';

const HUMAN: Source = { origin: 'human', via: 'typing', evidence: 'observed' };
const AI: Source = { origin: 'ai', via: 'completion', evidence: 'observed' };
const BY: Source = { origin: 'human', via: 'move', evidence: 'observed' };

function document(...parts: readonly (readonly [string, Source])[]): DocumentTracker {
  const tracker = new DocumentTracker('');
  for (const [text, source] of parts) {
    tracker.apply([{ offset: tracker.length, removed: 0, text }], { kind: 'edit', source });
  }
  return tracker;
}

/** Origins of the lines after a text came in at an offset as a copy. */
function after(tracker: DocumentTracker, offset: number, text: string): string {
  const changes = [{ offset, removed: 0, text }];
  tracker.apply(changes, copiedBeside(tracker, changes, BY));
  return [...tracker.lineStates()].map(({ origin }) => origin).join(' ');
}

describe('A copy of lines beside themselves', () => {
  it('keeps their origins, upwards and downwards, at the start and the end of the text as well', () => {
    const two = (): DocumentTracker => document(['typed();\n', HUMAN], ['made();\n', AI]);
    assert.equal(after(two(), 9, 'made();\n'), 'human ai ai');
    assert.equal(after(two(), 16, '\nmade();'), 'human ai ai');
    assert.equal(after(two(), 8, '\ntyped();'), 'human human ai');
    assert.equal(after(document(['typed();\n', HUMAN], ['made();', AI]), 9, 'made();\n'), 'human ai ai');
    assert.equal(after(document(['a\r\n', HUMAN], ['made();', AI]), 3, 'made();\r\n'), 'human ai ai');
  });

  it('is the person’s where the line was there before the change', () => {
    const neutral = (): DocumentTracker => {
      const tracker = new DocumentTracker('one();\ntwo();\n');
      tracker.setInitial([{ kind: 'neutral' }, { kind: 'neutral' }]);
      return tracker;
    };
    // Down and up; the last line without a line break of its own too.
    assert.equal(after(neutral(), 0, 'one();\n'), 'human');
    assert.equal(after(neutral(), 6, '\none();'), 'human');
    assert.equal(after(neutral(), 7, 'two();\n'), 'human');
  });

  it('takes nothing along of what was deleted at the start of the next line', () => {
    const tracker = new DocumentTracker('one();\n two();\n');
    tracker.setInitial([{ kind: 'neutral' }, { kind: 'neutral' }]);
    tracker.apply([{ offset: 7, removed: 2, text: '' }], { kind: 'edit', source: HUMAN });
    assert.equal(after(tracker, 0, 'one();\n'), 'human human');
    assert.deepEqual(
      [...tracker.lineStates()].map(({ line }) => line),
      [0, 2],
    );
  });

  it('keeps those of a selection that is doubled', () => {
    assert.equal(after(document(['a = ', HUMAN], ['f(x)', AI]), 8, 'f(x)'), 'mixed');
  });

  it('is unknown where equal lines of different origins stand on both sides', () => {
    // Shift+Alt+Down on the second line: the copy comes in before it, behind the first.
    assert.equal(after(document(['send();\n', HUMAN], ['send();\n', AI]), 8, 'send();\n'), 'human unknown ai');
    assert.equal(after(document(['}\n', HUMAN], ['}\n', AI], ['}\n', HUMAN]), 2, '}\n'), 'human unknown ai human');
    assert.equal(after(document(['send();\n', AI], ['send();\n', AI]), 8, 'send();\n'), 'ai ai ai');
  });

  it('is unknown where several carets copy equal lines of different origins', () => {
    const tracker = document(['}\na\n', HUMAN], ['}\n', AI]);
    const changes = [0, 4].map((offset) => ({ offset, removed: 0, text: '}\n' }));
    assert.deepEqual(copiedBeside(tracker, changes, BY), { kind: 'edit', source: 'unknown' });
  });

  it('is unknown where nothing beside it reads like this', () => {
    assert.equal(after(document(['typed();\n', HUMAN]), 9, 'made();\n'), 'human unknown');
  });
});
