/**
 * Writes what capture knows to the repository's uncommitted state, and copes where it can't: what could not be journalled
 * is kept in memory and written as soon as that works again. The person is told once, and sees in the status bar that it
 * lasts.
 */
import type { Disposable, LogOutputChannel, StatusBarItem } from 'vscode';
import { StatusBarAlignment, ThemeColor, l10n, window } from 'vscode';
import type { LiveFile } from '../../core/model/live';
import { appendLive, foldJournal, stateFolder } from '../../node/journal';
import type { UnsavedBuffer } from '../../node/unsaved';
import { writeUnsaved } from '../../node/unsaved';

/** Milliseconds between two tries while something is wrong. */
const RETRY = 3000;
/** Milliseconds after an entry that the journal is folded, if it has grown: no save waits for that. */
const FOLD_AFTER = 2000;

export class JournalKeeper implements Disposable {
  readonly #log: LogOutputChannel;
  /** What waits to be journalled: the newest state of each file. */
  readonly #waiting = new Map<string, { readonly gitDir: string; readonly file: LiveFile }>();
  #fault: StatusBarItem | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Git directories whose journals got entries that were not followed by a fold. */
  readonly #grown = new Set<string>();
  #folding: NodeJS.Timeout | undefined;

  constructor(log: LogOutputChannel) {
    this.#log = log;
  }

  /** Journals a state, now or as soon as it can. Gives how many bytes it takes there; undefined while it waits. */
  append(gitDir: string, file: LiveFile): number | undefined {
    const key = `${gitDir}\0${file.path}`;
    this.#waiting.delete(key);
    try {
      const bytes = appendLive(gitDir, file);
      this.#foldLater(gitDir);
      if (this.#fault !== undefined) this.#retry();
      return bytes;
    } catch (error) {
      this.#waiting.set(key, { gitDir, file });
      this.#failed(gitDir, error);
      return undefined;
    }
  }

  /** Notes an unsaved buffer; the next note brings what this one could not. Gives whether it stands there. */
  note(gitDir: string, buffer: UnsavedBuffer): boolean {
    try {
      writeUnsaved(gitDir, buffer);
      return true;
    } catch (error) {
      this.#failed(gitDir, error);
      return false;
    }
  }

  dispose(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#folding);
    this.#fault?.dispose();
  }

  #foldLater(gitDir: string): void {
    this.#grown.add(gitDir);
    this.#folding ??= setTimeout(() => {
      this.#folding = undefined;
      for (const each of this.#grown) foldJournal(each);
      this.#grown.clear();
    }, FOLD_AFTER);
  }

  #failed(gitDir: string, error: unknown): void {
    const message = l10n.t(
      'Countersign can not note who wrote what: {0} Until then it keeps this in memory.',
      remedy(stateFolder(gitDir), error),
    );
    if (this.#fault === undefined) {
      this.#log.error(message, String(error));
      void window.showWarningMessage(message);
      this.#fault = window.createStatusBarItem('countersign.journal', StatusBarAlignment.Right, 89);
      this.#fault.name = l10n.t('Countersign: journal');
      this.#fault.text = `$(warning) ${l10n.t('Origins not saved')}`;
      this.#fault.backgroundColor = new ThemeColor('statusBarItem.warningBackground');
      this.#fault.show();
    }
    this.#fault.tooltip = message;
    this.#await();
  }

  #await(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#retry();
    }, RETRY);
  }

  #retry(): void {
    for (const [key, { gitDir, file }] of this.#waiting) {
      try {
        appendLive(gitDir, file);
        this.#waiting.delete(key);
      } catch (error) {
        this.#log.debug(String(error));
        this.#await();
        return;
      }
    }
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#fault !== undefined) this.#log.info('What waited is journalled now');
    this.#fault?.dispose();
    this.#fault = undefined;
  }
}

/** What is wrong, and what to do about it. */
function remedy(folder: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return l10n.t('the disk is full. Make room for {0}.', folder);
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return l10n.t('{0} can not be written. Give yourself the right to.', folder);
    case 'EEXIST':
    case 'ENOTDIR':
      return l10n.t('{0} is no folder. Move the file that stands there out of the way.', folder);
    default:
      return l10n.t('{0}. See to {1}.', error instanceof Error ? error.message : String(error), folder);
  }
}
