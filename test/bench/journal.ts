/** Save of a file of 10,000 lines to the journal: its claims, its digest and the append. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { liveFile } from '../../src/core/tracking/claims';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import { nodeHash } from '../../src/node/hash';
import { appendLive } from '../../src/node/journal';
import { elapsed, median } from './timing';
import type { Measurement } from './tracker';

export function benchJournal(): Promise<Measurement[]> {
  // First what is common, then what is hard: each changed line is a hunk of its own, with its context.
  return Promise.resolve([100, 1000].flatMap(measure));
}

function measure(changed: number): Measurement[] {
  const lines = 10_000;
  const text = Array.from({ length: lines }, (_, i) => `    const value${i} = compute(${i}, seed);\n`).join('');
  const tracker = new DocumentTracker(text);
  tracker.setInitial(Array.from({ length: lines }, () => ({ kind: 'neutral' }) as const));
  const source = { origin: 'human', via: 'typing', evidence: 'observed' } as const;
  for (let line = lines - 1; line >= 0; line -= lines / changed) {
    const offset = text.indexOf(`value${line} `);
    tracker.apply([{ offset, removed: 0, text: 'my' }], { kind: 'edit', source });
  }
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-journal-'));
  const times: number[] = [];
  for (let round = 0; round < 25; round++) {
    tracker.apply([{ offset: 10 * round, removed: 0, text: 'x' }], { kind: 'edit', source });
    times.push(elapsed(() => appendLive(folder, liveFile(tracker, 'src/file.ts', nodeHash))));
  }
  rmSync(folder, { recursive: true, force: true });
  const name = `save of a file of 10,000 lines, ${changed} of them changed, to the journal`;
  return [
    { name: `${name}, median`, unit: 'ms', value: median(times.slice(1)), budget: 10 },
    { name: `${name}, best of 24`, unit: 'ms', value: Math.min(...times.slice(1)), budget: 10 },
    { name: `${name}, the first time`, unit: 'ms', value: times[0] ?? 0, budget: Infinity },
  ];
}
