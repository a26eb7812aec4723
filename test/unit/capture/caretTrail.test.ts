/** Where carets may be, against a plain reading of each place by itself. */
import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CaretTrail, endsOf, reachesCaret } from '../../../src/editor/capture/caretTrail';
import { change, selection } from './edits';

interface Plain {
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
  readonly moves: boolean;
}

type Range = readonly [number, number];

function touches([from, to]: Range, { offset, removed }: Plain): boolean {
  return offset <= to && from <= offset + removed;
}

/** Each range by itself: gone where it is touched, else moved by what comes and goes before it. */
function rangesAfter(ranges: readonly Range[], changes: readonly Plain[]): Range[] {
  const grownBefore = (place: number): number =>
    changes
      .filter(({ offset, removed }) => offset + removed < place)
      .reduce((sum, { text, removed }) => sum + text.length - removed, 0);
  const kept = ranges.filter((range) => !changes.some((each) => touches(range, each)));
  const put = changes.filter(({ moves }) => moves);
  return [
    ...kept.map(([from, to]): Range => [from + grownBefore(from), to + grownBefore(from)]),
    ...put.map(({ offset, text }): Range => {
      const from = offset + grownBefore(offset);
      return [from, from + text.length];
    }),
  ];
}

describe('The trail of carets', () => {
  it('is what was put in at carets since a selection was heard of, wherever edits elsewhere move it', () => {
    const edit = fc.array(fc.tuple(fc.nat(6), fc.nat(2), fc.constantFrom('', 'a', 'bb', 'ccc'), fc.boolean()), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        let ranges: readonly Range[] = [];
        let trail = new CaretTrail();
        for (const wanted of edits) {
          const changes: Plain[] = [];
          let from = 0;
          for (const [skip, removed, text, moves] of wanted) {
            changes.push({ offset: from + skip, removed, text, moves });
            from += skip + removed + 1;
          }
          ranges = rangesAfter(ranges, changes);
          trail = trail.after(changes, ({ moves }) => moves);
          for (let offset = 0; offset < 40; offset++) {
            for (const removed of [0, 1, 3]) {
              const next = { offset, removed, text: '', moves: false };
              const expected = ranges.some((range) => touches(range, next));
              assert.equal(trail.holds(next), expected, `${offset}-${removed}`);
            }
          }
        }
      }),
    );
  });

  it('follows keys that are faster than the selections between them', () => {
    const typed = new CaretTrail().after([{ offset: 5, removed: 0, text: '()' }], () => true);
    assert.ok(typed.holds({ offset: 6, removed: 0, text: 'x' }));
    assert.ok(typed.holds({ offset: 7, removed: 0, text: ';' }));
    assert.ok(!typed.holds({ offset: 8, removed: 0, text: 'y' }));
    const moved = typed.after([{ offset: 0, removed: 2, text: 'import;' }], () => false);
    assert.ok(moved.holds({ offset: 12, removed: 0, text: ';' }));
    assert.ok(!moved.holds({ offset: 7, removed: 0, text: ';' }));
  });

  it('costs little more for thousands of carets', () => {
    const changes = Array.from({ length: 50_000 }, (_, index) => ({ offset: 3 * index, removed: 1, text: 'xy' }));
    const trail = new CaretTrail()
      .after(changes, () => true)
      .after([{ offset: 1, removed: 0, text: 'z' }], () => false);
    assert.ok(trail.holds({ offset: 4 * 49_999 + 1, removed: 0, text: '' }));
  });
});

describe('A change', () => {
  const TEXT = 'ab\ncd\nef\n';

  it('reaches the carets that it touches, and both ends of a selection', () => {
    const ends = endsOf([selection(TEXT, 7), selection(TEXT, 1, 4)]);
    const reaches = (offset: number, removed: number): boolean =>
      reachesCaret(change(TEXT, offset, removed, 'x'), ends);
    assert.deepEqual(
      Array.from(TEXT, (_, offset) => reaches(offset, 0)),
      [false, true, false, false, true, false, false, true, false],
    );
    assert.ok(reaches(2, 2));
    assert.ok(reaches(5, 2));
    assert.ok(!reaches(2, 1));
    assert.ok(!reaches(5, 1));
  });
});
