import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Source } from '../../../src/core/model/origin';
import type { TextChange } from '../../../src/core/tracking/history';
import { ChangeQueue, EVENT_WAIT, KEY_WAIT, NOTE_WAIT } from '../../../src/editor/capture/changeQueue';
import type { Verdict } from '../../../src/editor/capture/classify';
import { TYPING } from '../../../src/editor/capture/classify';
import type { How } from '../../../src/editor/capture/deeds';
import type { ChatContext } from '../../../src/editor/capture/editEvent';

const KEYED: Verdict = { kind: 'keyed', how: { kind: 'edit', source: TYPING } };
const UNEXPLAINED: Verdict = { kind: 'unexplained', how: { kind: 'edit', source: 'unknown' }, name: false };
const NAME: Verdict = { ...UNEXPLAINED, name: true };
const accepted = (via: Source['via']): Source => ({ origin: 'ai', via, evidence: 'observed' });
const UNDO: Verdict = { kind: 'certain', how: { kind: 'undo' } };
const typed = (...carets: number[]): Verdict => ({ kind: 'typed', carets });

interface AddOptions {
  readonly dirty?: boolean;
  readonly offset?: number;
  readonly removed?: string;
  readonly chat?: ChatContext;
}

function makeQueue() {
  const settled: string[] = [];
  const queue = new ChangeQueue((changes, how) => settled.push(`${changes[0]?.text}: ${said(how)}`));
  const add = (
    text: string,
    verdict: Verdict,
    at: number,
    { dirty = true, offset = 0, removed = '', chat }: AddOptions = {},
  ): void => {
    const changes = [{ offset, removed: removed.length, text }];
    const exchanges = (): readonly { removed: string; text: string }[] => [{ removed, text }];
    queue.add({ changes, verdict, dirty, chat, exchanges, suggestsAi: false }, at);
  };
  return { queue, add, settled };
}

function said(how: How): string {
  if (how.kind === 'layout') return how.by === 'unknown' ? 'unknown layout' : `${how.by.origin} layout ${how.by.via}`;
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
    queue.expire(KEY_WAIT + 10);
    assert.deepEqual(settled, ['a: unknown', 'b: unknown']);
  });

  it('are typing in a row when one selection event stands for fast keys, and only without a gap', () => {
    const { queue, add, settled } = makeQueue();
    add('x', typed(31), 0, { offset: 30 });
    add('a', typed(1), 0);
    add('b', typed(2), 0, { offset: 1 });
    queue.selected([[2, 2]], true, 1);
    queue.flush(true);
    assert.deepEqual(settled, ['x: unknown', 'a: human typing', 'b: human typing']);
  });

  it('are an acceptance when its note follows, whatever they look like', () => {
    const { queue, add, settled } = makeQueue();
    add('completion', UNEXPLAINED, 0);
    queue.accepted(accepted('completion'), 1);
    add('\n', KEYED, 10);
    queue.accepted(accepted('partial-completion'), 11);
    add(')', typed(1), 20);
    queue.selected([[1, 1]], false, 21);
    queue.accepted(accepted('next-edit'), 22);
    assert.deepEqual(settled, ['completion: ai completion', '\n: ai partial-completion', '): ai next-edit']);
  });

  it('are a person’s when the editor says that they were a cut', () => {
    const { queue, settled } = makeQueue();
    const cut = [{ offset: 0, removed: 40, text: '' }];
    queue.add({ changes: cut, verdict: UNEXPLAINED, dirty: true, exchanges: () => [], suggestsAi: false }, 0);
    queue.cut([...cut], 1);
    assert.deepEqual(settled, []);
    queue.cut(cut, 1);
    assert.deepEqual(settled, [': human typing']);
  });

  it('take no note that belongs to an edit before them', () => {
    const { queue, add, settled } = makeQueue();
    add('completion', UNEXPLAINED, 0);
    queue.accepted(accepted('completion'), 1);
    add('x', typed(1), 2);
    queue.selected([[1, 1]], true, 3);
    queue.accepted(accepted('completion'), 4);
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
    add('a', typed(1), 0, { dirty: false });
    add('b', KEYED, 0, { dirty: false });
    queue.selected([[1, 1]], true, 1);
    queue.expire(EVENT_WAIT + 10);
    assert.deepEqual(settled, ['a: external disk', 'b: external disk']);
  });

  it('were edits when the document becomes dirty right behind them, or is saved', () => {
    const { queue, add, settled } = makeQueue();
    add('a', typed(1), 0, { dirty: false });
    queue.becameDirty(1);
    queue.selected([[1, 1]], true, 2);
    add('b', KEYED, 3, { dirty: false });
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
    const { queue, add } = makeQueue();
    const text = 'one two';
    const before = (offset: number, length: number): string => text.slice(offset, offset + length);
    add('\n    ', KEYED, 0, { offset: 3 });
    add('x', UNEXPLAINED, 0, { removed: 'one' });
    // Now: "x\n     two".
    assert.equal(queue.textAt(2, 4, before), '    ');
    assert.equal(queue.textAt(7, 3, before), 'two');
    assert.equal(queue.textAt(5, 3, before), '  t');
    assert.equal(queue.textAt(0, 10, before), 'x\n     two');
  });

  it('tell what stands at any place, whatever waits', () => {
    const edits = fc.array(fc.array(fc.tuple(fc.nat(), fc.nat(), fc.string({ maxLength: 4 })), { maxLength: 3 }), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), edits, fc.nat(), fc.nat(), (start, wanted, from, count) => {
        const { queue } = makeQueue();
        let text = start;
        for (const places of wanted) {
          const changes = apart(places, text.length);
          text = changes.reduceRight(
            (now, { offset, removed, text: put }) => now.slice(0, offset) + put + now.slice(offset + removed),
            text,
          );
          const incoming = { changes, verdict: UNEXPLAINED, dirty: true, suggestsAi: false, exchanges: () => [] };
          queue.add(incoming, 0);
        }
        const offset = from % (text.length + 1);
        const length = count % (text.length - offset + 1);
        const before = (at: number, many: number): string => start.slice(at, at + many);
        assert.equal(queue.textAt(offset, length, before), text.slice(offset, offset + length));
      }),
    );
  });

  describe('behind a command’s key', () => {
    it('are what its note says, when they have the shape that its command gives them', () => {
      const { queue, add, settled } = makeQueue();
      add('a;\n', UNEXPLAINED, 0, { removed: 'a\n' });
      queue.did('format', 1);
      add('words of somebody', UNEXPLAINED, 10);
      queue.did('format', 11);
      queue.expire(11 + EVENT_WAIT);
      assert.deepEqual(settled, ['a;\n: tool layout format', 'words of somebody: unknown']);
    });

    it('are told by a note that renaming sent ahead, for as long as a language server may take', () => {
      const { queue, add, settled } = makeQueue();
      queue.did('rename', 0);
      add('sum', UNEXPLAINED, 4000, { removed: 'total' });
      add('sum', UNEXPLAINED, 4001, { removed: 'total' });
      queue.expire(10_000);
      assert.deepEqual(settled, ['sum: tool layout refactor', 'sum: unknown']);
    });

    it('are not taken for the renaming that was announced when a key makes them', () => {
      const { queue, add, settled } = makeQueue();
      queue.did('rename', 0);
      add('', KEYED, 4000, { removed: 'x' });
      add('sum', UNEXPLAINED, 5000, { removed: 'total' });
      queue.expire(10_000);
      assert.deepEqual(settled, [': human typing', 'sum: tool layout refactor']);
    });

    it('are a chosen suggestion though the next key was faster than its note', () => {
      const { queue, add, settled } = makeQueue();
      add('sumValue', NAME, 0, { removed: 'sum' });
      add('\n', KEYED, 20, { offset: 8 });
      queue.did('suggest', 25);
      queue.expire(1000);
      assert.deepEqual(settled, ['sumValue: human suggest', '\n: human typing']);
    });

    it('are a chosen suggestion when the next character stands right behind it, from the same keystroke', () => {
      const { queue, add, settled } = makeQueue();
      add('Math', NAME, 0, { offset: 4, removed: 'Mat' });
      add('.', typed(9), 1, { offset: 8 });
      queue.selected([[9, 9]], true, 2);
      add('Math', NAME, 100, { offset: 4, removed: 'Mat' });
      add('.', typed(9), 400, { offset: 8 });
      queue.selected([[9, 9]], true, 401);
      queue.expire(1000);
      assert.deepEqual(settled, ['Math: human suggest', '.: human typing', 'Math: unknown', '.: human typing']);
    });
  });

  it('are what a save tidied when the save follows at once, and words or what was typed never', () => {
    const { queue, add, settled } = makeQueue();
    add(';', typed(1), 0);
    queue.selected([[1, 1]], true, 0);
    add(',', UNEXPLAINED, 0);
    add(';', typed(40), 1);
    add('guard();', UNEXPLAINED, 1);
    queue.saving(2);
    queue.expire(EVENT_WAIT);
    const tidy = [',: tool layout format', ';: tool layout format'];
    assert.deepEqual(settled, [';: human typing', ...tidy, 'guard();: unknown']);
  });

  describe('while a chat has edits pending', () => {
    const source = { origin: 'ai', via: 'chat-edit', evidence: 'observed' } as const;
    const chat: ChatContext = { source, inside: false, undone: () => false };

    it('are the chat’s unless the text before its edits took them too', () => {
      const { queue, add, settled } = makeQueue();
      add('guard();', UNEXPLAINED, 0, { chat });
      add('palette', UNEXPLAINED, 1, { chat, offset: 40 });
      queue.mirrored([{ offset: 32, removed: 0, text: 'palette' }], 2);
      queue.expire(EVENT_WAIT);
      assert.deepEqual(settled, ['guard();: ai chat-edit', 'palette: unknown']);
    });

    it('are not the renaming that was announced long before, unless the text before the chat’s edits took it', () => {
      const { queue, add, settled } = makeQueue();
      queue.did('rename', 0);
      add('sum', UNEXPLAINED, 4000, { chat, removed: 'total' });
      queue.expire(4000 + EVENT_WAIT);
      queue.did('rename', 6000);
      add('net', UNEXPLAINED, 7000, { chat, removed: 'sum' });
      queue.mirrored([{ offset: 0, removed: 3, text: 'net' }], 7001);
      queue.expire(7000 + EVENT_WAIT);
      assert.deepEqual(settled, ['sum: ai chat-edit', 'net: tool layout refactor']);
    });

    it('take back what the chat did only where the text before its edits did not take them', () => {
      const { queue, add, settled } = makeQueue();
      const back: Verdict = { kind: 'unexplained', how: { kind: 'restore' }, name: false };
      add('before();\n', back, 0, { chat, removed: 'after();\n' });
      add('twice();\n', back, 1, { chat, removed: 'typed();\n' });
      queue.mirrored([{ offset: 0, removed: 9, text: 'twice();\n' }], 2);
      queue.expire(EVENT_WAIT);
      assert.deepEqual(settled, ['before();\n: restore', 'twice();\n: unknown']);
    });

    it('are not what the save tidied, which the editor makes by itself then', () => {
      const { queue, add, settled } = makeQueue();
      add(';', UNEXPLAINED, 0, { chat });
      queue.saving(1);
      queue.expire(EVENT_WAIT);
      assert.deepEqual(settled, [';: ai chat-edit']);
    });

    it('are what the save tidied when the text before the chat’s edits took them too', () => {
      const { queue, add, settled } = makeQueue();
      add(';', UNEXPLAINED, 0, { chat, offset: 40 });
      queue.mirrored([{ offset: 32, removed: 0, text: ';' }], 1);
      queue.expire(NOTE_WAIT + 10);
      queue.saving(NOTE_WAIT + 20);
      add('guard();', UNEXPLAINED, NOTE_WAIT + 30, { chat });
      queue.mirrored([{ offset: 32, removed: 0, text: 'guard();' }], NOTE_WAIT + 31);
      queue.saving(NOTE_WAIT + 40);
      queue.expire(NOTE_WAIT + 30 + EVENT_WAIT);
      assert.deepEqual(settled, [';: tool layout format', 'guard();: unknown']);
    });

    it('are a person’s when the keyboard says so, in the chat’s own text too', () => {
      const { queue, add, settled } = makeQueue();
      add('x', typed(1), 0, { chat: { ...chat, inside: true } });
      queue.selected([[1, 1]], true, 1);
      add('\n', KEYED, 2, { chat: { ...chat, inside: true } });
      add('', KEYED, 3, { chat, removed: '!' });
      queue.expire(EVENT_WAIT);
      assert.deepEqual(settled, ['x: human typing', '\n: human typing', ': ai chat-edit']);
    });
  });
});

/** Changes in order that don't overlap, out of any numbers. */
function apart(places: readonly (readonly [number, number, string])[], length: number): TextChange[] {
  let free = 0;
  return places.flatMap(([skip, removed, text]): TextChange[] => {
    if (free > length) return [];
    const offset = free + (skip % (length - free + 1));
    const count = removed % (length - offset + 1);
    free = offset + count + 1;
    return [{ offset, removed: count, text }];
  });
}
