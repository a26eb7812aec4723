/** A file that is renamed in the editor while something about it is still open. */
import assert from 'node:assert/strict';
import { OpenFile, until } from '../../support/openFile';
import type { TestRepository } from '../../support/repository';
import { AI, person } from '../../support/repository';
import { noteMove } from '../../../src/node/moves';
import { freshRepository, letters } from '../agents/session';

const ana = person('ana');
const MADE = 'export const made = compute(2, 3);\n';
const BY_AI = 'export const ai = makeSomething(7);\n';
const MINE = '// mine is a longer line\n';

const here = (): TestRepository => freshRepository(ana, { 'a.ts': 'export const base = 1;\n' });

/** Closes the file, moves it, and opens it under its new name as the editor does. */
async function renamed(repository: TestRepository, file: OpenFile, unsaved?: string): Promise<OpenFile> {
  const opened = await repository.open();
  const heritage = file.tracked.handOver();
  file.close();
  repository.git('mv', 'a.ts', 'b.ts');
  noteMove(opened.gitDir, { from: 'a.ts', to: 'b.ts' });
  const now = new OpenFile(repository, opened, 'b.ts', { unsaved, heritage });
  now.tracked.moved();
  return now;
}

describe('a file that is renamed', () => {
  for (const [isSettled, when] of [
    [false, 'at once'],
    [true, 'once it is taken for the disk’s'],
  ] as const) {
    it(`after it was read from disk keeps the origins that another window saved (${when})`, async () => {
      const repository = here();
      const other = await OpenFile.of(repository, 'a.ts');
      const file = await OpenFile.of(repository, 'a.ts');
      other.type(MADE);
      other.accept(BY_AI, AI);
      other.save();
      file.read(other.text);
      if (isSettled) file.tracked.edits.flush(false);
      const now = await renamed(repository, file);
      const seen = await until(
        async () => (await now.origins()).join(' '),
        (found) => found === '- human ai',
      );
      assert.equal(seen, '- human ai');
      now.type(MINE);
      now.save();
      assert.equal(await letters(repository, 'b.ts'), '?HAH');
      [now, other].forEach((each) => each.close());
    });
  }

  for (const isSaved of [false, true]) {
    it(`keeps an AI’s mark of which another window spoke just before (${isSaved ? 'saved' : 'unsaved'})`, async () => {
      const repository = here();
      const other = await OpenFile.of(repository, 'a.ts');
      other.type(MADE);
      other.save();
      const file = await OpenFile.of(repository, 'a.ts');
      if (!isSaved) file.type(MINE);
      await other.tracked.state(1, 1, { kind: 'assistant' });
      const now = await renamed(repository, file, isSaved ? undefined : file.text);
      if (isSaved) now.type(MINE);
      now.save();
      assert.equal(await letters(repository, 'b.ts'), '?AH');
      [now, other].forEach((each) => each.close());
    });
  }
});
