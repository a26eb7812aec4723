/**
 * When it is asked what the text of an open document was: at the start, when HEAD moved, when the text was read from disk
 * again, when others wrote in the journal. One question comes after the other, and until they answer, what is known here
 * stands. `questions.ts` asks them.
 */
import type { LiveFile, SaidOf } from '../../core/model/live';
import type { EditKind } from '../../core/tracking/documentTracker';
import type { EditStream } from './editStream';
import { HeardClaims } from './heardClaims';
import { asInitial, isOpen } from './initialState';
import { isMerging } from './merging';
import type { OpenDocument } from './openDocument';
import type { Answers, Heritage, QuestionParts } from './questions';
import { Questions } from './questions';
import { isForeign } from './resolvedEdit';
import type { KeptDocument } from './keptDocument';
import type { TextAtStart } from './textAtStart';

/** Who is told what was found out. */
export interface Findings extends Answers {
  /**
   * What the text was that the document was opened with, for the first time, and what the author said of its lines.
   * `isSaved`: the document was saved meanwhile, and not edited since.
   */
  opened(said: readonly SaidOf[], isSaved: boolean): void;
}

/** Whose document is asked about, and who is told. */
export interface InquiryParts extends QuestionParts {
  readonly findings: Findings;
}

export class Inquiry {
  readonly #open: OpenDocument;
  readonly #edits: EditStream;
  readonly #atStart: TextAtStart;
  readonly #kept: KeptDocument;
  readonly #findings: Findings;
  readonly #questions: Questions;
  readonly heard: HeardClaims;
  /** Version of the document that the disk holds. */
  #savedVersion = -1;
  /** Whether something nobody explains came in since the last save: when the document is clean again, the disk knows. */
  #unexplained = false;
  /** Whether something nobody explains came in since git was last asked about it in a merge. */
  #unjudged = false;
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
    this.#questions = new Questions({ open, edits, atStart, kept }, findings, known);
    // What is known is known from the journal as it is now.
    if (known !== undefined && open.gitDir !== undefined) kept.isNews(open.gitDir);
    if (this.#questions.isDiskOpen) this.afterwards(() => this.#questions.disk());
  }

  /** Resolves once everything that was asked so far is answered. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  /** Whether it is known what the lines were, or that nobody will say. */
  get isAnswered(): boolean {
    return this.#questions.isAnswered;
  }

  /** Whether git has spoken. */
  get hasGit(): boolean {
    return this.#questions.hasGit;
  }

  /** What was found out, for a document that takes over. */
  get found(): Pick<Heritage, 'onDisk' | 'repository' | 'start' | 'readAs'> {
    return this.#questions.found;
  }

  /** Asks what the text was: at the start, and again when HEAD, refs or trust changed. */
  ask(): void {
    this.afterwards(() => this.#askWhatItWas());
  }

  /** The journal knows more of the text that the document was opened with. */
  askAnew(): void {
    this.afterwards(() => {
      this.#questions.forget();
      return this.#askWhatItWas();
    });
  }

  /** Does something once everything that was asked so far is answered. */
  afterwards(work: () => Promise<void> | void): void {
    this.#ready = this.#ready.then(work).catch((error: unknown) => this.#open.failed(error));
  }

  /** The document was edited: if it is dirty from here on, then not because it was brought back so. */
  edited(): void {
    this.#questions.edited();
  }

  /** The document became dirty: without an edit, where it was brought back unsaved, which the editor says only now. */
  dirtied(): void {
    if (this.#questions.dirtied()) this.askAnew();
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
    this.#questions.read();
    if (!this.#open.isDirty) this.#savedVersion = this.#open.version;
    this.afterwards(() => this.#questions.disk());
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
    this.#questions.readDisk(gitDir);
    if (this.#kept.isNews(gitDir)) this.#isNews = true;
    if (this.hasGit) {
      // What is taken in makes one text of what came from disk and what was typed since, which no other entry is about.
      if (this.#questions.isDiskOpen) this.#questions.learnSaved(gitDir);
      this.heard.take();
    } else this.#questions.learnKept(gitDir);
  }

  /** An entry was made, and is to be written if this gives false: else more is known now of lines that nobody explained. */
  recalls({ digest }: LiveFile): boolean {
    return this.hasGit && this.heard.recall(this.#questions.onDisk?.states ?? [], digest);
  }

  /** Takes in what others wrote, as soon as the text stands still. */
  #hear(): void {
    if (!this.hasGit) return;
    if (this.#questions.isStill && this.heard.take()) this.#findings.reread(false);
    if (!this.#isNews) return;
    this.#isNews = false;
    const states = this.#edits.tracker.lineStates();
    const isAsked = this.#atStart.lines.some(isOpen) || asInitial([...states], 0).some(isOpen);
    if (isAsked) this.afterwards(() => this.#questions.news((isAtOnce) => this.#askLater(isAtOnce)));
  }

  #askWhatItWas(): Promise<void> {
    return this.#questions.whatItWas((said) => {
      this.#findings.opened(said, this.#savedVersion === this.#open.version);
      this.#hear();
    });
  }

  #askLater(isAtOnce: boolean): void {
    this.#isNews = true;
    if (isAtOnce) this.#hear();
  }

  /** Text that nobody explains may have been taken from a side of a merge. */
  #askSides(): void {
    this.#unjudged = false;
    const { gitDir } = this.#open;
    if (gitDir === undefined || !isMerging(gitDir)) return;
    this.afterwards(() => this.#questions.sides(() => (this.#unjudged = true)));
  }
}
