/** One open document of a tracked repository as the parts of its tracking share it: where it is, and what it works with. */
import type { LogOutputChannel, TextDocument } from 'vscode';
import type { EditKind } from '../../core/tracking/documentTracker';
import type { TextChange } from '../../core/tracking/history';
import type { ChangeStart } from '../../node/changeStart';
import type { Repository } from '../../node/repository';
import type { JournalKeeper } from './journalKeeper';

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

export class OpenDocument {
  readonly document: TextDocument;
  /** From the top of the repository. */
  readonly path: string;
  readonly around: Surroundings;
  #isClosed = false;

  constructor(document: TextDocument, path: string, around: Surroundings) {
    this.document = document;
    this.path = path;
    this.around = around;
  }

  /** Cells of a notebook never say so themselves. */
  get isDirty(): boolean {
    return this.around.isDirty?.() ?? this.document.isDirty;
  }

  get version(): number {
    return this.document.version;
  }

  /** Where the journal is; undefined until the workspace is trusted. */
  get gitDir(): string | undefined {
    return this.around.gitDir();
  }

  /** Whether it is followed no more: what is answered from here on comes too late. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Works with the repository, where there is one. When that fails, lines stay unknown; the editor goes on. */
  async attempt(work: (repository: Repository) => Promise<void>): Promise<void> {
    try {
      const repository = await this.around.repository();
      if (repository !== undefined && !this.#isClosed) await work(repository);
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    this.around.log.error(`${this.path}: ${String(error)}`);
  }
}
