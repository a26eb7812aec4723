/**
 * One open document of a tracked repository: the stream of its edits, what its text was at the start, and its entries in
 * the journal, put together.
 */
import type { TextDocument } from 'vscode';
import { indentationIsSyntax } from '../../core/attribution/indentation';
import type { Source } from '../../core/model/origin';
import type { Statement } from '../../core/model/statement';
import { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import type { InitialLine } from '../../core/tracking/initialText';
import type { LineState } from '../../core/tracking/lineFold';
import type { KnownOrNot } from '../../core/tracking/sourceTable';
import { sharedCopy } from '../../node/sharedClipboard';
import type { Verdict } from './classify';
import { DocumentJournal } from './documentJournal';
import type { Change, EditEvent } from './editEvent';
import { EditStream } from './editStream';
import type { Findings } from './inquiry';
import { Inquiry } from './inquiry';
import { KeptDocument } from './keptDocument';
import type { Surroundings } from './openDocument';
import { OpenDocument } from './openDocument';
import type { Heritage } from './questions';
import { TextAtStart } from './textAtStart';

/** Adjacent characters of the present text (UTF-16 units) with one origin. */
export interface CharacterRun {
  readonly offset: number;
  readonly length: number;
  readonly origin: 'neutral' | KnownOrNot;
}

export class TrackedDocument {
  readonly top: string;
  readonly edits: EditStream;
  readonly #open: OpenDocument;
  readonly #kept: KeptDocument;
  readonly #atStart: TextAtStart;
  readonly #inquiry: Inquiry;
  readonly #journal: DocumentJournal;
  /** Whether what is known came from another name of the document. */
  readonly #isMoved: boolean;

  /** Takes what was known of the same text under another name. */
  constructor(
    document: TextDocument,
    at: { readonly top: string; readonly path: string },
    around: Surroundings,
    heritage?: Heritage,
  ) {
    const text = document.getText();
    const known = heritage?.top === at.top && heritage.tracker.text() === text ? heritage : undefined;
    const open = new OpenDocument(document, at.path, around);
    const kept = new KeptDocument(at.path, around.keeper, around.log);
    const tracker = known?.tracker ?? new DocumentTracker(text, indentationIsSyntax(at.path));
    const edits = new EditStream(open, tracker, {
      settled: (changes, how) => {
        this.#inquiry.settled(how);
        around.settled(changes, how);
      },
      reloaded: () => this.#inquiry.reloaded(),
      corrected: () => this.#journal.correct(),
      calmed: () => {
        this.#inquiry.calmed();
        this.#journal.calmed();
      },
    });
    const atStart = new TextAtStart(edits, known?.initialText ?? text, known?.initial ?? []);
    const findings: Findings = {
      opened: (said, isSaved) => this.#journal.opened(said, isSaved),
      reread: (isFirst) => this.#journal.reread(isFirst),
      kept: () => this.#journal.kept(),
      explained: () => this.#journal.correct(),
    };
    const inquiry = new Inquiry({ open, edits, atStart, kept, findings }, known);
    this.top = at.top;
    this.#isMoved = known !== undefined;
    this.#open = open;
    this.#kept = kept;
    this.edits = edits;
    this.#atStart = atStart;
    this.#inquiry = inquiry;
    this.#journal = new DocumentJournal({ open, edits, atStart, inquiry, kept });
    inquiry.ask();
  }

  get document(): TextDocument {
    return this.#open.document;
  }

  /** From the top of the repository. */
  get path(): string {
    return this.#open.path;
  }

  /** An edit with what was made of it. */
  edited(event: EditEvent, verdict: Verdict): void {
    if (this.#atStart.takesLineEnds(event.changes)) return;
    this.edits.edited(event, verdict);
    this.#inquiry.edited();
    this.#journal.edited();
  }

  /** An event without changes: the document became dirty, or clean. */
  dirtied(): void {
    this.#inquiry.dirtied();
    this.edits.dirtied();
    if (this.#open.isDirty || this.isSaving || this.edits.isSettled) return;
    // Reverted: what waits came from disk, also where somebody types or saves at once.
    this.edits.flush();
    this.#inquiry.calmed();
  }

  /** A save begins: what the editor tidies for it, just before (`tidies`: it is set to) and until its end, is the tool's. */
  saving(tidies: boolean): void {
    if (tidies) this.edits.tidied();
    this.#journal.saving();
  }

  get isSaving(): boolean {
    return this.#journal.isSaving;
  }

  /** Whether an AI wrote some of the text that a change touches, or of what stands right beside it. */
  touchesAi({ offset, removed }: Change): boolean {
    const { runs } = this.edits.tracker.fragment(Math.max(offset - 1, 0), removed + 2);
    return runs.some(
      ({ origin }) => typeof origin !== 'string' && (origin.origin === 'ai' || origin.origin === 'mixed'),
    );
  }

  /** A copy of text with its origins. */
  fragment(offset: number, length: number): Fragment {
    this.edits.flush();
    return this.edits.tracker.fragment(offset, length);
  }

  /** The lines that somebody changed since the base, once everything that is under way has settled. */
  async lineStates(): Promise<readonly LineState[]> {
    await this.#inquiry.ready;
    while (!this.edits.isSettled && !this.#open.isClosed) await new Promise((resolve) => setTimeout(resolve, 20));
    return [...this.edits.tracker.lineStates()];
  }

  /** The lines that somebody changed, as of now. */
  statesNow(): readonly LineState[] {
    this.edits.flush(true);
    return [...this.edits.tracker.lineStates()];
  }

  /** Where each character comes from, once everything that is under way has settled. */
  async characterRuns(): Promise<readonly CharacterRun[]> {
    await this.lineStates();
    const { tracker } = this.edits;
    let offset = 0;
    return tracker.fragment(0, tracker.length).runs.map(({ length, origin }) => {
      offset += length;
      return { offset: offset - length, length, origin };
    });
  }

  /**
   * Takes what the author says of the lines [first, last], from 0. It holds at once: where the text is what the disk holds,
   * the journal has it when this resolves; else with the next save.
   */
  async state(first: number, last: number, statement: Statement): Promise<void> {
    const about = (await this.lineStates()).filter(({ line }) => line >= first && line <= last);
    if (this.#open.isClosed) return;
    this.edits.tracker.declare(first, last, statement);
    this.#journal.stated(about, statement);
  }

  /** Journals the present state; called before and after a save. Costs nothing when this version stands there already. */
  journal(saved: boolean): void {
    this.#journal.write(saved);
  }

  /** Notes unsaved text at once, if there is any that is not noted: the window may be about to end. */
  noteUnsaved(): void {
    this.#journal.noteUnsaved();
  }

  /** Copied text, for the other windows of this work tree. */
  shareCopy(fragment: Fragment): void {
    const { gitDir } = this.#open;
    if (gitDir !== undefined) this.#kept.shareCopy(gitDir, fragment);
  }

  /** What another window copied, if it reads like this. */
  sharedCopy(text: string): Fragment | undefined {
    const { gitDir } = this.#open;
    return gitDir === undefined ? undefined : sharedCopy(gitDir, text);
  }

  /** The journal grew: it may explain what came from disk. An agent's hook speaks only after the agent wrote. */
  claimed(): void {
    this.#inquiry.claimed();
  }

  /** HEAD, refs or trust changed: asks again what the text was. */
  refresh(): void {
    this.#inquiry.ask();
  }

  /** The journal knows more of the text that the document was opened with. */
  relearn(): void {
    this.#inquiry.askAnew();
  }

  /** Says what the lines were that the document was opened with, for a text that git can't be asked about. */
  learn(linesOf: (initialText: string) => readonly InitialLine[]): void {
    this.#atStart.learn(linesOf(this.#atStart.text));
  }

  /** Takes where an AI had a part in lines that are held for weaker here, by what is known elsewhere of the present text. */
  hear(linesOf: (text: string) => readonly InitialLine[]): void {
    this.#atStart.strengthen(linesOf(this.edits.tracker.text()));
  }

  /** The text was carried here as a whole, from where its origins are known. */
  cameFrom(fragment: Fragment, by: Source): void {
    this.#atStart.empty();
    this.edits.cameFrom(fragment, by);
  }

  /** The document is closing: what is known of its text, for another name. */
  handOver(): Heritage {
    this.edits.flush();
    // What others wrote under this name, nobody reads under the other; and nothing is to change once it is handed over.
    this.#inquiry.claimed();
    this.#journal.close();
    const { text, lines } = this.#atStart;
    return { top: this.top, tracker: this.edits.tracker, initialText: text, initial: lines, ...this.#inquiry.found };
  }

  /** The file was moved here, and the journal says so by now. */
  moved(): void {
    if (!this.#isMoved) this.relearn();
    else if (!this.#open.isDirty) this.#inquiry.afterwards(() => this.journal(false));
  }

  dispose(): void {
    this.#journal.close();
    this.#open.close();
    this.edits.dispose();
  }
}
