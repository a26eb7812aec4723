/**
 * Drops as capture sees them: a drop provider that drops nothing, as our paste provider pastes nothing, and the
 * selections by which a drag within an editor is told. See `droppedText`.
 */
import type { DataTransfer, Disposable, LogOutputChannel, Position, TextDocument } from 'vscode';
import { DocumentDropOrPasteEditKind, languages } from 'vscode';
import type { How } from './deeds';
import type { Announced, Drag, Range } from './droppedText';
import { dragOf, dropHow, filesIn } from './droppedText';
import type { Change } from './editEvent';
import type { TrackedDocument } from './trackedDocument';

/** Files, untitled documents, and the cells of notebooks. */
const FOLLOWED = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-notebook-cell' }];
/** Selections beyond which nobody drags one. */
const MOST_SELECTIONS = 100;

export class Drops implements Disposable {
  readonly #log: LogOutputChannel;
  readonly #tracked: (document: TextDocument) => TrackedDocument | undefined;
  readonly #registration: Disposable;
  #announced: (Announced & { readonly document: TextDocument }) | undefined;
  /** The selections of the document that was selected in last; gone with its next edit. */
  #selected: { readonly document: TextDocument; readonly ranges: readonly Range[] } | undefined;
  /** The newest edit, if it has the shape of a drag. */
  #drag: (Drag & { readonly document: TextDocument; readonly changes: readonly Change[] }) | undefined;

  constructor(log: LogOutputChannel, tracked: (document: TextDocument) => TrackedDocument | undefined) {
    this.#log = log;
    this.#tracked = tracked;
    const provider = {
      provideDocumentDropEdits: async (document: TextDocument, position: Position, data: DataTransfer) => {
        await this.#announce(document, position, data);
        return undefined;
      },
    };
    this.#registration = languages.registerDocumentDropEditProvider(FOLLOWED, provider, {
      providedDropEditKinds: [DocumentDropOrPasteEditKind.Empty.append('countersign')],
      dropMimeTypes: ['text/plain', 'text/uri-list', 'files'],
    });
  }

  /** What an edit is if it is the announced drop, which is then spent. */
  dropped(document: TextDocument, changes: readonly Change[], snippet: boolean): How | undefined {
    const announced = this.#announced;
    if (announced?.document !== document) return undefined;
    const how = dropHow(announced, changes, snippet, performance.now());
    if (how !== undefined) this.#announced = undefined;
    return how;
  }

  /** The edit as a drag within its editor, if it has that shape. */
  dragged(document: TextDocument, changes: readonly Change[], tracked: TrackedDocument): Drag | undefined {
    const selected = this.#selected?.document === document ? this.#selected.ranges : [];
    const drag = dragOf(changes, selected, (offset, length) => tracked.edits.textAt(offset, length));
    this.#drag = drag === undefined ? undefined : { ...drag, document, changes };
    if (this.#selected?.document === document) this.#selected = undefined;
    return drag;
  }

  /** The carets are there now: behind a drag, the editor selects what it moved. */
  selected(document: TextDocument, ranges: readonly Range[], tracked: TrackedDocument): void {
    const drag = this.#drag;
    const [only, another] = ranges;
    const isThere = drag?.document === document && another === undefined;
    if (isThere && only?.[0] === drag.to[0] && only[1] === drag.to[1]) tracked.edits.dragged(drag.changes, drag.from);
    this.#selected = ranges.length > MOST_SELECTIONS ? undefined : { document, ranges };
  }

  dispose(): void {
    this.#registration.dispose();
  }

  async #announce(document: TextDocument, position: Position, data: DataTransfer): Promise<void> {
    try {
      if (this.#tracked(document) === undefined) return;
      const text = (await data.get('text/plain')?.asString()) ?? '';
      const list = (await data.get('text/uri-list')?.asString()) ?? '';
      const files = filesIn(list);
      for (const [, item] of data) {
        const name = item.asFile()?.name;
        if (name !== undefined) files.push(name);
      }
      const offset = document.offsetAt(position);
      this.#announced = { document, text, files: [...new Set(files)], offset, at: performance.now() };
    } catch (error) {
      this.#log.error(`A drop could not be seen, so its lines stay unknown: ${String(error)}`);
    }
  }
}
