import assert from 'node:assert/strict';
import type { EditKind } from '../../../src/core/tracking/documentTracker';
import { ChangeQueue, EVENT_WAIT, NOTE_WAIT } from '../../../src/editor/capture/changeQueue';
import type { Verdict } from '../../../src/editor/capture/classify';
import { TYPING } from '../../../src/editor/capture/classify';

const KEYED: Verdict = { kind: 'keyed', how: { kind: 'edit', source: TYPING } };
const UNEXPLAINED: Verdict = { kind: 'unexplained' };
const UNDO: Verdict = { kind: 'certain', how: { kind: 'undo' } };
const typed = (...carets: number[]): Verdict => ({ kind: 'typed', carets });

function makeQueue() {
  const settled: string[] = [];
  const queue = new ChangeQueue((changes, how) => settled.push(`${changes[0]?.text}: ${said(how)}`));
  const add = (text: string, verdict: Verdict, at: number, dirty = true, offset = 0): void =>
    queue.add([{ offset, removed: 0, text }], verdict, dirty, at);
  return { queue, add, settled };
}

function said(how: EditKind): string {
  if (how.kind !== 'edit') return how.kind;
  return how.source === 'unknown' ? 'unknown' : `${how.source.origin} ${how.source.via}`;
}

describe('Edits that wait for what tells their origin', () => {
  it('are typing when the keyboard moved the caret behind them', () => {
    const { queue, add, settled } = makeQueue();
    add('a', typed(1), 0);
    assert.deepEqual(settled, []);
    queue.selected([[1, 1]], true, 1);
    assert.deepEqual(settled, ['a: human typing']);
  });

  it('are unknown when something else moved it, when it went elsewhere, and when nothing comes', () => {
    const { queue, add, settled } = makeQueue();
    add('a', typed(1), 0);
    queue.selected([[1, 1]], false, 1);
    add('b', typed(2), 2);
    queue.selected([[40, 40]], true, 3);
    queue.expire(EVENT_WAIT + 10);
    assert.deepEqual(settled, ['a: unknown', 'b: unknown']);
  });

  it('are typing in a row when one selection event stands for fast keys, and only without a gap', () => {
    const { queue, add, settled } = makeQueue();
    add('x', typed(31), 0, true, 30);
    add('a', typed(1), 0, true, 0);
    add('b', typed(2), 0, true, 1);
    queue.selected([[2, 2]], true, 1);
    queue.flush(true);
    assert.deepEqual(settled, ['x: unknown', 'a: human typing', 'b: human typing']);
  });

  it('are an acceptance when its note follows, whatever they look like', () => {
    const { queue, add, settled } = makeQueue();
    add('completion', UNEXPLAINED, 0);
    queue.accepted('completion', 1);
    add('\n', KEYED, 10);
    queue.accepted('partial-completion', 11);
    add(')', typed(1), 20);
    queue.selected([[1, 1]], false, 21);
    queue.accepted('next-edit', 22);
    assert.deepEqual(settled, ['completion: ai completion', '\n: ai partial-completion', '): ai next-edit']);
  });

  it('are a person’s when the editor says that they were a cut', () => {
    const { queue, settled } = makeQueue();
    const cut = [{ offset: 0, removed: 40, text: '' }];
    queue.add(cut, UNEXPLAINED, true, 0);
    queue.cut([...cut], 1);
    assert.deepEqual(settled, []);
    queue.cut(cut, 1);
    assert.deepEqual(settled, [': human typing']);
  });

  it('take no note that belongs to an edit before them', () => {
    const { queue, add, settled } = makeQueue();
    add('completion', UNEXPLAINED, 0);
    queue.accepted('completion', 1);
    add('x', typed(1), 2);
    queue.selected([[1, 1]], true, 3);
    queue.accepted('completion', 4);
    add('y', typed(2), 5);
    queue.selected([[2, 2]], true, 6);
    assert.deepEqual(settled, ['completion: ai completion', 'x: human typing', 'y: human typing']);
  });

  it('are keyed, or unknown, only once no note can follow', () => {
    const { queue, add, settled } = makeQueue();
    add('\n', KEYED, 0);
    add('word', UNEXPLAINED, 1);
    queue.expire(NOTE_WAIT);
    assert.deepEqual(settled, []);
    queue.expire(NOTE_WAIT + 10);
    assert.deepEqual(settled, ['\n: human typing', 'word: unknown']);
  });

  it('came from disk when the document never becomes dirty', () => {
    const { queue, add, settled } = makeQueue();
    add('a', typed(1), 0, false);
    add('b', KEYED, 0, false);
    queue.selected([[1, 1]], true, 1);
    queue.expire(EVENT_WAIT + 10);
    assert.deepEqual(settled, ['a: external disk', 'b: external disk']);
  });

  it('were edits when the document becomes dirty right behind them, or is saved', () => {
    const { queue, add, settled } = makeQueue();
    add('a', typed(1), 0, false);
    queue.becameDirty(1);
    queue.selected([[1, 1]], true, 2);
    add('b', KEYED, 3, false);
    queue.flush(true);
    assert.deepEqual(settled, ['a: human typing', 'b: human typing']);
  });

  it('keep their order: what is certain waits for what came before', () => {
    const { queue, add, settled } = makeQueue();
    add('a', typed(1), 0);
    add('a', UNDO, 1);
    assert.deepEqual(settled, []);
    queue.selected([[1, 1]], true, 2);
    assert.deepEqual(settled, ['a: human typing', 'a: undo']);
    assert.equal(queue.isEmpty, true);
  });

  it('tell what stands at a place though the tracker has not seen them', () => {
    const { queue } = makeQueue();
    const text = 'one two';
    const before = (offset: number, length: number): string => text.slice(offset, offset + length);
    queue.add([{ offset: 3, removed: 0, text: '\n    ' }], KEYED, true, 0);
    queue.add([{ offset: 0, removed: 3, text: 'x' }], UNEXPLAINED, true, 0);
    // Now: "x\n     two".
    assert.equal(queue.textAt(2, 4, before), '    ');
    assert.equal(queue.textAt(7, 3, before), 'two');
    assert.equal(queue.textAt(5, 3, before), undefined);
  });
});
