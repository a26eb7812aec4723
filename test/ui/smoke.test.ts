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
});
