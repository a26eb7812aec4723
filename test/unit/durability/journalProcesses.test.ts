/** The journal under several processes at once, on a disk that is full, and where nothing can be written. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { LiveFile } from '../../../src/core/model/live';
import { appendLive, foldJournal, readJournal, stateFolder } from '../../../src/node/journal';

const PROJECT = resolve(__dirname, '../../..');
const LINE = { exact: 'AAAAAAAAAAAAAAAA', loose: 'AAAAAAAAAAAAAAAA', counts: { ai: 3 } };

function live(path: string, digest: string, lines = 1): LiveFile {
  const source = { origin: 'ai', via: 'agent', evidence: 'reported' } as const;
  const many = Array.from({ length: lines }, () => LINE);
  return { path, digest, hunks: [{ side: 'added', start: 0, before: [], after: [], ...source, lines: many }] };
}

/** A process that appends `count` entries as fast as it can, each about a path of its own and one about `shared`, and folds. */
function writer(gitDir: string, name: string, count: number): Promise<void> {
  const script = `
    const { appendLive, foldJournal } = require(${JSON.stringify(join(PROJECT, 'src/node/journal.ts'))});
    const line = ${JSON.stringify(LINE)};
    const source = { origin: 'ai', via: 'agent', evidence: 'reported' };
    const lines = Array.from({ length: 1500 }, () => line);
    const hunks = [{ side: 'added', start: 0, before: [], after: [], ...source, lines }];
    for (let i = 0; i < ${count}; i++) {
      appendLive(${JSON.stringify(gitDir)}, { path: '${name}/' + i + '.ts', digest: '${name}' + i, hunks });
      appendLive(${JSON.stringify(gitDir)}, { path: 'shared.ts', digest: '${name}' + i, hunks: [] });
      if (i % 3 === 0) foldJournal(${JSON.stringify(gitDir)});
    }`;
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, ['-r', 'tsx/cjs', '-e', script], { cwd: PROJECT, stdio: 'inherit' });
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(`${name} ended with ${String(code)}`))));
  });
}

describe('the journal and several processes', function () {
  this.timeout(120_000);
  let gitDir: string;
  beforeEach(() => (gitDir = mkdtempSync(join(tmpdir(), 'countersign-journal-'))));
  afterEach(() => rmSync(gitDir, { recursive: true, force: true }));

  it('loses no entry of four processes that write at once, while segments are closed and folded', async () => {
    const names = ['window', 'other window', 'command line', 'agent'];
    const count = 110;
    const run = { isOver: false };
    const seen = new Set<string>();
    const reader = (async (): Promise<void> => {
      while (!run.isOver) {
        const paths = new Set(readJournal(gitDir).keys());
        for (const path of seen) assert.ok(paths.has(path), `${path} was there and is gone`);
        for (const path of paths) seen.add(path);
        await new Promise((resume) => setTimeout(resume, 5));
      }
    })();
    await Promise.all(names.map((name) => writer(gitDir, name, count)));
    run.isOver = true;
    await reader;
    const files = readdirSync(stateFolder(gitDir));
    assert.ok(files.filter((name) => /^journal\.\d+$/.test(name)).length >= 3, files.join(' '));
    assert.deepEqual(
      files.filter((name) => !/^journal(\.\d+)?$/.test(name)),
      [],
    );
    const states = readJournal(gitDir);
    for (const name of names) {
      for (let i = 0; i < count; i++) {
        assert.deepEqual(states.get(`${name}/${i}.ts`), [live(`${name}/${i}.ts`, `${name}${i}`, 1500)], `${name} ${i}`);
      }
    }
    // The newest of all is the last one of the process that came last.
    assert.ok(names.some((name) => states.get('shared.ts')?.at(-1)?.digest === `${name}${count - 1}`));
  });

  it('closes segments again after a process ended in the midst of it', () => {
    mkdirSync(stateFolder(gitDir));
    const ended = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    writeFileSync(join(stateFolder(gitDir), 'journal.lock'), ended);
    writeFileSync(join(stateFolder(gitDir), 'journal.tmp'), 'half of a segm');
    for (let i = 0; i < 30; i++) appendLive(gitDir, live(`${i}.ts`, String(i), 8_000));
    const files = readdirSync(stateFolder(gitDir));
    assert.ok(files.includes('journal.1'), files.join(' '));
    assert.equal(readJournal(gitDir).size, 30);
  });
});

describe('a process that is killed while it folds the journal', function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-fold-'));
  const bundle = join(folder, 'journal.cjs');
  const names = (gitDir: string): string[] => readdirSync(stateFolder(gitDir)).sort();
  const newest = (gitDir: string): Map<string, string | undefined> =>
    new Map([...readJournal(gitDir)].map(([path, states]) => [path, states.at(-1)?.digest]));

  /** Seven closed segments and a journal; each knows `all.ts`, a file of its own, and one of every pair of them. */
  function grown(gitDir: string): string {
    const journal = join(stateFolder(gitDir), 'journal');
    for (let number = 1; number <= 8; number++) {
      for (const path of ['all.ts', `${number}.ts`, `pair${number % 5}.ts`])
        appendLive(gitDir, live(path, `${number}`));
      if (number < 8) renameSync(journal, `${journal}.${number}`);
    }
    return gitDir;
  }

  /** Folds in a process that dies at one of its changes to the file system; of a write half is done. Gives whether it died. */
  function dies(gitDir: string, at: number): boolean {
    const script = `
      const { foldJournal } = require(${JSON.stringify(bundle)});
      const fs = require('node:fs');
      let calls = 0;
      for (const name of ['linkSync', 'renameSync', 'rmSync', 'unlinkSync', 'writeFileSync']) {
        const real = fs[name];
        fs[name] = (...args) => {
          if (++calls === ${at}) {
            if (name === 'writeFileSync') real(args[0], args[1].slice(0, args[1].length / 2));
            process.kill(process.pid, 'SIGKILL');
          }
          return real(...args);
        };
      }
      foldJournal(${JSON.stringify(gitDir)});`;
    return spawnSync(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'inherit'] }).signal === 'SIGKILL';
  }

  before(() => {
    const contents = `export { foldJournal } from './src/node/journal';`;
    buildSync({ stdin: { contents, resolveDir: PROJECT }, outfile: bundle, bundle: true, platform: 'node' });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('has lost nothing, whatever it was about to do, and the next one ends what it began', () => {
    const before = newest(grown(join(folder, 'whole')));
    let [at, died] = [0, true];
    while (died) {
      const gitDir = grown(join(folder, String(++at)));
      died = dies(gitDir, at);
      assert.deepEqual(newest(gitDir), before, `killed at change ${at}`);
      // Somebody saves before anybody folds again.
      appendLive(gitDir, live('all.ts', 'later'));
      const after = new Map([...before, ['all.ts', 'later']]);
      for (let again = 0; again < 2; again++) {
        // The first may only find out that the holder of the lock has ended.
        foldJournal(gitDir);
        assert.deepEqual(newest(gitDir), after, `killed at change ${at}, folded again`);
      }
      const segments = names(gitDir).filter((name) => /^journal\.\d+$/.test(name));
      assert.deepEqual(segments, ['journal.4', 'journal.5', 'journal.6', 'journal.7'], `killed at change ${at}`);
    }
    assert.ok(at > 9, `${at - 1} changes`);
  });
});

describe('the journal where it can not be written', () => {
  let gitDir: string;
  let mounted: boolean;
  const digests = (): string[] =>
    readJournal(gitDir)
      .get('a.ts')
      ?.map(({ digest }) => digest) ?? [];

  beforeEach(() => {
    gitDir = mkdtempSync(join(tmpdir(), 'countersign-journal-'));
    mounted = false;
  });
  afterEach(() => {
    if (mounted) execFileSync('umount', [gitDir]);
    rmSync(gitDir, { recursive: true, force: true });
  });

  function mount(context: Mocha.Context, args: readonly string[]): void {
    try {
      execFileSync('mount', [...args, gitDir], { stdio: 'pipe' });
      mounted = true;
    } catch (error) {
      console.log(`      left out: no file system can be mounted here (${String(error).split('\n')[0]})`);
      context.skip();
    }
  }

  it('says that the disk is full, keeps what stood there, and goes on once there is room', function () {
    mount(this, ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs']);
    const filler = join(gitDir, 'filler');
    writeFileSync(filler, Buffer.alloc(120 * 1024));
    const written: string[] = [];
    assert.throws(() => {
      for (let i = 0; i < 100; i++) {
        appendLive(gitDir, live('a.ts', String(i), 100));
        written.push(String(i));
      }
    }, /ENOSPC/);
    assert.ok(written.length > 5);
    assert.deepEqual(digests(), written);
    // A small one may still fit behind the torn one, and must not be taken for its end.
    for (let i = 0; i < 3; i++) {
      try {
        appendLive(gitDir, live('a.ts', `small${i}`));
        written.push(`small${i}`);
      } catch {
        // Full to the last byte.
      }
    }
    assert.deepEqual(digests(), written);
    rmSync(filler);
    appendLive(gitDir, live('a.ts', 'again', 100));
    assert.deepEqual(digests(), [...written, 'again']);
  });

  it('says so when the file system is read-only, and can still be read', function () {
    mount(this, ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs']);
    appendLive(gitDir, live('a.ts', '1'));
    execFileSync('mount', ['-o', 'remount,ro', gitDir]);
    assert.throws(() => appendLive(gitDir, live('a.ts', '2')), /EROFS/);
    assert.deepEqual(digests(), ['1']);
    execFileSync('mount', ['-o', 'remount,rw', gitDir]);
    appendLive(gitDir, live('a.ts', '3'));
    assert.deepEqual(digests(), ['1', '3']);
  });

  it('says so when something else stands in its place', () => {
    writeFileSync(stateFolder(gitDir), '');
    assert.throws(() => appendLive(gitDir, live('a.ts', '1')), /EEXIST|ENOTDIR/);
    assert.deepEqual(readJournal(gitDir), new Map());
    rmSync(stateFolder(gitDir));
    appendLive(gitDir, live('a.ts', '2'));
    assert.deepEqual(digests(), ['2']);
    assert.ok(existsSync(stateFolder(gitDir)));
  });
});
