import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { SuiteEvent } from '../support/host/events';

/**
 * Runs the suite inside the extension host, which calls this by VS Code's own convention. Each result is appended to
 * the file that COUNTERSIGN_TEST_EVENTS names, at once, so that whoever waits outside can show it.
 */
export function run(): Promise<void> {
  const file = process.env['COUNTERSIGN_TEST_EVENTS'];
  if (file === undefined) throw new Error('COUNTERSIGN_TEST_EVENTS names no file to report to.');
  const tell = (event: SuiteEvent): void => fs.appendFileSync(file, `${JSON.stringify(event)}\n`);

  // So that a failure names the line of the source.
  process.setSourceMapsEnabled(true);
  const grep = process.env['COUNTERSIGN_TEST_GREP'];
  const mocha = new Mocha({
    ui: 'bdd',
    timeout: 30_000,
    reporter: Mocha.reporters.Base,
    forbidOnly: process.env['CI'] !== undefined,
    ...(grep === undefined ? {} : { grep }),
  });
  for (const name of fs.readdirSync(__dirname, { recursive: true, encoding: 'utf8' }).sort()) {
    if (name.endsWith('.test.js')) mocha.addFile(path.join(__dirname, name));
  }
  return new Promise((resolve) => {
    const runner = mocha.run((failures) => {
      tell({ kind: 'end', failures });
      resolve();
    });
    tell({ kind: 'start', tests: runner.total });
    runner.on('pass', (test) => tell({ kind: 'pass', title: test.titlePath(), milliseconds: test.duration ?? 0 }));
    runner.on('pending', (test) => tell({ kind: 'pending', title: test.titlePath() }));
    runner.on('fail', (test, error: Error) =>
      tell({ kind: 'fail', title: test.titlePath(), message: error.stack ?? error.message }),
    );
  });
}
