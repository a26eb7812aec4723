import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storePath } from '../../../src/core/sidecar/paths';
import { indexFile, openIndex } from '../../../src/node/recordIndex';
import { writeUnsaved } from '../../../src/node/unsaved';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';
import { aiChange, onlyDigest, recordAndCommit } from './aiChange';
import { cli } from './harness';

const [ana, bo] = [person('ana'), person('bo')];

async function origins(repository: TestRepository, ...args: string[]): Promise<string> {
  const { stdout, stderr, exit } = await cli(repository.top, ['blame', ...args, '--json']);
  assert.equal(exit, 0, stderr);
  const { lines } = JSON.parse(stdout) as { lines: { origin: string }[] };
  return lines.map(({ origin }) => origin).join(' ');
}

describe('blame -L', () => {
  it('shows the lines that were asked for, numbered as in the file', async () => {
    const { top } = await aiChange(ana, bo);
    const rows = async (range: string): Promise<string[]> => {
      const { stdout, stderr, exit } = await cli(top, ['blame', '-L', range, 'a.js']);
      assert.equal(exit, 0, stderr);
      return stdout
        .trimEnd()
        .split('\n')
        .map((row) => row.replace(/^(\d+ +\w+).*$/, '$1').replace(/ +/, ' '));
    };
    assert.deepEqual(await rows('2,3'), ['2 ai', '3 human']);
    assert.deepEqual(await rows('2,+1'), ['2 ai']);
    assert.deepEqual(await rows('2'), ['2 ai', '3 human']);
    assert.deepEqual(await rows(',2'), ['1 unknown', '2 ai']);
    assert.deepEqual(await rows('3,99'), ['3 human']);
    for (const bad of ['0,1', '3,2', 'x', ',', '', '2,+', '9,9', '-1']) {
      const answer = await cli(top, ['blame', `-L${bad}`, 'a.js']);
      assert.deepEqual([bad, answer.exit, answer.stdout], [bad, 2, '']);
    }
  });
});

describe('blame --porcelain', () => {
  it('is what git prints, with the origin of each line beside it', async () => {
    const repository = await aiChange(ana, bo);
    for (const args of [[], ['--rev', 'HEAD']]) {
      const { stdout } = await cli(repository.top, ['blame', 'a.js', '--porcelain', ...args]);
      const without = stdout.split('\n').filter((row) => !row.startsWith('countersign-'));
      const own = repository.git('blame', '--porcelain', ...(args.length === 0 ? [] : ['HEAD']), '--', 'a.js');
      assert.equal(without.join('\n').trimEnd(), own);
      const told = stdout.split('\n').filter((row) => /^countersign-(origin|tool)|^\t/.test(row));
      assert.deepEqual(told, [
        'countersign-origin unknown',
        '\tone();',
        'countersign-origin ai',
        'countersign-tool assistant',
        '\tconst added = byAnAssistant();',
        'countersign-origin human',
        '\tconst typed = byThePerson();',
      ]);
    }
    const one = await cli(repository.top, ['blame', '-L2,2', 'a.js', '--porcelain']);
    assert.equal(one.stdout.match(/^\t/gm)?.length, 1);
    assert.match(one.stdout, /^countersign-record [0-9a-f]{64}$/m);
    assert.equal((await cli(repository.top, ['blame', 'a.js', '--porcelain', '--json'])).exit, 2);
  });

  it('tells of a file that git does not know yet', async () => {
    const repository = await aiChange(ana, bo);
    await repository.save('ü.js', 'const more = byAnAssistant();\n\u001b[31m\tlast();\n', [AI]);
    const { stdout } = await cli(repository.top, ['blame', 'ü.js', '--porcelain']);
    assert.match(stdout, /^0{40} 1 1 2\n/);
    assert.match(stdout, /^filename ü\.js$/m);
    assert.match(stdout, /^countersign-origin ai$/m);
    assert.match(stdout, /^\t\\u\{1b\}\[31m\tlast\(\);$/m);
  });
});

describe('blame', () => {
  it('follows a file that was renamed and edited where no hook ran', async () => {
    const repository = await aiChange(ana, bo);
    repository.git('mv', 'a.js', 'b.js');
    repository.write('b.js', `// nobody knows who\n${repository.read('b.js')}`);
    repository.git('commit', '-qam', 'Rename');
    repository.git('mv', 'b.js', 'c.js');
    repository.git('commit', '-qm', 'Again');
    const clone = repository.clone();
    assert.equal(await origins(clone, 'c.js', '--rev', 'HEAD'), 'unknown unknown ai human');
    assert.equal(await origins(clone, 'c.js'), 'unknown unknown ai human');
  });

  it('finds a file by way of a link to its repository, as the other commands do', async () => {
    const repository = await aiChange(ana, bo);
    const link = `${repository.top}-link`;
    symlinkSync(repository.top, link);
    try {
      assert.equal(await origins(repository, join(link, 'a.js')), 'unknown ai human');
      assert.equal(await origins(repository, '--cwd', link, 'a.js', '--rev', 'HEAD'), 'unknown ai human');
      assert.match((await cli(link, ['why', 'a.js:2'])).stdout, /^origin +ai/m);
      const [way, straight] = [link, repository.top].map((cwd) => cli(cwd, ['policy', 'explain', 'a.js']));
      assert.deepEqual(await way, await straight);
      assert.equal((await cli(repository.top, ['blame', `${repository.top}/../a.js`])).exit, 2);
    } finally {
      rmSync(link);
    }
  });

  it('says that an editor holds what is not shown', async () => {
    const repository = await aiChange(ana, bo);
    const { gitDir } = await repository.open();
    writeUnsaved(gitDir, { path: 'a.js', digest: '0'.repeat(64), hunks: [], lines: undefined });
    const answer = await cli(repository.top, ['blame', 'a.js']);
    assert.equal(answer.exit, 0);
    assert.match(answer.stderr, /an editor holds unsaved changes of this file/);
  });

  it('takes no word of another repository’s record', async () => {
    const repository = await aiChange(ana, bo);
    const clone = repository.clone();
    clone.write('.countersign/policy.jsonc', clone.read('.countersign/policy.jsonc').replace('7c0e1f6a', '8c0e1f6a'));
    assert.equal(await origins(clone, 'a.js'), 'unknown unknown unknown');
  });
});

describe('the index of blame', function () {
  this.timeout(60_000);
  /** A clone of a change with its index in place. */
  async function indexed(): Promise<{ clone: TestRepository; file: string }> {
    const clone = (await aiChange(ana, bo)).clone().as(bo);
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
    const file = indexFile((await clone.open()).gitDir);
    assert.ok(existsSync(file));
    return { clone, file };
  }

  it('is made again when it is missing, damaged anywhere, cut off, or of another version', async () => {
    const { clone, file } = await indexed();
    const whole = readFileSync(file);
    const check = async (what: string, bytes: Buffer): Promise<void> => {
      writeFileSync(file, bytes);
      for (const args of [['a.js'], ['a.js', '--rev', 'HEAD']]) {
        assert.equal(await origins(clone, ...args), 'unknown ai human', what);
      }
    };
    rmSync(file);
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
    assert.deepEqual(readFileSync(file).subarray(0, 30), whole.subarray(0, 30));
    for (let at = 0; at < whole.length; at += Math.ceil(whole.length / 6)) {
      const bytes = Buffer.from(whole);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      await check(`byte ${at}`, bytes);
      await check(`cut at ${at}`, whole.subarray(0, at));
    }
    await check('another version', Buffer.from(whole.toString('latin1').replace('index 1', 'index 2'), 'latin1'));
    await check('nonsense', Buffer.from('x'.repeat(5000)));
    const header = (value: string): Buffer => {
      const sum = require('node:crypto').createHash('sha256').update(value).digest('base64url').slice(0, 16) as string;
      return Buffer.from(`countersign-index 1 ${value.length} ${sum}\n${value}`);
    };
    await check('another form', header('[]'));
    await check('no form', header('{"trees":1,"folders":null,"digests":{"a":7},"paths":{}}'));
  });

  it('never hides what came, went, or was changed after it was made', async () => {
    const { clone, file } = await indexed();
    const id = onlyDigest(clone, 'prov');
    await clone.save('b.js', 'const below = byAnAssistant();\n', [AI]);
    await recordAndCommit(clone, 'More');
    rmSync(join((await clone.open()).gitDir, 'countersign', 'journal'));
    assert.equal(await origins(clone, 'b.js'), 'ai');
    assert.equal(await origins(clone, 'b.js', '--rev', 'HEAD'), 'ai');
    // Gone: at a revision that has it, it still speaks.
    clone.git('rm', '-q', storePath('provenance', id));
    clone.git('commit', '-q', '-m', 'Delete');
    assert.equal(await origins(clone, 'a.js'), 'unknown unknown unknown');
    assert.equal(await origins(clone, 'a.js', '--rev', 'HEAD~1'), 'unknown ai human');
    // Back again.
    clone.git('revert', '--no-edit', 'HEAD');
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
    // Changed in place: told, and it claims nothing.
    const path = storePath('provenance', id);
    const text = clone.read(path);
    clone.write(path, text.replace('"ai"', '"human"'));
    const forged = await cli(clone.top, ['blame', 'a.js', '--json']);
    assert.match(forged.stderr, /passed over: .*expected content that matches the file's name/);
    assert.doesNotMatch(forged.stdout, /"ai"|"human"/);
    clone.write(path, text);
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
    assert.ok(existsSync(file));
  });

  it('hears of a record that was malformed when it was made, and was put right since', async () => {
    const repository = await aiChange(ana, bo);
    const clone = repository.clone().as(bo);
    const path = storePath('provenance', onlyDigest(clone, 'prov'));
    const text = clone.read(path);
    clone.write(path, '{').git('rm', '-q', '--cached', path);
    clone.git('commit', '-q', '-m', 'Out');
    assert.equal(await origins(clone, 'a.js'), 'unknown unknown unknown');
    clone.write(path, text);
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
  });

  it('is not fooled by folders that had settled when it was made', async () => {
    const { clone, file } = await indexed();
    rmSync(file);
    // The index trusts a folder's mark only once its clock has gone on.
    await new Promise((resume) => setTimeout(resume, 2100));
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
    const id = onlyDigest(clone, 'prov');
    assert.ok(openIndex((await clone.open()).gitDir)?.folders.has(id.slice(0, 2)));
    rmSync(join(clone.top, storePath('provenance', id)));
    clone.git('rm', '-q', '--cached', storePath('provenance', id));
    assert.equal(await origins(clone, 'a.js'), 'unknown unknown unknown');
    clone.git('reset', '-q', '--hard', 'HEAD');
    await clone.save('b.js', 'const below = byAnAssistant();\n', [AI]);
    clone.git('add', '-A');
    assert.equal((await cli(clone.top, ['stage'])).exit, 0);
    rmSync(join((await clone.open()).gitDir, 'countersign', 'journal'));
    assert.equal(await origins(clone, 'b.js'), 'ai');
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
  });

  it('is done without where nothing can be written', async () => {
    const { clone, file } = await indexed();
    rmSync(file);
    // A folder in its place: nothing can be written there.
    renameSync(join(clone.top, '.git', 'countersign'), join(clone.top, '.git', 'other'));
    writeFileSync(join(clone.top, '.git', 'countersign'), 'no folder');
    assert.equal(await origins(clone, 'a.js', '--rev', 'HEAD'), 'unknown ai human');
    assert.equal(await origins(clone, 'a.js'), 'unknown ai human');
  });

  it('says the same for many records as without it, on each branch', async () => {
    const repository = new TestRepository().as(bo).adopt([ana]);
    repository.commit('Start');
    for (let round = 0; round < 5; round++) {
      repository.git('switch', '-q', round % 2 === 0 ? 'main' : '-C', ...(round % 2 === 0 ? [] : [`side${round}`]));
      const lines = Array.from(
        { length: round + 1 },
        (_, line) => `const value${line} = compute(${round}, ${line});\n`,
      );
      await repository.save(
        `f${round % 3}.js`,
        lines.join(''),
        lines.map((_, line) => (line % 2 === 0 ? AI : HUMAN)),
      );
      await recordAndCommit(repository, `Round ${round}`);
    }
    const clone = repository.clone();
    const branches = repository.git('branch', '--format=%(refname:short)').split('\n');
    const answers = async (): Promise<string[]> => {
      const found: string[] = [];
      for (const branch of branches) {
        const files = repository.git('ls-tree', '--name-only', branch).split('\n');
        for (const name of files.filter((each) => each.endsWith('.js'))) {
          found.push(`${branch} ${name} ${await origins(clone, name, '--rev', `origin/${branch}`)}`);
        }
      }
      return found;
    };
    const warm = await answers();
    assert.ok(warm.some((each) => each.includes('ai human')));
    rmSync(indexFile((await clone.open()).gitDir));
    const cold = await answers();
    assert.deepEqual(warm, cold);
    assert.deepEqual(await answers(), cold);
  });
});

describe('blame in a clone without blobs', () => {
  it('fetches nothing, through whatever program the repository names', async () => {
    const lines = (last: string): string =>
      ['alpha', 'beta', 'gamma', 'delta', last].map((each) => `${each}();\n`).join('');
    const repository = new TestRepository().as(bo).adopt([ana]);
    repository.write('old.js', lines('epsilon')).commit('Start');
    repository.git('mv', 'old.js', 'new.js');
    // git compares the texts to tell whether this was a rename.
    repository.write('new.js', lines('zeta')).commit('Rename');
    repository.git('config', 'uploadpack.allowFilter', 'true');
    const folder = mkdtempSync(join(tmpdir(), 'countersign-blobs-'));
    try {
      execFileSync('git', ['clone', '-q', '--filter=blob:none', `file://${repository.top}`, join(folder, 'clone')]);
      const clone = new TestRepository(join(folder, 'clone'));
      const missing = (): string => clone.git('rev-list', '--objects', '--all', '--missing=print', '--quiet');
      const before = missing();
      assert.match(before, /^\?/m);
      const ran = join(folder, 'ran');
      clone.git('config', 'remote.origin.uploadpack', `touch ${ran}; git-upload-pack`);
      for (const args of [[], ['--rev', 'HEAD']])
        assert.equal((await cli(clone.top, ['blame', 'new.js', ...args])).exit, 0);
      assert.deepEqual([existsSync(ran), missing()], [false, before]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
