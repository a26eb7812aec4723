/** What others write in the journal about a notebook that is open here. */
import assert from 'node:assert/strict';
import type { LogOutputChannel, NotebookCell, NotebookDocument, TextDocument } from 'vscode';
import type { JournalKeeper } from '../../../src/editor/capture/journalKeeper';
import { TrackedDocument } from '../../../src/editor/capture/trackedDocument';
import { TrackedNotebook } from '../../../src/editor/capture/trackedNotebook';
import { changeStart } from '../../../src/node/changeStart';
import { appendLive, readJournal } from '../../../src/node/journal';
import { until } from '../../support/openFile';
import type { TestRepository } from '../../support/repository';
import { HUMAN, person } from '../../support/repository';
import { declare, freshRepository, letters } from '../agents/session';

const ana = person('ana');
const quiet = (): void => undefined;
const BASE = ['base = 1\n', 'rest = 2\n'];
const MADE = 'made = compute(2, 3)\n';
const LINES = ['base = 1\n', MADE, 'rest = 2\n'];

function written(source: readonly string[]): string {
  const cell = { cell_type: 'code', execution_count: null, id: 'c1', metadata: {}, outputs: [], source };
  return `${JSON.stringify({ cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 }, undefined, 1)}\n`;
}

/** A notebook of one cell that is open in the editor. */
class OpenNotebook {
  readonly tracked: TrackedNotebook;
  readonly #repository: TestRepository;
  readonly #cell: TrackedDocument;
  #text: string;
  isDirty = false;

  static async of(repository: TestRepository, lines: readonly string[]): Promise<OpenNotebook> {
    return new OpenNotebook(repository, await repository.open(), lines);
  }

  private constructor(
    repository: TestRepository,
    opened: Awaited<ReturnType<TestRepository['open']>>,
    lines: readonly string[],
  ) {
    this.#repository = repository;
    this.#text = lines.join('');
    const document = {
      uri: { scheme: 'vscode-notebook-cell' },
      version: 1,
      isDirty: false,
      getText: () => this.#text,
    } as unknown as TextDocument;
    const cell = { document } as unknown as NotebookCell;
    const log = { debug: quiet, warn: quiet, error: quiet } as unknown as LogOutputChannel;
    const around = { log, start: changeStart, settled: quiet };
    const at = { top: repository.top, path: 'a.ipynb' };
    this.#cell = new TrackedDocument(document, at, {
      ...around,
      repository: () => Promise.resolve(undefined),
      gitDir: () => undefined,
      keeper: {} as unknown as JournalKeeper,
    });
    const isDirty = (): boolean => this.isDirty;
    const notebook = {
      get isDirty() {
        return isDirty();
      },
      getCells: () => [cell],
    } as unknown as NotebookDocument;
    this.tracked = new TrackedNotebook(notebook, at, {
      ...around,
      repository: () => Promise.resolve(opened),
      gitDir: () => opened.gitDir,
      read: () => repository.read('a.ipynb'),
      follow: () => this.#cell,
    });
  }

  /** The cell's lines that somebody changed, once they are the wanted ones. */
  origins(wanted: string): Promise<string> {
    return until(
      async () => (await this.#cell.lineStates()).map(({ line, origin }) => `${line} ${origin}`).join(),
      (found) => found === wanted,
    );
  }

  /** A person types lines in the cell. */
  type(before: string, text: string): void {
    const offset = this.#text.indexOf(before);
    this.#text = this.#text.slice(0, offset) + text + this.#text.slice(offset);
    this.#cell.edits.tracker.apply([{ offset, removed: 0, text }], { kind: 'edit', source: HUMAN });
    this.isDirty = true;
  }

  save(): void {
    const lines = this.#text.split(/(?<=\n)/);
    this.#repository.write('a.ipynb', written(lines));
    this.isDirty = false;
    this.tracked.saved();
  }

  /** The origin of the line of the file that holds a text. */
  async inFile(text: string): Promise<string | undefined> {
    const line = this.#repository
      .read('a.ipynb')
      .split('\n')
      .findIndex((each) => each.includes(text));
    return (await letters(this.#repository, 'a.ipynb'))[line];
  }
}

describe('lines of a notebook that nobody explained when it was opened', () => {
  for (const isDirty of [false, true]) {
    it(`are what a checkpoint says they are, also after a save (${isDirty ? 'unsaved' : 'saved'} then)`, async () => {
      const repository = freshRepository(ana, { 'a.ipynb': written(BASE) });
      repository.write('a.ipynb', written(LINES));
      const notebook = await OpenNotebook.of(repository, LINES);
      assert.equal(await notebook.origins('1 unknown'), '1 unknown');
      await declare(repository, { origin: 'ai', via: 'agent' }, 'a.ipynb');
      notebook.isDirty = isDirty;
      notebook.tracked.claimed();
      if (!isDirty) await notebook.origins('1 ai');
      notebook.save();
      assert.equal(await notebook.origins('1 ai'), '1 ai');
      assert.equal(await notebook.inFile('made ='), 'A');
    });
  }
});

describe('a line that a person typed in a notebook, and another window says is an AI’s', () => {
  for (const when of [
    'told while it is saved',
    'told while other text is unsaved',
    'not told before a save',
  ] as const) {
    it(`stays the AI’s over every save (${when})`, async () => {
      const repository = freshRepository(ana, { 'a.ipynb': written(BASE) });
      const { gitDir } = await repository.open();
      const notebook = await OpenNotebook.of(repository, BASE);
      assert.equal(await notebook.origins(''), '');
      notebook.type('rest', MADE);
      notebook.save();
      assert.equal(await notebook.inFile('made ='), 'H');
      const newest = readJournal(gitDir).get('a.ipynb')?.at(-1);
      assert.ok(newest !== undefined);
      const hunks = newest.hunks.map((hunk) =>
        hunk.side === 'added' && hunk.origin === 'human' ? { ...hunk, origin: 'ai' as const } : hunk,
      );
      appendLive(gitDir, { ...newest, hunks });
      if (when === 'told while other text is unsaved') notebook.isDirty = true;
      if (when !== 'not told before a save') notebook.tracked.claimed();
      for (const more of ['one', 'two']) {
        notebook.type('rest', `${more} = 5\n`);
        notebook.save();
        assert.equal(await notebook.inFile('made ='), 'A', more);
        assert.equal(await notebook.inFile(`${more} =`), 'H');
      }
    });
  }
});
