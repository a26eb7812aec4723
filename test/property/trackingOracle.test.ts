/**
 * The tracker against the oracle, after each edit of random streams. `COUNTERSIGN_ORACLE_TIMES=N` takes N times as many
 * streams.
 */
import * as fc from 'fast-check';
import { DocumentTracker } from '../../src/core/tracking/documentTracker';
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
/** A place as a share of the text, so that a stream means something for any text. */
const PLACE = fc.nat(1000);

interface Cursor {
  readonly place: number;
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
  | { readonly kind: 'type'; readonly by: Writer; readonly place: number; readonly text: string; readonly back: number }
  | {
      readonly kind: 'place';
      readonly from: number;
      readonly length: number;
      readonly isCut: boolean;
      readonly cursors: readonly Cursor[];
    }
  | { readonly kind: 'layout'; readonly place: number; readonly length: number; readonly blanks: readonly string[] }
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

/** Changes that fit a text: in ascending order, not overlapping; two at one place would be the editor's secret. */
function changesFor(length: number, cursors: readonly Cursor[]): TextChange[] {
  const changes: TextChange[] = [];
  let end = length;
  for (const { place, removed, text } of [...cursors].sort((a, b) => b.place - a.place)) {
    const offset = Math.min(Math.floor((place / 1000) * length), end);
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
function take(step: Step, tracker: DocumentTracker, oracle: Oracle): void {
  const { length } = oracle.text;
  const edit = (changes: readonly TextChange[], by: Writer): void => {
    tracker.apply(changes, { kind: 'edit', source: SOURCES[by] });
    oracle.edit(changes, by);
    oracle.check(tracker);
  };
  switch (step.kind) {
    case 'edit':
      edit(changesFor(length, step.cursors), step.by);
      break;
    case 'type': {
      let offset = Math.floor((step.place / 1000) * length);
      for (const text of step.text.split('')) edit([{ offset: offset++, removed: 0, text }], step.by);
      for (let left = Math.min(step.back, offset); left > 0; left--)
        edit([{ offset: --offset, removed: 1, text: '' }], step.by);
      break;
    }
    case 'place': {
      const from = Math.floor((step.from / 1000) * length);
      const to = Math.min(length, from + step.length);
      const copy = oracle.copy(from, to);
      const fragment = tracker.fragment(from, to - from);
      if (step.isCut) edit([{ offset: from, removed: to - from, text: '' }], 'h');
      // Every other cursor gets a part of it, as when each line goes to its own.
      const text = (index: number): string => (index % 2 === 0 ? copy.text : (copy.text.split('\n')[index] ?? 'else'));
      const changes = changesFor(
        oracle.text.length,
        step.cursors.map((cursor, index) => ({ ...cursor, text: text(index) })),
      );
      tracker.apply(changes, { kind: 'place', fragment, by: H });
      oracle.place(changes, copy);
      oracle.check(tracker);
      break;
    }
    case 'layout': {
      const offset = Math.floor((step.place / 1000) * length);
      const text = oracle.text.slice(offset, offset + step.length);
      const changes = [{ offset, removed: text.length, text: laidAnew(text, step.blanks) }];
      tracker.apply(changes, { kind: 'layout', by: TOOL });
      oracle.layout(changes);
      oracle.check(tracker);
      break;
    }
    case 'undo':
    case 'redo': {
      const { kind } = step;
      const changes = kind === 'undo' ? oracle.undo(step.steps, step.isComposed) : oracle.redo(step.steps);
      if (changes === undefined) break;
      tracker.apply(changes, { kind });
      oracle.check(tracker);
    }
  }
}

describe('tracking against a list of characters', function () {
  this.timeout(60_000 * TIMES);

  for (const [size, lines, numRuns] of [
    ['a few lines', fc.array(LINE, { maxLength: 5 }), 200],
    ['many chunks', fc.array(LINE, { minLength: 200, maxLength: 500, size: 'max' }), 25],
  ] as const) {
    it(`holds text, spans, sources and lines after each edit of a stream: ${size}`, () => {
      fc.assert(
        fc.property(lines, STEPS, (initial, steps) => {
          const oracle = new Oracle(initial);
          const tracker = new DocumentTracker(oracle.text);
          tracker.setInitial(initial.map(([line, letter]) => initialLine(letter, line)));
          oracle.check(tracker);
          for (const step of steps) take(step, tracker, oracle);
        }),
        { numRuns: numRuns * TIMES },
      );
    });
  }
});
