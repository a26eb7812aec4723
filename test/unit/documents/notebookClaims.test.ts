/** What others write in the journal about a notebook that is open here, whose lines nobody had explained. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogOutputChannel, NotebookCell, NotebookDocument, TextDocument } from 'vscode';
import type { JournalKeeper } from '../../../src/editor/capture/journalKeeper';
import { TrackedDocument } from '../../../src/editor/capture/trackedDocument';
import { TrackedNotebook } from '../../../src/editor/capture/trackedNotebook';
import { changeStart } from '../../../src/node/changeStart';
import { until } from '../../support/openFile';
import { person } from '../../support/repository';
import { declare, freshRepository, letters } from '../agents/session';

const ana = person('ana');
const quiet = (): void => undefined;

function written(source: readonly string[]): string {
  const cell = { cell_type: 'code', execution_count: null, id: 'c1', metadata: {}, outputs: [], source };
  return `${JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
}

describe('lines of a notebook that nobody explained when it was opened', () => {
  for (const isDirty of [false, true]) {
    it(`are what a checkpoint says they are, also after a save (${isDirty ? 'unsaved' : 'saved'} then)`, async () => {
      const repository = freshRepository(ana, { 'a.ipynb': written(['base = 1\n', 'rest = 2\n']) });
      const git = await repository.open();
      const text = written(['base = 1\n', 'made = compute(2, 3)\n', 'rest = 2\n']);
      repository.write('a.ipynb', text);
      const log = { debug: quiet, warn: quiet, error: quiet } as unknown as LogOutputChannel;
      const state = { isDirty: false };
      const document = {
        uri: { scheme: 'vscode-notebook-cell' },
        version: 1,
        isDirty: false,
        getText: () => 'base = 1\nmade = compute(2, 3)\nrest = 2\n',
      } as unknown as TextDocument;
      const cell = { document } as unknown as NotebookCell;
      const around = { log, repository: () => Promise.resolve(git), start: changeStart, settled: quiet };
      const followed = new TrackedDocument(
        document,
        { top: repository.top, path: 'a.ipynb' },
        {
          ...around,
          repository: () => Promise.resolve(undefined),
          gitDir: () => undefined,
          keeper: {} as unknown as JournalKeeper,
        },
      );
      const notebook = {
        get isDirty() {
          return state.isDirty;
        },
        getCells: () => [cell],
      } as unknown as NotebookDocument;
      const tracked = new TrackedNotebook(
        notebook,
        { top: repository.top, path: 'a.ipynb' },
        { ...around, gitDir: () => git.gitDir, read: () => repository.read('a.ipynb'), follow: () => followed },
      );
      const origins = async (): Promise<string> =>
        (await followed.lineStates()).map(({ line, origin }) => `${line} ${origin}`).join();
      assert.equal(await until(origins, (found) => found === '1 unknown'), '1 unknown');
      await declare(repository, { origin: 'ai', via: 'agent' }, 'a.ipynb');
      state.isDirty = isDirty;
      tracked.claimed();
      writeFileSync(join(repository.top, 'a.ipynb'), text);
      if (!isDirty) await until(origins, (found) => found === '1 ai');
      state.isDirty = false;
      tracked.saved();
      assert.equal(await until(origins, (found) => found === '1 ai'), '1 ai');
      const line = text.split('\n').findIndex((each) => each.includes('made ='));
      assert.equal((await letters(repository, 'a.ipynb'))[line], 'A');
    });
  }
});
