/** The hover of a block whose sign-off went stale, with the editor's Markdown played. */
import assert from 'node:assert/strict';
import type { MarkdownString } from 'vscode';
import type { ChangedLine, SinceSigned } from '../../../src/core/model/since';
import type { appendSince as AppendSince } from '../../../src/editor/display/since';
import { readState } from '../../../src/editor/workspace/sessionState';
import { l10n, loadEditorModule } from '../../support/playedEditor';
import { person } from '../../support/repository';
import { aiChange } from '../cli/aiChange';
import { cli } from '../cli/harness';

/** What a reader of the hover finds: the text, and blocks of code as the editor puts them. */
function hover(lines: SinceSigned['lines']): string {
  const { appendSince } = loadEditorModule('display/since', { l10n }) as { appendSince: typeof AppendSince };
  let shown = '';
  const text = {
    appendMarkdown: (value: string) => void (shown += value),
    appendCodeblock: (code: string, language: string) => void (shown += `\n\`\`\`${language}\n${code}\n\`\`\`\n`),
  } as unknown as MarkdownString;
  appendSince(text, { id: 'a'.repeat(64), reviewer: 'ana', head: 'b'.repeat(40), lines });
  return shown;
}

const line = (when: ChangedLine['when'], text: string): ChangedLine => ({ when, text });

describe('the hover of a block that was changed after its sign-off', () => {
  it('shows the lines as they were signed and as they are now', () => {
    const lines = [line('signed', '+ pay(1);\n'), line('now', '+ pay(2);\n'), line('now', '- check();\n')];
    assert.equal(hover(lines), 'Since ana signed:\n\n\n```diff\n- pay(1);\n+ pay(2);\n+ (removed) check();\n```\n');
  });

  it('says that only what stands around them changed, or that what was signed is not at hand', () => {
    assert.match(hover([]), /^The lines are those that ana signed; what stands around them changed/);
    assert.match(hover(undefined), /^What ana signed is not at hand: it stood at commit b{12}/);
  });

  it('has no line of the repository end the block of code, steer the eye, or fill the screen', () => {
    const hostile = ['```\n', '~~~\n', '``` [x](command:countersign.signOff)\n', 'a\u00e2\u0080\u00aeb\n', 'x\ry\n'];
    const shown = hover(hostile.map((text) => line('now', `+ ${text}`)));
    const all = shown.split('\n');
    const code = all.slice(all.indexOf('```diff') + 1, all.lastIndexOf('```'));
    assert.equal(code.length, hostile.length);
    for (const each of code) assert.match(each, /^\+ [^\p{C}]*$/u);
    assert.match(shown, /\\u\{202e\}/);
    const many = hover(Array.from({ length: 500 }, () => line('signed', `+ ${'x'.repeat(5000)}\n`)));
    assert.ok(many.length < 4000, String(many.length));
    assert.match(many, /… and 488 more/);
  });

  it('is told with the state that the panel reads, for the block as committed', async () => {
    const [ana, bo] = [person('ana'), person('bo')];
    const repository = await aiChange(ana, bo);
    await cli(repository.as(ana).top, ['approve', '--yes', '--commit', '--key', ana.key]);
    repository.as(bo).write('a.js', repository.read('a.js').replace('byAnAssistant', 'byAnybody')).commit('Tidy');
    const state = await readState(await repository.open(), new Map());
    assert.ok(state.kind === 'ready');
    const [block] = state.changes;
    assert.equal(block?.state, 'stale');
    assert.deepEqual(
      state.since.get(block.key)?.map(({ reviewer, lines }) => [reviewer, lines]),
      [['ana', [line('signed', '+ const added = byAnAssistant();\n'), line('now', '+ const added = byAnybody();\n')]]],
    );
  });
});
