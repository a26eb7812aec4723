import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeRepository, type Repository } from '../support/host/repository';
import { startWorkbench, type Workbench } from './driver';

describe('The packed extension, on a machine without Node on its PATH', function () {
  this.timeout(120_000);
  let repository: Repository;
  let workbench: Workbench;
  let bin: string;

  before(async () => {
    repository = makeRepository();
    bin = fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-bin-'));
    for (const program of ['git', 'sh', 'cat', 'grep', 'ssh-keygen']) {
      const found = execFileSync('sh', ['-c', `command -v ${program} || true`], { encoding: 'utf8' }).trim();
      if (found !== '') fs.symlinkSync(found, path.join(bin, program));
    }
    workbench = await startWorkbench({
      folder: repository.folder,
      extension: 'package',
      env: { PATH: bin },
    });
  });

  after(async () => {
    await workbench?.close();
    repository.remove();
    fs.rmSync(bin, { recursive: true, force: true });
  });

  it('is installed from the file, and git works', async () => {
    await workbench.waitForText('.statusbar-item', 'main');
    await workbench.runCommand('Extensions: Show Installed Extensions');
    await workbench.waitForText('.extensions-list .extension-list-item .name', 'Countersign');
    await workbench.screenshot('packaged-installed');
  });

  it('really has no Node on the PATH of the extension host', async () => {
    const environments = fs
      .readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => {
        try {
          const command = fs.readFileSync(`/proc/${entry}/cmdline`, 'utf8');
          if (!command.includes('--type=extensionHost')) return [];
          const environment = fs.readFileSync(`/proc/${entry}/environ`, 'utf8').split('\0');
          return environment.includes(`HOME=${workbench.server.home}`) ? [environment] : [];
        } catch {
          return [];
        }
      });
    assert.equal(environments.length, 1);
    const found = environments[0]?.find((variable) => variable.startsWith('PATH=')) ?? '';
    assert.ok(found.includes(bin), `expected ${bin} in ${found}`);
    for (const folder of found.slice('PATH='.length).split(':')) {
      assert.equal(fs.existsSync(path.join(folder, 'node')), false, `${folder} has a node`);
    }
  });
});
