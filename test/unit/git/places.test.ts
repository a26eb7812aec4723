/** Where commits are made, with real git and the installed hook: other work trees, clones of every kind, no branch. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestRepository } from '../../support/repository';
import { cli } from '../cli/harness';
import { bo, hookUp, hooked, origins, records, save, text } from './hooked';

describe('places to commit, with the hook', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-places-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function committed(): Promise<TestRepository> {
    const repo = await hooked();
    await save(repo, 'a.js', ['top', 'alpha', 'beta', 'gamma'], 'A---');
    repo.git('commit', '-q', '-am', 'Top');
    return repo;
  }

  function cloned(name: string, ...args: readonly string[]): TestRepository {
    execFileSync('git', ['clone', '-q', ...args, join(folder, name)], { stdio: 'pipe' });
    return new TestRepository(join(folder, name)).as(bo);
  }

  it('a second work tree, and HEAD on no branch', async () => {
    const repo = await committed();
    repo.git('worktree', 'add', '-q', '--detach', join(folder, 'tree'), 'feature');
    const tree = new TestRepository(join(folder, 'tree'));
    await save(tree, 'a.js', ['top', 'alpha', 'beta', 'gamma', 'end'], 'A---H');
    tree.git('commit', '-q', '-am', 'On no branch');
    assert.equal(await origins(tree), 'A---H');
    assert.equal(tree.git('status', '--porcelain'), '');
    await save(repo, 'a.js', ['top', 'alpha', 'mid', 'beta', 'gamma'], 'A-P--');
    repo.git('commit', '-q', '-am', 'Mid');
    repo.git('merge', '-q', '--no-edit', tree.git('rev-parse', 'HEAD'));
    assert.equal(await origins(repo), 'A-P--H');
  });

  it('from a folder below the top', async () => {
    const repo = await committed();
    await save(repo, 'src/deep/b.js', ['one', 'two'], 'AH');
    const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: join(repo.top, 'src/deep') });
    git('add', '.');
    git('commit', '-q', '-m', 'Deep');
    assert.equal(await origins(repo, 'src/deep/b.js'), 'AH');
  });

  it('through a bare repository into a clone of it', async () => {
    const repo = await committed();
    execFileSync('git', ['clone', '-q', '--bare', repo.top, join(folder, 'bare.git')], { stdio: 'pipe' });
    const clone = cloned('clone', '-b', 'feature', join(folder, 'bare.git'));
    await hookUp(clone);
    assert.equal(await origins(clone), 'A---');
    await save(clone, 'a.js', ['top', 'alpha', 'beta', 'gamma', 'end'], '----H');
    clone.git('commit', '-q', '-am', 'End');
    clone.git('push', '-q', 'origin', 'feature');
    repo.git('pull', '-q', join(folder, 'bare.git'), 'feature');
    assert.equal(await origins(repo), 'A---H');
  });

  it('in a bare clone, what asks for no work tree', async () => {
    const repo = await committed();
    await save(repo, 'src/b.js', ['one', 'two'], 'AH');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Below');
    const bare = join(folder, 'asked.git');
    execFileSync('git', ['clone', '-q', '--bare', repo.top, bare], { stdio: 'pipe' });
    const expected = JSON.parse((await cli(repo.top, ['verify', '--base', 'main', '--json'])).stdout) as unknown;
    for (const cwd of [bare, join(bare, 'objects')]) {
      const blamed = await cli(cwd, ['blame', 'src/b.js', '--rev', 'feature']);
      assert.match(blamed.stdout, /^1 +ai .*compute\('one'.*\n2 +human .*compute\('two'/);
      const told = await cli(cwd, ['why', 'src/b.js:1', '--rev', 'feature']);
      assert.match(told.stdout, /origin +ai[^]*review +missing: rule ai-needs-a-senior/);
      const judged = await cli(cwd, ['verify', '--base', 'main', '--head', 'feature', '--json']);
      assert.equal(judged.exit, 1);
      assert.deepEqual(JSON.parse(judged.stdout), expected);
    }
    for (const args of [['blame', 'a.js'], ['why', 'a.js:1'], ['status'], ['init'], ['stage'], ['policy', 'check']]) {
      const { exit, stderr } = await cli(bare, args);
      assert.equal(exit, 3, args.join(' '));
      assert.match(stderr, /expected a git repository with a work tree at .*asked\.git; git says: .*in a work tree\n$/);
    }
    const inside = await cli(join(repo.top, '.git'), ['blame', 'a.js', '--rev', 'HEAD']);
    assert.match(inside.stderr, /expected a git repository with a work tree/);
  });

  it('a shallow clone', async () => {
    const repo = await committed();
    const clone = cloned('shallow', '--depth', '1', '-b', 'feature', `file://${repo.top}`);
    await hookUp(clone);
    await save(clone, 'a.js', ['top', 'alpha', 'beta', 'gamma', 'end'], '----H');
    clone.git('commit', '-q', '-am', 'End');
    assert.equal(await origins(clone), 'A---H');
  });

  it('a clone without blobs fetches nothing for the hook', async () => {
    const repo = await committed();
    repo.git('config', 'uploadpack.allowFilter', 'true');
    const clone = cloned('partial', '--filter=blob:none', '-b', 'feature', `file://${repo.top}`);
    await hookUp(clone);
    await save(clone, 'a.js', ['top', 'alpha', 'beta', 'gamma', 'end'], '----H');
    clone.git('commit', '-q', '-am', 'End');
    assert.equal(await origins(clone), 'A---H');
  });

  it('a clone without trees', async () => {
    const repo = await committed();
    repo.git('config', 'uploadpack.allowFilter', 'true');
    const clone = cloned('treeless', '--filter=tree:0', '-b', 'feature', `file://${repo.top}`);
    assert.equal(await origins(clone), 'A---');
  });

  it('a sparse checkout that leaves out the sidecar and the policy', async () => {
    const repo = await committed();
    await save(repo, 'src/b.js', ['one'], 'A');
    await save(repo, 'lib/c.js', ['two'], 'H');
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Folders');
    repo.git('sparse-checkout', 'set', '--cone', 'src');
    assert.equal(repo.git('ls-files', '-t', '.countersign/policy.jsonc'), 'S .countersign/policy.jsonc');
    await save(repo, 'src/b.js', ['one', 'three'], 'AH');
    repo.git('commit', '-q', '-am', 'Inside');
    assert.equal(await origins(repo, 'src/b.js'), 'AH');
    assert.equal(await origins(repo, 'lib/c.js'), 'H');
    assert.equal(repo.git('status', '--porcelain'), '');
  });

  it('a submodule with its own policy, and the project that holds it', async () => {
    const inner = await committed();
    inner.git('switch', '-q', 'main');
    const outer = await hooked();
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.top, 'sub');
    outer.git('commit', '-q', '-am', 'Add it');
    const sub = new TestRepository(join(outer.top, 'sub')).as(bo);
    await hookUp(sub);
    await save(sub, 'a.js', ['alpha', 'beta', 'gamma', 'inside'], '---A');
    sub.git('commit', '-q', '-am', 'Inside');
    assert.equal(await origins(sub), '---A');
    await save(outer, 'a.js', ['alpha', 'beta', 'gamma', 'outside'], '---H');
    outer.git('commit', '-q', '-am', 'Both');
    assert.equal(await origins(outer), '---H');
    assert.equal(records(outer).length, 1);
    assert.equal(outer.git('status', '--porcelain'), '');
  });

  it('a repository whose files end in CRLF by configuration', async () => {
    const repo = await committed();
    repo.git('config', 'core.autocrlf', 'true');
    await save(repo, 'win.js', ['one', 'two'], 'AH');
    repo.write('win.js', text('one', 'two').replaceAll('\n', '\r\n'));
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'Windows');
    assert.equal(await origins(repo, 'win.js'), 'AH');
  });

  it('a filter that gets at every file does not get at a record', async () => {
    const repo = await committed();
    repo.git('config', 'filter.shout.clean', 'tr a-z A-Z');
    repo.write('.gitattributes', '* filter=shout\n');
    repo.git('add', '.gitattributes');
    repo.git('commit', '-q', '--no-verify', '-m', 'Shout');
    await save(repo, 'b.js', ['ONE'], 'A');
    repo.write('b.js', text('ONE'));
    repo.git('add', 'b.js');
    repo.git('commit', '-q', '-m', 'Filtered');
    for (const path of records(repo)) {
      const digest = /([0-9a-f]{64})\.prov$/.exec(path)?.[1];
      const bytes = execFileSync('git', ['show', `HEAD:${path}`], { cwd: repo.top });
      assert.equal(createHash('sha256').update(bytes).digest('hex'), digest);
    }
  });
});
