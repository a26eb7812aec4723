/**
 * Something else in the place of a file of `.git/countersign/`: a folder, a pipe, a link to itself, what nobody may read.
 * Whoever asks is told which file it is, nothing waits, and no commit is held up; what can't be read says nothing weaker.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { utf8 } from '../../../src/core/text/bytes';
import { nodeHash } from '../../../src/node/hash';
import { JournalTail } from '../../../src/node/journalTail';
import { TestRepository } from '../../support/repository';
import { bundle } from '../cli/harness';
import { bo, hooked, origins, records, save } from '../git/hooked';

const isRoot = process.getuid?.() === 0;
const KINDS: Readonly<Record<string, (file: string) => unknown>> = {
  folder: (file) => mkdirSync(file),
  pipe: (file) => execFileSync('mkfifo', [file]),
  'link to itself': (file) => symlinkSync(file, file),
  ...(isRoot ? {} : { 'file that nobody may read': unreadable }),
};
const STEM = nodeHash.sha256(utf8('a.js')).slice(0, 32);
const KNOWN = `known/${STEM}.json`;
/** Without these nothing can be said. */
const NEEDED = ['journal', 'journal.1', 'items', 'items.1'];
/** These save work, or tidy up. */
const SPARED = ['staged', 'policy', 'folded', 'blame-index', 'lock', 'journal.lock', 'hooks.log'].concat(
  ['saving', 'unsaved'].map((folder) => `${folder}/${STEM}.0123456789ab`),
);

function unreadable(file: string): void {
  writeFileSync(file, 'x');
  chmodSync(file, 0);
}

describe('something else in the place of a state file', () => {
  let base: TestRepository;

  before(async () => {
    base = await hooked(bo);
    await save(base, 'a.js', ['alpha', 'beta', 'gamma', 'delta', 'epsilon'], '---AH');
    base.git('add', '-A');
  });

  /** Puts it there; what stood in its place lies beside it. */
  function spoilt(kind: string, name: string): { readonly repo: TestRepository; readonly file: string } {
    const repo = TestRepository.copyOf(base.top);
    const file = join(repo.top, '.git', 'countersign', name);
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) renameSync(file, join(repo.top, '.git', 'aside'));
    KINDS[kind]?.(file);
    return { repo, file };
  }

  /** Ends at once, or is ended. */
  function ran(
    repo: TestRepository,
    ...words: readonly string[]
  ): { readonly exit: number | null; readonly said: string } {
    const [program = '', ...args] = words[0] === 'git' ? words : [process.execPath, bundle(), ...words];
    const { status, stdout, stderr, error } = spawnSync(program, args, {
      cwd: repo.top,
      encoding: 'utf8',
      timeout: 20_000,
    });
    assert.equal(error, undefined, `${words.join(' ')} hangs`);
    const said = `${stdout}${stderr}`;
    assert.doesNotMatch(said, /unexpected failure|EISDIR: |Error: /, words.join(' '));
    return { exit: status, said };
  }

  for (const kind of Object.keys(KINDS)) {
    for (const name of NEEDED) {
      it(`a ${kind} as ${name} is named, the commit goes through, and is recorded once it can be`, async () => {
        const { repo, file } = spoilt(kind, name);
        const told = (said: string): void => assert.match(said, new RegExp(`/countersign/${name}\\b.* move it away`));
        const commit = ran(repo, 'git', 'commit', '-q', '-m', 'Second');
        assert.equal(commit.exit, 0);
        assert.match(commit.said, /this commit goes unrecorded/);
        told(commit.said);
        assert.deepEqual(records(repo), []);
        assert.equal(await origins(repo), '-----');
        assert.equal(ran(repo, 'verify', '--base', 'main', '--head', 'HEAD').exit, 1);
        for (const words of [['status'], ['record', '--origin', 'ai', 'a.js']]) {
          const { exit, said } = ran(repo, ...words);
          assert.equal(exit, 3, said);
          told(said);
        }
        const { exit, said } = ran(repo, 'doctor');
        assert.equal(exit, 1);
        assert.ok(said.includes(`${file} can not be used`), said);
        rmSync(file, { recursive: true });
        const aside = join(repo.top, '.git', 'aside');
        if (existsSync(aside)) renameSync(aside, file);
        ran(repo, 'git', 'commit', '-q', '--allow-empty', '-m', 'Third');
        assert.equal(await origins(repo), '---AH');
      });
    }

    it(`a ${kind} in the place of all that saves work or tidies up costs no record`, async () => {
      const repo = TestRepository.copyOf(base.top);
      const files = SPARED.map((name) => join(repo.top, '.git', 'countersign', name));
      for (const file of files) {
        mkdirSync(dirname(file), { recursive: true });
        KINDS[kind]?.(file);
      }
      const { said } = ran(repo, 'doctor');
      for (const file of files) assert.ok(said.includes(`${file} can not be used`), said);
      assert.equal(ran(repo, 'git', 'commit', '-q', '-m', 'Second').exit, 0);
      assert.equal(await origins(repo), '---AH');
      for (const words of [['blame', 'a.js'], ['status'], ['record', '--origin', 'human', 'a.js']]) {
        assert.equal(ran(repo, ...words).exit, 0, words.join(' '));
      }
    });

    it(`a ${kind} in the place of the moves is named by blame and why`, () => {
      const { repo } = spoilt(kind, 'moves');
      for (const words of [
        ['blame', 'a.js'],
        ['why', 'a.js:4'],
      ]) {
        const { exit, said } = ran(repo, ...words);
        assert.equal(exit, 3, said);
        assert.match(said, /\/countersign\/moves\b.* move it away/);
      }
    });

    it(`a ${kind} in the place of what is known of a file makes nothing a person's`, () => {
      const { repo } = spoilt(kind, KNOWN);
      repo.write('a.js', `${repo.read('a.js')}export const nobodyKnowsWhoWroteThis = 1;\n`);
      const { exit, said } = ran(repo, 'record', '--origin', 'human', 'a.js');
      assert.equal(exit, 3, said);
      assert.match(said, /\/countersign\/known\/.* move it away/);
    });

    it(`a window does not wait for a ${kind}, and hears of the entries once the journal is back`, async () => {
      const repo = TestRepository.copyOf(base.top);
      const gitDir = join(repo.top, '.git');
      const tail = new JournalTail('a.js');
      tail.look(gitDir);
      const journal = join(gitDir, 'countersign', 'journal');
      await save(repo, 'a.js', ['alpha', 'zeta'], '-A');
      renameSync(journal, join(gitDir, 'aside'));
      KINDS[kind]?.(journal);
      assert.deepEqual(tail.look(gitDir), []);
      rmSync(journal, { recursive: true });
      renameSync(join(gitDir, 'aside'), journal);
      assert.equal(tail.look(gitDir).length, 1);
    });
  }

  it('garbage in the place of what is known of a file makes nothing a person’s', () => {
    const repo = TestRepository.copyOf(base.top);
    const file = join(repo.top, '.git', 'countersign', KNOWN);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '{"path":"a.js","dig');
    repo.write('a.js', `${repo.read('a.js')}export const nobodyKnowsWhoWroteThis = 1;\n`);
    assert.equal(ran(repo, 'record', '--origin', 'human', 'a.js').exit, 3);
    assert.doesNotMatch(ran(repo, 'blame', 'a.js').said, /human.*nobodyKnows/);
  });
});
