/** Asking for review and giving it, by keyboard, between two clones. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runGate } from '../../src/node/gate';
import { requestReview } from '../../src/node/reviewRequest';
import { TestRepository, person } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';
import { pause, rowsWith } from './reviewRows';
import { commitSample, requestSample, startSample, type Sample } from './reviewSample';

const NEXT = 'Countersign: Next Block to Review';
const SIGN = 'Countersign: Sign Off…';

describe('Review in the panel, by keyboard', function () {
  this.timeout(180_000);
  let sample: Sample;
  let bare: string;
  let senior: TestRepository;
  let workbench: Workbench;

  before(async () => {
    sample = await startSample();
    const { repository, ana } = sample;
    await commitSample(repository);
    bare = mkdtempSync(path.join(tmpdir(), 'countersign-bare-'));
    execFileSync('git', ['clone', '-q', '--bare', repository.top, bare]);
    repository.git('remote', 'add', 'origin', bare);
    execFileSync('git', ['-C', bare, 'update-ref', '-d', 'refs/heads/discounts']);
    execFileSync('git', ['-C', bare, 'symbolic-ref', 'HEAD', 'refs/heads/main']);
    repository.git('fetch', '-q');
    senior = new TestRepository(mkdtempSync(path.join(tmpdir(), 'countersign-senior-')));
    execFileSync('git', ['clone', '-q', bare, senior.top]);
    senior.as(ana);
  });

  after(async () => {
    await workbench?.close();
  });

  describe('the author', () => {
    before(async () => {
      workbench = await startWorkbench({ folder: sample.repository.top });
      await workbench.runCommand('View: Show Countersign');
    });

    after(async () => {
      await workbench?.close();
    });

    it('sees the blocks of the branch that need a senior, not their lines', async () => {
      const rows = await rowsWith(workbench, 'My Changes', /^src\/retry\.ts:1–11, ai, Claude Code, needs a senior/);
      assert.ok(rows.includes('Needs sign-off, 2 blocks'), rows.join('\n'));
      assert.ok(rows.some((row) => row.startsWith('src/pay.ts:18–32, ai, paste, Copilot, needs a senior')));
      await workbench.waitForText('.statusbar-item', '2');
      await workbench.screenshot('panel-author');
    });

    it('asks for review; staged and dirty work stays as it is', async () => {
      const { repository } = sample;
      repository.write('notes.txt', 'staged\n').git('add', 'notes.txt');
      repository.write('README.md', '# Shop\n\nedited\n');
      await workbench.runCommand('Countersign: Request Review…');
      await workbench.waitForText('.quick-input-widget .label-name', 'ana');
      await workbench.press('Enter');
      await workbench.waitForText('.quick-input-widget', 'What should the reviewer know?');
      await workbench.type('See the ticket.');
      await workbench.press('Enter');
      await workbench.waitForNotification('Asked ana to review 2 blocks');
      assert.equal(repository.git('log', '-1', '--format=%s'), 'Request review of 2 blocks');
      assert.match(
        repository.git('show', '--format=', '--name-only', 'HEAD'),
        /^\.countersign\/v1\/requests\/\w\w\/\w+\.req$/,
      );
      assert.equal(repository.git('status', '--short'), ' M README.md\nA  notes.txt');
      await rowsWith(workbench, 'My Changes', /^src\/pay\.ts:18–32, .*awaiting a senior/);
    });

    it('pushes', async () => {
      await workbench.runCommand('Countersign: Push the Branch');
      for (let attempt = 0; attempt < 100; attempt += 1) {
        if (execFileSync('git', ['-C', bare, 'branch', '--list', 'discounts'], { encoding: 'utf8' }) !== '') return;
        await pause();
      }
      assert.fail('the branch never reached the remote');
    });
  });

  describe('the senior', () => {
    before(async () => {
      senior.git('fetch', '-q');
      workbench = await startWorkbench({ folder: senior.top });
      await workbench.runCommand('View: Show Countersign');
    });

    it('finds the request on another branch and checks it out', async () => {
      await rowsWith(workbench, 'Review Queue', /^bo asks for review, 2 blocks, on branch origin\/discounts/);
      await workbench.runCommand('Countersign: Check Out to Review');
      const rows = await rowsWith(workbench, 'Review Queue', /^src\/retry\.ts:1–11, ai, Claude Code/);
      assert.ok(
        rows.every((row) => !row.startsWith('src/') || row.includes('not viewed')),
        rows.join('\n'),
      );
      assert.equal(senior.git('branch', '--show-current'), 'discounts');
    });

    it('is told what was not viewed, and nothing is signed when that is cancelled', async () => {
      const before = senior.git('rev-parse', 'HEAD');
      await workbench.runCommand(SIGN);
      const text = await workbench.dialogText();
      assert.match(text, /NOT viewed:\n• src\/pay\.ts:18–32/);
      assert.match(text, /As ana@example\.com, with .*id_ed25519\.pub/);
      await workbench.answerDialog('Cancel');
      assert.equal(senior.git('rev-parse', 'HEAD'), before);
    });

    it('is told where the branch may be another than it is compared with', async () => {
      const head = 'refs/remotes/origin/HEAD';
      const known = senior.git('symbolic-ref', head);
      senior.git('symbolic-ref', head, 'refs/remotes/origin/master');
      await workbench.runCommand(SIGN);
      const text = await workbench.dialogText();
      await workbench.screenshot('sign-off-doubt');
      assert.match(
        text,
        /LOOK CLOSELY, main may not .*: origin\/HEAD leads to origin\/master, which is gone; run: git remote set-head/,
      );
      await workbench.answerDialog('Cancel');
      senior.git('symbolic-ref', head, known.trim());
    });

    it('looks at each block and signs once for all', async () => {
      senior.write('notes.txt', 'staged\n').git('add', 'notes.txt');
      await workbench.runCommand(NEXT);
      await rowsWith(workbench, 'Review Queue', /^src\/pay\.ts.*, viewed/);
      await workbench.runCommand(NEXT);
      await rowsWith(workbench, 'Review Queue', /^src\/retry\.ts.*, viewed/);
      await workbench.screenshot('panel-senior');
      await workbench.runCommand(SIGN);
      const text = await workbench.dialogText();
      await workbench.screenshot('sign-off');
      assert.match(text, /Sign off 2 blocks in 2 files\?/);
      assert.match(text, /SHA256:/);
      assert.doesNotMatch(text, /NOT viewed/);
      await workbench.answerDialog('Sign Off');
      await workbench.waitForNotification('Signed off 2 blocks');
      assert.equal(senior.git('status', '--short'), 'A  notes.txt');
      // Also not as a request on the remote branch, which lacks the sign-off until it is pushed.
      await rowsWith(workbench, 'Review Queue', /./, false);
      const outcome = await runGate(await senior.open(), { base: 'origin/main', head: 'HEAD' });
      assert.equal(outcome.exit, 0, JSON.stringify(outcome.problems));
      const reviewers = outcome.report?.hunks.flatMap((hunk) => hunk.signoffs.map(({ reviewer }) => reviewer)) ?? [];
      assert.deepEqual([...new Set(reviewers)], ['ana']);
    });

    it('gets the block back, and that one only, when a byte of it changes', async () => {
      senior.write('src/pay.ts', senior.read('src/pay.ts').replace('Math.round(reduced)', 'Math.floor(reduced)'));
      senior.git('commit', '-qam', 'Round down');
      const rows = await rowsWith(workbench, 'My Changes', /^src\/pay\.ts.*, Changed after sign-off/);
      assert.ok(rows.includes('Changed after sign-off, 1 block'), rows.join('\n'));
    });
  });
});

describe('A key with a passphrase', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  after(async () => {
    await workbench?.close();
  });

  it('gives a clear message, and nothing is signed', async () => {
    const ana = person('ana', 'ed25519', 'secret');
    const { repository } = await startSample(ana);
    await commitSample(repository);
    repository.as(ana);
    repository.as(person('bo'));
    await requestReview(await repository.open(), { to: ['ana'], note: '', commit: true });
    repository.as(ana);
    const head = repository.git('rev-parse', 'HEAD');
    workbench = await startWorkbench({ folder: repository.top, env: { SSH_AUTH_SOCK: '', SSH_ASKPASS: '' } });
    await workbench.runCommand('View: Show Countersign');
    await rowsWith(workbench, 'Review Queue', /^src\/retry\.ts/);
    await workbench.runCommand(SIGN);
    await workbench.answerDialog('Sign All, 2 Unseen…');
    assert.match(await workbench.dialogText(), /Sign for 2 blocks that you have not looked at\?/);
    await workbench.answerDialog('Sign Unseen');
    await workbench.waitForNotification('asks for a passphrase');
    assert.equal(repository.git('rev-parse', 'HEAD'), head);
  });
});

describe('A rejection', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  after(async () => {
    await workbench?.close();
  });

  it('needs a reason, is signed, and shows as a veto', async () => {
    const { repository, ana } = await startSample();
    await requestSample(repository);
    repository.as(ana);
    workbench = await startWorkbench({ folder: repository.top });
    await workbench.runCommand('View: Show Countersign');
    await rowsWith(workbench, 'Review Queue', /^src\/retry\.ts/);
    await workbench.runCommand('Countersign: Reject…');
    await workbench.pick('src/retry.ts:1–11');
    await workbench.waitForText('.quick-input-widget', 'Why? The author reads this.');
    await workbench.press('Enter');
    await workbench.waitForText('.quick-input-widget', 'A rejection needs a reason.');
    await workbench.answer('Retries charge the customer twice.');
    assert.match(await workbench.dialogText(), /Reject 1 block\?\n• src\/retry\.ts:1–11/);
    await workbench.answerDialog('Reject');
    await workbench.waitForNotification('Rejected 1 block');
    await rowsWith(workbench, 'My Changes', /^src\/retry\.ts:1–11, .*Rejected$/);
    const outcome = await runGate(await repository.open(), { base: 'main', head: 'HEAD' });
    const vetoed = outcome.report?.blocks.filter((block) => block.status === 'rejected').map((block) => block.path);
    assert.deepEqual(vetoed, ['src/retry.ts']);
  });
});

describe('The only owner of a policy', function () {
  this.timeout(120_000);
  let workbench: Workbench;

  after(async () => {
    await workbench?.close();
  });

  it('signs their own change of it, which nobody else could', async () => {
    const { repository, ana } = await startSample();
    repository.git('switch', '-q', '-f', 'main');
    repository.as(ana).git('switch', '-q', '-c', 'rules');
    const policy = repository.read('.countersign/policy.jsonc');
    repository.write('.countersign/policy.jsonc', policy.replace('"mode":"enforce"', '"mode":"observe"'));
    repository.git('commit', '-qam', 'Only observe');
    workbench = await startWorkbench({ folder: repository.top });
    await workbench.runCommand('View: Show Countersign');
    await rowsWith(workbench, 'My Changes', /^\.countersign\/policy\.jsonc:1,/);
    await workbench.runCommand(SIGN);
    await workbench.answerDialog('Open Review');
    await workbench.waitForText('.tab.active', 'policy.jsonc:1');
    // The tab shows a moment before the block counts as viewed, which nothing on the screen tells.
    await workbench.runCommand(SIGN);
    while ((await workbench.dialogText()).includes('NOT viewed')) {
      await workbench.answerDialog('Cancel');
      await workbench.runCommand(SIGN);
    }
    assert.match(await workbench.dialogText(), /policy\.jsonc:1 — .*changes the rules of review/);
    await workbench.answerDialog('Sign Off');
    await workbench.waitForNotification('Signed off 1 block');
    const outcome = await runGate(await repository.open(), { base: 'main', head: 'HEAD' });
    assert.equal(outcome.exit, 0, JSON.stringify(outcome.report?.hunks));
  });
});
