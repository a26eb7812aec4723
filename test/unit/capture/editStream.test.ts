/** What is said of an edit only after it was settled. */
import assert from 'node:assert/strict';
import type { LogOutputChannel, TextDocument } from 'vscode';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { NOTE_WAIT } from '../../../src/editor/capture/changeQueue';
import { classify } from '../../../src/editor/capture/classify';
import { EditStream } from '../../../src/editor/capture/editStream';
import { Renaming } from '../../../src/editor/capture/renaming';
import { OpenDocument } from '../../../src/editor/capture/openDocument';
import { change, event } from './edits';

const AI = { origin: 'ai', via: 'completion', evidence: 'observed' } as const;
const TYPED = { origin: 'human', via: 'typing', evidence: 'observed' } as const;

/** A stream over a text whose lines a person typed. */
function makeStream(text: string) {
  const tracker = new DocumentTracker('');
  tracker.apply([{ offset: 0, removed: 0, text }], { kind: 'edit', source: TYPED });
  const document = { isDirty: true, version: 1, getText: () => text } as unknown as TextDocument;
  const around = { log: {} as LogOutputChannel } as unknown as OpenDocument['around'];
  const nothing = (): void => undefined;
  let corrected = 0;
  const events = { settled: nothing, reloaded: nothing, corrected: () => void corrected++, calmed: nothing };
  const stream = new EditStream(new OpenDocument(document, 'a.ts', around), tracker, events);
  const edit = (offset: number, removed: number, inserted: string): void => {
    const textBefore = (at: number, count: number): string => text.slice(Math.max(at - count, 0), at);
    const edited = event([change(text, offset, removed, inserted)], [], { textBefore });
    stream.edited(edited, classify(edited, undefined));
  };
  const origins = (): string[] => [...stream.tracker.lineStates()].map(({ origin, via }) => `${origin} ${via}`);
  return { stream, edit, origins, corrections: () => corrected };
}

/** Longer than any note is waited for. */
const overdue = (): Promise<void> => new Promise((resume) => setTimeout(resume, NOTE_WAIT + 150));

describe('An edit that was settled before its note came', () => {
  it('is the copy that it was, on a machine that was too busy to say so in time', async () => {
    const { stream, edit, origins, corrections } = makeStream('const first = 1;\nconst last = 2;\n');
    edit(0, 0, 'const first = 1;\n');
    await overdue();
    assert.deepEqual(origins(), ['unknown other', 'human typing', 'human typing']);
    stream.did('copy');
    assert.deepEqual(origins(), ['human typing', 'human typing', 'human typing']);
    assert.equal(corrections(), 1);
    stream.dispose();
  });

  it('is the completion that was accepted', async () => {
    const { stream, edit, origins } = makeStream('const first = 1;\n');
    edit(17, 0, 'const made = first + 1;\n');
    await overdue();
    stream.accepted(AI);
    assert.deepEqual(origins(), ['human typing', 'ai completion']);
    stream.dispose();
  });

  it('is made nobody’s by a note that would call it a person’s', async () => {
    const { stream, edit, origins } = makeStream('const first = 1;\n');
    edit(17, 0, 'word');
    await overdue();
    stream.did('replace');
    stream.did('suggest');
    assert.deepEqual(origins(), ['human typing', 'unknown other']);
    stream.dispose();
  });

  it('takes no note that an edit behind it should have', async () => {
    const { stream, edit, origins } = makeStream('const first = 1;\nconst last = 2;\n');
    edit(0, 0, 'const first = 1;\n');
    await overdue();
    edit(0, 0, 'guard(first);\n');
    stream.accepted(AI);
    stream.flush();
    assert.deepEqual(origins(), ['ai completion', 'unknown other', 'human typing', 'human typing']);
    stream.dispose();
  });
});

describe('A renaming that a key announced to every open file', () => {
  const TEXT = 'if () grant(total);\nif (allow) pay(total);\n';
  const at = (what: string): number => TEXT.indexOf(what);

  it('is believed where whole names are exchanged, or grow, and not where a name is put or taken out', async () => {
    const cases: readonly (readonly [number, number, string, string])[] = [
      [at('total'), 5, 'sum', 'human typing'],
      [at('total'), 5, 'totalSum', 'human typing'],
      [at('total') + 5, 0, 'Sum', 'human typing'],
      [at('tal)'), 2, 'ps', 'human typing'],
      [at(')'), 0, 'isAdmin', 'unknown other'],
      [at('total'), 5, '', 'unknown other'],
    ];
    const streams = cases.map(([offset, removed, text]) => {
      const made = makeStream(TEXT);
      made.stream.did('rename');
      made.edit(offset, removed, text);
      return made;
    });
    await overdue();
    for (const [index, { stream, origins }] of streams.entries()) {
      stream.flush();
      assert.equal(origins()[0], cases[index]?.[3], cases[index]?.[2]);
      stream.dispose();
    }
  });

  it('is spent in all of them, but for the same names, once one was renamed in', async () => {
    const [first, like, other] = [makeStream(TEXT), makeStream(TEXT), makeStream(TEXT)];
    const renaming = new Renaming();
    for (const { stream } of [first, like, other]) stream.did('rename', renaming);
    first.edit(at('total'), 5, 'sum');
    await overdue();
    like.edit(at('total'), 5, 'tum');
    other.edit(at('allow'), 5, 'deny');
    const late = makeStream(TEXT);
    late.stream.did('rename', renaming);
    late.edit(TEXT.lastIndexOf('total'), 5, 'sum');
    await overdue();
    assert.deepEqual(first.origins(), ['human typing', 'human typing']);
    assert.deepEqual(other.origins(), ['human typing', 'unknown other']);
    assert.deepEqual(late.origins(), ['human typing', 'human typing']);
    assert.deepEqual(like.origins(), ['unknown other', 'human typing']);
    for (const { stream } of [first, like, other, late]) stream.dispose();
  });

  it('is that of a late note too, for whole names alone', async () => {
    for (const [offset, removed, text, expected] of [
      [at('total'), 5, 'sum', 'human typing'],
      [at(')'), 0, 'isAdmin', 'unknown other'],
    ] as const) {
      const { stream, edit, origins } = makeStream(TEXT);
      edit(offset, removed, text);
      await overdue();
      stream.did('rename');
      assert.equal(origins()[0], expected);
      stream.dispose();
    }
  });
});
