import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { claimedLines, savedClaims } from './claims';
import { startWorkbench, type Workbench } from './driver';

const PAY = `export function pay(amount: number): number {
  return amount;
}

export function refund(amount: number): number {
  return -amount;
}
`;
const COMPLETIONS = {
  'function applyDiscount(':
    'price: number, percent: number): number {\n  const factor = 1 - percent / 100;\n  return Math.round(price * factor);\n}',
  'const ceiling = ': 'Math.min(limit, 5000);',
};

/** Quiet suggestions, so that Enter and Tab are what they are on a quiet screen. */
const SETTINGS = {
  'countersign.installHook': 'always',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'files.autoSave': 'off',
};

for (const evidence of ['observed', 'reported'] as const) {
  describe(`Capture, by keyboard, with what is ${evidence}`, function () {
    this.timeout(120_000);
    this.bail(true);
    let repository: Repository;
    let workbench: Workbench;
    const file = 'src/pay.ts';

    const saved = async (): Promise<Record<string, string>> => savedClaims(workbench, repository, file);

    before(async () => {
      repository = makeRepository({ files: { [file]: PAY, '.countersign/policy.jsonc': policyText([person('ana')]) } });
      repository.git('checkout', '--quiet', '-b', 'discount');
      workbench = await startWorkbench({
        folder: repository.folder,
        assistant: COMPLETIONS,
        settings: SETTINGS,
        env: { COUNTERSIGN_TEST_PUBLIC_API: evidence === 'observed' ? '1' : '' },
      });
      // What is typed before Countersign runs is unknown, so a person would wait for it to show.
      await workbench.statusBarItem().waitFor();
      await workbench.openFile(file);
    });

    after(async () => {
      await workbench?.close();
      if (process.env['KEEP'] === undefined) repository.remove();
      else console.log(repository.folder);
    });

    it('knows typing, with Enter, corrections and what the editor closes by itself', async () => {
      await workbench.press('Control+End');
      await workbench.type('\n// Limits are in cents.\nconst limitt');
      await workbench.press('Backspace');
      await workbench.type(' = Number("100");');
      await workbench.press('Enter');
      assert.deepEqual(await saved(), {
        '// Limits are in cents.': `human typing ${evidence}`,
        'const limit = Number("100");': `human typing ${evidence}`,
      });
    });

    it('knows a completion that Tab accepted, and still after undo and redo', async () => {
      await workbench.press('Control+End');
      await workbench.type('\nfunction applyDiscount(');
      await workbench.waitForGhostText();
      await workbench.press('Tab');
      await workbench.waitForNoGhostText();
      const expected = {
        'function applyDiscount(price: number, percent: number): number {': `mixed completion ${evidence}`,
        'const factor = 1 - percent / 100;': `ai completion ${evidence}`,
        'return Math.round(price * factor);': `ai completion ${evidence}`,
        '}': `ai completion ${evidence}`,
      };
      const all = await saved();
      assert.deepEqual(Object.fromEntries(Object.entries(all).slice(2)), expected);
      await workbench.press('Control+z');
      await workbench.page.waitForFunction(
        `!document.querySelector('.editor-instance').textContent.includes('factor')`,
      );
      await workbench.press('Control+y');
      await workbench.waitForText('.editor-instance .view-line', 'const factor');
      assert.deepEqual(Object.fromEntries(Object.entries(await saved()).slice(2)), expected);
    });

    it('knows a completion that was accepted word by word', async () => {
      await workbench.press('Control+End');
      await workbench.type('\nconst ceiling = ');
      await workbench.waitForGhostText();
      // At once, as fast fingers do: the wrapped key must not fall behind the next one.
      await workbench.press('Control+ArrowRight', 'Escape');
      await workbench.type('.max(limit, 1);');
      const all = await saved();
      assert.equal(all['const ceiling = Math.max(limit, 1);'], `mixed partial-completion ${evidence}`);
    });

    it('knows a paste from elsewhere, and lets origins travel with what was copied here', async () => {
      await workbench.writeClipboard('export const CURRENCY = "EUR";\nexport const DECIMALS = 2;\n');
      await workbench.press('Control+End', 'Enter', 'Control+v');
      await workbench.waitForText('.editor-instance .view-line', 'DECIMALS');
      const pasted = await saved();
      assert.equal(pasted['export const CURRENCY = "EUR";'], `paste paste ${evidence}`);
      assert.equal(pasted['export const DECIMALS = 2;'], `paste paste ${evidence}`);

      const text = repository.read(file).split('\n');
      const from = text.indexOf('  return Math.round(price * factor);') + 1;
      await workbench.goTo(from);
      await workbench.press('Control+c', 'Control+End', 'Control+v');
      await workbench.page.waitForFunction(
        `document.querySelector('.editor-instance').textContent.replaceAll('\\u00a0', ' ').split('Math.round').length === 3`,
      );
      await saved();
      const copies = claimedLines(repository, file).filter(({ text }) => text.includes('Math.round'));
      const copied = `ai completion ${evidence}`;
      assert.deepEqual(
        copies.map(({ claim }) => claim),
        [copied, copied],
      );
      await workbench.press('Control+z');

      // Cut as a whole line, and put back where it was.
      await workbench.goTo(text.indexOf('  const factor = 1 - percent / 100;') + 1);
      await workbench.press('Control+x');
      await workbench.page.waitForFunction(
        `!document.querySelector('.editor-instance').textContent.includes('percent / 100')`.replace(
          ' / ',
          '\u00a0/\u00a0',
        ),
      );
      await workbench.press('Control+v');
      await workbench.waitForText('.editor-instance .view-line', 'percent / 100');
      assert.equal((await saved())['const factor = 1 - percent / 100;'], `ai completion ${evidence}`);
    });

    it('knows one word that was changed in an old line, and leaves its neighbours alone', async () => {
      await workbench.goTo(2, 10);
      await workbench.press('Control+Shift+ArrowRight');
      await workbench.type('Math.round(amount)');
      const all = await saved();
      assert.equal(all['return Math.round(amount);'], `human typing ${evidence}`);
      assert.equal(all['export function pay(amount: number): number {'], undefined);
      assert.equal(all['return -amount;'], undefined);
    });

    it('puts it all into the commit', async () => {
      const hook = path.join(repository.folder, '.git/hooks/pre-commit');
      for (let wait = 0; wait < 50 && !fs.existsSync(hook); wait += 1)
        await new Promise((done) => setTimeout(done, 100));
      repository.git('add', file);
      // No `countersign` and no `node` here: the hook runs on the editor's own runtime.
      const env = { PATH: '/usr/bin:/bin', HOME: repository.folder, GIT_CONFIG_NOSYSTEM: '1' };
      execFileSync('git', ['commit', '-qm', 'Discount'], { cwd: repository.folder, env });
      const cli = path.resolve(__dirname, '../../dist/cli.js');
      const blame: unknown = JSON.parse(
        execFileSync(process.execPath, [cli, 'blame', file, '--rev', 'HEAD', '--json', '--cwd', repository.folder], {
          encoding: 'utf8',
        }),
      );
      const lines = repository.read(file).split('\n');
      const said = (blame as { lines: { line: number; origin: string; via?: string }[] }).lines;
      const of = (text: string): string => {
        const at = said.find(({ line }) => lines[line - 1]?.trim() === text);
        return `${at?.origin} ${at?.via}`;
      };
      assert.equal(of('// Limits are in cents.'), 'human typing');
      assert.equal(of('const factor = 1 - percent / 100;'), 'ai completion');
      assert.equal(of('export const DECIMALS = 2;'), 'paste paste');
      assert.equal(of('return Math.round(amount);'), 'human typing');
    });
  });
}
