import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';
import { chooseHost } from './choose';
import { followEvents, type SuiteCounts } from './events';
import { ensureHost } from './install';
import { openPage } from './page';
import { launchBrowser } from './playwright';
import { makeRepository } from './repository';
import { startServer } from './server';
import type { Say } from './steps';

const PROJECT = path.resolve(__dirname, '../../..');
const TESTS = path.join(PROJECT, 'out/test/vscode/index.js');
const START_LIMIT = 120_000;
/** Between two results; a single test has 30 seconds of its own. */
const SILENCE_LIMIT = 120_000;

type Poll = () => SuiteCounts;

/** Runs the bundled suite of `test/vscode` inside a real extension host, on a fresh git repository. */
export async function runVscodeSuite(say: Say): Promise<SuiteCounts> {
  const choice = await chooseHost();
  say(`Host: ${choice.kind === 'desktop' ? 'desktop VS Code' : 'the VS Code workbench from npm'} (${choice.reason}).`);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-vscode-'));
  const repository = makeRepository();
  const events = path.join(scratch, 'events.jsonl');
  const poll = followEvents(events, say);
  const env = { COUNTERSIGN_TEST_EVENTS: events };
  try {
    if (choice.kind === 'desktop') await runOnDesktop(repository.folder, scratch, env, poll);
    else await runOnNpmHost(repository.folder, env, poll, say);
    return poll();
  } finally {
    repository.remove();
    fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function runOnDesktop(
  folder: string,
  scratch: string,
  env: Readonly<Record<string, string>>,
  poll: Poll,
): Promise<void> {
  const timer = setInterval(poll, 200);
  try {
    await runTests({
      extensionDevelopmentPath: PROJECT,
      extensionTestsPath: TESTS,
      launchArgs: [
        folder,
        '--disable-workspace-trust',
        '--disable-updates',
        `--user-data-dir=${path.join(scratch, 'data')}`,
        `--extensions-dir=${path.join(scratch, 'extensions')}`,
      ],
      extensionTestsEnv: env,
    });
  } finally {
    clearInterval(timer);
  }
}

async function runOnNpmHost(
  folder: string,
  env: Readonly<Record<string, string>>,
  poll: Poll,
  say: Say,
): Promise<void> {
  const host = await ensureHost(say);
  const start = Date.now();
  const server = await startServer(host, { env: { ...passedOn(), ...env } });
  const browser = await launchBrowser(host);
  try {
    const { page, messages } = await openPage(browser, server, {
      folder,
      developmentExtensions: [PROJECT],
      testsModule: TESTS,
    });
    say(`  workbench at ${server.url} after ${((Date.now() - start) / 1000).toFixed(1)} s`);
    const problem = await waitForEnd(poll);
    if (problem === undefined) return;
    const screenshot = path.join(PROJECT, 'out/vscode-suite.png');
    await page.screenshot({ path: screenshot });
    const tail = [...messages, ...server.log().split('\n')].slice(-40).join('\n');
    throw new Error(`${problem} What the window shows: ${screenshot}\n${tail}`);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** Variables that steer the suite and would be lost with an environment of its own. */
function passedOn(): Record<string, string> {
  const grep = process.env['COUNTERSIGN_TEST_GREP'];
  return grep === undefined ? {} : { COUNTERSIGN_TEST_GREP: grep };
}

async function waitForEnd(poll: Poll): Promise<string | undefined> {
  let last = '';
  let since = Date.now();
  for (;;) {
    const counts = poll();
    if (counts.ended) return undefined;
    const now = JSON.stringify(counts);
    if (now !== last) {
      last = now;
      since = Date.now();
    }
    const started = counts.passed + counts.failed + counts.skipped > 0;
    if (Date.now() - since > (started ? SILENCE_LIMIT : START_LIMIT)) {
      return started ? 'The suite fell silent.' : 'The extension host did not start the suite.';
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
