/** A repository that runs programs, names that pass for options, clones that lack something, and a gate that judges itself. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runGate } from '../../../../src/node/gate';
import { planSignoff } from '../../../../src/node/review';
import { TestRepository } from '../../../support/repository';
import { bundle, cli, program } from '../../cli/harness';
import { BASE, ana, bo, cloneOf, code, commitRecorded, forge, gate, hunk, plant, start, withBlock } from './trial';

describe('attack 15: repository configuration that runs programs; names that begin with - or hold line breaks', () => {
  it('fsmonitor, textconv, merge drivers, filters, gpg.ssh.program, hooksPath and transports stay cold', async () => {
    const repo = await withBlock();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('src/total.js', `// shop\n${BASE}`).commit('Main moves');
    repo.git('switch', '-q', 'feature');
    const marker = join(repo.top, '.git', 'ran');
    const evil = join(repo.top, '.git', 'evil.sh');
    writeFileSync(evil, `#!/bin/sh\necho "$@" >> '${marker}'\nexit 1\n`, { mode: 0o755 });
    repo.write('.git/info/attributes', '* diff=evil merge=evil filter=evil\n');
    for (const hook of ['post-checkout', 'reference-transaction', 'post-index-change', 'pre-auto-gc']) {
      repo.write(`.git/evil-hooks/${hook}`, readFileSync(evil, 'utf8'));
      chmodSync(join(repo.top, '.git/evil-hooks', hook), 0o755);
    }
    for (const key of [
      'core.fsmonitor',
      'core.sshCommand',
      'core.gitProxy',
      'core.pager',
      'core.editor',
      'core.alternateRefsCommand',
      'credential.helper',
      'diff.evil.textconv',
      'diff.evil.command',
      'diff.external',
      'merge.evil.driver',
      'filter.evil.clean',
      'filter.evil.smudge',
      'filter.evil.process',
      'gpg.program',
      'gpg.ssh.program',
      'uploadpack.packObjectsHook',
      'remote.origin.uploadpack',
    ]) {
      repo.git('config', key, evil);
    }
    repo.git('config', 'core.hooksPath', join(repo.top, '.git/evil-hooks'));
    repo.git('config', 'log.showSignature', 'true');
    repo.git('config', 'protocol.ext.allow', 'always');
    repo.git('config', 'extensions.partialClone', 'origin');
    repo.git('config', 'remote.origin.promisor', 'true');
    repo.git('config', 'remote.origin.url', `ext::${evil}`);
    assert.equal((await gate(repo)).exit, 1);
    assert.equal(code(await gate(repo, { base: '1'.repeat(40), ref: 'main' })), '3 no-commit');
    assert.ok(!existsSync(marker), existsSync(marker) ? readFileSync(marker, 'utf8') : '');
    // The trap works: git itself runs the program when asked to compare.
    assert.throws(() => execFileSync('git', ['diff', 'main', 'HEAD'], { cwd: repo.top, stdio: 'pipe' }));
    assert.ok(existsSync(marker));
  });

  it('revisions that are options, hold line breaks, or ask for more than a commit', async () => {
    const repo = await withBlock();
    const odd = ['--upload-pack=x', '-p', '--output=/dev/null', 'main\nHEAD', 'main^{tree}', 'main:src', '', ':/Start'];
    for (const revision of odd) {
      const asBase = await gate(repo, { base: revision, ref: 'main' });
      assert.ok(asBase.exit === 3 || revision === ':/Start', `${JSON.stringify(revision)}: ${code(asBase)}`);
      assert.ok((await gate(repo, { head: revision })).exit !== 0, JSON.stringify(revision));
    }
  });

  it('a branch whose name begins with a dash', async () => {
    const repo = await withBlock();
    repo.git('update-ref', 'refs/heads/--all', 'main');
    repo.git('update-ref', 'refs/heads/-n1', 'feature');
    assert.equal(code(await gate(repo, { base: '--all', ref: 'main' })), '3 no-commit');
    assert.equal((await gate(repo, { base: 'refs/heads/--all', head: 'refs/heads/-n1', ref: 'main' })).exit, 1);
    const named = await gate(repo, { ref: '--main' });
    assert.equal(named.exit, 1, 'a target that is called so is no target of the policy');
  });

  it('paths that are options or patterns of git', async () => {
    const repo = start();
    const paths = ['--output=x', '-p', '*', '[a]', 'src/$(touch x)', "src/'; touch x; '", 'src/`touch x`'];
    for (const path of paths) {
      const id = repo.git('hash-object', '-w', 'README.md');
      repo.git('update-index', '--add', '--cacheinfo', `100644,${id},${path}`);
    }
    repo.git('commit', '-q', '-m', 'Odd');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(outcome.report?.blocks.map(({ path }) => path).toSorted(), paths.toSorted());
    await forge(repo, ana);
    assert.equal((await gate(repo)).exit, 0);
  });

  it('a key, and a folder of keys, whose name is an option', async () => {
    const repo = await withBlock();
    const folder = join(repo.top, '-oProxyCommand=touch x');
    mkdirSync(folder);
    const key = join(folder, '-Y sign');
    renameSync(ana.key, key);
    renameSync(`${ana.key}.pub`, `${key}.pub`);
    try {
      repo.as(ana);
      const answer = await cli(repo.top, ['approve', '--yes', '--base', 'main', `--key=${key}.pub`]);
      assert.equal(answer.exit, 0, answer.stderr);
      const bare = await planSignoff(await repo.open(), { decision: 'approve', keyFile: '-Y' }).catch(
        (error: Error) => error,
      );
      assert.ok(bare instanceof Error);
      assert.ok(!existsSync(join(repo.top, 'x')));
    } finally {
      renameSync(key, ana.key);
      renameSync(`${key}.pub`, `${ana.key}.pub`);
    }
  });

  it('principals and authors that are options or hold line breaks', async () => {
    for (const line of ['-oX ssh-ed25519 AAAA', 'ana@example.com\u000bx ssh-ed25519 AAAA', '* ssh-ed25519 AAAA']) {
      const repo = start();
      repo.git('switch', '-q', 'main');
      repo.write('.countersign/allowed_signers', `${line}\n`).commit('Odd keys');
      const outcome = await gate(repo);
      assert.deepEqual([outcome.exit, outcome.problems[0]?.field], [2, 'line 1'], line);
    }
    const repo = await withBlock();
    const bytes = repo.read(repo.git('ls-files', '*.prov'));
    const planted = plant(repo, 'provenance', bytes.replace(bo.email, 'a@b\\n::error::x'));
    repo.commit('Odd author');
    const outcome = await gate(repo);
    if (outcome.exit === 2) assert.equal(outcome.problems[0]?.path, planted);
    assert.notEqual(outcome.exit, 0);
  });
});

describe('attack 19: a shallow clone, a missing base, a partial clone, a detached merge ref', () => {
  const command = (outcome: Awaited<ReturnType<typeof gate>>): string => outcome.problems[0]?.message ?? '';

  it('a shallow clone ends in 3 and names the command', async () => {
    const clone = cloneOf(await withBlock(), '--depth', '1', '--no-single-branch', '-b', 'feature');
    const outcome = await gate(clone, { base: 'origin/main' });
    assert.equal(code(outcome), '3 shallow');
    assert.match(command(outcome), /git fetch --unshallow/);
    clone.git('fetch', '-q', '--unshallow');
    assert.equal((await gate(clone, { base: 'origin/main' })).exit, 1);
  });

  it('a missing base', async () => {
    const clone = cloneOf(await withBlock(), '--single-branch', '-b', 'feature');
    const outcome = await gate(clone, { base: 'origin/main' });
    assert.equal(code(outcome), '3 no-commit');
    assert.match(command(outcome), /git fetch origin/);
  });

  it('a partial clone, with --adopt too', async () => {
    const repo = await withBlock();
    repo.git('config', 'uploadpack.allowFilter', 'true');
    for (const filter of ['--filter=blob:none', '--filter=tree:0']) {
      const clone = cloneOf(repo, filter, '--no-checkout', '-b', 'feature');
      const outcome = await gate(clone, { base: 'origin/main', adopt: true });
      assert.equal(outcome.exit, 3, `${filter} ${code(outcome)}`);
      if (filter === '--filter=blob:none') assert.equal(code(outcome), '3 missing-objects');
    }
  });

  it('a forge’s merge ref, detached: the merge itself is nobody’s work, and hides nobody’s', async () => {
    const repo = await withBlock();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('README.md', '# Our shop\n').commit('Readme');
    repo.git('switch', '-q', '--detach', 'main');
    repo.git('-c', 'user.email=noreply@forge.example', 'merge', '-q', '--no-ff', '-m', 'Merge', 'feature');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome).author, bo.email);
    const clone = cloneOf(repo, '--single-branch', '-b', 'feature', '--depth', '2');
    assert.equal(code(await gate(clone, { base: 'origin/feature', ref: 'main' })), '3 shallow');
  });

  it('nothing that is not foreseen ever ends in 0', async () => {
    const repo = await withBlock();
    const id = repo.git('rev-parse', 'HEAD:src/total.js');
    const object = join(repo.top, '.git/objects', id.slice(0, 2), id.slice(2));
    chmodSync(object, 0o644);
    writeFileSync(object, 'no object');
    const answer = program(repo.top, ['verify', '--base', 'main']);
    assert.equal(answer.exit, 3, answer.stderr);
    assert.equal(program(dirname(bundle()), ['verify', '--base', 'main']).exit, 3, 'outside of a repository');
  });
});

describe('attack 20: the gate’s own workflow or verifier is changed in the change', () => {
  const HEAD_FILE = '.github/workflows/gate.yml';

  it('the workflow is content like any other, and needs what the base’s rules ask', async () => {
    const repo = start();
    repo.git('switch', '-q', 'main');
    repo.as(ana).write(HEAD_FILE, 'on: pull_request_target\n').commit('Gate');
    repo.as(bo).git('switch', '-q', '-C', 'feature');
    repo.write(HEAD_FILE, 'on: never\n');
    await commitRecorded(repo, 'Switch it off');
    assert.equal(hunk(await gate(repo), HEAD_FILE).status, 'missing');
  });

  it('a job that comes from the change is told so; one from the target or from a central repository is not', async () => {
    const repo = await withBlock();
    const told = async (env: Readonly<Record<string, string>>): Promise<boolean> => {
      const answer = await cli(repo.top, ['verify', '--base', 'main'], { env: { CI: 'true', ...env } });
      assert.equal(answer.exit, 1);
      return /this job may come from the change/.test(answer.stderr);
    };
    const github = (ref: string): Readonly<Record<string, string>> => {
      return { GITHUB_REPOSITORY: 'shop/web', GITHUB_WORKFLOW_REF: ref };
    };
    assert.equal(await told(github('shop/web/.github/workflows/gate.yml@refs/pull/7/merge')), true);
    assert.equal(await told(github('shop/web/.github/workflows/gate.yml@refs/heads/feature')), true);
    assert.equal(await told(github('shop/web/.github/workflows/gate.yml@refs/heads/main')), false);
    assert.equal(await told(github('shop/gate/.github/workflows/gate.yml@refs/heads/v1')), false);
    assert.equal(await told({ CI_CONFIG_PATH: '.gitlab-ci.yml', CI_COMMIT_REF_NAME: 'feature' }), true);
    assert.equal(await told({ CI_CONFIG_PATH: 'gate.yml@group/gate', CI_COMMIT_REF_NAME: 'feature' }), false);
    assert.equal(await told({ CI_CONFIG_PATH: '.gitlab-ci.yml', CI_COMMIT_REF_NAME: 'main' }), false);
    assert.equal(await told({ CI: '' }), false);
  });

  it('a verifier that lies in the judged work tree is told so', async () => {
    const repo = await withBlock();
    repo.write('tools/cli.js', '');
    const told = async (file: string): Promise<boolean> => {
      const self = { runtime: process.execPath, file };
      const answer = await cli(repo.top, ['verify', '--base', 'main'], { env: { CI: '1' }, self });
      return /this verifier lies in the work tree/.test(answer.stderr);
    };
    assert.equal(await told(join(repo.top, 'tools/cli.js')), true);
    assert.equal(await told(bundle()), false);
    const clone = new TestRepository(join(repo.top, 'tools'));
    assert.equal((await runGate(await clone.open(), { base: 'main', head: 'HEAD' })).exit, 1);
  });
});
