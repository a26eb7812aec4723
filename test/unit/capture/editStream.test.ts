/** What is said of an edit only after it was settled. */
import assert from 'node:assert/strict';
import type { LogOutputChannel, TextDocument } from 'vscode';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { NOTE_WAIT } from '../../../src/editor/capture/changeQueue';
import { classify } from '../../../src/editor/capture/classify';
import { EditStream } from '../../../src/editor/capture/editStream';
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
    const edited = event([change(text, offset, removed, inserted)], []);
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
