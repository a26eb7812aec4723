/**
 * An editing session in a few words: edits by people, assistants and tools on one document, and what is asked of it.
 */
import assert from 'node:assert/strict';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import type { EditKind } from '../../../src/core/tracking/documentTracker';
import type { Fragment } from '../../../src/core/tracking/fragment';
import type { TextChange } from '../../../src/core/tracking/history';
import type { InitialLine } from '../../../src/core/tracking/initialText';
import type { KnownOrNot } from '../../../src/core/tracking/sourceTable';
import type { Source } from '../../../src/core/model/origin';
import { asInitial } from '../../../src/editor/capture/initialState';
import { rawLines } from '../../../src/core/text/lines';

export const H: Source = { origin: 'human', via: 'typing', evidence: 'observed' };
export const AI: Source = {
  origin: 'ai',
  via: 'completion',
  evidence: 'reported',
  actor: { tool: 'assistant', model: 'm-1' },
};
export const AGENT: Source = { origin: 'ai', via: 'agent', evidence: 'reported', actor: { tool: 'agent' } };
export const TOOL: Source = { origin: 'tool', via: 'format', evidence: 'observed' };
export const REFACTOR: Source = { origin: 'tool', via: 'refactor', evidence: 'observed' };
export const PASTE: Source = { origin: 'paste', via: 'paste', evidence: 'observed' };
export const EXTERNAL: Source = { origin: 'external', via: 'disk', evidence: 'observed' };
export const U = 'unknown';

const LETTER = { human: 'H', ai: 'A', mixed: 'M', unknown: 'U', paste: 'P', tool: 'T', external: 'X' } as const;

export class Session {
  tracker: DocumentTracker;
  /** The texts an editor's undo would go back to. */
  readonly #texts: string[] = [];
  readonly #undone: string[] = [];

  constructor(text = '', lines: InitialLine['kind'] | readonly InitialLine[] = 'neutral') {
    this.tracker = new DocumentTracker(text);
    if (typeof lines !== 'string') this.tracker.setInitial(lines);
    else if (lines === 'neutral') this.tracker.setInitial(rawLines(text).map(() => ({ kind: 'neutral' })));
  }

  get text(): string {
    return this.tracker.text();
  }

  apply(changes: readonly TextChange[], how: EditKind): this {
    const expected = applied(this.text, changes);
    if (how.kind !== 'undo' && how.kind !== 'redo') {
      this.#texts.push(this.text);
      this.#undone.length = 0;
    }
    this.tracker.apply(changes, how);
    assert.equal(this.text, expected);
    return this;
  }

  edit(source: KnownOrNot, ...changes: readonly TextChange[]): this {
    return this.apply(changes, { kind: 'edit', source });
  }

  append(source: KnownOrNot, text: string): this {
    return this.edit(source, { offset: this.tracker.length, removed: 0, text });
  }

  /** Character by character, as a person types. */
  type(source: KnownOrNot, offset: number, text: string): this {
    for (let i = 0; i < text.length; i++) this.edit(source, { offset: offset + i, removed: 0, text: text.charAt(i) });
    return this;
  }

  before(source: KnownOrNot, anchor: string, text: string): this {
    return this.edit(source, { offset: this.find(anchor), removed: 0, text });
  }

  after(source: KnownOrNot, anchor: string, text: string): this {
    return this.edit(source, { offset: this.find(anchor) + anchor.length, removed: 0, text });
  }

  replace(source: KnownOrNot, old: string, text: string): this {
    return this.edit(source, { offset: this.find(old), removed: old.length, text });
  }

  layout(by: Source, ...pairs: readonly (readonly [old: string, text: string])[]): this {
    const changes = pairs.map(([old, text]) => ({ offset: this.find(old), removed: old.length, text }));
    return this.apply(changes, { kind: 'layout', by });
  }

  copy(text: string): Fragment {
    return this.tracker.fragment(this.find(text), text.length);
  }

  place(by: KnownOrNot, offset: number, fragment: Fragment, text = fragment.text): this {
    return this.apply([{ offset, removed: 0, text }], { kind: 'place', fragment, by });
  }

  /** Undoes the last `steps` edits in one event, composed to one change as editors do. */
  undo(steps = 1): this {
    this.#undone.push(this.text);
    for (let i = 1; i < steps; i++) this.#undone.push(this.#texts.pop() ?? '');
    const target = this.#texts.pop() ?? '';
    return this.apply([difference(this.text, target)], { kind: 'undo' });
  }

  redo(): this {
    const target = this.#undone.pop() ?? '';
    this.#texts.push(this.text);
    return this.apply([difference(this.text, target)], { kind: 'redo' });
  }

  /** As after a restart of the editor: only the states of the lines are left. */
  restart(): this {
    const lines = asInitial([...this.tracker.lineStates()], rawLines(this.text).length);
    this.tracker = new DocumentTracker(this.text);
    this.tracker.setInitial(lines);
    this.#texts.length = 0;
    this.#undone.length = 0;
    return this;
  }

  find(anchor: string): number {
    const offset = this.text.indexOf(anchor);
    assert.notEqual(offset, -1, `${JSON.stringify(anchor)} stands in the text`);
    return offset;
  }

  /** One letter per line: H, A, M, U, P, T, X, and N for neutral. */
  get origins(): string {
    const letters = rawLines(this.text).map(() => 'N');
    let last = -1;
    for (const { line, origin } of this.tracker.lineStates()) {
      assert.ok(line > last && line < letters.length, `line ${line} of ${letters.length} in order`);
      last = line;
      letters[line] = LETTER[origin];
    }
    return letters.join('');
  }

  /** `H@3:a|b`: removed by H, before line 3, lines `a` and `b`. */
  get removals(): string[] {
    return this.tracker
      .removals()
      .map(
        ({ line, source, lines }) =>
          `${LETTER[source === 'unknown' ? source : source.origin]}@${line}:${lines.join('|')}`,
      );
  }
}

/** What a plain string says the changes make of it. */
export function applied(text: string, changes: readonly TextChange[]): string {
  let result = text;
  for (const { offset, removed, text: inserted } of [...changes].sort((a, b) => b.offset - a.offset)) {
    result = result.slice(0, offset) + inserted + result.slice(offset + removed);
  }
  return result;
}

/** One change that makes `to` of `from`. */
export function difference(from: string, to: string): TextChange {
  let head = 0;
  while (head < Math.min(from.length, to.length) && from[head] === to[head]) head++;
  let tail = 0;
  const most = Math.min(from.length, to.length) - head;
  while (tail < most && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++;
  return { offset: head, removed: from.length - head - tail, text: to.slice(head, to.length - tail) };
}

export function claimed(source: Source, counts: Extract<InitialLine, { kind: 'claimed' }>['counts']): InitialLine {
  return { kind: 'claimed', source, counts };
}
