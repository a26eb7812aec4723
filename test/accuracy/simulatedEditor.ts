/**
 * An editor's events without an editor: a text with a caret, from which capture's own functions learn of each edit just
 * as they do in the extension host, and the tracker behind them.
 */
import { ChangeQueue } from '../../src/editor/capture/changeQueue';
import { classify, exchangesOf } from '../../src/editor/capture/classify';
import type { How } from '../../src/editor/capture/deeds';
import type { Change, Extent, Place } from '../../src/editor/capture/editEvent';
import { isPasteOf, pasteKind } from '../../src/editor/capture/pastedText';
import type { EditKind } from '../../src/core/tracking/documentTracker';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import { rawLines } from '../../src/core/text/lines';
import type { Source } from '../../src/core/model/origin';
import { event } from '../unit/capture/edits';

const COMPLETION: Source = { origin: 'ai', via: 'completion', evidence: 'observed' };
/** Milliseconds between two events of this editor; none is measured. */
const TICK = 40;

export class SimulatedEditor {
  readonly tracker: DocumentTracker;
  text: string;
  readonly #queue: ChangeQueue;
  #now = 0;
  #caret = 0;

  /** The text is that of the base. `settled` is told what each edit turned out to be. */
  constructor(text: string, settled: (how: How) => void = () => undefined) {
    this.text = text;
    this.tracker = new DocumentTracker(text);
    this.tracker.setInitial(rawLines(text).map(() => ({ kind: 'neutral' })));
    this.#queue = new ChangeQueue((changes, how) => {
      this.tracker.apply(changes, applicable(how));
      settled(how);
    });
  }

  moveTo(offset: number): this {
    this.#caret = offset;
    return this;
  }

  /** One key: text that the keyboard puts in the place of `removed` characters behind the caret. */
  key(text: string, removed = 0): void {
    this.#edit(text, removed);
    this.#queue.selected([[this.#caret, this.#caret]], true, this.#now);
  }

  type(text: string): this {
    for (const character of text) this.key(character);
    return this;
  }

  /** Delete: the character behind the caret goes. */
  deleteNext(): void {
    this.#edit('', 1);
  }

  /** Tab on a completion: the edit, and behind it the note of the accept key. */
  accept(text: string): this {
    this.#edit(text, 0);
    this.#queue.accepted(COMPLETION, this.#now);
    return this;
  }

  /** A paste from another program: announced, as the paste provider announces it. */
  paste(text: string): this {
    this.#edit(text, 0, text);
    return this;
  }

  /** Text that comes without any sign of whose it is. */
  insert(text: string, removed: number): void {
    this.#edit(text, removed);
  }

  /** Lets everything settle that waits. */
  settle(): this {
    this.#now += 10_000;
    this.#queue.expire(this.#now);
    return this;
  }

  #edit(text: string, removed: number, pasted?: string): void {
    this.#now += TICK;
    // All that waited for a note or a selection has its answer once the next key arrives much later.
    const offset = this.#caret;
    const removedText = this.text.slice(offset, offset + removed);
    const start = this.#place(offset);
    const broken = removedText.split('\n');
    const end: Place =
      broken.length === 1
        ? { line: start.line, character: start.character + removed }
        : { line: start.line + broken.length - 1, character: broken.at(-1)?.length ?? 0 };
    const change: Change = { offset, removed, text, range: { start, end }, removedText };
    const carets: Extent[] = [removed > 1 ? { start, end } : { start, end: start }];
    const edit = event([change], carets, { selectedAgo: TICK, typedAgo: TICK });
    const kind = pasted !== undefined && isPasteOf([change], pasted) ? pasteKind([change], undefined) : undefined;
    this.text = this.text.slice(0, offset) + text + this.text.slice(offset + removed);
    this.#caret = offset + text.length;
    const exchanges = exchangesOf(edit);
    const verdict = classify(edit, kind);
    const incoming = { changes: [change], verdict, dirty: true, exchanges: () => exchanges, suggestsAi: false };
    this.#queue.add(incoming, this.#now);
  }

  /** Only places of one event are compared with each other, so the number of the line is any. */
  #place(offset: number): Place {
    return { line: 0, character: offset - (this.text.lastIndexOf('\n', offset - 1) + 1) };
  }
}

/** What needs a look at the document's past happens to no edit of this editor. */
function applicable(how: How): EditKind {
  const isOfPast = how.kind === 'copy' || how.kind === 'drag' || how.kind === 'restore';
  return isOfPast ? { kind: 'edit', source: 'unknown' } : how;
}
