/** Two windows on one work tree, and a journal that can't be written. In the real workbench, by real keys. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { claimsOf, savedState, until } from '../support/claims';
import { makeRepository, type Repository } from '../support/host/repository';
import { policyText } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';

const FILE = 'src/pay.ts';
const OTHER = 'src/other.ts';
const SETTINGS = {
  'countersign.installHook': 'never',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'files.autoSave': 'off',
};

describe('Two windows on one work tree', function () {
  this.timeout(240_000);
  this.bail(true);
  let repository: Repository;
  let first: Workbench;
  let second: Workbench;
  const gitDir = (): string => path.join(repository.folder, '.git');
  const expected: Record<string, string> = {};

  const saved = async (window: Workbench, file = FILE): Promise<Record<string, string>> => {
    await window.save();
    const text = repository.read(file);
    return claimsOf(await savedState(gitDir(), file, text), text);
  };

  before(async () => {
    const files = {
      [FILE]: 'export const start = 0;\n',
      [OTHER]: 'export const other = 0;\n',
      '.countersign/policy.jsonc': policyText([]),
    };
    repository = makeRepository({ files });
    repository.git('checkout', '--quiet', '-b', 'limits');
    first = await startWorkbench({
      folder: repository.folder,
      assistant: { 'const ceiling = ': 'Math.min(limit, 5000);\nconst floor = Math.max(limit, 100);' },
      settings: SETTINGS,
      env: { COUNTERSIGN_TEST_PUBLIC_API: '1' },
    });
    await first.statusBarItem().waitFor();
    await first.openFile(FILE);
    second = await first.another();
    await second.statusBarItem().waitFor();
    await second.openFile(FILE);
  });

  after(async () => {
    await second?.close();
    await first?.close();
    repository.remove();
  });

  it('show one origin: what one saves the other knows, though somebody types there at once', async () => {
    await first.focus();
    await first.press('Control+End');
    await first.type('const limit = Number("100");\nconst ceiling = ');
    await first.waitForGhostText();
    await first.press('Tab');
    await first.waitForNoGhostText();
    await first.press('Control+End', 'Enter');
    Object.assign(expected, {
      'const limit = Number("100");': 'human typing',
      'const ceiling = Math.min(limit, 5000);': 'mixed completion',
      'const floor = Math.max(limit, 100);': 'ai completion',
    });
    assert.deepEqual(await saved(first), expected);

    await second.focus();
    await second.waitForText('.editor-instance .view-line', 'const floor');
    await second.press('Control+End');
    await second.type('// Limits are in cents.\n');
    expected['// Limits are in cents.'] = 'human typing';
    assert.deepEqual(await saved(second), expected);
  });

  it('take turns without weakening anything', async () => {
    await first.focus();
    await first.waitForText('.editor-instance .view-line', 'in cents');
    await first.press('Control+End');
    await first.type('const first = 1;\n');
    expected['const first = 1;'] = 'human typing';
    assert.deepEqual(await saved(first), expected);
    await second.focus();
    await second.waitForText('.editor-instance .view-line', 'const first');
    await second.press('Control+End');
    await second.type('const second = 2;\n');
    expected['const second = 2;'] = 'human typing';
    assert.deepEqual(await saved(second), expected);
  });

  it('let origins travel with what is copied in one and pasted in the other', async () => {
    await first.focus();
    const line = repository.read(FILE).split('\n').indexOf('const floor = Math.max(limit, 100);') + 1;
    await first.goTo(line);
    await first.press('Control+c');
    await until(() => fs.existsSync(path.join(gitDir(), 'countersign/copied')));
    const text = await first.readClipboard();
    await second.focus();
    await second.openFile(OTHER);
    // The machine's clipboard, which each page has to itself here.
    await second.writeClipboard(text);
    await second.press('Control+End', 'Control+v');
    await second.waitForText('.editor-instance .view-line', 'const floor');
    assert.deepEqual(await saved(second, OTHER), { 'const floor = Math.max(limit, 100);': 'ai completion' });
  });

  it('say once that nothing can be journalled, and journal it as soon as that works again', async () => {
    const folder = path.join(gitDir(), 'countersign');
    fs.renameSync(folder, `${folder}.aside`);
    fs.writeFileSync(folder, '');
    await second.press('Control+End');
    await second.type('const third = 3;\n');
    await second.save();
    await second.waitForNotification('is no folder. Move the file that stands there out of the way.');
    await second.statusBarItem('countersign.journal').waitFor();
    await second.type('const fourth = 4;\n');
    await second.save();
    fs.rmSync(folder);
    fs.renameSync(`${folder}.aside`, folder);
    await second.statusBarItem('countersign.journal').waitFor({ state: 'detached' });
    const live = claimsOf(await savedState(gitDir(), OTHER, repository.read(OTHER)), repository.read(OTHER));
    assert.equal(live['const third = 3;'], 'human typing');
    assert.equal(live['const fourth = 4;'], 'human typing');
    const shown = await second.page.locator('.notification-toast').allInnerTexts();
    assert.equal(shown.filter((each) => each.includes('is no folder')).length, 1);
  });
});
