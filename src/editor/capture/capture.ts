/**
 * Capture: follows who writes what in the open files of tracked repositories, and journals it on save. Takes the
 * editor's events apart; what an edit is, `classify` decides; what becomes of it, `TrackedDocument`.
 */
import type {
  Disposable,
  Event,
  LogOutputChannel,
  TextDocument,
  TextDocumentChangeEvent,
  TextEditorSelectionChangeEvent,
  Uri,
} from 'vscode';
import { EventEmitter, TextEditorSelectionChangeKind, window, workspace } from 'vscode';
import type { EditKind } from '../../core/tracking/documentTracker';
import type { TextChange } from '../../core/tracking/history';
import type { LineState } from '../../core/tracking/lineFold';
import type { Repository } from '../../node/repository';
import type { Location, Repositories } from '../workspace/repositories';
import { AssistantsHere } from './assistantsHere';
import { ChangeStarts } from './changeStarts';
import { CHAT_SCHEME, ChatEdits } from './chatEdits';
import type { Verdict } from './classify';
import { classify } from './classify';
import { Clipboard } from './clipboard';
import { DocumentHandover } from './documentHandover';
import { Drops } from './drops';
import { inOrder } from './editEvent';
import { EditEvents, shapeOf } from './editEvents';
import { placeToFollow } from './followable';
import { JournalKeeper } from './journalKeeper';
import { KeyNotes } from './keyNotes';
import { Notebooks } from './notebooks';
import { tidiesForSaves } from './tidying';
import type { CharacterRun } from './trackedDocument';
import { TrackedDocument } from './trackedDocument';

/** Refs move several times in one git command. */
const REF_DELAY = 400;

/** An edit, and what it turned out to be. */
export interface SettledEdit {
  readonly uri: Uri;
  readonly changes: readonly TextChange[];
  readonly how: EditKind;
}

export interface CaptureParts {
  readonly log: LogOutputChannel;
  readonly repositories: Repositories;
  /** Whether to listen to the proposed API, where the editor has it. */
  readonly takesReasons: boolean;
}

export class Capture implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #repositories: Repositories;
  readonly #documents = new Map<TextDocument, TrackedDocument>();
  readonly #starts = new ChangeStarts();
  readonly #clipboard: Clipboard;
  readonly #drops: Drops;
  readonly #handover: DocumentHandover;
  readonly #notebooks: Notebooks;
  readonly #chats = new ChatEdits();
  readonly assistants: AssistantsHere;
  readonly #events: EditEvents;
  readonly #keys: KeyNotes;
  readonly #keeper: JournalKeeper;
  readonly #disposables: Disposable[];
  readonly #settled = new EventEmitter<SettledEdit>();
  /** Each edit of a followed document, in order, once it is known what it was. */
  readonly onDidSettle: Event<SettledEdit> = this.#settled.event;
  #refTimer: NodeJS.Timeout | undefined;

  constructor({ log, repositories, takesReasons }: CaptureParts) {
    this.#log = log;
    this.#repositories = repositories;
    this.#keeper = new JournalKeeper(log);
    this.#handover = new DocumentHandover({ log, repositories, documents: () => this.#documents.values() });
    this.#notebooks = new Notebooks({
      log,
      repositories,
      start: (repository) => this.#starts.of(repository),
      follow: (document, at, isDirty) => this.#follow(document, at, isDirty),
      followed: (document) => this.#documents.get(document),
    });
    this.#clipboard = new Clipboard(log, (document) => this.#documents.get(document));
    this.#drops = new Drops(log, (document) => this.#documents.get(document));
    this.assistants = new AssistantsHere(log);
    this.#events = new EditEvents({
      takesReasons,
      drops: this.#drops,
      chats: this.#chats,
      assistants: this.assistants,
    });
    this.#keys = new KeyNotes({ log, assistants: this.assistants, documents: this.#documents });
    this.#disposables = [
      this.#settled,
      this.#keys,
      this.#handover,
      this.#notebooks,
      this.#clipboard,
      this.#drops,
      this.assistants,
      workspace.onDidOpenTextDocument((document) => this.#open(document)),
      workspace.onDidCloseTextDocument((document) => this.#close(document)),
      workspace.onDidChangeTextDocument((event) => this.#changed(event)),
      window.onDidChangeWindowState(({ focused }) => {
        if (!focused) this.#guarded(() => this.#noteUnsaved());
      }),
      window.onDidChangeTextEditorSelection((event) => this.#selected(event)),
      workspace.onWillSaveTextDocument(({ document }) => {
        this.#documents.get(document)?.saving(tidiesForSaves(document));
        this.#journal(document, false);
      }),
      workspace.onDidSaveTextDocument((document) => this.#saved(document)),
      repositories.onDidChange(() => this.#moved()),
      repositories.onDidJournal((top) => {
        for (const tracked of this.#documents.values()) if (tracked.top === top) tracked.claimed();
        this.#notebooks.claimed(top);
      }),
    ];
    for (const document of workspace.textDocuments) this.#open(document);
    this.#notebooks.openAll();
    void this.#keys.take();
  }

  /** What is known about the changed lines of an open file: undefined when it is not followed. */
  async originsOf(uri: Uri): Promise<readonly LineState[] | undefined> {
    return this.#trackedAt(uri)?.lineStates();
  }

  /** Where each character of an open file comes from: undefined when it is not followed. */
  async runsOf(uri: Uri): Promise<readonly CharacterRun[] | undefined> {
    return this.#trackedAt(uri)?.characterRuns();
  }

  /** The follower of an open file; undefined when it is not followed. */
  follower(uri: Uri): TrackedDocument | undefined {
    return this.#trackedAt(uri);
  }

  /** The followers of a repository's open files. */
  followers(top: string): readonly TrackedDocument[] {
    return [...this.#documents.values()].filter((tracked) => tracked.top === top);
  }

  dispose(): void {
    clearTimeout(this.#refTimer);
    for (const each of this.#disposables) each.dispose();
    for (const each of this.#documents.values()) this.#guarded(() => each.dispose());
    this.#keeper.dispose();
  }

  #trackedAt(uri: Uri): TrackedDocument | undefined {
    const key = uri.toString();
    return [...this.#documents.values()].find(({ document }) => document.uri.toString() === key);
  }

  #open(document: TextDocument): void {
    this.#guarded(() => {
      this.#chats.opened(document);
      if (this.#documents.has(document)) return;
      const at = placeToFollow(document, this.#repositories);
      if (at === undefined) return;
      // Nothing of an untitled document is on disk; it says so only from its second edit on.
      if (document.isUntitled) this.#follow(document, at, () => true);
      else this.#follow(document, at);
    });
  }

  /** Follows a document. Given `isDirty`, it is none of a file's own, and git is not asked about it. */
  #follow(document: TextDocument, at: Location, isDirty?: () => boolean): TrackedDocument {
    const isFile = isDirty === undefined;
    const around = {
      log: this.#log,
      keeper: this.#keeper,
      gitDir: () => (isFile ? this.#repositories.gitDir(at.top) : undefined),
      repository: () => (isFile ? this.#repositories.open(at.top) : Promise.resolve(undefined)),
      start: (repository: Repository) => this.#starts.of(repository),
      settled: (changes: readonly TextChange[], how: EditKind) => {
        this.#settled.fire({ uri: document.uri, changes, how });
      },
      ...(isDirty === undefined ? {} : { isDirty }),
    };
    const tracked = new TrackedDocument(document, at, around, this.#handover.heritageOf(document.uri));
    this.#documents.set(document, tracked);
    return tracked;
  }

  #close(document: TextDocument): void {
    this.#chats.closed(document);
    const tracked = this.#documents.get(document);
    if (tracked === undefined) return;
    this.#guarded(() => this.#handover.closed(tracked));
    this.#guarded(() => tracked.dispose());
    this.#documents.delete(document);
  }

  /** The window may be about to end, or another one to be looked at. */
  #noteUnsaved(): void {
    for (const tracked of this.#documents.values()) tracked.noteUnsaved();
  }

  #changed(event: TextDocumentChangeEvent): void {
    const tracked = this.#documents.get(event.document);
    if (tracked === undefined) {
      if (event.document.uri.scheme === CHAT_SCHEME) this.#guarded(() => this.#mirrored(event));
      return;
    }
    this.#guarded(() => {
      if (event.contentChanges.length === 0) {
        tracked.dirtied();
        return;
      }
      const edit = this.#events.of(event, tracked);
      const pasted = this.#clipboard.pasted(event.document, edit.changes);
      const saved = pasted === undefined ? this.#handover.savedAs(event, edit.changes, tracked) : undefined;
      const verdict: Verdict = saved === undefined ? classify(edit, pasted) : { kind: 'certain', how: saved };
      this.assistants.judged(edit, verdict);
      this.#log.trace(`${tracked.path}: ${shapeOf(edit)} → ${verdict.kind}`);
      tracked.edited(edit, verdict);
    });
  }

  #mirrored({ document, contentChanges }: TextDocumentChangeEvent): void {
    const changes = inOrder(contentChanges).map(({ rangeOffset, rangeLength, text }) => {
      return { offset: rangeOffset, removed: rangeLength, text };
    });
    for (const tracked of this.#documents.values()) {
      if (tracked.document.uri.path === document.uri.path) tracked.edits.mirrored(changes);
    }
  }

  #selected(event: TextEditorSelectionChangeEvent): void {
    this.#events.selected(event);
    const { textEditor, selections, kind } = event;
    const { document } = textEditor;
    const tracked = this.#documents.get(document);
    // Another editor of the same document moves its caret along, and says nothing about keys.
    const isKeyboard = kind === TextEditorSelectionChangeKind.Keyboard;
    if (tracked === undefined || (!isKeyboard && textEditor !== window.activeTextEditor)) return;
    this.#guarded(() => {
      const offsets = selections.map(({ start, end }) => [document.offsetAt(start), document.offsetAt(end)] as const);
      tracked.edits.selected(offsets, isKeyboard);
      this.#drops.selected(document, offsets, tracked);
    });
  }

  #saved(document: TextDocument): void {
    // The first save of a new file is when it gets its place.
    this.#open(document);
    this.#journal(document, true);
  }

  #journal(document: TextDocument, saved: boolean): void {
    this.#guarded(() => this.#documents.get(document)?.journal(saved));
  }

  /** HEAD, a ref or the policy moved: what was neutral may no longer be, and files may be tracked from now on. */
  #moved(): void {
    clearTimeout(this.#refTimer);
    this.#refTimer = setTimeout(() => {
      this.#starts.clear();
      for (const document of workspace.textDocuments) this.#open(document);
      for (const tracked of this.#documents.values()) tracked.refresh();
      this.#notebooks.refresh();
    }, REF_DELAY);
  }

  /** A fault of ours costs origins, never the editor's working. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.error(error instanceof Error ? error : String(error));
    }
  }
}
