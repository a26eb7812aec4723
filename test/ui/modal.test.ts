import assert from 'node:assert/strict';
import path from 'node:path';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { removalsOf, savedClaims } from './claims';
import { startWorkbench, type Workbench } from './driver';

const FILE = 'src/pay.ts';

/** Extensions that take the keyboard (Vim and its like) insert what is typed by the editor's own command. */
describe('Modal editing, by keyboard, with what is observed', function () {
  this.timeout(120_000);
  let repository: Repository;
  let workbench: Workbench;

  before(async () => {
    repository = makeRepository({
      files: {
        [FILE]: 'const a = 1;\nconst b = "twenty characters";\nconst c = 3;\n',
        '.countersign/policy.jsonc': policyText([person('ana')]),
      },
    });
    repository.git('checkout', '--quiet', '-b', 'modal');
    workbench = await startWorkbench({
      folder: repository.folder,
      extensions: [path.resolve(__dirname, '../fixtures/modal')],
      settings: {
        'countersign.installHook': 'never',
        'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
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

  it('is typing where it inserts, and unknown where its commands edit', async () => {
    await workbench.goTo(1, 1);
    await workbench.type('oconst typed = "by hand";');
    await workbench.press('Enter');
    await workbench.type('const more = 2;');
    await workbench.press('Escape');
    await workbench.waitForText('.editor-instance .view-lines', 'const more = 2;');
    await workbench.goTo(4, 1);
    await workbench.type('dd');
    await workbench.page.waitForFunction(
      `!document.querySelector('.editor-instance .view-lines').textContent.replaceAll('\\u00a0', ' ').includes('const b')`,
    );
    const claims = await savedClaims(workbench, repository, FILE);
    assert.equal(claims['const typed = "by hand";'], 'human typing observed');
    assert.equal(claims['const more = 2;'], 'human typing observed');
    // Nobody sees that `dd` was a person's: that is said, not guessed.
    assert.deepEqual(removalsOf(repository, FILE), []);
    await workbench.type('p');
    await workbench.waitForText('.editor-instance .view-lines', 'const b = "twenty');
    assert.equal((await savedClaims(workbench, repository, FILE))['const b = "twenty characters";'], undefined);
  });

  it('is unknown also where an arrow key then takes the caret behind a letter that its command put in', async () => {
    await workbench.goTo(1, 1);
    await workbench.type('t');
    await workbench.waitForText('.editor-instance .view-lines', 'coznst a = 1;');
    await workbench.press('ArrowRight', 'ArrowRight', 'ArrowRight');
    assert.equal((await savedClaims(workbench, repository, FILE))['coznst a = 1;'], undefined);
    await workbench.type('oconst hand = 4;');
    await workbench.press('Escape');
    const claims = await savedClaims(workbench, repository, FILE);
    assert.equal(claims['const hand = 4;'], 'human typing observed');
    assert.equal(claims['coznst a = 1;'], undefined);
  });
});
