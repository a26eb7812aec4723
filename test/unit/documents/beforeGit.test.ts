/** What happens to an open document before git has said for the first time what its lines were. */
import assert from 'node:assert/strict';
import { changeStart } from '../../../src/node/changeStart';
import { OpenFile, until } from '../../support/openFile';
import type { TestRepository } from '../../support/repository';
import { person } from '../../support/repository';
import { freshRepository, letters } from '../agents/session';

const ana = person('ana');
const MADE = 'export const made = compute(2, 3);\n';
const MINE = '// mine is a longer line\n';

const here = (): TestRepository => freshRepository(ana, { 'a.ts': 'export const base = 1;\n' });

/** Git's answers, held back until they are let go. */
class SlowGit {
  #asked: () => void = () => undefined;
  /** Resolves once git is asked. */
  readonly isAsked = new Promise<void>((resolve) => (this.#asked = resolve));
  #go: () => void = () => undefined;
  readonly #isGiven = new Promise<void>((resolve) => (this.#go = resolve));

  readonly start: typeof changeStart = async (repository) => {
    this.#asked();
    await this.#isGiven;
    return changeStart(repository);
  };

  answer(): void {
    this.#go();
  }
}

describe('before git has answered for a file that was opened', () => {
  it('what is typed stays the person’s when the line ends change', async () => {
    const repository = here();
    const git = new SlowGit();
    const file = new OpenFile(repository, await repository.open(), 'a.ts', git);
    file.type(MADE);
    file.replace(file.text, file.text.replaceAll('\n', '\r\n'));
    git.answer();
    assert.equal((await file.origins()).join(' '), '- human');
    file.save();
    assert.equal(await letters(repository, 'a.ts'), '?H');
    file.close();
  });

  it('what is typed stays the person’s over a restart with unsaved text', async () => {
    const repository = here();
    const git = new SlowGit();
    const file = new OpenFile(repository, await repository.open(), 'a.ts', git);
    file.type(MADE);
    file.close();
    git.answer();
    const restored = await OpenFile.of(repository, 'a.ts', file.text);
    assert.equal((await restored.origins()).join(' '), '- human');
    restored.save();
    assert.equal(await letters(repository, 'a.ts'), '?H');
    restored.close();
  });

  it('a window that ends loses nothing of the unsaved text that it had brought back', async () => {
    const repository = here();
    const first = await OpenFile.of(repository, 'a.ts');
    first.type(MADE);
    first.close();
    const second = new OpenFile(repository, await repository.open(), 'a.ts', {
      start: new SlowGit().start,
      unsaved: first.text,
    });
    second.type(MINE);
    second.close();
    const third = await OpenFile.of(repository, 'a.ts', second.text);
    assert.equal((await third.origins()).join(' '), '- human human');
    third.close();
  });

  for (const isClosed of [false, true]) {
    it(`another window’s text keeps its origins when it is read and saved${isClosed ? ', and closed' : ''}`, async () => {
      const repository = here();
      const other = await OpenFile.of(repository, 'a.ts');
      const git = new SlowGit();
      const file = new OpenFile(repository, await repository.open(), 'a.ts', git);
      await git.isAsked;
      other.type(MADE);
      other.save();
      file.read(other.text);
      file.type(MINE);
      file.save();
      assert.match(await letters(repository, 'a.ts'), /HH$/);
      if (isClosed) file.close();
      git.answer();
      const seen = await until(
        () => letters(repository, 'a.ts'),
        (found) => found === '?HH',
      );
      assert.equal(seen, '?HH');
      [file, other].forEach((each) => each.close());
    });
  }
});
