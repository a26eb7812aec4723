/** What `record --origin` knows of lines that it never saw change: from the branch's records, the index, the merge base. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkpoint } from '../../../src/node/checkpoint';
import { runTool } from '../../../src/node/runTool';
import { AI, TestRepository, person as someone } from '../../support/repository';
import { commitAll, declare, freshRepository, journalText, letters, lines } from '../agents/session';

const BASE = ['const base = openTheGate();', 'const other = closeTheGate();'];
const [B0 = '', B1 = ''] = BASE;
const MADE = 'const generated = robot(with, many, arguments);';
const UNSEEN = 'const unseen = nobody(with, many, arguments);';
const TYPED = 'const typed = byThePerson();';
const EXTERNAL = { origin: 'external', via: 'disk' } as const;

describe('declaring over lines of the branch that no checkpoint saw', function () {
  this.timeout(60_000);
  const bo = someone('bo');

  /** A branch with an AI's line on record behind the base's, and one that nobody explains behind that. */
  async function branch(): Promise<TestRepository> {
    const repository = freshRepository(bo, { 'a.js': lines(...BASE) });
    repository.git('checkout', '-q', '-b', 'feature');
    await repository.save('a.js', lines(...BASE, MADE), [undefined, undefined, AI]);
    await commitAll(repository);
    repository.write('a.js', lines(...BASE, MADE, UNSEEN));
    await commitAll(repository);
    return repository;
  }

  function forget(repository: TestRepository): TestRepository {
    rmSync(join(repository.top, '.git/countersign'), { recursive: true });
    return repository;
  }

  const changed = (text: string): string => text.replace(/const (.)/, (_, first: string) => `const ${first}X`);

  for (const before of [false, true]) {
    const when = before ? ', after a checkpoint of what stands there' : '';
    it(`an AI’s line with one letter changed is mixed, an unexplained one nobody’s${when}`, async () => {
      const forgetful = [(await branch()).clone().as(bo), forget(await branch())];
      for (const repository of before ? [...forgetful, await branch()] : forgetful) {
        if (before) await declare(repository, EXTERNAL, 'a.js');
        repository.write('a.js', lines(...BASE, changed(MADE), changed(UNSEEN)));
        await declare(repository, {}, 'a.js');
        assert.equal(await letters(repository, 'a.js'), '??M?');
        await commitAll(repository);
        assert.equal(await letters(repository, 'a.js', 'HEAD'), '??M?');
      }
    });
  }

  it('a command leaves an AI’s line the AI’s, and an unexplained one nobody’s', async () => {
    const repository = (await branch()).clone().as(bo);
    const script = 's/const ./&X/';
    const { code } = await runTool(await repository.open(), repository.top, ['sed', '-i', script, 'a.js'], true);
    assert.equal(code, 0);
    await commitAll(repository);
    assert.equal(await letters(repository, 'a.js', 'HEAD'), 'TTA?');
  });

  it('the same in a second work tree', async () => {
    const repository = await branch();
    const top = mkdtempSync(join(tmpdir(), 'countersign-second-'));
    repository.git('worktree', 'add', '-q', '-b', 'second', top);
    const second = new TestRepository(top);
    second.write('a.js', lines(...BASE, changed(MADE), changed(UNSEEN)));
    await declare(second, {}, 'a.js');
    assert.equal(await letters(second, 'a.js'), '??M?');
    rmSync(top, { recursive: true });
  });

  it('the same where the last known state is older than what was pulled', async () => {
    const theirs = await branch();
    const repository = freshRepository(bo, { 'a.js': lines(...BASE) });
    repository.write('a.js', lines(TYPED, ...BASE));
    await declare(repository, {}, 'a.js');
    repository.git('checkout', '-q', 'a.js');
    repository.git('fetch', '-q', theirs.top, 'feature');
    repository.git('checkout', '-q', '-b', 'feature', 'FETCH_HEAD');
    repository.write('a.js', lines(...BASE, changed(MADE), changed(UNSEEN)));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '??M?');
  });

  it('the same where it stands in the index alone, picked without a commit', async () => {
    const repository = (await branch()).clone().as(bo);
    const [head = '', before = ''] = repository.git('log', '--format=%H', '-2').split('\n');
    repository.git('checkout', '-q', '-b', 'own', 'origin/main');
    repository.git('cherry-pick', '-n', before, head);
    repository.write('a.js', lines(...BASE, changed(MADE), changed(UNSEEN)));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '??M?');
  });

  it('in a renamed file old lines are the person’s once they change them, and unexplained ones nobody’s', async () => {
    const repository = freshRepository(bo, { 'a.js': lines(...BASE) });
    repository.git('checkout', '-q', '-b', 'feature');
    repository.git('mv', 'a.js', 'b.js');
    repository.write('b.js', lines(B0, changed(B1)));
    await declare(repository, {}, 'b.js');
    assert.equal(await letters(repository, 'b.js'), '?H');
    await commitAll(repository);
    repository.write('b.js', lines(B0, changed(B1), UNSEEN));
    await commitAll(repository);
    repository.write('b.js', lines(B0, changed(B1), changed(UNSEEN)));
    await declare(repository, {}, 'b.js');
    assert.equal(await letters(repository, 'b.js'), '?H?');
  });

  it('what is new, and what stood at the base, is the person’s', async () => {
    const repository = (await branch()).clone().as(bo);
    repository.write('a.js', lines(TYPED, changed(B0), B1, MADE, UNSEEN));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), 'HH?A?');
  });

  it('what is added beside a line that was rewritten before is the person’s', async () => {
    const repository = (await branch()).clone().as(bo);
    repository.write('a.js', lines(...BASE, changed(MADE), UNSEEN));
    await declare(repository, {}, 'a.js');
    repository.write('a.js', lines(...BASE, TYPED, changed(MADE), changed(TYPED), UNSEEN));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '??HMH?');
  });

  it('what was taken away and came back with git is not', async () => {
    const repository = (await branch()).clone().as(bo);
    repository.write('a.js', lines(...BASE, UNSEEN));
    await declare(repository, {}, 'a.js');
    repository.git('checkout', '-q', 'a.js');
    repository.write('a.js', lines(...BASE, changed(MADE), UNSEEN));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '??M?');
  });

  it('nothing is claimed where git can’t read what stood there', async () => {
    const repository = forget(await branch());
    repository.write('a.js', lines(...BASE, MADE, UNSEEN, TYPED));
    const folder = mkdtempSync(join(tmpdir(), 'countersign-git-'));
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    const broken = `#!/bin/sh\ncase "$*" in *'cat-file --batch --buffer'*) exit 128;; esac\nexec '${real}' "$@"\n`;
    writeFileSync(join(folder, 'git'), broken, { mode: 0o755 });
    const opened = await repository.open();
    const env = { ...opened.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const source = { origin: 'human', via: 'typing', evidence: 'declared' } as const;
    const declared = checkpoint({ ...opened, env }, { source, files: ['a.js'], cwd: repository.top });
    await assert.rejects(declared, /cat-file/);
    rmSync(folder, { recursive: true });
    assert.equal(journalText(repository), '');
  });
});

describe('declaring over a file in conflict', function () {
  this.timeout(60_000);
  const bo = someone('bo');

  /** A pick that stopped: `ours` stands in HEAD, `theirs` is what is picked; both behind the base's lines. */
  async function conflict(theirs: string, source?: typeof AI): Promise<TestRepository> {
    const repository = freshRepository(bo, { 'a.js': lines(...BASE) });
    repository.git('checkout', '-q', '-b', 'theirs');
    await repository.save('a.js', lines(...BASE, theirs), [undefined, undefined, source]);
    await commitAll(repository);
    repository.git('checkout', '-q', '-b', 'ours', 'main');
    rmSync(join(repository.top, '.git/countersign'), { recursive: true });
    repository.write('a.js', lines(...BASE, UNSEEN));
    await commitAll(repository);
    assert.throws(() => repository.git('cherry-pick', 'theirs'));
    return repository;
  }

  it('claims no line of either side', async () => {
    const repository = await conflict('const foreign = nobodySawThisEither();');
    repository.write('a.js', lines(...BASE, UNSEEN, 'const foreign = nobodySawThisEither();', TYPED));
    await declare(repository, {}, 'a.js');
    assert.equal(await letters(repository, 'a.js'), '????H');
  });

  it('makes nobody’s of an unexplained line that it changes, and mixed of an AI’s', async () => {
    const unexplained = await conflict('const foreign = nobodySawThisEither();');
    unexplained.write('a.js', lines(...BASE, UNSEEN, 'const foreigner = nobodySawThisEither();'));
    await declare(unexplained, {}, 'a.js');
    assert.equal(await letters(unexplained, 'a.js'), '????');
    const made = await conflict(MADE, AI);
    made.write('a.js', lines(...BASE, UNSEEN, MADE.replace('robot', 'Robot')));
    await declare(made, {}, 'a.js');
    assert.equal(await letters(made, 'a.js'), '???M');
  });
});
