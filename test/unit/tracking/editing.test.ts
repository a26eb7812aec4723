/**
 * What can happen in an editor, as streams of edits: each row says what was done and what the lines are then (N neutral,
 * H human, A ai, M mixed, U unknown, X external, P paste, T tool).
 */
import assert from 'node:assert/strict';
import type { Source } from '../../../src/core/model/origin';
import { AGENT, AI, EXTERNAL, H, PASTE, REFACTOR, Session, TOOL, U } from './session';

type Row = readonly [name: string, session: () => Session, lines: string, removals?: readonly string[]];

const SUGGEST: Source = { origin: 'human', via: 'suggest', evidence: 'observed' };
const SNIPPET: Source = { origin: 'human', via: 'snippet', evidence: 'observed' };
const PARTIAL: Source = { ...AI, via: 'partial-completion' };
const NEXT_EDIT: Source = { ...AI, via: 'next-edit' };

const by = (source: typeof U | Source, text: string): Session => new Session().append(source, text);
/** A line each that is old, of the AI, of a person and of nobody on record. */
const four = (): Session =>
  new Session('old one\n').append(AI, 'ai one\n').append(H, 'my one\n').append(U, 'odd one\n');

/** A person takes text away and puts it elsewhere in one event, as dragging it or moving lines does. */
function moved(s: Session, text: string, to: number): Session {
  const fragment = s.copy(text);
  const offset = s.find(text);
  const changes = [
    { offset, removed: text.length, text: '' },
    { offset: to, removed: 0, text },
  ];
  return s.apply(changes, { kind: 'place', fragment, by: H });
}

/** The same text behind itself. */
function duplicated(s: Session, line: string): Session {
  return s.place(H, s.find(line) + line.length, s.copy(line));
}

function inEachLine(s: Session, source: Source, old: string, text: string): Session {
  const changes = [...s.text.matchAll(new RegExp(old, 'g'))].map(({ index }) => {
    return { offset: index, removed: old.length, text };
  });
  return s.edit(source, ...changes.reverse());
}

function commented(s: Session): Session {
  const starts = [...s.text.matchAll(/^(?=\w)/gm)].map(({ index }) => ({ offset: index, removed: 0, text: '// ' }));
  return s.edit(H, ...starts.reverse());
}

const TYPING: readonly Row[] = [
  ['an auto-closed bracket is typed over', () => by(H, 'f').append(H, '()').replace(H, ')', ')'), 'H'],
  ['a bracket of the AI is typed over: it stays the AI’s', () => by(AI, 'f(x)\n').replace(H, ')', ')'), 'A'],
  [
    'a word of the AI gets quotes around it',
    () => by(AI, 'f(x)\n').edit(H, { offset: 2, removed: 0, text: '"' }, { offset: 3, removed: 0, text: '"' }),
    'M',
  ],
  ['Enter behind an AI line', () => by(AI, '  x();\n').after(H, 'x();', '\n  '), 'AH'],
  ['Enter inside an AI line leaves both parts the AI’s', () => by(AI, 'one two\n').replace(H, ' ', '\n'), 'AA'],
  ['Enter before an AI line', () => by(AI, 'x();\n').before(H, 'x', '\n'), 'HA'],
  ['Enter between typed brackets', () => by(H, 'f() {').append(H, '}\n').after(H, '{', '\n  \n'), 'HHH'],
  ['Enter between the AI’s brackets', () => by(AI, 'f() {}\n').after(H, '{', '\n  \n'), 'AHA'],
  [
    'an input method composes',
    () => by(H, 'k').replace(H, 'k', 'か').replace(H, 'か', 'かん').replace(H, 'かん', '漢'),
    'H',
  ],
  [
    'an input method composes inside an AI line',
    () =>
      by(AI, 'x = 1\n')
        .type(H, 1, 'k')
        .edit(H, { offset: 1, removed: 1, text: 'か' })
        .edit(H, { offset: 1, removed: 1, text: '漢' }),
    'M',
  ],
  [
    'a composition that is given up leaves no trace',
    () =>
      new Session('old\n')
        .type(H, 1, 'k')
        .edit(H, { offset: 1, removed: 1, text: 'か' })
        .edit(H, { offset: 1, removed: 1, text: '' }),
    'N',
  ],
  [
    'several cursors type and take it back',
    () => inEachLine(inEachLine(four(), H, ' one', ' 1 one'), H, ' 1', ''),
    'NAHU',
  ],
  ['several cursors type in all lines', () => inEachLine(four(), H, 'one', 'one!'), 'HMHU'],
  [
    'overtype mode, until nothing is left of the AI’s',
    () => by(AI, 'abc\n').replace(H, 'a', 'x').replace(H, 'b', 'y').replace(H, 'c', 'z'),
    'H',
  ],
  [
    'a space typed into an AI line, and one into a neutral line',
    () =>
      new Session('a=b\n')
        .append(AI, 'c=d\n')
        .edit(H, { offset: 1, removed: 0, text: ' ' }, { offset: 5, removed: 0, text: ' ' }),
    'HA',
  ],
  ['a line of the AI is deleted and typed again', () => by(AI, 'a\nb\n').replace(H, 'b\n', '').type(H, 2, 'b\n'), 'AH'],
  ['one’s own line is written anew', () => by(H, 'a\nb\n').replace(H, 'b', 'c'), 'HH', []],
  ['half an AI line is deleted', () => by(AI, 'return a && b;\n').replace(H, ' && b', ''), 'M', []],
];

const COMPLETIONS: readonly Row[] = [
  ['a whole one behind a typed beginning', () => by(H, 'con').append(AI, 'sole.log(x);\nnext();\n'), 'MA'],
  [
    'by word, then the rest (which repeats what was accepted)',
    () => by(H, 'x = ').append(PARTIAL, 'compute').replace(AI, 'compute', 'compute(a, b);'),
    'M',
  ],
  [
    'by word on a line of its own, then the rest',
    () => by(H, 'x\n').append(PARTIAL, 'compute').replace(AI, 'compute', 'compute(a, b);'),
    'HA',
  ],
  ['by line, then the rest', () => by(H, 'x\n').append(PARTIAL, 'a();\n').replace(AI, 'a();\n', 'a();\nb();\n'), 'HAA'],
  ['by word, then typed to its end', () => by(H, 'x\n').append(PARTIAL, 'compute').append(H, '(a, b);'), 'HM'],
  ['before a bracket that stood there', () => by(H, 'f()\n').replace(AI, ')', 'a, b)'), 'M'],
  [
    'a next edit of an old line',
    () => new Session('a\nlet x = 1;\nb\n').replace(NEXT_EDIT, 'x = 1', 'total = 1'),
    'NAN',
  ],
  [
    'a next edit that replaces a person’s whole line',
    () => by(H, 'a\nb\n').replace(NEXT_EDIT, 'b', 'c'),
    'HA',
    ['A@1:b'],
  ],
  ['a next edit that deletes', () => by(H, 'a\nb\nc\n').replace(NEXT_EDIT, 'b\n', ''), 'HH', ['A@1:b']],
  [
    'inline chat rewrites a function and keeps its ends',
    () => by(H, 'f() {\n  a\n}\n').replace(AI, 'f() {\n  a\n}\n', 'f() {\n  b\n  c\n}\n'),
    'HAAH',
    ['A@1:  a'],
  ],
  ['a chat edit that is undone by its button', () => by(H, 'a\nb\n').replace(AI, 'b', 'c\nd').undo(), 'HH', []],
  ['AI writes its own line anew', () => by(AI, 'a\n').replace(AGENT, 'a', 'b'), 'A', []],
  ['a suggestion by a person', () => by(H, 'cons').replace(SUGGEST, 'cons', 'console'), 'H'],
  ['a suggestion inside an AI line', () => by(AI, 'x = 1;\n').replace(SUGGEST, '1', 'console'), 'M'],
  ['a snippet of several lines', () => new Session('for\n').replace(SNIPPET, 'for', 'for (;;) {\n  \n}'), 'HHH'],
];

const UNDO: readonly Row[] = [
  ['of a completion, and redo', () => by(H, 'x\n').append(AI, 'a\nb\n').undo().redo(), 'HAA'],
  ['of typing in an AI line', () => by(AI, 'a = 1\n').replace(H, '1', '2').undo(), 'A'],
  ['of a paste, and redo', () => by(H, 'x\n').append(PASTE, 'from elsewhere\n').undo().redo(), 'HP'],
  [
    'of a cut',
    () => {
      const s = four();
      return s.replace(H, 'ai one\nmy one\n', '').undo();
    },
    'NAHU',
    [],
  ],
  [
    'of a pasted cut, and redo of both',
    () => {
      const s = four();
      const cut = s.copy('ai one\n');
      return s.replace(H, 'ai one\n', '').place(H, 0, cut).undo(2).redo().redo();
    },
    'ANHU',
  ],
  ['of a moved line', () => moved(four(), 'ai one\n', 0).undo(), 'NAHU', []],
  [
    'of a format, and redo',
    () => four().layout(TOOL, ['old one', 'old  one'], ['ai one', 'ai  one']).undo().redo(),
    'TAHU',
  ],
  ['of a format: nothing was formatted', () => four().layout(TOOL, ['old one', 'old  one']).undo(), 'NAHU'],
  [
    'of a rename',
    () =>
      four()
        .apply([{ offset: 4, removed: 3, text: 'two' }], { kind: 'layout', by: REFACTOR })
        .undo(),
    'NAHU',
  ],
  ['of a replacement everywhere', () => inEachLine(four(), H, 'one', 'two').undo(), 'NAHU'],
  ['of a replacement everywhere, and redo', () => inEachLine(four(), H, 'one', 'two').undo().redo(), 'HMHU'],
  ['of several steps at once', () => four().type(H, 0, 'abc').append(AI, 'x\n').replace(H, 'ai', 'AI').undo(5), 'NAHU'],
  ['of a deletion by AI', () => by(H, 'a\nb\n').replace(AI, 'b\n', '').undo(), 'HH', []],
  ['of a multi-cursor deletion of AI text', () => inEachLine(by(AI, 'a one\nb one\n'), H, ' one', '').undo(), 'AA'],
];

const PASTES: readonly Row[] = [
  ['over an AI line', () => by(AI, 'a\nb\n').replace(PASTE, 'b\n', 'what I found on a page\n'), 'AP'],
  [
    'of 20 characters into a longer typed line',
    () => by(H, `const answer = ${'x'.repeat(60)};\n`).after(PASTE, '= ', 'p'.repeat(20)),
    'P',
  ],
  [
    'of 19 characters into a longer typed line',
    () => by(H, `const answer = ${'x'.repeat(60)};\n`).after(PASTE, '= ', 'p'.repeat(19)),
    'H',
  ],
  ['of a few that are half of the line', () => by(H, 'a = ').append(PASTE, 'bc'), 'P'],
  ['into an AI line', () => by(AI, 'a = 1;\n').after(PASTE, 'a', 'bcd'), 'M'],
  [
    'of half an AI line into a person’s',
    () => {
      const s = by(AI, 'f(alpha)\n').append(H, 'g()\n');
      const cut = s.copy('alpha');
      return s.replace(H, 'alpha', '').place(H, s.find('g(') + 2, cut);
    },
    'MM',
  ],
  [
    'of unknown text keeps it unknown',
    () => {
      const s = four();
      return s.place(H, 0, s.copy('odd one\n'));
    },
    'UNAHU',
  ],
  [
    'of copied old text is the person’s',
    () => {
      const s = four();
      return s.place(H, s.text.length, s.copy('old one\n'));
    },
    'NAHUH',
  ],
  [
    'at several cursors, each its own line',
    () => {
      const s = four();
      const copy = s.copy('ai one\nmy one\n');
      return s.apply(
        [
          { offset: 0, removed: 0, text: 'ai one\n' },
          { offset: s.text.length, removed: 0, text: 'my one\n' },
        ],
        { kind: 'place', fragment: copy, by: H },
      );
    },
    'ANAHUH',
  ],
  [
    'of the same text over itself changes nothing',
    () => {
      const s = four();
      return s.apply([{ offset: 8, removed: 6, text: 'ai one' }], { kind: 'place', fragment: s.copy('ai one'), by: H });
    },
    'NAHU',
  ],
  ['dragged to another place', () => moved(four(), 'my one\n', 0), 'HNAU'],
  ['dragged into another line', () => moved(four(), 'ai ', four().text.indexOf('one\nodd')), 'NMMU'],
];

const LINES: readonly Row[] = [
  ['an AI line moved up over an old one', () => moved(four(), 'ai one\n', 0), 'ANHU'],
  ['an old line moved down over an AI line', () => moved(four(), 'old one\n', 15), 'AHHU'],
  ['duplicated: an AI line', () => duplicated(four(), 'ai one\n'), 'NAAHU'],
  ['duplicated: an old line', () => duplicated(four(), 'old one\n'), 'NHAHU'],
  ['duplicated: an unknown line', () => duplicated(four(), 'odd one\n'), 'NAHUU'],
  ['joined: two of the AI', () => by(AI, 'a(\n  b)\n').replace(H, '\n  ', ' '), 'A'],
  ['joined: one of the AI and one of a person', () => by(AI, 'a\n').append(H, 'b\n').replace(H, '\n', ' '), 'M'],
  [
    'joined: two old ones, by a person and by AI',
    () => new Session('a\nb\nc\nd\n').replace(H, 'a\nb', 'a b').replace(AI, 'c\nd', 'c d'),
    'HA',
  ],
  ['deleted: a line of the AI by a person', () => four().replace(H, 'ai one\n', ''), 'NHU', ['H@1:ai one']],
  [
    'deleted: the last line, which has no newline',
    () => by(H, 'a\n').append(AI, 'b').replace(H, '\nb', ''),
    'H',
    ['H@1:b'],
  ],
  ['deleted: everything, by AI', () => four().replace(AI, four().text, ''), '', ['A@0:old one|ai one|my one|odd one']],
  [
    'deleted: from the middle of an AI line to the middle of a person’s',
    () => by(AI, 'a one\n').append(H, 'b two\n').replace(H, 'one\nb ', ''),
    'M',
  ],
  ['comments toggled on', () => commented(four()), 'HMHU'],
  ['comments toggled on and off', () => inEachLine(commented(four()), H, '// ', ''), 'NAHU'],
  ['a line of the AI replaced by the same line', () => four().replace(H, 'ai one\n', 'ai one\n'), 'NAHU'],
  ['blank lines by AI between a person’s', () => by(H, 'a\nb\n').after(AI, 'a\n', '\n\n'), 'HAAH'],
];

const TOOLS: readonly Row[] = [
  [
    'a code action adds a line before a person’s: the tool’s, and a name that it makes longer is not',
    () =>
      by(H, 'post(a);\n')
        .append(AI, 'send(b);\n')
        .layout(REFACTOR, ['', "import { post } from './post';\n"], ['send(b)', 'sendAll(b)']),
    'THA',
  ],
  ['a formatter splits lines', () => four().layout(TOOL, ['ai one', 'ai\n  one'], ['my one', 'my\n  one']), 'NAAHHU'],
  [
    'a formatter joins lines',
    () =>
      by(AI, 'f(\n  a,\n  b\n)\n')
        .append(H, 'g(\n  c\n)\n')
        .layout(TOOL, ['f(\n  a,\n  b\n)', 'f(a, b)'], ['g(\n  c\n)', 'g(c)']),
    'AH',
  ],
  [
    'a formatter adds and takes punctuation',
    () =>
      new Session('n(a,)\n')
        .append(AI, 'f(a,)\n')
        .append(H, 'g(b)\n')
        .layout(TOOL, ['n(a,)', 'n(a);'], ['f(a,)', 'f(a);'], ['g(b)', 'g(b);']),
    'TAH',
  ],
  [
    'a formatter changes quotes',
    () =>
      new Session("n('a')\n")
        .append(AI, "f('a')\n")
        .append(H, "g('b')\n")
        .layout(TOOL, ["n('a')", 'n("a")'], ["f('a')", 'f("a")'], ["g('b')", 'g("b")']),
    'TAH',
  ],
  [
    'tabs become spaces',
    () =>
      new Session('\tn\n')
        .append(AI, '\ta\n')
        .append(H, '\th\n')
        .layout(TOOL, ['\tn', '    n'], ['\ta', '    a'], ['\th', '    h']),
    'TAH',
  ],
  [
    'trailing white space is trimmed',
    () =>
      new Session('n  \n')
        .append(AI, 'a  \n')
        .append(H, 'h  \n')
        .layout(TOOL, ['n  ', 'n'], ['a  ', 'a'], ['h  ', 'h']),
    'TAH',
  ],
  ['a newline comes at the end of the file', () => new Session('n\n').append(AI, 'a').layout(TOOL, ['a', 'a\n']), 'NA'],
  [
    'a person edits what a formatter laid out',
    () => new Session('n(a,b)\n').layout(TOOL, ['n(a,b)', 'n(a, b)']).replace(H, 'b', 'c'),
    'H',
  ],
  [
    'imports are sorted',
    () =>
      new Session("import d from 'd';\n")
        .append(AI, "import b from 'b';\n")
        .append(H, "import a from 'a';\n")
        .layout(TOOL, [
          "import d from 'd';\nimport b from 'b';\nimport a from 'a';\n",
          "import a from 'a';\nimport b from 'b';\nimport d from 'd';\n",
        ]),
    'HAT',
  ],
  [
    'an unused import goes',
    () =>
      new Session("import d from 'd';\n")
        .append(AI, "import b from 'b';\n")
        .append(H, 'x();\n')
        .layout(TOOL, ["import b from 'b';\n", '']),
    'NH',
    ["T@1:import b from 'b';"],
  ],
  [
    'a symbol is renamed in all lines',
    () =>
      four().apply(
        [...four().text.matchAll(/one/g)].map(({ index }) => ({ offset: index, removed: 3, text: 'first' })),
        { kind: 'layout', by: REFACTOR },
      ),
    'TAHU',
  ],
  ['a person replaces everywhere', () => inEachLine(four(), H, 'one', 'two'), 'HMHU'],
  ['AI replaces everywhere', () => inEachLine(four(), AI, 'one', 'two'), 'AAMA'],
  ['another extension edits everywhere', () => inEachLine(four(), { ...EXTERNAL, via: 'other' }, 'one', 'two'), 'XAXU'],
];

const OUTSIDE: readonly Row[] = [
  ['the disk changes a person’s line', () => by(H, 'a = 1\nb = 2\n').replace(EXTERNAL, 'b = 2', 'b = 3'), 'HX'],
  ['the disk changes a word of an AI line', () => by(AI, 'a = 1\nb = 2\n').replace(EXTERNAL, '2', '3'), 'AA'],
  ['nobody on record changes a word of a person’s line', () => by(H, 'a = 1\nb = 2\n').replace(U, '2', '3'), 'HU'],
  [
    'an event was missed: what differs is unknown, the rest stays',
    () => {
      const s = four();
      s.tracker.resync(s.text.replace('my one', 'my two'));
      return s;
    },
    'NAUU',
  ],
  [
    'an event was missed that typed into an AI line',
    () => {
      const s = by(AI, 'a one\nb two\n');
      s.tracker.resync('a one\nb 2 two\n');
      return s;
    },
    'AA',
  ],
  [
    'an undo of what was never seen',
    () => by(AI, 'a\n').apply([{ offset: 0, removed: 0, text: 'x\n' }], { kind: 'undo' }),
    'UA',
  ],
  ['AI deletes in a person’s line', () => by(H, 'return a && b;\n').replace(AI, ' && b', ''), 'M', []],
  ['AI deletes in an old line', () => new Session('if (!ok) stop();\n').replace(AI, '!', ''), 'A', []],
];

const CHARACTERS: readonly Row[] = [
  [
    'CRLF: Enter, a deletion, a line of the AI',
    () => new Session('a\r\nb\r\nc\r\n').after(H, 'a', '\r\n').after(AI, 'b', '\r\nx').replace(H, 'c\r\n', ''),
    'NHNA',
    ['H@4:c'],
  ],
  ['an emoji is deleted from an AI line', () => by(AI, 'x = "😀";\n').replace(H, '😀', ''), 'M'],
  ['half a surrogate pair is replaced', () => by(AI, '😀\n').edit(H, { offset: 1, removed: 1, text: '\ude01' }), 'M'],
  ['an accent is put on a letter of the AI', () => by(AI, 'e = 1\n').after(H, 'e', '\u0301'), 'M'],
  ['a family of emoji by a person between lines of the AI', () => by(AI, 'a\nb\n').after(H, 'a\n', '👩‍👩‍👧\n'), 'AHA'],
  ['other line breaks than LF end no line', () => by(AI, 'a\u2028b\u0085c\n').append(H, 'd\u2029e\n'), 'AH'],
  [
    'a line of 2 MB, changed by AI and by a person',
    () =>
      new Session(`${'x'.repeat(2_000_000)}\nend\n`)
        .edit(AI, { offset: 1_500_000, removed: 3, text: 'y' })
        .edit(H, { offset: 10, removed: 0, text: 'z' }),
    'MN',
  ],
];

const TABLES: readonly (readonly [name: string, rows: readonly Row[]])[] = [
  ['typing', TYPING],
  ['completions and chat', COMPLETIONS],
  ['undo', UNDO],
  ['pastes', PASTES],
  ['lines', LINES],
  ['tools', TOOLS],
  ['what comes from outside', OUTSIDE],
  ['characters', CHARACTERS],
];

for (const [table, rows] of TABLES) {
  describe(`editing: ${table}`, () => {
    for (const [name, session, lines, removals] of rows) {
      it(name, () => {
        const s = session();
        assert.equal(s.origins, lines, s.text.slice(0, 500));
        if (removals !== undefined) assert.deepEqual(s.removals, removals);
      });
    }
  });
}

describe('editing: large files', () => {
  it('half a million lines: lines at both ends and in between, and a deletion of 100,000 by AI', () => {
    const s = new Session('line\n'.repeat(500_000));
    s.edit(AI, { offset: 1_250_000, removed: 0, text: 'ai\n' }).edit(H, { offset: 0, removed: 0, text: 'mine\n' });
    s.append(PASTE, 'from somewhere else, at the end\n').edit(AI, { offset: 5, removed: 500_000, text: '' });
    assert.deepEqual(
      [...s.tracker.lineStates()].map(({ line, origin }) => [line, origin]),
      [
        [0, 'human'],
        [150_001, 'ai'],
        [400_002, 'paste'],
      ],
    );
    assert.equal(s.tracker.lineCount, 400_004);
  });
});
