import assert from 'node:assert/strict';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';

const FILE = 'src/pay.ts';
const TOGGLE = 'Countersign: Show or Hide Who Wrote Each Line';
const COMPLETIONS = { 'const ceiling = ': 'Math.min(limit, 5000);\nconst floor = Math.max(limit, 100);' };

describe('Who wrote each line, by keyboard', function () {
  this.timeout(120_000);
  this.bail(true);
  let repository: Repository;
  let workbench: Workbench;

  /** What stands behind the lines, in the order of the screen. */
  const shown = async (): Promise<string> =>
    workbench.page.evaluate<string>(`
      [...document.querySelectorAll('.editor-instance .view-line')]
        .sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top))
        .flatMap((line) => [...line.querySelectorAll('[class*="ced-"]')])
        .map((each) => getComputedStyle(each, '::after').content)
        .filter((content) => content !== 'none' && content !== 'normal')
        .map((content) => content.replaceAll('"', '').replaceAll('\\u00a0', ' '))
        .join('\\n')`);
  const waitForShown = async (expected: readonly string[]): Promise<void> => {
    for (let wait = 0; wait < 100 && (await shown()) !== expected.join('\n'); wait += 1) {
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.equal(await shown(), expected.join('\n'));
  };

  before(async () => {
    const files = { [FILE]: 'export const start = 0;\n', '.countersign/policy.jsonc': policyText([person('ana')]) };
    repository = makeRepository({ files });
    repository.git('checkout', '--quiet', '-b', 'limits');
    workbench = await startWorkbench({
      folder: repository.folder,
      assistant: COMPLETIONS,
      settings: {
        'countersign.installHook': 'never',
        'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
        'editor.suggestOnTriggerCharacters': false,
        'files.autoSave': 'off',
      },
      env: { COUNTERSIGN_TEST_PUBLIC_API: '1' },
    });
    await workbench.statusBarItem().waitFor();
    await workbench.openFile(FILE);
  });

  after(async () => {
    await workbench?.close();
    repository.remove();
  });

  it('stands behind the lines, those that are not saved too, and goes again', async () => {
    await workbench.press('Control+End');
    await workbench.type('const limit = Number("100");\nconst ceiling = ');
    await workbench.waitForGhostText();
    await workbench.press('Tab');
    await workbench.waitForNoGhostText();
    await workbench.save();
    await workbench.runCommand(TOGGLE);
    await waitForShown([
      'unknown',
      'human · bo@example.com · not committed',
      'mixed · countersign-tests.assistant · bo@example.com · not committed',
      'ai · countersign-tests.assistant · bo@example.com · not committed',
    ]);
    await workbench.press('Control+Home', 'End', 'Enter');
    await workbench.type('// In cents.');
    await waitForShown([
      'unknown',
      'human · bo@example.com · not committed',
      'mixed · countersign-tests.assistant · bo@example.com · not committed',
      'ai · countersign-tests.assistant · bo@example.com · not committed',
    ]);
    await workbench.screenshot('who-wrote');
    await workbench.setTheme('light');
    await workbench.screenshot('who-wrote-light');
    await workbench.setTheme('high contrast');
    await workbench.screenshot('who-wrote-contrast');
    await workbench.runCommand(TOGGLE);
    await waitForShown([]);
  });

  it('waits for the next commit where one went by without the hook, and the panel says so', async () => {
    await workbench.save();
    repository.git('commit', '-qam', 'Limit', '--no-verify');
    await workbench.runCommand('View: Show Countersign');
    await workbench
      .webview()
      .locator('body')
      .filter({ hasText: 'the record of 1 file, for the next commit' })
      .waitFor();
  });
});
