/** Text that comes from disk into an open document, and what happens to it right then. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ChangeStarts } from '../../../src/editor/capture/changeStarts';
import { OpenFile, until } from '../../support/openFile';
import type { TestRepository } from '../../support/repository';
import { AI, person } from '../../support/repository';
import { commitAll, freshRepository, letters } from '../agents/session';

const ana = person('ana');
const MADE = 'export const made = compute(2, 3);\n';
const BY_AI = 'export const ai = makeSomething(7);\n';
const MINE = '// mine is a longer line\n';

const here = (): TestRepository => freshRepository(ana, { 'a.ts': 'export const base = 1;\n' });

async function seen(file: OpenFile, wanted: string): Promise<string> {
  return until(
    async () => (await file.origins()).join(' '),
    (found) => found === wanted,
  );
}

describe('a document that is reverted to what another window saved', () => {
  for (const isSaved of [false, true]) {
    it(`has its origins, with more typed${isSaved ? ' and saved' : ''} at once`, async () => {
      const repository = here();
      const file = await OpenFile.of(repository, 'a.ts');
      const other = await OpenFile.of(repository, 'a.ts');
      file.type('x');
      other.type(MADE);
      other.accept(BY_AI, AI);
      other.save();
      file.read(other.text);
      file.type(MINE);
      if (isSaved) file.save();
      assert.equal(await seen(file, '- human ai human'), '- human ai human');
      file.save();
      assert.equal(await letters(repository, 'a.ts'), '?HAH');
      [file, other].forEach((each) => each.close());
    });
  }
});

describe('a branch that is checked out in a fresh clone while a file is open', () => {
  it('brings the origins on record, also where git moves HEAD after the editor has read the file', async () => {
    const repository = here();
    repository.git('checkout', '-q', '-b', 'feature');
    const author = await OpenFile.of(repository, 'a.ts');
    author.type(MADE);
    author.accept(BY_AI, AI);
    author.save();
    await commitAll(repository);
    author.close();
    repository.git('checkout', '-q', 'main');
    rmSync(join(repository.top, '.git/countersign'), { recursive: true, force: true });

    const starts = new ChangeStarts();
    const start: typeof starts.of = (opened) => starts.of(opened);
    const file = new OpenFile(repository, await repository.open(), 'a.ts', { start });
    assert.equal((await file.origins()).join(' '), '-');
    repository.git('checkout', '-q', 'feature', '--', 'a.ts');
    file.read(repository.read('a.ts'));
    file.type(MINE);
    assert.equal(await seen(file, '- external external human'), '- external external human');
    repository.git('checkout', '-q', '-f', 'feature');
    starts.clear();
    file.tracked.refresh();
    assert.equal(await seen(file, '- human ai human'), '- human ai human');
    file.replace('makeSomething', 'makeAnything', { detailed: { source: 'cursor', metadata: { kind: 'type' } } });
    file.tracked.edits.flush();
    file.save();
    assert.equal(await letters(repository, 'a.ts'), '?HMH');
    file.close();
  });
});
