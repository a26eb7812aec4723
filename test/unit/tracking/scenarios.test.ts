import assert from 'node:assert/strict';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import type { Source } from '../../../src/core/model/origin';
import { asInitial } from '../../../src/editor/capture/initialState';
import { AGENT, AI, EXTERNAL, H, PASTE, REFACTOR, Session, TOOL, U } from './session';

function check(session: Session, origins: string): void {
  assert.equal(session.origins, origins, session.text);
}

describe('tracking scenarios', () => {
  it('Scenario 1: a typed head, an AI body, typed lines after it', () => {
    const s = new Session().type(H, 0, 'def hello():\n');
    s.append(AI, '    a = 1\n    b = 2\n').append(H, '\n').append(H, 'x = 1\ny = 2\n');
    check(s, 'HAAHHH');
  });

  it('Scenario 2: four one-line insertions in turn', () => {
    const s = new Session();
    for (const [index, source] of [H, AI, H, AI].entries()) s.append(source, `line ${index}\n`);
    check(s, 'HAHA');
  });

  it('Scenario 3: AI appends behind a last line without newline', () => {
    check(new Session().append(H, 'a\nb\nc').append(AI, '\nd\ne'), 'HHHAA');
  });

  it('Scenario 4: three lines behind a base line without newline', () => {
    const s = new Session('base').append(AI, '\none').append(H, '\ntwo').append(AI, '\nthree');
    check(s, 'NAHA');
    const typed = new Session().append(H, 'base').append(AI, '\none').append(H, '\ntwo').append(AI, '\nthree');
    check(typed, 'HAHA');
  });

  it('Scenario 5: an AI line rewritten wholly is human, with one word changed mixed', () => {
    const start = (): Session => new Session().append(H, 'a\nb\nc\n').append(AI, 'let x = 1;\nlet y = 2;\n');
    check(start().replace(H, 'let x = 1;', 'const total = 7;'), 'HHHHA');
    check(start().replace(H, 'x = 1', 'total = 1'), 'HHHMA');
  });

  it('Scenario 5: selecting an AI line and typing over it is a rewrite too', () => {
    const s = new Session().append(AI, 'return x;\nnext();\n').replace(H, 'return x;', 'r').type(H, 1, 'eturn y;');
    assert.equal(s.text, 'return y;\nnext();\n');
    check(s, 'HA');
  });

  it('Scenario 6: a person deletes two of six AI lines', () => {
    const s = new Session().append(AI, 'a1\na2\na3\na4\na5\na6\n').replace(H, 'a3\na4\n', '');
    check(s, 'AAAA');
    assert.deepEqual(s.removals, ['H@2:a3|a4']);
  });

  it('Scenario 7: AI deletes a human function: no line, one removal', () => {
    const s = new Session('top\nf() {\n  x\n}\nend\n').replace(AI, 'f() {\n  x\n}\n', '');
    check(s, 'NN');
    assert.deepEqual(s.removals, ['A@1:f() {|  x|}']);
  });

  it('Scenario 8: a person retypes an AI file', () => {
    const s = new Session().append(AI, 'a = 1\nb = 2\n');
    s.replace(H, 'a = 1\nb = 2\n', '').type(H, 0, 'a = 1\nb = 2\n');
    check(s, 'HH');
  });

  it('Scenario 9: AI and human lines mingle over a base', () => {
    const s = new Session().append(H, 'Base1\nBase2\nBase3\n').before(AI, 'Base3', 'AI1\nAI2\nAI3\n');
    s.after(H, 'AI3\n', 'H1\nH2\n').replace(AI, 'AI2\n', '').before(AI, 'Base3', 'N1\nN2\n');
    assert.equal(s.text, 'Base1\nBase2\nAI1\nAI3\nH1\nH2\nN1\nN2\nBase3\n');
    check(s, 'HHAAHHAAH');
  });

  it('Scenario 9: the same with a commit in between, after which the first lines are the base', () => {
    const s = new Session('Base1\nBase2\nAI1\nAI2\nAI3\nBase3\n');
    s.after(H, 'AI3\n', 'H1\nH2\n').replace(AI, 'AI2\n', '').before(AI, 'Base3', 'N1\nN2\n');
    check(s, 'NNNNHHAAN');
    assert.deepEqual(s.removals, ['A@3:AI2']);
  });

  it('Scenario 10: braces are not swapped', () => {
    check(new Session().append(H, 'f() {\n  x\n}\n').append(AI, 'g() {\n  y\n}\n'), 'HHHAAA');
  });

  it('Scenario 11: AI splits a human call, a person edits one argument', () => {
    const s = new Session().append(H, 'call(foo, bar, baz)\n');
    s.replace(AI, 'call(foo, bar, baz)', 'call(\n  foo,\n  bar,\n  baz\n)').replace(H, 'bar', 'other');
    check(s, 'AAMAA');
  });

  it('Scenario 12: a formatter reflows AI, human and neutral statements', () => {
    const s = new Session('n(a,b)\n').append(AI, 'f(a,b,c)\n').append(H, 'g(a,b)\n');
    s.layout(TOOL, ['n(a,b)', 'n(a, b)'], ['f(a,b,c)', 'f(\n  a,\n  b,\n  c,\n)'], ['g(a,b)', 'g(a, b);']);
    assert.equal(s.text, 'n(a, b)\nf(\n  a,\n  b,\n  c,\n)\ng(a, b);\n');
    check(s, 'TAAAAAH');
  });

  it('Scenario 12: a formatter that replaces the whole document leaves what it did not change', () => {
    const s = new Session('keep\nn(a,b)\n').append(AI, "f('x')\n").append(H, 'g( )\n');
    s.apply([{ offset: 0, removed: s.text.length, text: 'keep\nn(a, b)\nf("x");\ng();\n' }], {
      kind: 'layout',
      by: TOOL,
    });
    check(s, 'NTAH');
  });

  it('Scenario 13: indentation by a tool or a person keeps the origin, by AI makes it ai', () => {
    const start = (): Session => new Session('n()\n').append(AI, 'a()\n').append(H, 'h()\n');
    const indents = (s: Session) => ['n()', 'a()', 'h()'].map((at) => ({ offset: s.find(at), removed: 0, text: '  ' }));
    const human = start();
    check(human.edit(H, ...indents(human)), 'HAH');
    const tool = start();
    check(tool.apply(indents(tool), { kind: 'layout', by: TOOL }), 'TAH');
    const ai = start();
    check(ai.edit(AI, ...indents(ai)), 'AAA');
  });

  it('Scenario 13: indentation by nobody on record is unknown where it stood neutral or human, and AI stays', () => {
    const s = new Session('n()\n').append(AI, 'a()\n').append(H, 'h()\n');
    const starts = ['n()', 'a()', 'h()'].map((at) => ({ offset: s.find(at), removed: 0, text: '  ' }));
    // Where indentation is no syntax, attribution lets the record of the same content speak again.
    check(s.edit(U, ...starts), 'UAH');
  });

  it('Scenario 14: other line ends for the whole file change nothing; with an edited line only that', () => {
    const s = new Session('n1\nn2\n').append(AI, 'a1\na2\n').append(H, 'h1\nh2\n').replace(AI, 'n2\n', '');
    check(s, 'NAAHH');
    const crlf = s.text.replaceAll('\n', '\r\n');
    s.tracker.rebase(crlf, asInitial([...s.tracker.lineStates()], 5));
    assert.equal(s.text, crlf);
    check(s, 'NAAHH');
    assert.deepEqual(s.removals, ['A@1:n2']);
    check(s.replace(EXTERNAL, 'h2', 'h3'), 'NAAHX');
    s.tracker.rebase(s.text.replaceAll('\r', ''), asInitial([...s.tracker.lineStates()], 5));
    check(s.append(H, 'h4\n'), 'NAAHXH');
  });

  it('Scenario 15: undo and redo of an AI insertion; undo of a deletion by a person', () => {
    const s = new Session('top\n').append(AI, 'a1\na2\n');
    check(s.undo(), 'N');
    check(s.redo(), 'NAA');
    check(s.replace(H, 'a1\n', ''), 'NA');
    assert.deepEqual(s.removals, ['H@1:a1']);
    check(s.undo(), 'NAA');
    assert.deepEqual(s.removals, []);
  });

  it('Scenario 16: cut and paste keeps AI lines AI, here and in another document', () => {
    const s = new Session('top\nend\n').before(AI, 'end', 'a1\na2\n');
    const cut = s.copy('a1\na2\n');
    s.replace(H, 'a1\na2\n', '').place(H, s.text.length, cut);
    assert.equal(s.text, 'top\nend\na1\na2\n');
    check(s, 'NNAA');
    check(new Session('other\n').place(H, 6, cut), 'NAA');
  });

  it('Scenario 16: copied human lines stay human; a paste from elsewhere is paste', () => {
    const s = new Session('top\n').append(H, 'h1\n');
    check(s.place(H, s.text.length, s.copy('h1\n')), 'NHH');
    check(s.append(PASTE, 'from the browser\n'), 'NHHP');
  });

  it('Scenario 16: lines of all kinds cut and pasted into another file: what was neutral is now its mover’s', () => {
    const from = new Session('old\n').append(H, 'h\n').append(AI, 'a\n').append(U, 'u\n').append(PASTE, 'pasted\n');
    const all = from.copy(from.text);
    check(new Session('top\nend\n').place(H, 4, all), 'NHHAUPN');
    check(from.replace(H, from.text, ''), '');
    check(from.place(H, 0, all), 'HHAUP');
  });

  it('Scenario 17: equal lines of different writers stay apart', () => {
    const s = new Session().append(AI, 'return nil\n}\n').append(H, 'return nil\n}\n').append(AI, 'return nil\n}\n');
    check(s, 'AAHHAA');
    check(s.undo().redo(), 'AAHHAA');
  });

  it('Scenario 18: a renamed symbol keeps each line with its writer', () => {
    const s = new Session('old(1)\n').append(AI, 'let a = old(2)\n').append(H, 'let b = old(3)\n');
    const changes = [...s.text.matchAll(/old/g)].map(({ index }) => ({ offset: index, removed: 3, text: 'fresh' }));
    check(s.apply(changes, { kind: 'layout', by: REFACTOR }), 'TAH');
  });

  it('Scenario 19: multi-cursor typing across AI and human lines', () => {
    const s = new Session().append(AI, 'a1\na2\n').append(H, 'h1\nh2\n');
    const ends = [...s.text.matchAll(/\n/g)].map(({ index }) => ({ offset: index, removed: 0, text: ';' }));
    check(s.edit(H, ...ends.reverse()), 'MMHH');
  });

  it('Scenario 20: emoji, combining characters, CJK, tabs, CRLF', () => {
    const s = new Session('😀 base\r\n漢字\r\n').append(AI, 'e\u0301 = "👩‍👩‍👧"\r\n\t\tx\r\n').append(H, '終わり\r\n');
    check(s, 'NNAAH');
    check(s.replace(H, '👩‍👩‍👧', '🙂'), 'NNMAH');
    const [mixed] = [...s.tracker.lineStates()];
    assert.deepEqual(mixed?.counts, { ai: 5, human: '👩‍👩‍👧'.length + 2 });
  });

  it('Scenario 20: a 500,000-line file and a 2 MB line', () => {
    const tall = new Session('line\n'.repeat(500_000)).edit(AI, { offset: 1_250_000, removed: 0, text: 'ai\n' });
    assert.deepEqual(
      [...tall.tracker.lineStates()].map(({ line, origin }) => [line, origin]),
      [[250_000, 'ai']],
    );
    const wide = new Session(`${'x'.repeat(2_000_000)}\nend\n`).edit(H, { offset: 1_000_000, removed: 1, text: 'y' });
    check(wide, 'HN');
  });

  it('Scenario 20: a byte order mark and no newline at the end', () => {
    const s = new Session('\ufeffone\ntwo').edit(AI, { offset: 1, removed: 0, text: 'zero\n' }).append(H, ' more');
    check(s, 'ANH');
  });

  it('Scenario 20a: one word of a base line, changed by whom', () => {
    const base = (): Session => new Session('before\nif (!done) stop now\nafter\n');
    check(base().replace(H, 'stop', 'halt'), 'NHN');
    check(base().replace(AI, 'stop', 'halt'), 'NAN');
    check(base().replace(H, ' stop now', ''), 'NHN');
    check(base().replace(AI, '!', ''), 'NAN');
    check(base().replace(AI, 'stop', 'halt').replace(H, 'now', 'later'), 'NMN');
    check(base().replace(AI, '!', '').replace(H, 'now', 'later'), 'NMN');
    check(base().replace(H, 'now\nafter', 'now after'), 'NH');
    check(base().replace(U, 'stop', 'halt'), 'NUN');
    check(base().replace(EXTERNAL, 'stop', 'halt'), 'NXN');
  });

  it('Scenario 20b: pasted identifiers, pasted lines, a typed word in AI text', () => {
    const paste = 'const answer = await compute(40, 2, arg)';
    check(new Session().append(H, 'let total = ').append(PASTE, 'items').append(H, '.length + 1;\n'), 'H');
    check(new Session().append(PASTE, paste).append(H, ';\n'), 'P');
    check(new Session().append(AI, 'const a = b + c;\n').replace(H, 'b', 'beta'), 'M');
  });

  it('Scenario 20c: a space that nobody is on record for', () => {
    check(new Session('rm -rf /usr/lib/x\n').replace(U, '/usr/lib', '/usr /lib'), 'U');
    check(new Session('rm -rf /usr/lib/x\n').edit(U, { offset: 11, removed: 0, text: ' ' }), 'U');
    check(new Session('').append(H, 'rm -rf /usr/lib/x\n').edit(AI, { offset: 11, removed: 0, text: ' ' }), 'A');
    check(new Session('').append(H, 'rm -rf /usr/lib/x\n').edit(U, { offset: 11, removed: 0, text: ' ' }), 'U');
    check(new Session('').append(H, 'rm -rf /usr /lib/x\n').edit(U, { offset: 11, removed: 1, text: '' }), 'U');
    check(new Session('').append(H, 'rm -rf /usr/lib/x\n').edit(EXTERNAL, { offset: 11, removed: 0, text: ' ' }), 'X');
    check(new Session('').append(H, 'rm -rf /usr/lib/x\n').edit(U, { offset: 6, removed: 0, text: '  ' }), 'H');
  });

  it('Scenario 13: an indentation that nobody is on record for, where it is syntax and where it is not', () => {
    for (const [isSyntax, expected] of [
      [true, ['human', 'unknown']],
      [false, ['human', 'human']],
    ] as const) {
      const tracker = new DocumentTracker('', isSyntax);
      tracker.apply([{ offset: 0, removed: 0, text: 'if x:\n    y()\n' }], { kind: 'edit', source: H });
      tracker.apply([{ offset: 6, removed: 4, text: '' }], { kind: 'edit', source: U });
      assert.deepEqual(
        [...tracker.lineStates()].map(({ origin }) => origin),
        expected,
      );
    }
  });

  it('Scenario 20c: lines that nobody is on record for splitting or joining', () => {
    check(new Session('').append(H, 'guard(); drop();\n').edit(U, { offset: 8, removed: 1, text: '\n' }), 'UU');
    check(new Session('').append(H, '// guard();\ndrop();\n').edit(U, { offset: 11, removed: 1, text: ' ' }), 'U');
    check(new Session('').append(H, 'a();\nb();\n').edit(U, { offset: 4, removed: 1, text: '\n\n' }), 'HUH');
  });

  it('Scenario 20d: an old function moved to another file by a person, and AI text', () => {
    const from = new Session('f() {\n  x\n}\nend\n').after(AI, 'end\n', 'g()\n');
    const old = from.copy('f() {\n  x\n}\n');
    const made = from.copy('g()\n');
    from.replace(H, old.text, '');
    assert.deepEqual(from.removals, ['H@0:f() {|  x|}']);
    check(from, 'NA');
    const to = new Session('top\n').place(H, 4, old);
    assert.deepEqual(
      [...to.tracker.lineStates()].map(({ origin, via }) => `${origin} ${via}`),
      Array(3).fill('human move'),
    );
    check(to.place(H, to.text.length, made), 'NHHHA');
  });

  it('Scenario 28: two agents at work on one file: each line to the agent that wrote it', () => {
    const one: Source = { ...AGENT, actor: { tool: 'agent', session: 'one' } };
    const two: Source = { ...AGENT, actor: { tool: 'agent', session: 'two' } };
    const s = new Session('top\nend\n').before(one, 'end', 'a1\na2\n').before(two, 'end', 'b1\n');
    s.replace(one, 'a1', 'a1()').after(two, 'a1()\n', 'b0\n');
    check(s, 'NAAAAN');
    assert.deepEqual(
      [...s.tracker.lineStates()].map(({ actor }) => actor?.session),
      ['one', 'two', 'one', 'two'],
    );
  });

  it('Scenario 29: what was typed before an agent’s edit stays human, whatever was saved in between', () => {
    const s = new Session('top\n').append(H, 'typed\n').restart();
    check(s.replace(AGENT, 'top\ntyped\n', 'top\ntyped\nagent 1\nagent 2\n').restart(), 'NHAA');
    check(s.type(H, s.find('agent 2'), 'typed again\n'), 'NHAHA');
  });

  it('Scenario 30: a session that starts again after each edit knows as much as one that goes on', () => {
    const edits: readonly ((s: Session) => Session)[] = [
      (s) => s.append(AI, 'const a = f(1);\n'),
      (s) => s.after(H, 'base\n', 'const b = 2;\n'),
      (s) => s.replace(H, 'f(1)', 'g(1, 2)'),
      (s) => s.append(PASTE, 'from somewhere else\n'),
      (s) => s.append(U, 'who knows\n'),
      (s) => s.replace(AI, 'b = 2', 'b = 3'),
      (s) => s.append(EXTERNAL, 'disk\n'),
      (s) => s.append(H, '\n'),
      (s) => s.layout(TOOL, ['const b', '  const b']),
      (s) => s.replace(H, ' else', ' new'),
    ];
    const lasting = new Session('base\n');
    const restarted = new Session('base\n');
    for (const edit of edits) {
      check(edit(restarted).restart(), edit(lasting).origins);
      assert.equal(restarted.text, lasting.text);
    }
    check(lasting, 'NMMPUXH');
  });
});
