/** `countersign verify` of a large change, as CI runs it: a process of its own, time and peak memory. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { largeChange } from './largeChange';
import type { Size } from './largeChange';
import { elapsed, median, timeProcess } from './timing';
import type { Measurement } from './tracker';

const FULL: Size = { files: 100_000, changed: 2_000, lines: 50_000, signoffs: 1_000 };
const QUICK: Size = { files: 1_000, changed: 200, lines: 5_000, signoffs: 100 };

interface Judged {
  /** Milliseconds: making the repository; verify as a whole; its processor time without git's. */
  readonly made: number;
  readonly time: number;
  readonly processor: number;
  /** Kilobytes without git's. */
  readonly memory: number;
}

export function benchVerify(dist: string, quick: boolean): Promise<Measurement[]> {
  const size = quick ? QUICK : FULL;
  const { made, time, processor, memory } = judge(dist, size);
  const { changed, lines, signoffs, files } = size;
  const name = `verify, ${changed} files, ${lines} lines, ${signoffs} sign-offs, in ${files} files`;
  return Promise.resolve([
    { name: `${name}: repository made`, unit: 'ms', value: made, budget: Infinity },
    { name: `${name}, median of 3`, unit: 'ms', value: time, budget: 3_000 },
    { name: `${name}, processor time without git's`, unit: 'ms', value: processor, budget: Infinity },
    { name: `${name}, peak memory without git's`, unit: 'MB', value: memory / 1000, budget: 300 },
  ]);
}

/**
 * The same for changes of growing size in one size of repository. Linear: a file more costs no more among many than among
 * few. Half as much again is allowed, for what the machine does meanwhile.
 */
export function benchVerifyGrowth(dist: string, quick: boolean): Promise<Measurement[]> {
  const [files, sizes] = quick ? [1_000, [10, 50, 100, 200]] : [10_000, [10, 100, 1_000, 2_000]];
  const judged = sizes.map((changed) => {
    const size = { files, changed, lines: 25 * changed, signoffs: Math.ceil(changed / 2) };
    return { changed, ...judge(dist, size) };
  });
  const rows = judged.flatMap(({ changed, time, processor }): Measurement[] => [
    { name: `verify, ${changed} of ${files} files changed, median of 3`, unit: 'ms', value: time, budget: Infinity },
    { name: `… processor time without git's`, unit: 'ms', value: processor, budget: Infinity },
  ]);
  const perFile = (from: number, to: number): number => {
    const [less, more] = [judged[from], judged[to]];
    if (less === undefined || more === undefined) return NaN;
    return (more.processor - less.processor) / (more.changed - less.changed);
  };
  const [, few = 0, many = 0, most = 0] = sizes;
  const growth = perFile(2, 3) / perFile(1, 2);
  const name = `verify, a file more from ${many} to ${most} against one from ${few} to ${many}`;
  return Promise.resolve([...rows, { name, unit: '×', value: growth, budget: 1.5 }]);
}

/** Makes the repository and judges it three times; all that was signed has to be satisfied. */
function judge(dist: string, size: Size): Judged {
  let top = '';
  const made = elapsed(() => (top = largeChange(size)));
  const times: number[] = [];
  const processor: number[] = [];
  let memory = 0;
  try {
    const verify = ['verify', '--base', 'main', '--head', 'feature', '--json', '--cwd', top];
    const args = ['-r', join(__dirname, 'peakMemory.js'), join(dist, 'cli.js'), ...verify];
    for (let round = 0; round < 3; round++) {
      const { milliseconds, stdout, stderr } = timeProcess(process.execPath, args);
      const { summary } = JSON.parse(stdout) as { summary: { lines: number; satisfied: number } };
      if (summary.satisfied < size.changed) throw new Error(`only ${JSON.stringify(summary)} was signed`);
      times.push(milliseconds);
      processor.push(Number(/processor ([\d.]+)/.exec(stderr)?.[1]));
      memory = Math.max(memory, Number(/peak (\d+)/.exec(stderr)?.[1]));
    }
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
  return { made, time: median(times), processor: median(processor), memory };
}
