import assert from 'node:assert/strict';
import path from 'node:path';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { claimsOf, savedClaims } from './claims';
import { startWorkbench, type Workbench } from './driver';

const FILE = 'shop.ledger';
const OTHER = 'other.ledger';
const RECORD = '.countersign/v1/provenance/ab/post.json';
const SHOP = `use tax
use rates
let a = price;
each (a) {
post(a);
`;

/** What editors and language extensions do on a person's behalf, seen without the proposed API. */
describe('Edits behind a person’s keys, with what is observed', function () {
  this.timeout(120_000);
  this.bail(true);
  let repository: Repository;
  let workbench: Workbench;
  const saved = async (): Promise<Record<string, string>> => savedClaims(workbench, repository, FILE);

  before(async () => {
    repository = makeRepository({
      files: {
        [FILE]: SHOP,
        [OTHER]: 'post(price);\n',
        [RECORD]: '{"post":1}\n',
        '.countersign/policy.jsonc': policyText([person('ana')]),
      },
    });
    repository.git('checkout', '--quiet', '-b', 'tidy');
    workbench = await startWorkbench({
      folder: repository.folder,
      extensions: [path.resolve(__dirname, '../fixtures/language')],
      settings: {
        'countersign.installHook': 'never',
        'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
        'editor.formatOnType': true,
        'editor.formatOnPaste': true,
        'editor.autoIndent': 'none',
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

  it('format on type: the typed line is the person’s, an old line that it indents the tool’s', async () => {
    await workbench.press('Control+End');
    await workbench.type('}');
    await workbench.waitForText('.editor-instance .view-lines', '  post(a);');
    const claims = await saved();
    assert.equal(claims['}'], 'human typing observed');
    assert.equal(claims['post(a);'], 'tool format observed');
    assert.equal(claims['each (a) {'], undefined);
  });

  it('organise imports by its key: the tool’s', async () => {
    await workbench.goTo(1);
    await workbench.press('Shift+Alt+o');
    await workbench.page.waitForFunction(
      `document.querySelector('.editor-instance .view-lines').textContent.replaceAll('\\u00a0', ' ').includes('use ratesuse tax')`,
    );
    const claims = await saved();
    const uses = [claims['use rates'], claims['use tax']].filter((each) => each !== undefined);
    assert.ok(uses.length > 0);
    for (const each of uses) assert.equal(each, 'tool refactor observed');
  });

  it('a code action: nobody knows whose it is', async () => {
    await workbench.goTo(3, 9);
    await workbench.pressUntilSeen('Control+.', '.action-widget .monaco-list-row');
    const row = workbench.page.locator('.action-widget .monaco-list-row.focused').filter({ hasText: 'Call it cost' });
    for (let step = 0; step < 12 && (await row.count()) === 0; step += 1) await workbench.press('ArrowDown');
    await workbench.press('Enter');
    await workbench.waitForText('.editor-instance .view-lines', 'let a = cost;');
    const claims = await saved();
    assert.equal(claims['let a = cost;'], undefined);
    assert.equal(claims['let a = price;'], undefined);
  });

  it('search and replace over files: nobody knows, in open files and in others, and records are left alone', async () => {
    await workbench.press('Control+Shift+h');
    await workbench.see('.search-view .search-widget');
    await workbench.page.keyboard.type('post');
    await workbench.press('Tab');
    await workbench.page.locator('.search-view .replace-input textarea').first().fill('book');
    await workbench.see('.search-view .monaco-list-row');
    await workbench.press('Control+Alt+Enter');
    await workbench.answerDialog('Replace');
    await workbench.page.waitForFunction(
      `document.querySelector('.editor-instance .view-lines').textContent.includes('book')`,
    );
    await workbench.press('Control+1');
    const claims = await saved();
    assert.ok(repository.read(FILE).includes('  book(a);'));
    assert.equal(repository.read(RECORD), '{"post":1}\n');
    assert.notEqual(claims['book(a);']?.split(' ')[0], 'human');
    assert.notEqual(claims['book(a);']?.split(' ')[0], 'ai');
    await workbench.openFile(OTHER);
    await savedClaims(workbench, repository, OTHER);
    assert.match(Object.values(claimsOf(repository, OTHER)).join(), /^(?:external disk observed)?$/);
  });

  it('format on paste: what was pasted stays a paste', async () => {
    // The editor listens for pastes to format only once another file was shown in it.
    await workbench.openFile(FILE);
    await workbench.writeClipboard('let  paid = cash;');
    await workbench.press('Control+End', 'Enter', 'Control+v');
    await workbench.waitForText('.editor-instance .view-lines', 'let paid = cash;');
    assert.equal((await saved())['let paid = cash;'], 'paste paste observed');
  });
});
