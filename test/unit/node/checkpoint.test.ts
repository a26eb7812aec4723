import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../../src/core/model/origin';
import { blameFile } from '../../../src/node/blame';
import type { CheckpointFile } from '../../../src/node/checkpoint';
import { checkpoint } from '../../../src/node/checkpoint';
import { stageRecord } from '../../../src/node/stage';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';

const BASE = ['const one = firstValue();', 'const two = secondValue();', 'const three = thirdValue();'];
const NEW = 'const extra = computeSomething();';

describe('checkpoints', () => {
  const ana = person('ana');
  const bo = person('bo');

  function fresh(): TestRepository {
    const repository = new TestRepository().as(bo).adopt([ana]);
    repository.write('a.js', text(BASE)).commit('Start');
    return repository;
  }

  const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

  async function say(
    repository: TestRepository,
    source: Partial<Source>,
    ...files: string[]
  ): Promise<CheckpointFile[]> {
    const declared: Source = { origin: 'ai', via: 'agent', evidence: 'declared', ...source };
    const list = files.length === 0 ? ['a.js'] : files;
    return checkpoint(await repository.open(), { source: declared, files: list, cwd: repository.top });
  }

  /** Origins of the work tree's lines; `-` where nothing is claimed. */
  async function origins(repository: TestRepository, file = 'a.js'): Promise<string[]> {
    const { lines } = await blameFile(await repository.open(), repository.top, file);
    return lines.map((line) => (line.origin === 'unknown' ? '-' : line.origin));
  }

  it('claim the new lines and nothing that is committed', async () => {
    const repository = fresh();
    repository.write('a.js', text([...BASE.slice(0, 2), NEW, ...BASE.slice(2)]));
    assert.deepEqual(await say(repository, {}), [{ path: 'a.js', added: 1, removed: 0 }]);
    assert.deepEqual(await origins(repository), ['-', '-', 'ai', '-']);
    const { lines } = await blameFile(await repository.open(), repository.top, 'a.js');
    assert.equal(lines[2]?.evidence, 'declared');
  });

  it('claim nothing that stands in the index only', async () => {
    const repository = fresh();
    repository.write('a.js', text([...BASE, 'staged = byTheirOwnHand();'])).git('add', 'a.js');
    repository.write('a.js', text([...BASE, 'staged = byTheirOwnHand();', NEW]));
    await say(repository, {});
    assert.deepEqual(await origins(repository), ['-', '-', '-', '-', 'ai']);
  });

  it('claim nothing that the editor has journalled, and carry what it knew', async () => {
    const repository = fresh();
    const typed = [...BASE, 'typed = byThePerson();', 'dirty = beforeAnyoneLooked();'];
    await repository.save('a.js', text(typed), [undefined, undefined, undefined, HUMAN, undefined]);
    await say(repository, { origin: 'external', via: 'disk' });
    repository.write('a.js', text([NEW, ...typed]));
    await say(repository, {});
    assert.deepEqual(await origins(repository), ['ai', '-', '-', '-', 'human', '-']);
  });

  it('tell what changed before an agent’s edit from what the agent did', async () => {
    const repository = fresh();
    repository.write('a.js', text([...BASE, 'somebody = wroteThisBefore();']));
    await say(repository, { origin: 'external', via: 'disk' });
    repository.write('a.js', text([...BASE, 'somebody = wroteThisBefore();', NEW]));
    await say(repository, {});
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'external', 'ai']);
  });

  it('claim nothing for a session that only reads', async () => {
    const repository = fresh();
    await repository.save('a.js', text([...BASE, 'typed = byThePerson();']), [undefined, undefined, undefined, HUMAN]);
    await say(repository, { origin: 'external', via: 'disk' });
    assert.deepEqual(await say(repository, {}), [{ path: 'a.js', added: 0, removed: 0 }]);
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'human']);
  });

  it('never make an AI’s line human, and call what a person changes in it mixed', async () => {
    const repository = fresh();
    repository.write('a.js', text([...BASE, NEW]));
    await say(repository, {});
    await say(repository, { origin: 'human', via: 'typing' });
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'ai']);
    repository.write('a.js', text([...BASE, NEW.replace('extra', 'better')]));
    await say(repository, { origin: 'human', via: 'typing' });
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'mixed']);
    repository.write('a.js', text([...BASE, `    ${NEW.replace('extra', 'better')}`]));
    await say(repository, { origin: 'human', via: 'typing' });
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'mixed']);
  });

  it('never make an unexplained line human when the last known state can’t be compared', async () => {
    const repository = fresh();
    const dirty = [...BASE, 'dirty = beforeAnyoneLooked();'];
    await repository.save('a.js', text(dirty), [undefined, undefined, undefined, undefined]);
    repository.write('a.js', text([...dirty, 'more = afterThat();']));
    const [outcome] = await say(repository, { origin: 'human', via: 'typing' });
    assert.match(outcome?.skipped ?? '', /without a checkpoint/);
    assert.deepEqual(await origins(repository), ['-', '-', '-', '-', '-']);
  });

  it('leave the origins that a formatter finds, and call an AI’s re-indentation ai', async () => {
    const repository = fresh();
    await repository.save('a.js', text([...BASE, 'typed = byThePerson();']), [undefined, undefined, undefined, HUMAN]);
    await say(repository, { origin: 'external', via: 'disk' });
    repository.write('a.js', text([...BASE, '  typed = byThePerson();']));
    await say(repository, { origin: 'tool', via: 'format' });
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'human']);
    repository.write('a.js', text([...BASE, '    typed = byThePerson();']));
    await say(repository, {});
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'ai']);
  });

  it('claim removed lines, and the record holds them', async () => {
    const repository = fresh();
    repository.write('a.js', text([BASE[0] ?? '', BASE[2] ?? '']));
    assert.deepEqual(await say(repository, {}), [{ path: 'a.js', added: 0, removed: 1 }]);
    repository.git('add', 'a.js');
    const staged = await stageRecord(await repository.open(), { id: 'test', version: '1' });
    assert.equal(staged.unexplained, 0);
    assert.match(repository.read(staged.records[0] ?? ''), /removed/);
  });

  it('end up in the record of the commit, line by line', async () => {
    const repository = fresh();
    repository.write('a.js', text([...BASE, NEW])).write('deep/new file.js', text([NEW, NEW]));
    await say(repository, { actor: { tool: 'assistant' } }, 'a.js', 'deep/new file.js');
    repository.git('add', '.');
    const staged = await stageRecord(await repository.open(), { id: 'test', version: '1' });
    assert.deepEqual([staged.files, staged.lines, staged.unexplained], [2, 3, 0]);
    repository.git('commit', '-q', '-m', 'Add');
    const { lines } = await blameFile(await repository.open(), repository.top, 'a.js', 'HEAD');
    assert.equal(lines[3]?.tool, 'assistant');
    assert.equal(lines[3]?.origin, 'ai');
  });

  it('go back to what is known when the content does', async () => {
    const repository = fresh();
    await repository.save('a.js', text([...BASE, NEW]), [undefined, undefined, undefined, AI]);
    await say(repository, { origin: 'external', via: 'disk' });
    repository.write('a.js', text([...BASE, 'else = entirelyDifferent();']));
    await say(repository, { origin: 'external', via: 'disk' });
    repository.write('a.js', text([...BASE, NEW]));
    await say(repository, { origin: 'human', via: 'typing' });
    assert.deepEqual(await origins(repository), ['-', '-', '-', 'ai']);
  });

  it('refuse a file of a submodule, whose commits are not this repository’s, and say where to go', async () => {
    const repository = fresh();
    const inner = fresh();
    repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.top, 'libs/inner');
    repository.write('libs/inner/a.js', text([...BASE, NEW])).write('libs/own.js', text([NEW]));
    await assert.rejects(say(repository, {}, 'libs/own.js', 'libs/inner/a.js'), (error: Error) => {
      assert.match(error.message, /libs\/inner is a repository of its own: give --cwd libs\/inner$/);
      return true;
    });
    assert.deepEqual(await origins(repository, 'libs/own.js'), ['-']);
    const submodule = new TestRepository(join(repository.top, 'libs/inner')).as(bo);
    assert.deepEqual(await say(submodule, {}), [{ path: 'a.js', added: 1, removed: 0 }]);
    assert.deepEqual(await origins(submodule), ['-', '-', '-', 'ai']);
  });

  it('take what has no lines as one item, pass over what is no file, and refuse what lies outside', async () => {
    const repository = fresh();
    repository.write('b.bin', 'a\0b');
    mkdirSync(join(repository.top, 'folder'));
    const outcomes = await say(repository, {}, 'b.bin', 'folder', 'missing.js');
    assert.deepEqual(
      outcomes.map((each) => each.skipped ?? each.item),
      [true, 'it is no regular file', 'there is no such file'],
    );
    await assert.rejects(say(repository, {}, '../elsewhere.js'), /below/);
    await assert.rejects(say(repository, {}, '.git/config'), /\.git/);
    await assert.rejects(say(repository, {}, '.countersign/v1/provenance/aa/x.prov'), /sidecar/);
  });
});
