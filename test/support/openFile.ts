/**
 * A file that is open in an editor window, without the editor: the real tracking of one document, on a real repository.
 * Several may be open on one file, as two windows are, or one after the other.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TextDocument } from 'vscode';
import type { LogOutputChannel } from 'vscode';
import type { Source } from '../../src/core/model/origin';
import { classify } from '../../src/editor/capture/classify';
import type { EditEvent } from '../../src/editor/capture/editEvent';
import type { Heritage } from '../../src/editor/capture/questions';
import type { JournalKeeper } from '../../src/editor/capture/journalKeeper';
import type { Surroundings } from '../../src/editor/capture/openDocument';
import { TrackedDocument } from '../../src/editor/capture/trackedDocument';
import { changeStart } from '../../src/node/changeStart';
import { appendLive } from '../../src/node/journal';
import type { Repository } from '../../src/node/repository';
import { writeUnsaved } from '../../src/node/unsaved';
import { change, event, selection } from '../unit/capture/edits';
import type { TestRepository } from './repository';

const fail = (...said: readonly unknown[]): never => {
  throw new Error(said.join(' '));
};
const quiet = (): void => undefined;

/** Waits until a look at something gives what is wanted; gives what it gave last. */
export async function until<T>(look: () => T | Promise<T>, isWanted: (found: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const found = await look();
    if (isWanted(found) || tries === 100) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What may differ from a file that is opened where git answers at once. */
interface OpenedHow {
  /** The text that the editor brought back. */
  readonly unsaved?: string | undefined;
  /** Where the change starts. */
  readonly start?: Surroundings['start'];
  /** What was known of it under another name. */
  readonly heritage?: Heritage;
}

export class OpenFile {
  readonly tracked: TrackedDocument;
  readonly #file: string;
  #text: string;
  #version = 1;
  #isDirty: boolean;

  constructor(top: TestRepository, repository: Repository, path: string, how: OpenedHow = {}) {
    const { unsaved, start = changeStart, heritage } = how;
    this.#file = join(top.top, path);
    this.#text = unsaved ?? top.read(path);
    this.#isDirty = unsaved !== undefined;
    const state = {
      getText: () => this.#text,
      isDirty: () => this.#isDirty,
      version: () => this.#version,
    };
    const document = {
      uri: { scheme: 'file', fsPath: this.#file },
      isUntitled: false,
      getText: state.getText,
      get isDirty() {
        return state.isDirty();
      },
      get version() {
        return state.version();
      },
      get lineCount() {
        return state.getText().split('\n').length;
      },
    } as unknown as TextDocument;
    const log = { debug: quiet, info: quiet, warn: fail, error: fail } as unknown as LogOutputChannel;
    const keeper = {
      append: appendLive,
      note: (gitDir: string, buffer: Parameters<typeof writeUnsaved>[1]) => (writeUnsaved(gitDir, buffer), true),
    } as unknown as JournalKeeper;
    this.tracked = new TrackedDocument(
      document,
      { top: top.top, path },
      {
        log,
        keeper,
        gitDir: () => repository.gitDir,
        repository: () => Promise.resolve(repository),
        start,
        settled: quiet,
      },
      heritage,
    );
  }

  /** Opens it and waits until it is known what its lines are. */
  static async of(top: TestRepository, path: string, unsaved?: string): Promise<OpenFile> {
    const opened = new OpenFile(top, await top.open(), path, { unsaved });
    await opened.tracked.lineStates();
    return opened;
  }

  get text(): string {
    return this.#text;
  }

  /** Types at the end, key by key. */
  type(text: string): void {
    for (const key of text) {
      const at = this.#text.length;
      this.#change(at, 0, key, {}, [at, at]);
      if (key === '\n') this.tracked.edits.flush();
      else this.tracked.edits.selected([[at + 1, at + 1]], true);
    }
    this.tracked.edits.flush();
  }

  /** Accepts what is put in at the end. */
  accept(text: string, source: Source): void {
    const at = this.#text.length;
    this.#change(at, 0, text, {}, [at, at]);
    this.tracked.edits.accepted(source);
  }

  /** Puts in at the end what no key did. */
  put(text: string, more: Partial<EditEvent>): void {
    this.#change(this.#text.length, 0, text, more);
  }

  /** Replaces a text that stands here, selected before, by another. */
  replace(old: string, text: string, more: Partial<EditEvent> = {}): void {
    const at = this.#text.indexOf(old);
    this.#change(at, old.length, text, more, [at, at + old.length]);
  }

  /** Undoes: other text stands where `removed` stood last. `isSaved`: the disk holds what there is then. */
  undo(removed: string, text: string, at = this.#text.lastIndexOf(removed), isSaved = false): void {
    this.#change(at, removed.length, text, { reason: 'undo' });
    if (!isSaved) return;
    this.#isDirty = false;
    this.tracked.dirtied();
  }

  save(): void {
    this.tracked.saving(false);
    this.tracked.journal(false);
    writeFileSync(this.#file, this.#text);
    this.#isDirty = false;
    this.tracked.dirtied();
    this.tracked.journal(true);
  }

  /** The editor takes what the disk holds: by itself, or because the person reverts the document. */
  read(now: string): void {
    const wasDirty = this.#isDirty;
    let head = 0;
    while (head < Math.min(this.#text.length, now.length) && this.#text[head] === now[head]) head++;
    // Whole lines, as the editor does.
    head = this.#text.lastIndexOf('\n', head - 1) + 1;
    this.#change(head, this.#text.length - head, now.slice(head), {}, undefined, wasDirty);
    if (!wasDirty) return;
    this.#isDirty = false;
    this.tracked.dirtied();
  }

  /** Origin and evidence of each line; `-` where nobody changed it. */
  async origins(): Promise<string[]> {
    const states = new Map((await this.tracked.lineStates()).map((state) => [state.line, state]));
    const lines = this.#text.replace(/\n$/, '').split('\n');
    return lines.map((_, line) => states.get(line)?.origin ?? '-');
  }

  close(): void {
    this.tracked.dispose();
  }

  #change(
    at: number,
    removed: number,
    text: string,
    more: Partial<EditEvent>,
    selected?: readonly [number, number],
    isEdit = true,
  ): void {
    const before = this.#text;
    const one = change(before, at, removed, text);
    const selections = selected === undefined ? [] : [selection(before, ...selected)];
    this.#text = before.slice(0, at) + text + before.slice(at + removed);
    this.#version++;
    if (isEdit) this.#isDirty = true;
    const found = event([one], selections, more);
    this.tracked.edited(found, classify(found, undefined));
  }
}
