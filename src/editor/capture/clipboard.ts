/**
 * The clipboard as capture sees it: a paste provider that pastes nothing (capture-signals §2.2 and §2.3). It learns of
 * every copy and paste, and leaves both as they are.
 */
import type {
  DataTransfer,
  Disposable,
  DocumentPasteEditProvider,
  LogOutputChannel,
  Range,
  TextDocument,
} from 'vscode';
import { DocumentDropOrPasteEditKind, Position, languages } from 'vscode';
import type { EditKind } from '../../core/tracking/documentTracker';
import { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import type { TextChange } from '../../core/tracking/history';
import { TYPING } from './classify';
import { CopiedText, copiedRanges, isPasteOf, pasteKind } from './pastedText';
import type { TrackedDocument } from './trackedDocument';

/** Files, untitled documents, and the cells of notebooks. */
const FOLLOWED = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-notebook-cell' }];
/** An announced paste that never comes (cancelled, say) is forgotten after so many milliseconds. */
const ANNOUNCED_FOR = 5000;

interface Announced {
  readonly text: string;
  readonly at: number;
  /** What another window of the repository copied, if it reads like this. */
  readonly elsewhere: Fragment | undefined;
}

export class Clipboard implements Disposable {
  readonly #copied = new CopiedText();
  readonly #announced = new Map<string, Announced>();
  readonly #registration: Disposable;
  readonly #log: LogOutputChannel;
  readonly #tracked: (document: TextDocument) => TrackedDocument | undefined;

  constructor(log: LogOutputChannel, tracked: (document: TextDocument) => TrackedDocument | undefined) {
    this.#log = log;
    this.#tracked = tracked;
    const provider: DocumentPasteEditProvider = {
      prepareDocumentPaste: (document, ranges) => this.#guarded(() => this.#copy(document, ranges)),
      provideDocumentPasteEdits: async (document, _ranges, data) => {
        await this.#announce(document, data);
        return undefined;
      },
    };
    this.#registration = languages.registerDocumentPasteEditProvider(FOLLOWED, provider, {
      providedPasteEditKinds: [DocumentDropOrPasteEditKind.Empty.append('countersign')],
      pasteMimeTypes: ['text/plain'],
      copyMimeTypes: [],
    });
  }

  /** What an edit is if it is the announced paste; the announcement is then spent. */
  pasted(document: TextDocument, changes: readonly TextChange[]): EditKind | undefined {
    const key = document.uri.toString();
    const announced = this.#announced.get(key);
    if (announced === undefined) return undefined;
    if (performance.now() - announced.at > ANNOUNCED_FOR) {
      this.#announced.delete(key);
      return undefined;
    }
    if (!isPasteOf(changes, announced.text)) return undefined;
    this.#announced.delete(key);
    return pasteKind(changes, this.#copied.find(announced.text) ?? announced.elsewhere);
  }

  dispose(): void {
    this.#registration.dispose();
  }

  #copy(document: TextDocument, ranges: readonly Range[]): void {
    const tracked = this.#tracked(document);
    if (tracked === undefined || ranges.length === 0) return;
    // A cut is announced when the text is gone already.
    const parts =
      tracked.edits.cut(ranges) ??
      copiedRanges(ranges, (line) => document.lineAt(line).text.length).map(({ start, end }) => {
        const offset = document.offsetAt(new Position(start.line, start.character));
        return tracked.fragment(offset, document.offsetAt(new Position(end.line, end.character)) - offset);
      });
    const [only] = parts;
    const copied = parts.length === 1 && only !== undefined ? only : joined(parts);
    this.#copied.remember(copied);
    tracked.shareCopy(copied);
  }

  async #announce(document: TextDocument, data: DataTransfer): Promise<void> {
    try {
      const tracked = this.#tracked(document);
      if (tracked === undefined) return;
      const text = await data.get('text/plain')?.asString();
      if (text === undefined || text === '') return;
      // A copy of this window speaks first.
      const elsewhere = this.#copied.find(text) === undefined ? tracked.sharedCopy(text) : undefined;
      this.#announced.set(document.uri.toString(), { text, at: performance.now(), elsewhere });
    } catch (error) {
      this.#log.error(`A paste could not be seen, so its lines stay unknown: ${String(error)}`);
    }
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.error(`A copy could not be seen: ${String(error)}`);
    }
  }
}

/** Several selections on the clipboard: one line each. */
function joined(parts: readonly Fragment[]): Fragment {
  const scratch = new DocumentTracker('');
  for (const [index, fragment] of parts.entries()) {
    const add = (text: string, how: EditKind): void =>
      scratch.apply([{ offset: scratch.length, removed: 0, text }], how);
    if (index > 0) add('\n', { kind: 'edit', source: TYPING });
    add(fragment.text, { kind: 'place', fragment, by: { ...TYPING, via: 'move' } });
  }
  return scratch.fragment(0, scratch.length);
}
