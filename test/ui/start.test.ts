import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureHost } from '../support/host/install';
import { openPage } from '../support/host/page';
import { launchBrowser, type Browser } from '../support/host/playwright';
import { openWorkbenches, Workbench } from './driver';

const PROJECT = path.resolve(__dirname, '../..');

describe('npm start', function () {
  this.timeout(180_000);
  const output = { text: '', firstAfter: Infinity };
  let start: ChildProcess;
  let ended: Promise<number | null>;
  let browser: Browser;
  let addresses: readonly URL[] = [];
  const windows: Workbench[] = [];

  before(async () => {
    const since = Date.now();
    start = spawn(process.execPath, ['scripts/start.js'], {
      cwd: PROJECT,
      env: { ...process.env, COUNTERSIGN_HOST: 'npm' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    ended = new Promise((resolve) => start.once('close', resolve));
    const collect = (chunk: Buffer): void => {
      output.firstAfter = Math.min(output.firstAfter, Date.now() - since);
      output.text += chunk.toString();
    };
    start.stdout?.on('data', collect);
    start.stderr?.on('data', collect);
    await until(() => output.text.includes('First:') || start.exitCode !== null);
    addresses = [...output.text.matchAll(/http:\/\/\S+\/\?folder=\S+/g)].map(([address]) => new URL(address));
    browser = await launchBrowser(await ensureHost(console.log));
  });

  after(async () => {
    for (const window of windows) await window.close();
    await browser?.close();
    start.kill('SIGTERM');
    await ended;
  });

  /** A window on the started server, as if its address had been opened by hand. */
  async function open(address: URL | undefined): Promise<Workbench> {
    assert.ok(address, `npm start printed no address:\n${output.text}`);
    const folder = folderOf(address);
    const server = {
      url: address.origin,
      authority: address.host,
      home: '',
      extensionHosts: () => [],
      log: () => output.text,
      close: async () => undefined,
    };
    const view = await openPage(browser, server, { folder });
    const window = new Workbench(server, view, [() => view.context.close()]);
    windows.push(window);
    openWorkbenches.add(window);
    await window.settled(true);
    return window;
  }

  it('says at once what it is doing, then an address for each person and the first thing to do', () => {
    assert.match(output.text, /^Countersign: building the extension and a sample repository/);
    // On an idle machine it is a tenth of a second.
    assert.ok(output.firstAfter < 3000, `the first words came after ${output.firstAfter} ms`);
    assert.deepEqual(
      addresses.map((address) => path.basename(folderOf(address))),
      ['shop-ana', 'shop-bo'],
    );
    assert.match(output.text, /^First: In Ana's window, click the Countersign icon/m);
  });

  it('opens Ana’s window with the README that says the same', async () => {
    const ana = await open(addresses[0]);
    await ana.webview().locator('h1').filter({ hasText: 'start here' }).waitFor();
    await ana.webview().locator('strong').filter({ hasText: 'click the Countersign icon' }).waitFor();
    await ana.waitForText('.statusbar-item', 'discounts');
    await ana.screenshot('start-ana');
  });

  it('shows Ana, behind the icon at the left edge, the four blocks that wait for her', async () => {
    const [ana] = windows;
    assert.ok(ana);
    const icon = await ana.see('.activitybar .action-item [aria-label^="Countersign"]');
    // A badge with the number of blocks lies over the icon.
    await icon.click({ force: true });
    await ana.waitForText('.pane', 'bo asks for');
    const rows = await ana.treeRows('Review Queue');
    for (const place of ['src/discount.js:1', 'src/pay.js:5', 'src/pay.js:8', 'src/shipping.js:2']) {
      assert.ok(
        rows.some((row) => row.includes(place)),
        `${place} in ${rows.join('; ')}`,
      );
    }
    await ana.screenshot('start-ana-queue');
  });

  it('lets Ana ask the gate in a terminal, which fails', async () => {
    const [ana] = windows;
    assert.ok(ana);
    await ana.runCommand('Terminal: Create New Terminal');
    await ana.see('.terminal-wrapper.active .xterm-screen');
    const answer = path.join(folderOf(addresses[0]), '.git/answer');
    await ana.type(`countersign verify --base origin/main >.git/answer; echo "exit $?" >>.git/answer\n`);
    await until(() => fs.existsSync(answer) && /^exit \d/m.test(fs.readFileSync(answer, 'utf8')));
    const said = fs.readFileSync(answer, 'utf8');
    assert.match(said, /^✗ src\/pay\.js:5 \(removes 5-7\) {2}ai /m);
    assert.match(said, /^4 of \d blocks need a sign-off/m);
    assert.match(said, /^exit 1$/m);
  });

  it('lets Bo take a completion with Tab where the README says', async () => {
    const bo = await open(addresses[1]);
    const readme = fs.readFileSync(path.join(folderOf(addresses[1]), 'README.md'), 'utf8');
    const line = /^ {7}(export function .*\()$/m.exec(readme)?.[1] ?? '';
    // The window opens on its README, which takes the keyboard when it comes.
    await bo.waitForText('.tab.active', 'README.md');
    await bo.openFile('src/refund.js');
    await bo.press('Control+End');
    await bo.type(line);
    await bo.waitForGhostText();
    await bo.screenshot('start-bo');
    await bo.press('Tab');
    await bo.waitForNoGhostText();
    await bo.save();
    const saved = fs.readFileSync(path.join(folderOf(addresses[1]), 'src/refund.js'), 'utf8');
    assert.match(saved, /^export function refundFee\(amount, days\) \{$/m);
    const icon = await bo.see('.activitybar .action-item [aria-label^="Countersign"]');
    await icon.click({ force: true });
    await bo.waitForText('.pane', 'src/refund.js:7');
    const row = (await bo.treeRows('My Changes')).find((each) => each.includes('src/refund.js:7'));
    assert.match(row ?? '', /\bai\b.*needs a senior/);
  });

  it('removes everything when it ends', async () => {
    for (const window of windows) await window.close();
    start.kill('SIGINT');
    assert.equal(await ended, 0);
    for (const address of addresses) assert.equal(fs.existsSync(folderOf(address)), false);
  });
});

function folderOf(address: URL | undefined): string {
  return address?.searchParams.get('folder') ?? '';
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 120_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('It did not happen within two minutes.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
