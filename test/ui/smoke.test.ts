import assert from 'node:assert/strict';
import { makeRepository, type Repository } from '../support/host/repository';
import { startWorkbench, type Workbench } from './driver';

describe('The workbench, by keyboard', function () {
  this.timeout(120_000);
  let repository: Repository;
  let workbench: Workbench;

  before(async () => {
    repository = makeRepository();
    workbench = await startWorkbench({ folder: repository.folder, assistant: true });
  });

  after(async () => {
    await workbench?.close();
    repository.remove();
  });

  it('opens the folder on its branch', async () => {
    await workbench.waitForText('.statusbar-item', 'main');
  });

  it('types a line, accepts a completion with Tab, and saves both', async () => {
    await workbench.openFile('src/pay.ts');
    await workbench.press('Control+End');
    await workbench.type('\nfunction applyDiscount(');
    await workbench.waitForGhostText();
    await workbench.screenshot('smoke-ghost-text');
    await workbench.press('Tab');
    await workbench.waitForNoGhostText();
    await workbench.save();
    assert.match(
      repository.read('src/pay.ts'),
      /^function applyDiscount\(price: number, percent: number\): number \{$/m,
    );
    assert.match(repository.read('src/pay.ts'), /^ {2}return Math\.round\(price \* factor\);$/m);
  });

  it('pastes what another program copied', async () => {
    await workbench.writeClipboard('// from elsewhere\n');
    await workbench.goTo(1);
    await workbench.press('Control+v');
    await workbench.waitForText('.editor-instance .view-line', '// from elsewhere');
    await workbench.save();
    assert.match(repository.read('src/pay.ts'), /^\/\/ from elsewhere\n/);
    assert.equal(await workbench.readClipboard(), '// from elsewhere\n');
  });

  it('runs a command by its title and changes the theme', async () => {
    await workbench.runCommand('Source Control: Focus on Changes View');
    await workbench.see('.part.sidebar .scm-view');
    await workbench.setTheme('light');
    await workbench.screenshot('smoke-light');
    await workbench.setTheme('high contrast');
    await workbench.setTheme('dark');
  });

  it('answers a dialog by keyboard, and reads a notification and a webview', async () => {
    await workbench.openFile('README.md');
    await workbench.type('unsaved');
    await workbench.runCommand('View: Close Editor');
    assert.match(await workbench.dialogText(), /Do you want to save the changes you made to README\.md\?/);
    await workbench.answerDialog("Don't Save");
    assert.equal(repository.read('README.md'), '# Shop\n');

    await workbench.runCommand('Git: Pull');
    await workbench.waitForNotification('no remotes configured to pull from');

    await workbench.openFile('README.md');
    await workbench.runCommand('Markdown: Open Preview');
    await workbench.webview().locator('h1').filter({ hasText: 'Shop' }).waitFor();
  });
});
