/**
 * Finding out what the text of an open document was: git, the journal, the notes of unsaved text and, in a merge, its
 * sides are asked, one question after the other. Until they answer, what is known here stands.
 */
import type { LiveFile, SaidOf } from '../../core/model/live';
import { utf8 } from '../../core/text/bytes';
import type { DocumentTracker, EditKind } from '../../core/tracking/documentTracker';
import type { InitialLine } from '../../core/tracking/initialText';
import type { KeptStates } from '../../node/bufferClaims';
import { saidOfText } from '../../node/bufferClaims';
import type { ChangeStart } from '../../node/changeStart';
import { isSameStart } from '../../node/changeStart';
import { exactState } from '../../node/liveClaims';
import { initialLines, keptLines, savedStates } from '../../node/initialLines';
import type { Repository } from '../../node/repository';
import type { EditStream } from './editStream';
import { HeardClaims } from './heardClaims';
import { afterMove, afterReload, asInitial, explained, isOpen, isWeakened } from './initialState';
import type { KeptDocument } from './keptDocument';
import { isMerging, takenFromSides } from './merging';
import type { OpenDocument } from './openDocument';
import { isForeign } from './resolvedEdit';
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

/** What was found out. */
export interface Findings {
  /**
   * What the text was that the document was opened with, for the first time, and what the author said of its lines.
   * `isSaved`: the document was saved meanwhile, and not edited since.
   */
  opened(said: readonly SaidOf[], isSaved: boolean): void;
  /** What the text was that came from disk. `isFirst`: nothing was found out before. */
  reread(isFirst: boolean): void;
  /** More is known here of the text that came from disk than its newest entry says. */
  kept(): void;
  /** Where text came from that nobody had explained, or that others explained another way. */
  explained(): void;
}

/** Whose document is asked about, and who is told. */
export interface InquiryParts {
  readonly open: OpenDocument;
  readonly edits: EditStream;
  readonly atStart: TextAtStart;
  readonly kept: KeptDocument;
  readonly findings: Findings;
}

const NOTHING_KEPT: KeptStates = { states: [], buffers: [], isUnsaved: false };

export class Inquiry {
  readonly #open: OpenDocument;
  readonly #edits: EditStream;
  readonly #atStart: TextAtStart;
  readonly #kept: KeptDocument;
  readonly #findings: Findings;
  readonly heard: HeardClaims;
  /** What stood on disk about the text, before our own entries. */
  #onDisk: KeptStates | undefined;
  #repository: Repository | undefined;
  /** Where the change started when the lines were asked for. */
  #start: ChangeStart | undefined;
  #isAnswered: boolean;
  #wasDirty: boolean;
  #isEdited = false;
  /** Version of the document that the disk holds. */
  #savedVersion = -1;
  /** Whether something nobody explains came in since the last save: when the document is clean again, the disk knows. */
  #unexplained = false;
  /** Whether something nobody explains came in since git was last asked about it in a merge. */
  #unjudged = false;
  /** The path under which text came from disk of which git has yet to say what it was, if there is any. */
  #readAs: string | undefined;
  /** Whether others wrote in the journal since somebody was last asked about lines that nobody explains. */
  #isNews = false;
  #ready: Promise<void> = Promise.resolve();

  constructor({ open, edits, atStart, kept, findings }: InquiryParts, known: Heritage | undefined) {
    this.#open = open;
    this.#edits = edits;
    this.#atStart = atStart;
    this.#kept = kept;
    this.#findings = findings;
    this.heard = new HeardClaims({ open, edits, atStart, kept });
    [this.#onDisk, this.#repository, this.#start] = [known?.onDisk, known?.repository, known?.start];
    this.#isAnswered = this.#repository !== undefined;
    this.#wasDirty = open.isDirty;
    // What is known is known from the journal as it is now.
    if (known !== undefined && open.gitDir !== undefined) kept.isNews(open.gitDir);
    this.#readAs = known?.readAs;
    if (this.#isDiskOpen) this.afterwards(() => this.#askDisk());
  }

  /** Resolves once everything that was asked so far is answered. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Whether it is known what the lines were, or that nobody will say. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** Whether git has spoken. */
  get hasGit(): boolean {
    return this.#repository !== undefined;
  }

  /** What was found out, for a document that takes over. */
  get found(): Pick<Heritage, 'onDisk' | 'repository' | 'start' | 'readAs'> {
    return { onDisk: this.#onDisk, repository: this.#repository, start: this.#start, readAs: this.#readAs };
  }

  /** Asks what the text was: at the start, and again when HEAD, refs or trust changed. */
  ask(): void {
    this.afterwards(() => this.#askWhatItWas());
  }

  /** The journal knows more of the text that the document was opened with. */
  askAnew(): void {
    this.afterwards(() => {
      [this.#onDisk, this.#start] = [undefined, undefined];
      this.#atStart.forget();
      return this.#askWhatItWas();
    });
  }

  /** Does something once everything that was asked so far is answered. */
  afterwards(work: () => Promise<void> | void): void {
    this.#ready = this.#ready.then(work).catch((error: unknown) => this.#open.failed(error));
  }

  /** The document was edited: if it is dirty from here on, then not because it was brought back so. */
  edited(): void {
    this.#isEdited = true;
  }

  /** The document became dirty: without an edit, where it was brought back unsaved, which the editor says only now. */
  dirtied(): void {
    if (!this.#open.isDirty || this.#isEdited || this.#onDisk?.isUnsaved !== false) return;
    this.#wasDirty = true;
    if (this.#onDisk.buffers.length > 0) this.askAnew();
  }

  /** The disk holds the present text. */
  saved(): void {
    this.#savedVersion = this.#open.version;
    this.#unexplained = false;
    this.#hear();
  }

  /** An edit is about to reach the tracker. */
  settled(how: EditKind): void {
    if (how.kind === 'undo' || how.kind === 'redo') this.heard.undone();
    if (!isForeign(how)) return;
    this.#unexplained = true;
    this.#unjudged = true;
  }

  /** No edit waits: whoever can explain the text is asked. */
  calmed(): void {
    // Clean, but not by a save: reloaded or reverted.
    const isNews = this.#unexplained && this.#open.version !== this.#savedVersion;
    if (isNews && !this.#open.isDirty) this.reloaded();
    else if (this.#unjudged) this.#askSides();
    else this.#hear();
  }

  /** The text was read from disk again: what it was can be found out while the next is typed. */
  reloaded(): void {
    this.#atStart.reload();
    this.#unexplained = false;
    this.#readAs ??= this.#open.path;
    if (!this.#open.isDirty) this.#savedVersion = this.#open.version;
    this.afterwards(() => this.#askDisk());
  }

  /**
   * The journal grew. An agent's hook speaks only after the agent wrote, a checkpoint or an author in another window later
   * still: of lines that nobody explained, or that this window holds for a person's.
   */
  claimed(): void {
    const { gitDir } = this.#open;
    if (gitDir === undefined || !this.#kept.isNews(gitDir)) return;
    this.#isNews = true;
    this.#hear();
    // Unsaved text takes it in when it is noted: the window may end before it is saved.
    if (this.#open.isDirty) this.#findings.explained();
  }

  /**
   * An entry or a note is about to be written. Git may not have answered yet: then only the journal and the notes say what the text
   * was. They must be read before our own entry, and speak in it, or a crash in this moment would cost what they know. So
   * does what others wrote meanwhile: it would stand there no more as the newest.
   */
  beforeEntry(gitDir: string): void {
    this.#onDisk ??= this.#readDisk(gitDir);
    if (this.#kept.isNews(gitDir)) this.#isNews = true;
    if (this.hasGit) {
      // What is taken in makes one text of what came from disk and what was typed since, which no other entry is about.
      if (this.#isDiskOpen) this.#learnSaved(gitDir);
      this.heard.take();
    } else {
      const { text, lines } = this.#atStart;
      const kept = keptLines(this.#open.path, text, this.#isDiskOpen ? this.#savedStates(gitDir) : this.#onDisk);
      this.#edits.tracker.setInitial(afterReload({ lines: kept, committed: false }, lines));
    }
  }

  /** An entry was made, and is to be written if this gives false: else more is known now of lines that nobody explained. */
  recalls({ digest }: LiveFile): boolean {
    return this.hasGit && this.heard.recall(this.#onDisk?.states ?? [], digest);
  }

  /** Takes in what others wrote, as soon as the text stands still. */
  #hear(): void {
    if (!this.hasGit) return;
    if (this.#isStill && this.heard.take()) this.#findings.reread(false);
    if (!this.#isNews) return;
    this.#isNews = false;
    const states = this.#edits.tracker.lineStates();
    const isAsked = this.#atStart.lines.some(isOpen) || asInitial([...states], 0).some(isOpen);
    if (isAsked) this.afterwards(() => this.#askNews());
  }

  async #askWhatItWas(): Promise<void> {
    await this.#open.attempt(async (repository) => {
      this.#onDisk ??= this.#readDisk(repository.gitDir);
      const start = await this.#open.around.start(repository);
      if (this.#start !== undefined && isSameStart(this.#start, start)) return;
      const { generation, text } = this.#atStart;
      const state = await initialLines(repository, start, this.#open.path, text, this.#onDisk);
      if (this.#open.isClosed) return;
      if (this.#atStart.generation !== generation) {
        if (!this.#isDiskOpen) await this.#askWhatItWas();
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
      this.#findings.opened(saidOfText(this.#onDisk, utf8(text)), this.#savedVersion === this.#open.version);
      this.#hear();
    });
    this.#isAnswered = true;
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
    this.#findings.reread(false);
  }

  /** The text came from disk: git, an agent's record or the journal may know it; the rest is external. */
  async #askDisk(): Promise<void> {
    if (!this.#isDiskOpen) return;
    await this.#open.attempt(async (repository) => {
      const { generation } = this.#atStart;
      const states = this.#savedStates(repository.gitDir);
      const start = await this.#open.around.start(repository);
      const state = await initialLines(repository, start, this.#open.path, this.#atStart.text, states);
      if (this.#open.isClosed) return;
      if (this.#atStart.generation !== generation) {
        await this.#askDisk();
        return;
      }
      this.#readAs = undefined;
      const isFirst = !this.hasGit;
      this.#onDisk = states;
      const isMore = !state.committed && this.#atStart.lines.some((was, line) => isWeakened(was, state.lines[line]));
      this.#learn(repository, start, afterReload(state, this.#atStart.lines));
      this.#findings.reread(isFirst);
      if (isMore) this.#findings.kept();
    });
  }

  /** Whose the lines of a text from disk are that another window saved: what it journalled of exactly this text. */
  #learnSaved(gitDir: string): void {
    const { path } = this.#open;
    const { text, lines } = this.#atStart;
    const kept = this.#savedStates(gitDir);
    if (exactState(kept.states, utf8(text)) === undefined) return;
    const known = explained(lines, keptLines(path, text, kept));
    if (known !== undefined) this.#atStart.learn(known);
  }

  /** Others wrote in the journal, or records came: they may know lines that nobody explained so far. */
  async #askNews(): Promise<void> {
    await this.#open.attempt(async (repository) => {
      const { tracker } = this.#edits;
      const { generation } = this.#atStart;
      const { version } = this.#open;
      const states = savedStates(repository.gitDir, this.#open.path);
      const text = this.#isStill ? tracker.text() : this.#atStart.text;
      // What was put in here and never saved, no entry is about.
      const isWhole = this.#isStill && exactState(states.states, utf8(text)) !== undefined;
      if (!isWhole && !this.#atStart.isOfDisk) {
        this.#isNews = true;
        return;
      }
      const asked = isWhole ? text : this.#atStart.text;
      const start = await this.#open.around.start(repository);
      const state = await initialLines(repository, start, this.#open.path, asked, states);
      if (this.#open.isClosed) return;
      if (this.#atStart.generation !== generation || (isWhole && (version !== this.#open.version || !this.#isStill))) {
        this.#isNews = true;
        if (this.#isStill) this.#hear();
        return;
      }
      const known = isWhole ? asInitial([...tracker.lineStates()], state.lines.length) : this.#atStart.lines;
      this.#onDisk = states;
      const lines = explained(known, state.lines);
      if (lines === undefined) return;
      if (isWhole) this.#atStart.begin(text, lines, true);
      this.#learn(repository, start, lines);
      this.#findings.reread(false);
    });
  }

  /** Whether text came from disk of which git has yet to say what it was. */
  get #isDiskOpen(): boolean {
    return this.#readAs !== undefined;
  }

  /** What the journal holds of the file, also under the path under which its text came from disk. */
  #savedStates(gitDir: string): KeptStates {
    const { path } = this.#open;
    const kept = savedStates(gitDir, path);
    if (this.#readAs === undefined || this.#readAs === path) return kept;
    return { ...kept, states: [...savedStates(gitDir, this.#readAs).states, ...kept.states] };
  }

  /** Whether the text is what the disk holds, and no edit waits. */
  get #isStill(): boolean {
    return !this.#open.isDirty && this.#edits.isSettled;
  }

  #learn(repository: Repository, start: ChangeStart, lines: readonly InitialLine[]): void {
    [this.#repository, this.#start] = [repository, start];
    this.#isAnswered = true;
    this.#edits.tracker.setThresholds(start.thresholds);
    this.#atStart.learn(lines);
  }

  /** Text that nobody explains may have been taken from a side of a merge. */
  #askSides(): void {
    this.#unjudged = false;
    const { gitDir } = this.#open;
    if (gitDir === undefined || !isMerging(gitDir)) return;
    this.afterwards(() => this.#open.attempt((repository) => this.#judge(repository)));
  }

  async #judge(repository: Repository): Promise<void> {
    const { document, version } = this.#open;
    const text = document.getText();
    const start = await this.#open.around.start(repository);
    const state = await initialLines(repository, start, this.#open.path, text);
    const { tracker, isSettled } = this.#edits;
    if (this.#open.isClosed || version !== this.#open.version || !isSettled || tracker.text() !== text) {
      this.#unjudged = true;
      return;
    }
    const lines = takenFromSides([...tracker.lineStates()], state.lines);
    if (lines === undefined) return;
    this.#atStart.begin(text, lines);
    this.#findings.explained();
  }

  #readDisk(gitDir: string): KeptStates {
    const isUnsaved = this.#wasDirty || (this.#open.isDirty && !this.#isEdited);
    return this.#kept.atStart(gitDir, this.#atStart.text, isUnsaved);
  }
}
