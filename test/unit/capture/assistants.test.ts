import assert from 'node:assert/strict';
import manifest from '../../../package.json';
import { ACCEPTED_COMMAND, acceptedSource } from '../../../src/editor/capture/acceptance';
import { parseAssistantSettings } from '../../../src/editor/capture/assistantSettings';
import type { InstalledExtension } from '../../../src/editor/capture/assistants';
import { ASSISTANTS, acceptOf, assistantsInstalled, keysOf } from '../../../src/editor/capture/assistants';
import { mayOfferSuggestions, originOfExtension, soleCompleter } from '../../../src/editor/capture/assistants';
import { SeenExtensions } from '../../../src/editor/capture/seenExtensions';

const none = parseAssistantSettings([], {}).settings;

function extension(id: string, more: Readonly<Record<string, unknown>> = {}, isBuiltIn = false): InstalledExtension {
  return { id, isBuiltIn, manifest: { version: '1.2.3', main: './x.js', ...more } };
}

const copilot = extension('GitHub.copilot-chat', { categories: ['AI', 'Chat'] }, true);
const supermaven = extension('Supermaven.supermaven');
const tabnine = extension('TabNine.tabnine-vscode', { categories: ['Machine Learning'] });
const python = extension('ms-python.python', {
  categories: ['Machine Learning'],
  contributes: { languageModelTools: [] },
});
const prettier = extension('esbenp.prettier-vscode', { description: 'Code formatter', categories: ['Formatters'] });

describe('The assistants of a window', () => {
  it('are found by what is installed, whatever the case of an id, and an unknown one by what it says of itself', () => {
    const found = (...extensions: InstalledExtension[]): string[] =>
      assistantsInstalled(extensions, none).map(({ id, assistant, declared }) => {
        return `${id} ${assistant?.name ?? (declared ? 'says so' : 'sounds so')}`;
      });
    assert.deepEqual(found(prettier, python), []);
    assert.deepEqual(found(extension('github.copilot'), copilot), ['github.copilot GitHub Copilot']);
    assert.deepEqual(found(extension('supermaven.SUPERMAVEN')), ['supermaven.SUPERMAVEN Supermaven']);
    assert.deepEqual(found(extension('acme.pilot', { categories: ['AI'] })), ['acme.pilot says so']);
    assert.deepEqual(found(extension('acme.pilot', { keywords: ['llm'] })), ['acme.pilot says so']);
    assert.deepEqual(found(extension('acme.pilot', { contributes: { chatParticipants: [{}] } })), [
      'acme.pilot says so',
    ]);
    assert.deepEqual(found(extension('acme.pilot', { description: 'Your coding assistant' })), [
      'acme.pilot sounds so',
    ]);
    // What has no code, what only gives models a tool, and what is a part of the editor.
    assert.deepEqual(found(extension('acme.theme', { keywords: ['ai'], main: undefined })), []);
    assert.deepEqual(found(extension('acme.lint', { contributes: { languageModelTools: [{}] } })), []);
    assert.deepEqual(found(extension('vscode.git', { categories: ['AI'] }, true)), []);
    assert.deepEqual(found(extension('countersign.countersign', { keywords: ['AI'] })), []);
    assert.deepEqual(found({ id: 'acme.odd', isBuiltIn: false, manifest: null }), []);
  });

  it('name who completed only where one alone can have', () => {
    const sole = (...extensions: InstalledExtension[]): unknown => soleCompleter(assistantsInstalled(extensions, none));
    const cline = extension('saoudrizwan.claude-dev');
    assert.deepEqual(sole(copilot, prettier, python, cline), { tool: 'GitHub.copilot-chat', version: '1.2.3' });
    assert.equal(sole(prettier, cline), undefined);
    assert.equal(sole(copilot, supermaven), undefined);
    assert.equal(sole(copilot, extension('acme.pilot', { categories: ['AI'] })), undefined);
    assert.equal(sole(copilot, extension('acme.pilot', { description: 'Your coding assistant' })), undefined);
    const cursor = assistantsInstalled([prettier], none, new Set(['editor.action.acceptCursorTabSuggestion']));
    assert.deepEqual(soleCompleter(cursor), { tool: 'cursor' });
  });

  it('put text among the suggestions where the table says so, or where nobody knows better', () => {
    const may = (...extensions: InstalledExtension[]): boolean =>
      mayOfferSuggestions(assistantsInstalled(extensions, none));
    assert.equal(may(copilot, supermaven, prettier, python), false);
    assert.equal(may(copilot, tabnine), true);
    assert.equal(may(extension('acme.pilot', { categories: ['Machine Learning'] })), true);
    assert.equal(may(extension('acme.pilot', { description: 'Your coding assistant' })), false);
    const said = [{ extension: 'acme.pilot', offers: ['completions'] }];
    const { settings } = parseAssistantSettings(said, {});
    const asked = assistantsInstalled([extension('acme.pilot', { categories: ['AI'] })], settings);
    assert.equal(mayOfferSuggestions(asked), false);
    assert.deepEqual(soleCompleter(asked), { tool: 'acme.pilot', version: '1.2.3' });
  });

  it('make an edit an AI’s by their id; another extension’s is what the user said, and never weaker than known', () => {
    const { settings, problems } = parseAssistantSettings([], {
      'Acme.Tidy': 'tool',
      'acme.pilot': 'ai',
      'github.copilot-chat': 'tool',
    });
    assert.deepEqual(problems, []);
    assert.equal(originOfExtension('github.copilot-chat', settings), 'ai');
    assert.equal(originOfExtension('acme.tidy', settings), 'tool');
    assert.equal(originOfExtension('ACME.pilot', settings), 'ai');
    assert.equal(originOfExtension('acme.other', settings), undefined);
    assert.equal(originOfExtension('constructor', settings), undefined);
  });
});

describe('The assistants’ own accept commands', () => {
  const bound = manifest.contributes.keybindings.flatMap(({ when, args }, index) => {
    const [original, note] = args.commands;
    const has = /countersign\.has\.([\w.]+)/.exec(when)?.[1];
    if (has === undefined || typeof original !== 'string' || typeof note !== 'object') return [];
    return [{ has, original, note, index }];
  });

  it('that have a key of ours stand in the table with the same channel, and the key asks whether they are there', () => {
    assert.ok(bound.length >= 9);
    for (const { has, original, note } of bound) {
      assert.equal(note.command, ACCEPTED_COMMAND);
      const source = acceptedSource(note.args, undefined);
      const known = acceptOf(original, none);
      if (known === undefined) {
        // The editor's own command, under the assistant's own condition.
        assert.equal(original, 'editor.action.inlineSuggest.commit');
        assert.ok(ASSISTANTS.some(({ key }) => key === has));
        continue;
      }
      assert.equal(has, original);
      assert.deepEqual([source?.via, source?.actor?.tool], [known.via, known.tool]);
    }
  });

  it('come after as many other keys as their extensions have before theirs: of equal keys the later is asked first', () => {
    // Continue's is the nineteenth of its manifest, the farthest of all.
    for (const { index } of bound) assert.ok(index >= 19);
  });

  it('are watched while the assistant is there and the editor knows them', () => {
    const commands = new Set(['continue.acceptDiff', 'tabby.inlineCompletion.accept']);
    const keys = (...extensions: InstalledExtension[]): string[] =>
      keysOf(assistantsInstalled(extensions, none, commands), commands);
    assert.deepEqual(keys(copilot), []);
    assert.deepEqual(keys(extension('Continue.continue')), ['continue.acceptDiff']);
    assert.deepEqual(keys(tabnine), ['tabnine']);
  });

  it('can be the user’s own', () => {
    const given = [
      { extension: 'acme.pilot', offers: ['edits'], accepts: [{ command: 'acme.take', via: 'chat-edit' }] },
    ];
    const { settings } = parseAssistantSettings(given, undefined);
    assert.deepEqual(acceptOf('acme.take', settings), { via: 'chat-edit', tool: 'acme.pilot' });
    assert.equal(acceptOf('acme.other', settings), undefined);
  });
});

describe('The settings about assistants', () => {
  const fields = (assistants: unknown, edits: unknown): string[] =>
    parseAssistantSettings(assistants, edits).problems.map(({ field }) => field);

  it('name the field at fault and keep the rest', () => {
    const given = [
      { extension: 'acme.pilot', offers: ['completions'] },
      { extension: 'acme', offers: ['completions'] },
      { extension: 'acme.two', offers: ['poems'] },
      { extension: 'acme.three', offers: ['edits'], name: '' },
      {
        extension: 'acme.four',
        offers: ['edits'],
        accepts: [{ command: 'a b', via: 'typing' }, { command: 'a', via: 'typing' }, 7],
      },
      'acme.five',
    ];
    const { settings, problems } = parseAssistantSettings(given, { 'acme.x': 'human', acme: 'ai', 'acme.y': 'tool' });
    assert.deepEqual(
      problems.map(({ field }) => field),
      [
        'countersign.assistants[1].extension',
        'countersign.assistants[2].offers',
        'countersign.assistants[3].name',
        'countersign.assistants[4].accepts[0].command',
        'countersign.assistants[4].accepts[1].via',
        'countersign.assistants[4].accepts[2]',
        'countersign.assistants[5]',
        'countersign.extensionEdits["acme.x"]',
        'countersign.extensionEdits["acme"]',
      ],
    );
    assert.match(problems.find(({ field }) => field.includes('acme.x'))?.message ?? '', /never a person’s/);
    assert.deepEqual(
      settings.assistants.map(({ name }) => name),
      ['acme.pilot', 'acme.four'],
    );
    assert.deepEqual([...settings.edits], [['acme.y', 'tool']]);
  });

  it('survive any value', () => {
    assert.deepEqual(fields(undefined, undefined), []);
    assert.deepEqual(fields({}, []), ['countersign.assistants', 'countersign.extensionEdits']);
    assert.deepEqual(fields(null, 'ai'), ['countersign.assistants', 'countersign.extensionEdits']);
    assert.deepEqual(
      fields(
        Array.from({ length: 300 }, () => ({ extension: 'a.b', offers: ['edits'] })),
        {},
      ),
      ['countersign.assistants'],
    );
  });

  it('can be set by the user alone: a workspace must not say that an AI’s edits are a tool’s', () => {
    const { properties } = manifest.contributes.configuration;
    assert.equal(properties['countersign.assistants'].scope, 'application');
    assert.equal(properties['countersign.extensionEdits'].scope, 'application');
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.ok(restrictedConfigurations.includes('countersign.extensionEdits'));
    assert.ok(restrictedConfigurations.includes('countersign.assistants'));
  });
});

describe('Extensions whose edits nothing else explains', () => {
  it('are listed newest first, each once, and known by the lines they wrote', () => {
    const seen = new SeenExtensions();
    seen.saw('acme.one', ['const limit = 1;\n}\n  return limit;']);
    seen.saw('acme.two', ['other();']);
    seen.saw('acme.one', ['']);
    assert.deepEqual(seen.ids, ['acme.one', 'acme.two']);
    assert.equal(seen.writerOf('    return limit;'), 'acme.one');
    assert.equal(seen.writerOf('}'), undefined);
    assert.equal(seen.writerOf('never();'), undefined);
  });

  it('are held within bounds', () => {
    const seen = new SeenExtensions();
    for (let index = 0; index < 300; index++) seen.saw(`acme.x${index}`, [`line(${index});\n`.repeat(50)]);
    assert.equal(seen.ids.length, 100);
    seen.saw('acme.big', [Array.from({ length: 5000 }, (_, index) => `big(${index});`).join('\n')]);
    assert.equal(seen.writerOf('big(0);'), 'acme.big');
    assert.equal(seen.writerOf('big(4000);'), undefined);
    assert.equal(seen.writerOf('line(299);'), undefined);
  });
});
