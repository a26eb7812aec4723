/**
 * Where carets may be that the editor's selections do not tell of yet: when keys are fast, an edit can come before the
 * selections that follow the one before it. What was put in at a caret may hold it, until a selection is heard of.
 */
import type { TextChange } from '../../core/tracking/history';
import type { Change, Extent, Place } from './editEvent';

/** From one offset to another, both included. */
type Range = readonly [from: number, to: number];

export class CaretTrail {
  /** In the present text, ascending and apart. */
  readonly #ranges: readonly Range[];

  constructor(ranges: readonly Range[] = []) {
    this.#ranges = ranges;
  }

  /** Whether a change touches such a place. */
  holds(change: TextChange): boolean {
    const next = firstOf(this.#ranges, ([, to]) => to >= change.offset);
    return next !== undefined && next[0] <= endOf(change);
  }

  /** The trail behind an edit (its changes in ascending order), of which those that `moves` names took a caret along. */
  after<T extends TextChange>(changes: readonly T[], moves: (change: T) => boolean): CaretTrail {
    const ranges: Range[] = [];
    let at = 0;
    let grown = 0;
    const keepBefore = (offset: number): void => {
      for (let next = this.#ranges[at]; next !== undefined && next[1] < offset; next = this.#ranges[++at]) {
        ranges.push([next[0] + grown, next[1] + grown]);
      }
    };
    for (const change of changes) {
      keepBefore(change.offset);
      while ((this.#ranges[at]?.[0] ?? Infinity) <= endOf(change)) at++;
      const from = change.offset + grown;
      grown += change.text.length - change.removed;
      if (moves(change)) ranges.push([from, from + change.text.length]);
    }
    keepBefore(Infinity);
    return new CaretTrail(ranges);
  }
}

/** Ends of selections, ascending. */
export function endsOf(selections: readonly Extent[]): readonly Place[] {
  return selections.flatMap(({ start, end }) => [start, end]).sort((a, b) => (isBefore(a, b) ? -1 : 1));
}

/** Whether a change reaches to one of these ends. */
export function reachesCaret({ range }: Change, ends: readonly Place[]): boolean {
  const next = firstOf(ends, (place) => !isBefore(place, range.start));
  return next !== undefined && !isBefore(range.end, next);
}

/** The first item for which the test holds, given that it holds for all behind it. */
function firstOf<T>(items: readonly T[], test: (item: T) => boolean): T | undefined {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = items[middle];
    if (item !== undefined && test(item)) high = middle;
    else low = middle + 1;
  }
  return items[low];
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function endOf({ offset, removed }: TextChange): number {
  return offset + removed;
}
