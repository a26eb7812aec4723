/** What has no lines is recorded as one item where somebody is on record for it, and is nobody's where not. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Source } from '../../../src/core/model/origin';
import { stageSentence } from '../../../src/cli/commands/stage';
import { checkpoint } from '../../../src/node/checkpoint';
import { runGate } from '../../../src/node/gate';
import { appendItem, readItems } from '../../../src/node/itemJournal';
import { stageRecord } from '../../../src/node/stage';
import type { StageResult } from '../../../src/node/stage';
import { AI, HUMAN, TestRepository, person } from '../../support/repository';
import { Agent } from '../agents/session';

const ana = person('ana');
const bo = person('bo');
const BASE = 'export const one = 1;\nexport const two = 2;\n';

function start(): TestRepository {
  const repo = new TestRepository().as(ana).adopt([ana]);
  repo.write('old.js', BASE).write('data.bin', 'a\0b').write('run.sh', 'echo run\n').write('package-lock.json', '{}\n');
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  return repo;
}

async function declare(repo: TestRepository, origin: 'ai' | 'human' | 'tool' | 'external', ...files: string[]) {
  const source: Source = { origin, via: 'other', evidence: 'declared' };
  return checkpoint(await repo.open(), { source, files, cwd: repo.top });
}

async function stage(repo: TestRepository): Promise<StageResult> {
  return stageRecord(await repo.open(), { id: 'test', version: '1' });
}

async function commit(repo: TestRepository, message = 'Change'): Promise<StageResult> {
  repo.git('add', '-A');
  const result = await stage(repo);
  repo.git('commit', '-q', '-m', message);
  return result;
}

/** "path origin evidence" of every hunk without lines, as the gate sees them. */
async function items(repo: TestRepository): Promise<string[]> {
  const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
  const objects = (report?.hunks ?? []).filter(({ side }) => side === 'object');
  return objects.map(({ path, origin, evidence }) => `${path} ${origin} ${evidence}`);
}

describe('stage, of what has no lines', () => {
  it('records what somebody declared: deleted, binary, link, exec bit, empty file, lock file', async () => {
    const repo = start();
    rmSync(join(repo.top, 'old.js'));
    writeFileSync(join(repo.top, 'data.bin'), 'a\0c');
    symlinkSync('data.bin', join(repo.top, 'link'));
    chmodSync(join(repo.top, 'run.sh'), 0o755);
    repo.write('empty.txt', '').write('package-lock.json', '{ "name": "shop" }\n');
    const paths = ['old.js', 'data.bin', 'link', 'run.sh', 'empty.txt', 'package-lock.json'];
    const recorded = await declare(repo, 'tool', ...paths);
    assert.deepEqual(
      recorded.map(({ path, item }) => [path, item]),
      paths.map((path) => [path, true]),
    );
    const result = await commit(repo);
    assert.deepEqual([result.items, result.openItems], [6, []]);
    assert.deepEqual(await items(repo), [
      'data.bin tool declared',
      'empty.txt tool declared',
      'link tool declared',
      'old.js tool declared',
      'package-lock.json tool declared',
      'run.sh tool declared',
    ]);
  });

  it('claims none of it when nobody is on record, and names it', async () => {
    const repo = start();
    repo.git('rm', '-q', 'old.js');
    writeFileSync(join(repo.top, 'data.bin'), 'a\0c');
    const result = await commit(repo);
    assert.deepEqual([result.records, result.openItems], [[], ['data.bin', 'old.js']]);
    assert.deepEqual(await items(repo), ['data.bin unknown none', 'old.js unknown none']);
  });

  it('a deletion can still be declared once git rm has staged it; staged content can’t', async () => {
    const repo = start();
    repo.git('rm', '-q', 'old.js');
    writeFileSync(join(repo.top, 'data.bin'), 'a\0c');
    repo.git('add', '-A');
    await declare(repo, 'human', 'old.js', 'data.bin');
    const result = await commit(repo);
    assert.deepEqual(result.openItems, ['data.bin']);
    assert.deepEqual(await items(repo), ['data.bin unknown none', 'old.js human declared']);
  });

  it('what is staged already says so, and what it says to do works: binary, link, submodule, exec bit', async () => {
    const repo = start();
    writeFileSync(join(repo.top, 'data.bin'), 'a\0c');
    writeFileSync(join(repo.top, "it's; here.bin"), 'a\0b');
    symlinkSync('data.bin', join(repo.top, 'link'));
    const inner = new TestRepository(join(repo.write('sub/x.txt', 'x\n').top, 'sub'));
    inner.git('init', '-q');
    inner.as(bo).commit('Inner');
    chmodSync(join(repo.top, 'run.sh'), 0o755);
    const paths = ['data.bin', "it's; here.bin", 'link', 'sub', 'run.sh'];
    repo.git('add', '-A');
    const hint = stageSentence(await stage(repo));
    assert.match(hint, /before git add, countersign record --origin human/);
    for (const { path, skipped = '' } of await declare(repo, 'human', ...paths)) {
      const advice = /^it is staged already; run: (git restore --staged -- .+), record it, and add it again$/;
      execFileSync('sh', ['-c', advice.exec(skipped)?.[1] ?? assert.fail(`${path}: ${skipped}`)], { cwd: repo.top });
    }
    assert.deepEqual(
      (await declare(repo, 'human', ...paths)).map(({ item }) => item),
      paths.map(() => true),
    );
    repo.git('add', '-A');
    assert.deepEqual(
      (await declare(repo, 'human', ...paths)).map(({ skipped }) => skipped),
      paths.map(() => 'somebody is on record for it as it stands'),
    );
    assert.deepEqual((await commit(repo)).openItems, []);
    writeFileSync(join(repo.top, 'data.bin'), 'a\0d');
    await commit(repo);
    const [{ skipped } = { skipped: '' }] = await declare(repo, 'human', 'data.bin');
    assert.equal(skipped, 'it is committed as it stands');
  });

  it('an AI’s content stays the AI’s, however it is declared afterwards', async () => {
    const repo = start();
    writeFileSync(join(repo.top, 'data.bin'), 'a\0AI');
    await declare(repo, 'ai', 'data.bin');
    await declare(repo, 'human', 'data.bin');
    writeFileSync(join(repo.top, 'copy.bin'), 'a\0AI');
    await declare(repo, 'human', 'copy.bin');
    writeFileSync(join(repo.top, 'data.bin'), 'a\0AI, changed');
    await declare(repo, 'human', 'data.bin');
    await commit(repo);
    assert.deepEqual(await items(repo), ['copy.bin unknown none', 'data.bin ai declared']);
  });

  it('what came from elsewhere before a checkpoint is not a person’s after it', async () => {
    const repo = start();
    writeFileSync(join(repo.top, 'data.bin'), 'a\0from somewhere');
    await declare(repo, 'external', 'data.bin');
    writeFileSync(join(repo.top, 'data.bin'), 'a\0by hand');
    await declare(repo, 'human', 'data.bin');
    await commit(repo);
    assert.deepEqual(await items(repo), ['data.bin external declared']);
  });

  it('follows an item through several commits, and a gap in between leaves it unknown', async () => {
    const repo = start();
    for (const text of ['a\x001', 'a\x002']) {
      writeFileSync(join(repo.top, 'data.bin'), text);
      await declare(repo, 'tool', 'data.bin');
      await commit(repo, text.slice(2));
    }
    assert.deepEqual(await items(repo), ['data.bin tool declared']);
    writeFileSync(join(repo.top, 'data.bin'), 'a\0by nobody on record');
    await commit(repo);
    writeFileSync(join(repo.top, 'data.bin'), 'a\x004');
    await declare(repo, 'tool', 'data.bin');
    await commit(repo);
    assert.deepEqual(await items(repo), ['data.bin unknown none']);
  });

  it('whoever deletes a file deleted it, whatever the branch had made of its lines', async () => {
    const repo = start();
    await repo.save('old.js', `${BASE}export const three = 3;\n`, [undefined, undefined, AI]);
    await commit(repo);
    rmSync(join(repo.top, 'old.js'));
    await declare(repo, 'human', 'old.js');
    await commit(repo);
    assert.deepEqual(await items(repo), ['old.js human declared']);
  });

  it('the editor’s deletion is known when it says so', async () => {
    const repo = start();
    rmSync(join(repo.top, 'old.js'));
    const { gitDir } = await repo.open();
    const before = repo.git('rev-parse', 'HEAD:old.js');
    const modes = { beforeMode: '100644', afterMode: '000000' } as const;
    appendItem(gitDir, { path: 'old.js', before, after: null, ...modes, ...HUMAN });
    await commit(repo);
    assert.deepEqual(await items(repo), ['old.js human observed']);
  });

  it('lines of a lock file explain it as a whole, if each of them is explained', async () => {
    const repo = start();
    await repo.save('package-lock.json', '{ "a": 1 }\n', [AI]);
    await commit(repo);
    assert.deepEqual(await items(repo), ['package-lock.json ai observed']);
    await repo.save('package-lock.json', '{ "a": 1 }\n{ "b": 1 }\n', [AI, undefined]);
    await commit(repo);
    assert.deepEqual(await items(repo), ['package-lock.json unknown none']);
  });

  it('lines and exec bit of one file each have their own', async () => {
    const repo = start();
    await repo.save('run.sh', 'echo run\necho more\n', [undefined, HUMAN]);
    chmodSync(join(repo.top, 'run.sh'), 0o755);
    assert.deepEqual((await stage(repo)).openItems, []);
    await declare(repo, 'tool', 'run.sh');
    await commit(repo);
    const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
    const told = report?.hunks.filter(({ path }) => path === 'run.sh').map(({ side, origin }) => `${side} ${origin}`);
    assert.deepEqual(told, ['added human', 'object tool']);
  });

  it('a submodule is one item', async () => {
    const repo = start();
    const inner = new TestRepository(join(repo.top, 'sub'));
    inner.write('a', 'a');
    inner.git('init', '-q');
    inner.as(bo).commit('Inner');
    await declare(repo, 'human', 'sub');
    await commit(repo);
    assert.deepEqual(await items(repo), ['sub human declared']);
  });

  it('an agent’s deletions are the agent’s, by tool or by command, and not those it found', async () => {
    const repo = start();
    repo.write('second.js', BASE.replaceAll('one', 'uno')).write('third.js', BASE.replaceAll('one', 'eins'));
    repo.as(ana).git('switch', '-q', 'main');
    repo.commit('More');
    repo.as(bo).git('switch', '-q', '-C', 'feature');
    const agent = new Agent(repo);
    rmSync(join(repo.top, 'third.js'));
    const tool = await agent.begin('delete_file', { path: join(repo.top, 'old.js') });
    rmSync(join(repo.top, 'old.js'));
    await tool.end();
    const shell = await agent.begin('Bash', { command: 'rm second.js; make' });
    rmSync(join(repo.top, 'second.js'));
    writeFileSync(join(repo.top, 'data.bin'), 'a\0made');
    chmodSync(join(repo.top, 'run.sh'), 0o755);
    await shell.end();
    await commit(repo);
    assert.deepEqual(await items(repo), [
      'data.bin ai reported',
      'old.js ai reported',
      'run.sh ai reported',
      'second.js ai reported',
      'third.js unknown none',
    ]);
  });

  it('a torn note of an item is passed over', async () => {
    const repo = start();
    rmSync(join(repo.top, 'old.js'));
    await declare(repo, 'human', 'old.js');
    const { gitDir } = await repo.open();
    writeFileSync(join(gitDir, 'countersign', 'items'), 'x'.repeat(40), { flag: 'a' });
    rmSync(join(repo.top, 'data.bin'));
    await declare(repo, 'human', 'data.bin');
    assert.deepEqual([...readItems(gitDir).keys()], ['old.js', 'data.bin']);
  });
});
