/** What the tracker keeps in memory, measured in a process of its own, since a heap that did other work says little. */
import assert from 'node:assert/strict';
import type { Source } from '../../src/core/model/origin';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import { timeProcess } from './timing';
import type { Measurement } from './tracker';

const SPANS = 1_000_000;
const TEXTS = ['const a;', ' // why\n'] as const;
const WRITERS: readonly Source[] = [
  { origin: 'human', via: 'typing', evidence: 'observed' },
  { origin: 'ai', via: 'completion', evidence: 'reported', actor: { tool: 'assistant' } },
];

/** Heap that a tracker of a million spans holds, by starting this bundle once more. */
export function benchMemory(): Measurement[] {
  const script = process.argv[1] ?? '';
  const bytes = Number(timeProcess(process.execPath, ['--expose-gc', script, '--spans-memory']).stdout);
  const text = (SPANS * (TEXTS[0].length + TEXTS[1].length)) / 2;
  const name = `memory, ${SPANS.toLocaleString('en')} spans of 8 characters`;
  return [
    { name, unit: 'MB', value: bytes / 1e6, budget: Infinity },
    { name: `${name}, per span, without its text`, unit: 'B', value: (bytes - text) / SPANS, budget: Infinity },
  ];
}

/** In the process of its own: bytes of heap in use after a collection, with the tracker less without it. */
export function spansMemory(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('start with --expose-gc');
  gc();
  const before = process.memoryUsage().heapUsed;
  const tracker = new DocumentTracker('');
  for (let span = 0; span < SPANS; span++) {
    const text = TEXTS[span % 2 === 0 ? 0 : 1];
    const source = WRITERS[span % 2];
    assert(source !== undefined);
    tracker.apply([{ offset: tracker.length, removed: 0, text }], { kind: 'edit', source });
  }
  gc();
  const bytes = process.memoryUsage().heapUsed - before;
  let spans = 0;
  for (const { length } of tracker.runs()) spans += length > 0 ? 1 : 0;
  assert.equal(spans, SPANS);
  return bytes;
}
