/** Makes the editor's event of a change into what `classify` judges: with all that this window knows of the moment. */
import type { TextDocument, TextDocumentChangeEvent, TextEditorSelectionChangeEvent } from 'vscode';
import { TextDocumentChangeReason, TextEditorSelectionChangeKind, window } from 'vscode';
import type { AssistantsHere } from './assistantsHere';
import { CaretTrail, endsOf, reachesCaret } from './caretTrail';
import type { ChatEdits } from './chatEdits';
import type { Drops } from './drops';
import type { Change, EditEvent } from './editEvent';
import { inOrder } from './editEvent';
import type { DetailedReason } from './reported';
import { formatsBehindKeys } from './tidying';
import type { TrackedDocument } from './trackedDocument';

/** Tests look at what capture sees by itself, as in a build from the Marketplace. */
const PUBLIC_API_ONLY = process.env['COUNTERSIGN_TEST_PUBLIC_API'] === '1';
/** Characters of removed text up to which it is looked at with every edit. */
const MOST_REMOVED = 256;
const NO_TRAIL = new CaretTrail();

export interface EventParts {
  /** Whether to listen to the proposed API, where the editor has it. */
  readonly takesReasons: boolean;
  readonly drops: Drops;
  readonly chats: ChatEdits;
  readonly assistants: AssistantsHere;
}

export class EditEvents {
  readonly #parts: EventParts;
  readonly #trails = new WeakMap<TextDocument, CaretTrail>();
  #selectedAt = -Infinity;
  #movedAt = -Infinity;

  constructor(parts: EventParts) {
    this.#parts = parts;
  }

  /** The selection changed somewhere. */
  selected({ kind, textEditor }: TextEditorSelectionChangeEvent): void {
    if (textEditor === window.activeTextEditor) this.#trails.delete(textEditor.document);
    const isPerson = kind === TextEditorSelectionChangeKind.Keyboard || kind === TextEditorSelectionChangeKind.Mouse;
    if (isPerson) this.#selectedAt = performance.now();
    // Going to a line or a search's result moves the caret by a command.
    if (isPerson || kind === TextEditorSelectionChangeKind.Command) this.#movedAt = performance.now();
  }

  /** Must be called at the event: what stood before it is known only until the next. */
  of(event: TextDocumentChangeEvent, tracked: TrackedDocument): EditEvent {
    const { takesReasons, drops, assistants } = this.#parts;
    const { document, reason } = event;
    const { edits } = tracked;
    const changes = changesOf(event, tracked);
    const editor = window.state.focused ? window.activeTextEditor : undefined;
    // The selection event follows the change: what the editor says now is from before.
    const selections = editor?.document === document ? editor.selections : [];
    const trail = this.#trails.get(document) ?? NO_TRAIL;
    // Where undo leaves the caret, only the selection event tells.
    const ends = endsOf(selections);
    const moves = (change: Change): boolean =>
      reason !== undefined || trail.holds(change) || reachesCaret(change, ends);
    this.#trails.set(document, trail.after(changes, moves));
    const detailed = takesReasons && !PUBLIC_API_ONLY ? detailedReason(event) : undefined;
    return {
      changes,
      reason: reasonOf(reason),
      detailed,
      drag: reason === undefined ? drops.dragged(document, changes, tracked) : undefined,
      dropped: drops.dropped(document, changes, detailed?.source === 'snippet'),
      ofExtension: (id) => assistants.originOf(id),
      mayBeAi: (id) => assistants.mayBe(id),
      selections,
      trail,
      selectedAgo: performance.now() - this.#selectedAt,
      movedAgo: performance.now() - this.#movedAt,
      textOf: ({ offset, removed, removedText }) => removedText ?? edits.textAt(offset, removed),
      textBefore: (offset, count) => edits.textAt(Math.max(offset - count, 0), Math.min(offset, count)),
      saving: tracked.isSaving,
      typedAgo: edits.typedAgo,
      formats: () => formatsBehindKeys(document),
      suggestsAi: assistants.suggestsAi,
      chat: this.#chat(document, changes, tracked),
    };
  }

  #chat(document: TextDocument, changes: readonly Change[], tracked: TrackedDocument): EditEvent['chat'] {
    const { chats } = this.#parts;
    const source = chats.sourceAt(document.uri);
    if (source === undefined) return undefined;
    const inside = changes.every((change) => tracked.touchesAi(change));
    return { source, inside, undone: () => chats.isUndone(document, changes, inside) };
  }
}

/** An edit for the log: its shape only, since logs never hold the user's text. */
export function shapeOf({ changes, reason }: EditEvent): string {
  const shapes = changes.slice(0, 3).map(({ offset, removed, text }) => `${offset}-${removed}+${text.length}`);
  return `${shapes.join(' ')}${changes.length > 3 ? ' …' : ''}${reason === undefined ? '' : ` (${reason})`}`;
}

function changesOf({ contentChanges }: TextDocumentChangeEvent, { edits }: TrackedDocument): readonly Change[] {
  return inOrder(contentChanges).map(({ rangeOffset, rangeLength, text, range }) => {
    const change = { offset: rangeOffset, removed: rangeLength, text, range };
    const isShort = rangeLength > 0 && rangeLength <= MOST_REMOVED;
    const removedText = isShort ? edits.textAt(rangeOffset, rangeLength) : undefined;
    return removedText === undefined ? change : { ...change, removedText };
  });
}

function reasonOf(reason: TextDocumentChangeReason | undefined): EditEvent['reason'] {
  if (reason === TextDocumentChangeReason.Undo) return 'undo';
  return reason === TextDocumentChangeReason.Redo ? 'redo' : undefined;
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
