/** A recorder's key, made in the editor, and the commit that is signed with it: typed, saved and committed. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runGate } from '../../src/node/gate';
import { HOOKS } from '../../src/node/hookScript';
import { installHooks } from '../../src/node/hooks';
import { TestRepository, person } from '../support/repository';
import { startWorkbench, type Workbench } from './driver';
import { pause } from './reviewRows';

const FILE = 'src/pay.ts';

describe('Signed records, by keyboard', function () {
  this.timeout(180_000);
  const [ana, bo] = [person('ana'), person('bo')];
  const home = realpathSync(mkdtempSync(path.join(tmpdir(), 'countersign-home-')));
  let repository: TestRepository;
  let workbench: Workbench;
  /** As this version writes them. */
  let hooks: string[] = [];

  before(async () => {
    repository = new TestRepository(realpathSync(new TestRepository().top)).as(ana);
    repository.adopt([ana], { requireSignedRecords: true }).write(FILE, 'const a = 1;\n');
    const line = `${bo.email} namespaces="recorder.v1@countersign.dev" ${bo.publicKey}\n`;
    repository.write('.countersign/allowed_signers', repository.read('.countersign/allowed_signers') + line);
    repository.commit('Start');
    repository.as(bo).git('switch', '-q', '-c', 'work');
    await installHooks(await repository.open());
    hooks = HOOKS.map((hook) => repository.read(`.git/hooks/${hook}`));
    for (const [index, hook] of HOOKS.entries()) {
      repository.write(
        `.git/hooks/${hook}`,
        hooks[index]?.replace('countersign_status=0 ', 'countersign_status=00 ') ?? '',
      );
    }
    workbench = await startWorkbench({
      folder: repository.top,
      settings: { 'files.autoSave': 'off' },
      env: { XDG_CONFIG_HOME: home },
    });
    // Its commands are there once the branch was read.
    await workbench.runCommand('View: Show Countersign');
    await workbench.waitForText('.welcome-view-content', 'This branch changes nothing');
  });

  after(async () => {
    await workbench?.close();
    rmSync(home, { recursive: true, force: true });
  });

  it('finds hooks with lines of another version, and brings them up to date without asking again', async () => {
    const now = (): string[] => HOOKS.map((hook) => repository.read(`.git/hooks/${hook}`));
    assert.ok(hooks.every((text) => text.includes('countersign_status=0 ')));
    for (let attempt = 0; attempt < 100 && now().join() !== hooks.join(); attempt += 1) await pause();
    assert.deepEqual(now(), hooks);
  });

  it('is offered where the policy asks for it', async () => {
    await workbench.waitForNotification('The policy here asks for signed records');
    await workbench.answerNotification('Not now');
  });

  it('one question and the SSH key’s signature; from then on the hook signs, and the gate believes', async () => {
    await workbench.runCommand('Countersign: Sign My Records…');
    const asked = await workbench.dialogText();
    assert.match(asked, /Sign the records of bo@example\.com\?/);
    assert.ok(asked.includes(path.join(home, 'countersign', 'recorder-')), asked);
    await workbench.answerDialog('Make and Certify Key');
    await workbench.waitForNotification('Your records are signed from now on, until');
    const [name = ''] = readdirSync(path.join(home, 'countersign'));
    assert.equal(statSync(path.join(home, 'countersign', name)).mode & 0o777, 0o600);

    await workbench.openFile(FILE);
    await workbench.goTo(2, 1);
    await workbench.type('const typed = byHand;');
    await workbench.save();
    execFileSync('git', ['commit', '-q', '-a', '-m', 'Typed'], {
      cwd: repository.top,
      env: { ...process.env, XDG_CONFIG_HOME: home },
    });
    assert.match(
      execFileSync('git', ['show', 'HEAD'], { cwd: repository.top, encoding: 'utf8' }),
      /"signature":\{"principal":"bo@/,
    );
    const { exit, report } = await runGate(await repository.open(), { base: 'main', head: 'HEAD' });
    assert.deepEqual([exit, report?.summary.byOrigin], [0, { human: 1 }]);
  });

  it('asks again before it certifies the same key anew, and does nothing when it is cancelled', async () => {
    const [name = ''] = readdirSync(path.join(home, 'countersign'));
    const before = statSync(path.join(home, 'countersign', name)).mtimeMs;
    await workbench.runCommand('Countersign: Sign My Records…');
    assert.match(await workbench.dialogText(), /A key is there, certified until \d{4}-/);
    await workbench.answerDialog('Cancel');
    assert.equal(statSync(path.join(home, 'countersign', name)).mtimeMs, before);
  });
});
