/**
 * The edits of one document, on their way to its tracker: they wait until it is known what they were, and the newest can
 * still become what is said of it late.
 */
import type { Source } from '../../core/model/origin';
import type { EditKind } from '../../core/tracking/documentTracker';
import { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import type { TextChange } from '../../core/tracking/history';
import { TrackerOutOfStep } from '../../core/tracking/textChange';
import { ChangeQueue, EVENT_WAIT, NOTE_WAIT, reached } from './changeQueue';
import type { Verdict } from './classify';
import { TYPING, exchangesOf, isPersons } from './classify';
import type { Deed, How } from './deeds';
import { howOf } from './deeds';
import { DeletedText } from './deletedText';
import type { Change, EditEvent, Extent } from './editEvent';
import type { OpenDocument } from './openDocument';
import { Renaming, withNames } from './renaming';
import { isUnexplained, leastOf, resolve } from './resolvedEdit';
import type { Exchange } from './shapes';

/** What the stream tells of itself. */
export interface StreamEvents {
  /** An edit is known, and about to reach the tracker. */
  settled(changes: readonly TextChange[], how: EditKind): void;
  /** The text was read from disk again. */
  reloaded(): void;
  /** An edit that had reached the tracker was made what it was said to be late. */
  corrected(): void;
  /** No edit waits any more, and the document may be clean. */
  calmed(): void;
}

/** An edit that nobody explained, with what it removed. */
interface Unexplained {
  readonly changes: readonly Change[];
  readonly removed: string;
  readonly names: Exchange['names'];
}

/** An edit that was settled without what is said of it late: by a save, or by a machine so busy that the wait was over. */
interface SettledEarly {
  readonly changes: readonly TextChange[];
  readonly verdict: Verdict;
  readonly at: number;
  readonly by: 'save' | 'wait';
}

export class EditStream {
  readonly #open: OpenDocument;
  readonly #events: StreamEvents;
  readonly #queue: ChangeQueue;
  #tracker: DocumentTracker;
  #timer: NodeJS.Timeout | undefined;
  #typedAt = -Infinity;
  /** The newest edit, if it only deleted. */
  #deleted: DeletedText | undefined;
  /** The newest edit, if nobody explained it yet: something may explain it later. */
  #unexplained: Unexplained | undefined;
  /** The newest edit, if it was settled before its note came. */
  #early: SettledEarly | undefined;
  /** Whether the newest edit could be an assistant's text among the suggestions. */
  #suggestsAi = true;

  constructor(open: OpenDocument, tracker: DocumentTracker, events: StreamEvents) {
    this.#open = open;
    this.#tracker = tracker;
    this.#events = events;
    this.#queue = new ChangeQueue((changes, how) => this.#apply(changes, how));
  }

  /** The text with its origins, as far as its edits are settled. */
  get tracker(): DocumentTracker {
    return this.#tracker;
  }

  /** Whether no edit waits. */
  get isSettled(): boolean {
    return this.#queue.isEmpty;
  }

  /** Milliseconds since a person typed or pasted here. */
  get typedAgo(): number {
    return performance.now() - this.#typedAt;
  }

  /** What the newest edit put in, if nothing explains it so far. */
  get unexplainedText(): string | undefined {
    return this.#unexplained?.changes[0]?.text;
  }

  /** An edit with what was made of it. */
  edited(event: EditEvent, verdict: Verdict): void {
    this.#suggestsAi = event.suggestsAi;
    const { changes, chat, suggestsAi } = event;
    this.#deleted = DeletedText.of(changes);
    // Read now, since later edits change what stands there; a certain edit waits for no note.
    const read = verdict.kind === 'certain' ? [] : exchangesOf(event);
    const exchanges = verdict.kind === 'unexplained' ? withNames(event, read) : read;
    this.#unexplained = this.#unexplainedIn(changes, verdict, exchanges[0]?.names);
    const edit = { changes, verdict, dirty: this.#open.isDirty, chat, exchanges: () => exchanges, suggestsAi };
    this.#queue.add(edit, performance.now());
    if (isPersons(verdict)) this.#typedAt = performance.now();
    this.#await();
  }

  /** The document became dirty, or clean. */
  dirtied(): void {
    if (this.#open.isDirty) this.#queue.becameDirty(performance.now());
    else this.#await();
  }

  selected(selections: readonly (readonly [number, number])[], keyboard: boolean): void {
    if (!this.#queue.isEmpty) this.#queue.selected(selections, keyboard, performance.now());
    else if (keyboard)
      this.#saidLate((verdict) => {
        return verdict.kind === 'typed' && reached(verdict.carets, selections) ? TYPING : undefined;
      });
  }

  /** An accept key's note: the edit it caused has been made. */
  accepted(source: Source): void {
    if (this.#queue.isEmpty && this.#saidLate(() => source)) return;
    this.#queue.accepted(source, performance.now());
  }

  /** The note of a command's key. */
  did(deed: Deed, renaming = new Renaming()): void {
    if (this.#queue.isEmpty && this.#didLate(deed, renaming)) return;
    this.#queue.did(deed, performance.now(), renaming);
  }

  /** The selection that followed these changes says that they were a drag of this range of the text before them. */
  dragged(changes: readonly Change[], from: readonly [number, number]): void {
    this.#queue.dragged(changes, from, performance.now());
  }

  /** The text before a chat's pending edits took a change: so the same change here was not the chat's. */
  mirrored(changes: readonly TextChange[]): void {
    if (!this.#queue.isEmpty) this.#queue.mirrored(changes, performance.now());
  }

  /** A save begins that the editor tidies for: what it tidied just before is the tool's. */
  tidied(): void {
    this.#queue.saving(performance.now());
  }

  /** Text that an edit is about to remove, edits that wait included. */
  textAt(offset: number, length: number): string {
    return this.#queue.textAt(offset, length, (at, count) => this.#tracker.slice(at, at + count));
  }

  /** What a cut of these ranges took, in their order; undefined when the newest edit was no such cut. */
  cut(ranges: readonly Extent[]): readonly Fragment[] | undefined {
    const deleted = this.#deleted;
    if (deleted?.isRecent !== true || !deleted.isCut(ranges)) return undefined;
    this.#queue.cut(deleted.changes, performance.now());
    this.flush();
    return deleted.fragments;
  }

  /** What the newest edit took out a moment ago, if it only took out, and at one place. */
  takenOut(): Fragment | undefined {
    const deleted = this.#deleted;
    if (deleted?.isRecent !== true) return undefined;
    this.flush();
    return deleted.fragments.length === 1 ? deleted.fragments[0] : undefined;
  }

  /** Settles everything, since somebody must know now. `isEdited`: what waits was edited, not reloaded. */
  flush(isEdited = this.#open.isDirty): void {
    this.#queue.flush(isEdited);
  }

  /**
   * Settles everything for the journal. A save can't wait for what would settle an edit: the edit is journalled as what it
   * is without, and becomes what it was when that is said after all.
   */
  hurry(): void {
    const waiting = this.#queue.newest;
    if (waiting !== undefined) this.#early = { ...waiting, at: performance.now(), by: 'save' };
    this.flush();
  }

  /** Something explains what the newest edit put in. */
  explain(how: EditKind): void {
    if (this.#unexplained !== undefined) this.reconsider(this.#unexplained.changes, how);
  }

  /** Something explains the newest edit after it was taken for unexplained. False when it is not the newest any more. */
  reconsider(changes: readonly TextChange[], as: How): boolean {
    const before = this.#unexplained;
    const [only] = changes;
    if (before === undefined || before.changes !== changes || only === undefined) return false;
    this.flush();
    this.#unexplained = undefined;
    this.#tracker.apply([{ offset: only.offset, removed: only.text.length, text: before.removed }], { kind: 'undo' });
    const edit = resolve(this.#tracker, [only], as);
    this.#tracker.apply(edit.changes, edit.how);
    this.#events.corrected();
    return true;
  }

  /** Nothing stands any more where the newest edit put it: what is said of it late would hit another place. */
  forgetNewest(): void {
    [this.#unexplained, this.#early, this.#deleted] = [undefined, undefined, undefined];
  }

  /** The text was carried here as a whole, from where its origins are known. */
  cameFrom(fragment: Fragment, by: Source): void {
    this.#tracker = new DocumentTracker('');
    const text = this.#open.document.getText();
    this.#tracker.apply([{ offset: 0, removed: 0, text }], { kind: 'place', fragment, by });
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  /** Makes the edit that was settled early what is said of it only now. Gives whether it did. */
  #saidLate(said: (verdict: Verdict) => Source | undefined): boolean {
    const early = this.#early;
    if (early === undefined || performance.now() - early.at > EVENT_WAIT) return false;
    const source = said(early.verdict);
    if (source === undefined || (early.by === 'wait' && source.origin === 'human')) return false;
    this.#early = undefined;
    return this.reconsider(early.changes, { kind: 'edit', source });
  }

  /**
   * The same of the note of a command's key. Behind a wait it may keep origins or copy them, and make nothing a person's:
   * so long after, the edit may be another's.
   */
  #didLate(deed: Deed, renaming: Renaming): boolean {
    const [early, before] = [this.#early, this.#unexplained];
    const [only] = early?.changes ?? [];
    if (early?.verdict.kind !== 'unexplained' || before?.changes !== early.changes || only === undefined) return false;
    if (performance.now() - early.at > EVENT_WAIT) return false;
    const exchanges = [{ removed: before.removed, text: only.text, names: before.names }];
    const how = howOf(deed, exchanges, this.#suggestsAi);
    if (how === undefined || (early.by === 'wait' && how.kind === 'edit')) return false;
    if (deed === 'rename' && !renaming.takes(exchanges)) return false;
    this.#early = undefined;
    return this.reconsider(early.changes, how);
  }

  #unexplainedIn(changes: readonly Change[], verdict: Verdict, names: Exchange['names']): Unexplained | undefined {
    const [only, ...others] = changes;
    if (only === undefined || others.length > 0) return undefined;
    if (verdict.kind === 'certain' && !isUnexplained(verdict.how)) return undefined;
    const removed = only.removed === 0 ? '' : this.textAt(only.offset, only.removed);
    return { changes, removed, names };
  }

  #apply(given: readonly TextChange[], as: How): void {
    const edit = resolve(this.#tracker, given, as);
    const { changes, how } = edit;
    if (this.#deleted?.changes === changes) this.#deleted.keep(this.#tracker);
    this.#events.settled(changes, how);
    try {
      this.#tracker.apply(leastOf(this.#tracker, edit), how);
    } catch (error) {
      if (!(error instanceof TrackerOutOfStep)) throw error;
      this.#open.around.log.warn(`${this.#open.path}: ${error.message}; what differs is unknown now`);
      this.#tracker.resync(this.#open.document.getText());
    }
    if (how.kind === 'edit' && how.source !== 'unknown' && how.source.via === 'disk') this.#events.reloaded();
  }

  /** Sees to it that edits that wait get settled, and that it is looked whether the disk has the word. */
  #await(): void {
    if (this.#timer !== undefined || (this.#queue.isEmpty && this.#open.isDirty)) return;
    // The second step lets messages in that arrived while the extension host was busy.
    this.#timer = setTimeout(() => setImmediate(() => this.#expire()), NOTE_WAIT + 50);
  }

  #expire(): void {
    this.#timer = undefined;
    if (this.#open.isClosed) return;
    const waiting = this.#queue.newest;
    this.#queue.expire(performance.now());
    if (waiting !== undefined && this.#queue.isEmpty) this.#early = { ...waiting, by: 'wait' };
    if (this.#queue.isEmpty) this.#events.calmed();
    else this.#await();
  }
}
