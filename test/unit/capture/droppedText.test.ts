import assert from 'node:assert/strict';
import { classify } from '../../../src/editor/capture/classify';
import { dragOf, dropHow, filesIn } from '../../../src/editor/capture/droppedText';
import type { Announced, Drag, Range } from '../../../src/editor/capture/droppedText';
import { change, event } from './edits';

const TEXT = 'alpha beta gamma\nline two\nline three\n';

function drag(edits: readonly (readonly [number, number, string])[], ...selections: Range[]): Drag | undefined {
  const changes = edits.map(([offset, removed, text]) => ({ offset, removed, text }));
  return dragOf(changes, selections, (offset, length) => TEXT.slice(offset, offset + length));
}

describe('Dragging text within an editor', () => {
  it('is one event that takes the selection and puts its text elsewhere', () => {
    const down = drag(
      [
        [36, 0, 'beta'],
        [6, 4, ''],
      ],
      [6, 10],
    );
    assert.deepEqual(down, { from: [6, 10], to: [32, 36] });
    const up = drag(
      [
        [0, 0, 'line two\n'],
        [17, 9, ''],
      ],
      [17, 26],
    );
    assert.deepEqual(up, { from: [17, 26], to: [0, 9] });
    assert.deepEqual(
      drag(
        [
          [36, 0, 'beta'],
          [6, 4, ''],
        ],
        [0, 5],
        [6, 10],
      ),
      { from: [6, 10], to: [32, 36] },
    );
  });

  it('or one that puts a copy of the selection elsewhere', () => {
    assert.deepEqual(drag([[36, 0, 'alpha']], [0, 5]), { from: [0, 5], to: [36, 41] });
  });

  it('is nothing else', () => {
    assert.equal(
      drag([
        [36, 0, 'beta'],
        [6, 4, ''],
      ]),
      undefined,
    );
    assert.equal(
      drag(
        [
          [36, 0, 'beta'],
          [6, 4, ''],
        ],
        [6, 11],
      ),
      undefined,
    );
    assert.equal(
      drag(
        [
          [36, 0, 'BETA'],
          [6, 4, ''],
        ],
        [6, 10],
      ),
      undefined,
    );
    assert.equal(
      drag(
        [
          [36, 0, 'beta!'],
          [6, 4, ''],
        ],
        [6, 10],
      ),
      undefined,
    );
    assert.equal(
      drag(
        [
          [36, 0, 'beta'],
          [6, 4, 'x'],
        ],
        [6, 10],
      ),
      undefined,
    );
    assert.equal(
      drag(
        [
          [36, 1, 'beta'],
          [6, 4, ''],
        ],
        [6, 10],
      ),
      undefined,
    );
    assert.equal(
      drag(
        [
          [36, 0, 'beta'],
          [6, 4, ''],
          [0, 0, 'x'],
        ],
        [6, 10],
      ),
      undefined,
    );
    assert.equal(drag([[6, 4, '']], [6, 10]), undefined);
    assert.equal(drag([[8, 0, 'beta']], [6, 10]), undefined);
    assert.equal(drag([[5, 0, '']], [5, 5]), undefined);
    assert.equal(drag([], [6, 10]), undefined);
  });
});

describe('Dropping text and files from elsewhere', () => {
  const announced: Announced = { text: 'const a = 1;\nconst b = 2;', files: [], offset: 17, at: 1000 };
  const what = (text: string, more: Partial<Announced> = {}): string => {
    const drop = { ...announced, ...more };
    const how = dropHow(drop, [{ offset: 17, removed: 0, text }], false, 2000);
    return how?.kind === 'edit' && how.source !== 'unknown' ? `${how.source.origin} ${how.source.via}` : 'no drop';
  };

  it('is the paste of what was announced, where it was announced', () => {
    assert.equal(what('const a = 1;\nconst b = 2;'), 'paste drop');
    assert.equal(what('  const a = 1;\r\n  const b = 2;\n'), 'paste drop');
    assert.equal(what('const a = 1;'), 'no drop');
    assert.equal(what(announced.text, { offset: 16 }), 'no drop');
    assert.equal(what(announced.text, { at: -9000 }), 'no drop');
    const over = dropHow(announced, [{ offset: 17, removed: 3, text: announced.text }], false, 2000);
    assert.equal(over, undefined);
  });

  it('names the files that were dropped', () => {
    assert.deepEqual(filesIn('file:///home/ana/a%20b.png\r\n# no\r\nvscode-local:/x/c.ts\n'), ['a b.png', 'c.ts']);
    assert.deepEqual(filesIn('file:///%E0%A4%A/x%'), ['x%']);
    assert.deepEqual(filesIn(''), []);
    const files = ['a b.png', 'c.ts'];
    assert.equal(what('img/a b.png src/c.ts', { text: '', files }), 'paste drop');
    assert.equal(what('![](img/a%20b.png) [c](src/c.ts)', { text: '', files }), 'paste drop');
    assert.equal(what('img/a b.png', { text: '', files }), 'no drop');
    assert.equal(what(`a b.png c.ts ${'x'.repeat(5000)}`, { text: '', files }), 'no drop');
  });

  it('is never a snippet that the person typed, though the editor reports one', () => {
    const edit = [change(TEXT, 17, 0, 'summary();')];
    const dropped = dropHow(announced, edit, true, 2000);
    assert.deepEqual(dropped, { kind: 'edit', source: 'unknown' });
    const verdict = classify(event(edit, [], { detailed: { source: 'snippet', metadata: {} }, dropped }), undefined);
    assert.deepEqual(verdict, { kind: 'certain', how: { kind: 'edit', source: 'unknown' } });
    const typed = { source: 'cursor', metadata: { kind: 'type' } };
    const other = classify(event(edit, [], { detailed: typed, dropped }), undefined);
    assert.ok(other.kind === 'certain' && other.how.kind === 'edit' && other.how.source !== 'unknown');
  });
});

describe('A drag that the editor reports', () => {
  const edit = [change(TEXT, 6, 4, ''), change(TEXT, 36, 0, 'beta')];
  const detailed = {
    source: 'cursor',
    metadata: { kind: 'executeCommand', detailedSource: 'editor.contrib.dragAndDrop' },
  };

  it('takes along what was dragged, where that is known, and is nobody’s new text', () => {
    const known = classify(event(edit, [], { detailed, drag: { from: [6, 10], to: [32, 36] } }), undefined);
    const by = { origin: 'human', via: 'drop', evidence: 'reported' };
    assert.deepEqual(known, { kind: 'certain', how: { kind: 'drag', from: [6, 10], by } });
    const copied = classify(event([change(TEXT, 36, 0, 'beta')], [], { detailed }), undefined);
    assert.deepEqual(copied, { kind: 'certain', how: { kind: 'edit', source: 'unknown' } });
  });
});
