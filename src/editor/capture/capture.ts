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
} from 'vscode';
import {
  EventEmitter,
  TextDocumentChangeReason,
  TextEditorSelectionChangeKind,
  Uri,
  commands,
  window,
  workspace,
} from 'vscode';
import type { EditKind } from '../../core/tracking/documentTracker';
import type { TextChange } from '../../core/tracking/history';
import type { LineState } from '../../core/tracking/lineFold';
import { SIDECAR_ROOT } from '../../core/sidecar/paths';
import type { ChangeStart } from '../../node/initialLines';
import { changeStart } from '../../node/initialLines';
import type { Repository } from '../../node/repository';
import type { Location, Repositories } from '../workspace/repositories';
import { ACCEPTED_COMMAND, acceptedSource } from './acceptance';
import { AssistantsHere } from './assistantsHere';
import { CHAT_SCHEME, ChatEdits } from './chatEdits';
import type { Verdict } from './classify';
import { classify } from './classify';
import { Clipboard } from './clipboard';
import { DocumentHandover } from './documentHandover';
import { Drops } from './drops';
import { DEED_COMMAND, deedOf } from './deeds';
import type { Change, EditEvent } from './editEvent';
import { inOrder } from './editEvent';
import { Notebooks } from './notebooks';
import type { DetailedReason } from './reported';
import type { CharacterRun } from './trackedDocument';
import { JournalKeeper } from './journalKeeper';
import { TrackedDocument } from './trackedDocument';

/** UTF-16 units. Larger files are not followed. */
const MOST_CHARACTERS = 20 * 1024 * 1024;
/** Tests look at what capture sees by itself, as in a build from the Marketplace. */
const PUBLIC_API_ONLY = process.env['COUNTERSIGN_TEST_PUBLIC_API'] === '1';
/** The top of what stands in no repository yet. */
const NOWHERE = '';
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
  readonly #takesReasons: boolean;
  readonly #documents = new Map<TextDocument, TrackedDocument>();
  readonly #starts = new Map<string, Promise<ChangeStart>>();
  readonly #clipboard: Clipboard;
  readonly #drops: Drops;
  readonly #handover: DocumentHandover;
  readonly #notebooks: Notebooks;
  readonly #chats = new ChatEdits();
  readonly assistants: AssistantsHere;
  readonly #keeper: JournalKeeper;
  readonly #disposables: Disposable[];
  readonly #settled = new EventEmitter<SettledEdit>();
  /** Each edit of a followed document, in order, once it is known what it was. */
  readonly onDidSettle: Event<SettledEdit> = this.#settled.event;
  #selectedAt = -Infinity;
  #refTimer: NodeJS.Timeout | undefined;

  constructor({ log, repositories, takesReasons }: CaptureParts) {
    this.#log = log;
    this.#takesReasons = takesReasons && !PUBLIC_API_ONLY;
    this.#repositories = repositories;
    this.#keeper = new JournalKeeper(log);
    this.#handover = new DocumentHandover({ log, repositories, documents: () => this.#documents.values() });
    this.#notebooks = new Notebooks({
      log,
      repositories,
      start: (repository) => this.#startOf(repository),
      follow: (document, at, isDirty) => this.#follow(document, at, isDirty),
      followed: (document) => this.#documents.get(document),
    });
    this.#clipboard = new Clipboard(log, (document) => this.#documents.get(document));
    this.#drops = new Drops(log, (document) => this.#documents.get(document));
    this.assistants = new AssistantsHere(log);
    this.#disposables = [
      this.#settled,
      this.#handover,
      this.#notebooks,
      commands.registerCommand(ACCEPTED_COMMAND, (args: unknown) => this.#accepted(args)),
      commands.registerCommand(DEED_COMMAND, (args: unknown) => this.#did(args)),
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
    void this.#takeKeys();
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
    void commands.executeCommand('setContext', 'countersign.capturing', false);
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
      const at = this.#placeOf(document);
      if (at === undefined || at.path.startsWith(`${SIDECAR_ROOT}/`) || at.path.startsWith('.git/')) return;
      if (document.lineCount > MOST_CHARACTERS / 2 || document.getText().length > MOST_CHARACTERS) return;
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
      start: (repository: Repository) => this.#startOf(repository),
      settled: (changes: readonly TextChange[], how: EditKind) => {
        this.#settled.fire({ uri: document.uri, changes, how });
      },
      ...(isDirty === undefined ? {} : { isDirty }),
    };
    const tracked = new TrackedDocument(document, at, around, this.#handover.heritageOf(document.uri));
    this.#documents.set(document, tracked);
    return tracked;
  }

  /** Where a document's file stands; an untitled document has none yet, and may get it in any tracked repository. */
  #placeOf({ uri }: TextDocument): Location | undefined {
    if (uri.scheme === 'file') return this.#repositories.locateTracked(uri);
    if (uri.scheme !== 'untitled') return undefined;
    const roots = (workspace.workspaceFolders ?? []).map((folder) => Uri.joinPath(folder.uri, 'any'));
    const isTracked = roots.some((root) => this.#repositories.locateTracked(root) !== undefined);
    return isTracked ? { top: NOWHERE, path: `untitled/${uri.path}` } : undefined;
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
      const edit = this.#editEvent(event, tracked);
      const pasted = this.#clipboard.pasted(event.document, edit.changes);
      const saved = pasted === undefined ? this.#handover.savedAs(event, edit.changes, tracked) : undefined;
      const verdict: Verdict = saved === undefined ? classify(edit, pasted) : { kind: 'certain', how: saved };
      this.assistants.judged(edit, verdict);
      this.#log.trace(`${tracked.path}: ${describe(edit)} → ${verdict.kind}`);
      tracked.edited(edit, verdict);
    });
  }

  #mirrored({ document, contentChanges }: TextDocumentChangeEvent): void {
    const changes = inOrder(contentChanges).map(({ rangeOffset, rangeLength, text }) => {
      return { offset: rangeOffset, removed: rangeLength, text };
    });
    for (const tracked of this.#documents.values()) {
      if (tracked.document.uri.path === document.uri.path) tracked.mirrored(changes);
    }
  }

  #editEvent(event: TextDocumentChangeEvent, tracked: TrackedDocument): EditEvent {
    const { document, reason } = event;
    const changes = inOrder(event.contentChanges).map(({ rangeOffset, rangeLength, text, range }): Change => {
      const removedText = rangeLength > 0 && rangeLength <= 256 ? tracked.textAt(rangeOffset, rangeLength) : undefined;
      const change = { offset: rangeOffset, removed: rangeLength, text, range };
      return removedText === undefined ? change : { ...change, removedText };
    });
    const editor = window.state.focused ? window.activeTextEditor : undefined;
    const detailed = this.#takesReasons ? detailedReason(event) : undefined;
    return {
      changes,
      reason:
        reason === TextDocumentChangeReason.Undo
          ? 'undo'
          : reason === TextDocumentChangeReason.Redo
            ? 'redo'
            : undefined,
      detailed,
      drag: reason === undefined ? this.#drops.dragged(document, changes, tracked) : undefined,
      dropped: this.#drops.dropped(document, changes, detailed?.source === 'snippet'),
      ofExtension: (id) => this.assistants.originOf(id),
      mayBeAi: (id) => this.assistants.mayBe(id),
      // The selection event follows the change: what the editor says now is from before.
      selections: editor?.document === document ? editor.selections : [],
      selectedAgo: performance.now() - this.#selectedAt,
      textOf: ({ offset, removed, removedText }) => removedText ?? tracked.textAt(offset, removed),
      textBefore: (offset, count) => tracked.textAt(Math.max(offset - count, 0), Math.min(offset, count)) ?? '',
      saving: tracked.isSaving,
      typedAgo: tracked.typedAgo,
      formats: () => formatsBehindKeys(document),
      suggestsAi: this.assistants.suggestsAi,
      chat: this.#chatContext(document, changes, tracked),
    };
  }

  #chatContext(document: TextDocument, changes: readonly Change[], tracked: TrackedDocument): EditEvent['chat'] {
    const source = this.#chats.sourceAt(document.uri);
    if (source === undefined) return undefined;
    return {
      source,
      inside: changes.every((change) => tracked.touchesAi(change)),
      undone: () => this.#chats.isUndone(document, changes),
    };
  }

  #selected({ textEditor, selections, kind }: TextEditorSelectionChangeEvent): void {
    const isPerson = kind === TextEditorSelectionChangeKind.Keyboard || kind === TextEditorSelectionChangeKind.Mouse;
    if (isPerson) this.#selectedAt = performance.now();
    const { document } = textEditor;
    const tracked = this.#documents.get(document);
    // Another editor of the same document moves its caret along, and says nothing about keys.
    const isKeyboard = kind === TextEditorSelectionChangeKind.Keyboard;
    if (tracked === undefined || (!isKeyboard && textEditor !== window.activeTextEditor)) return;
    this.#guarded(() => {
      const offsets = selections.map(({ start, end }) => [document.offsetAt(start), document.offsetAt(end)] as const);
      tracked.selected(offsets, isKeyboard);
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

  /**
   * The keys are ours only from here on. The editor's first call of a command waits for a round of activations, and the
   * note of the first acceptance would come late: so the first call is made now, to no effect.
   */
  async #takeKeys(): Promise<void> {
    try {
      await commands.executeCommand('runCommands', {
        commands: [
          { command: ACCEPTED_COMMAND, args: { via: 'none' } },
          { command: DEED_COMMAND, args: { deed: 'none' } },
        ],
      });
      await commands.executeCommand('setContext', 'countersign.capturing', true);
    } catch (error) {
      this.#log.error(`Accept keys are not watched, so accepted lines stay unknown: ${String(error)}`);
    }
  }

  #accepted(args: unknown): void {
    const source = acceptedSource(this.assistants.accepted(args), this.assistants.completer);
    const document = window.activeTextEditor?.document;
    if (source === undefined || document === undefined) return;
    this.#guarded(() => this.#documents.get(document)?.accepted(source));
  }

  #did(args: unknown): void {
    const deed = deedOf(args);
    const document = window.activeTextEditor?.document;
    if (deed === undefined) return;
    this.#guarded(() => {
      for (const [each, tracked] of this.#documents) {
        // A new name goes into every file that has the old one.
        if (each === document || deed === 'rename') tracked.did(deed);
      }
    });
  }

  #startOf(repository: Repository): Promise<ChangeStart> {
    const known = this.#starts.get(repository.gitDir);
    if (known !== undefined) return known;
    const start = changeStart(repository);
    this.#starts.set(repository.gitDir, start);
    // A failure is not for keeps.
    start.catch(() => this.#starts.delete(repository.gitDir));
    return start;
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

/** Whether the editor is set to format behind what is typed or pasted. */
/** Whether the editor formats, or does anything else to the text, when it saves. */
function tidiesForSaves(document: TextDocument): boolean {
  const editor = workspace.getConfiguration('editor', document);
  const files = workspace.getConfiguration('files', document);
  const actions = Object.values(editor.get<Readonly<Record<string, unknown>>>('codeActionsOnSave') ?? {});
  return (
    editor.get('formatOnSave') === true ||
    actions.some((when) => when !== false && when !== 'never') ||
    ['trimTrailingWhitespace', 'insertFinalNewline', 'trimFinalNewlines'].some((name) => files.get(name) === true)
  );
}

function formatsBehindKeys(document: TextDocument): boolean {
  const settings = workspace.getConfiguration('editor', document);
  return settings.get('formatOnType') === true || settings.get('formatOnPaste') === true;
}

/** The proposed API's answer, where this build may see it. */
function detailedReason(event: object): DetailedReason | undefined {
  if (!('detailedReason' in event)) return undefined;
  const { detailedReason: detailed } = event;
  if (typeof detailed !== 'object' || detailed === null || !('source' in detailed)) return undefined;
  const metadata = 'metadata' in detailed ? detailed.metadata : undefined;
  if (typeof detailed.source !== 'string') return undefined;
  return {
    source: detailed.source,
    metadata: typeof metadata === 'object' && metadata !== null ? Object.fromEntries(Object.entries(metadata)) : {},
  };
}

/** Shape only: logs never hold the user's text. */
function describe({ changes, reason }: EditEvent): string {
  const shapes = changes.slice(0, 3).map(({ offset, removed, text }) => `${offset}-${removed}+${text.length}`);
  return `${shapes.join(' ')}${changes.length > 3 ? ' …' : ''}${reason === undefined ? '' : ` (${reason})`}`;
}
