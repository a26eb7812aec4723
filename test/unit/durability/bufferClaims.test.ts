/** Whose the lines of a text are that an editor brought back: exact, carried, or unknown; never human for want of proof. */
import assert from 'node:assert/strict';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { DEFAULT_THRESHOLDS } from '../../../src/core/model/fold';
import type { LiveFile } from '../../../src/core/model/live';
import type { Source } from '../../../src/core/model/origin';
import { liveFile } from '../../../src/core/tracking/claims';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import type { KeptStates } from '../../../src/node/bufferClaims';
import { bufferClaims } from '../../../src/node/bufferClaims';
import { nodeHash } from '../../../src/node/hash';
import type { UnsavedBuffer } from '../../../src/node/unsaved';
import { AI, HUMAN } from '../../support/repository';

const TYPED = 'export const typedByHand = 1;\n';
const MADE = 'export const madeByCompletion = 2;\n';
const OPEN = 'export const nobodyKnowsThis = 3;\n';
const LATER = 'export const typedAfterTheNote = 4;\n';

function state(...parts: readonly (readonly [string, Source | 'unknown'])[]): LiveFile {
  const tracker = new DocumentTracker('');
  for (const [text, source] of parts) {
    tracker.apply([{ offset: tracker.length, removed: 0, text }], { kind: 'edit', source });
  }
  return liveFile(tracker, 'a.ts', nodeHash);
}

function noted(...parts: readonly (readonly [string, Source | 'unknown'])[]): UnsavedBuffer {
  const text = parts.map(([part]) => part).join('');
  return { ...state(...parts), lines: fileLines(nodeHash, text).exact };
}

function told(text: string, kept: Partial<KeptStates>): string {
  const lines = fileLines(nodeHash, text);
  const around = { author: 'bo', records: [], thresholds: DEFAULT_THRESHOLDS };
  const known = bufferClaims(lines, 'a.ts', { states: [], buffers: [], isUnsaved: true, ...kept }, around);
  return lines.lines.map((_, line) => known[line]?.origin ?? '?').join(' ');
}

describe('what speaks for a text that an editor brought back', () => {
  it('the buffer that was noted with exactly this content, over what is newer', () => {
    const ours = noted([TYPED, HUMAN], [MADE, AI], [OPEN, 'unknown']);
    const theirs = noted([MADE, HUMAN]);
    assert.equal(told(TYPED + MADE + OPEN, { buffers: [theirs, ours], states: [state([OPEN, HUMAN])] }), 'human ai ?');
  });

  it('else the newest buffer, carried; what came after the note is unknown', () => {
    const buffers = [noted([TYPED, HUMAN], [MADE, AI], [OPEN, 'unknown'])];
    assert.equal(told(TYPED + MADE + LATER + OPEN, { buffers }), 'human ai ? ?');
  });

  it('the journal for lines that the buffer does not hold, and never for what it could not explain', () => {
    const buffers = [noted([MADE, AI], [OPEN, 'unknown'])];
    const states = [state([TYPED, HUMAN], [OPEN, HUMAN])];
    assert.equal(told(TYPED + MADE + OPEN, { buffers, states }), 'human ai ?');
    const withoutLines = buffers.map((buffer) => ({ ...buffer, lines: undefined }));
    assert.equal(told(TYPED + MADE + OPEN, { buffers: withoutLines, states }), '? ai ?');
  });

  it('for a saved text the journal, and a buffer only where it is exactly this text', () => {
    const buffers = [noted([TYPED, HUMAN], [MADE, AI])];
    const saved = { buffers, isUnsaved: false };
    assert.equal(told(TYPED + MADE, saved), 'human ai');
    assert.equal(told(TYPED + MADE, { ...saved, states: [state([TYPED, AI], [MADE, AI])] }), 'ai ai');
    assert.equal(told(TYPED + MADE + LATER, saved), '? ? ?');
    assert.equal(told(TYPED, { buffers: [], states: [] }), '?');
  });
});
