/** What ships: the sizes of the bundles, the start of the command line, the activation of the extension. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { median, timeProcess } from './timing';
import type { Measurement } from './tracker';

/** Bytes of the minified bundles, in kB of 1000 bytes. */
export function benchBundles(dist: string): Measurement[] {
  const size = (name: string, file: string, budget: number): Measurement => ({
    name: `bundle: ${name}, minified`,
    unit: 'kB',
    value: statSync(join(dist, file)).size / 1000,
    budget,
  });
  return [
    size('extension', 'extension.js', 300),
    size('command line', 'cli.js', 400),
    size('webview', 'webview/summary.js', 60),
  ];
}

/** `countersign --version` against `node -e 0`, in turns so that both meet the same machine. */
export function benchStart(dist: string): Measurement[] {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < 20; round++) {
    bare.push(timeProcess(process.execPath, ['-e', '0']).milliseconds);
    ours.push(timeProcess(process.execPath, [join(dist, 'cli.js'), '--version']).milliseconds);
  }
  return [
    { name: 'countersign --version, median of 20', unit: 'ms', value: median(ours), budget: Infinity },
    { name: 'countersign --version, more than node -e 0', unit: 'ms', value: median(ours) - median(bare), budget: 40 },
  ];
}

/**
 * Loading `extension.js` and calling `activate` with an API that answers everything and does nothing: our own share of the
 * activation, without the host's.
 */
export function benchActivation(dist: string): Measurement[] {
  const script = join(__dirname, 'activation.js');
  const times = Array.from({ length: 9 }, () =>
    Number(timeProcess(process.execPath, [script, join(dist, 'extension.js')]).stdout),
  );
  return [
    {
      name: 'activation (require and activate, stand-in for the API), median of 9',
      unit: 'ms',
      value: median(times),
      budget: 50,
    },
  ];
}
