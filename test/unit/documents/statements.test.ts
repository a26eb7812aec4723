/** What an author says of lines of an open document, and what becomes of it without a save. */
import assert from 'node:assert/strict';
import { OpenFile, until } from '../../support/openFile';
import type { TestRepository } from '../../support/repository';
import { person } from '../../support/repository';
import { freshRepository, letters } from '../agents/session';

const ana = person('ana');
const MADE = 'export const made = compute(2, 3);\n';
const MINE = '// mine is a longer line\n';
const AN_AIS = { kind: 'assistant' } as const;

const here = (): TestRepository => freshRepository(ana, { 'a.ts': 'export const base = 1;\n' });

/** The file's origins on disk, once they are the wanted ones. */
const onDisk = (repository: TestRepository, wanted: string): Promise<string> =>
  until(
    () => letters(repository, 'a.ts'),
    (found) => found === wanted,
  );

/** A window in which a line was typed and saved. */
async function typed(repository: TestRepository): Promise<OpenFile> {
  const file = await OpenFile.of(repository, 'a.ts');
  file.type(MADE);
  file.save();
  return file;
}

describe('a line that an author says is an AI’s while other text is unsaved', () => {
  it('stays it when that text is undone', async () => {
    const repository = here();
    const file = await typed(repository);
    file.type('x');
    await file.tracked.state(1, 1, AN_AIS);
    file.undo('x', '', undefined, true);
    assert.equal((await file.origins()).join(' '), '- ai');
    assert.equal(await onDisk(repository, '?A'), '?A');
    file.close();
  });

  it('stays it when that text is undone and the file closed at once', async () => {
    const repository = here();
    const file = await typed(repository);
    file.type('x');
    await file.tracked.state(1, 1, AN_AIS);
    file.undo('x', '', undefined, true);
    file.close();
    assert.equal(await letters(repository, 'a.ts'), '?A');
  });

  it('stays it when the file is reverted', async () => {
    const repository = here();
    const file = await typed(repository);
    const saved = file.text;
    file.type(MINE);
    await file.tracked.state(1, 1, AN_AIS);
    file.read(saved);
    assert.equal(await onDisk(repository, '?A'), '?A');
    assert.equal((await file.origins()).join(' '), '- ai');
    file.close();
  });

  it('stays it when that text is undone and another window saves', async () => {
    const repository = here();
    const file = await typed(repository);
    file.type('x');
    await file.tracked.state(1, 1, AN_AIS);
    file.undo('x', '', undefined, true);
    const other = await OpenFile.of(repository, 'a.ts');
    other.type(MINE);
    other.save();
    file.read(other.text);
    const seen = await until(
      async () => (await file.origins()).join(' '),
      (found) => found === '- ai human',
    );
    assert.equal(seen, '- ai human');
    assert.equal(await letters(repository, 'a.ts'), '?AH');
    [file, other].forEach((each) => each.close());
  });
});

describe('a line that an author says is an AI’s in a text which is no longer the newest', () => {
  it('stays it once the window has read the newest', async () => {
    const repository = here();
    const file = await typed(repository);
    const late = await OpenFile.of(repository, 'a.ts');
    file.type(MINE);
    file.save();
    await late.tracked.state(1, 1, AN_AIS);
    late.read(file.text);
    file.close();
    assert.equal(await onDisk(repository, '?AH'), '?AH');
    late.close();
  });

  it('is the AI’s for a window that has saved twice since', async () => {
    const repository = here();
    const file = await typed(repository);
    const late = await OpenFile.of(repository, 'a.ts');
    const noted = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 150));
    await noted();
    file.type(MINE);
    for (let saves = 0; saves < 2; saves++) {
      file.save();
      await noted();
    }
    await late.tracked.state(1, 1, AN_AIS);
    late.close();
    file.tracked.claimed();
    file.type(MINE);
    file.save();
    assert.equal(await letters(repository, 'a.ts'), '?AHH');
    file.close();
  });
});
