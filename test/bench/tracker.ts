/** Benchmarks of the tracker: one edit in a large document, replay of real sessions, claims for a file. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { liveFile } from '../../src/core/tracking/claims';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import type { TextChange } from '../../src/core/tracking/history';
import type { Source } from '../../src/core/model/origin';
import { nodeHash } from '../../src/node/hash';
import { replay } from './replay';
import { readTrace } from './trace';

export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  readonly budget: number;
}

const TRACES = join(__dirname, '../fixtures/traces');
const HUMAN: Source = { origin: 'human', via: 'typing', evidence: 'observed' };
const AI: Source = { origin: 'ai', via: 'completion', evidence: 'reported', actor: { tool: 'assistant' } };

/** All measurements of the tracker, with the budgets they should stay within. */
export async function benchTracker(): Promise<Measurement[]> {
  const results = [...editEvents()];
  for (const trace of ['rustcode', 'sveltecomponent']) results.push(...replayed(trace));
  results.push(...claims());
  return Promise.resolve(results);
}

/** One event in a document of 100,000 lines with 10,000 spans: typing in one place, and at random places. */
function* editEvents(): Generator<Measurement> {
  const random = generator(7);
  const tracker = largeTracker(100_000, 10_000);
  const typing: number[] = [];
  const anywhere: number[] = [];
  let caret = tracker.length >> 1;
  const texts = ['x', ' ', 'foo', '\n', ''];
  for (let i = 0; i < 40_000; i++) {
    if (i % 200 === 0) caret = Math.floor(random() * tracker.length);
    const near: TextChange = { offset: caret++, removed: 0, text: texts[i % 7 === 0 ? 1 : 0] ?? '' };
    typing.push(timed(() => tracker.apply([near], { kind: 'edit', source: HUMAN })));
    const text = texts[Math.floor(random() * texts.length)] ?? '';
    const offset = Math.floor(random() * (tracker.length - 20));
    const far: TextChange = { offset, removed: text === '' ? 8 : Math.floor(random() * 3), text };
    anywhere.push(timed(() => tracker.apply([far], { kind: 'edit', source: i % 2 === 0 ? HUMAN : AI })));
  }
  yield* percentiles('edit event, typing, 100,000 lines, 10,000 spans', typing);
  yield* percentiles('edit event, anywhere, 100,000 lines, 10,000 spans', anywhere);
}

function* percentiles(name: string, nanoseconds: number[]): Generator<Measurement> {
  // The first tenth warms the engine up.
  const sorted = nanoseconds.slice(nanoseconds.length / 10).sort((a, b) => a - b);
  const at = (share: number): number => (sorted[Math.floor(sorted.length * share)] ?? 0) / 1000;
  yield { name: `${name}, p50`, unit: 'µs', value: at(0.5), budget: 10 };
  yield { name: `${name}, p99`, unit: 'µs', value: at(0.99), budget: 100 };
}

/** Replays a real session. The budget holds against the rope, the tracker's own structure; the gap buffer is the floor. */
function* replayed(name: string): Generator<Measurement> {
  const found = replay(readTrace(join(TRACES, `${name}.json.gz`)));
  assert.ok(found.textMatches);
  assert.equal(found.characters.ai + found.characters.unknown, 0);
  const { edits, milliseconds, baselineMilliseconds: rope, gapBufferMilliseconds: gap } = found;
  const measured = (what: string, unit: string, value: number, budget = Infinity): Measurement => {
    return { name: `replay ${name}, ${what}`, unit, value, budget };
  };
  yield measured(`${edits} edits, tracked`, 'ms', milliseconds);
  yield measured('plain rope', 'ms', rope);
  yield measured('plain gap buffer', 'ms', gap);
  yield measured('tracked by rope', '×', milliseconds / rope, 2);
  yield measured('tracked by gap buffer', '×', milliseconds / gap);
}

/** Claims and digest of a file of 10,000 lines, a tenth of them changed; and all of them. */
function* claims(): Generator<Measurement> {
  const some = largeTracker(10_000, 1_000);
  const whole = new DocumentTracker('');
  const text = some.text();
  whole.apply([{ offset: 0, removed: 0, text }], { kind: 'edit', source: AI });
  const lines = (tracker: DocumentTracker): number =>
    liveFile(tracker, 'src/file.ts', nodeHash).hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  yield {
    name: `claims, 10,000 lines, ${lines(some)} changed`,
    unit: 'ms',
    value: best(() => lines(some)),
    budget: 10,
  };
  yield { name: 'claims, 10,000 lines, all changed', unit: 'ms', value: best(() => lines(whole)), budget: 40 };
  const states = best(() => [...some.lineStates()].length);
  yield { name: 'line states, 10,000 lines', unit: 'ms', value: states, budget: 5 };
}

function largeTracker(lines: number, spans: number): DocumentTracker {
  const text = Array.from({ length: lines }, (_, i) => `    const value${i} = compute(${i}, seed);\n`).join('');
  const tracker = new DocumentTracker(text);
  tracker.setInitial(Array.from({ length: lines }, () => ({ kind: 'neutral' }) as const));
  const starts: number[] = [];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at);
  for (let span = spans - 1; span >= 0; span--) {
    const offset = starts[Math.floor((span * lines) / spans)] ?? 0;
    tracker.apply([{ offset, removed: 0, text: ' // note' }], { kind: 'edit', source: span % 2 === 0 ? AI : HUMAN });
  }
  return tracker;
}

function best(work: () => unknown): number {
  let least = Infinity;
  for (let round = 0; round < 15; round++) least = Math.min(least, timed(work));
  return least / 1e6;
}

function timed(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start);
}

/** A linear congruential generator (Numerical Recipes): the same load on every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
