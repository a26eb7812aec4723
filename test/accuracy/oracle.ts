/**
 * The naive account of one document: for each character who wrote it, kept in a plain array. It follows the editor's own
 * events and what the driving script knows; nothing of the tracker takes part.
 */
import type { Cell, Copied, Effect, State, TrueOrigin } from './cells';
import {
  GroundTruthError,
  afterPerson,
  applied,
  brought,
  cellAt,
  laidOut,
  moved,
  placed,
  reread,
  written,
} from './cells';
import type { ChangeEvent, Triple } from './events';
import type { Kind } from './kinds';

/** Follows one document from the text of the base on. `apply` throws `GroundTruthError` when an event does not fit. */
export class Oracle {
  #states: State[];
  #at = 0;

  constructor(text: string) {
    const cell: Cell = { origin: 'neutral', wrote: undefined, brought: undefined, since: 0 };
    this.#states = [{ text, cells: Array.from({ length: text.length }, () => cell) }];
  }

  get text(): string {
    return this.#state.text;
  }

  get cells(): readonly Cell[] {
    return this.#state.cells;
  }

  /** Whether an undo finds something. */
  get canUndo(): boolean {
    return this.#at > 0;
  }

  copy(offset: number, length: number): Copied {
    return { text: this.text.slice(offset, offset + length), cells: this.cells.slice(offset, offset + length) };
  }

  apply(event: ChangeEvent, effect: Effect, kind: Kind): void {
    // The editor lists changes last first: of two at one place the later listed comes first in the text.
    const changes = event.changes.toReversed().sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const { text, cells } = this.#state;
    const after = applied(text, changes);
    if (after.length !== event.length) throw new GroundTruthError('the text the editor has is not the one followed');
    if (effect.does === 'undo' || effect.does === 'redo') {
      this.#goTo(after, changes, effect.does, kind, event.version);
      return;
    }
    const result: Cell[] = [];
    const fresh = (origin: TrueOrigin): Cell => ({ origin, wrote: kind, brought: undefined, since: event.version });
    let from = 0;
    for (const change of changes) {
      const [offset, removed, inserted] = change;
      for (let index = from; index < offset; index++) result.push(cellAt(cells, index));
      const gone = cells.slice(offset, offset + removed);
      const pieces =
        effect.does === 'write'
          ? written(text.slice(offset, offset + removed), gone, inserted, fresh(effect.origin))
          : effect.does === 'place'
            ? placed(effect.copied, inserted, fresh('human'), kind)
            : Array.from({ length: inserted.length }, () => fresh('tool'));
      for (const piece of pieces) result.push(piece);
      from = offset + removed;
    }
    for (let index = from; index < text.length; index++) result.push(cellAt(cells, index));
    const settled =
      effect.does === 'move'
        ? moved({ text, cells }, changes, after, result, fresh('human'), kind)
        : effect.does === 'layout'
          ? laidOut({ text, cells }, after, fresh('tool'), kind)
          : result;
    this.#states.length = this.#at + 1;
    this.#states.push({ text: after, cells: known({ text, cells }, changes, { text: after, cells: settled }, effect) });
    this.#at++;
    // Undo goes back over a reading from disk to the texts of before, whose lines are known by then.
    if (isRead(effect)) this.#states = this.#states.map((state) => ({ text: state.text, cells: reread(state) }));
  }

  get #state(): State {
    const state = this.#states[this.#at];
    if (state === undefined) throw new Error('A document without a state');
    return state;
  }

  /** The nearest state with this text, back or forth; what the event puts in counts as brought by it. */
  #goTo(text: string, changes: readonly Triple[], way: 'undo' | 'redo', kind: Kind, version: number): void {
    const step = way === 'undo' ? -1 : 1;
    let at = this.#at + step;
    while (this.#states[at] !== undefined && this.#states[at]?.text !== text) at += step;
    const state = this.#states[at];
    if (state === undefined) throw new GroundTruthError(`an ${way} led to a text that never was`);
    const cells = [...state.cells];
    let grown = 0;
    for (const [offset, removed, inserted] of changes) {
      for (let index = offset + grown; index < offset + grown + inserted.length; index++) {
        cells[index] = brought(cellAt(cells, index), kind, version);
      }
      grown += inserted.length - removed;
    }
    this.#states[at] = { text, cells };
    this.#at = at;
  }
}

function isRead(effect: Effect): boolean {
  return effect.does === 'write' && effect.origin === 'external';
}

/** What an event makes known, or of no use, beyond the characters it writes. */
function known(before: State, changes: readonly Triple[], after: State, effect: Effect): readonly Cell[] {
  if (effect.does !== 'write') return after.cells;
  if (isRead(effect)) return reread(after);
  return effect.origin === 'human' ? afterPerson(before, changes, after) : after.cells;
}
