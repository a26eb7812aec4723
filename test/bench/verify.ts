/** `countersign verify` of a large change, as CI runs it: a process of its own, time and peak memory. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { largeChange } from './largeChange';
import type { Size } from './largeChange';
import { elapsed, median, timeProcess } from './timing';
import type { Measurement } from './tracker';

const FULL: Size = { files: 100_000, changed: 2_000, lines: 50_000, signoffs: 1_000 };
const QUICK: Size = { files: 1_000, changed: 200, lines: 5_000, signoffs: 100 };

export function benchVerify(dist: string, quick: boolean): Promise<Measurement[]> {
  const size = quick ? QUICK : FULL;
  let top = '';
  const made = elapsed(() => (top = largeChange(size)));
  const times: number[] = [];
  const processor: number[] = [];
  let memory = 0;
  try {
    const args = [
      '-r',
      join(__dirname, 'peakMemory.js'),
      join(dist, 'cli.js'),
      'verify',
      '--base',
      'main',
      '--head',
      'feature',
    ];
    for (let round = 0; round < 3; round++) {
      const { milliseconds, stdout, stderr } = timeProcess(process.execPath, [...args, '--json', '--cwd', top]);
      const { summary } = JSON.parse(stdout) as { summary: { lines: number; satisfied: number } };
      if (summary.satisfied < size.changed) throw new Error(`only ${JSON.stringify(summary)} was signed`);
      times.push(milliseconds);
      processor.push(Number(/processor ([\d.]+)/.exec(stderr)?.[1]));
      memory = Math.max(memory, Number(/peak (\d+)/.exec(stderr)?.[1]));
    }
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
  const { changed, lines, signoffs, files } = size;
  const name = `verify, ${changed} files, ${lines} lines, ${signoffs} sign-offs, in ${files} files`;
  return Promise.resolve([
    { name: `${name}: repository made`, unit: 'ms', value: made, budget: Infinity },
    { name: `${name}, median of 3`, unit: 'ms', value: median(times), budget: 3_000 },
    { name: `${name}, processor time without git's`, unit: 'ms', value: median(processor), budget: Infinity },
    { name: `${name}, peak memory without git's`, unit: 'MB', value: memory / 1000, budget: 300 },
  ]);
}
