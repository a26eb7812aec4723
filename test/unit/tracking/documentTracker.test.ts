import assert from 'node:assert/strict';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { TrackerOutOfStep } from '../../../src/core/tracking/textChange';
import { AGENT, AI, H, PASTE, Session, TOOL, U, claimed } from './session';

function states(session: Session): unknown[] {
  return [...session.tracker.lineStates()];
}

describe('DocumentTracker', () => {
  it('holds all initial text unknown until somebody says what it is, also after edits', () => {
    const s = new Session('old\nai\nmine\n', 'unknown').edit(H, { offset: 0, removed: 0, text: 'new\n' });
    assert.equal(s.origins, 'HUUU');
    s.tracker.setInitial([{ kind: 'neutral' }, claimed(AI, { ai: 2 }), claimed(H, { human: 4 })]);
    assert.equal(s.origins, 'HNAH');
  });

  it('keeps a claim of an untouched line as it was recorded', () => {
    const mixed = { origin: 'mixed', via: 'completion', evidence: 'reported', actor: { tool: 'assistant' } } as const;
    const s = new Session('let a = b;\nend\n', [claimed(mixed, { ai: 5, human: 3 }), { kind: 'neutral' }]);
    const [state] = states(s);
    assert.deepEqual(state, { line: 0, counts: { ai: 5, human: 3 }, ...mixed });
  });

  it('scales a claim to what is left of its line', () => {
    const s = new Session('abcdefgh\n', [claimed({ ...AI, origin: 'mixed' }, { ai: 6, human: 2 })]);
    s.replace(H, 'efgh', '');
    const [state] = s.tracker.lineStates();
    assert.deepEqual(state?.counts, { ai: 3, human: 1 + 4 });
    assert.equal(state?.origin, 'mixed');
  });

  it('says via, actor and the weakest evidence of those who wrote the line', () => {
    const s = new Session().append(AI, 'const a = b;\n').replace({ ...H, evidence: 'inferred' }, 'b', 'c');
    assert.deepEqual(states(s), [
      {
        line: 0,
        counts: { ai: 8, human: 2 },
        origin: 'mixed',
        via: 'completion',
        evidence: 'inferred',
        actor: AI.actor,
      },
    ]);
    assert.deepEqual(states(new Session().append(U, 'x\n')), [
      { line: 0, counts: { unknown: 1 }, origin: 'unknown', via: 'other', evidence: 'none' },
    ]);
  });

  it('leaves typed braces to the person when AI fills what stands between them', () => {
    const s = new Session().append(H, 'f() {}\n').after(AI, '{', '\n  body();\n');
    assert.equal(s.origins, 'HAH');
  });

  it('gives both halves of a split neutral line to who split it', () => {
    assert.equal(new Session('one two\n').replace(H, ' two', '\ntwo').origins, 'HH');
    assert.equal(new Session('one two\n').after(AI, 'one', '\n').origins, 'AA');
  });

  it('does not touch the line before which, or behind which, whole lines come', () => {
    assert.equal(new Session('    foo();\n').before(AI, 'foo', 'bar();\n    ').origins, 'AN');
    assert.equal(new Session('a\nb\n').after(AI, 'a', '\nc').origins, 'NAN');
    assert.equal(new Session('  a\n  b\n').replace(AI, 'a\n  ', '').origins, 'N');
  });

  it('gives blank lines to whoever made them', () => {
    assert.equal(new Session('a\nb\n').after(AI, 'a', '\n').origins, 'NAN');
    assert.equal(new Session('a\n\nb\n').after(AI, 'a', '\nfoo').origins, 'NANN');
    assert.equal(new Session('a\n\nb\n').after(AI, 'a\n', 'foo\n').origins, 'NANN');
  });

  it('leaves no trace of what somebody typed and took back', () => {
    const s = new Session('old line\n').type(H, 3, 'x').edit(H, { offset: 3, removed: 1, text: '' });
    assert.equal(s.origins, 'N');
    assert.deepEqual(s.removals, []);
  });

  it('gives a line that AI emptied and a person filled to the person, with the removal to AI', () => {
    const s = new Session('a\nold();\nb\n').replace(AI, 'old();', '').type(H, 2, 'fresh();');
    assert.equal(s.origins, 'NHN');
    assert.deepEqual(s.removals, ['A@1:old();']);
  });

  it('keeps removals when the region around them is deleted too', () => {
    const s = new Session('a\nb\nc\nd\ne\n').replace(AI, 'c\n', '').replace(H, 'b\nd\n', '');
    assert.deepEqual(s.removals.sort(), ['A@1:c', 'H@1:b|d']);
    s.undo();
    assert.deepEqual(s.removals, ['A@2:c']);
  });

  it('takes what a completion repeats, and equal lines of a replacement, as unchanged', () => {
    const s = new Session().append(H, 'con').replace(AI, 'con', 'console.log(x)');
    assert.deepEqual([...s.tracker.lineStates()][0]?.counts, { human: 3, ai: 11 });
    assert.equal(new Session('a\nb\nc\n').replace(AI, 'a\nb\nc\n', 'a\nB\nc\n').origins, 'NAN');
  });

  it('undoes several edits in one event, and redo of an AI insertion is AI', () => {
    const s = new Session('top\n').type(H, 4, 'abc').append(AI, '\nai();').type(H, 13, ' // x');
    assert.equal(s.origins, 'NHM');
    assert.equal(s.undo(5).origins, 'NHA');
    assert.equal(s.undo(1).origins, 'NH');
    assert.equal(s.redo().origins, 'NHA');
    assert.equal(s.undo().undo(3).origins, 'N');
  });

  it('an undo of what it never saw brings unknown text, never human', () => {
    const s = new Session('a\n').append(H, 'b\n').apply([{ offset: 0, removed: 0, text: 'c\n' }], { kind: 'undo' });
    assert.equal(s.origins, 'UNH');
  });

  it('a paste of other text than was copied is unknown', () => {
    const s = new Session('mine\n');
    assert.equal(s.place(H, 5, s.copy('mine\n'), 'theirs\n').origins, 'NU');
  });

  it('what an AI deleted from a line stays known where a person moves the line', () => {
    const s = new Session('if (!ok) stop();\nend\n').replace(AI, '!', '');
    const cut = s.copy('if (ok) stop();\n');
    s.replace(H, cut.text, '').place(H, 4, cut);
    assert.equal(s.text, 'end\nif (ok) stop();\n');
    assert.equal(s.origins, 'NM');
  });

  it('organise imports: sorted lines keep their writers', () => {
    const s = new Session()
      .append(AI, "import b from 'b';\n")
      .append(H, "import a from 'a';\n")
      .append(PASTE, "import c from 'c';\n");
    s.layout(TOOL, [s.text, "import a from 'a';\nimport b from 'b';\nimport c from 'c';\n"]);
    assert.equal(s.origins, 'HAP');
  });

  it('throws a typed error and changes nothing when changes do not fit; resync finds common ground', () => {
    const s = new Session('a\nb\nc\n').append(AI, 'd\n');
    for (const bad of [
      [{ offset: 9, removed: 0, text: 'x' }],
      [{ offset: -1, removed: 0, text: 'x' }],
      [{ offset: 0.5, removed: 0, text: 'x' }],
      [
        { offset: 0, removed: 3, text: '' },
        { offset: 2, removed: 1, text: '' },
      ],
    ]) {
      const attempt = (): void => s.tracker.apply(bad, { kind: 'edit', source: H });
      assert.throws(attempt, (error) => error instanceof TrackerOutOfStep && error.code === 'tracker-out-of-step');
    }
    assert.equal(s.text, 'a\nb\nc\nd\n');
    s.tracker.resync('a\nB\nnew\nc\nd\n');
    assert.equal(s.text, 'a\nB\nnew\nc\nd\n');
    assert.equal(s.origins, 'NUUNA');
  });

  it('counts lines as an editor does and clips slices', () => {
    const tracker = new DocumentTracker('a\r\nb\n');
    assert.equal(tracker.lineCount, 3);
    assert.equal(tracker.slice(-5, 100), 'a\r\nb\n');
    tracker.apply([{ offset: 1, removed: 2, text: '' }], { kind: 'edit', source: AGENT });
    assert.equal(tracker.lineCount, 2);
    assert.equal(tracker.slice(0, 2), 'ab');
  });

  it('says where each character comes from, in runs that cover the text', () => {
    const s = new Session('old\nai\nmine\n', [{ kind: 'neutral' }, claimed(AI, { ai: 2 }), { kind: 'unknown' }]);
    s.edit(H, { offset: 1, removed: 1, text: 'X' }).edit(AI, { offset: 6, removed: 0, text: '!' });
    assert.deepEqual(
      [...s.tracker.runs()],
      [
        { offset: 0, length: 1, origin: 'neutral' },
        { offset: 1, length: 1, origin: H },
        { offset: 2, length: 2, origin: 'neutral' },
        { offset: 4, length: 4, origin: AI },
        { offset: 8, length: 5, origin: 'unknown' },
      ],
    );
    assert.deepEqual([...new DocumentTracker('').runs()], []);
  });

  it('forgets removed text beyond its bound, never the touched lines', () => {
    const s = new Session('line\n'.repeat(7000)).edit(H, { offset: 0, removed: 6000 * 5, text: '' });
    assert.deepEqual(s.removals, []);
    s.edit(H, { offset: 0, removed: 10, text: '' });
    assert.deepEqual(s.removals, ['H@0:line|line']);
  });
});
