import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import esbuild from 'esbuild';

const PROJECT = path.resolve(__dirname, '../../..');
const { createSample } = require(path.join(PROJECT, 'scripts/sample.js')) as {
  readonly createSample: (dir: string, cli: string) => Promise<Sample>;
};
const { COMPLETIONS } = require(path.join(PROJECT, 'scripts/sample/shop.js')) as {
  readonly COMPLETIONS: Readonly<Record<string, string>>;
};

type Sample = {
  readonly windows: readonly { readonly who: string; readonly folder: string }[];
  readonly env: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly first: string;
};

type Hunk = { readonly path: string; readonly origin: string; readonly status: string; readonly side: string };

describe('The sample of npm start', function () {
  this.timeout(60_000);
  let dir: string;
  let cli: string;
  let sample: Sample;
  const [ANA, BO] = [0, 1];
  const folderOf = (who: number): string => sample.windows[who]?.folder ?? '';
  const git = (who: number, ...args: readonly string[]): string =>
    execFileSync('git', args, { cwd: folderOf(who), encoding: 'utf8', stdio: 'pipe', env: quietEnvironment() }).trim();
  const countersign = (who: number, ...args: readonly string[]): { exit: number | null; out: string } => {
    const options = { cwd: folderOf(who), encoding: 'utf8', env: quietEnvironment() } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], options);
    return { exit: status, out: stdout + stderr };
  };
  const verify = (who: number): { exit: number | null; out: string } =>
    countersign(who, 'verify', '--base', 'origin/main');

  before(async () => {
    dir = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'countersign-sample-')));
    cli = path.join(dir, 'cli.js');
    const entry = path.join(PROJECT, 'src/cli/main.ts');
    const define = { __VERSION__: '"0.0.0"' };
    await esbuild.build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'cjs', define, outfile: cli });
    fs.mkdirSync(path.join(dir, 'sample'));
    sample = await createSample(path.join(dir, 'sample'), cli);
  });

  after(() => fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));

  it('has a history by two people, and a branch that asks Ana', () => {
    const authors = git(ANA, 'log', '--format=%an', 'origin/main').split('\n');
    assert.ok(authors.length >= 6);
    assert.deepEqual([...new Set(authors)].sort(), ['Ana', 'Bo']);
    assert.equal(git(ANA, 'branch', '--show-current'), 'discounts');
    assert.equal(git(ANA, 'rev-parse', 'HEAD'), git(BO, 'rev-parse', 'HEAD'));
    assert.equal(git(ANA, 'status', '--porcelain') + git(BO, 'status', '--porcelain'), '');
    assert.match(git(ANA, 'log', '-1', '--format=%s'), /^Request review of 4 blocks$/);
  });

  it('fails at the gate for AI lines, a paste and a removed guard, and for nothing that a person typed', () => {
    const { exit, out } = countersign(ANA, 'verify', '--base', 'origin/main', '--json');
    assert.equal(exit, 1);
    const { hunks } = JSON.parse(out) as { readonly hunks: readonly Hunk[] };
    const wanting = hunks.filter((hunk) => hunk.status === 'missing');
    const kinds = wanting.map(({ path: file, side, origin }) => `${file} ${side} ${origin}`);
    assert.deepEqual([...new Set(kinds)].sort(), [
      'src/discount.js added ai',
      'src/discount.js added mixed',
      'src/pay.js added ai',
      'src/pay.js removed ai',
      'src/shipping.js added paste',
      'src/shipping.js removed paste',
    ]);
    assert.ok(hunks.some((hunk) => hunk.origin === 'human' && hunk.status === 'not-required'));
  });

  it('names one thing to do first, the same in the terminal and in its README', () => {
    const readme = fs.readFileSync(path.join(folderOf(ANA), 'README.md'), 'utf8');
    assert.match(sample.first, /Countersign icon at the left edge/);
    assert.match(readme, /\*\*First: .*Countersign icon at the left edge/);
    const prefix = Object.keys(COMPLETIONS)[0] ?? '?';
    assert.ok(readme.includes(prefix), 'what the README says to type is what the assistant completes');
  });

  it('keeps each step within six actions a person', () => {
    const readme = fs.readFileSync(path.join(folderOf(ANA), 'README.md'), 'utf8');
    const steps = readme.split('\n## ').map((part) => part.split('\n').filter((line) => /^\d\. /.test(line)).length);
    assert.equal(steps.filter((count) => count > 0).length, 2);
    for (const count of steps) assert.ok(count <= 6);
  });

  it('can be played to its end: signed it passes, new AI lines alone wait again, one changed byte fails', () => {
    assert.equal(countersign(ANA, 'approve', '--yes', '--commit').exit, 0);
    git(ANA, 'push', '--quiet');
    assert.equal(verify(ANA).exit, 0);

    const refund = path.join(folderOf(BO), 'src/refund.js');
    assert.equal(countersign(BO, 'record', '--origin', 'external', refund).exit, 0);
    fs.appendFileSync(refund, Object.entries(COMPLETIONS)[0]?.join('') + '\n');
    assert.equal(countersign(BO, 'record', '--origin', 'ai', '--tool', 'assistant', refund).exit, 0);
    git(BO, 'commit', '--quiet', '--all', '--message=Add a refund fee');
    assert.equal(countersign(BO, 'request', '--to', 'ana').exit, 0);
    git(BO, 'pull', '--quiet');
    git(BO, 'push', '--quiet');

    git(ANA, 'pull', '--quiet');
    const again = verify(ANA);
    assert.equal(again.exit, 1);
    assert.match(again.out, /✗ src\/refund\.js/);
    assert.match(again.out, /1 of \d+ blocks needs a sign-off/);
    assert.equal(countersign(ANA, 'approve', '--yes', '--commit').exit, 0);
    git(ANA, 'push', '--quiet');
    assert.equal(verify(ANA).exit, 0);

    git(BO, 'pull', '--quiet');
    const discount = path.join(folderOf(BO), 'src/discount.js');
    const text = fs.readFileSync(discount, 'utf8');
    assert.ok(text.includes('STAFF: 50'));
    fs.writeFileSync(discount, text.replace('STAFF: 50', 'STAFF: 90'));
    git(BO, 'commit', '--quiet', '--all', '--message=Tidy up');
    const stale = verify(BO);
    assert.equal(stale.exit, 1);
    assert.match(stale.out, /✗ src\/discount\.js/);
    assert.match(stale.out, /went stale/);
  });
});

function quietEnvironment(): NodeJS.ProcessEnv {
  const clean = Object.entries(process.env).filter(([name]) => !/^(GIT_|SSH_AUTH_SOCK$)/.test(name));
  return { ...Object.fromEntries(clean), GIT_CONFIG_GLOBAL: os.devNull, GIT_CONFIG_NOSYSTEM: '1' };
}
