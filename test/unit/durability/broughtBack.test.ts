/** What was found out or said of text after it was noted for a crash: the window may end at any time. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { readUnsaved } from '../../../src/node/unsaved';
import { OpenFile, until } from '../../support/openFile';
import type { TestRepository } from '../../support/repository';
import { person } from '../../support/repository';
import { Agent, freshRepository } from '../agents/session';

const ana = person('ana');
const BASE = 'export const base = 1;\n';
const MADE = 'export const made = compute(2, 3);\n';

/** The origins that were noted last, hunk by hunk. */
const noted = (repository: TestRepository): string =>
  readUnsaved(join(repository.top, '.git'), 'a.ts')
    .flatMap(({ hunks }) => hunks.map(({ origin }) => origin))
    .join(' ');

/** Ends the window without a word, and opens the same unsaved text in the next. */
async function broughtBack(repository: TestRepository, file: OpenFile): Promise<string> {
  const next = await OpenFile.of(repository, 'a.ts', file.text);
  const origins = await next.origins();
  next.close();
  return origins.join(' ');
}

describe('unsaved text that was noted already', () => {
  for (const statement of [{ kind: 'assistant' }, { kind: 'advised' }] as const) {
    it(`keeps that an author says it is an AI’s (${statement.kind}), however the window ends`, async () => {
      const repository = freshRepository(ana, { 'a.ts': BASE });
      const file = await OpenFile.of(repository, 'a.ts');
      file.type(MADE);
      await until(
        () => noted(repository),
        (origins) => origins === 'human',
      );
      await file.tracked.state(0, 1, statement);
      const said = statement.kind === 'assistant' ? 'ai' : 'mixed';
      assert.equal(await broughtBack(repository, file), `- ${said}`);
      file.close();
    });
  }

  it('keeps what an agent claims of it late', async () => {
    const repository = freshRepository(ana, { 'a.ts': BASE });
    const file = await OpenFile.of(repository, 'a.ts');
    const call = await new Agent(repository).begin('Write', {
      file_path: join(repository.top, 'a.ts'),
      content: BASE + MADE,
    });
    repository.write('a.ts', BASE + MADE);
    file.read(BASE + MADE);
    await until(
      () => file.origins(),
      ([, origin]) => origin === 'external',
    );
    file.type('// mine\n');
    await until(
      () => noted(repository),
      (origins) => origins === 'external human',
    );
    await call.end();
    file.tracked.claimed();
    await until(
      () => noted(repository),
      (origins) => origins === 'ai human',
    );
    assert.equal(await broughtBack(repository, file), '- ai human');
    file.close();
  });
});
