/** What an author says about committed lines, files that nobody has open, and lines that stay unknown. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileLines } from '../../../src/core/attribution/fileLines';
import { contentDigest } from '../../../src/core/sidecar/lineHash';
import type { Statement } from '../../../src/core/model/statement';
import type { ReportHunk } from '../../../src/core/model/report';
import { blameFile } from '../../../src/node/blame';
import { runGate } from '../../../src/node/gate';
import { nodeHash } from '../../../src/node/hash';
import { appendLive, readJournal } from '../../../src/node/journal';
import { stageRecord } from '../../../src/node/stage';
import { stateInWorkTree, stateOnBranch } from '../../../src/node/statements';
import { branchReport, workingReport } from '../../../src/node/status';
import { AI, HUMAN, PASTE, TestRepository, person } from '../../support/repository';

const RECORDER = { id: 'test', version: '1' };
const ADVISED: Statement = { kind: 'advised', actor: { tool: 'Claude' } };
const ana = person('ana');
const bo = person('bo');
const TEXT =
  'first line of it();\ntyped by a person();\ncompleted by an assistant();\npasted from outside();\nnobody knows who();\n';
const SOURCES = [undefined, HUMAN, AI, PASTE, undefined];

async function start(): Promise<TestRepository> {
  const repo = new TestRepository()
    .as(ana)
    .adopt([ana])
    .write('a.ts', 'first line of it();\n')
    .write('old.ts', 'old();\n');
  repo.commit('Start');
  repo.as(bo).git('switch', '-q', '-c', 'feature');
  await repo.save('a.ts', TEXT, SOURCES);
  return repo;
}

async function commit(repo: TestRepository): Promise<void> {
  repo.git('add', '-A');
  await stageRecord(await repo.open(), RECORDER);
  repo.git('commit', '-q', '-m', 'Change');
}

async function atGate(repo: TestRepository): Promise<string[]> {
  const { report } = await runGate(await repo.open(), { base: 'main', head: 'HEAD' });
  return (report?.hunks ?? []).map(told);
}

function told({ path, side, start: from, end, origin, evidence, actor }: ReportHunk): string {
  return `${path} ${side} ${from}-${end} ${origin} ${evidence}${actor?.tool === undefined ? '' : ` ${actor.tool}`}`;
}

describe('a statement about what is committed', () => {
  it('is a commit of its own that strengthens every line no AI is on record for, and takes nothing of the user’s work', async () => {
    const repo = await start();
    repo.git('rm', '-q', 'old.ts');
    repo.write('logo.bin', '\0\0');
    await commit(repo);
    assert.deepEqual(await atGate(repo), [
      'a.ts added 2-2 human observed',
      'a.ts added 3-3 ai observed assistant',
      'a.ts added 4-4 paste observed',
      'a.ts added 5-5 unknown none',
      'logo.bin object 0-0 unknown none',
      'old.ts object 0-0 unknown none',
    ]);
    repo.write('notes.txt', 'staged\n').git('add', 'notes.txt');
    repo.write('a.ts', `${TEXT}unsaved\n`);
    const { lines, commit: made } = await stateOnBranch(await repo.open(), RECORDER, ADVISED);
    assert.equal(lines, 5);
    assert.equal(made, repo.git('rev-parse', 'HEAD'));
    assert.equal(repo.git('status', '--short'), ' M a.ts\nA  notes.txt');
    assert.deepEqual(await atGate(repo), [
      'a.ts added 2-2 mixed declared Claude',
      'a.ts added 3-3 ai observed assistant',
      'a.ts added 4-4 mixed declared Claude',
      'a.ts added 5-5 mixed declared Claude',
      'logo.bin object 0-0 mixed declared Claude',
      'old.ts object 0-0 mixed declared Claude',
    ]);
    const again = await stateOnBranch(await repo.open(), RECORDER, ADVISED);
    assert.deepEqual(again, { lines: 0, records: [] });
  });

  it('about some lines reaches those and no others, also where the file has changed since', async () => {
    const repo = await start();
    await commit(repo);
    const now = `// a new head of the file\n${TEXT}`;
    const text = fileLines(nodeHash, now);
    const about = { path: 'a.ts', text, first: 4, last: 4 };
    await stateOnBranch(await repo.open(), RECORDER, { kind: 'assistant' }, about);
    assert.deepEqual((await atGate(repo)).slice(0, 4), [
      'a.ts added 2-2 human observed',
      'a.ts added 3-3 ai observed assistant',
      'a.ts added 4-4 ai declared',
      'a.ts added 5-5 unknown none',
    ]);
  });

  it('adds a detail to a paste, and leaves the origin and the evidence as they are', async () => {
    const repo = await start();
    await commit(repo);
    const about = { path: 'a.ts', text: fileLines(nodeHash, TEXT), first: 0, last: 4 };
    await stateOnBranch(await repo.open(), RECORDER, { kind: 'from', from: 'documentation' }, about);
    const { report } = await branchReport(await repo.open());
    assert.deepEqual(
      report.hunks.map(({ origin, evidence, from }) => [origin, evidence, from]),
      [
        ['human', 'observed', undefined],
        ['ai', 'observed', undefined],
        ['paste', 'observed', ['documentation']],
        ['unknown', 'none', undefined],
      ],
    );
  });

  it('waits in the index while git is in the middle of a merge', async () => {
    const repo = await start();
    await commit(repo);
    repo.git('switch', '-q', '-c', 'other', 'main');
    repo.write('b.ts', 'b();\n').commit('Other');
    repo.git('switch', '-q', 'feature');
    repo.git('merge', '-q', '--no-commit', '--no-ff', 'other');
    const head = repo.git('rev-parse', 'HEAD');
    const said = await stateOnBranch(await repo.open(), RECORDER, ADVISED);
    assert.equal(said.commit, undefined);
    assert.equal(repo.git('rev-parse', 'HEAD'), head);
    const [record = ''] = said.records;
    assert.ok(existsSync(join(repo.top, record)));
    assert.ok(repo.git('diff', '--cached', '--name-only').split('\n').includes(record));
  });
});

describe('a statement about files that nobody has open', () => {
  it('stands in the journal, so that the next commit carries it', async () => {
    const repo = await start();
    assert.equal(await stateInWorkTree(await repo.open(), ADVISED), 3);
    assert.equal(await stateInWorkTree(await repo.open(), ADVISED), 0);
    await commit(repo);
    assert.deepEqual(await atGate(repo), [
      'a.ts added 2-2 mixed declared Claude',
      'a.ts added 3-3 ai observed assistant',
      'a.ts added 4-4 mixed declared Claude',
      'a.ts added 5-5 mixed declared Claude',
    ]);
  });

  it('leaves out the files that an editor speaks for', async () => {
    const repo = await start();
    assert.equal(await stateInWorkTree(await repo.open(), ADVISED, { except: new Set(['a.ts']) }), 0);
  });

  it('says who advised a removal', async () => {
    const repo = await start();
    await commit(repo);
    repo.git('switch', '-q', 'main');
    repo.git('merge', '-q', 'feature');
    repo.git('switch', '-q', '-c', 'second');
    repo.write('a.ts', TEXT.replace('typed by a person();\n', ''));
    await stateInWorkTree(await repo.open(), ADVISED);
    await commit(repo);
    assert.deepEqual(await atGate(repo), ['a.ts removed 2-2 mixed declared Claude']);
  });
});

describe('what is said of lines that stay unknown', () => {
  it('stands beside them in the work tree’s report, and nowhere at the gate', async () => {
    const repo = await start();
    const { gitDir } = await repo.open();
    const live = readJournal(gitDir).get('a.ts')?.at(-1);
    assert.ok(live !== undefined);
    assert.equal(live.digest, contentDigest(nodeHash, fileLines(nodeHash, TEXT).lines));
    appendLive(gitDir, { ...live, said: [{ start: 4, count: 1, from: 'own' }] });
    const working = await workingReport(await repo.open());
    const unknown = working.report.hunks.find(({ origin }) => origin === 'unknown');
    assert.deepEqual([unknown?.start, unknown?.from, unknown?.status], [5, ['own'], 'missing']);
    await commit(repo);
    const still = (await workingReport(await repo.open())).report.hunks.find(({ origin }) => origin === 'unknown');
    assert.deepEqual([still?.start, still?.from], [5, ['own']]);
    const { report } = await branchReport(await repo.open());
    const committed = report.hunks.find(({ origin }) => origin === 'unknown');
    assert.deepEqual([committed?.start, committed?.from], [5, undefined]);
    const blamed = await blameFile(await repo.open(), repo.top, 'a.ts', 'HEAD');
    assert.deepEqual(blamed.lines[4], { line: 5, origin: 'unknown' });
  });
});
