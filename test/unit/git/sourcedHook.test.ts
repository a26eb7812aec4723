/** Our hook where another script reads it in with `.` instead of running it, so that `$0` names that script. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mendHook } from '../../../src/node/hooks';
import type { TestRepository } from '../../support/repository';
import { hookUp, hooked, origins, save } from './hooked';

const COMMON = '$(git rev-parse --git-common-dir)';
const READS = `. "${COMMON}/hooks/pre-commit"\n`;
/** What a hook that never ends comes to here. */
const ENDS = `[ "$(wc -l < "${COMMON}/log")" -lt 40 ] || kill -9 $$\n`;

describe('a hook that another script reads in', () => {
  const shared = mkdtempSync(join(tmpdir(), 'countersign-shared-'));
  after(() => rmSync(shared, { recursive: true, force: true }));

  const log = (word: string): string => `echo ${word} >> "${COMMON}/log"\n`;
  /** With a hook of the user's own below our lines, and `script` in the folder that git takes hooks from. */
  async function dispatched(script: string, folder: string): Promise<{ repo: TestRepository; file: string }> {
    const repo = (await hooked()).write('.git/log', '');
    const own = join(repo.top, '.git/hooks/pre-commit');
    writeFileSync(own, `#!/bin/sh\n${log('own')}`, { mode: 0o755 });
    await hookUp(repo);
    const file = join(repo.top, folder, 'pre-commit');
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, script, { mode: 0o755 });
    repo.git('config', 'core.hooksPath', join(file, '..'));
    return { repo, file };
  }

  function commit(repo: TestRepository): number | null {
    return spawnSync('git', ['commit', '-q', '-am', 'Add'], { cwd: repo.top }).status;
  }

  for (const shell of ['sh', 'bash', 'sh -e']) {
    it(`records, goes on with that script, and leaves it as it is: ${shell}`, async () => {
      const script = `#!/bin/${shell}\n${log('before')}${ENDS}${READS}${log('after')}`;
      const { repo, file } = await dispatched(script, `../${shared.split('/').pop()}/${shell.replace(' ', '')}`);
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
      assert.equal(commit(repo), 0);
      assert.equal(repo.read('.git/log'), 'before\nown\nafter\n');
      assert.equal(readFileSync(file, 'utf8'), script);
      assert.equal(await origins(repo), '---A');
      writeFileSync(file, `${script}exit 1\n`);
      await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta', 'eta'], '---AH');
      assert.equal(commit(repo), 1);
    });
  }

  it('runs each part once where our lines stand in both', async () => {
    const { repo, file } = await dispatched(`#!/bin/sh\n${log('before')}${ENDS}${READS}`, '.githooks');
    await hookUp(repo);
    assert.match(readFileSync(file, 'utf8'), /countersign/);
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
    assert.equal(commit(repo), 0);
    assert.equal(repo.read('.git/log'), 'before\nown\n');
    assert.equal(await origins(repo), '---A');
  });

  it('ends where a shell that reads it in bears the name of one that holds our lines', async () => {
    const other = `sh -c '${READS.trim()}' "$0" || exit\n`;
    const { repo } = await dispatched(`#!/bin/sh\n${log('before')}${ENDS}${other}`, '.githooks');
    await hookUp(repo);
    await save(repo, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
    assert.equal(commit(repo), 0);
    assert.ok(repo.read('.git/log').split('\n').length < 20, repo.read('.git/log'));
    assert.equal(await origins(repo), '---A');
  });

  it('records a commit that a hook makes in another repository', async () => {
    const [repo, other] = [await hooked(), await hooked()];
    const inner = `(cd '${other.top}' && unset $(git rev-parse --local-env-vars) && git commit -q -am Inner)\n`;
    writeFileSync(join(repo.top, '.git/hooks/pre-commit'), `#!/bin/sh\n${inner}`, { mode: 0o755 });
    await hookUp(repo);
    await save(other, 'a.js', ['alpha', 'beta', 'gamma', 'delta'], '---A');
    repo.git('commit', '-q', '--allow-empty', '-m', 'Outer');
    assert.equal(await origins(other), '---A');
  });

  it('is put back in this repository only', async () => {
    const repo = await hooked();
    const opened = await repo.open();
    const outside = join(shared, 'pre-commit');
    writeFileSync(outside, '#!/bin/sh\n');
    const inside = join(repo.top, '.git/hooks/pre-commit');
    writeFileSync(inside, '#!/bin/sh\n');
    assert.deepEqual(
      [outside, repo.top, inside, inside].map((file) => mendHook(opened, file)),
      [false, false, true, false],
    );
    assert.equal(readFileSync(outside, 'utf8'), '#!/bin/sh\n');
  });
});
