/**
 * The tracker against the oracle, after each edit of random streams. `COUNTERSIGN_ORACLE_TIMES=N` takes N times as many
 * streams.
 */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { COUNTED } from '../../src/core/model/origin';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
import type { EditKind } from '../../src/core/tracking/documentTracker';
import type { TextChange } from '../../src/core/tracking/history';
import { H, TOOL } from '../unit/tracking/session';
import { Oracle, SOURCES, initialLine } from './trackingOracle';

const TIMES = Number(process.env['COUNTERSIGN_ORACLE_TIMES'] ?? 1);

const WRITERS = ['h', 'a', 'p', 't', 'x', 'u'] as const;
type Writer = (typeof WRITERS)[number];

const PARTS = ['a', 'bc', 'x1', ' ', '  ', '\t', '\n', '\r\n', '\n\n', '}', '😀', '漢', 'e\u0301', 'word'];
const TEXT = fc.array(fc.constantFrom(...PARTS), { maxLength: 6 }).map((parts) => parts.join(''));
const LONG = fc.tuple(TEXT, fc.nat(40)).map(([text, count]) => `${text} more\n`.repeat(count));
const WRITER = fc.constantFrom<Writer>(...WRITERS);
/** A place: a share of the text, so that a stream means something for any text, or the caret and what is near it. */
type Place = { readonly share: number } | { readonly beside: number };
const PLACE: fc.Arbitrary<Place> = fc.oneof(
  fc.record({ share: fc.integer({ min: 0, max: 1000 }) }),
  fc.record({ beside: fc.constantFrom(0, 0, 0, -1, 1, -2) }),
);

/** A document that is edited and its oracle, with the caret of the newest edit. */
interface Edited {
  /** Asked for everything after each edit. */
  readonly tracker: DocumentTracker;
  /** Asked at the end only: what a tracker puts off until somebody asks must come out the same. */
  readonly unasked: DocumentTracker;
  readonly oracle: Oracle;
  /** What was to be told of each state of the oracle: undo brings all of it back, what was deleted too. */
  readonly known: string[];
  caret: number;
}

/** All that a tracker tells of its lines. */
function linesOf(tracker: DocumentTracker): string {
  const states = [...tracker.lineStates()].map(({ counts, ...state }) => [COUNTED.map((key) => counts[key]), state]);
  return JSON.stringify([states, tracker.removals()]);
}

function offsetOf(place: Place, { oracle: { text }, caret }: Edited): number {
  if ('share' in place) return Math.floor((place.share / 1000) * text.length);
  return Math.min(Math.max(caret + place.beside, 0), text.length);
}

interface Cursor {
  readonly place: Place;
  readonly removed: number;
  readonly text: string;
}

const CURSOR = (text: fc.Arbitrary<string>): fc.Arbitrary<Cursor> =>
  fc.record({ place: PLACE, removed: fc.oneof(fc.nat(8), fc.nat(8), fc.nat(1500)), text });
const CURSORS = fc.array(CURSOR(fc.oneof({ weight: 9, arbitrary: TEXT }, { weight: 1, arbitrary: LONG })), {
  minLength: 1,
  maxLength: 4,
});

type Step =
  | { readonly kind: 'edit'; readonly by: Writer; readonly cursors: readonly Cursor[] }
  | { readonly kind: 'type'; readonly by: Writer; readonly place: Place; readonly text: string; readonly back: number }
  | {
      readonly kind: 'place';
      readonly from: Place;
      readonly length: number;
      readonly isCut: boolean;
      readonly cursors: readonly Cursor[];
    }
  | { readonly kind: 'layout'; readonly place: Place; readonly length: number; readonly blanks: readonly string[] }
  | { readonly kind: 'undo' | 'redo'; readonly steps: number; readonly isComposed: boolean };

const EDIT = fc.record({ kind: fc.constant('edit'), by: WRITER, cursors: CURSORS });
const TYPE = fc.record({ kind: fc.constant('type'), by: WRITER, place: PLACE, text: TEXT, back: fc.nat(9) });
const MOVE = fc.record({
  kind: fc.constant('place'),
  from: PLACE,
  length: fc.nat(60),
  isCut: fc.boolean(),
  cursors: CURSORS,
});
const LAYOUT = fc.record({
  kind: fc.constant('layout'),
  place: PLACE,
  length: fc.nat(80),
  blanks: fc.array(fc.constantFrom('', ' ', '\n', '\n    ', '\t'), { minLength: 1, maxLength: 7 }),
});
const BACK = fc.record({
  kind: fc.constantFrom('undo', 'redo'),
  steps: fc.integer({ min: 1, max: 4 }),
  isComposed: fc.boolean(),
});
const STEPS: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(EDIT, EDIT, TYPE, TYPE, MOVE, LAYOUT, BACK),
  { maxLength: 16 },
);

const LINE = fc.tuple(
  fc.constantFrom('base\n', '  two words\n', '}\n', '\n', 'crlf\r\n', '😀 漢\n'),
  fc.constantFrom<'N' | 'U' | 'A' | 'H'>('N', 'N', 'U', 'A', 'H'),
);

/** What several wrote one after the other, before anybody deletes. */
const WRITTEN = fc.array(
  fc.record({
    by: WRITER,
    text: fc.oneof(
      TEXT,
      LONG,
      fc.nat(150).map((length) => 'ink '.repeat(length)),
    ),
  }),
  { maxLength: 6 },
);

/** Changes that fit a text: in ascending order, not overlapping; two at one place would be the editor's secret. */
function changesFor(edited: Edited, cursors: readonly Cursor[]): TextChange[] {
  const changes: TextChange[] = [];
  const { length } = edited.oracle.text;
  let end = length;
  const places = cursors.map((cursor) => ({ ...cursor, at: offsetOf(cursor.place, edited) }));
  for (const { at, removed, text } of places.sort((a, b) => b.at - a.at)) {
    const offset = Math.min(at, end);
    if (changes.some((change) => change.offset === offset)) continue;
    changes.unshift({ offset, removed: Math.min(removed, end - offset), text });
    end = offset;
  }
  return changes;
}

/** The same text with other white space behind its ink characters. */
function laidAnew(text: string, blanks: readonly string[]): string {
  let next = 0;
  return text.replace(/[^ \t-\r]|[ \t-\r]+/g, (part) =>
    /^[ \t-\r]/.test(part) ? (next % 3 === 0 ? part : '') : part + (blanks[next++ % blanks.length] ?? ''),
  );
}

/** Does a step on both, asserting after each event. */
function take(step: Step, edited: Edited): void {
  const { tracker, unasked, oracle } = edited;
  const { length } = oracle.text;
  const apply = (changes: readonly TextChange[], how: EditKind, elsewhere: EditKind = how): void => {
    tracker.apply(changes, how);
    unasked.apply(changes, elsewhere);
  };
  const check = (): void => {
    oracle.check(tracker);
    edited.known[oracle.at] = linesOf(tracker);
  };
  const edit = (changes: readonly TextChange[], by: Writer): void => {
    apply(changes, { kind: 'edit', source: SOURCES[by] });
    oracle.edit(changes, by);
    check();
    const [first] = changes;
    if (first !== undefined) edited.caret = first.offset + first.text.length;
  };
  switch (step.kind) {
    case 'edit':
      edit(changesFor(edited, step.cursors), step.by);
      break;
    case 'type': {
      let offset = offsetOf(step.place, edited);
      for (const text of step.text.split('')) edit([{ offset: offset++, removed: 0, text }], step.by);
      for (let left = Math.min(step.back, offset); left > 0; left--)
        edit([{ offset: --offset, removed: 1, text: '' }], step.by);
      break;
    }
    case 'place': {
      const from = offsetOf(step.from, edited);
      const to = Math.min(length, from + step.length);
      const copy = oracle.copy(from, to);
      // A fragment knows the document it comes from.
      const [fragment, twin] = [tracker.fragment(from, to - from), unasked.fragment(from, to - from)];
      if (step.isCut) edit([{ offset: from, removed: to - from, text: '' }], 'h');
      // Every other cursor gets a part of it, as when each line goes to its own.
      const text = (index: number): string => (index % 2 === 0 ? copy.text : (copy.text.split('\n')[index] ?? 'else'));
      const cursors = step.cursors.map((cursor, index) => ({ ...cursor, text: text(index) }));
      const changes = changesFor(edited, cursors);
      apply(changes, { kind: 'place', fragment, by: H }, { kind: 'place', fragment: twin, by: H });
      oracle.place(changes, copy);
      check();
      break;
    }
    case 'layout': {
      const offset = offsetOf(step.place, edited);
      const text = oracle.text.slice(offset, offset + step.length);
      const changes = [{ offset, removed: text.length, text: laidAnew(text, step.blanks) }];
      apply(changes, { kind: 'layout', by: TOOL });
      oracle.layout(changes);
      check();
      break;
    }
    case 'undo':
    case 'redo': {
      const { kind } = step;
      const changes = kind === 'undo' ? oracle.undo(step.steps, step.isComposed) : oracle.redo(step.steps);
      if (changes === undefined) break;
      apply(changes, { kind });
      oracle.check(tracker);
      assert.equal(linesOf(tracker), edited.known[oracle.at]);
    }
  }
}

describe('tracking against a list of characters', function () {
  this.timeout(60_000 * TIMES);

  for (const [size, lines, numRuns] of [
    ['a few lines', fc.array(LINE, { maxLength: 5 }), 100],
    ['many chunks', fc.array(LINE, { minLength: 200, maxLength: 500, size: 'max' }), 15],
  ] as const) {
    it(`holds text, spans, sources and lines after each edit of a stream: ${size}`, () => {
      fc.assert(
        fc.property(lines, WRITTEN, STEPS, (initial, written, steps) => {
          const oracle = new Oracle(initial);
          const [tracker, unasked] = [new DocumentTracker(oracle.text), new DocumentTracker(oracle.text)];
          const known = initial.map(([line, letter]) => initialLine(letter, line));
          tracker.setInitial(known);
          unasked.setInitial(known);
          oracle.check(tracker);
          const edited = { tracker, unasked, oracle, known: [linesOf(tracker)], caret: 0 };
          for (const { by, text } of written) {
            take({ kind: 'edit', by, cursors: [{ place: { share: 1000 }, removed: 0, text }] }, edited);
          }
          for (const step of steps) take(step, edited);
          oracle.check(unasked);
          assert.equal(linesOf(unasked), linesOf(tracker));
        }),
        { numRuns: numRuns * TIMES },
      );
    });
  }
});
