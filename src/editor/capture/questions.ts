/**
 * What the text of an open document was, by who knows it: git, the journal, the notes of unsaved text and, in a merge,
 * its sides. What they answer counts unless the text began anew meanwhile. `inquiry.ts` says when they are asked.
 */
import type { SaidOf } from '../../core/model/live';
import { utf8 } from '../../core/text/bytes';
import type { DocumentTracker } from '../../core/tracking/documentTracker';
import type { InitialLine } from '../../core/tracking/initialText';
import type { KeptStates } from '../../node/bufferClaims';
import { saidOfText } from '../../node/bufferClaims';
import type { ChangeStart } from '../../node/changeStart';
import { isSameStart } from '../../node/changeStart';
import { exactState } from '../../node/liveClaims';
import { initialLines, keptLines, savedStates } from '../../node/initialLines';
import type { Repository } from '../../node/repository';
import type { EditStream } from './editStream';
import { afterMove, afterReload, asInitial, explained, isOpen, isWeakened } from './initialState';
import type { KeptDocument } from './keptDocument';
import { takenFromSides } from './merging';
import type { OpenDocument } from './openDocument';
import type { TextAtStart } from './textAtStart';

/** What is known of a document that goes on under another name. */
export interface Heritage {
  readonly top: string;
  readonly tracker: DocumentTracker;
  readonly initialText: string;
  readonly initial: readonly InitialLine[];
  /** What stood on disk about that text, before the document's own entries. */
  readonly onDisk: KeptStates | undefined;
  readonly repository: Repository | undefined;
  readonly start: ChangeStart | undefined;
  /** Path under which text came from disk of which git has yet to say what it was. */
  readonly readAs: string | undefined;
}

/** Who is told what was found out. */
export interface Answers {
  /** What the text was that came from disk. `isFirst`: nothing was found out before. */
  reread(isFirst: boolean): void;
  /** More is known here of the text that came from disk than its newest entry says. */
  kept(): void;
  /** Where text came from that nobody had explained, or that others explained another way. */
  explained(): void;
}

export interface QuestionParts {
  readonly open: OpenDocument;
  readonly edits: EditStream;
  readonly atStart: TextAtStart;
  readonly kept: KeptDocument;
}

const NOTHING_KEPT: KeptStates = { states: [], buffers: [], isUnsaved: false };

export class Questions {
  readonly #open: OpenDocument;
  readonly #edits: EditStream;
  readonly #atStart: TextAtStart;
  readonly #kept: KeptDocument;
  readonly #answers: Answers;
  /** What stood on disk about the text, before our own entries. */
  #onDisk: KeptStates | undefined;
  #repository: Repository | undefined;
  /** Where the change started when the lines were asked for. */
  #start: ChangeStart | undefined;
  /** The path under which text came from disk of which git has yet to say what it was, if there is any. */
  #readAs: string | undefined;
  #isAnswered: boolean;
  #wasDirty: boolean;
  #isEdited = false;

  constructor({ open, edits, atStart, kept }: QuestionParts, answers: Answers, known: Heritage | undefined) {
    this.#open = open;
    this.#edits = edits;
    this.#atStart = atStart;
    this.#kept = kept;
    this.#answers = answers;
    [this.#onDisk, this.#repository, this.#start] = [known?.onDisk, known?.repository, known?.start];
    this.#readAs = known?.readAs;
    this.#isAnswered = this.#repository !== undefined;
    this.#wasDirty = open.isDirty;
  }

  /** Whether it is known what the lines were, or that nobody will say. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Whether git has spoken. */
  get hasGit(): boolean {
    return this.#repository !== undefined;
  }

  /** Whether text came from disk of which git has yet to say what it was. */
  get isDiskOpen(): boolean {
    return this.#readAs !== undefined;
  }

  /** Whether the text is what the disk holds, and no edit waits. */
  get isStill(): boolean {
    return !this.#open.isDirty && this.#edits.isSettled;
  }

  /** What stood on disk about the text before our own entries, once it was read. */
  get onDisk(): KeptStates | undefined {
    return this.#onDisk;
  }

  /** What was found out, for a document that takes over. */
  get found(): Pick<Heritage, 'onDisk' | 'repository' | 'start' | 'readAs'> {
    return { onDisk: this.#onDisk, repository: this.#repository, start: this.#start, readAs: this.#readAs };
  }

  /** Text came from disk: it is to be asked what it was. */
  read(): void {
    this.#readAs ??= this.#open.path;
  }

  /** Nothing is known any more of the text that the document was opened with. */
  forget(): void {
    [this.#onDisk, this.#start] = [undefined, undefined];
    this.#atStart.forget();
  }

  /** The document was edited: if it is dirty from here on, then not because it was brought back so. */
  edited(): void {
    this.#isEdited = true;
  }

  /** It became dirty. Gives whether more is to be read of it: it was brought back unsaved, which the editor says only now. */
  dirtied(): boolean {
    if (!this.#open.isDirty || this.#isEdited || this.#onDisk?.isUnsaved !== false) return false;
    this.#wasDirty = true;
    return this.#onDisk.buffers.length > 0;
  }

  /**
   * What the text was that the document was opened with, as of now. `opened` is called with what the author said of its
   * lines, the first time.
   */
  async whatItWas(opened: (said: readonly SaidOf[]) => void): Promise<void> {
    await this.#open.attempt(async (repository) => {
      const onDisk = this.readDisk(repository.gitDir);
      const start = await this.#open.around.start(repository);
      if (this.#start !== undefined && isSameStart(this.#start, start)) return;
      const { generation, text } = this.#atStart;
      const state = await initialLines(repository, start, this.#open.path, text, onDisk);
      if (this.#open.isClosed) return;
      if (this.#atStart.generation !== generation) {
        if (!this.isDiskOpen) await this.whatItWas(opened);
        return;
      }
      const isFirst = !this.hasGit;
      // What is known before git spoke is of a text that began anew, with what was typed until then.
      const lines = isFirst
        ? afterReload({ ...state, committed: false }, this.#atStart.lines)
        : afterMove(this.#atStart.lines, state.lines);
      this.#learn(repository, start, lines);
      if (!isFirst) {
        if (state.committed && lines.some(isOpen)) await this.#askRecords(repository, start);
        return;
      }
      opened(saidOfText(onDisk, utf8(text)));
    });
    this.#isAnswered = true;
  }

  /** The text came from disk: git, an agent's record or the journal may know it; the rest is external. */
  async disk(): Promise<void> {
    if (!this.isDiskOpen) return;
    await this.#open.attempt(async (repository) => {
      const { generation } = this.#atStart;
      const states = this.#savedStates(repository.gitDir);
      const start = await this.#open.around.start(repository);
      const state = await initialLines(repository, start, this.#open.path, this.#atStart.text, states);
      if (this.#open.isClosed) return;
      if (this.#atStart.generation !== generation) {
        await this.disk();
        return;
      }
      this.#readAs = undefined;
      const isFirst = !this.hasGit;
      this.#onDisk = states;
      const isMore = !state.committed && this.#atStart.lines.some((was, line) => isWeakened(was, state.lines[line]));
      this.#learn(repository, start, afterReload(state, this.#atStart.lines));
      this.#answers.reread(isFirst);
      if (isMore) this.#answers.kept();
    });
  }

  /**
   * Others wrote in the journal, or records came: they may know lines that nobody explained so far. `later`: the text went
   * on meanwhile, so that it is to be asked again, at once if it stands still.
   */
  async news(later: (isAtOnce: boolean) => void): Promise<void> {
    await this.#open.attempt(async (repository) => {
      const { tracker } = this.#edits;
      const { generation } = this.#atStart;
      const { version } = this.#open;
      const states = savedStates(repository.gitDir, this.#open.path);
      const text = this.isStill ? tracker.text() : this.#atStart.text;
      // What was put in here and never saved, no entry is about.
      const isWhole = this.isStill && exactState(states.states, utf8(text)) !== undefined;
      if (!isWhole && !this.#atStart.isOfDisk) {
        later(false);
        return;
      }
      const asked = isWhole ? text : this.#atStart.text;
      const start = await this.#open.around.start(repository);
      const state = await initialLines(repository, start, this.#open.path, asked, states);
      if (this.#open.isClosed) return;
      if (this.#atStart.generation !== generation || (isWhole && (version !== this.#open.version || !this.isStill))) {
        later(this.isStill);
        return;
      }
      const known = isWhole ? asInitial([...tracker.lineStates()], state.lines.length) : this.#atStart.lines;
      this.#onDisk = states;
      const lines = explained(known, state.lines);
      if (lines === undefined) return;
      if (isWhole) this.#atStart.begin(text, lines, true);
      this.#learn(repository, start, lines);
      this.#answers.reread(false);
    });
  }

  /** In a merge: which lines that nobody explains are those of a side. `later`: it is to be asked again. */
  async sides(later: () => void): Promise<void> {
    await this.#open.attempt(async (repository) => {
      const { document, version } = this.#open;
      const text = document.getText();
      const start = await this.#open.around.start(repository);
      const state = await initialLines(repository, start, this.#open.path, text);
      const { tracker, isSettled } = this.#edits;
      if (this.#open.isClosed || version !== this.#open.version || !isSettled || tracker.text() !== text) {
        later();
        return;
      }
      const lines = takenFromSides([...tracker.lineStates()], state.lines);
      if (lines === undefined) return;
      this.#atStart.begin(text, lines);
      this.#answers.explained();
    });
  }

  /** Learns whose the lines of a text from disk are that another window saved: what it journalled of exactly this text. */
  learnSaved(gitDir: string): void {
    const { path } = this.#open;
    const { text, lines } = this.#atStart;
    const kept = this.#savedStates(gitDir);
    if (exactState(kept.states, utf8(text)) === undefined) return;
    const known = explained(lines, keptLines(path, text, kept));
    if (known !== undefined) this.#atStart.learn(known);
  }

  /** Before git spoke: whose the lines are by the journal and the notes alone. */
  learnKept(gitDir: string): void {
    const { text, lines } = this.#atStart;
    const kept = keptLines(this.#open.path, text, this.isDiskOpen ? this.#savedStates(gitDir) : this.readDisk(gitDir));
    this.#edits.tracker.setInitial(afterReload({ lines: kept, committed: false }, lines));
  }

  /** Reads what stands on disk about the text, unless that was done. */
  readDisk(gitDir: string): KeptStates {
    const isUnsaved = this.#wasDirty || (this.#open.isDirty && !this.#isEdited);
    return (this.#onDisk ??= this.#kept.atStart(gitDir, this.#atStart.text, isUnsaved));
  }

  /**
   * HEAD moved to what the text is, and records may have come that know lines nobody explained: a checkout writes files
   * before it moves HEAD. The journal is not asked, which speaks of later text too.
   */
  async #askRecords(repository: Repository, start: ChangeStart): Promise<void> {
    const { generation, isOfDisk, text } = this.#atStart;
    if (!isOfDisk) return;
    const state = await initialLines(repository, start, this.#open.path, text, NOTHING_KEPT);
    if (this.#open.isClosed || this.#atStart.generation !== generation) return;
    const lines = explained(this.#atStart.lines, state.lines);
    if (lines === undefined) return;
    this.#learn(repository, start, lines);
    this.#answers.reread(false);
  }

  /** What the journal holds of the file, also under the path under which its text came from disk. */
  #savedStates(gitDir: string): KeptStates {
    const { path } = this.#open;
    const kept = savedStates(gitDir, path);
    if (this.#readAs === undefined || this.#readAs === path) return kept;
    return { ...kept, states: [...savedStates(gitDir, this.#readAs).states, ...kept.states] };
  }

  #learn(repository: Repository, start: ChangeStart, lines: readonly InitialLine[]): void {
    [this.#repository, this.#start] = [repository, start];
    this.#isAnswered = true;
    this.#edits.tracker.setThresholds(start.thresholds);
    this.#atStart.learn(lines);
  }
}
