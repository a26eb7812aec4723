/** Payloads and files that are made to be slow, and what processes leave behind that end in the midst of their work. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { explain, explainBackwards, predict } from '../../../src/node/agents/announcement';
import { withLock } from '../../../src/node/stateLock';
import type { Source } from '../../../src/core/model/origin';
import { nodeHash } from '../../../src/node/hash';
import type { TestRepository } from '../../support/repository';
import { person as someone } from '../../support/repository';
import { Agent, commitAll, freshRepository, letters, lines } from './session';

const B0 = 'const base = openTheGate();';
const A0 = 'const generated = byTheAgent();';
const EXTERNAL: Source = { origin: 'external', via: 'disk', evidence: 'observed' };

describe('bounds of agents’ hooks', function () {
  this.timeout(120_000);
  const bo = someone('bo');
  const fresh = (): TestRepository => freshRepository(bo, { 'a.js': lines(B0) });

  it('edits that double a text again and again predict nothing', () => {
    const edits = Array.from({ length: 60 }, () => ({ old: 'a', new: 'aa', all: true }));
    assert.equal(predict({ kind: 'edits', edits }, lines('a'.repeat(1000))), undefined);
    const back = edits.map((edit) => ({ ...edit, old: 'aa', new: 'a' }));
    const bytes = lines('a'.repeat(1000));
    assert.equal(explainBackwards({ kind: 'edits', edits: back }, bytes, fileLines(nodeHash, bytes)).complete, false);
  });

  it('a write of which nothing stands there is compared in time that grows with its size', () => {
    const content = (word: string): string => Array.from({ length: 40_000 }, (_, at) => `${word} ${at}\n`).join('');
    const now = fileLines(nodeHash, content('now'));
    const regions = predict({ kind: 'write', content: content('then') }, '') ?? [];
    const { lines: found, complete } = explain([], regions, now);
    assert.deepEqual([found.size, complete], [0, false]);
  });

  for (const count of [350, 4000]) {
    it(`a call of ${count} edits claims them all, and no other line`, async () => {
      const base = Array.from({ length: count }, (_, at) => `export const name${at} = "${'x'.repeat(40)}";`);
      const repository = freshRepository(bo, { 'big.js': lines(B0, ...base) });
      const edits = base.map((_, at) => ({ old_string: `name${at} =`, new_string: `made${at} =` }));
      const call = await new Agent(repository).begin('MultiEdit', { file_path: join(repository.top, 'big.js'), edits });
      repository.write('big.js', lines(B0, ...base.map((line) => line.replace('name', 'made'))));
      assert.ok((await call.end()) > 0);
      assert.match(await letters(repository, 'big.js'), new RegExp(`^\\?A{${count}}$`));
    });
  }

  it('replacements in many files, each named with its own, are all claimed', async () => {
    const paths = Array.from({ length: 320 }, (_, at) => `src/f${at}.js`);
    const repository = freshRepository(bo, Object.fromEntries(paths.map((path) => [path, lines(B0)])));
    const replacements = paths.map((path) => {
      return { filePath: join(repository.top, path), oldString: B0, newString: `${B0}\n${A0}` };
    });
    const call = await new Agent(repository, 's-1', 'copilot').begin('multi_replace_string_in_file', { replacements });
    for (const path of paths) repository.write(path, lines(B0, A0));
    await call.end();
    for (const path of [paths[0], paths[319]]) assert.equal(await letters(repository, path ?? ''), '?A');
  });

  it('edits without end in a large file end', async () => {
    const repository = freshRepository(bo, { 'large.js': 'const word = some;\n'.repeat(250_000) });
    const one = { old_string: 'some', new_string: 'other', replace_all: true };
    const edits = Array.from({ length: 100_000 }, () => [
      one,
      { ...one, old_string: 'other', new_string: 'some' },
    ]).flat();
    const call = await new Agent(repository).begin('MultiEdit', { file_path: join(repository.top, 'large.js'), edits });
    assert.equal(await call.end(), 0);
    repository.write('large.js', `${repository.read('large.js')}${A0}\n`);
    assert.ok((await letters(repository, 'large.js')).endsWith('?'));
  });

  it('an edit that nearly stands everywhere in a text of one letter ends', () => {
    const text = 'a'.repeat(4_000_000);
    const now = fileLines(nodeHash, text);
    const wanted = `${text.slice(0, 400_000)}b${text.slice(0, 400_000)}`;
    assert.equal(predict({ kind: 'edits', edits: [{ old: wanted, new: 'x', all: false, line: 3 }] }, text), undefined);
    const edits = [{ old: 'x', new: wanted, all: true }];
    assert.equal(explainBackwards({ kind: 'edits', edits }, text, now).complete, false);
  });

  it('a long edit is found where another begins alike, and of two places the one at its line', () => {
    const long = 'const value = compute(one, two);\n'.repeat(20);
    const text = `${long}other;\n${long}this;\n${long}this;\n`;
    const predicted = (edit: object): number | undefined =>
      predict({ kind: 'edits', edits: [{ old: `${long}this;\n`, new: 'x\n', all: false, ...edit }] }, text)?.[0]?.start;
    assert.deepEqual([predicted({}), predicted({ line: 21 }), predicted({ line: 42 })], [21, 21, 42]);
    assert.equal(predict({ kind: 'edits', edits: [{ old: long, new: 'x\n', all: true }] }, text)?.length, 3);
  });

  it('an edit near a line, in a text that repeats itself, is found', () => {
    const text = 'ab'.repeat(400_000);
    const edits = [{ old: 'ab'.repeat(20_000), new: 'x', all: false, line: 5 }];
    assert.notEqual(predict({ kind: 'edits', edits }, text), undefined);
  });

  it('an edit that was not allowed, then made by a command of the same session, is the AI’s', async () => {
    const repository = fresh();
    const agent = new Agent(repository);
    await agent.begin('Edit', agent.editInput('a.js', B0, `${B0}\n${A0}`));
    await agent.shell(`echo '${A0}' >> a.js`);
    assert.equal(await letters(repository, 'a.js'), '?A');
  });

  it('what an editor saves before it hears of the agent’s claim stays the AI’s, and no line beside it', async () => {
    const repository = fresh();
    await new Agent(repository).write('a.js', lines(B0, A0));
    await repository.save('a.js', lines(B0, A0, 'const other = fromSomewhere();'), [undefined, EXTERNAL, EXTERNAL]);
    repository.write('a.js', lines(B0, A0));
    await repository.save('a.js', lines(B0, A0), [undefined, EXTERNAL]);
    assert.equal(await letters(repository, 'a.js'), '?A');
    const record = await commitAll(repository);
    assert.match(record, /"origin":"ai"/);
    assert.doesNotMatch(record, /"external"/);
  });

  it('a lock whose process has ended is taken at once, and one that is taken over is not released by its old holder', async () => {
    const repository = fresh();
    const gitDir = join(repository.top, '.git');
    const file = join(gitDir, 'countersign/lock');
    mkdirSync(join(gitDir, 'countersign'), { recursive: true });
    const { pid } = spawnSync('true');
    writeFileSync(file, String(pid));
    assert.equal(await withLock(gitDir, async () => existsSync(file)), true);
    assert.equal(existsSync(file), false);
    await withLock(gitDir, async () => writeFileSync(file, '1'));
    assert.equal(existsSync(file), true, 'it is another one’s by now');
  });
});
