/** The verdict is the same wherever it is asked: any clone, folder, locale, time zone, line-ending setting. The program as it ships. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { TestRepository } from '../../support/repository';
import { program } from '../cli/harness';
import { BASE, BLOCK, FILE, ana, bo, cloneOf, commitRecorded, sign, start } from './attacks/trial';

/** A change with all that could depend on the place: CRLF, other languages, attributes, dates, a base that moved. */
async function change(): Promise<TestRepository> {
  const repo = start();
  repo.git('switch', '-q', 'main');
  repo.as(ana).write('.gitattributes', '*.txt text eol=crlf\n').write('src/crlf.js', 'one();\r\ntwo();\r\n');
  repo.write('İstanbul/größe.js', 'ß();\n').commit('Places');
  repo.as(bo).git('switch', '-q', '-C', 'feature');
  repo
    .write(FILE, BASE + BLOCK)
    .write('src/crlf.js', 'one();\r\n2();\r\n')
    .write('İstanbul/größe.js', 'ẞ();\n');
  await commitRecorded(repo, 'Change');
  await sign(repo, ana);
  repo.as(bo).write('İstanbul/größe.js', 'ẞß();\n').commit('Once more');
  repo.git('switch', '-q', 'main');
  repo.as(ana).write('README.md', '# Our shop\n').commit('Main moves');
  repo.git('switch', '-q', 'feature');
  return repo;
}

const verdict = (cwd: string, env: NodeJS.ProcessEnv = {}, ends = ['origin/main', 'origin/feature']): unknown => {
  const [base = '', head = ''] = ends;
  const args = ['verify', '--base', base, '--head', head, '--json'];
  const { exit, stdout, stderr } = program(cwd, args, { ...process.env, ...env });
  assert.equal(stderr, '');
  return { exit, report: JSON.parse(stdout) as unknown };
};

describe('the verdict is the same', function () {
  this.timeout(60_000);
  let repo: TestRepository;
  let expected: unknown;
  before(async () => {
    repo = await change();
    expected = verdict(repo.top, {}, ['main', 'feature']);
    assert.equal((expected as { readonly exit: number }).exit, 1);
  });

  it('from any clone: with or without a checkout, of another branch, copied, fetched, packed', () => {
    for (const options of [
      [],
      ['--no-checkout'],
      ['-b', 'feature'],
      ['--no-local'],
      ['--origin', 'origin', '--no-tags'],
    ]) {
      assert.deepEqual(verdict(cloneOf(repo, ...options).top), expected, options.join(' '));
    }
    const packed = cloneOf(repo);
    packed.git('gc', '-q', '--prune=now');
    assert.deepEqual(verdict(packed.top), expected);
  });

  it('from any folder and any work tree, whatever stands in it', () => {
    const clone = cloneOf(repo);
    assert.deepEqual(verdict(join(clone.top, 'src')), expected);
    const tree = join(clone.top, '..', 'tree');
    clone.git('worktree', 'add', '-q', tree, 'origin/main');
    assert.deepEqual(verdict(tree), expected);
    clone.write(FILE, 'dirty\n').write('.countersign/policy.jsonc', '{}').git('add', '-A');
    assert.deepEqual(verdict(clone.top), expected);
  });

  it('whatever the remote is called', () => {
    const clone = cloneOf(repo, '--origin', 'upstream');
    for (const prefix of ['', 'refs/remotes/']) {
      const ends = ['main', 'feature'].map((branch) => `${prefix}upstream/${branch}`);
      assert.deepEqual(verdict(clone.top, {}, ends), expected, prefix);
    }
  });

  it('from a second work tree in a folder of any name', () => {
    const folder = join(cloneOf(repo).top, '..', 'größe ☃');
    mkdirSync(folder);
    const clone = new TestRepository(join(folder, 'clone'));
    repo.git('clone', '-q', `file://${repo.top}`, clone.top);
    clone.git('worktree', 'add', '-q', join(folder, 'tree'), 'origin/feature');
    assert.deepEqual(verdict(join(folder, 'tree')), expected);
  });

  it('in any locale and time zone', () => {
    const clone = cloneOf(repo);
    for (const [locale, zone] of [
      ['C', 'UTC'],
      ['tr_TR.UTF-8', 'Pacific/Kiritimati'],
      ['de_DE.ISO-8859-1', 'America/St_Johns'],
      ['ja_JP.EUC-JP', 'Asia/Kathmandu'],
    ] as const) {
      const env = { LC_ALL: locale, LANG: locale, LANGUAGE: locale, TZ: zone };
      assert.deepEqual(verdict(clone.top, env), expected, `${locale} ${zone}`);
    }
  });

  it('with any setting of line endings, paths, renames, quoting and ignored case', () => {
    for (const settings of [
      { 'core.autocrlf': 'true' },
      { 'core.autocrlf': 'input' },
      { 'core.eol': 'crlf' },
      {
        'core.quotePath': 'true',
        'core.precomposeUnicode': 'true',
        'core.ignoreCase': 'true',
        'core.fileMode': 'false',
      },
      { 'diff.renames': 'copies', 'diff.algorithm': 'patience', 'diff.noprefix': 'true', 'diff.context': '0' },
      { 'i18n.logOutputEncoding': 'ISO-8859-1', 'log.date': 'relative', 'log.mailmap': 'true', 'log.follow': 'true' },
      { 'merge.renames': 'false', 'merge.conflictStyle': 'diff3', 'color.ui': 'always' },
    ]) {
      const clone = cloneOf(repo, '--no-checkout');
      for (const [key, value] of Object.entries(settings)) clone.git('config', key, value);
      execFileSync('git', ['checkout', '-q', '-f', 'feature'], { cwd: clone.top, stdio: 'pipe' });
      assert.deepEqual(verdict(clone.top), expected, JSON.stringify(settings));
    }
  });

  it('under variables of git that point elsewhere', () => {
    const clone = cloneOf(repo);
    const env = {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'diff.renames',
      GIT_CONFIG_VALUE_0: 'copies',
      GIT_OBJECT_DIRECTORY: '/nonexistent',
      GIT_EXTERNAL_DIFF: '/bin/false',
      GIT_DIFF_OPTS: '-u0',
      GIT_LITERAL_PATHSPECS: '0',
      GIT_TRACE: '1',
    };
    assert.deepEqual(verdict(clone.top, env), expected);
  });
});
