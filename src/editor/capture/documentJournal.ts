/**
 * What one open document writes down of its lines: an entry in the journal before a save returns, a note while text is
 * unsaved, and what the author said of lines.
 */
import { fileLines } from '../../core/attribution/fileLines';
import type { SaidOf, LiveFile } from '../../core/model/live';
import type { Statement } from '../../core/model/statement';
import { contentDigest } from '../../core/sidecar/lineHash';
import { utf8 } from '../../core/text/bytes';
import { contentLines } from '../../core/text/lines';
import { liveFile } from '../../core/tracking/claims';
import type { LineState } from '../../core/tracking/lineFold';
import { nodeHash } from '../../node/hash';
import { writeKnownLines } from '../../node/knownLines';
import type { EditStream } from './editStream';
import type { Inquiry } from './inquiry';
import type { KeptDocument } from './keptDocument';
import type { OpenDocument } from './openDocument';
import type { TextAtStart } from './textAtStart';
import { Statements } from './statements';
import { UnsavedNote } from './unsavedNote';

/** Milliseconds after a save that its lines are noted: in the background, and before an agent is likely to be done. */
const NOTE_LINES_AFTER = 100;
/** Milliseconds that a save may take; the editor gives its participants little more. */
const MOST_SAVING = 5000;

export interface JournalParts {
  readonly open: OpenDocument;
  readonly edits: EditStream;
  readonly atStart: TextAtStart;
  readonly inquiry: Inquiry;
  readonly kept: KeptDocument;
}

export class DocumentJournal {
  readonly #open: OpenDocument;
  readonly #edits: EditStream;
  readonly #atStart: TextAtStart;
  readonly #inquiry: Inquiry;
  readonly #kept: KeptDocument;
  readonly #note = new UnsavedNote(() => this.#noteUnsaved());
  readonly #statements = new Statements();
  /** Version of the document whose state stands in the journal. */
  #version = -1;
  #savingSince = -Infinity;
  /** Whether more is known of lines, or was said of them, than any entry says. */
  #isOwed = false;

  constructor({ open, edits, atStart, inquiry, kept }: JournalParts) {
    this.#open = open;
    this.#edits = edits;
    this.#atStart = atStart;
    this.#inquiry = inquiry;
    this.#kept = kept;
  }

  get isSaving(): boolean {
    return performance.now() - this.#savingSince <= MOST_SAVING;
  }

  /** The text changed. */
  edited(): void {
    this.#note.touch();
  }

  /** A save begins. */
  saving(): void {
    this.#savingSince = performance.now();
    const { gitDir } = this.#open;
    if (gitDir !== undefined) this.#kept.beginSave(gitDir);
  }

  /** Journals the present state; called before and after a save. Costs nothing when this version stands there already. */
  write(saved: boolean): void {
    this.#edits.hurry();
    if (saved) {
      this.#savingSince = -Infinity;
      this.#inquiry.saved();
      setTimeout(() => this.#noteLines(), NOTE_LINES_AFTER);
    }
    const { gitDir } = this.#open;
    if (gitDir === undefined) return;
    if (this.#version !== this.#open.version) this.#append(gitDir);
    if (!saved) return;
    this.#note.drop();
    this.#kept.forget(gitDir);
    if (this.#inquiry.isAnswered) this.#kept.endSave(gitDir);
  }

  /** More is known of this version than its entry says, if it has one. */
  correct(): void {
    if (this.#open.isDirty) this.#note.touch();
    if (this.#version === this.#open.version) this.#writeAnew(false);
  }

  /** It is known now what the lines were that the document was opened with. */
  opened(said: readonly SaidOf[], isSaved: boolean): void {
    this.#statements.load(this.#atStart.text.split('\n'), said);
    this.#answered(isSaved);
  }

  /** It is known now what the lines were that came from disk. */
  reread(isFirst: boolean): void {
    if (this.#open.isDirty) this.#note.touch();
    if (isFirst || this.#version === this.#open.version) this.#answered(this.#version !== -1);
  }

  /** More is known of the text that came from disk than its newest entry says. */
  kept(): void {
    this.#isOwed = true;
    this.#writeOwed();
  }

  /** The author said something of these lines. */
  stated(about: readonly LineState[], statement: Statement): void {
    const text = this.#edits.tracker.text();
    if (statement.kind === 'from') this.#statements.add(text.split('\n'), about, statement.from);
    this.#version = -1;
    if (!this.#open.isDirty) {
      this.write(false);
      return;
    }
    this.#isOwed = true;
    this.#note.touch();
    this.#note.now();
  }

  /** Notes unsaved text at once, if there is any that is not noted: the window may be about to end. */
  noteUnsaved(): void {
    if (this.#open.isDirty) this.#note.now();
  }

  /** The text is no longer unsaved, if it was. */
  calmed(): void {
    if (this.#open.isDirty) return;
    this.#note.drop();
    const { gitDir } = this.#open;
    if (gitDir !== undefined) this.#kept.forget(gitDir);
    if (this.#isOwed) this.#inquiry.afterwards(() => this.#writeOwed());
  }

  /** The document is closing. */
  close(): void {
    const { gitDir } = this.#open;
    if (this.#open.isDirty) {
      // It may come back with the next window.
      this.#edits.flush(true);
      this.#inquiry.claimed();
      if (this.#inquiry.hasGit) this.#note.now();
      else this.#writeNote();
    } else {
      this.#writeOwed();
      if (gitDir !== undefined) this.#kept.forget(gitDir);
    }
    if (gitDir !== undefined) this.#kept.endSave(gitDir);
    this.#note.drop();
  }

  /** What the lines were is known now. What was journalled or noted before says less than that. */
  #answered(isJournalled: boolean): void {
    if (!this.#open.isDirty) {
      if (isJournalled) this.#writeAnew(true);
      return;
    }
    // Perhaps between the entry before a save and the one after it.
    this.#version = -1;
    this.#note.touch();
  }

  /** The text is the disk's, and no save is about to say what is known of it. */
  #writeOwed(): void {
    if (this.#isOwed && !this.#open.isDirty && !this.#open.isClosed) this.#writeAnew(false);
  }

  #writeAnew(saved: boolean): void {
    this.#version = -1;
    this.write(saved);
  }

  #append(gitDir: string): void {
    this.#inquiry.beforeEntry(gitDir);
    const began = performance.now();
    let live = this.#live();
    if (this.#inquiry.recalls(live)) live = this.#live();
    this.#kept.append(gitDir, live);
    if (this.#inquiry.hasGit) this.#kept.heard();
    this.#version = this.#open.version;
    this.#isOwed = false;
    const spent = (performance.now() - began).toFixed(1);
    const { around, document, path } = this.#open;
    around.log.debug(`Journalled ${path}: ${live.hunks.length} hunks, ${document.lineCount} lines, ${spent} ms`);
  }

  /** Gives false where it is too early: edits wait, or git has yet to say what the lines were. */
  #noteUnsaved(): boolean {
    const { gitDir } = this.#open;
    if (gitDir === undefined || this.#open.isClosed || !this.#open.isDirty) return true;
    if (!this.#inquiry.isAnswered || !this.#edits.isSettled) return false;
    if (this.#inquiry.hasGit) this.#writeNote();
    return true;
  }

  #writeNote(): void {
    const { gitDir } = this.#open;
    if (gitDir === undefined) return;
    this.#inquiry.beforeEntry(gitDir);
    const { exact } = fileLines(nodeHash, utf8(this.#edits.tracker.text()));
    this.#kept.note(gitDir, { ...this.#live(), lines: exact });
  }

  /** What is known of the present text, and what the author said of it. */
  #live(): LiveFile {
    const { tracker } = this.#edits;
    const live = liveFile(tracker, this.#open.path, nodeHash);
    if (this.#statements.isEmpty) return live;
    const said = this.#statements.of(tracker.text().split('\n'), tracker.lineStates());
    return said.length === 0 ? live : { ...live, said };
  }

  /** Tells later checkpoints of the command line which lines stood here, whoever wrote them. */
  #noteLines(): void {
    const { gitDir, path, document } = this.#open;
    if (gitDir === undefined || this.#open.isClosed || this.#open.isDirty) return;
    const lines = contentLines(utf8(document.getText()));
    const digest = contentDigest(nodeHash, lines);
    const exact = lines.map((line) => nodeHash.hash96(line));
    this.#inquiry.heard.note(digest, exact);
    try {
      writeKnownLines(gitDir, { path, digest, lines: exact });
    } catch (error) {
      // The journal says so to the person.
      this.#open.around.log.debug(`${path}: ${String(error)}`);
    }
  }
}
