/**
 * The main job from end to end, with the packed extension on a machine that has no `node` and no `countersign` on the
 * PATH: a junior writes, asks and pushes; a senior looks, signs and pushes; the gate fails, passes, and fails again when
 * one byte changes.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { TestRepository, person } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';
import { pause, rowsWith } from './reviewRows';

const BASE = `export function total(items: readonly number[]): number {
  return items.length;
}

export function refund(amount: number): number {
  return -amount;
}
`;
const COMPLETION = {
  'function discounted(':
    'sum: number, percent: number): number {\n  const share = percent / 100;\n  return Math.round(sum - sum * share);\n}',
};
const CLI = path.resolve(__dirname, '../../dist/cli.js');
const FILE = 'src/total.ts';

interface Verdict {
  readonly exit: number | null;
  readonly text: string;
}

/** Runs a program where PATH holds only what git and its hooks need. */
function binWithoutNode(): string {
  const bin = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-bin-'));
  for (const program of ['git', 'sh', 'cat', 'grep', 'dirname', 'ssh-keygen']) {
    const found = execFileSync('sh', ['-c', `command -v ${program} || true`], { encoding: 'utf8' }).trim();
    if (found !== '') fs.symlinkSync(found, path.join(bin, program));
  }
  return bin;
}

describe('The main job, with the packed extension and no Node on the PATH', function () {
  this.timeout(240_000);
  this.bail(true);
  const ana = person('ana');
  const bo = person('bo');
  const bin = binWithoutNode();
  let bare: string;
  let junior: TestRepository;
  let senior: TestRepository;
  let workbench: Workbench | undefined;

  const window = async (repository: TestRepository): Promise<Workbench> => {
    await workbench?.close();
    workbench = await startWorkbench({
      folder: repository.top,
      extension: 'package',
      assistant: COMPLETION,
      env: { PATH: bin },
      settings: { 'countersign.installHook': 'always', 'editor.quickSuggestions': { other: 'off' } },
    });
    return workbench;
  };
  /** What CI sees: a clone of its own, in which no editor ever ran. */
  const verdict = (): Verdict => {
    const clone = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-ci-'));
    execFileSync('git', ['clone', '-q', bare, clone]);
    const args = [CLI, 'verify', '--base', 'origin/main', '--head', 'origin/discount', '--cwd', clone];
    const run = spawnSync(process.execPath, args, { encoding: 'utf8' });
    fs.rmSync(clone, { recursive: true, force: true });
    return { exit: run.status, text: run.stdout + run.stderr };
  };
  const remoteHead = (): string =>
    execFileSync('git', ['-C', bare, 'rev-parse', '--verify', '--quiet', 'refs/heads/discount'], {
      encoding: 'utf8',
    }).trim();
  const pushed = async (head: string): Promise<void> => {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const found = spawnSync('git', ['-C', bare, 'rev-parse', '--verify', '--quiet', 'discount'], {
        encoding: 'utf8',
      });
      if (found.stdout.trim() === head) return;
      await pause();
    }
    assert.fail('the branch never reached the remote');
  };

  before(async () => {
    const start = new TestRepository().as(ana).adopt([ana]).write(FILE, BASE);
    start.commit('Start the shop');
    bare = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-origin-'));
    execFileSync('git', ['clone', '-q', '--bare', start.top, bare]);
    const clone = (who: typeof ana): TestRepository => {
      const top = fs.mkdtempSync(path.join(os.tmpdir(), `countersign-${who.id}-`));
      execFileSync('git', ['clone', '-q', bare, top]);
      return new TestRepository(top).as(who);
    };
    junior = clone(bo);
    senior = clone(ana);
    junior.git('switch', '-q', '-c', 'discount');
  });

  after(async () => {
    await workbench?.close();
    for (const folder of [bare, bin, junior.top, senior.top]) fs.rmSync(folder, { recursive: true, force: true });
  });

  it('a junior types, accepts a completion, pastes, saves and commits; the commit carries the record', async () => {
    const view = await window(junior);
    await view.openFile(FILE);
    const hook = path.join(junior.top, '.git/hooks/pre-commit');
    for (let attempt = 0; attempt < 100 && !fs.existsSync(hook); attempt += 1) await pause();
    await view.goTo(2, 10);
    await view.press('Control+Delete');
    await view.type('goods');
    await view.press('Control+End');
    await view.type('\n/* Never more than the whole sum. */\nfunction discounted(');
    await view.waitForGhostText();
    await view.press('Tab');
    await view.waitForNoGhostText();
    await view.writeClipboard('export const CURRENCY = "EUR"; // see the old shop\n');
    await view.press('Control+End', 'Enter', 'Enter', 'Control+v');
    await view.waitForText('.editor-instance .view-line', 'CURRENCY');
    await view.save();
    // The very hook that git runs, with a PATH that has neither node nor countersign.
    const env = { PATH: bin, HOME: junior.top, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['commit', '-qam', 'Add discounts'], { cwd: junior.top, env });
    const committed = junior.git('show', '--format=', '--name-only', 'HEAD').split('\n');
    assert.deepEqual(
      committed.map((name) => name.replace(/\w\w\/\w{64}/, 'RECORD')),
      ['.countersign/v1/provenance/RECORD.prov', FILE],
    );
    const blame = execFileSync(process.execPath, [CLI, 'blame', FILE, '--rev', 'HEAD', '--json', '--cwd', junior.top]);
    const said = (JSON.parse(blame.toString()) as { lines: { line: number; origin: string; via?: string }[] }).lines;
    const text = junior.read(FILE).split('\n');
    const origin = (wanted: string): string => {
      const found = said[text.indexOf(wanted)];
      return `${found?.origin} ${found?.via ?? '-'}`;
    };
    assert.equal(origin('  return goods.length;'), 'human typing');
    assert.equal(origin('export function refund(amount: number): number {'), 'unknown -');
    assert.equal(origin('/* Never more than the whole sum. */'), 'human typing');
    assert.equal(origin('  const share = percent / 100;'), 'ai completion');
    assert.equal(origin('export const CURRENCY = "EUR"; // see the old shop'), 'paste paste');
  });

  it('asks for review in the panel and pushes; the gate fails and names block, author, rule and next step', async () => {
    const view = workbench ?? assert.fail('no window');
    await view.runCommand('View: Show Countersign');
    await rowsWith(view, 'My Changes', /^src\/total\.ts.*needs a senior/);
    await view.runCommand('Countersign: Request Review…');
    await view.waitForText('.quick-input-widget .label-name', 'ana');
    await view.press('Enter');
    await view.waitForText('.quick-input-widget', 'What should the reviewer know?');
    await view.press('Enter');
    await view.waitForNotification('Asked ana to review');
    await view.runCommand('Countersign: Push the Branch');
    await pushed(junior.git('rev-parse', 'HEAD'));
    const { exit, text } = verdict();
    assert.equal(exit, 1, text);
    assert.match(text, /✗ src\/total\.ts:\d+-\d+ {2}(ai|mixed).*bo.*below senior · rule ai-needs-a-senior/);
    assert.match(text, /→ ana signs with: countersign approve/);
  });

  it('a senior pulls, sees the request, looks, signs with their own key and pushes; the gate passes', async () => {
    senior.git('fetch', '-q');
    const view = await window(senior);
    await view.runCommand('View: Show Countersign');
    await rowsWith(view, 'Review Queue', /^bo asks for review/);
    await view.runCommand('Countersign: Check Out to Review');
    await rowsWith(view, 'Review Queue', /^src\/total\.ts.*not viewed/);
    for (let block = 0; block < 5; block += 1) {
      if ((await view.treeRows('Review Queue')).every((row) => !row.includes('not viewed'))) break;
      await view.runCommand('Countersign: Next Block to Review');
      await pause();
      await pause();
    }
    await rowsWith(view, 'Review Queue', /not viewed/, false);
    await view.runCommand('Countersign: Sign Off…');
    assert.match(await view.dialogText(), /As ana@example\.com, with .*SHA256:/s);
    await view.answerDialog('Sign Off');
    await view.waitForNotification('Signed off');
    await view.runCommand('Countersign: Push the Branch');
    await pushed(senior.git('rev-parse', 'HEAD'));
    const { exit, text } = verdict();
    assert.equal(exit, 0, text);
  });

  it('one byte of a signed block changes, and the gate fails again and says which sign-off went stale', async () => {
    junior.git('fetch', '-q');
    junior.git('reset', '-q', '--hard', 'origin/discount');
    const signed = junior.read(FILE);
    junior.write(FILE, signed.replace('percent / 100', 'percent / 101')).git('commit', '-qam', 'Tidy up');
    junior.git('push', '-q', 'origin', 'discount');
    assert.equal(remoteHead(), junior.git('rev-parse', 'HEAD'));
    const { exit, text } = verdict();
    assert.equal(exit, 1, text);
    assert.match(text, /sign-off [0-9a-f]{12} by ana went stale: what was signed has changed since/);
  });

  it('the senior is shown in the editor what was signed and what is there now', async () => {
    const view = workbench ?? assert.fail('no window');
    senior.git('pull', '-q', 'origin', 'discount');
    await rowsWith(view, 'My Changes', /^Changed after sign-off/);
    await view.openFile(FILE);
    await view.goTo(
      senior
        .read(FILE)
        .split('\n')
        .findIndex((line) => line.includes('percent / 101')) + 1,
      4,
    );
    for (const theme of ['high contrast', 'light', 'dark'] as const) {
      await view.press('Escape');
      await view.setTheme(theme);
      await view.press('Control+k', 'Control+i');
      await view.waitForText('.monaco-hover:not(.hidden)', 'Since ana');
      await view.screenshot(`stale-hover-${theme.replace(' ', '-')}`);
    }
    const shown = await view.page.locator('.monaco-hover:not(.hidden)').allInnerTexts();
    const said = shown.join('\n').replace(/\u00a0/g, ' ');
    assert.match(said, /-.*percent \/ 100;[^]*\+.*percent \/ 101;/);
    assert.equal(said.split('went stale').length, 2, said);
  });
});
