/**
 * What others write in the journal about a file that is open here: another window of the author, an agent's hook, a
 * checkpoint. It reaches the editor, and the editor's next save does not write over it.
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from '../../../src/node/journal';
import { readUnsaved } from '../../../src/node/unsaved';
import { OpenFile, until } from '../../support/openFile';
import type { TestRepository } from '../../support/repository';
import { AI, HUMAN, person } from '../../support/repository';
import { Agent, commitAll, declare, freshRepository, letters } from '../agents/session';

const ana = person('ana');
const BASE = 'export const base = 1;\n';
const MADE = 'export const made = compute(2, 3);\n';
const MINE = '// mine\n';

const here = (): TestRepository => freshRepository(ana, { 'a.ts': BASE });
const entries = (repository: TestRepository): number =>
  readJournal(join(repository.top, '.git')).get('a.ts')?.length ?? 0;

/** The file's origins in a window, once the wanted one is among them. */
async function seen(file: OpenFile, wanted: string): Promise<string> {
  const origins = await until(
    () => file.origins(),
    (found) => found.includes(wanted),
  );
  return origins.join(' ');
}

/** Two windows on a file in which the first just typed a line. */
async function twoWindows(repository: TestRepository, opened: 'before' | 'after'): Promise<[OpenFile, OpenFile]> {
  const first = await OpenFile.of(repository, 'a.ts');
  const early = opened === 'before' ? await OpenFile.of(repository, 'a.ts') : undefined;
  first.type(MADE);
  first.save();
  early?.read(first.text);
  if (early !== undefined) await seen(early, 'human');
  return [first, early ?? (await OpenFile.of(repository, 'a.ts'))];
}

describe('a line that an author says is an AI’s, in one of two windows', () => {
  it('stays it when the other, which had opened it as typed, saves', async () => {
    const repository = here();
    const [first, second] = await twoWindows(repository, 'after');
    await first.tracked.state(1, 1, { kind: 'assistant', actor: { tool: 'ChatGPT' } });
    second.tracked.claimed();
    assert.equal(await seen(second, 'ai'), '- ai');
    second.type(MINE);
    second.save();
    assert.equal(await letters(repository, 'a.ts'), '?AH');
    first.read(second.text);
    assert.equal(await seen(first, 'human'), '- ai human');
    await commitAll(repository);
    assert.equal(await letters(repository, 'a.ts', 'HEAD'), '?AH');
    [first, second].forEach((file) => file.close());
  });

  it('stays it when the other, which had typed it, saves', async () => {
    const repository = here();
    const [second, first] = await twoWindows(repository, 'before');
    await first.tracked.state(0, 2, { kind: 'advised' });
    second.tracked.claimed();
    second.type(MINE);
    second.save();
    assert.equal(await letters(repository, 'a.ts'), '?MH');
    [first, second].forEach((file) => file.close());
  });

  it('stays it when the other saves before anybody told it, with text above typed meanwhile', async () => {
    const repository = here();
    const [second, first] = await twoWindows(repository, 'before');
    second.type(MINE);
    second.replace(BASE, `${BASE}// above\n`);
    await first.tracked.state(1, 1, { kind: 'assistant' });
    second.save();
    assert.equal((await letters(repository, 'a.ts')).replace('?', '-').slice(2), 'AH');
    [first, second].forEach((file) => file.close());
  });

  it('is nobody else’s: text that was typed anew meanwhile, or reads alike elsewhere, stays the person’s', async () => {
    const repository = here();
    const [second, first] = await twoWindows(repository, 'before');
    second.type(MADE);
    await first.tracked.state(1, 1, { kind: 'assistant' });
    second.save();
    assert.equal(await letters(repository, 'a.ts'), '?AH');
    first.read(second.text);
    await seen(first, 'human');
    // The same line, deleted and typed: the claim that the window knew is not news.
    second.replace(MADE, '');
    second.replace(MADE, '');
    second.type(MADE);
    first.type(MINE);
    first.save();
    second.save();
    assert.equal(await letters(repository, 'a.ts'), '?H');
    [first, second].forEach((file) => file.close());
  });

  it('leaves two windows that both heard of it silent', async () => {
    const repository = here();
    const [first, second] = await twoWindows(repository, 'after');
    await first.tracked.state(1, 1, { kind: 'assistant' });
    for (let round = 0; round < 3; round++) {
      for (const file of [second, first]) {
        file.tracked.claimed();
        await file.origins();
      }
    }
    const count = entries(repository);
    for (const file of [second, first]) {
      file.tracked.claimed();
      await file.origins();
    }
    assert.equal(entries(repository), count);
    [first, second].forEach((file) => file.close());
  });
});

describe('a line that an author says is an AI’s in one of two windows, while the other has unsaved text', () => {
  for (const when of ['before anybody told it', 'after it was told'] as const) {
    it(`stays it over a restart of the other (${when})`, async () => {
      const repository = here();
      const [second, first] = await twoWindows(repository, 'before');
      second.type(MINE);
      const unsaved = join(repository.top, '.git/countersign/unsaved');
      await until(
        () => existsSync(unsaved),
        (isNoted) => isNoted,
      );
      await first.tracked.state(1, 1, { kind: 'assistant' });
      if (when === 'after it was told') second.tracked.claimed();
      second.close();
      const restored = await OpenFile.of(repository, 'a.ts', second.text);
      assert.equal((await restored.origins()).join(' '), '- ai human');
      restored.save();
      assert.equal(await letters(repository, 'a.ts'), '?AH');
      [first, restored].forEach((file) => file.close());
    });
  }

  it('stays it over a crash of the other', async () => {
    const repository = here();
    const [second, first] = await twoWindows(repository, 'before');
    const { gitDir } = await repository.open();
    const noted = (wanted: string): Promise<string> =>
      until(
        () => (readUnsaved(gitDir, 'a.ts')[0]?.hunks ?? []).map(({ origin }) => origin).join(' '),
        (found) => found === wanted,
      );
    second.type(MINE);
    assert.equal(await noted('human'), 'human');
    await first.tracked.state(1, 1, { kind: 'assistant' });
    second.tracked.claimed();
    assert.equal(await noted('ai human'), 'ai human');
    [first, second].forEach((file) => file.close());
  });
});

describe('a line that the author of another window says is an AI’s while it is deleted here', () => {
  /** The line is gone in the window that typed it when the other speaks of it. */
  async function deleted(repository: TestRepository): Promise<[OpenFile, OpenFile]> {
    const [second, first] = await twoWindows(repository, 'before');
    second.replace(MADE, '');
    second.tracked.edits.flush();
    await first.tracked.state(1, 1, { kind: 'assistant' });
    second.save();
    return [second, first];
  }

  for (const more of ['', MINE]) {
    it(`is the AI’s when an undo brings it back${more === '' ? '' : ', with other text typed meanwhile'}`, async () => {
      const repository = here();
      const [second, first] = await deleted(repository);
      second.undo('', MADE, BASE.length);
      second.type(more);
      second.save();
      const wanted = more === '' ? '?A' : '?AH';
      assert.equal(await letters(repository, 'a.ts'), wanted);
      [first, second].forEach((file) => file.close());
    });
  }

  it('is the person’s who types it again', async () => {
    const repository = here();
    const [second, first] = await deleted(repository);
    second.type(MADE);
    second.save();
    assert.equal(await letters(repository, 'a.ts'), '?H');
    [first, second].forEach((file) => file.close());
  });
});

describe('text that another window saved, with more typed here before git could be asked about it', () => {
  /** The other window saves what a person typed and an AI's line; this one reads it and saves a line more at once. */
  async function readAndTyped(repository: TestRepository): Promise<OpenFile> {
    const first = await OpenFile.of(repository, 'a.ts');
    const second = await OpenFile.of(repository, 'a.ts');
    first.type(MADE + MINE);
    first.save();
    await first.tracked.state(2, 2, { kind: 'assistant' });
    second.read(first.text);
    second.type('// more\n');
    second.save();
    first.close();
    return second;
  }

  it('is saved with its origins, though an AI’s line among it is news', async () => {
    const repository = here();
    const file = await readAndTyped(repository);
    assert.equal(await letters(repository, 'a.ts'), '?HAH');
    file.close();
  });

  it('keeps them once git has answered', async () => {
    const repository = here();
    const file = await readAndTyped(repository);
    assert.equal((await file.origins()).join(' '), '- human ai human');
    file.save();
    assert.equal(await letters(repository, 'a.ts'), '?HAH');
    file.close();
  });
});

describe('a document whose line ends change while git is asked about it', () => {
  it('is asked about once more, whenever that is', async () => {
    const repository = here();
    for (let moment = 0; moment <= 60; moment += 3) {
      const file = new OpenFile(repository, await repository.open(), 'a.ts');
      await new Promise((resolve) => setTimeout(resolve, moment));
      file.replace(BASE, BASE.replaceAll('\n', '\r\n'));
      assert.equal((await file.origins()).join(' '), '-', `${moment} ms after it was opened`);
      file.close();
    }
  });
});

describe('lines that nobody explained when the file was opened', () => {
  it('are the agent’s whose hook speaks only then, also after a save', async () => {
    const repository = here();
    const call = await new Agent(repository).begin('Write', {
      file_path: join(repository.top, 'n.ts'),
      content: MADE + MADE,
    });
    repository.write('n.ts', MADE + MADE);
    const file = await OpenFile.of(repository, 'n.ts');
    assert.equal((await file.origins()).join(' '), 'unknown unknown');
    await call.end();
    file.tracked.claimed();
    assert.equal(await seen(file, 'ai'), 'ai ai');
    file.type(MINE);
    file.save();
    assert.equal(await letters(repository, 'n.ts'), 'AAH');
    file.close();
  });

  for (const [origin, letter] of [
    ['ai', 'A'],
    ['tool', 'T'],
  ] as const) {
    it(`are what a checkpoint says they are (${origin})`, async () => {
      const repository = here();
      repository.write('a.ts', BASE + MADE);
      const file = await OpenFile.of(repository, 'a.ts');
      await declare(repository, { origin, via: 'generator' }, 'a.ts');
      file.tracked.claimed();
      assert.equal(await seen(file, origin), `- ${origin}`);
      file.type(MINE);
      file.save();
      assert.equal(await letters(repository, 'a.ts'), `?${letter}H`);
      file.close();
    });
  }

  it('are the agent’s also if the person saves before the editor hears of its claim', async () => {
    const repository = here();
    const file = await OpenFile.of(repository, 'a.ts');
    const agent = await new Agent(repository).begin('Write', {
      file_path: join(repository.top, 'a.ts'),
      content: BASE + MADE,
    });
    repository.write('a.ts', BASE + MADE);
    file.read(BASE + MADE);
    await seen(file, 'external');
    await agent.end();
    file.type(MINE);
    file.save();
    assert.equal(await letters(repository, 'a.ts'), '?AH');
    file.close();
  });
});

describe('an AI’s text that an undo brings back in a document that was opened anew', () => {
  it('is the AI’s in the editor too, once it is saved', async () => {
    const repository = here();
    await repository.save('a.ts', BASE + MADE, [undefined, AI]);
    await repository.save('a.ts', BASE, [undefined]);
    const file = await OpenFile.of(repository, 'a.ts');
    file.put(MADE, { reason: 'undo' });
    assert.equal((await file.origins()).join(' '), '- unknown');
    file.save();
    assert.equal((await file.origins()).join(' '), '- ai');
    file.close();
  });

  it('a person’s stays unknown', async () => {
    const repository = here();
    await repository.save('a.ts', BASE + MADE, [undefined, HUMAN]);
    await repository.save('a.ts', BASE, [undefined]);
    const file = await OpenFile.of(repository, 'a.ts');
    file.put(MADE, { reason: 'undo' });
    file.save();
    assert.equal((await file.origins()).join(' '), '- unknown');
    assert.equal(await letters(repository, 'a.ts'), '??');
    file.close();
  });
});
