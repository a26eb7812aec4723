/**
 * Notebooks: their cells are followed like files, and on save what is known of the cells' lines becomes what is known of
 * the file's. Jupyter notebooks only, by the serializer that comes with the editor.
 */
import { readFileSync, statSync } from 'node:fs';
import type {
  Disposable,
  LogOutputChannel,
  NotebookCell,
  NotebookDocument,
  NotebookDocumentChangeEvent,
  TextDocument,
} from 'vscode';
import { workspace } from 'vscode';
import type { Repository } from '../../node/repository';
import type { ChangeStart } from '../../node/changeStart';
import type { Location, Repositories } from '../workspace/repositories';
import type { TrackedDocument } from './trackedDocument';
import { TrackedNotebook } from './trackedNotebook';

/** Bytes. Larger notebooks are not followed: their outputs are large, and every save reads the file. */
const MOST_BYTES = 10 * 1024 * 1024;

export interface NotebookParts {
  readonly log: LogOutputChannel;
  readonly repositories: Repositories;
  start(repository: Repository): Promise<ChangeStart>;
  /** Follows a cell's document. */
  follow(document: TextDocument, at: Location, isDirty: () => boolean): TrackedDocument;
  followed(document: TextDocument): TrackedDocument | undefined;
}

export class Notebooks implements Disposable {
  readonly #parts: NotebookParts;
  readonly #notebooks = new Map<NotebookDocument, TrackedNotebook>();
  readonly #disposables: Disposable[];

  constructor(parts: NotebookParts) {
    this.#parts = parts;
    this.#disposables = [
      workspace.onDidOpenNotebookDocument((notebook) => this.#guarded(() => this.#open(notebook))),
      workspace.onDidCloseNotebookDocument((notebook) => this.#notebooks.delete(notebook)),
      workspace.onDidChangeNotebookDocument((event) => this.#guarded(() => this.#changed(event))),
      workspace.onDidSaveNotebookDocument((notebook) => {
        this.#guarded(() => {
          // The first save of a new notebook is when it gets its place.
          this.#open(notebook);
          this.#notebooks.get(notebook)?.saved();
        });
      }),
    ];
  }

  /** Notebooks that were open before, and those that are tracked from now on. */
  openAll(): void {
    for (const notebook of workspace.notebookDocuments) this.#guarded(() => this.#open(notebook));
  }

  /** HEAD, refs or trust changed. */
  refresh(): void {
    this.openAll();
    for (const tracked of this.#notebooks.values()) tracked.refresh();
  }

  /** The journal of a repository grew. */
  claimed(top: string): void {
    for (const tracked of this.#notebooks.values()) if (tracked.top === top) tracked.claimed();
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
    this.#notebooks.clear();
  }

  #open(notebook: NotebookDocument): void {
    const { repositories, log } = this.#parts;
    if (this.#notebooks.has(notebook) || notebook.notebookType !== 'jupyter-notebook') return;
    const at = repositories.locateTracked(notebook.uri);
    if (at === undefined || statSync(notebook.uri.fsPath).size > MOST_BYTES) return;
    const follow = ({ document }: NotebookCell): TrackedDocument =>
      this.#parts.followed(document) ?? this.#parts.follow(document, at, () => notebook.isDirty);
    const tracked = new TrackedNotebook(notebook, at, {
      log,
      gitDir: () => repositories.gitDir(at.top),
      repository: () => repositories.open(at.top),
      start: (repository) => this.#parts.start(repository),
      read: () => readFileSync(notebook.uri.fsPath, 'utf8'),
      follow,
    });
    this.#notebooks.set(notebook, tracked);
  }

  #changed({ notebook, contentChanges, cellChanges }: NotebookDocumentChangeEvent): void {
    for (const { document } of cellChanges) if (document !== undefined) this.#parts.followed(document)?.dirtied();
    const tracked = this.#notebooks.get(notebook);
    if (tracked === undefined || contentChanges.length === 0) return;
    const added = contentChanges.flatMap(({ addedCells }) => [...addedCells]);
    const removed = contentChanges.flatMap(({ removedCells }) => [...removedCells]);
    const isMoved = ({ document }: NotebookCell, others: readonly NotebookCell[]): boolean =>
      others.some((other) => other.document === document);
    tracked.rearranged(
      added.filter((cell) => !isMoved(cell, removed)),
      removed.filter((cell) => !isMoved(cell, added)),
    );
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#parts.log.error(`A notebook could not be followed: ${String(error)}`);
    }
  }
}
