import assert from 'node:assert/strict';
import { PASTE, TYPING, classify } from '../../../src/editor/capture/classify';
import type { How } from '../../../src/editor/capture/deeds';
import type { Change, EditEvent } from '../../../src/editor/capture/editEvent';
import { inOrder } from '../../../src/editor/capture/editEvent';
import { DocumentTracker } from '../../../src/core/tracking/documentTracker';
import { change, event, selection } from './edits';

const TEXT = 'const a = 1;\n  if (a) {\n  }\n';

/** The verdict on one change with one caret (or selection), in a word or two. */
function verdictOn(
  [offset, removed, text]: readonly [number, number, string],
  caret: readonly [number, number?] | undefined,
  selectedAgo = 0,
): string {
  const selections = caret === undefined ? [] : [selection(TEXT, ...caret)];
  const verdict = classify(event([change(TEXT, offset, removed, text)], selections, { selectedAgo }), undefined);
  return verdict.kind === 'typed' ? `typed ${verdict.carets.join(' ')}` : verdict.kind;
}

describe('Classifying an edit by what was seen', () => {
  const cases: readonly [string, readonly [number, number, string], readonly [number, number?] | undefined, string][] =
    [
      ['a character', [5, 0, 'x'], [5], 'typed 6'],
      ['a character beyond the basic plane', [5, 0, '😀'], [5], 'typed 7'],
      ['a bracket that the editor closes', [5, 0, '()'], [5], 'typed 6'],
      ['a character over a selection', [6, 5, 'x'], [6, 11], 'typed 7'],
      ['what an input method composed', [5, 2, '日本語'], [7], 'typed 8'],
      ['a character beside the caret', [6, 0, 'x'], [5], 'unexplained'],
      ['a character far from the caret', [20, 0, 'x'], [5], 'unexplained'],
      ['a character over another than the selected text', [12, 1, 'x'], [6, 11], 'unexplained'],
      ['a character in a document without the focus', [5, 0, 'x'], undefined, 'typed 6'],
      ['a word at the caret', [5, 0, 'limit'], [5], 'unexplained'],
      ['a bracket with more than its closing', [5, 0, '(x)'], [5], 'unexplained'],
      ['Enter', [12, 0, '\n'], [12], 'keyed'],
      ['Enter with indentation and a comment that goes on', [12, 0, '\n   * '], [12], 'keyed'],
      ['Enter between brackets', [24, 0, '\n    \n  '], [24], 'keyed'],
      ['a new line before the one of the caret', [12, 0, '\n'], [16], 'keyed'],
      ['a line break far from the caret', [12, 0, '\n'], [27], 'unexplained'],
      ['a line break in a document without the focus', [12, 0, '\n'], undefined, 'unexplained'],
      ['a line break with code', [12, 0, '\nb();'], [12], 'unexplained'],
      ['Backspace', [5, 1, ''], [6], 'keyed'],
      ['Delete', [6, 1, ''], [6], 'keyed'],
      ['Ctrl+Backspace', [6, 5, ''], [11], 'keyed'],
      ['Backspace at the start of a line', [12, 3, ''], [15], 'keyed'],
      ['Backspace between brackets', [18, 2, ''], [19], 'keyed'],
      ['a deletion far from the caret', [0, 5, ''], [14], 'unexplained'],
      ['a deletion of several lines beside the caret', [0, 26, ''], [0], 'unexplained'],
      ['the selection deleted', [0, 26, ''], [0, 26], 'keyed'],
      ['a part of the selection deleted', [0, 20, ''], [0, 26], 'unexplained'],
      ['Tab at the caret', [13, 0, '  '], [15], 'keyed'],
      ['Shift+Tab', [13, 2, ''], [17], 'keyed'],
      ['white space replaced by code', [13, 2, 'x = 1;'], [15], 'unexplained'],
    ];
  for (const [what, edit, caret, expected] of cases) {
    it(`${what}: ${expected}`, () => assert.equal(verdictOn(edit, caret), expected));
  }

  describe('where the editor trims a line that Enter left empty, in the same edit', () => {
    // Two lines that hold white space only, before and behind a line of code.
    const LINES = 'a = 1;\n    \nb = 22;\n    \n';
    const first = change(LINES, 7, 4, '');
    const last = change(LINES, 20, 4, '');
    const kindOf = (
      changes: readonly Change[],
      at: readonly [number, number?],
      more: Partial<EditEvent> = {},
    ): string => classify(event(changes, [selection(LINES, ...at)], more), undefined).kind;

    it('knows what the key did: a character at the caret or over a selection, and a deletion', () => {
      const over = classify(event([change(LINES, 16, 2, 'd'), last], [selection(LINES, 16, 18)]), undefined);
      assert.deepEqual(over, { kind: 'typed', carets: [17] });
      const behind = classify(event([first, change(LINES, 18, 0, 'd')], [selection(LINES, 18)]), undefined);
      assert.deepEqual(behind, { kind: 'typed', carets: [15] });
      assert.equal(kindOf([first, change(LINES, 17, 1, '')], [17]), 'keyed', 'Delete');
      assert.equal(kindOf([change(LINES, 17, 1, ''), last], [18]), 'keyed', 'Backspace');
      assert.equal(kindOf([first, change(LINES, 18, 0, '\n')], [18]), 'keyed', 'Enter');
    });

    it('knows nothing where what is left is not at the caret, or more goes than white space, or a part of it', () => {
      const typed = change(LINES, 18, 0, ';');
      assert.equal(kindOf([typed, first], [3]), 'unexplained', 'a formatter, elsewhere');
      assert.equal(kindOf([typed, change(LINES, 8, 3, '')], [18]), 'unexplained', 'white space at the end');
      assert.equal(kindOf([typed, change(LINES, 6, 5, '')], [18]), 'unexplained', 'a line');
      assert.equal(kindOf([typed, change(LINES, 0, 6, '')], [18]), 'unexplained', 'code');
      assert.equal(kindOf([first, last], [18]), 'unexplained', 'nothing but trims');
    });

    it('is nobody’s while a save tidies', () => {
      assert.notEqual(kindOf([change(LINES, 18, 0, ';'), last], [18], { saving: true }), 'typed');
    });
  });

  it('holds a selection that was made a while ago for a cut only, which the keyboard must confirm', () => {
    assert.equal(verdictOn([0, 26, ''], [0, 26], 60_000), 'typed 0');
  });

  it('believes in a deleted word only while a person is at work there, in a deleted character always', () => {
    assert.equal(verdictOn([6, 5, ''], [11], 60_000), 'unexplained');
    assert.equal(verdictOn([6, 1, ''], [7], 60_000), 'keyed');
  });

  it('takes what the editor tidies up for the tool’s: while saving, and behind a keystroke where it is set to', () => {
    const spaced = [change(TEXT, 12, 1, '\n\n\n')];
    const how = (more: Partial<EditEvent>): string => {
      const verdict = classify(event(spaced, [], more), undefined);
      return verdict.kind === 'certain' && verdict.how.kind === 'layout' ? 'layout' : verdict.kind;
    };
    assert.equal(how({ saving: true }), 'layout');
    assert.equal(how({ typedAgo: 300, formats: () => true }), 'layout');
    assert.equal(how({ typedAgo: 300 }), 'unexplained');
    assert.equal(how({ typedAgo: 3000, formats: () => true }), 'unexplained');
  });

  it('takes no completion of punctuation that is chosen by mouse while the file is saved for the formatter’s', () => {
    const closed = [change(TEXT, TEXT.length, 0, '});\n')];
    assert.equal(classify(event(closed, [], { saving: true }), undefined).kind, 'unexplained');
  });

  it('leaves it open what a chat with pending edits tidies while they are saved', () => {
    const source = { origin: 'ai', via: 'chat-edit', evidence: 'observed' } as const;
    const chat = { source, inside: false, undone: () => false };
    const imports = [change('import a\nimport b\n', 9, 9, '')];
    assert.equal(classify(event(imports, [], { saving: true }), undefined).kind, 'certain');
    assert.equal(classify(event(imports, [], { saving: true, chat }), undefined).kind, 'unexplained');
  });

  it('lets text that somebody only puts elsewhere keep its origins', () => {
    const [start, end] = [change(TEXT, 0, 13, ''), change(TEXT, TEXT.length, 0, 'const a = 1;\n')];
    const verdict = classify(event([start, end], []), undefined);
    assert.deepEqual(verdict, { kind: 'unexplained', how: { kind: 'layout', by: 'unknown' }, name: false });
  });

  describe('where nobody says who put text elsewhere', () => {
    const CODE = 'if (isAdmin) grant();\nrevoke();\n!open;\nshut;\nlast;';
    const textBefore = (offset: number, count: number): string => CODE.slice(Math.max(offset - count, 0), offset);
    /** What becomes of the text: whose it is now, or that it keeps its origins. */
    const after = (...edits: readonly (readonly [string, number, string])[]): string => {
      const changes = edits.map(([at, removed, text]) => change(CODE, CODE.indexOf(at), removed, text));
      const verdict = classify(event(changes, [], { textBefore }), undefined);
      if (verdict.kind !== 'unexplained') return verdict.kind;
      return verdict.how.kind === 'layout' ? 'kept' : verdict.how.kind === 'edit' ? 'unknown' : verdict.how.kind;
    };

    it('keeps whole lines, wherever the editor puts their line breaks', () => {
      assert.equal(after(['revoke', 10, ''], ['shut', 0, 'revoke();\n']), 'kept');
      assert.equal(after(['\nrevoke', 10, ''], ['\nshut', 0, '\nrevoke();']), 'kept');
      assert.equal(after(['revoke', 10, ''], ['\nlast', 0, '\nrevoke();']), 'kept');
      assert.equal(after(['\nlast', 6, ''], ['shut', 0, 'last;\n']), 'kept');
      assert.equal(after(['revoke', 10, ''], ['shut', 0, '\trevoke( );\n']), 'kept');
    });

    it('keeps text that is laid out anew where it stands', () => {
      assert.equal(after(['if', 12, 'if(isAdmin)']), 'kept');
      assert.equal(after(['if', 30, 'if (isAdmin) grant(); revoke()']), 'kept');
    });

    it('keeps no line that takes a part of another, or of which one is taken', () => {
      assert.equal(after(['if', 13, ''], ['revoke', 0, 'if (isAdmin) ']), 'unknown');
      assert.equal(after(['!', 1, ''], ['shut', 0, '!']), 'unknown');
      assert.equal(after(['grant', 8, ''], ['\nrevoke', 0, ' grant();']), 'unknown');
      assert.equal(after(['if', 13, ''], ['\nrevoke', 0, '\nif (isAdmin)']), 'unknown', 'to a line of its own');
      assert.equal(after(['\nrevoke', 11, ''], ['shut', 0, 'revoke();\n']), 'unknown', 'joining two others');
      assert.equal(after(['revoke', 10, ''], ['shut', 0, 'revoke();']), 'unknown', 'in front of another');
      assert.equal(after(['!', 12, ''], ['last', 0, '!\nopen;\nshut;\n']), 'unknown', 'cut otherwise');
    });
  });

  it('knows a tag that the editor closes behind the one that was typed, and no other', () => {
    const html = '<ul><li>';
    const closes = (text: string, typedAgo: number): string => {
      const textBefore = (offset: number, count: number): string => html.slice(Math.max(offset - count, 0), offset);
      return classify(event([change(html, 8, 0, text)], [selection(html, 8)], { textBefore, typedAgo }), undefined)
        .kind;
    };
    assert.equal(closes('</li>', 100), 'keyed');
    assert.equal(closes('</ul>', 100), 'unexplained');
    assert.equal(closes('</li>', 5000), 'unexplained');
    assert.equal(closes('one</li>', 100), 'unexplained');
  });

  it('takes text that a chat may take away for a person’s only while they are right there', () => {
    const source = { origin: 'ai', via: 'chat-edit', evidence: 'observed' } as const;
    const chat = { source, inside: true, undone: () => false };
    const how = (selectedAgo: number): unknown => {
      const verdict = classify(event([change(TEXT, 5, 1, '')], [selection(TEXT, 6)], { chat, selectedAgo }), undefined);
      return verdict.kind === 'keyed' && verdict.how.kind === 'edit' ? verdict.how.source : verdict.kind;
    };
    assert.deepEqual(how(500), TYPING);
    assert.equal(how(5000), 'unknown');
  });

  it('asks for a caret per change when several are edited at once', () => {
    const changes = [change(TEXT, 5, 0, '\n'), change(TEXT, 12, 0, '\n')];
    const carets = [selection(TEXT, 5), selection(TEXT, 12)];
    assert.equal(classify(event(changes, carets), undefined).kind, 'keyed');
    assert.equal(classify(event(changes, carets.slice(1)), undefined).kind, 'unexplained');
    const typed = [change(TEXT, 12, 0, '"'), change(TEXT, 5, 0, '"')];
    assert.deepEqual(classify(event(typed, []), undefined), { kind: 'typed', carets: [6, 14] });
  });

  it('puts undo, redo and an announced paste before everything else', () => {
    const edit = [change(TEXT, 5, 0, 'x')];
    assert.deepEqual(classify(event(edit, [], { reason: 'undo' }), undefined), {
      kind: 'certain',
      how: { kind: 'undo' },
    });
    const pasted = { kind: 'edit', source: PASTE } as const;
    assert.deepEqual(classify(event(edit, []), pasted), { kind: 'certain', how: pasted });
  });
});

describe('Classifying an edit by what the editor reports', () => {
  const reported = (source: string, metadata: Record<string, unknown> = {}, more: Partial<EditEvent> = {}): string => {
    const detailed = { source, metadata };
    const verdict = classify(event([change(TEXT, 5, 0, 'x')], [], { detailed, ...more }), undefined);
    assert.equal(verdict.kind, 'certain');
    if (verdict.kind !== 'certain') return '';
    const { how } = verdict;
    const by = how.kind === 'edit' ? how.source : how.kind === 'layout' || how.kind === 'copy' ? how.by : how.kind;
    if (typeof by === 'string') return by;
    const actor = Object.values(by.actor ?? {}).join(' ');
    return [how.kind, by.origin, by.via, by.evidence, actor].join(' ').trimEnd();
  };

  it('takes its word', () => {
    assert.equal(reported('cursor', { kind: 'type' }), 'edit human typing reported');
    assert.equal(reported('cursor', { kind: 'paste' }), 'edit paste paste reported');
    const extension = { $extensionId: 'acme.pilot', $extensionVersion: '2.1.0' };
    assert.equal(reported('inlineCompletionAccept', extension), 'edit ai completion reported acme.pilot 2.1.0');
    assert.equal(reported('inlineCompletionAccept', { $nes: true }), 'edit ai next-edit reported');
    assert.equal(reported('inlineCompletionPartialAccept', { type: 'word' }), 'edit ai partial-completion reported');
    const chat = { ...extension, $modelId: 'acme|m-1', $$sessionId: 's1' };
    assert.equal(reported('Chat.applyEdits', chat), 'edit ai chat-edit reported acme.pilot 2.1.0 acme|m-1 s1');
    assert.equal(reported('reloadFromDisk'), 'edit external disk reported');
    assert.equal(reported('unknown', { name: 'formatEditsCommand' }), 'layout tool format reported');
  });

  it('lets text that a command moves keep its origins', () => {
    const command = (detailedSource: string): string => reported('cursor', { kind: 'executeCommands', detailedSource });
    assert.equal(command('editor.action.moveLinesUpAction'), 'layout human move reported');
    assert.equal(command('editor.action.copyLinesDownAction'), 'copy human move reported');
    assert.equal(command('editor.action.commentLine'), 'edit human typing reported');
    assert.equal(reported('unknown', { name: 'editor.action.deleteLines' }), 'edit human typing reported');
    assert.equal(reported('unknown', { name: 'editor.action.joinLines' }), 'layout human move reported');
    assert.equal(reported('rename', { $$$newName: 'sum' }), 'layout tool refactor reported');
    assert.equal(reported('Chat.undoEdits'), 'restore');
  });

  it('takes a replacement for typed only while it is short', () => {
    const replacement = { kind: 'executeCommand', detailedSource: 'replaceAll' };
    assert.equal(reported('cursor', replacement), 'edit human typing reported');
    const changes = [change(TEXT, 5, 0, 'await retry(() => pay(1));')];
    assert.equal(reported('cursor', replacement, { changes }), 'unknown');
  });

  it('asks whose an extension’s suggestions, fixes and other edits are', () => {
    const by = (id: string): Record<string, string> => ({ $extensionId: id, $kind: 'quickfix' });
    const more: Partial<EditEvent> = {
      ofExtension: (id) => (id === 'acme.pilot' ? 'ai' : id === 'acme.codemod' ? 'tool' : undefined),
      mayBeAi: (id) => id === 'acme.perhaps',
    };
    assert.equal(reported('suggest', by('acme.language'), more), 'edit human suggest reported');
    assert.equal(reported('suggest', by('acme.pilot'), more), 'edit ai suggest reported acme.pilot');
    assert.equal(reported('suggest', by('acme.perhaps'), more), 'unknown');
    assert.equal(reported('codeAction', by('acme.language'), more), 'layout tool refactor reported acme.language');
    assert.equal(reported('codeAction', by('acme.pilot'), more), 'edit ai other reported acme.pilot');
    assert.equal(reported('codeAction', by('acme.perhaps'), more), 'unknown');
    assert.equal(reported('codeAction', {}, more), 'unknown');
    assert.equal(reported('unknown', by('acme.language'), more), 'unknown');
    assert.equal(reported('unknown', by('acme.codemod'), more), 'layout tool refactor reported acme.codemod');
  });

  it('does not weaken to a paste what was copied and can not be followed, nor a paste that comes as a snippet', () => {
    const edit = [change(TEXT, 5, 0, 'made();')];
    const how = (source: string, pasted: How): unknown => {
      const detailed = { source, metadata: { kind: 'paste' } };
      const verdict = classify(event(edit, [], { detailed }), pasted);
      return verdict.kind === 'certain' ? verdict.how : verdict.kind;
    };
    const lost = { kind: 'edit', source: 'unknown' } as const;
    assert.deepEqual(how('cursor', lost), lost);
    const paste = { kind: 'edit', source: PASTE } as const;
    assert.deepEqual(how('cursor', paste), { kind: 'edit', source: { ...PASTE, evidence: 'reported' } });
    assert.deepEqual(how('snippet', paste), paste);
  });

  it('leaves a snippet to the key that chose it, since extensions put them in as well', () => {
    const detailed = { source: 'snippet', metadata: {} };
    const changes = [change(TEXT, 5, 0, 'const retry = async () => {\n  await pay();\n};\n')];
    assert.deepEqual(classify(event(changes, [], { detailed }), undefined), {
      kind: 'unexplained',
      how: { kind: 'edit', source: 'unknown' },
      name: false,
    });
  });

  it('takes for typed what a key can type, and not what an extension sends the same way', () => {
    const changes = [change(TEXT, 5, 0, 'await pay(1);\n'.repeat(10))];
    assert.equal(reported('cursor', { kind: 'type' }, { changes }), 'unknown');
    assert.equal(reported('cursor', { kind: 'compositionEnd' }, { changes }), 'edit human typing reported');
  });

  it('lets text keep its origins that is written in other letters', () => {
    const respelled = { kind: 'executeCommands', detailedSource: 'editor.action.transformToUppercase' };
    assert.equal(reported('cursor', respelled), 'layout human typing reported');
    const tracker = new DocumentTracker('');
    const source = { origin: 'ai', via: 'completion', evidence: 'observed' } as const;
    tracker.apply([{ offset: 0, removed: 0, text: 'const most = 1;' }], { kind: 'edit', source });
    const by = { origin: 'human', via: 'typing', evidence: 'reported' } as const;
    tracker.apply([{ offset: 0, removed: 15, text: 'CONST MOST = 1;' }], { kind: 'layout', by });
    assert.deepEqual(
      [...tracker.lineStates()].map(({ origin }) => origin),
      ['mixed'],
    );
  });

  it('leaves unknown what it does not explain, whatever it looks like', () => {
    assert.equal(reported('unknown'), 'unknown');
    assert.equal(reported('somethingNew', { kind: 'type' }), 'unknown');
    assert.equal(reported('cursor', { kind: 'executeCommand', detailedSource: 'acme.rewrite' }), 'unknown');
  });
});

describe('Taking an event’s changes in order', () => {
  it('puts several insertions at one place as the editor does, which lists the last one first', () => {
    // Alt+Down over a line that is indented anew, as VS Code 1.139 reported it.
    const listed = [
      { rangeOffset: 18, rangeLength: 18, text: '' },
      { rangeOffset: 0, rangeLength: 0, text: '  ' },
      { rangeOffset: 0, rangeLength: 0, text: 'each (dokebobe) {\n' },
    ];
    const tracker = new DocumentTracker('// perafiko first\neach (dokebobe) {\nrest\n');
    const changes = inOrder(listed).map(({ rangeOffset, rangeLength, text }) => {
      return { offset: rangeOffset, removed: rangeLength, text };
    });
    tracker.apply(changes, { kind: 'edit', source: 'unknown' });
    assert.equal(tracker.text(), 'each (dokebobe) {\n  // perafiko first\nrest\n');
  });
});
