/** Origins that survive long histories, with real git: `npm run test:survival`. */
import assert from 'node:assert/strict';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { textReport } from '../../src/cli/reporters/text';
import { runGate } from '../../src/node/gate';
import { installHooks } from '../../src/node/hooks';
import { workingReport } from '../../src/node/status';
import { hooked } from '../unit/git/hooked';
import { assertMarked, commitRecorded, marked, saveMarked } from '../support/marked';
import { TestRepository, person } from '../support/repository';

const ana = person('ana');
const bo = person('bo');

/** A file of functions that are far enough apart for git to merge changes of each without the others. */
function functions(count: number): string {
  const texts = Array.from({ length: count }, (_, index) =>
    [
      `function step${index}(order) {`,
      `  const before${index} = prepare(order, ${index});`,
      `  // step ${index}`,
      `  const after${index} = finish(order, ${index});`,
      `  return after${index};`,
      '}',
      '',
    ].join('\n'),
  );
  return `${texts.join('\n')}\n`;
}

/** Puts marked lines into one function, as a person and an assistant would. */
async function change(repo: TestRepository, path: string, index: number, id: string): Promise<void> {
  const at = `  // step ${index}\n`;
  const own = [marked('human', id), marked('ai', id), marked('paste', id)];
  await saveMarked(repo, path, repo.read(path).replace(at, `${at}${own.join('\n')}\n`));
}

const FORMATTERS = [
  ['a hook', 'node_modules/.bin/prettier --log-level warn --write "src/**/*.ts" && git add src'],
  ['lint-staged', 'node_modules/.bin/lint-staged --quiet'],
] as const;

describe('origins survive', function () {
  this.timeout(600_000);

  it('an interactive rebase of 100 commits that reorders and squashes', async () => {
    const files = Array.from({ length: 10 }, (_, index) => `src/f${index}.ts`);
    const repo = new TestRepository().as(ana).adopt([ana]);
    for (const file of files) repo.write(file, functions(10));
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'work');
    for (let index = 0; index < 100; index++) {
      await change(repo, files[index % 10] ?? '', Math.floor(index / 10), `${index}`);
      await commitRecorded(repo, `Change ${index}`);
    }
    repo.as(ana).git('switch', '-q', 'main');
    repo.write('readme.md', '# moved on\n').commit('Move on');
    repo.as(bo).git('switch', '-q', 'work');
    const script = join(repo.top, '.git', 'reorder.js');
    repo.write(
      '.git/reorder.js',
      `#!${process.execPath}
const fs = require('node:fs');
const todo = fs.readFileSync(process.argv[2], 'utf8').split('\\n').filter((line) => line.startsWith('pick '));
let state = 7;
const next = (below) => (state = (state * 1103515245 + 12345) % 2147483648) % below;
for (let at = todo.length - 1; at > 0; at--) {
  const other = next(at + 1);
  [todo[at], todo[other]] = [todo[other], todo[at]];
}
const said = todo.map((line, at) => (at % 4 === 0 ? line : line.replace('pick', at % 2 === 0 ? 'squash' : 'fixup')));
fs.writeFileSync(process.argv[2], said.join('\\n') + '\\n');
`,
    );
    chmodSync(script, 0o755);
    repo.git('-c', `sequence.editor=${script}`, '-c', 'core.editor=true', 'rebase', '-q', '-i', 'main');
    assert.equal(repo.git('rev-list', '--count', 'main..HEAD'), '25');
    assert.equal(await assertMarked(repo, files), 300);
  });

  it('50 merges of a moving base', async () => {
    const files = ['src/a.ts', 'src/b.ts'];
    const repo = new TestRepository().as(ana).adopt([ana]);
    for (const file of files) repo.write(file, functions(50));
    repo.commit('Start');
    repo.git('branch', 'work');
    for (let round = 0; round < 50; round++) {
      repo.as(ana).git('switch', '-q', 'main');
      await change(repo, files[round % 2] ?? '', round, `base${round}`);
      await commitRecorded(repo, `Base ${round}`);
      repo.as(bo).git('switch', '-q', 'work');
      await change(repo, files[(round + 1) % 2] ?? '', round, `work${round}`);
      await commitRecorded(repo, `Work ${round}`);
      repo.git('merge', '-q', '--no-edit', 'main');
      if (round % 10 === 9) assert.equal(await assertMarked(repo, files), 6 * (round + 1));
    }
  });

  it('a rename of a folder with 2,000 files, which is one item', async () => {
    const plain = { strong: String, dim: String, good: String, bad: String };
    const repo = new TestRepository().as(ana).adopt([ana]).write('readme.md', '# Shop\n');
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'work');
    for (let index = 0; index < 2000; index++) repo.write(`src/part${index % 40}/f${index}.ts`, functions(1));
    for (const index of [0, 1000, 1999]) await change(repo, `src/part${index % 40}/f${index}.ts`, 0, `${index}`);
    await commitRecorded(repo, 'Write it');
    const before = repo.git('rev-parse', 'HEAD');
    repo.git('branch', '-f', 'main', before);
    repo.git('mv', 'src', 'lib');
    const { report: working } = await workingReport(await repo.open(), { base: 'main' });
    assert.match(
      textReport(working, { palette: plain, all: true }),
      /^· src\/ → lib\/ \(2000 files renamed\)\nthe block is fine/,
    );
    await commitRecorded(repo, 'Rename it');
    const { exit, report } = await runGate(await repo.open(), { base: 'main', head: 'work' });
    assert.equal(exit, 0);
    assert.ok(report !== undefined);
    assert.match(
      textReport(report, { palette: plain, all: true }),
      /^· src\/ → lib\/ \(2000 files renamed\)\nthe block is fine/,
    );
    const changed = [0, 1000, 1999].map((index) => `lib/part${index % 40}/f${index}.ts`);
    assert.equal(await assertMarked(repo, changed), 9);
  });

  for (const [by, command] of FORMATTERS)
    it(`${by} that formats the whole project with prettier`, () => formats(command));
});

async function formats(command: string): Promise<void> {
  const repo = await hooked();
  symlinkSync(resolve(__dirname, '..', '..', 'node_modules'), join(repo.top, 'node_modules'));
  repo.write('.git/info/exclude', 'node_modules\n');
  const hook = join(repo.top, '.git', 'hooks', 'pre-commit');
  repo.write('.lintstagedrc.json', '{ "src/**/*.ts": "prettier --log-level warn --write" }\n');
  writeFileSync(hook, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  await installHooks(await repo.open());
  const files = Array.from({ length: 100 }, (_, index) => `src/part${index % 10}/f${index}.ts`);
  for (const [index, file] of files.entries()) {
    const own = (['human', 'ai', 'ai', 'paste', 'human'] as const).map((origin, line) =>
      marked(origin, String(10 * index + line))
        .trim()
        .replaceAll(' = ', '=')
        .replaceAll(', ', ',')
        .replace(';', ''),
    );
    await saveMarked(repo, file, `export function step${index}(order){\n${own.join('\n')}\n      return order\n}\n`);
  }
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'Write it');
  assert.match(repo.read(files[7] ?? ''), /^export function step7\(order\) \{\n {2}const human_line_70 = compute/);
  assert.equal(await assertMarked(repo, files), 500);
}
