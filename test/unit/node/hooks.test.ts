import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hooksFolder, installHooks, removeHooks } from '../../../src/node/hooks';
import { launcherPath, writeLauncher } from '../../../src/node/launcher';
import { AI, TestRepository, person } from '../../support/repository';
import { bundle } from '../cli/harness';

describe('hooks', () => {
  const ana = person('ana');
  const bo = person('bo');

  function fresh(): TestRepository {
    const repository = new TestRepository().as(bo).adopt([ana]).write('a.txt', 'one\n');
    repository.commit('Start');
    return repository;
  }

  const hook = (repository: TestRepository, name = 'pre-commit'): string => join(repository.top, '.git', 'hooks', name);

  function plainHook(repository: TestRepository, script: string): void {
    mkdirSync(join(repository.top, '.git', 'hooks'), { recursive: true });
    writeFileSync(hook(repository), script, { mode: 0o755 });
  }

  async function hooked(repository: TestRepository): Promise<void> {
    const opened = await repository.open();
    writeLauncher(opened.commonDir, { runtime: process.execPath, cliSource: bundle() });
    await installHooks(opened);
  }

  const records = (repository: TestRepository, revision = 'HEAD'): string[] =>
    repository
      .git('ls-tree', '-r', '--name-only', revision)
      .split('\n')
      .filter((path) => path.endsWith('.prov'));

  it('are installed once, executable, and taken out without a trace', async () => {
    const repository = fresh();
    const opened = await repository.open();
    assert.deepEqual(
      (await installHooks(opened)).map((each) => each.state),
      ['installed', 'installed'],
    );
    const first = readFileSync(hook(repository), 'utf8');
    assert.deepEqual(
      (await installHooks(opened)).map((each) => each.state),
      ['kept', 'kept'],
    );
    assert.equal(readFileSync(hook(repository), 'utf8'), first);
    assert.equal(statSync(hook(repository)).mode & 0o111, 0o111);
    assert.equal((await removeHooks(opened)).length, 2);
    assert.equal(existsSync(hook(repository)), false);
  });

  it('are brought up to date where they are of another version', async () => {
    const repository = fresh();
    const opened = await repository.open();
    plainHook(repository, '#!/bin/sh\necho theirs\n');
    await installHooks(opened);
    const current = readFileSync(hook(repository), 'utf8');
    const other = current.replace(/^countersign_past=.*\n/m, '').replaceAll('COUNTERSIGN_DEPTH', 'OTHER');
    assert.notEqual(other, current);
    plainHook(repository, other);
    assert.deepEqual(
      (await installHooks(opened)).map((each) => each.state),
      ['installed', 'kept'],
    );
    assert.equal(readFileSync(hook(repository), 'utf8'), current);
  });

  it('record the commit in a project whose JavaScript files are ES modules', async () => {
    const repository = fresh().write('package.json', '{ "type": "module" }\n');
    repository.commit('Go modern');
    await hooked(repository);
    await repository.save('b.js', 'export const answer = 42;\n', [AI]);
    repository.git('add', '-A');
    repository.git('commit', '-q', '-m', 'Answer');
    assert.equal(records(repository).length, 1);
  });

  it('record the commit with nothing but git on the PATH', async () => {
    const repository = fresh();
    await hooked(repository);
    await repository.save('b.js', 'export const answer = 42;\n', [AI]);
    repository.git('add', 'b.js');
    const git = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const bin = join(repository.top, '.git', 'only');
    mkdirSync(bin);
    for (const name of ['git', 'sh', 'dirname']) {
      const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
      symlinkSync(name === 'git' ? git : real, join(bin, name));
    }
    const result = spawnSync(join(bin, 'git'), ['commit', '-m', 'Add'], {
      cwd: repository.top,
      env: { PATH: bin, HOME: repository.top },
      encoding: 'utf8',
    });
    assert.equal(result.status, 0, result.stderr);
    assert.equal(records(repository).length, 1);
    assert.equal(repository.git('status', '--porcelain'), '');
  });

  it('fall back to Node on the PATH when their runtime is gone, and are silent without either', async () => {
    const repository = fresh();
    const { commonDir } = await repository.open();
    writeLauncher(commonDir, { runtime: '/nowhere/code', cliSource: bundle() });
    const ask = (path: string): string =>
      execFileSync(launcherPath(commonDir), ['--version'], { encoding: 'utf8', env: { PATH: path } });
    assert.equal(ask(join(process.execPath, '..')), '9.8.7\n');
    assert.equal(ask('/nowhere'), '');
  });

  it('spare Node the certificates that it would read at each start, but not for what a command runs', async () => {
    const repository = fresh();
    const { commonDir } = await repository.open();
    writeLauncher(commonDir, { runtime: process.execPath, cliSource: bundle() });
    // Node says so where it can't read them.
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: '/nowhere' };
    const said = (...args: string[]): string =>
      spawnSync(launcherPath(commonDir), args, { cwd: repository.top, env, encoding: 'utf8' }).stderr;
    for (const command of ['stage', 'settle', 'record']) assert.doesNotMatch(said(command), /\/nowhere/);
    assert.match(said('run', '--', process.execPath, '-e', '0'), /\/nowhere/);
  });

  it('quote a runtime with spaces and quotes in its path', async () => {
    const repository = fresh();
    const { commonDir } = await repository.open();
    const odd = join(repository.top, "it's $HOME");
    mkdirSync(odd);
    symlinkSync(process.execPath, join(odd, 'node'));
    writeLauncher(commonDir, { runtime: join(odd, 'node'), cliSource: bundle() });
    const said = execFileSync(launcherPath(commonDir), ['--version'], { encoding: 'utf8', env: { PATH: '/nowhere' } });
    assert.equal(said, '9.8.7\n');
  });

  it('run a plain hook first and keep its refusal', async () => {
    const repository = fresh();
    plainHook(repository, '#!/bin/sh\necho theirs >> .git/log\nexit 7\n');
    await hooked(repository);
    repository.write('a.txt', 'two\n').git('add', 'a.txt');
    assert.throws(() => repository.git('commit', '-q', '-m', 'No'));
    assert.equal(spawnSync(hook(repository), { cwd: repository.top }).status, 7);
    assert.equal(repository.read('.git/log'), 'theirs\ntheirs\n');
    assert.equal(repository.git('diff', '--cached', '--name-only'), 'a.txt');
  });

  it('record what a plain hook made of the files, even when it ends in exec', async () => {
    const repository = fresh();
    plainHook(repository, '#!/bin/sh\nset -e\nprintf "late();\\n" >> b.js\ngit add b.js\nexec true\n');
    await hooked(repository);
    await repository.save('b.js', 'export const answer = 42;\n', [AI]);
    repository.git('add', 'b.js');
    repository.git('commit', '-q', '-m', 'Add');
    const [record] = records(repository);
    const blob = repository.git('rev-parse', 'HEAD:b.js');
    assert.match(repository.read(record ?? ''), new RegExp(blob));
  });

  it('leave a plain hook as it was when they are taken out', async () => {
    const repository = fresh();
    const theirs = '#!/usr/bin/env bash\necho theirs\n';
    plainHook(repository, theirs);
    const opened = await repository.open();
    await installHooks(opened);
    await removeHooks(opened);
    assert.equal(readFileSync(hook(repository), 'utf8'), theirs);
  });

  it('do not touch what is no shell script, is a link, or is switched off', async () => {
    const repository = fresh();
    const opened = await repository.open();
    plainHook(repository, '#!/usr/bin/env python3\nprint("hi")\n');
    const [python] = await installHooks(opened);
    assert.equal(python?.state, 'foreign');
    assert.match(python?.remedy ?? '', /not a shell script.*countersign\/launch" stage --hook/);
    assert.equal(readFileSync(hook(repository), 'utf8'), '#!/usr/bin/env python3\nprint("hi")\n');
    plainHook(repository, '#!/bin/sh\nexit 1\n');
    chmodSync(hook(repository), 0o644);
    assert.equal((await installHooks(opened))[0]?.state, 'foreign');
    execFileSync('rm', [hook(repository)]);
    repository.write('script.sh', '#!/bin/sh\n');
    symlinkSync(join(repository.top, 'script.sh'), hook(repository));
    assert.equal((await installHooks(opened))[0]?.state, 'foreign');
    assert.equal(repository.read('script.sh'), '#!/bin/sh\n');
  });

  it('say where a line that is added by hand belongs, and find one that stands before lint-staged', async () => {
    const repository = fresh();
    const opened = await repository.open();
    const shared = new TestRepository().top;
    repository.git('config', 'core.hooksPath', shared);
    const file = join(shared, 'pre-commit');
    const line = '"$(git rev-parse --git-common-dir)/countersign/launch" stage --hook || true';
    const outcome = async (text: string): Promise<readonly (string | undefined)[]> => {
      writeFileSync(file, text, { mode: 0o755 });
      const [first] = await installHooks(opened);
      assert.equal(readFileSync(file, 'utf8'), text);
      return [first?.state, first?.remedy];
    };
    const [state, remedy] = await outcome('#!/bin/sh\nnpx lint-staged\n');
    assert.equal(state, 'foreign');
    assert.match(remedy ?? '', /add this line to it, behind lint-staged: .*stage --hook/);
    const [early, move] = await outcome(`#!/bin/sh\n${line}\nnpx lint-staged\n`);
    assert.equal(early, 'foreign');
    assert.match(move ?? '', /records before lint-staged rewrites: move the line/);
    assert.deepEqual(await outcome(`#!/bin/sh\nnpx lint-staged\n${line}\n`), ['kept', undefined]);
  });

  it('follow core.hooksPath, and stay out of a folder that other repositories share', async () => {
    const repository = fresh();
    const opened = await repository.open();
    repository.git('config', 'core.hooksPath', '.hooks');
    assert.equal(await hooksFolder(opened), join(repository.top, '.hooks'));
    await installHooks(opened);
    assert.ok(existsSync(join(repository.top, '.hooks', 'pre-commit')));
    const shared = new TestRepository().top;
    repository.git('config', 'core.hooksPath', shared);
    const [outcome] = await installHooks(opened);
    assert.equal(outcome?.state, 'foreign');
    assert.equal(existsSync(join(shared, 'pre-commit')), false);
  });

  it('go into the script that husky runs, not into the folder that husky rewrites', async () => {
    const repository = fresh();
    repository.write('.husky/_/pre-commit', '#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n');
    // The body of husky 9's own runner.
    repository.write(
      '.husky/_/h',
      'n=$(basename "$0")\ns=$(dirname "$(dirname "$0")")/$n\n[ ! -f "$s" ] && exit 0\nsh -e "$s" "$@"\n',
    );
    repository.write('.husky/pre-commit', 'echo theirs >> .git/log\n');
    chmodSync(join(repository.top, '.husky/_/pre-commit'), 0o755);
    repository.git('config', 'core.hooksPath', '.husky/_');
    await hooked(repository);
    await repository.save('b.js', 'export const answer = 42;\n', [AI]);
    repository.git('add', 'b.js');
    repository.git('commit', '-q', '-m', 'Add');
    assert.equal(repository.read('.git/log'), 'theirs\n');
    assert.equal(records(repository).length, 1);
  });

  it('put right what `git commit PATH` leaves behind', async () => {
    const repository = fresh();
    await hooked(repository);
    await repository.save('a.txt', 'one\nexport const answer = 42;\n', [undefined, AI]);
    repository.git('commit', '-q', '-m', 'Only this', 'a.txt');
    assert.equal(records(repository).length, 1);
    assert.equal(repository.git('status', '--porcelain'), '');
    repository.write('c.txt', 'c\n').git('add', 'c.txt');
    repository.git('commit', '-q', '-m', 'The next');
    assert.equal(records(repository).length >= 1, true);
    assert.ok(records(repository).includes(records(repository, 'HEAD~1')[0] ?? ''));
  });

  it('leave the removal of older records alone', async () => {
    const repository = fresh();
    await hooked(repository);
    await repository.save('b.js', 'export const answer = 42;\n', [AI]);
    repository.git('add', 'b.js');
    repository.git('commit', '-q', '-m', 'Add');
    const [record = ''] = records(repository);
    repository.write('c.txt', 'c\n').git('add', 'c.txt');
    repository.git('rm', '-q', '--cached', record);
    repository.git('commit', '-q', '-m', 'Prune', '--', 'c.txt');
    assert.match(repository.git('status', '--porcelain'), new RegExp(`^D  ${record}`, 'm'));
  });

  it('work in a second work tree, and never stop a commit', async () => {
    const repository = fresh();
    await hooked(repository);
    const folder = join(new TestRepository().top, 'second');
    repository.git('worktree', 'add', '-q', '-b', 'second', folder);
    const second = new TestRepository(folder);
    await second.save('b.js', 'export const answer = 42;\n', [AI]);
    second.git('add', 'b.js');
    second.git('commit', '-q', '-m', 'Add');
    assert.equal(records(second).length, 1);
    second.write('.countersign/policy.jsonc', '{ broken').write('d.txt', 'd\n').git('add', '.');
    second.git('commit', '-q', '-m', 'Broken policy');
    assert.equal(second.git('log', '-1', '--format=%s'), 'Broken policy');
  });
});
