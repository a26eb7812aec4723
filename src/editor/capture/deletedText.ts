/** What an edit deleted, kept for a moment: a cut, or lines that go elsewhere, are told only after they happened. */
import type { DocumentTracker } from '../../core/tracking/documentTracker';
import type { Fragment } from '../../core/tracking/fragment';
import type { Change, Extent } from './editEvent';
import { samePlace } from './editEvent';

/** Characters of a deletion that are kept. */
const MOST_CUT = 1_000_000;
/** Milliseconds within which a cut is announced. */
const CUT_WITHIN = 500;

/** An edit that only deleted, with what it deleted once it is settled. */
export class DeletedText {
  readonly changes: readonly Change[];
  readonly #at = performance.now();
  #fragments: readonly Fragment[] = [];

  private constructor(changes: readonly Change[]) {
    this.changes = changes;
  }

  /** Undefined where the edit does anything else, or deletes too much to be kept. */
  static of(changes: readonly Change[]): DeletedText | undefined {
    const size = changes.reduce((sum, { removed }) => sum + removed, 0);
    return size <= MOST_CUT && changes.every(({ text }) => text === '') ? new DeletedText(changes) : undefined;
  }

  /** In the order of the text; empty until the edit is settled. */
  get fragments(): readonly Fragment[] {
    return this.#fragments;
  }

  get isRecent(): boolean {
    return performance.now() - this.#at <= CUT_WITHIN;
  }

  /** The edit is about to reach the tracker. */
  keep(tracker: DocumentTracker): void {
    const inOrder = this.changes.toSorted((a, b) => a.offset - b.offset);
    this.#fragments = inOrder.map(({ offset, removed }) => tracker.fragment(offset, removed));
  }

  /** Whether the edit can be the cut of these ranges. */
  isCut(ranges: readonly Extent[]): boolean {
    return (
      ranges.length === this.changes.length &&
      ranges.every((range) => this.changes.some((change) => isCutOf(change, range)))
    );
  }
}

/** Whether a deletion is the cut of a range: the range itself, or its whole line with one of its ends. */
function isCutOf({ range: { start, end } }: Change, cut: Extent): boolean {
  if (samePlace(start, cut.start) && samePlace(end, cut.end)) return true;
  const isWholeLine = cut.start.character === 0 && cut.start.line === cut.end.line;
  const withNext = samePlace(start, cut.start) && end.line === cut.end.line + 1 && end.character === 0;
  const withPrevious = start.line === cut.start.line - 1 && samePlace(end, cut.end);
  return isWholeLine && (withNext || withPrevious);
}
