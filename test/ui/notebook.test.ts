/** A notebook's cells, edited by keys: whose each line of its file is, after saving and in the commit. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { contentDigest } from '../../src/core/sidecar/lineHash';
import { contentLines } from '../../src/core/text/lines';
import { nodeHash } from '../../src/node/hash';
import { readJournal } from '../../src/node/journal';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';

const cell = (id: string, source: readonly string[]): object => {
  return { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source };
};
const output = { name: 'stdout', output_type: 'stream', text: ['hi\n'] };
const NOTEBOOK = {
  cells: [
    { cell_type: 'markdown', id: 'aa11aa11', metadata: {}, source: ['# Prices\n', 'As of today'] },
    cell('bb22bb22', ['import math\n', 'base = math.floor(10.5)\n', 'print(base)']),
    { ...cell('cc33cc33', ['rates = [19, 7]']), execution_count: 3, outputs: [output] },
  ],
  metadata: { language_info: { name: 'python' } },
  nbformat: 4,
  nbformat_minor: 5,
};
const COMPLETIONS = { 'def total(': 'prices, rate):\n    return sum(prices) * rate' };
const SETTINGS = {
  'countersign.installHook': 'always',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
};

describe('A notebook, by keyboard', function () {
  this.timeout(120_000);
  this.bail(true);
  let repository: Repository;
  let workbench: Workbench;
  const at = (file: string): string => path.join(repository.folder, file);

  /** "origin via" of each claimed line of the notebook's file, by its text; `lines` says of which. */
  const claims = (lines = repository.read('shop.ipynb').split('\n')): Record<string, string> => {
    const found: Record<string, string> = {};
    for (const hunk of readJournal(at('.git')).get('shop.ipynb')?.at(-1)?.hunks ?? []) {
      for (const index of hunk.lines.keys()) {
        const line = (lines[hunk.start + index] ?? '?').trim().replace(/,$/, '');
        if (!/^[[\]{}]*$/.test(line)) found[line] = `${hunk.origin} ${hunk.via}`;
      }
    }
    return found;
  };
  /** Saves, and waits until file and journal say so. */
  const saved = async (isSaved: (text: string) => boolean): Promise<Record<string, string>> => {
    await workbench.press('Control+s');
    const isThere = (): boolean => {
      const text = repository.read('shop.ipynb');
      const digest = contentDigest(nodeHash, contentLines(Buffer.from(text, 'utf8').toString('latin1')));
      return isSaved(text) && readJournal(at('.git')).get('shop.ipynb')?.at(-1)?.digest === digest;
    };
    for (let wait = 0; wait < 100 && !isThere(); wait += 1) await new Promise((done) => setTimeout(done, 100));
    assert.ok(isThere(), 'saved and journalled');
    return claims();
  };
  const hasCells = (count: number) => (text: string) => text.split('"cell_type": "code"').length === count + 1;
  const focusCell = async (index: number): Promise<void> => {
    await workbench.page.locator('.code-cell-row').nth(index).locator('.view-line').first().click();
    await workbench.see('.code-cell-row .monaco-editor.focused');
  };

  before(async () => {
    repository = makeRepository({
      files: {
        'shop.ipynb': `${JSON.stringify(NOTEBOOK, undefined, 1)}\n`,
        '.countersign/policy.jsonc': policyText([person('ana')]),
      },
    });
    repository.git('checkout', '--quiet', '-b', 'work');
    workbench = await startWorkbench({
      folder: repository.folder,
      assistant: COMPLETIONS,
      settings: SETTINGS,
      env: { COUNTERSIGN_TEST_PUBLIC_API: '1' },
    });
    await workbench.statusBarItem().waitFor();
    await workbench.ask('Control+p', 'shop.ipynb');
    await workbench.pick('shop.ipynb');
    await workbench.see('.code-cell-row .view-line', 60_000);
  });

  after(async () => {
    await workbench?.close();
    if (process.env['KEEP'] === undefined) repository.remove();
    else console.log(repository.folder);
  });

  it('knows what is typed, pasted and accepted in a cell, and claims no other line', async () => {
    await focusCell(0);
    await workbench.press('Control+End');
    await workbench.type('\nvat = "é"  # by hand\n');
    await workbench.writeClipboard('limit = 5000  # from a web page');
    await workbench.press('Control+v');
    await workbench.waitForText('.code-cell-row .view-line', 'web page');
    await workbench.type('\ndef total(');
    await workbench.page
      .locator('.code-cell-row [class*="ghost-text"]:not(:empty)')
      .first()
      .waitFor({ state: 'attached' });
    await workbench.press('Tab');
    await workbench.waitForText('.code-cell-row .view-line', 'return sum');
    assert.deepEqual(await saved((text) => text.includes('return sum')), {
      // Nobody touched it: it got a line break, and the file a comma.
      '"print(base)\\n"': 'tool generator',
      '"vat = \\"é\\"  # by hand\\n"': 'human typing',
      '"limit = 5000  # from a web page\\n"': 'paste paste',
      '"def total(prices, rate):\\n"': 'mixed completion',
      '"    return sum(prices) * rate"': 'ai completion',
    });
  });

  it('keeps origins when cells are split, joined, deleted and brought back', async () => {
    await focusCell(0);
    await workbench.press('Control+End', 'ArrowUp', 'Home');
    await workbench.runCommand('Notebook: Split Cell');
    await workbench.page.locator('.code-cell-row').nth(2).waitFor();
    const split = await saved(hasCells(3));
    assert.equal(split['"    return sum(prices) * rate"'], 'ai completion');
    assert.equal(split['"def total(prices, rate):\\n"'], 'mixed completion');
    assert.equal(split['"vat = \\"é\\"  # by hand\\n"'], 'human typing');
    assert.equal(split['"limit = 5000  # from a web page\\n"'], 'paste paste');
    await focusCell(0);
    await workbench.runCommand('Notebook: Join With Next Cell');
    await workbench.waitForText('.code-cell-row .view-line', 'return sum');
    await workbench.page.locator('.code-cell-row').nth(2).waitFor({ state: 'detached' });
    const joined = await saved(hasCells(2));
    assert.equal(joined['"    return sum(prices) * rate"'], 'ai completion');
    assert.equal(joined['"def total(prices, rate):\\n"'], 'mixed completion');
    assert.equal(joined['"vat = \\"é\\"  # by hand\\n"'], 'human typing');
  });

  it('knows a new cell, moves and all, and puts it into the commit', async () => {
    await focusCell(1);
    await workbench.runCommand('Notebook: Insert Code Cell Below');
    await workbench.page.locator('.code-cell-row').nth(2).waitFor();
    await workbench.see('.code-cell-row .monaco-editor.focused');
    await workbench.type('print("fresh")');
    const found = await saved((text) => text.includes('fresh'));
    assert.equal(found['"print(\\"fresh\\")"'], 'human typing');
    assert.equal(found['"cell_type": "code"'], 'tool generator');
    assert.equal(found['"rates = [19, 7]"'], undefined);
    const hook = at('.git/hooks/pre-commit');
    for (let wait = 0; wait < 50 && !fs.existsSync(hook); wait += 1) {
      await new Promise((done) => setTimeout(done, 100));
    }
    const env = { PATH: '/usr/bin:/bin', HOME: repository.folder, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['commit', '-qam', 'Notebook'], { cwd: repository.folder, env });
    const cli = path.resolve(__dirname, '../../dist/cli.js');
    const args = [cli, 'blame', 'shop.ipynb', '--rev', 'HEAD', '--json', '--cwd', repository.folder];
    const said = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
      lines: { origin: string }[];
    };
    const lines = repository.read('shop.ipynb').split('\n');
    const of = (text: string): string | undefined => said.lines[lines.findIndex((line) => line.includes(text))]?.origin;
    assert.equal(of('by hand'), 'human');
    assert.equal(of('web page'), 'paste');
    assert.equal(of('return sum'), 'ai');
    assert.equal(of('fresh'), 'human');
    await workbench.screenshot('notebook');
  });

  it('takes nobody’s word for what a program writes into the file', async () => {
    const text = repository.read('shop.ipynb').replace('"rates = [19, 7]"', '"rates = [21, 9]"');
    fs.writeFileSync(at('shop.ipynb'), text);
    await workbench.waitForText('.code-cell-row .view-line', '21');
    await focusCell(2);
    await workbench.press('Control+End');
    await workbench.type('\nprint("after")');
    const found = await saved((text) => text.includes('after'));
    assert.equal(found['"print(\\"after\\")"'], 'human typing');
    assert.equal(found['"rates = [21, 9]"'], 'external disk');
  });
});
