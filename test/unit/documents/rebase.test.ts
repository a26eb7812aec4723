import assert from 'node:assert/strict';
import { array, assert as check, constantFrom, property } from 'fast-check';
import type { InitialLine } from '../../../src/core/tracking/initialText';
import { withoutKeptLines } from '../../../src/core/tracking/keptLines';
import { TrackerOutOfStep } from '../../../src/core/tracking/textChange';
import { AI, EXTERNAL, H, Session, U, applied, claimed } from '../tracking/session';

const NEUTRAL: InitialLine = { kind: 'neutral' };
const DISK = claimed(EXTERNAL, { external: 3 });

describe('A document that is read again from disk', () => {
  it('takes new knowledge of its lines, and undo goes back to the origins of before', () => {
    const s = new Session('one\ntwo\n').append(AI, 'made\n').append(H, 'typed\n');
    s.before(EXTERNAL, 'made', 'disk\n');
    assert.equal(s.origins, 'NNXAH');
    s.tracker.rebase(s.text, [
      NEUTRAL,
      NEUTRAL,
      claimed(AI, { ai: 4 }),
      claimed(AI, { ai: 4 }),
      claimed(H, { human: 5 }),
    ]);
    assert.equal(s.origins, 'NNAAH');
    s.undo();
    assert.equal(s.text, 'one\ntwo\nmade\ntyped\n');
    assert.equal(s.origins, 'NNAH');
    s.undo().undo();
    assert.equal(s.origins, 'NN');
    s.redo().redo().redo();
    assert.equal(s.origins, 'NNAAH');
  });

  it('brings back lines that were overwritten on disk, with who wrote them', () => {
    const s = new Session('base\n').append(H, 'mine\n').append(AI, 'its\n');
    s.replace(EXTERNAL, 'mine\nits\n', 'foreign\n');
    s.tracker.rebase(s.text, [NEUTRAL, DISK]);
    assert.equal(s.origins, 'NX');
    s.undo();
    assert.equal(s.origins, 'NHA');
  });

  it('goes on for many reloads, each with its own lines', () => {
    const s = new Session('a');
    for (let round = 0; round < 5; round++) {
      s.append(EXTERNAL, `${round}`);
      s.tracker.rebase(s.text, [round % 2 === 0 ? DISK : NEUTRAL]);
      assert.equal(s.origins, round % 2 === 0 ? 'X' : 'N');
    }
    s.append(H, '\nend');
    assert.equal(s.origins, 'XH');
    s.tracker.setInitial([NEUTRAL]);
    // The typed line break belongs to the first line, without touching it.
    assert.equal(s.origins, 'NH');
    s.undo().undo();
    assert.equal(s.text, 'a0123');
  });

  it('keeps who removed lines', () => {
    const s = new Session('a\nb\nc\n').replace(AI, 'b\n', '');
    assert.deepEqual(s.removals, ['A@1:b']);
    s.append(EXTERNAL, 'd\n');
    s.tracker.rebase(s.text, [NEUTRAL, NEUTRAL, DISK]);
    assert.deepEqual(s.removals, ['A@1:b']);
  });

  it('goes back over other line ends once they are taken back, and never while they stand', () => {
    const s = new Session('n\n').append(AI, 'a1\na2\n').append(H, 'h\n').replace(H, 'a1\n', '');
    const lf = s.text;
    const known = [NEUTRAL, claimed(AI, { ai: 2 }), claimed(H, { human: 1 })];
    s.tracker.rebase(lf.replaceAll('\n', '\r\n'), known);
    assert.equal(s.origins, 'NAH');
    s.tracker.rebase(lf, known);
    assert.equal(s.undo().text, 'n\na1\na2\nh\n');
    assert.equal(s.origins, 'NAAH');
    assert.equal(s.redo().text, lf);
    s.tracker.rebase(lf.replaceAll('\n', '\r\n'), known);
    s.tracker.apply([{ offset: 3, removed: 0, text: 'a1\r\n' }], { kind: 'undo' });
    assert.equal(s.origins, 'NUAH');
  });

  it('takes other line ends, and nothing else', () => {
    const s = new Session('a\nb\nc\n').replace(AI, 'b\n', '').append(H, 'd\n');
    const lines = [NEUTRAL, NEUTRAL, claimed(H, { human: 1 })];
    s.tracker.rebase('a\r\nc\r\nd\r\n', lines);
    assert.equal(s.origins, 'NNH');
    assert.deepEqual(s.removals, ['A@1:b']);
    s.tracker.rebase('a\nc\nd\n', lines);
    assert.deepEqual(s.removals, ['A@1:b']);
    assert.throws(() => s.tracker.rebase('a\nc\ne\n', lines), TrackerOutOfStep);
    assert.equal(s.origins, 'NNH');
  });
});

describe('Lines that an unexplained edit keeps', () => {
  const conflict =
    '<<<<<<< HEAD\nconst mine = compute(1);\nconst more = compute(2);\n=======\nconst theirs = compute(3);\n>>>>>>> main\n';

  it('stay whose they were when a conflict is resolved', () => {
    const s = new Session(`top\n${conflict}end\n`, 'unknown');
    s.tracker.setInitial([
      NEUTRAL,
      DISK,
      claimed(AI, { ai: 20 }),
      claimed(H, { human: 20 }),
      DISK,
      DISK,
      DISK,
      NEUTRAL,
    ]);
    const kept = 'const mine = compute(1);\nconst more = compute(2);\n';
    const change = { offset: 4, removed: conflict.length, text: kept };
    s.apply(withoutKeptLines(change, conflict), { kind: 'edit', source: U });
    assert.equal(s.text, `top\n${kept}end\n`);
    assert.equal(s.origins, 'NAHN');
  });

  it('are not taken to be kept when they say too little', () => {
    const change = { offset: 0, removed: 11, text: 'other();\n}\nlast();\n' };
    assert.deepEqual(withoutKeptLines(change, 'some();\n}\nx'), [change]);
  });

  it('leave the same text, whatever the change', () => {
    const line = constantFrom('const first = 1;\n', 'const second = 2;\n', '}\n', '\n', 'return value;\n');
    const text = array(line, { maxLength: 12 }).map((lines) => lines.join(''));
    check(
      property(text, text, (old, next) => {
        const changes = withoutKeptLines({ offset: 3, removed: old.length, text: next }, old);
        assert.equal(applied(`abc${old}xyz`, changes), `abc${next}xyz`);
      }),
    );
  });
});
