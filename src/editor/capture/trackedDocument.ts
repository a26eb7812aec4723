/**
 * One open document of a tracked repository: its tracker, its unsettled edits, what its text was at the start, and its
 * entries in the journal.
 */
import type { LogOutputChannel, TextDocument } from 'vscode';
import type { SaidOf } from '../../core/model/live';
import type { Source } from '../../core/model/origin';
import type { Statement } from '../../core/model/statement';
import { fileLines } from '../../core/attribution/fileLines';
import { contentDigest } from '../../core/sidecar/lineHash';
import { liveFile } from '../../core/tracking/claims';
import { indentationIsSyntax } from '../../core/attribution/indentation';
import type { EditKind } from '../../core/tracking/documentTracker';
import { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import type { TextChange } from '../../core/tracking/history';
import type { InitialLine } from '../../core/tracking/initialText';
import type { LineState } from '../../core/tracking/lineFold';
import type { KnownOrNot } from '../../core/tracking/sourceTable';
import { withoutKeptLines } from '../../core/tracking/keptLines';
import { TrackerOutOfStep, isSameButForLineEnds } from '../../core/tracking/textChange';
import { utf8 } from '../../core/text/bytes';
import { diffLines } from '../../core/text/diff';
import { contentLines, rawLines } from '../../core/text/lines';
import { nodeHash } from '../../node/hash';
import type { KeptStates } from '../../node/bufferClaims';
import type { ChangeStart } from '../../node/initialLines';
import { initialLines, keptLines, savedStates } from '../../node/initialLines';
import { exactState } from '../../node/liveClaims';
import { writeKnownLines } from '../../node/knownLines';
import { sharedCopy } from '../../node/sharedClipboard';
import type { Repository } from '../../node/repository';
import { copiedBeside } from './copiedLines';
import { isMerging, takenFromSides } from './merging';
import { ChangeQueue, EVENT_WAIT, NOTE_WAIT, reached } from './changeQueue';
import type { Verdict } from './classify';
import { TYPING, exchangesOf } from './classify';
import type { Deed, How } from './deeds';
import type { Change, EditEvent, Extent } from './editEvent';
import { samePlace } from './editEvent';
import { afterMove, afterReload, asInitial, reloaded } from './initialState';
import type { JournalKeeper } from './journalKeeper';
import { KeptDocument } from './keptDocument';
import { UnsavedNote } from './unsavedNote';
import { Statements } from './statements';

/** Milliseconds after a save that its lines are noted: in the background, and before an agent is likely to be done. */
const NOTE_LINES_AFTER = 100;
/** Characters of a deletion that are kept for a cut that is announced only after it happened. */
const MOST_CUT = 1_000_000;
/** Milliseconds within which a cut is announced. */
const CUT_WITHIN = 500;

/** Milliseconds that a save may take; the editor gives its participants little more. */
const MOST_SAVING = 5000;

/** What a document works with. Git answers later, and only in trusted workspaces. */
export interface Surroundings {
  readonly log: LogOutputChannel;
  readonly keeper: JournalKeeper;
  /** Where the journal is; undefined until the workspace is trusted. */
  gitDir(): string | undefined;
  repository(): Promise<Repository | undefined>;
  /** Where the change starts, as of now. */
  start(repository: Repository): Promise<ChangeStart>;
  /** Whether there is something to save, where the document itself does not know. */
  isDirty?(): boolean;
  /** Each edit, once it is known what it was. */
  settled(changes: readonly TextChange[], how: EditKind): void;
}

/** Adjacent characters of the present text (UTF-16 units) with one origin. */
export interface CharacterRun {
  readonly offset: number;
  readonly length: number;
  readonly origin: 'neutral' | KnownOrNot;
}

/** What is known of a document that goes on under another name. */
export interface Heritage {
  readonly top: string;
  readonly tracker: DocumentTracker;
  readonly initialText: string;
  readonly initial: readonly InitialLine[];
  readonly atStart: KeptStates | undefined;
  readonly repository: Repository | undefined;
  readonly start: ChangeStart | undefined;
}

export class TrackedDocument {
  readonly document: TextDocument;
  /** From the top of the repository. */
  readonly path: string;
  readonly top: string;
  readonly #around: Surroundings;
  readonly #queue: ChangeQueue;
  #tracker: DocumentTracker;
  #initialText: string;
  #initial: readonly InitialLine[] = [];
  /** What stood on disk about the initial text, before our own entries. */
  #atStart: KeptStates | undefined;
  #wasDirty: boolean;
  #isEdited = false;
  readonly #kept: KeptDocument;
  readonly #note = new UnsavedNote(() => this.#noteUnsaved());
  #isAnswered = false;
  /** Counts the texts that tracking began with: what is found out about an earlier one comes too late. */
  #generation = 0;
  #repository: Repository | undefined;
  /** Where the change started when the lines were asked for. */
  #start: ChangeStart | undefined;
  /** Version of the document whose state stands in the journal. */
  #journalled = -1;
  #savedVersion = -1;
  #timer: NodeJS.Timeout | undefined;
  /** Whether something nobody explains came in since the last save: when the document is clean again, the disk knows. */
  #unexplained = false;
  /** Whether something nobody explains came in since git was last asked about it in a merge. */
  #unjudged = false;
  #typedAt = -Infinity;
  #savingSince = -Infinity;
  /** The newest edit, if it only deleted, and what it deleted: a cut is announced only after it happened. */
  #deletion: { readonly changes: readonly Change[]; readonly at: number; fragments: readonly Fragment[] } | undefined;
  #disposed = false;
  /** Whether what is known came from another name of the document. */
  readonly #isMoved: boolean;
  /** The newest edit that nobody explained yet, with what it removed: something may explain it later. */
  #open: { readonly changes: readonly Change[]; readonly removed: string } | undefined;
  /** The newest edit, if a save came before anything could settle it. */
  #hasty: { readonly changes: readonly TextChange[]; readonly verdict: Verdict; readonly at: number } | undefined;
  #ready: Promise<void>;
  readonly #statements = new Statements();

  /** Takes what was known of the same text under another name. */
  constructor(
    document: TextDocument,
    at: { readonly top: string; readonly path: string },
    around: Surroundings,
    heritage?: Heritage,
  ) {
    this.document = document;
    this.top = at.top;
    this.path = at.path;
    this.#around = around;
    const text = document.getText();
    const known = heritage?.top === at.top && heritage.tracker.text() === text ? heritage : undefined;
    this.#initialText = known?.initialText ?? text;
    this.#initial = known?.initial ?? [];
    this.#start = known?.start;
    this.#repository = known?.repository;
    this.#atStart = known?.atStart;
    this.#tracker = known?.tracker ?? new DocumentTracker(text, indentationIsSyntax(at.path));
    this.#isAnswered = this.#repository !== undefined;
    this.#wasDirty = this.#isDirty;
    this.#kept = new KeptDocument(this.path, around.keeper, around.log);
    this.#isMoved = known !== undefined;
    this.#queue = new ChangeQueue((changes, how) => this.#apply(changes, how));
    this.#ready = this.#askWhatItWas();
  }

  /** An edit with what was made of it. */
  edited(event: EditEvent, verdict: Verdict): void {
    const { changes, chat, suggestsAi } = event;
    if (this.#changesLineEnds(changes)) return;
    const size = changes.reduce((sum, { removed }) => sum + removed, 0);
    const isDeletion = changes.every(({ text }) => text === '') && size <= MOST_CUT;
    this.#deletion = isDeletion ? { changes, at: performance.now(), fragments: [] } : undefined;
    this.#open = this.#openEdit(changes, verdict);
    // Read now, since later edits change what stands there; a certain edit waits for no note.
    const exchanges = verdict.kind === 'certain' ? [] : exchangesOf(event);
    const edit = { changes, verdict, dirty: this.#isDirty, chat, exchanges: () => exchanges, suggestsAi };
    this.#queue.add(edit, performance.now());
    if (isPersons(verdict)) this.#typedAt = performance.now();
    this.#isEdited = true;
    this.#note.touch();
    this.#await();
  }

  /** An event without changes: the document became dirty, or clean. */
  dirtied(): void {
    if (this.#isDirty && !this.#isEdited && this.#atStart?.isUnsaved === false) {
      // Brought back unsaved, which the editor says only now.
      this.#wasDirty = true;
      if (this.#atStart.buffers.length > 0) this.relearn();
    }
    if (this.#isDirty) this.#queue.becameDirty(performance.now());
    else this.#await();
  }

  selected(selections: readonly (readonly [number, number])[], keyboard: boolean): void {
    if (!this.#queue.isEmpty) this.#queue.selected(selections, keyboard, performance.now());
    else if (keyboard)
      this.#saidLate((verdict) => {
        return verdict.kind === 'typed' && reached(verdict.carets, selections) ? TYPING : undefined;
      });
  }

  /** An accept key's note: the edit it caused has been made. */
  accepted(source: Source): void {
    if (this.#queue.isEmpty && this.#saidLate(() => source)) return;
    this.#queue.accepted(source, performance.now());
  }

  /**
   * A save can't wait for what would settle an edit: the edit is journalled as what it is without, and becomes what it was
   * when that is said after all. Gives whether it did.
   */
  #saidLate(said: (verdict: Verdict) => Source | undefined): boolean {
    const hasty = this.#hasty;
    if (hasty === undefined || performance.now() - hasty.at > EVENT_WAIT) return false;
    const source = said(hasty.verdict);
    if (source === undefined) return false;
    this.#hasty = undefined;
    return this.reconsider(hasty.changes, { kind: 'edit', source });
  }

  /** The selection that followed these changes says that they were a drag of this range of the text before them. */
  dragged(changes: readonly Change[], from: readonly [number, number]): void {
    this.#queue.dragged(changes, from, performance.now());
  }

  /** A save begins: what the editor tidies for it, just before (`tidies`: it is set to) and until its end, is the tool's. */
  saving(tidies: boolean): void {
    this.#savingSince = performance.now();
    if (tidies) this.#queue.saving(this.#savingSince);
    const gitDir = this.#around.gitDir();
    if (gitDir !== undefined) this.#kept.beginSave(gitDir);
  }

  get isSaving(): boolean {
    return performance.now() - this.#savingSince <= MOST_SAVING;
  }

  /** The note of a command's key. */
  did(deed: Deed): void {
    this.#queue.did(deed, performance.now());
  }

  /** The text before a chat's pending edits took a change: so the same change here was not the chat's. */
  mirrored(changes: readonly TextChange[]): void {
    if (!this.#queue.isEmpty) this.#queue.mirrored(changes, performance.now());
  }

  /** Milliseconds since a person typed or pasted here. */
  get typedAgo(): number {
    return performance.now() - this.#typedAt;
  }

  /** Whether an AI wrote some of the text that a change touches, or of what stands right beside it. */
  touchesAi({ offset, removed }: Change): boolean {
    const { runs } = this.#tracker.fragment(Math.max(offset - 1, 0), removed + 2);
    return runs.some(
      ({ origin }) => typeof origin !== 'string' && (origin.origin === 'ai' || origin.origin === 'mixed'),
    );
  }

  /** Text that an edit is about to remove; undefined where edits that wait overlap it. */
  textAt(offset: number, length: number): string | undefined {
    return this.#queue.textAt(offset, length, (at, count) => this.#tracker.slice(at, at + count));
  }

  /** A copy of text with its origins. */
  fragment(offset: number, length: number): Fragment {
    this.#queue.flush(this.#isDirty);
    return this.#tracker.fragment(offset, length);
  }

  /** What a cut of these ranges took, in their order; undefined when the newest edit was no such cut. */
  cut(ranges: readonly Extent[]): readonly Fragment[] | undefined {
    const deletion = this.#deletion;
    if (deletion === undefined || performance.now() - deletion.at > CUT_WITHIN) return undefined;
    const { changes } = deletion;
    const isCut =
      ranges.length === changes.length && ranges.every((range) => changes.some((each) => isCutOf(each, range)));
    if (!isCut) return undefined;
    this.#queue.cut(changes, performance.now());
    this.#queue.flush(this.#isDirty);
    return deletion.fragments;
  }

  /** The lines that somebody changed since the base, once everything that is under way has settled. */
  async lineStates(): Promise<readonly LineState[]> {
    await this.#ready;
    while (!this.#queue.isEmpty && !this.#disposed) await new Promise((resolve) => setTimeout(resolve, 20));
    return [...this.#tracker.lineStates()];
  }

  /** Where each character comes from, once everything that is under way has settled. */
  async characterRuns(): Promise<readonly CharacterRun[]> {
    await this.lineStates();
    let offset = 0;
    return this.#tracker.fragment(0, this.#tracker.length).runs.map(({ length, origin }) => {
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
    if (this.#disposed) return;
    this.#tracker.declare(first, last, statement);
    if (statement.kind === 'from') this.#statements.add(this.#tracker.text().split('\n'), about, statement.from);
    this.#journalled = -1;
    if (this.#isDirty) this.#note.now();
    else this.journal(false);
  }

  /** Journals the present state; called before and after a save. Costs nothing when this version stands there already. */
  journal(saved: boolean): void {
    const waiting = this.#queue.newest;
    if (waiting !== undefined) this.#hasty = { ...waiting, at: performance.now() };
    this.#queue.flush(this.#isDirty);
    if (saved) {
      this.#savingSince = -Infinity;
      this.#savedVersion = this.document.version;
      this.#unexplained = false;
      setTimeout(() => this.#noteLines(), NOTE_LINES_AFTER);
    }
    const gitDir = this.#around.gitDir();
    if (gitDir === undefined) return;
    if (this.#journalled !== this.document.version) this.#append(gitDir);
    if (!saved) return;
    this.#note.drop();
    this.#kept.forget(gitDir);
    if (this.#isAnswered) this.#kept.endSave(gitDir);
  }

  #append(gitDir: string): void {
    // Git may not have answered yet: then only the journal and the notes say what the text was. They must be read before
    // our own entry, and speak in it, or a crash in this moment would cost what they know.
    this.#atStart ??= this.#readAtStart(gitDir);
    if (this.#repository === undefined) {
      this.#tracker.setInitial(keptLines(this.path, this.#initialText, this.#atStart));
    }
    const began = performance.now();
    const live = liveFile(this.#tracker, this.path, nodeHash);
    const said = this.#said();
    this.#kept.append(gitDir, said.length === 0 ? live : { ...live, said });
    this.#journalled = this.document.version;
    const spent = (performance.now() - began).toFixed(1);
    this.#around.log.debug(
      `Journalled ${this.path}: ${live.hunks.length} hunks, ${this.document.lineCount} lines, ${spent} ms`,
    );
  }

  #said(): readonly SaidOf[] {
    if (this.#statements.isEmpty) return [];
    return this.#statements.of(this.#tracker.text().split('\n'), this.#tracker.lineStates());
  }

  /** Copied text, for the other windows of this work tree. */
  shareCopy(fragment: Fragment): void {
    const gitDir = this.#around.gitDir();
    if (gitDir !== undefined) this.#kept.shareCopy(gitDir, fragment);
  }

  /** What another window copied, if it reads like this. */
  sharedCopy(text: string): Fragment | undefined {
    const gitDir = this.#around.gitDir();
    return gitDir === undefined ? undefined : sharedCopy(gitDir, text);
  }

  /** Notes unsaved text at once, if there is any that is not noted: the window may be about to end. */
  noteUnsaved(): void {
    if (this.#isDirty) this.#note.now();
  }

  /** The journal grew: it may explain what came from disk. An agent's hook speaks only after the agent wrote. */
  claimed(): void {
    const isOpen = this.#initial.some((line) => line.kind === 'claimed' && line.source.origin === 'external');
    const gitDir = isOpen ? this.#around.gitDir() : undefined;
    if (gitDir !== undefined && this.#kept.isNews(gitDir)) this.#ready = this.#ready.then(() => this.#askDisk());
  }

  /** The document is closing: what is known of its text, for another name. */
  handOver(): Heritage {
    this.#queue.flush(true);
    return {
      top: this.top,
      tracker: this.#tracker,
      initialText: this.#initialText,
      initial: this.#initial,
      atStart: this.#atStart,
      repository: this.#repository,
      start: this.#start,
    };
  }

  /** The file was moved here, and the journal says so by now. */
  moved(): void {
    if (!this.#isMoved) this.relearn();
    else if (!this.#isDirty) this.#ready = this.#ready.then(() => this.#guarded(() => this.journal(false)));
  }

  /** The journal knows more of the text that the document was opened with. */
  relearn(): void {
    this.#ready = this.#ready.then(() => {
      [this.#atStart, this.#start, this.#initial] = [undefined, undefined, []];
      return this.#askWhatItWas();
    });
  }

  /** Says what the lines were that the document was opened with, for a text that git can't be asked about. */
  learn(linesOf: (initialText: string) => readonly InitialLine[]): void {
    this.#initial = linesOf(this.#initialText);
    this.#tracker.setInitial(this.#initial);
  }

  /** The text was carried here as a whole, from where its origins are known. */
  cameFrom(fragment: Fragment, by: Source): void {
    const text = this.document.getText();
    this.#initialText = '';
    this.#tracker = new DocumentTracker('');
    this.#tracker.apply([{ offset: 0, removed: 0, text }], { kind: 'place', fragment, by });
  }

  /** What the newest edit took out a moment ago, if it only took out. */
  takenOut(): Fragment | undefined {
    const deletion = this.#deletion;
    if (deletion === undefined || performance.now() - deletion.at > CUT_WITHIN) return undefined;
    this.#queue.flush(this.#isDirty);
    return deletion.fragments.length === 1 ? deletion.fragments[0] : undefined;
  }

  /** What the newest edit put in, if nothing explains it so far. */
  get unexplainedText(): string | undefined {
    return this.#open?.changes[0]?.text;
  }

  /** Something explains what the newest edit put in. */
  explain(how: EditKind): void {
    if (this.#open !== undefined) this.reconsider(this.#open.changes, how);
  }

  /** The lines that somebody changed, as of now. */
  statesNow(): readonly LineState[] {
    this.#queue.flush(true);
    return [...this.#tracker.lineStates()];
  }

  /** Something explains the newest edit after it was taken for unexplained. False when it is not the newest any more. */
  reconsider(changes: readonly TextChange[], how: EditKind): boolean {
    const open = this.#open;
    const [only] = changes;
    if (open === undefined || open.changes !== changes || only === undefined) return false;
    this.#queue.flush(this.#isDirty);
    this.#open = undefined;
    this.#tracker.apply([{ offset: only.offset, removed: only.text.length, text: open.removed }], { kind: 'undo' });
    this.#tracker.apply([only], how);
    if (this.#journalled === this.document.version) {
      this.#journalled = -1;
      this.journal(false);
    }
    return true;
  }

  /** HEAD, refs or trust changed: asks again what the text was. */
  refresh(): void {
    this.#ready = this.#ready.then(() => this.#askWhatItWas());
  }

  dispose(): void {
    const gitDir = this.#around.gitDir();
    if (this.#isDirty) {
      // It may come back with the next window.
      this.#queue.flush(true);
      this.#note.now();
    } else if (gitDir !== undefined) this.#kept.forget(gitDir);
    if (gitDir !== undefined) this.#kept.endSave(gitDir);
    this.#note.drop();
    this.#disposed = true;
    clearTimeout(this.#timer);
  }

  /** Cells of a notebook never say so themselves. */
  get #isDirty(): boolean {
    return this.#around.isDirty?.() ?? this.document.isDirty;
  }

  #apply(changes: readonly TextChange[], how: How): void {
    if (how.kind === 'restore') this.#applyKnown(this.#restored(changes), { kind: 'undo' });
    else if (how.kind === 'drag') {
      const fragment = this.#tracker.fragment(how.from[0], how.from[1] - how.from[0]);
      this.#applyKnown(changes, { kind: 'place', fragment, by: how.by });
    } else this.#applyKnown(changes, how.kind === 'copy' ? copiedBeside(this.#tracker, changes, how.by) : how);
  }

  #applyKnown(changes: readonly TextChange[], how: EditKind): void {
    if (this.#deletion?.changes === changes) {
      const inOrder = changes.toSorted((a, b) => a.offset - b.offset);
      this.#deletion.fragments = inOrder.map(({ offset, removed }) => this.#tracker.fragment(offset, removed));
    }
    if (how.kind === 'edit' && (how.source === 'unknown' || how.source.origin === 'external')) {
      this.#unexplained = true;
      this.#unjudged = true;
    }
    this.#around.settled(changes, how);
    try {
      this.#tracker.apply(this.#leastOf(changes, how), how);
    } catch (error) {
      if (!(error instanceof TrackerOutOfStep)) throw error;
      this.#around.log.warn(`${this.path}: ${error.message}; what differs is unknown now`);
      this.#tracker.resync(this.document.getText());
    }
    if (how.kind === 'edit' && how.source !== 'unknown' && how.source.via === 'disk') this.#rebase();
  }

  #openEdit(changes: readonly Change[], verdict: Verdict): { changes: readonly Change[]; removed: string } | undefined {
    const [only, ...others] = changes;
    if (only === undefined || others.length > 0) return undefined;
    if (verdict.kind === 'certain' && !isOpenKind(verdict.how)) return undefined;
    const removed = only.removed === 0 ? '' : this.textAt(only.offset, only.removed);
    return removed === undefined ? undefined : { changes, removed };
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#around.log.error(`${this.path}: ${String(error)}`);
    }
  }

  /** Other line ends for the whole text are nobody's edit, and the editor says of no such edit what it was. */
  #changesLineEnds(changes: readonly Change[]): boolean {
    const [only, ...others] = changes;
    if (only === undefined || others.length > 0 || only.offset !== 0 || !only.text.includes('\n')) return false;
    if (only.removed !== this.#tracker.length && this.#queue.isEmpty) return false;
    this.#queue.flush(this.#isDirty);
    const before = this.#tracker.text();
    if (only.removed !== before.length || !isSameButForLineEnds(before, only.text)) return false;
    this.#initialText = only.text;
    this.#generation++;
    this.#initial = asInitial([...this.#tracker.lineStates()], contentLines(only.text).length);
    this.#tracker.rebase(only.text, this.#initial);
    // Nothing stands any more where what is still open put it.
    [this.#open, this.#hasty, this.#deletion] = [undefined, undefined, undefined];
    return true;
  }

  /** What nobody explains, or came from outside, takes only the lines that it really changed. */
  #leastOf(changes: readonly TextChange[], how: EditKind): readonly TextChange[] {
    if (how.kind !== 'edit' || (how.source !== 'unknown' && how.source.origin !== 'external')) return changes;
    return changes.flatMap((change) => {
      const isLarge = change.removed > 1 && change.text.length > 1;
      return isLarge
        ? withoutKeptLines(change, this.#tracker.slice(change.offset, change.offset + change.removed))
        : change;
    });
  }

  /** The changes of an event without what it leaves as it is: an assistant that undoes its edits sets the whole text. */
  #restored(changes: readonly TextChange[]): readonly TextChange[] {
    return changes.flatMap(({ offset, removed, text }) => {
      const before = rawLines(this.#tracker.slice(offset, offset + removed));
      const after = rawLines(text);
      const starts = (lines: readonly string[]): number[] => {
        let at = 0;
        return [0, ...lines.map((line) => (at += line.length))];
      };
      const from = starts(before);
      return diffLines(before, after).map((region) => {
        const start = from[region.beforeStart] ?? 0;
        const end = from[region.beforeStart + region.beforeCount] ?? start;
        const lines = after.slice(region.afterStart, region.afterStart + region.afterCount);
        return { offset: offset + start, removed: end - start, text: lines.join('') };
      });
    });
  }

  /** Sees to it that edits that wait get settled, and looks whether the disk has the word. */
  #await(): void {
    if (this.#timer !== undefined || (this.#queue.isEmpty && this.#isDirty)) return;
    // The second step lets messages in that arrived while the extension host was busy.
    this.#timer = setTimeout(() => setImmediate(() => this.#settle()), NOTE_WAIT + 50);
  }

  #settle(): void {
    this.#timer = undefined;
    if (this.#disposed) return;
    this.#queue.expire(performance.now());
    if (!this.#queue.isEmpty) {
      this.#await();
      return;
    }
    // Clean, but not by a save: reloaded or reverted.
    const isNews = this.#unexplained && this.document.version !== this.#savedVersion;
    if (isNews && !this.#isDirty) this.#rebase();
    else if (this.#unjudged) this.#askSides();
    if (!this.#isDirty) this.#forgetUnsaved();
  }

  async #askWhatItWas(): Promise<void> {
    await this.#attempt(async (repository) => {
      this.#atStart ??= this.#readAtStart(repository.gitDir);
      const start = await this.#around.start(repository);
      if (this.#start !== undefined && sameStart(this.#start, start)) return;
      const generation = this.#generation;
      const state = await initialLines(repository, start, this.path, this.#initialText, this.#atStart);
      if (this.#disposed || this.#generation !== generation) return;
      const isFirst = this.#repository === undefined;
      this.#repository = repository;
      this.#start = start;
      this.#tracker.setThresholds(start.thresholds);
      const said = isFirst ? this.#saidAtStart() : undefined;
      if (said !== undefined) this.#statements.load(this.#initialText.split('\n'), said);
      this.#initial = isFirst ? state.lines : afterMove(this.#initial, state.lines);
      this.#tracker.setInitial(this.#initial);
      if (isFirst) this.#answered(this.#savedVersion === this.document.version);
    });
    this.#isAnswered = true;
  }

  /**
   * The text is the disk's from here on, and what is typed next comes on top of it: so what it was can be found out
   * meanwhile. Until then what is known here stands.
   */
  #rebase(): void {
    const text = this.#tracker.text();
    this.#initial = reloaded([...this.#tracker.lineStates()], contentLines(text));
    this.#initialText = text;
    this.#generation++;
    // Undo goes back over a reload, and finds the origins of before.
    this.#tracker.rebase(text, this.#initial);
    this.#unexplained = false;
    if (!this.#isDirty) this.#savedVersion = this.document.version;
    this.#ready = this.#ready.then(() => this.#askDisk());
  }

  /** Text that nobody explains may have been taken from a side of a merge. */
  #askSides(): void {
    this.#unjudged = false;
    const gitDir = this.#around.gitDir();
    if (gitDir === undefined || !isMerging(gitDir)) return;
    const judge = async (repository: Repository): Promise<void> => {
      const { version } = this.document;
      const text = this.document.getText();
      const state = await initialLines(repository, await this.#around.start(repository), this.path, text);
      const isOld = version !== this.document.version || !this.#queue.isEmpty || this.#tracker.text() !== text;
      if (this.#disposed || isOld) {
        this.#unjudged = true;
        return;
      }
      const lines = takenFromSides([...this.#tracker.lineStates()], state.lines);
      if (lines === undefined) return;
      [this.#initialText, this.#initial] = [text, lines];
      this.#generation++;
      this.#tracker.rebase(text, lines);
      if (this.#journalled !== version) return;
      this.#journalled = -1;
      this.journal(false);
    };
    this.#ready = this.#ready.then(() => this.#attempt(judge));
  }

  /** The text came from disk: git, an agent's record or the journal may know it; the rest is external. */
  async #askDisk(): Promise<void> {
    await this.#attempt(async (repository) => {
      const generation = this.#generation;
      const states = savedStates(repository.gitDir, this.path);
      const start = await this.#around.start(repository);
      const state = await initialLines(repository, start, this.path, this.#initialText, states);
      if (this.#disposed || this.#generation !== generation) return;
      const isFirst = this.#repository === undefined;
      this.#repository = repository;
      this.#start = start;
      this.#atStart = states;
      this.#initial = afterReload(state, this.#initial);
      this.#tracker.setThresholds(start.thresholds);
      this.#tracker.setInitial(this.#initial);
      if (isFirst || this.#journalled === this.document.version) this.#answered(this.#journalled !== -1);
    });
  }

  /** What the lines were is known now. What was journalled or noted before says less than that. */
  #answered(isJournalled: boolean): void {
    this.#isAnswered = true;
    if (isJournalled && !this.#isDirty) {
      this.#journalled = -1;
      this.journal(true);
    } else if (this.#isDirty) this.#note.touch();
  }

  /** What the author said of lines of the initial text. */
  #saidAtStart(): readonly SaidOf[] | undefined {
    const { states = [], buffers = [] } = this.#atStart ?? {};
    return exactState([...states, ...buffers.toReversed()], utf8(this.#initialText))?.said;
  }

  #readAtStart(gitDir: string): KeptStates {
    return this.#kept.atStart(gitDir, this.#initialText, this.#wasDirty || (this.#isDirty && !this.#isEdited));
  }

  /** Gives false where it is too early: edits wait, or git has yet to say what the lines were. */
  #noteUnsaved(): boolean {
    const gitDir = this.#around.gitDir();
    if (gitDir === undefined || this.#disposed || !this.#isDirty) return true;
    if (!this.#isAnswered || !this.#queue.isEmpty) return false;
    if (this.#repository === undefined) return true;
    const { exact } = fileLines(nodeHash, utf8(this.#tracker.text()));
    const said = this.#said();
    const live = liveFile(this.#tracker, this.path, nodeHash);
    this.#kept.note(gitDir, { ...live, ...(said.length === 0 ? {} : { said }), lines: exact });
    return true;
  }

  #forgetUnsaved(): void {
    this.#note.drop();
    const gitDir = this.#around.gitDir();
    if (gitDir !== undefined) this.#kept.forget(gitDir);
  }

  async #attempt(work: (repository: Repository) => Promise<void>): Promise<void> {
    try {
      const repository = await this.#around.repository();
      if (repository !== undefined && !this.#disposed) await work(repository);
    } catch (error) {
      // Lines stay unknown; the editor goes on.
      this.#around.log.error(`${this.path}: ${String(error)}`);
    }
  }

  /** Tells later checkpoints of the command line which lines stood here, whoever wrote them. */
  #noteLines(): void {
    const gitDir = this.#around.gitDir();
    if (gitDir === undefined || this.#disposed || this.#isDirty) return;
    const lines = contentLines(utf8(this.document.getText()));
    const digest = contentDigest(nodeHash, lines);
    try {
      writeKnownLines(gitDir, { path: this.path, digest, lines: lines.map((line) => nodeHash.hash96(line)) });
    } catch (error) {
      // The journal says so to the person.
      this.#around.log.debug(`${this.path}: ${String(error)}`);
    }
  }
}

/** Whether a person types or pastes with this edit, as far as its shape tells. */
function isPersons(verdict: Verdict): boolean {
  if (verdict.kind !== 'certain') return verdict.kind !== 'unexplained';
  const { how } = verdict;
  return how.kind === 'place' || (how.kind === 'edit' && how.source !== 'unknown' && how.source.origin === 'paste');
}

/** Whether an edit is unexplained in part at least. */
function isOpenKind(how: How): boolean {
  return (how.kind === 'edit' && how.source === 'unknown') || (how.kind === 'place' && how.by === 'unknown');
}

/** HEAD may move without anything changing for the lines: a commit on a branch keeps its merge base. */
function sameStart(a: ChangeStart, b: ChangeStart): boolean {
  const ids = ({ records }: ChangeStart): string => records.map(({ id }) => id).join(' ');
  const { pasteCharacters, pasteShare } = a.thresholds;
  const sameFold = pasteCharacters === b.thresholds.pasteCharacters && pasteShare === b.thresholds.pasteShare;
  return a.base === b.base && ids(a) === ids(b) && sameFold;
}

/** Whether a deletion is the cut of a range: the range itself, or its whole line with one of its ends. */
function isCutOf({ range: { start, end } }: Change, cut: Extent): boolean {
  if (samePlace(start, cut.start) && samePlace(end, cut.end)) return true;
  const isWholeLine = cut.start.character === 0 && cut.start.line === cut.end.line;
  const withNext = samePlace(start, cut.start) && end.line === cut.end.line + 1 && end.character === 0;
  const withPrevious = start.line === cut.start.line - 1 && samePlace(end, cut.end);
  return isWholeLine && (withNext || withPrevious);
}
