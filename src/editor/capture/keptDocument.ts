/**
 * What stands in the repository's uncommitted state about one document: its journal entries, the note of its unsaved
 * text, and the sign that it is being saved.
 */
import type { LogOutputChannel } from 'vscode';
import type { LiveFile } from '../../core/model/live';
import type { Fragment } from '../../core/tracking/fragment';
import { contentDigest } from '../../core/sidecar/lineHash';
import { utf8 } from '../../core/text/bytes';
import { contentLines } from '../../core/text/lines';
import type { KeptStates } from '../../node/bufferClaims';
import { nodeHash } from '../../node/hash';
import { savedStates } from '../../node/initialLines';
import { JournalTail } from '../../node/journalTail';
import { shareCopy } from '../../node/sharedClipboard';
import { beginSaving, endSaving } from '../../node/saving';
import type { UnsavedBuffer } from '../../node/unsaved';
import { adoptUnsaved, readUnsaved, removeUnsaved } from '../../node/unsaved';
import type { JournalKeeper } from './journalKeeper';

/** Entries of others that are remembered until they are taken in. */
const MOST_NEWS = 20;
/** Milliseconds after which a save that did not come to its end is given up. */
const SAVE_LIMIT = 5000;

export class KeptDocument {
  readonly #path: string;
  readonly #keeper: JournalKeeper;
  readonly #log: LogOutputChannel;
  #saving: NodeJS.Timeout | undefined;
  /** Digest of the text that the editor brought back, until its note is this window's own. */
  #restored: string | undefined;
  /** Also by the same window before: a document is opened anew when its language changes. */
  #isNoted = true;
  readonly #tail: JournalTail;
  #news: readonly LiveFile[] = [];

  constructor(path: string, keeper: JournalKeeper, log: LogOutputChannel) {
    this.#path = path;
    this.#keeper = keeper;
    this.#log = log;
    this.#tail = new JournalTail(path);
  }

  /** What is known of a text that is just opened; unsaved already where the editor restored it. */
  atStart(gitDir: string, text: string, isUnsaved: boolean): KeptStates {
    // From here on it is news: what is read next holds what stood there before.
    this.isNews(gitDir);
    const buffers = readUnsaved(gitDir, this.#path);
    if (buffers.length > 0) this.#restored = contentDigest(nodeHash, contentLines(utf8(text)));
    return { ...savedStates(gitDir, this.#path), buffers, isUnsaved };
  }

  /** What others journalled about this path since `heard`, oldest first, as of the last look. */
  get news(): readonly LiveFile[] {
    return this.#news;
  }

  /** Whether others journalled something about this path since the last look. */
  isNews(gitDir: string): boolean {
    const found = this.#tail.look(gitDir);
    if (found.length > 0) this.#news = [...this.#news, ...found].slice(-MOST_NEWS);
    return found.length > 0;
  }

  /** The news have been taken in. */
  heard(): void {
    this.#news = [];
  }

  append(gitDir: string, live: LiveFile): void {
    this.#tail.wrote(gitDir, live, this.#keeper.append(gitDir, live));
  }

  /** Notes the unsaved text; the note that another window left of it has done its service. */
  note(gitDir: string, buffer: UnsavedBuffer): void {
    this.#isNoted = true;
    if (this.#keeper.note(gitDir, buffer)) this.#adopt(gitDir);
  }

  /** The text is saved, or was given up. */
  forget(gitDir: string): void {
    this.#quietly(() => {
      if (this.#isNoted) removeUnsaved(gitDir, this.#path);
      this.#isNoted = false;
      this.#adopt(gitDir);
    });
  }

  beginSave(gitDir: string): void {
    this.#quietly(() => beginSaving(gitDir, this.#path));
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.endSave(gitDir), SAVE_LIMIT);
  }

  endSave(gitDir: string): void {
    if (this.#saving === undefined) return;
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#quietly(() => endSaving(gitDir, this.#path));
  }

  /** Tells the other windows of this work tree whose the copied text is. */
  shareCopy(gitDir: string, fragment: Fragment): void {
    this.#quietly(() => shareCopy(gitDir, fragment));
  }

  #adopt(gitDir: string): void {
    if (this.#restored !== undefined) adoptUnsaved(gitDir, this.#path, this.#restored);
    this.#restored = undefined;
  }

  /** What can't be written here costs a wait or leaves a file behind; the journal says when something is wrong. */
  #quietly(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.debug(`${this.#path}: ${String(error)}`);
    }
  }
}
