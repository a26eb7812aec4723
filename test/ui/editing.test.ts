import assert from 'node:assert/strict';
import path from 'node:path';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { removalsOf, savedClaims } from './claims';
import { startWorkbench, type Workbench } from './driver';

const SHOP = `let   total = price
let tax = total
post(tax);
let old = gone;
let older = gone;
post(old);
`;
const COMPLETIONS = { 'let rate = ': 'lookup(country);\npost(rate);' };
const FILE = 'shop.ledger';

for (const evidence of ['observed', 'reported'] as const) {
  describe(`Commands that edit, by keyboard, with what is ${evidence}`, function () {
    this.timeout(120_000);
    this.bail(true);
    let repository: Repository;
    let workbench: Workbench;
    const saved = async (): Promise<Record<string, string>> => savedClaims(workbench, repository, FILE);
    const text = async (): Promise<string> => {
      await workbench.save();
      return repository.read(FILE);
    };
    const seeGone = async (words: string): Promise<void> => {
      await workbench.page.waitForFunction(
        `!document.querySelector('.editor-instance .view-lines').textContent.replaceAll('\\u00a0', ' ').includes(${JSON.stringify(words)})`,
      );
    };

    /** Opens the suggestions and takes the one with a label. */
    const choose = async (label: string): Promise<void> => {
      await workbench.press('Control+Space');
      await workbench.see('.suggest-widget .monaco-list-row.focused');
      const chosen = workbench.page.locator('.suggest-widget .monaco-list-row.focused').filter({ hasText: label });
      for (let step = 0; step < 5 && (await chosen.count()) === 0; step += 1) await workbench.press('ArrowDown');
      await workbench.press('Enter');
    };

    before(async () => {
      repository = makeRepository({
        files: { [FILE]: SHOP, '.countersign/policy.jsonc': policyText([person('ana')]) },
      });
      repository.git('checkout', '--quiet', '-b', 'rates');
      workbench = await startWorkbench({
        folder: repository.folder,
        assistant: COMPLETIONS,
        extensions: [path.resolve(__dirname, '../fixtures/language')],
        settings: {
          'countersign.installHook': 'never',
          'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
          'editor.suggestOnTriggerCharacters': false,
          'files.autoSave': 'off',
        },
        env: { COUNTERSIGN_TEST_PUBLIC_API: evidence === 'observed' ? '1' : '' },
      });
      await workbench.statusBarItem().waitFor();
      await workbench.openFile(FILE);
      await workbench.goTo(6);
      await workbench.press('End', 'Enter');
      await workbench.type('let rate = ');
      await workbench.waitForGhostText();
      await workbench.press('Tab');
      await workbench.waitForNoGhostText();
      await workbench.press('Enter');
      await workbench.type('let mine = rate + tax;');
      await workbench.press('Escape');
    });

    after(async () => {
      await workbench?.close();
      repository.remove();
    });

    it('move, copy and indent lines, which keep their origins; an old line that is moved is its mover’s', async () => {
      // The AI's line goes over the person's, then comes twice.
      await workbench.goTo(8);
      await workbench.press('Alt+ArrowDown');
      await workbench.waitForText('#status\\.editor\\.selection', 'Ln 9');
      await workbench.press('Control+Shift+Alt+ArrowDown');
      await workbench.waitForText('#status\\.editor\\.selection', 'Ln 10');
      await workbench.press('Control+]');
      await workbench.goTo(6);
      await workbench.press('Alt+ArrowUp');
      await workbench.waitForText('#status\\.editor\\.selection', 'Ln 5');
      const claims = await saved();
      assert.deepEqual(repository.read(FILE).trimEnd().split('\n').slice(4), [
        'post(old);',
        'let older = gone;',
        'let rate = lookup(country);',
        'let mine = rate + tax;',
        'post(rate);',
        '    post(rate);',
      ]);
      assert.equal(claims['post(rate);'], `ai completion ${evidence}`);
      assert.equal(claims['let mine = rate + tax;'], `human typing ${evidence}`);
      const moved = claims['post(old);'] ?? claims['let older = gone;'];
      assert.equal(moved, `human move ${evidence}`);
    });

    it('undo and redo of a move change no origin', async () => {
      const before = await saved();
      await workbench.press('Control+z');
      await workbench.waitForText('#status\\.editor\\.selection', 'Ln 6');
      await workbench.press('Control+y');
      await workbench.waitForText('#status\\.editor\\.selection', 'Ln 5');
      assert.deepEqual(await saved(), before);
    });

    it('format: laid out anew, each text keeps its origin, and an old line is the tool’s', async () => {
      await workbench.press('Control+Shift+i');
      await workbench.waitForText('.editor-instance .view-lines', 'let total = price;');
      const claims = await saved();
      assert.equal(claims['let total = price;'], `tool format ${evidence}`);
      assert.equal(claims['let tax = total;'], `tool format ${evidence}`);
      assert.equal(claims['post(rate);'], `ai completion ${evidence}`);
      assert.equal(claims['let mine = rate + tax;'], `human typing ${evidence}`);
    });

    it('rename: an AI’s line stays its, a person’s a person’s, an old one is the tool’s', async () => {
      await workbench.goTo(2, 6);
      await workbench.press('F2');
      await workbench.see('.rename-box input:focus');
      await workbench.page.keyboard.type('duty');
      await workbench.press('Enter');
      await seeGone('tax');
      const claims = await saved();
      assert.equal(claims['post(duty);'], `tool refactor ${evidence}`);
      assert.equal(claims['let mine = rate + duty;'], `human typing ${evidence}`);
    });

    it('suggest: a chosen name is the person’s', async () => {
      await workbench.press('Control+End', 'End', 'Enter');
      await workbench.type('post(sum');
      await choose('sumValue');
      await workbench.waitForText('.editor-instance .view-lines', 'sumValue');
      await workbench.press('End', 'Enter');
      await workbench.type('post(mine);');
      assert.equal((await saved())['post(sumValue)'], `human typing ${evidence}`);
    });

    it('suggest: a chosen snippet is the person’s', async () => {
      await workbench.press('End', 'Enter');
      await workbench.type('all');
      await choose('allLoop');
      await workbench.waitForText('.editor-instance .view-lines', 'each (allItem)');
      await workbench.press('Escape', 'Escape');
      assert.match((await saved())['each (allItem) {'] ?? '', new RegExp(`^human (?:snippet|typing) ${evidence}$`));
    });

    it('comment out, delete and replace: the person’s', async () => {
      await workbench.goTo(2);
      await workbench.press('Control+/');
      await workbench.waitForText('.editor-instance .view-lines', '// let duty');
      await workbench.goTo(4);
      await workbench.press('Control+Shift+k');
      await seeGone('let old =');
      await workbench.press('Control+Home', 'Control+h');
      await workbench.see('.find-widget.visible.replaceToggled');
      await workbench.page.keyboard.type('price');
      await workbench.press('Tab');
      await workbench.page.keyboard.type('amount');
      await workbench.press('Control+Alt+Enter');
      await seeGone('price');
      await workbench.press('Escape');
      await workbench.see('.editor-instance .monaco-editor.focused');
      const claims = await saved();
      assert.equal(claims['// let duty = total;'], `human typing ${evidence}`);
      assert.equal(claims['let total = amount;'], `human typing ${evidence}`);
      assert.ok(
        removalsOf(repository, FILE).includes(`1 human typing ${evidence}`),
        String(removalsOf(repository, FILE)),
      );
    });

    it('type at several carets: in an AI’s line it becomes mixed, in a person’s it stays theirs', async () => {
      const lines = (await text()).split('\n');
      await workbench.goTo(lines.indexOf('let rate = lookup(country);') + 1);
      await workbench.press('End', 'Control+Shift+ArrowDown');
      await workbench.type(' // checked');
      await workbench.press('Escape');
      const claims = await saved();
      assert.equal(claims['let rate = lookup(country); // checked'], `mixed completion ${evidence}`);
      assert.equal(claims['let mine = rate + duty; // checked'], `human typing ${evidence}`);
    });
  });
}
