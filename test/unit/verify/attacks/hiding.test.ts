/** Changes that hide from the gate or from whoever reads: in git's own ways, in characters, in names. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readPublicKey } from '../../../../src/node/sshKeys';
import { cli } from '../../cli/harness';
import { TestRepository } from '../../../support/repository';
import {
  BASE,
  BLOCK,
  FILE,
  ana,
  bo,
  code,
  commitRecorded,
  cy,
  forge,
  gate,
  hunk,
  sign,
  start,
  withBlock,
} from './trial';

describe('attack 9: an evil merge; a change hidden by .gitattributes, textconv, replace refs, rename, exec bit, symlink, submodule, binary', () => {
  it('a merge commit that changes by the way what neither side did', async () => {
    const repo = start();
    repo.write('README.md', '# Our shop\n').commit('Readme');
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('notes.md', 'of main\n').commit('Notes');
    repo.git('switch', '-q', 'feature');
    repo.as(bo).git('merge', '-q', '--no-commit', 'main');
    repo.write('src/other.js', BASE.replace('return sum', 'return 0')).git('add', '-A');
    repo.git('commit', '-q', '-m', 'Merge main');
    const evil = hunk(await gate(repo), 'src/other.js');
    assert.deepEqual([evil.origin, evil.author, evil.level, evil.status], ['unknown', bo.email, 'junior', 'missing']);
  });

  it('a merge commit that drops what the target brought', async () => {
    const repo = start();
    repo.write('README.md', '# Our shop\n').commit('Readme');
    repo.git('switch', '-q', 'main');
    repo.as(ana).write('src/other.js', BASE.replace('  return sum;', '  check(sum);\n  return sum;')).commit('A guard');
    repo.git('switch', '-q', 'feature');
    repo.as(bo).git('merge', '-q', '--no-commit', '-s', 'ours', 'main');
    repo.git('commit', '-q', '-m', 'Merge main');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome, 'src/other.js').side, 'removed');
  });

  it('attributes that call the text binary, convert it, or hide its difference', async () => {
    const repo = start();
    repo.write('.gitattributes', '* -diff -text diff=x filter=x merge=ours binary linguist-generated\n');
    repo.git('config', 'diff.x.textconv', 'true');
    await withBlock(repo);
    const outcome = await gate(repo);
    assert.equal(hunk(outcome).origin, 'ai');
    assert.equal(hunk(outcome, '.gitattributes').status, 'missing');
  });

  it('a replaced commit, a replaced blob, and a graft', async () => {
    const repo = await withBlock();
    const [head, main] = [repo.git('rev-parse', 'feature'), repo.git('rev-parse', 'main')];
    repo.git('replace', repo.git('rev-parse', `feature:${FILE}`), repo.git('rev-parse', `main:${FILE}`));
    assert.equal(hunk(await gate(repo)).origin, 'ai');
    repo.git('replace', head, main);
    assert.equal(hunk(await gate(repo)).origin, 'ai');
    repo.write('.git/info/grafts', `${head}\n`);
    assert.equal(hunk(await gate(repo)).origin, 'ai');
  });

  it('a rename, with an edit that goes along', async () => {
    const repo = start();
    repo.git('mv', FILE, 'src/sum.js');
    repo.write('src/sum.js', BASE.replace('return sum', 'return 0')).commit('Rename');
    const outcome = await gate(repo);
    assert.equal(hunk(outcome, 'src/sum.js').status, 'missing');
    assert.equal(hunk(outcome).status, 'missing');
  });

  it('a rename out of the reach of a rule about the old path, or into that of one about the new', async () => {
    const require = { tier: 'approve', count: 1, level: 'senior' };
    const rules = [{ id: 'pay', when: { paths: ['src/**'] }, require }];
    const repo = start({ rules });
    repo.git('mv', FILE, 'total.js');
    repo.git('mv', 'README.md', 'src/README.md');
    repo.commit('Move');
    const outcome = await gate(repo);
    assert.deepEqual(
      outcome.report?.blocks.map(({ path, status }) => `${path} ${status}`),
      ['src/README.md missing', 'total.js missing'],
    );
  });

  it('an exec bit, a symlink, a submodule, a binary, an LFS pointer, an empty file, a deletion', async () => {
    const repo = start();
    symlinkSync('total.js', join(repo.top, 'src/link.js'));
    chmodSync(join(repo.top, FILE), 0o755);
    repo.write('data.bin', 'a\0b').write('empty.js', '');
    repo.write('big.psd', `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 1\n`);
    repo.git('rm', '-q', 'src/other.js');
    repo.git('add', '-A');
    repo.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    repo.git('commit', '-q', '-m', 'Odd things');
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.deepEqual(
      outcome.report?.blocks.map((block) => `${block.path} ${block.object} ${block.status}`),
      [
        'big.psd content missing',
        'data.bin content missing',
        'empty.js content missing',
        'src/link.js content missing',
        'src/other.js delete missing',
        'src/total.js mode missing',
        'sub content missing',
      ],
    );
  });

  it('text signed as text that becomes a link, or a file that becomes a submodule', async () => {
    const repo = await withBlock();
    await sign(repo, ana);
    const id = repo.git('rev-parse', `feature:${FILE}`);
    for (const mode of ['120000', '160000']) {
      const object = mode === '160000' ? '1'.repeat(40) : id;
      repo.as(bo).git('update-index', '--cacheinfo', `${mode},${object},${FILE}`);
      repo.git('commit', '-q', '-m', 'Another kind');
      assert.equal((await gate(repo)).exit, 1, mode);
    }
  });
});

describe('attack 12: bidi controls, zero-width characters, homoglyphs, paths that collide by letter case or NFC', () => {
  const HIDDEN: readonly (readonly [string, string, RegExp])[] = [
    ['bidi', 'if (role !== "user\u202e \u2066// admins only\u2069 \u2066") {', /U\+202E.*order/],
    ['zero width', 'const pay\u200bment = 1;', /U\+200B.*not shown/],
    ['a variation', 'const payment\u{e0100} = 1;', /U\+E0100.*not shown/],
    ['a variation of a string', 'grant("admin\ufe00");', /U\+FE00.*not shown/],
    ['homoglyph', 'const p\u0430yment = 1;', /U\+0430.*looks like/],
  ];
  for (const [name, line, found] of HIDDEN) {
    it(`${name}: signing asks, and --yes alone signs nothing`, async () => {
      const repo = await withBlock();
      repo.write('src/odd.js', `${line}\n`).commit('Odd');
      const key = ['--key', `${ana.key}.pub`, '--base', 'main'];
      repo.as(ana);
      const refused = await cli(repo.top, ['approve', '--yes', ...key]);
      assert.equal(refused.exit, 2);
      assert.match(refused.stderr, found);
      // eslint-disable-next-line no-control-regex -- raw ones are what must not come out
      assert.doesNotMatch(refused.stderr, /[\x1b\u200b\u202e\u2066]|\ufe00|\u{e0100}/u);
      const asked: string[] = [];
      const once = { interactive: true, ask: async (question: string) => (asked.push(question) === 1 ? 'y' : 'n') };
      const declined = await cli(repo.top, ['approve', ...key], once);
      assert.match(declined.stderr, /look closely: src\/odd\.js: line 1: /);
      assert.match(declined.stderr, /nothing was signed/);
      assert.equal(asked.length, 2);
      assert.equal((await cli(repo.top, ['approve', '--yes', '--hidden-text', '--commit', ...key])).exit, 0);
      assert.equal((await gate(repo)).exit, 0);
    });
  }

  it('plain text of any language, and pictures made of several, are not asked about', async () => {
    const repo = await withBlock();
    repo
      .write('src/odd.js', '// Größe, Δx, размер, 支払い, שלום, 👩‍💻, µs, λ, ☀\ufe0f, 1\ufe0f\u20e3, 葛\u{e0100}\n')
      .commit('Languages');
    repo.as(ana);
    const answer = await cli(repo.top, ['approve', '--yes', '--base', 'main', '--key', `${ana.key}.pub`]);
    assert.equal(answer.exit, 0, answer.stderr);
  });

  it('paths that one file system takes for another: letter case, composed and decomposed forms', async () => {
    for (const [first, second] of [
      ['src/Pay.js', 'src/pay.js'],
      ['src/gr\u00fcn.js', 'src/gru\u0308n.js'],
      ['.countersign/policy.jsonc', '.Countersign/policy.jsonc'],
      ['.countersign/policy.jsonc', '.counter\u017fign/policy.jsonc'],
      ['src/stra\u00dfe.js', 'src/STRASSE.js'],
      ['src/\u03bf\u03b4\u03cc\u03c2.js', 'src/\u03bf\u03b4\u03cc\u03c3.js'],
      ['src/\u0390.js', 'src/\u03aa\u0301.js'],
    ] as const) {
      const repo = start();
      const id = repo.git('hash-object', '-w', 'README.md');
      for (const path of [first, second]) {
        if (!path.startsWith('.countersign/')) repo.git('update-index', '--add', '--cacheinfo', `100644,${id},${path}`);
      }
      repo.git('commit', '-q', '-m', 'Two of a kind');
      assert.match(code(await gate(repo)), /^2 path-collision/, second);
    }
  });

  it('an e-mail address that only looks like the senior’s is nobody’s', async () => {
    const repo = await withBlock();
    const twin = { ...cy, email: '\u0430na@example.com' };
    await forge(repo, cy, { predicate: { reviewer: { principal: twin.email, keyid: await fingerprint(cy.key) } } });
    const outcome = await gate(repo);
    assert.equal(outcome.exit, 1);
    assert.equal(hunk(outcome).signoffs[0]?.code, 'key-not-listed');
  });
});

describe('attack 21: terminal sequences, CI commands and line breaks in paths, notes and names', () => {
  async function printed(repo: TestRepository, exit: number): Promise<void> {
    for (const format of ['text', 'json', 'sarif', 'github']) {
      const answer = await cli(repo.top, ['verify', '--base', 'main', '--format', format]);
      assert.equal(answer.exit, exit, format);
      const all = answer.stdout + answer.stderr;
      assert.match(all, /owned/, format);
      // eslint-disable-next-line no-control-regex -- raw ones are what must not come out
      assert.doesNotMatch(all, /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/, format);
      const commands = all.split('\n').filter((line) => /^\s*::|##\w*\[/.test(line));
      const ours = commands.filter((line) => format === 'github' && /^::error file=[^:]*::/.test(line));
      assert.deepEqual(commands, ours, format);
    }
  }

  it('come out of every format as text', async () => {
    const repo = start();
    repo.write('src/##[error]owned \u202e.js', BLOCK);
    repo.git('config', 'user.email', '::error::x@\u001b[31mexample.com');
    repo.git('config', 'user.name', '##vso[task.complete]');
    await commitRecorded(repo, '::error::subject');
    repo.as(ana);
    await forge(repo, ana, { predicate: { decision: 'reject', note: 'no\n::error::note\n##[error]note' } });
    await printed(repo, 1);
    repo.as(bo).write('src/::error::owned.js', BLOCK).commit('A path that looks like a command');
    await printed(repo, 2);
  });

  it('a line break in a path is refused, and printed on one line', async () => {
    const repo = new TestRepository().as(ana).adopt([ana]).write('README.md', '# Shop\n');
    repo.commit('Start');
    repo.as(bo).git('switch', '-q', '-c', 'feature');
    const id = repo.git('hash-object', '-w', 'README.md');
    const info = `100644 ${id}\t"a\\n::error::owned"\n`;
    execFileSync('git', ['update-index', '--index-info'], { cwd: repo.top, input: info });
    repo.git('commit', '-q', '-m', 'Break');
    const { stderr, stdout, exit } = await cli(repo.top, ['verify', '--base', 'main']);
    assert.equal(exit, 2);
    assert.match(stdout + stderr, /a\\n::error::owned: a path may not hold control characters/);
  });
});

async function fingerprint(key: string): Promise<string> {
  const found = await readPublicKey(`${key}.pub`);
  assert.ok(found.ok);
  return found.value.fingerprint;
}
