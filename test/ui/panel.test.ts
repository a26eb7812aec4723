/** The panel when things are not as they should be, and where nothing is set up. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { TestRepository, person } from '../support/repository';
import { makeRepository } from '../support/host/repository';
import { startWorkbench, type Workbench } from './driver';
import { commitSample, startSample, type Sample } from './reviewSample';
import { rowsWith } from './reviewRows';

describe('The panel and broken files', function () {
  this.timeout(120_000);
  let sample: Sample;
  let workbench: Workbench;

  before(async () => {
    sample = await startSample();
    await commitSample(sample.repository);
    workbench = await startWorkbench({ folder: sample.repository.top });
    await workbench.runCommand('View: Show Countersign');
    await rowsWith(workbench, 'My Changes', /^Needs sign-off, 2 blocks/);
  });

  after(async () => {
    await workbench?.close();
  });

  it('shows a malformed policy with its field, and goes on by the policy of the target', async () => {
    const { repository } = sample;
    const policy = repository.read('.countersign/policy.jsonc');
    repository.write('.countersign/policy.jsonc', policy.replace('"mode":"enforce"', '"mode":"sometimes"'));
    const rows = await rowsWith(workbench, 'My Changes', /^Problem: \.countersign\/policy\.jsonc .*"sometimes"/);
    assert.ok(rows.some((row) => row.startsWith('src/retry.ts:1–11, ai')));
    await workbench.press('Control+Shift+m');
    await workbench.waitForText('.markers-panel', 'mode');
    await workbench.screenshot('panel-problem');
    // The editor goes on working.
    await workbench.openFile('src/retry.ts');
    await workbench.press('Control+End');
    await workbench.type('// still here');
    await workbench.save();
    assert.match(repository.read('src/retry.ts'), /\/\/ still here$/);
    repository.git('checkout', '--', 'src/retry.ts', '.countersign/policy.jsonc');
    await rowsWith(workbench, 'My Changes', /^Problem/, false);
  });

  it('shows a malformed record, and loses it again', async () => {
    const { repository } = sample;
    const name = 'a'.repeat(64);
    repository.write(`.countersign/v1/provenance/aa/${name}.prov`, '{"broken"\n');
    repository.git('add', '-A');
    await rowsWith(workbench, 'My Changes', /^Problem: \.countersign\/v1\/provenance\/aa\/a+\.prov/);
    repository.git('rm', '-q', '-f', `.countersign/v1/provenance/aa/${name}.prov`);
    await rowsWith(workbench, 'My Changes', /^Problem/, false);
    await rowsWith(workbench, 'My Changes', /^Needs sign-off, 2 blocks/);
  });
});

describe('The panel and a change that people look at as one', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  after(async () => {
    await workbench?.close();
  });

  it('shows a revert as one line, with its blocks beneath', async () => {
    const [ana, bo] = [person('ana'), person('bo')];
    const repository = new TestRepository().as(ana).adopt([ana]);
    for (const name of ['a', 'b', 'c']) repository.write(`lib/${name}.js`, `${name}();\n`);
    const good = repository.commit('Start');
    repository.as(bo).write('lib/a.js', 'boom();\n').write('extra.js', 'more();\n').commit('Landed');
    repository.git('switch', '-q', '-c', 'rescue');
    repository.git('revert', '--no-edit', 'main');
    workbench = await startWorkbench({ folder: repository.top });
    await workbench.runCommand('View: Show Countersign');
    const label = `restores the state of ${good.slice(0, 12)}`;
    const rows = await rowsWith(workbench, 'My Changes', new RegExp(`^${label} .*, Needs sign-off, 2 blocks`));
    assert.ok(!rows.some((row) => row.startsWith('lib/a.js')), 'the blocks are beneath');
  });
});

describe('The panel in a repository without a policy', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  after(async () => {
    await workbench?.close();
  });

  it('is silent, and sets Countersign up by keyboard', async () => {
    const repository = makeRepository();
    const bo = person('bo');
    const home = path.dirname(bo.key);
    fs.mkdirSync(path.join(home, '.ssh'));
    for (const end of ['', '.pub']) fs.copyFileSync(`${bo.key}${end}`, path.join(home, `.ssh/id_ed25519${end}`));
    try {
      workbench = await startWorkbench({ folder: repository.folder, env: { HOME: home } });
      assert.equal(await workbench.statusBarItem('countersign.status').count(), 0);
      await workbench.runCommand('View: Show Countersign');
      await workbench.waitForText('.pane-body .welcome-view-content', 'no Countersign policy yet');
      await workbench.screenshot('panel-welcome');
      await workbench.runCommand('Countersign: Set Up in This Repository…');
      assert.match(await workbench.dialogText(), /bo@example\.com/);
      await workbench.answerDialog('Set Up');
      await workbench.waitForNotification('Countersign is set up');
      assert.match(repository.read('.countersign/policy.jsonc'), /bo@example\.com/);
      assert.match(repository.read('.git/hooks/pre-commit'), /countersign/);
    } finally {
      repository.remove();
    }
  });
});
