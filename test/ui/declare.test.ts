/** Saying where lines come from, by keyboard, in the real workbench. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { ReportHunk } from '../../src/core/model/report';
import { runGate } from '../../src/node/gate';
import { readJournal } from '../../src/node/journal';
import { openRepository } from '../../src/node/repository';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';
import { pause, rowsWith } from './reviewRows';

const PAY = `export function pay(amount: number): number {
  return amount;
}
`;
const FILE = 'src/pay.ts';
const OLD = 'src/tax.ts';
const SAY = 'Countersign: Say Where This Comes From…';
const ADVISED = 'Countersign: Say That This Change Was AI-Advised…';

interface Blamed {
  readonly line: number;
  readonly origin: string;
  readonly via?: string;
  readonly evidence?: string;
  readonly tool?: string;
  readonly model?: string;
  readonly from?: string;
}

describe('Saying where lines come from, by keyboard', function () {
  this.timeout(180_000);
  this.bail(true);
  let repository: Repository;
  let workbench: Workbench;

  before(async () => {
    repository = makeRepository({
      files: {
        [FILE]: PAY,
        [OLD]: 'export const base = 1;\n',
        '.countersign/policy.jsonc': policyText([person('ana')]),
      },
    });
    repository.git('checkout', '--quiet', '-b', 'discount');
    // Written before Countersign ran.
    repository.write(OLD, 'export const base = 1;\nexport const tax = before(countersign);\n');
    workbench = await startWorkbench({
      folder: repository.folder,
      settings: {
        'countersign.installHook': 'always',
        'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
        'editor.suggestOnTriggerCharacters': false,
        'files.autoSave': 'off',
      },
      env: { COUNTERSIGN_TEST_PUBLIC_API: '1' },
    });
    await workbench.statusBarItem().waitFor();
    await workbench.runCommand('View: Show Countersign');
    await rowsWith(workbench, 'My Changes', /^src\/tax\.ts:2, unknown, needs a senior/);
    await workbench.openFile(FILE);
  });

  after(async () => {
    await workbench?.close();
    if (process.env['KEEP'] === undefined) repository.remove();
    else console.log(repository.folder);
  });

  const paste = async (text: string, shown: string): Promise<void> => {
    await workbench.writeClipboard(text);
    await workbench.press('Control+End', 'Control+v');
    await workbench.waitForText('.editor-instance .view-lines', shown);
  };

  /** Chooses an answer and, for an assistant, names it. */
  const say = async (answer: RegExp, ...names: readonly string[]): Promise<void> => {
    await workbench.runCommand(SAY);
    await workbench.pick(answer);
    for (const [index, name] of names.entries()) {
      await workbench.waitForText('.quick-input-widget', index === 0 ? 'Which assistant?' : 'Which model of');
      await workbench.answer(name);
    }
  };

  const commit = async (subject: string): Promise<void> => {
    const hook = path.join(repository.folder, '.git/hooks/pre-commit');
    for (let wait = 0; wait < 100 && !fs.existsSync(hook); wait += 1)
      await new Promise((done) => setTimeout(done, 100));
    repository.git('add', FILE);
    const env = { PATH: '/usr/bin:/bin', HOME: repository.folder, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['commit', '-qm', subject], { cwd: repository.folder, env });
  };

  /** What `blame --json` says of HEAD's lines, by their text. */
  const blamed = (): Record<string, Blamed> => {
    const cli = path.resolve(__dirname, '../../dist/cli.js');
    const args = [cli, 'blame', FILE, '--rev', 'HEAD', '--json', '--cwd', repository.folder];
    const { lines } = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { lines: Blamed[] };
    const text = repository.read(FILE).split('\n');
    return Object.fromEntries(lines.map((each) => [(text[each.line - 1] ?? '').trim(), each]));
  };

  const atGate = async (): Promise<readonly ReportHunk[]> => {
    const { report } = await runGate(await openRepository(repository.folder), { base: 'main', head: 'HEAD' });
    return report?.hunks ?? [];
  };

  it('makes a paste from an AI chat an AI’s, before it is saved', async () => {
    await paste('\nexport const RATE = 0.19;\nexport const BASE = 100;\n', 'BASE');
    await workbench.goTo(6);
    await say(/AI chat/, 'ChatGPT', 'gpt-5');
    await workbench.waitForText('.part.statusbar', 'come from an AI');
    await workbench.save();
    await rowsWith(workbench, 'My Changes', /^src\/pay\.ts:4–6, ai, ChatGPT, needs a senior/);
    await commit('Rates');
    const lines = blamed();
    for (const text of ['export const RATE = 0.19;', 'export const BASE = 100;']) {
      const { origin, evidence, tool, model } = lines[text] ?? { origin: 'none' };
      assert.deepEqual(
        { origin, evidence, tool, model },
        { origin: 'ai', evidence: 'declared', tool: 'ChatGPT', model: 'gpt-5' },
      );
    }
  });

  it('leaves a paste from documentation a paste, and says so at once without an edit', async () => {
    await workbench.openFile(FILE);
    await paste('\nexport const LIMIT = 5000; // from the manual\n', 'manual');
    await workbench.save();
    await rowsWith(workbench, 'My Changes', /^src\/pay\.ts:.* paste/);
    await workbench.openFile(FILE);
    await workbench.goTo(8);
    await workbench.runCommand(SAY);
    await workbench.waitForText('.quick-input-widget', 'Documentation');
    for (const theme of ['dark', 'light', 'high contrast'] as const) {
      await workbench.press('Escape');
      await workbench.setTheme(theme);
      await workbench.runCommand(SAY);
      await workbench.waitForText('.quick-input-widget', 'Documentation');
      await workbench.screenshot(`declare-pick-${theme.replace(' ', '-')}`);
    }
    await workbench.pick(/Documentation/);
    await workbench.waitForText('.part.statusbar', 'come from documentation');
    const newest = readJournal(path.join(repository.folder, '.git')).get(FILE)?.at(-1);
    const pasted = newest?.hunks.filter(({ origin }) => origin === 'paste');
    assert.deepEqual(
      pasted?.map(({ from, evidence }) => [from, evidence]),
      [['documentation', 'observed']],
    );
    assert.equal(fs.statSync(path.join(repository.folder, FILE)).size, repository.read(FILE).length);
    await workbench.press('Control+k', 'Control+i');
    await workbench.waitForText('.monaco-hover:not(.hidden)', 'said to come from documentation');
    for (const theme of ['high contrast', 'light', 'dark'] as const) {
      await workbench.press('Escape');
      await workbench.setTheme(theme);
      await workbench.press('Control+k', 'Control+i');
      await workbench.waitForText('.monaco-hover:not(.hidden)', 'Say Where This Comes From');
      await workbench.screenshot(`declare-hover-${theme.replace(' ', '-')}`);
    }
    await workbench.press('Escape');
    await commit('Limit');
    const { origin, evidence, from } = blamed()['export const LIMIT = 5000; // from the manual'] ?? { origin: 'none' };
    assert.deepEqual({ origin, evidence, from }, { origin: 'paste', evidence: 'observed', from: 'documentation' });
    const hunk = (await atGate()).find((each) => each.origin === 'paste');
    assert.deepEqual([hunk?.from, hunk?.status], [['documentation'], 'missing']);
  });

  it('offers it by the light bulb, and reaches what is committed by a commit of its own', async () => {
    await workbench.openFile(FILE);
    await workbench.goTo(8);
    const before = repository.git('rev-parse', 'HEAD').trim();
    repository.write('notes.txt', 'staged\n');
    repository.git('add', 'notes.txt');
    await workbench.press('Control+.');
    await workbench.waitForText('.action-widget', 'Say Where This Comes From…');
    await workbench.screenshot('declare-bulb');
    await workbench.press('Enter');
    await workbench.pick(/AI chat/);
    await workbench.waitForText('.quick-input-widget', 'Enter alone leaves it open');
    await workbench.press('Enter');
    await workbench.waitForNotification('A commit of its own says so of 2 lines');
    assert.equal(repository.git('rev-parse', 'HEAD~1').trim(), before);
    assert.match(
      repository.git('show', '--format=', '--name-only', 'HEAD').trim(),
      /^\.countersign\/v1\/provenance\/\S+$/,
    );
    assert.equal(repository.git('status', '--short').trim(), 'A  notes.txt\n M src/tax.ts');
    assert.deepEqual(
      (await atGate()).filter(({ side }) => side === 'added').map(({ origin, evidence }) => `${origin} ${evidence}`),
      ['ai declared', 'ai declared', 'ai declared'].slice(
        0,
        (await atGate()).filter(({ side }) => side === 'added').length,
      ),
    );
    const { origin, evidence } = blamed()['export const LIMIT = 5000; // from the manual'] ?? { origin: 'none' };
    assert.deepEqual([origin, evidence], ['ai', 'declared']);
  });

  it('keeps what is said of lines that stay unknown for the reviewer: in the hover, and in the note', async () => {
    await workbench.openFile(OLD);
    await workbench.goTo(2);
    await say(/Own code from elsewhere/);
    await workbench.waitForText('.part.statusbar', 'line 2 comes from own code from elsewhere');
    await workbench.press('Control+k', 'Control+i');
    await workbench.waitForText('.monaco-hover:not(.hidden)', 'said to come from own code from elsewhere');
    await workbench.press('Escape');
    repository.git('add', OLD);
    await commit('Tax');
    await rowsWith(workbench, 'My Changes', /^src\/tax\.ts:2, unknown, needs a senior/);
    assert.equal((await atGate()).find((each) => each.path === OLD)?.origin, 'unknown');
    for (let attempt = 1; ; attempt += 1) {
      await workbench.runCommand('Countersign: Request Review…');
      await workbench.waitForText('.quick-input-widget .label-name', 'ana');
      const offered = await workbench.quickPickRows().allInnerTexts();
      if (offered.some((row) => row.includes(OLD))) break;
      assert.ok(attempt < 20, 'the commit is offered for review');
      // The panel has not read the commit yet: a person would look again.
      await workbench.press('Escape');
      await pause();
    }
    await workbench.press('Enter');
    await workbench.waitForText('.quick-input-widget', 'What should the reviewer know?');
    assert.equal(await workbench.quickInput().inputValue(), 'src/tax.ts:2 comes from own code from elsewhere.');
    await workbench.press('Escape');
  });

  it('takes a word on the whole change: typed, unsaved and committed lines become mixed', async () => {
    await workbench.openFile(FILE);
    await workbench.press('Control+End');
    await workbench.type('// typed and committed\n');
    await workbench.save();
    await commit('Typed');
    await workbench.type('// typed and saved\n');
    await workbench.save();
    await workbench.runCommand(ADVISED);
    await workbench.waitForText('.quick-input-widget', 'become mixed');
    await workbench.screenshot('declare-advised');
    await workbench.answer('Claude');
    await workbench.waitForText('.quick-input-widget', 'Which model of Claude?');
    await workbench.press('Enter');
    await workbench.waitForNotification('This change is AI-advised now.');
    await rowsWith(workbench, 'My Changes', /mixed/);
    await commit('Saved');
    const lines = blamed();
    for (const text of ['// typed and committed', '// typed and saved']) {
      const { origin, evidence, tool } = lines[text] ?? { origin: 'none' };
      assert.deepEqual([origin, evidence, tool], ['mixed', 'declared', 'Claude'], text);
    }
    assert.equal(lines['export const RATE = 0.19;']?.tool, 'ChatGPT');
    const added = (await atGate()).filter(({ side, path: file }) => side === 'added' && file === FILE);
    assert.deepEqual([...new Set(added.map(({ origin }) => origin))].sort(), ['ai', 'mixed']);
    assert.ok(added.every(({ evidence }) => evidence === 'declared'));
  });
});
