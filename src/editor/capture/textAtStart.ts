/** What the text of an open document was, and whose its lines were, when its tracking began or a reload began it anew. */
import { contentLines } from '../../core/text/lines';
import type { InitialLine } from '../../core/tracking/initialText';
import { isSameButForLineEnds } from '../../core/tracking/textChange';
import type { Change } from './editEvent';
import type { EditStream } from './editStream';
import { asInitial, reloaded, strengthened } from './initialState';

export class TextAtStart {
  readonly #edits: EditStream;
  #text: string;
  #lines: readonly InitialLine[];
  #generation = 0;
  #isOfDisk = true;

  constructor(edits: EditStream, text: string, lines: readonly InitialLine[]) {
    this.#edits = edits;
    this.#text = text;
    this.#lines = lines;
  }

  get text(): string {
    return this.#text;
  }

  get lines(): readonly InitialLine[] {
    return this.#lines;
  }

  /** Counts the texts that tracking began with: what is found out about an earlier one comes too late. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether the disk held the text, so that what others write may be about it. */
  get isOfDisk(): boolean {
    return this.#isOfDisk;
  }

  /** Says whose the lines of the text were. */
  learn(lines: readonly InitialLine[]): void {
    this.#lines = lines;
    this.#edits.tracker.setInitial(lines);
  }

  /** Nothing is known of the lines any more, until somebody says it again. */
  forget(): void {
    this.#lines = [];
  }

  /** All of the text was carried here: at the start there was none. */
  empty(): void {
    this.#text = '';
  }

  /** Tracking begins anew. Undo goes back over it, and finds the origins of before. */
  begin(text: string, lines: readonly InitialLine[], isOfDisk = false): void {
    this.#text = text;
    this.#lines = lines;
    this.#isOfDisk = isOfDisk;
    this.#generation++;
    this.#edits.tracker.rebase(text, lines);
  }

  /** Takes that an AI had a part in lines which are held for weaker. */
  strengthen(lines: readonly InitialLine[]): void {
    const { tracker } = this.#edits;
    const known = strengthened(asInitial([...tracker.lineStates()], lines.length), lines);
    if (known !== undefined) this.begin(tracker.text(), known);
  }

  /** The text is the disk's from here on, and what is typed next comes on top of it. */
  reload(): void {
    const { tracker } = this.#edits;
    const text = tracker.text();
    this.begin(text, reloaded([...tracker.lineStates()], contentLines(text)), true);
  }

  /** Takes other line ends for the whole text: they are nobody's edit, and the editor says of no such edit what it was. */
  takesLineEnds(changes: readonly Change[]): boolean {
    const [only, ...others] = changes;
    if (only === undefined || others.length > 0 || only.offset !== 0 || !only.text.includes('\n')) return false;
    const { tracker, isSettled } = this.#edits;
    if (only.removed !== tracker.length && isSettled) return false;
    this.#edits.flush();
    const before = tracker.text();
    if (only.removed !== before.length || !isSameButForLineEnds(before, only.text)) return false;
    this.begin(only.text, asInitial([...tracker.lineStates()], contentLines(only.text).length));
    this.#edits.forgetNewest();
    return true;
  }
}
