/** What becomes of documents: saved for the first time, saved as, renamed, reverted, read again, merged. By real keys. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readJournal } from '../../src/node/journal';
import { makeRepository, type Repository } from '../support/host/repository';
import { person, policyText } from '../support/repository';
import { claimsOf } from './claims';
import { startWorkbench, type Workbench } from './driver';

const PAY = 'export const currency = "EUR";\nexport const decimals = 2;\n';
const RATES = 'export const standard = 19;\nexport const reduced = 7;\nexport const none = 0;\n';
const COMPLETIONS = { 'export const total = ': 'prices.reduce((sum, price) => sum + price, 0);' };
const SETTINGS = {
  'countersign.installHook': 'always',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'files.simpleDialog.enable': true,
  // Between any two keys, once it is on.
  'files.autoSaveDelay': 1,
  'explorer.confirmDragAndDrop': false,
};

describe('Documents that go on under other names, by keyboard', function () {
  this.timeout(120_000);
  this.bail(true);
  let repository: Repository;
  let workbench: Workbench;
  const at = (file: string): string => path.join(repository.folder, file);

  const claims = (file: string): Record<string, string> => claimsOf(repository, file);
  /** Waits until the journal says so, and gives what it says if it never does. */
  const expectClaims = async (file: string, wanted: Record<string, string>): Promise<void> => {
    for (let wait = 0; wait < 50; wait += 1) {
      if (fs.existsSync(at(file)) && isDeepStrictEqual(claims(file), wanted)) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    assert.deepEqual(claims(file), wanted);
  };
  /** Answers the editor's own file dialog, which puts in its own suggestion when it is ready. */
  const nameFile = async (file: string): Promise<void> => {
    const input = workbench.quickInput();
    const tab = workbench.page.locator(`.tab.active[data-resource-name="${path.basename(file)}"]`);
    await input.waitFor();
    for (let wait = 0; wait < 400 && (await tab.count()) === 0; wait += 1) {
      const value = (await input.count()) === 0 ? at(file) : await input.inputValue().catch(() => '');
      if (value.startsWith('/') && value !== at(file)) {
        await input.fill(at(file));
        // A suggestion that comes late takes its place once more.
        await new Promise((done) => setTimeout(done, 300));
        if ((await input.inputValue()) === at(file)) await workbench.press('Enter');
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    await tab.first().waitFor();
  };
  const blame = (file: string): string[] => {
    const cli = path.resolve(__dirname, '../../dist/cli.js');
    const args = [cli, 'blame', file, '--rev', 'HEAD', '--json', '--cwd', repository.folder];
    const said = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as {
      lines: { origin: string; via?: string }[];
    };
    return said.lines.map(({ origin, via }) => `${origin} ${via ?? ''}`.trim());
  };
  const renameInExplorer = async (name: string): Promise<void> => {
    await workbench.runCommand('File: Reveal Active File in Explorer View');
    await workbench.see('.explorer-folders-view .monaco-list:focus .monaco-list-row.focused');
    await workbench.press('F2');
    const box = workbench.page.locator('.explorer-folders-view .monaco-inputbox input');
    await box.waitFor();
    await box.fill(name);
    await workbench.press('Enter');
    await workbench.see(`.tab.active[data-resource-name="${name}"]`);
  };

  before(async () => {
    repository = makeRepository({
      files: {
        'pay.ts': PAY,
        'rates.ts': RATES,
        'merge.ts': '',
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
  });

  after(async () => {
    await workbench?.close();
    if (process.env['KEEP'] === undefined) repository.remove();
    else console.log(repository.folder);
  });

  it('keeps what was typed, pasted and accepted in an untitled document when it is saved', async () => {
    await workbench.runCommand('File: New Untitled Text File');
    await workbench.see('.editor-instance .monaco-editor.focused');
    await workbench.type('const prices = [1, 2];\n');
    await workbench.writeClipboard('export const VAT = 0.19; // from a web page\n');
    await workbench.press('Control+v');
    await workbench.waitForText('.editor-instance .view-line', 'web page');
    await workbench.type('export const total = ');
    await workbench.waitForGhostText();
    await workbench.press('Tab');
    await workbench.waitForNoGhostText();
    await workbench.press('Control+s');
    await nameFile('fresh.ts');
    await expectClaims('fresh.ts', {
      'const prices = [1, 2];': 'human typing observed',
      'export const VAT = 0.19; // from a web page': 'paste paste observed',
      'export const total = prices.reduce((sum, price) => sum + price, 0);': 'mixed completion observed',
    });
    // And goes on from there.
    await workbench.press('Control+End');
    await workbench.type('\nexport default total;');
    await workbench.save();
    await expectClaims('fresh.ts', {
      'const prices = [1, 2];': 'human typing observed',
      'export const VAT = 0.19; // from a web page': 'paste paste observed',
      'export const total = prices.reduce((sum, price) => sum + price, 0);': 'mixed completion observed',
      'export default total;': 'human typing observed',
    });
  });

  it('carries origins into what a file is saved as, and neutral lines as the person’s move', async () => {
    await workbench.openFile('pay.ts');
    await workbench.press('Control+End');
    await workbench.type('export const total = ');
    await workbench.waitForGhostText();
    await workbench.press('Tab');
    await workbench.waitForNoGhostText();
    await workbench.press('Control+Shift+s');
    await nameFile('copy.ts');
    await expectClaims('copy.ts', {
      'export const currency = "EUR";': 'human move observed',
      'export const decimals = 2;': 'human move observed',
      'export const total = prices.reduce((sum, price) => sum + price, 0);': 'mixed completion observed',
    });
    assert.equal(repository.read('pay.ts'), PAY);
  });

  it('follows a file that is renamed in the explorer with unsaved changes, into the commit', async () => {
    await workbench.openFile('rates.ts');
    await workbench.press('Control+End');
    await workbench.type('export const zero = none;');
    await renameInExplorer('taxes.ts');
    await workbench.openFile('taxes.ts');
    await workbench.save();
    await expectClaims('taxes.ts', { 'export const zero = none;': 'human typing observed' });
    const hook = at('.git/hooks/pre-commit');
    for (let wait = 0; wait < 50 && !fs.existsSync(hook); wait += 1) {
      await new Promise((done) => setTimeout(done, 100));
    }
    const env = { PATH: '/usr/bin:/bin', HOME: repository.folder, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['add', '-A'], { cwd: repository.folder, env });
    execFileSync('git', ['commit', '-qm', 'Rename'], { cwd: repository.folder, env });
    assert.deepEqual(blame('taxes.ts'), ['tool move', 'tool move', 'tool move', 'human typing']);
    assert.deepEqual(blame('copy.ts'), ['human move', 'human move', 'mixed completion']);
  });

  it('finds the origins of before when undo goes back over a change on disk', async () => {
    await workbench.openFile('pay.ts');
    await workbench.press('Control+End');
    await workbench.type('export const mine = "typed by hand";\n');
    await workbench.save();
    const mine = { 'export const mine = "typed by hand";': 'human typing observed' };
    await expectClaims('pay.ts', mine);
    fs.writeFileSync(at('pay.ts'), `${PAY}export const foreign = "written by a program";\n`);
    await workbench.waitForText('.editor-instance .view-line', 'written by a program');
    await workbench.press('Control+z');
    await workbench.waitForText('.editor-instance .view-line', 'typed by hand');
    await workbench.save();
    await expectClaims('pay.ts', mine);
    await workbench.press('Control+y');
    await workbench.waitForText('.editor-instance .view-line', 'written by a program');
    await workbench.save();
    // From outside, or unexplained where it was undone before it was judged: never anybody's.
    const foreign = claims('pay.ts')['export const foreign = "written by a program";'];
    assert.ok([undefined, 'external disk observed'].includes(foreign), foreign);
    await workbench.press('Control+z');
    await workbench.waitForText('.editor-instance .view-line', 'typed by hand');
    await workbench.save();
    await expectClaims('pay.ts', mine);
  });

  it('changes no origin with the line ends, nor by a revert and its undo', async () => {
    const mine = { 'export const mine = "typed by hand";': 'human typing observed' };
    await workbench.runCommand('Change End of Line Sequence');
    await workbench.pick('CRLF');
    await workbench.waitForText('#status\\.editor\\.eol', 'CRLF');
    await workbench.save();
    assert.match(repository.read('pay.ts'), /\r\n/);
    await expectClaims('pay.ts', mine);
    await workbench.press('Control+End');
    await workbench.type('// a remark');
    await workbench.runCommand('File: Revert File');
    await workbench.page.locator('.editor-group-container.active .tab.active.dirty').waitFor({ state: 'detached' });
    await workbench.press('Control+z');
    await workbench.waitForText('.editor-instance .view-line', 'a remark');
    await workbench.save();
    await expectClaims('pay.ts', { ...mine, '// a remark': 'human typing observed' });
  });

  it('counts what is typed once, however many editors show the file', async () => {
    const before = claims('pay.ts');
    await workbench.runCommand('View: Split Editor Right');
    await workbench.page.locator('.editor-group-container').nth(1).waitFor();
    await workbench.press('Control+End');
    await workbench.type('\nconst twice = 12;');
    await workbench.save();
    await expectClaims('pay.ts', { ...before, 'const twice = 12;': 'human typing observed' });
    const hunks = readJournal(at('.git')).get('pay.ts')?.at(-1)?.hunks ?? [];
    const line = hunks.flatMap((hunk) => hunk.lines).at(-1);
    assert.deepEqual(line?.counts, { human: 'consttwice=12;'.length });
    await workbench.runCommand('View: Close Editor');
  });

  it('knows typing and a completion that are saved by themselves, at once', async () => {
    await workbench.runCommand('File: Toggle Auto Save');
    const before = claims('fresh.ts');
    await workbench.openFile('fresh.ts');
    await workbench.press('Control+End');
    await workbench.type('\n// saved by itself\nexport const total = ');
    await workbench.waitForGhostText();
    await workbench.press('Tab');
    await workbench.waitForNoGhostText();
    await workbench.type(' // again');
    await expectClaims('fresh.ts', {
      ...before,
      '// saved by itself': 'human typing observed',
      'export const total = prices.reduce((sum, price) => sum + price, 0); // again': 'mixed completion observed',
    });
    await workbench.runCommand('File: Toggle Auto Save');
  });

  it('gives what is taken from a side of a merge to nobody', async () => {
    repository.git('add', '-A');
    repository.git('commit', '-qm', 'All of it');
    const mine = 'export const standard = 20; // mine, and longer\n';
    fs.writeFileSync(at('taxes.ts'), repository.read('taxes.ts').replace(/^.*\n/, mine));
    repository.git('commit', '-qam', 'Mine');
    repository.git('checkout', '-q', '-b', 'theirs', 'HEAD~1');
    const theirs = 'export const standard = 21; // theirs, and longer\n';
    fs.writeFileSync(at('taxes.ts'), repository.read('taxes.ts').replace(/^.*\n/, theirs));
    repository.git('commit', '-qam', 'Theirs');
    repository.git('checkout', '-q', 'work');
    assert.throws(() => repository.git('merge', '-q', 'theirs'));
    await workbench.openFile('taxes.ts');
    await workbench.waitForText('.editor-instance .view-line', '<<<<<<<');
    await workbench.goTo(2);
    await workbench.runCommand('Merge Conflict: Accept Both');
    await workbench.page.waitForFunction(`!document.querySelector('.editor-instance').textContent.includes('<<<<<<<')`);
    await workbench.press('Control+Home');
    await workbench.type('const settled = "by hand";\n');
    await workbench.save();
    for (let wait = 0; wait < 50 && claims('taxes.ts')['const settled = "by hand";'] === undefined; wait += 1) {
      await new Promise((done) => setTimeout(done, 100));
    }
    const found = claims('taxes.ts');
    assert.equal(found['const settled = "by hand";'], 'human typing observed');
    assert.ok(!Object.entries(found).some(([line, claim]) => line.includes('longer') && claim.startsWith('human')));
    const env = { PATH: '/usr/bin:/bin', HOME: repository.folder, GIT_CONFIG_NOSYSTEM: '1' };
    execFileSync('git', ['commit', '-qam', 'Merged'], { cwd: repository.folder, env });
    assert.equal(blame('taxes.ts')[0], 'human typing');
    assert.ok(
      blame('taxes.ts')
        .slice(1, 3)
        .every((origin) => !origin.startsWith('human')),
    );
  });

  it('gives to a person what they type in the merge editor, and nothing that it took', async () => {
    const rates = [
      'const one = "the first rate";',
      'const two = "the second rate";',
      'const three = "the third rate";',
    ];
    const text = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
    const commit = (first: string, third: string): void => {
      fs.writeFileSync(at('merge.ts'), text(first, ...rates, third));
      repository.git('add', '-A');
      repository.git('commit', '-qm', first);
    };
    commit('const zero = "in the beginning";', 'const four = "in the end";');
    repository.git('checkout', '-q', '-b', 'theirs2');
    commit('const zero = "theirs, and other";', 'const four = "theirs at the end";');
    repository.git('checkout', '-q', 'work');
    commit('const zero = "ours, and different";', 'const four = "in the end";');
    assert.throws(() => repository.git('merge', '-q', 'theirs2'));
    await workbench.openFile('merge.ts');
    await workbench.waitForText('.editor-instance .view-line', '<<<<<<<');
    await workbench.page.locator('text=Resolve in Merge Editor').first().click();
    const accept = workbench.page.locator('a:has-text("Accept Incoming")').first();
    // The incoming side shows it first, the result below it second.
    const taken = workbench.page
      .locator('.view-line')
      .filter({ hasText: /theirs,\sand\sother/ })
      .nth(1);
    // While the editor still lays its lines out, the link moves away from under the pointer.
    for (let tries = 0; tries < 4 && !(await taken.isVisible()); tries += 1) {
      await accept.click();
      await taken.waitFor({ timeout: 5000 }).catch(() => undefined);
    }
    await taken.waitFor();
    await taken.click();
    await workbench.press('Control+End');
    await workbench.type('const five = "typed while merging";');
    await workbench.page.locator('text="Complete Merge"').first().click();
    for (let wait = 0; wait < 100 && !repository.read('merge.ts').includes('typed while merging'); wait += 1) {
      await new Promise((done) => setTimeout(done, 100));
    }
    await expectClaims('merge.ts', { 'const five = "typed while merging";': 'human typing observed' });
  });
});
