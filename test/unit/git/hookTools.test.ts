/**
 * Our hook beside the tools that manage hooks, each the real one: husky, lefthook and lint-staged from `node_modules`,
 * pre-commit, which no npm package has, from the PATH where it is there.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import type { TestRepository } from '../../support/repository';
import { AI, HUMAN } from '../../support/repository';
import { hookUp, hooked, origins, records, save } from './hooked';

const ROOT = resolve(__dirname, '..', '..', '..');
const BIN = join(ROOT, 'node_modules', '.bin');

const tool = (name: string): string => join(BIN, name);

function run(repo: TestRepository, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  execFileSync(program, [...args], {
    cwd: repo.top,
    env: { ...process.env, PATH: [join(process.execPath, '..'), BIN, process.env['PATH']].join(delimiter), ...env },
    stdio: 'pipe',
  });
}

/** Commits with the tools on the PATH, as a user's shell would. */
function commit(repo: TestRepository, message: string): void {
  run(repo, 'git', ['commit', '-q', '-m', message], { CI: '' });
}

const hookFile = (repo: TestRepository): string => join(repo.top, '.git', 'hooks', 'pre-commit');

describe('the hook beside other tools', () => {
  it('husky: before it and after it is installed anew', async () => {
    const repo = await hooked();
    run(repo, tool('husky'), []);
    repo.write('.husky/pre-commit', 'echo theirs >> .git/log\n');
    await hookUp(repo);
    run(repo, tool('husky'), []);
    await save(repo, 'b.js', ['one', 'two'], 'AH');
    repo.git('add', '-A');
    commit(repo, 'Add');
    assert.equal(repo.read('.git/log'), 'theirs\n');
    assert.equal(await origins(repo, 'b.js'), 'AH');
  });

  it('lefthook: put back when lefthook writes its hooks anew in the middle of a commit', async () => {
    const repo = await hooked();
    const config = (word: string): string =>
      `pre-commit:\n  jobs:\n    - name: ${word}\n      run: echo ${word} >> .git/log\n`;
    repo.write('lefthook.yml', config('theirs'));
    run(repo, tool('lefthook'), ['install', '-f']);
    await hookUp(repo);
    await save(repo, 'b.js', ['one', 'two'], 'AH');
    repo.git('add', '-A');
    commit(repo, 'Add');
    assert.equal(repo.read('.git/log'), 'theirs\n');
    assert.equal(await origins(repo, 'b.js'), 'AH');
    repo.write('lefthook.yml', config('changed'));
    await save(repo, 'c.js', ['three'], 'A');
    repo.git('add', '-A');
    commit(repo, 'Another configuration');
    assert.equal(await origins(repo, 'c.js'), 'A');
    assert.match(readFileSync(hookFile(repo), 'utf8'), /countersign[^]*lefthook/i);
    await save(repo, 'd.js', ['four'], 'H');
    repo.git('add', '-A');
    commit(repo, 'And once more');
    assert.equal(await origins(repo, 'd.js'), 'H');
  });

  for (const order of ['first', 'last'] as const) {
    it(`pre-commit, installed ${order}`, async function () {
      if (spawnSync('pre-commit', ['--version'], { stdio: 'pipe' }).status !== 0) {
        console.warn('      pre-commit is not installed here, so this is not tried');
        this.skip();
      }
      const repo = await hooked();
      repo.write(
        '.pre-commit-config.yaml',
        `repos:
- repo: local
  hooks:
  - id: theirs
    name: theirs
    entry: sh -c 'echo theirs >> .git/log'
    language: system
    pass_filenames: false
`,
      );
      repo.git('add', '-A');
      repo.git('commit', '-q', '-n', '-m', 'Configure');
      if (order === 'first') rmSync(hookFile(repo));
      run(repo, 'pre-commit', ['install']);
      if (order === 'first') await hookUp(repo);
      await save(repo, 'b.js', ['one', 'two'], 'AH');
      repo.git('add', '-A');
      commit(repo, 'Add');
      assert.equal(repo.read('.git/log'), 'theirs\n');
      assert.equal(await origins(repo, 'b.js'), 'AH');
      assert.equal(repo.git('status', '--porcelain'), '');
    });
  }

  it('lint-staged with prettier: origins come over the new layout, whatever is staged besides', async () => {
    const repo = await hooked();
    symlinkSync(join(ROOT, 'node_modules'), join(repo.top, 'node_modules'));
    repo.write('.git/info/exclude', 'node_modules\n');
    repo.write('.lintstagedrc.json', '{ "*.js": "prettier --write" }\n');
    mkdirSync(join(repo.top, '.git', 'hooks'), { recursive: true });
    writeFileSync(hookFile(repo), `#!/bin/sh\nexec ${tool('lint-staged')}\n`, { mode: 0o755 });
    await hookUp(repo);
    const untidy = [
      'export function total(items,rates){',
      'return items.map(item=>item.price*rates[item.id]).filter(price=>price>0).reduce((sum,price)=>sum+price,0)',
      '}',
      'export const answer   =   42;',
      '',
    ].join('\n');
    await repo.save('b.js', untidy, [HUMAN, AI, HUMAN, AI]);
    repo.git('add', '-A');
    commit(repo, 'Untidy');
    const tidy = repo.git('show', 'HEAD:b.js').split('\n');
    assert.deepEqual(tidy, [
      'export function total(items, rates) {',
      '  return items',
      '    .map((item) => item.price * rates[item.id])',
      '    .filter((price) => price > 0)',
      '    .reduce((sum, price) => sum + price, 0);',
      '}',
      'export const answer = 42;',
    ]);
    assert.equal(await origins(repo, 'b.js'), 'HAAAAHA');
    assert.equal(records(repo).length, 1);
  });
});
