/** Laws of the tracker that hold whatever the edits. `trackingOracle.test.ts` compares it with a list of characters. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { DocumentTracker } from '../../src/core/tracking/documentTracker';
import type { TextChange } from '../../src/core/tracking/history';
import { countInk, rawLines } from '../../src/core/text/lines';
import { AI, H, PASTE, Session, TOOL, U, difference } from '../unit/tracking/session';

const SOURCES = { h: H, a: AI, u: U, p: PASTE } as const;
type Who = keyof typeof SOURCES;

const TEXT = fc
  .array(fc.constantFrom('a', 'bc', 'x1', ' ', '  ', '\t', '\n', '\r\n', '\n\n', '}', '😀', '漢', 'e\u0301'), {
    maxLength: 6,
  })
  .map((parts) => parts.join(''));

interface Step {
  readonly who: Who;
  /** Places as shares of the text, 0–1000, with how much goes and what comes. */
  readonly edits: readonly { readonly place: number; readonly removed: number; readonly text: string }[];
}

const STEP = (who: fc.Arbitrary<Who>): fc.Arbitrary<Step> =>
  fc.record({
    who,
    edits: fc.array(fc.record({ place: fc.nat(1000), removed: fc.nat(12), text: TEXT }), {
      minLength: 1,
      maxLength: 3,
    }),
  });
const ANYONE = fc.constantFrom<Who>('h', 'a', 'u', 'p');

/** Changes that fit a text: in descending order, not overlapping. */
function changesFor(text: string, step: Step): TextChange[] {
  const changes: TextChange[] = [];
  let end = text.length;
  for (const { place, removed, text: inserted } of [...step.edits].sort((a, b) => b.place - a.place)) {
    const offset = Math.min(Math.floor((place / 1000) * text.length), end);
    const gone = Math.min(removed, end - offset);
    // At one offset, the order of two insertions is the editor's secret.
    if (changes.some((change) => change.offset === offset)) continue;
    changes.push({ offset, removed: gone, text: inserted });
    end = offset;
  }
  return changes;
}

/** One letter per character of the tracked text, read from a fragment. */
function owners(tracker: DocumentTracker): string {
  return tracker
    .fragment(0, tracker.length)
    .runs.map(({ length, origin }) =>
      (origin === 'neutral' ? 'i' : origin === 'unknown' ? 'u' : origin.origin.charAt(0)).repeat(length),
    )
    .join('');
}

function snapshot(tracker: DocumentTracker): string {
  return JSON.stringify([tracker.text(), [...tracker.lineStates()], tracker.removals(), owners(tracker)]);
}

describe('tracking, as properties', () => {
  it('undoing edits, in groups, brings back every earlier state exactly; redoing the later ones', () => {
    fc.assert(
      fc.property(
        TEXT,
        fc.array(STEP(ANYONE), { minLength: 1, maxLength: 8 }),
        fc.array(fc.nat(3)),
        (text, steps, sizes) => {
          const { tracker } = new Session(text);
          const states: { readonly text: string; readonly snapshot: string }[] = [];
          const keep = (): void => void states.push({ text: tracker.text(), snapshot: snapshot(tracker) });
          keep();
          for (const step of steps) {
            const changes = changesFor(tracker.text(), step);
            tracker.apply(changes, { kind: 'edit', source: SOURCES[step.who] });
            // An edit that changes nothing is not a state of its own.
            if (snapshot(tracker) !== states.at(-1)?.snapshot) keep();
          }
          // Two states with one text can't be told apart by an undo event.
          fc.pre(new Set(states.map((state) => state.text)).size === states.length);
          let at = states.length - 1;
          const stops = [at];
          for (let i = 0; at > 0; i++) {
            at = Math.max(0, at - 1 - (sizes[i] ?? 0));
            stops.push(at);
            const target = states[at] ?? { text: '', snapshot: '' };
            tracker.apply([difference(tracker.text(), target.text)], { kind: 'undo' });
            assert.equal(snapshot(tracker), target.snapshot);
          }
          for (const stop of stops.toReversed().slice(1)) {
            const target = states[stop] ?? { text: '', snapshot: '' };
            tracker.apply([difference(tracker.text(), target.text)], { kind: 'redo' });
            assert.equal(snapshot(tracker), target.snapshot);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('law 1: a line with ink that an AI or nobody on record wrote is never human', () => {
    const how = fc.constantFrom('edit', 'layout', 'place', 'undo', 'redo');
    fc.assert(
      fc.property(
        TEXT,
        fc.boolean(),
        fc.array(fc.tuple(how, STEP(ANYONE)), { maxLength: 12 }),
        (text, neutral, steps) => {
          const session = new Session(text, neutral ? 'neutral' : 'unknown');
          for (const [kind, step] of steps) {
            const changes = changesFor(session.text, step);
            const [first] = changes;
            if (kind === 'undo' || kind === 'redo') session.apply(changes, { kind });
            else if (kind === 'layout') session.apply(changes, { kind, by: TOOL });
            else if (kind === 'place' && first !== undefined) {
              const fragment = session.tracker.fragment(first.offset, 10);
              session.place(H, first.offset, fragment);
            } else session.edit(SOURCES[step.who], ...changes);
          }
          const letters = owners(session.tracker);
          const human = new Set(
            [...session.tracker.lineStates()].filter(({ origin }) => origin === 'human').map(({ line }) => line),
          );
          let start = 0;
          for (const [number, raw] of rawLines(session.text).entries()) {
            for (let i = 0; i < raw.length; i++) {
              if (countInk(raw.charAt(i)) === 0 || !'au'.includes(letters.charAt(start + i))) continue;
              assert.ok(!human.has(number), `line ${number} of ${JSON.stringify(session.text)}: ${letters}`);
            }
            start += raw.length;
          }
        },
      ),
      { numRuns: 600 },
    );
  });

  it('law 2: lines that an edit does not touch keep their state', () => {
    const lines = fc.array(fc.constantFrom('foo', '  bar', 'baz()', '}'), { minLength: 3, maxLength: 8 });
    const block = fc.array(fc.constantFrom('new', '  ink'), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(lines, fc.nat(), fc.nat(3), block, ANYONE, ANYONE, (base, at, count, added, first, second) => {
        const start = at % base.length;
        const gone = Math.min(count, base.length - start);
        const session = new Session('', 'neutral').append(SOURCES[first], `${base.join('\n')}\n`);
        const states = [...session.tracker.lineStates()].map((state) => ({ ...state, line: 0 }));
        const offset = base.slice(0, start).join('\n').length + (start > 0 ? 1 : 0);
        const removed = base.slice(start, start + gone).reduce((sum, line) => sum + line.length + 1, 0);
        session.edit(SOURCES[second], { offset, removed, text: `${added.join('\n')}\n` });
        const after = [...session.tracker.lineStates()].map((state) => ({ ...state, line: 0 }));
        const tail = base.length - start - gone;
        assert.deepEqual(after.slice(0, start), states.slice(0, start));
        assert.deepEqual(after.slice(after.length - tail), states.slice(states.length - tail));
      }),
      { numRuns: 300 },
    );
  });

  it('a formatter that changes white space only changes nobody’s ink', () => {
    const who = fc.constantFrom<Who>('h', 'a', 'u', 'p');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(who, TEXT), { maxLength: 6 }),
        fc.infiniteStream(fc.constantFrom('', ' ', '\n', '\n  ')),
        (parts, gaps) => {
          const session = new Session('base\n');
          for (const [source, text] of parts) session.append(SOURCES[source], text);
          const ink = (): string => {
            const letters = owners(session.tracker);
            return [...Array(session.text.length).keys()]
              .filter((i) => countInk(session.text.charAt(i)) > 0)
              .map((i) => letters.charAt(i))
              .join('');
          };
          const before = ink().replaceAll('i', 't');
          const { text } = session;
          let formatted = '';
          for (let i = 0; i < text.length; i++)
            if (countInk(text.charAt(i)) > 0) formatted += text.charAt(i) + (gaps.next().value ?? '');
          session.apply([{ offset: 0, removed: text.length, text: formatted }], { kind: 'layout', by: TOOL });
          assert.equal(ink().replaceAll('i', 't'), before);
        },
      ),
      { numRuns: 200 },
    );
  });
});
