/** One open notebook of a tracked repository: its file's lines, and the cells that they are written from. */
import type { LogOutputChannel, NotebookCell, NotebookDocument } from 'vscode';
import { buildHunks } from '../../core/attribution/buildHunks';
import { fileLines } from '../../core/attribution/fileLines';
import { hashesOf } from '../../core/attribution/recordFile';
import type { LiveFile } from '../../core/model/live';
import type { Source } from '../../core/model/origin';
import { contentDigest } from '../../core/sidecar/lineHash';
import { utf8 } from '../../core/text/bytes';
import { contentLines } from '../../core/text/lines';
import { notebookCells } from '../../core/text/notebookLines';
import { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import { hearLines } from '../../core/tracking/heardLines';
import type { InitialLine } from '../../core/tracking/initialText';
import { nodeHash } from '../../node/hash';
import type { ChangeStart } from '../../node/changeStart';
import { initialLines } from '../../node/initialLines';
import { appendLive } from '../../node/journal';
import { JournalTail } from '../../node/journalTail';
import { writeKnownLines } from '../../node/knownLines';
import type { Repository } from '../../node/repository';
import type { Location } from '../workspace/repositories';
import { afterMove, isAi, isOpen } from './initialState';
import type { KnownText } from './notebookFile';
import { afterOutsideChange, afterSave, claimedLines, heardLate, linesOfCell } from './notebookFile';
import type { TrackedDocument } from './trackedDocument';

/** The notebook's editor carried text from cell to cell. */
const MOVED: Source = { origin: 'tool', via: 'move', evidence: 'observed' };
/** Texts of deleted cells that are kept, so that a cell that comes back is known. */
const MOST_GONE = 100;
/** Entries of others that are remembered until they are taken in. */
const MOST_NEWS = 20;

export interface NotebookSurroundings {
  readonly log: LogOutputChannel;
  gitDir(): string | undefined;
  repository(): Promise<Repository | undefined>;
  start(repository: Repository): Promise<ChangeStart>;
  /** The file's text as it is on disk. */
  read(): string;
  follow(cell: NotebookCell): TrackedDocument;
}

export class TrackedNotebook {
  readonly top: string;
  readonly #path: string;
  readonly #notebook: NotebookDocument;
  readonly #around: NotebookSurroundings;
  /** The file as it was read or written last. */
  #text: string;
  #file: KnownText;
  #ready: Promise<void>;
  readonly #tail: JournalTail;
  /** What others wrote since the file was read or written, not taken in yet. */
  #news: readonly LiveFile[] = [];
  /** Whether others wrote of lines that nobody explained while the notebook was unsaved. */
  #isLate = false;
  /** Deleted cells by their text. */
  readonly #gone = new Map<string, Fragment>();

  constructor(notebook: NotebookDocument, { top, path }: Location, around: NotebookSurroundings) {
    this.#notebook = notebook;
    this.top = top;
    this.#path = path;
    this.#around = around;
    this.#tail = new JournalTail(path);
    const gitDir = around.gitDir();
    if (gitDir !== undefined) this.#tail.look(gitDir);
    const text = around.read();
    this.#text = text;
    this.#file = { lines: contentLines(text), known: [] };
    const cells = notebook.getCells().map((cell) => around.follow(cell));
    const { lines } = this.#file;
    this.#ready = this.#ask(text, (known) => {
      this.#heard({ lines, known }, text);
      this.#teach(cells, { lines, known });
    });
  }

  /** Cells came and went, those that only moved aside. */
  rearranged(added: readonly NotebookCell[], removed: readonly NotebookCell[]): void {
    const all = this.#notebook.getCells().map((cell) => ({ cell, tracked: this.#around.follow(cell) }));
    // The first change by hand comes while the notebook still says that there is nothing to save.
    if (!this.#notebook.isDirty && this.#around.read() !== this.#text) {
      this.#outside(added);
      return;
    }
    this.#joined(removed.map((cell) => this.#around.follow(cell)));
    for (const { cell, tracked } of all) {
      const text = cell.document.getText();
      if (!added.includes(cell) || text === '') continue;
      const from = this.#split(text, all) ?? this.#gone.get(text);
      if (from !== undefined) tracked.cameFrom(from, MOVED);
    }
  }

  /** The notebook was saved: what is known of its cells is what is known of its file. */
  saved(): void {
    // Our entry is the newest from here on: what others wrote of the text before must speak in it.
    if (this.#look()) this.#isLate = true;
    const [before, textBefore] = [this.#file, this.#text];
    const text = this.#around.read();
    this.#text = text;
    const lines = contentLines(text);
    const cells = this.#notebook.getCells().map((cell) => {
      return { text: cell.document.getText(), states: this.#around.follow(cell).statesNow() };
    });
    this.#file = { lines, known: afterSave(before, lines, cells) };
    this.#hear(textBefore, before);
    const gitDir = this.#around.gitDir();
    if (gitDir === undefined) return;
    const file = fileLines(nodeHash, utf8(text));
    const digest = contentDigest(nodeHash, file.lines);
    const hunks = buildHunks('added', claimedLines(this.#file.known), hashesOf(file));
    const live = { path: this.#path, digest, hunks };
    this.#tail.wrote(gitDir, live, appendLive(gitDir, live));
    writeKnownLines(gitDir, { path: this.#path, digest, lines: file.exact });
    if (!this.#isLate) return;
    this.#isLate = false;
    this.#outside(this.#notebook.getCells());
  }

  refresh(): void {
    this.#ready = this.#ready.then(() => {
      const text = this.#text;
      return this.#ask(text, (known) => {
        if (text !== this.#text) this.refresh();
        else this.#file = { lines: this.#file.lines, known: afterMove(this.#file.known, known) };
      });
    });
  }

  /** The journal grew: it may explain what came from disk, and what nobody explained when the notebook was opened. */
  claimed(): void {
    const isOpenStill = this.#file.known.some(isOpen);
    if (!this.#look()) return;
    // Unsaved cells are other ones than the file's: they hear of it once they are saved.
    if (this.#notebook.isDirty) {
      this.#isLate ||= isOpenStill;
      return;
    }
    this.#hear(this.#text, this.#file);
    if (isOpenStill) this.#outside(this.#notebook.getCells());
  }

  /** Looks for what others wrote of the file. Gives whether there is something. */
  #look(): boolean {
    const gitDir = this.#around.gitDir();
    const found = gitDir === undefined ? [] : this.#tail.look(gitDir);
    this.#news = [...this.#news, ...found].slice(-MOST_NEWS);
    return found.length > 0;
  }

  /**
   * Takes in where others wrote that an AI had a part in lines of the file as it was then. Its cells take it in too: the
   * next save is written from them.
   */
  #hear(textThen: string, { known: knownThen }: KnownText): void {
    const news = this.#news;
    this.#news = [];
    if (news.length === 0) return;
    const then = fileLines(nodeHash, utf8(textThen));
    const digest = contentDigest(nodeHash, then.lines);
    const { exact } = textThen === this.#text ? then : fileLines(nodeHash, utf8(this.#text));
    const known = [...this.#file.known];
    const wasAi = (line: number): boolean => isAi(knownThen[line]);
    const isNews = news.map((state) => {
      return state.digest === digest && hearLines(known, exact, state, { exact: then.exact, wasAi });
    });
    if (!isNews.includes(true)) return;
    this.#file = { lines: this.#file.lines, known };
    const cells = this.#notebook.getCells();
    const written = notebookCells(this.#file.lines);
    if (written?.length !== cells.length) return;
    for (const [index, cell] of cells.entries()) {
      const place = written[index];
      if (place !== undefined) this.#around.follow(cell).hear((text) => linesOfCell(place, known, text));
    }
  }

  /** The file changed on disk: the cells that changed are new ones. */
  #outside(added: readonly NotebookCell[]): void {
    const text = this.#around.read();
    this.#text = text;
    // It is asked about below.
    this.#news = [];
    const lines = contentLines(text);
    const cells = this.#notebook.getCells().map((cell) => {
      return added.includes(cell) ? this.#around.follow(cell) : undefined;
    });
    this.#ready = this.#ready.then(() =>
      this.#ask(text, (answer, committed) => {
        const known = afterOutsideChange(this.#file, { lines: answer, committed }, lines);
        this.#heard({ lines, known }, text);
        this.#teach(cells, { lines, known });
      }),
    );
  }

  /** Takes what is known of a text of the file, which may have been written again since it was asked about. */
  #heard(file: KnownText, text: string): void {
    this.#file = text === this.#text ? file : { lines: this.#file.lines, known: heardLate(file, this.#file) };
  }

  /** Tells cells that were just read what their lines were, by the file that they were read from. */
  #teach(cells: readonly (TrackedDocument | undefined)[], { lines, known }: KnownText): void {
    const written = notebookCells(lines);
    if (written?.length !== cells.length) return;
    for (const [index, cell] of written.entries()) {
      cells[index]?.learn((initialText) => linesOfCell(cell, known, initialText));
    }
  }

  async #ask(text: string, take: (known: readonly InitialLine[], committed: boolean) => void): Promise<void> {
    try {
      const repository = await this.#around.repository();
      if (repository === undefined) return;
      const state = await initialLines(repository, await this.#around.start(repository), this.#path, text);
      take(state.lines, state.committed);
    } catch (error) {
      // Lines stay unknown; the editor goes on.
      this.#around.log.error(`${this.#path}: ${String(error)}`);
    }
  }

  /** A cell that was joined with its neighbour, which took its text a moment before. */
  #joined(removed: readonly TrackedDocument[]): void {
    const parts = removed.map((tracked) => tracked.fragment(0, Infinity));
    for (const part of parts) {
      this.#gone.set(part.text, part);
      for (const [oldest] of this.#gone) if (this.#gone.size > MOST_GONE) this.#gone.delete(oldest);
    }
    const joined = inLines(parts);
    for (const cell of this.#notebook.getCells()) {
      const tracked = this.#around.follow(cell);
      const text = tracked.edits.unexplainedText;
      if (text === undefined || joined.text.trim() === '' || text.trim() !== joined.text.trim()) continue;
      tracked.edits.explain({ kind: 'place', fragment: joined, by: MOVED });
    }
  }

  /** What another cell lost a moment ago, if it is this text. */
  #split(
    text: string,
    all: readonly { readonly cell: NotebookCell; readonly tracked: TrackedDocument }[],
  ): Fragment | undefined {
    for (const { tracked } of all) {
      const taken = tracked.edits.takenOut();
      if (taken !== undefined && taken.text.trim() === text.trim() && taken.text.includes(text)) return taken;
    }
    return undefined;
  }
}

/** Texts below each other, with a line break before and behind, as joined cells have it. */
function inLines(parts: readonly Fragment[]): Fragment {
  const scratch = new DocumentTracker('');
  const add = (text: string, fragment?: Fragment): void => {
    const change = { offset: scratch.length, removed: 0, text };
    scratch.apply(
      [change],
      fragment === undefined ? { kind: 'edit', source: MOVED } : { kind: 'place', fragment, by: MOVED },
    );
  };
  add('\n');
  for (const fragment of parts) {
    add(fragment.text, fragment);
    add('\n');
  }
  return scratch.fragment(0, scratch.length);
}
